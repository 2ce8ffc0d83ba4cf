//! How well one run explains the logs.

use std::collections::{BTreeMap, BTreeSet};

use crate::align::{Alignment, JUMP, Lines, align};
use crate::names::Names;
use crate::said::{Hypothesis, Log, Said};
use crate::weights::Weights;

/// What every pair of lines is worth beside the weight of the line: explaining it is always better than leaving it out.
const PAIR: f64 = JUMP * 1.2;
/// The part of a line's weight that is left if its names contradict those of the other lines.
const OTHER_NAME: f64 = 0.4;
/// The part of a line's weight that it costs if it is missing.
const MISSING: f64 = 0.15;
/// The weight of a line that at most some three of seventy causes print.
const DECISIVE: f64 = 0.75;
/// The most that missing lines, times between lines, and lines out of order take off the score.
const MISSING_MOST: f64 = 0.25;
const TIMES_MOST: f64 = 0.2;
const ORDER_MOST: f64 = 0.2;
/// The most that it takes off what the run prints before and after the part that the logs have. Excerpts are usual, so it is little.
const OUTSIDE_MOST: f64 = 0.05;

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
        let aligned = same.map(|(index, run)| Place::of(log, index, run, weights, &Names::default()));
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
            let run = place?.run;
            Some(Place::of(log, run, &hypothesis.logs[run], weights, &names))
        })
        .collect();
    Fit::of(field, index, hypothesis, weights, names, &places)
}

/// Where a field log stands in the log of a host of the run.
struct Place {
    /// The index of the run's log.
    run: usize,
    alignment: Alignment,
}

impl Place {
    fn of(log: &Log, index: usize, run: &Log, weights: &Weights, names: &Names) -> Self {
        Self { run: index, alignment: align(&Pair::new(log, run, weights, names)) }
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
        Self { field, run, names, kinds, field_weights: weigh(field), run_weights: weigh(run) }
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
                visit(line, PAIR + self.field_weights[field] * part);
            }
        }
    }

    fn price(&self, run: usize) -> f64 {
        self.run_weights[run] * MISSING
    }
}

impl Fit {
    fn of(
        field: &[Log],
        index: usize,
        hypothesis: &Hypothesis,
        weights: &Weights,
        names: Names,
        places: &[Option<Place>],
    ) -> Self {
        let mut explained = Vec::new();
        let mut contradicts = Vec::new();
        let mut missing = BTreeMap::new();
        let mut said = Share::default();
        let mut printed = Share::default();
        let mut times = Times::default();
        let mut jumps = 0;
        for (at, (log, place)) in field.iter().zip(places).enumerate() {
            let pairs: BTreeMap<usize, usize> =
                place.iter().flat_map(|place| place.alignment.pairs.iter().copied()).collect();
            let run = place.as_ref().map(|place| (place.run, &hypothesis.logs[place.run]));
            let mut before: Option<(usize, usize)> = None;
            for (line, field) in log.lines.iter().enumerate() {
                let pair = run.and_then(|run| Some((run, *pairs.get(&line)?)));
                let Some(((run, run_log), run_line)) = pair else {
                    contradicts.push(LineOf { log: at, line });
                    said.count(field.signature(), weights.weight(field), 0.0);
                    continue;
                };
                let by = &run_log.lines[run_line];
                let part = if names.agree(field, by) { 1.0 } else { OTHER_NAME };
                said.count(by.signature(), weights.weight(by), part);
                printed.count(by.signature(), weights.weight(by), 1.0);
                let run_at = LineOf { log: run, line: run_line };
                explained.push(Explained { field: LineOf { log: at, line }, run: run_at });
                jumps += usize::from(before.is_some_and(|(_, last_run)| last_run >= run_line));
                if let Some((last, last_run)) = before.filter(|(_, last_run)| *last_run < run_line) {
                    let pair = ((&log.lines[last], field), (&run_log.lines[last_run], by));
                    times.compare(pair.0, pair.1, weights.weight(by));
                    for passed in last_run + 1..run_line {
                        let line = &run_log.lines[passed];
                        missing
                            .entry(line.signature().to_owned())
                            .or_insert((LineOf { log: run, line: passed }, line));
                    }
                }
                before = Some((line, run_line));
            }
        }
        let outside = outside(places, hypothesis, weights, &printed, &missing);
        let has = |signature: &str| printed.has(signature);
        let missing: Vec<(LineOf, &Said)> =
            missing.into_iter().filter(|(signature, _)| !has(signature)).map(|(_, line)| line).collect();
        let lost: f64 = missing.iter().map(|(_, line)| weights.weight(line)).sum();
        let share = said.share();
        let against = said.against();
        let lacks = lost / (lost + printed.whole()).max(f64::MIN_POSITIVE);
        let mut missing: Vec<LineOf> = missing.into_iter().map(|(line, _)| line).collect();
        missing.sort();
        let disorder = jumps as f64 / explained.len().max(1) as f64;
        let score = share
            - MISSING_MOST * lacks
            - TIMES_MOST * times.off()
            - ORDER_MOST * disorder
            - OUTSIDE_MOST * outside;
        Self {
            cause: hypothesis.cause.clone(),
            hypothesis: index,
            explained,
            contradicts,
            missing,
            names,
            share,
            against,
            score,
        }
    }
}

