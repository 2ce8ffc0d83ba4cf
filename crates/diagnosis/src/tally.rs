//! What the pairs of lines of one run say: what is explained, what is missing, and how good that is.

use std::collections::{BTreeMap, BTreeSet};

use crate::fit::{Explained, Fit, LineOf, OTHER_NAME, Place};
use crate::names::Names;
use crate::said::{Hypothesis, Log, Said};
use crate::weights::Weights;

/// The weight of a line that at most some three of seventy causes print.
const DECISIVE: f64 = 0.75;
/// The most that missing lines, times between lines, and lines out of order take off the score.
const MISSING_MOST: f64 = 0.25;
const TIMES_MOST: f64 = 0.2;
const ORDER_MOST: f64 = 0.2;
/// The most that it takes off what the run prints before and after the part that the logs have. Excerpts are usual, so it is little.
const OUTSIDE_MOST: f64 = 0.05;

/// The lines of the field logs, one by one.
pub(crate) struct Tally<'a> {
    hypothesis: &'a Hypothesis,
    weights: &'a Weights,
    names: &'a Names,
    explained: Vec<Explained>,
    contradicts: Vec<LineOf>,
    /// The lines of the run that were passed over, the first of each signature.
    passed: BTreeMap<&'a str, LineOf>,
    /// What the logs say, and what the run prints of it.
    said: Share,
    printed: Share,
    times: Times,
    /// The number of times that the logs go back to an earlier place of the run.
    jumps: usize,
}

impl<'a> Tally<'a> {
    pub(crate) fn new(hypothesis: &'a Hypothesis, weights: &'a Weights, names: &'a Names) -> Self {
        Self {
            hypothesis,
            weights,
            names,
            explained: Vec::new(),
            contradicts: Vec::new(),
            passed: BTreeMap::new(),
            said: Share::default(),
            printed: Share::default(),
            times: Times::default(),
            jumps: 0,
        }
    }

    /// Takes the log with index `at`, and its place in the run, if it has one.
    pub(crate) fn log(&mut self, at: usize, log: &Log, place: Option<&Place>) {
        let pairs: BTreeMap<usize, usize> =
            place.into_iter().flat_map(|place| place.alignment.pairs.iter().copied()).collect();
        let mut before: Option<(&Said, usize)> = None;
        for (line, said) in log.lines.iter().enumerate() {
            let field = LineOf { log: at, line };
            let Some((place, by)) = place.and_then(|place| Some((place, *pairs.get(&line)?))) else {
                self.contradicts.push(field);
                self.said.count(said.signature(), self.weights.weight(said), 0.0);
                continue;
            };
            self.pair((field, said), LineOf { log: place.run, line: by }, before);
            before = Some((said, by));
        }
    }

    /// Takes a line of the logs that is a line of the run; `before` is the pair before it.
    fn pair(&mut self, (field, said): (LineOf, &Said), run: LineOf, before: Option<(&Said, usize)>) {
        let lines = &self.hypothesis.logs[run.log].lines;
        let by = &lines[run.line];
        let weight = self.weights.weight(by);
        let part = if self.names.agree(said, by) { 1.0 } else { OTHER_NAME };
        self.said.count(by.signature(), weight, part);
        self.printed.count(by.signature(), weight, 1.0);
        self.explained.push(Explained { field, run });
        let Some((last_said, last)) = before else { return };
        if last >= run.line {
            self.jumps += 1;
            return;
        }
        self.times.compare((last_said, said), (&lines[last], by), weight);
        for (passed, said) in lines.iter().enumerate().take(run.line).skip(last + 1) {
            self.passed.entry(said.signature()).or_insert(LineOf { log: run.log, line: passed });
        }
    }

    /// Returns how well the run explains the logs.
    pub(crate) fn fit(self, index: usize, places: &[Option<Place>]) -> Fit {
        let outside = self.outside(places);
        let is_missing =
            |(signature, line): (&&str, &LineOf)| (!self.printed.has(signature)).then_some(*line);
        let mut missing: Vec<LineOf> = self.passed.iter().filter_map(is_missing).collect();
        missing.sort();
        let line = |line: &LineOf| &self.hypothesis.logs[line.log].lines[line.line];
        let lost: f64 = missing.iter().map(|missing| self.weights.weight(line(missing))).sum();
        let lacks = lost / (lost + self.printed.whole()).max(f64::MIN_POSITIVE);
        let disorder = self.jumps as f64 / self.explained.len().max(1) as f64;
        let share = self.said.share();
        Fit {
            cause: self.hypothesis.cause.clone(),
            hypothesis: index,
            share,
            against: self.said.against(),
            score: share
                - MISSING_MOST * lacks
                - TIMES_MOST * self.times.off()
                - ORDER_MOST * disorder
                - OUTSIDE_MOST * outside,
            explained: self.explained,
            contradicts: self.contradicts,
            missing,
            names: self.names.clone(),
        }
    }

    /// Returns the part of what the hosts of the given logs print that lies outside of the logs: neither explained nor missing.
    fn outside(&self, places: &[Option<Place>]) -> f64 {
        let runs: BTreeSet<usize> = places.iter().flatten().map(|place| place.run).collect();
        let lines = runs.into_iter().flat_map(|run| &self.hypothesis.logs[run].lines);
        let all: BTreeMap<&str, f64> =
            lines.map(|line| (line.signature(), self.weights.weight(line))).collect();
        let is_outside =
            |signature: &str| !self.printed.has(signature) && !self.passed.contains_key(signature);
        let outside: f64 =
            all.iter().filter(|(signature, _)| is_outside(signature)).map(|(_, weight)| weight).sum();
        outside / all.values().sum::<f64>().max(f64::MIN_POSITIVE)
    }
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
