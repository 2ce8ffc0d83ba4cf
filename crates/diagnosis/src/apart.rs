//! What tells two causes apart that explain the same logs.

use std::collections::BTreeMap;

use crate::said::{Hypothesis, Log, Said};
use crate::weights::Weights;

/// A line that only one of two runs prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// The kind of host that prints it.
    pub speaker: String,
    /// The index of the log in the run that prints it, and of the line in that log.
    pub line: (usize, usize),
    /// True if it is the first of the two that prints it.
    pub is_first: bool,
}

/// Returns the lines that tell two runs apart: for each kind of host the line of the most weight that only one of them prints, for both
/// of them. What nobody has yet comes first: speakers whose logs were not given.
pub fn apart(first: &Hypothesis, second: &Hypothesis, given: &[Log], weights: &Weights) -> Vec<Apart> {
    let mut found: Vec<Apart> = Vec::new();
    for (of, other, is_first) in [(first, second, true), (second, first, false)] {
        let mut printed: BTreeMap<&str, Vec<&Said>> = BTreeMap::new();
        for log in &other.logs {
            printed.entry(&log.speaker).or_default().extend(&log.lines);
        }
        let mut best: BTreeMap<&str, (f64, (usize, usize))> = BTreeMap::new();
        for (index, log) in of.logs.iter().enumerate() {
            let others = printed.get(log.speaker.as_str()).map(Vec::as_slice).unwrap_or_default();
            for (line, said) in log.lines.iter().enumerate() {
                let weight = weights.weight(said);
                let is_better = best.get(log.speaker.as_str()).is_none_or(|(known, _)| weight > *known);
                if is_better && !others.iter().any(|other| said.as_in(other).is_some()) {
                    best.insert(&log.speaker, (weight, (index, line)));
                }
            }
        }
        let apart = |(speaker, (_, line)): (&str, (f64, (usize, usize)))| Apart {
            speaker: speaker.to_owned(),
            line,
            is_first,
        };
        found.extend(best.into_iter().map(apart));
    }
    let is_given = |speaker: &str| given.iter().any(|log| log.speaker == speaker);
    found.sort_by_key(|apart| (is_given(&apart.speaker), apart.speaker.clone(), !apart.is_first));
    found
}