/// Returns the part of what the hosts of the given logs print that lies outside of the logs: neither explained nor missing.
fn outside(
    places: &[Option<Place>],
    hypothesis: &Hypothesis,
    weights: &Weights,
    printed: &Share,
    missing: &BTreeMap<String, (LineOf, &Said)>,
) -> f64 {
    let runs: BTreeSet<usize> = places.iter().flatten().map(|place| place.run).collect();
    let lines = runs.into_iter().flat_map(|run| &hypothesis.logs[run].lines);
    let all: BTreeMap<&str, f64> = lines.map(|line| (line.signature(), weights.weight(line))).collect();
    let is_outside = |signature: &str| !printed.has(signature) && !missing.contains_key(signature);
    let outside: f64 =
        all.iter().filter(|(signature, _)| is_outside(signature)).map(|(_, weight)| weight).sum();
    outside / all.values().sum::<f64>().max(f64::MIN_POSITIVE)
}

/// The part of something that is explained, by weight. A line that comes again and again counts a little more each time.
#[derive(Default)]
struct Share(BTreeMap<String, Counted>);

#[derive(Default)]
struct Counted {
    weight: f64,
    all: usize,
    explained: f64,
}

impl Share {
    fn count(&mut self, signature: &str, weight: f64, explained: f64) {
        if !self.0.contains_key(signature) {
            self.0.insert(signature.to_owned(), Counted::default());
        }
        let Some(counted) = self.0.get_mut(signature) else { return };
        counted.weight = weight;
        counted.all += 1;
        counted.explained += explained;
    }

    fn has(&self, signature: &str) -> bool {
        self.0.contains_key(signature)
    }

    fn whole(&self) -> f64 {
        self.0.values().map(Counted::whole).sum()
    }

    /// Returns the part of the decisive lines of which more than half are not explained.
    fn against(&self) -> f64 {
        let decisive = self.0.values().filter(|counted| counted.weight >= DECISIVE);
        let (mut all, mut against) = (0.0, 0.0);
        for counted in decisive {
            all += counted.weight;
            if counted.explained * 2.0 < counted.all as f64 {
                against += counted.weight;
            }
        }
        if all > 0.0 { against / all } else { 0.0 }
    }

    fn share(&self) -> f64 {
        let explained: f64 =
            self.0.values().map(|counted| counted.whole() * counted.explained / counted.all as f64).sum();
        explained / self.whole().max(f64::MIN_POSITIVE)
    }
}

impl Counted {
    fn whole(&self) -> f64 {
        self.weight * (1.0 + (self.all as f64).ln())
    }
}

/// How far the times between lines are from those of the run.
#[derive(Default)]
struct Times {
    off: f64,
    weight: f64,
}

impl Times {
    /// Compares the time before a line of some weight with that before the same line of the run. A factor of ten is as far as it gets.
    fn compare(&mut self, field: (&Said, &Said), run: (&Said, &Said), weight: f64) {
        let between = |(from, to): (&Said, &Said)| Some(to.at?.checked_sub(from.at?)?.as_secs_f64());
        let (Some(field), Some(run)) = (between(field), between(run)) else { return };
        // Logs have whole seconds at times.
        let ratio = ((field + 1.0) / (run + 1.0)).ln().abs() / std::f64::consts::LN_10;
        self.off += ratio.min(1.0) * weight;
        self.weight += weight;
    }

    fn off(&self) -> f64 {
        self.off / self.weight.max(f64::MIN_POSITIVE)
    }
}

impl Fit {
    /// Returns the speakers of the run whose logs were not given, and who print something.
    pub fn not_given<'a>(&self, field: &[Log], hypothesis: &'a Hypothesis) -> BTreeSet<&'a str> {
        let given: BTreeSet<&str> = field.iter().map(|log| log.speaker.as_str()).collect();
        let speakers = hypothesis.logs.iter().filter(|log| !log.lines.is_empty());
        speakers.map(|log| log.speaker.as_str()).filter(|speaker| !given.contains(speaker)).collect()
    }
}
