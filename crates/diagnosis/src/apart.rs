//! What tells two causes apart that explain the same logs.

use std::collections::BTreeMap;

use crate::said::{Hypothesis, Log};

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

/// Returns the lines that tell two runs apart: for each kind of host the first line that only one of them prints, for both of them. What
/// nobody has yet comes first: speakers whose logs were not given.
pub fn apart(first: &Hypothesis, second: &Hypothesis, given: &[Log]) -> Vec<Apart> {
    let mut found: Vec<Apart> = Vec::new();
    for (of, other, is_first) in [(first, second, true), (second, first, false)] {
        let mut printed: BTreeMap<&str, Vec<&crate::Said>> = BTreeMap::new();
        for log in &other.logs {
            printed.entry(&log.speaker).or_default().extend(&log.lines);
        }
        for (index, log) in of.logs.iter().enumerate() {
            let others = printed.get(log.speaker.as_str()).map(Vec::as_slice).unwrap_or_default();
            let is_new = |line: &crate::Said| !others.iter().any(|other| line.is_like(other));
            let is_known =
                found.iter().any(|known| known.speaker == log.speaker && known.is_first == is_first);
            if let Some(line) = log.lines.iter().position(is_new).filter(|_| !is_known) {
                found.push(Apart { speaker: log.speaker.clone(), line: (index, line), is_first });
            }
        }
    }
    let is_given = |speaker: &str| given.iter().any(|log| log.speaker == speaker);
    found.sort_by_key(|apart| (is_given(&apart.speaker), apart.speaker.clone(), !apart.is_first));
    found
}
