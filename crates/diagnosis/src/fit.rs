//! How well one run explains the logs.

use std::collections::BTreeMap;

use crate::align::{Alignment, JUMP, Lines, align};
use crate::names::Names;
use crate::said::{Hypothesis, Log, Said};
use crate::tally::Tally;
use crate::weights::Weights;

/// What every pair of lines is worth beside the weight of the line: explaining it is always better than leaving it out.
const PAIR: f64 = JUMP * 1.2;
/// The part of a line's weight that is left if its names contradict those of the other lines.
pub(crate) const OTHER_NAME: f64 = 0.4;
/// What a line of the run is worth more that comes at the very time of the line, by the clock of its log: of several alike it is the one.
const NEAR: f64 = 0.05;
/// The part of a line's weight that it costs if it is missing.
const MISSING: f64 = 0.15;

/// A line of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineOf {
    /// The index of the log.
    pub log: usize,
    /// The index of the line in it.
    pub line: usize,
}

/// A line of the field logs that is a line of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explained {
    /// The line of the field logs.
    pub field: LineOf,
    /// The line of the run.
    pub run: LineOf,
}

/// How well a run explains the logs.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The cause.
    pub cause: String,
    /// The index of the hypothesis.
    pub hypothesis: usize,
    /// The lines that it explains, in order of the logs.
    pub explained: Vec<Explained>,
    /// The lines of the field logs that the run does not print, or not at this place.
    pub contradicts: Vec<LineOf>,
    /// The lines of the run that the field logs lack between lines that they have; one for each different line.
    pub missing: Vec<LineOf>,
    /// What the field logs call the names of the run.
    pub names: Names,
    /// The part of what the logs say that is explained, by weight, from 0 to 1.
    pub share: f64,
    /// The part of the decisive lines of the logs, which few causes print, that contradicts the run, from 0 to 1.
    pub against: f64,
    /// The share, less what is missing and what took another time; the higher, the better. At most 1.
    pub score: f64,
}

/// Returns how well each cause explains the logs, the best first; of several hypotheses of a cause the best counts.
pub fn rank(field: &[Log], hypotheses: &[Hypothesis], weights: &Weights) -> Vec<Fit> {
    let mut best: BTreeMap<&str, Fit> = BTreeMap::new();
    for (index, hypothesis) in hypotheses.iter().enumerate() {
        let fit = fit(field, index, hypothesis, weights);
        let known = best.get(hypothesis.cause.as_str());
        if known.is_none_or(|known| fit.score > known.score) {
            best.insert(&hypothesis.cause, fit);
        }
    }
    let mut fits: Vec<Fit> = best.into_values().collect();
    fits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.cause.cmp(&b.cause)));
    fits
}

/// Aligns the logs with those of one hypothesis.
fn fit(field: &[Log], index: usize, hypothesis: &Hypothesis, weights: &Weights) -> Fit {
    let mut places: Vec<Option<Place>> = Vec::new();
    for log in field {
        let same = hypothesis.logs.iter().enumerate().filter(|(_, run)| run.speaker == log.speaker);
        let aligned = same.map(|(index, run)| Place::of((log, run), index, weights, &Names::default(), None));
        // Of equal worth the first one counts.
        places.push(aligned.reduce(|best, next| if next.worth() > best.worth() { next } else { best }));
    }
    let pairs = places.iter().zip(field).flat_map(|(place, log)| {
        let place = place.as_ref();
        place.into_iter().flat_map(move |place| place.lines(log, &hypothesis.logs))
    });
    let names = Names::agreed(pairs);
    let places: Vec<Option<Place>> = places
        .into_iter()
        .zip(field)
        .map(|(place, log)| {
            let place = place?;
            let run = &hypothesis.logs[place.run];
            let shift = shift(place.lines(log, &hypothesis.logs));
            Some(Place::of((log, run), place.run, weights, &names, shift))
        })
        .collect();
    let mut tally = Tally::new(hypothesis, weights, &names);
    for (at, (log, place)) in field.iter().zip(&places).enumerate() {
        tally.log(at, log, place.as_ref());
    }
    tally.fit(index, &places)
}

