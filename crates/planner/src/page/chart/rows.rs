//! The rows of the chart: phases, image types, access points; how high each is, and whether it has a label.

use std::collections::BTreeMap;

use crate::{Answer, Phase, PlanVerdict, PlannedAp};

/// Up to this number of access points each has a label.
const LABELLED_MAX: usize = 60;

/// A row.
pub(super) enum Row<'a> {
    /// A phase of the night.
    Phase(&'a Phase),
    /// The name of an image type and the number of its access points, above them.
    Type(String),
    /// An access point, with a label.
    Labelled(&'a PlannedAp),
    /// One of many access points that are good: a thin row.
    Thin(&'a PlannedAp),
}

impl Row<'_> {
    /// Returns the height in pixels, which the style repeats for the label.
    pub(super) fn height(&self) -> u32 {
        match self {
            Self::Phase(_) | Self::Type(_) => 22,
            Self::Labelled(_) => 16,
            Self::Thin(_) => 5,
        }
    }
}

/// A part of the chart, which stands on one page: the phases, or an image type.
pub(super) struct Part<'a> {
    /// What it shows, for those who do not see it.
    pub(super) title: String,
    /// Its rows.
    pub(super) rows: Vec<Row<'a>>,
}

/// Returns the parts: the phases, then each image type; in a type the worst verdict comes first, then the order is that of time.
pub(super) fn parts(answer: &Answer) -> Vec<Part<'_>> {
    let phases = Part {
        title: "Phases of the night".to_owned(),
        rows: answer.phases.iter().map(Row::Phase).collect(),
    };
    let thin = answer.access_points.len() > LABELLED_MAX;
    let mut of_types: Vec<(&str, Vec<&PlannedAp>)> = Vec::new();
    let mut places = BTreeMap::new();
    for ap in &answer.access_points {
        let name = ap.image_type.as_str();
        let place = *places.entry(name).or_insert(of_types.len());
        match of_types.get_mut(place) {
            Some((_, of_type)) => of_type.push(ap),
            None => of_types.push((name, vec![ap])),
        }
    }
    let parts = of_types.into_iter().map(|(name, mut of_type)| {
        of_type.sort_by(|one, other| {
            let at =
                |ap: &PlannedAp| ap.predownloaded.or(ap.on_target).map_or(f64::INFINITY, |at| at.median_s);
            other.verdict.cmp(&one.verdict).then(at(one).total_cmp(&at(other)))
        });
        let name = format!("{name} · {}", of_type.len());
        let rows = of_type.into_iter().map(|ap| match thin && ap.verdict == PlanVerdict::Yes {
            true => Row::Thin(ap),
            false => Row::Labelled(ap),
        });
        let title = format!("Access points of type {name}");
        Part { title, rows: std::iter::once(Row::Type(name)).chain(rows).collect() }
    });
    std::iter::once(phases).chain(parts).collect()
}
