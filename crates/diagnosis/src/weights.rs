//! How much a line says.

use std::collections::{BTreeMap, BTreeSet};

use crate::said::{Hypothesis, Said};

/// The weight of a line that every hypothesis prints.
const LEAST: f64 = 0.1;

/// The weight of each line: the more, the fewer causes print it.
#[derive(Debug, Clone)]
pub struct Weights {
    /// The weight of a line with this signature.
    weights: BTreeMap<String, f64>,
    /// The weight of a line that no cause prints.
    most: f64,
}

impl Weights {
    /// Counts the lines of all hypotheses.
    pub fn of(hypotheses: &[Hypothesis]) -> Self {
        let mut printed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut all = BTreeSet::new();
        for hypothesis in hypotheses {
            all.insert(hypothesis.cause.as_str());
            for line in hypothesis.logs.iter().flat_map(|log| &log.lines) {
                printed.entry(line.signature()).or_default().insert(&hypothesis.cause);
            }
        }
        let weigh = |causes: usize| {
            let rarity = ((all.len() + 1) as f64 / (causes + 1) as f64).ln();
            LEAST + rarity / ((all.len() + 1) as f64).ln().max(f64::MIN_POSITIVE)
        };
        let weights = printed
            .into_iter()
            .map(|(signature, causes)| (signature.to_owned(), weigh(causes.len())))
            .collect();
        Self { weights, most: weigh(0) }
    }

    /// Returns the weight of a line, from 0.1 for one that all print to 1.1 for one that none prints.
    pub fn weight(&self, line: &Said) -> f64 {
        self.weights.get(line.signature()).copied().unwrap_or(self.most)
    }
}