/// Returns by how many seconds the clock of a log is ahead of that of the run: the median of the pairs.
fn shift<'a>(pairs: impl Iterator<Item = (&'a Said, &'a Said)>) -> Option<f64> {
    let mut shifts: Vec<f64> = pairs.filter_map(|(field, run)| ahead(field, run)).collect();
    shifts.sort_by(f64::total_cmp);
    shifts.get(shifts.len() / 2).copied()
}

/// Returns by how many seconds a line is later than one of the run, if both have a time.
fn ahead(field: &Said, run: &Said) -> Option<f64> {
    Some(field.at?.as_secs_f64() - run.at?.as_secs_f64())
}

/// Where a field log stands in the log of a host of the run.
pub(crate) struct Place {
    /// The index of the run's log.
    pub(crate) run: usize,
    pub(crate) alignment: Alignment,
}

impl Place {
    fn of(
        (log, run): (&Log, &Log),
        index: usize,
        weights: &Weights,
        names: &Names,
        shift: Option<f64>,
    ) -> Self {
        Self { run: index, alignment: align(&Pair { shift, ..Pair::new(log, run, weights, names) }) }
    }

    fn worth(&self) -> f64 {
        self.alignment.worth
    }

    /// Returns the pairs of lines.
    fn lines<'a>(&'a self, log: &'a Log, logs: &'a [Log]) -> impl Iterator<Item = (&'a Said, &'a Said)> {
        let run = &logs[self.run];
        self.alignment.pairs.iter().map(|(field, line)| (&log.lines[*field], &run.lines[*line]))
    }
}

/// Two logs that are compared.
struct Pair<'a> {
    field: &'a Log,
    run: &'a Log,
    names: &'a Names,
    /// The seconds by which the clock of the log is ahead of that of the run, once that is known.
    shift: Option<f64>,
    /// The lines of the run by kind.
    kinds: BTreeMap<&'a str, Vec<usize>>,
    /// The weight of each line of the field log, and of the run.
    field_weights: Vec<f64>,
    run_weights: Vec<f64>,
}

impl<'a> Pair<'a> {
    fn new(field: &'a Log, run: &'a Log, weights: &Weights, names: &'a Names) -> Self {
        let mut kinds: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, line) in run.lines.iter().enumerate() {
            kinds.entry(&line.reading.kind).or_default().push(index);
        }
        let weigh = |log: &Log| log.lines.iter().map(|line| weights.weight(line)).collect();
        Self { field, run, names, shift: None, kinds, field_weights: weigh(field), run_weights: weigh(run) }
    }
}

impl Lines for Pair<'_> {
    fn lengths(&self) -> (usize, usize) {
        (self.field.lines.len(), self.run.lines.len())
    }

    fn alike(&self, field: usize, visit: &mut dyn FnMut(usize, f64)) {
        let said = &self.field.lines[field];
        let of_kind = said.readings().filter_map(|reading| self.kinds.get(reading.kind.as_str()));
        let mut lines: Vec<usize> = of_kind.flatten().copied().collect();
        if said.is_ambiguous() {
            lines.sort_unstable();
            lines.dedup();
        }
        for line in lines {
            let run = &self.run.lines[line];
            if said.as_in(run).is_some() {
                let part = if self.names.agree(said, run) { 1.0 } else { OTHER_NAME };
                let off = self.shift.zip(ahead(said, run)).map(|(shift, ahead)| (ahead - shift).abs());
                let near = off.map_or(0.0, |seconds| NEAR / (1.0 + seconds));
                visit(line, PAIR + self.field_weights[field] * part + near);
            }
        }
    }

    fn price(&self, run: usize) -> f64 {
        self.run_weights[run] * MISSING
    }
}
