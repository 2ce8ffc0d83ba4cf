//! The phases of a night, the image types, and what their time goes into.

use std::time::Duration;

use ewc::UpgradeState as State;
use ewc::config::Mode;
use planner::{Limit, Phase, PlanVerdict, PlannedAp, PlannedType};
use text::durations::short;

use super::lab::Lab;
use super::night::LEAD;
use super::outcome::Outcome;
use super::study::Study;
use super::times::{covered, covered_alone, spread};

/// A phase: from one moment of a night to another.
struct Bounds {
    name: &'static str,
    from: fn(&Outcome) -> Option<Duration>,
    to: fn(&Outcome) -> Option<Duration>,
}

const PHASES: [Bounds; 5] = [
    Bounds {
        name: "controller image to backup_image:",
        from: |_| Some(LEAD),
        to: |night| night.entered(|state| *state == State::ControllerDownloadComplete),
    },
    Bounds {
        name: "predownload to the access points",
        from: |night| night.entered(|state| *state == State::ControllerDownloadComplete),
        to: Outcome::predownloads_ended,
    },
    Bounds {
        name: "controller image to the standby candidates",
        from: |night| night.entered(|state| *state == State::ControllerPredownloadInProgress),
        to: |night| night.entered(|state| *state == State::ControllerPredownloadComplete),
    },
    Bounds {
        name: "activation, until all are on target",
        from: |night| night.activated,
        to: |night| night.all_on_target().filter(|_| night.activated.is_some()),
    },
    Bounds { name: "until the commit", from: Outcome::all_on_target, to: |night| night.committed },
];

/// Returns the phases of the rehearsed nights, in order. Those that take no time in any night are left out.
pub(super) fn phases(study: &Study) -> Vec<Phase> {
    let of = |bounds: &Bounds| {
        let both = |night: &Outcome| Some(((bounds.from)(night)?, (bounds.to)(night)?));
        let nights: Vec<(Duration, Duration)> = study.drawn.iter().filter_map(both).collect();
        let begun: Vec<Duration> = study.drawn.iter().filter_map(bounds.from).collect();
        let begins = spread(begun.iter().map(|at| at.saturating_sub(LEAD)))?;
        let takes = spread(nights.iter().map(|(from, to)| to.saturating_sub(*from)));
        let is_nothing = takes.is_some_and(|takes| takes.p95_s == 0.0) && begun.len() == nights.len();
        (!is_nothing).then(|| Phase {
            name: bounds.name.to_owned(),
            begins_s: begins.median_s,
            takes,
            unfinished: (study.drawn.len() - nights.len()) as u64,
        })
    };
    PHASES.iter().filter_map(of).collect()
}

/// Returns the image types of the access points, in the order of their first.
pub(super) fn types(lab: &Lab<'_>, study: &Study, points: &[PlannedAp]) -> Vec<PlannedType> {
    let mut types: Vec<PlannedType> = Vec::new();
    for point in points {
        if let Some(known) = types.iter_mut().find(|known| known.image_type == point.image_type) {
            known.access_points += 1;
            known.verdict = known.verdict.max(point.verdict);
            if !known.models.contains(&point.model) {
                known.models.push(point.model.clone());
            }
            continue;
        }
        let image = &point.image_type;
        let file = lab.images().files.iter().find(|file| file.base_name() == image);
        let took = |night: &Outcome| {
            let fetches = night.fetches.get(image)?;
            Some(fetches.iter().map(|(begin, end)| end.saturating_sub(*begin)).sum::<Duration>())
        };
        let indices: Vec<usize> = (0..lab.scenario().access_points.len())
            .filter(|index| points[*index].image_type == *image)
            .collect();
        let all_have = |night: &Outcome| {
            let mut ends = indices.iter().map(|index| night.points[*index].predownloaded);
            let last = ends.try_fold(Duration::ZERO, |last, end| Some(last.max(end?)))?;
            let begin = night.entered(|state| *state == State::ApPredownloadInitiated)?;
            Some(last.saturating_sub(begin))
        };
        types.push(PlannedType {
            image_type: image.clone(),
            models: vec![point.model.clone()],
            access_points: 1,
            image_bytes: file.map(|file| file.size),
            verdict: point.verdict,
            fetch: spread(study.drawn.iter().filter_map(took)),
            predownload: spread(study.drawn.iter().filter_map(all_have)),
        });
    }
    types
}

/// Returns what the time until all images are there goes into, the longest part first.
pub(super) fn limits(lab: &Lab<'_>, study: &Study) -> Vec<Limit> {
    let night = &study.nominal;
    let end = night.predownloads_ended().unwrap_or(LEAD + lab.window());
    let whole = end.saturating_sub(LEAD);
    let fetches: Vec<(Duration, Duration)> = night.fetches.values().flatten().copied().collect();
    let fetching = covered_alone(&fetches, &night.deliveries, LEAD, end);
    let delivering = covered_alone(&night.deliveries, &fetches, LEAD, end);
    let both = covered(&fetches, LEAD, end).saturating_sub(fetching);
    let waiting = whole.saturating_sub(fetching + delivering + both);
    let relay = match night.relay_limited {
        true => "handing out to access points, at the limit of the relay",
        false => "handing out to access points",
    };
    let mut limits: Vec<Limit> = [
        (source(lab), fetching),
        (format!("{relay}{}", window(lab)), delivering),
        ("fetching and handing out at the same time".to_owned(), both),
        ("waiting: for the next wave, for retries, for flash to be written".to_owned(), waiting),
    ]
    .into_iter()
    .filter(|(_, takes)| !takes.is_zero())
    .map(|(what, takes)| Limit {
        what,
        takes_s: takes.as_secs_f64(),
        share: takes.as_secs_f64() / whole.as_secs_f64().max(1e-9),
    })
    .collect();
    limits.sort_by(|a, b| b.takes_s.total_cmp(&a.takes_s));
    limits
}

/// Says how and over which link the controller fetches.
fn source(lab: &Lab<'_>) -> String {
    let from = lab.server().map(|server| format!(" from {}", server.name)).unwrap_or_default();
    let over = lab.server().and_then(|server| link(lab, &server.name, server.address)).unwrap_or_default();
    match lab.profile().map(|profile| profile.mode) {
        Some(Mode::Tftp) => {
            let block = lab.config().and_then(|config| config.tftp_block_size);
            let block = block.map_or_else(|| "512".to_owned(), |block| block.to_string());
            format!("fetching{from}{over} by TFTP in blocks of {block} bytes")
        }
        Some(Mode::Sftp) => format!("fetching{from}{over} by SFTP"),
        Some(Mode::Unconfigured | Mode::Http | Mode::Cco) | None => format!("fetching{from}{over}"),
    }
}

/// Says over which link the first access point that has one is reached.
fn window(lab: &Lab<'_>) -> String {
    let scenario = lab.scenario();
    let window = scenario.catalogue.number("capwap.window").unwrap_or(1);
    let over = scenario.access_points.iter().find_map(|point| link(lab, &point.name, point.address));
    match over {
        Some(over) => format!("{over}, a CAPWAP window of {window}"),
        None => format!(", a CAPWAP window of {window}"),
    }
}

/// Names the link between the controller and a host, with its round trip; nothing if they share a LAN.
fn link(lab: &Lab<'_>, name: &str, address: std::net::IpAddr) -> Option<String> {
    let controller = lab.controller();
    let ends = [(controller.name.as_str(), controller.address), (name, address)];
    let (link, _) = lab.scenario().link_between(ends)?;
    let round_trip = link.forward.latency + link.reverse.latency;
    let ms = round_trip.as_secs_f64() * 1e3;
    let round_trip = if ms < 1e3 { format!("{} ms", (ms * 10.0).round() / 10.0) } else { short(round_trip) };
    Some(format!(" over {} (round trip {round_trip})", link.name))
}

/// Returns the worst verdict.
pub(super) fn worst(points: &[PlannedAp]) -> PlanVerdict {
    points.iter().map(|point| point.verdict).max().unwrap_or(PlanVerdict::CannotTell)
}
