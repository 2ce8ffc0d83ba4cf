//! How much a line says.

use std::collections::{BTreeMap, BTreeSet};

use crate::said::{Hypothesis, Said};

/// The weight of a line that every hypothesis prints.
const LEAST: f64 = 0.1;

/// The weight of each line: the more, the fewer causes print it.
#[derive(Debug, Clone)]
pub struct Weights {
    /// The number of causes that print a line with this signature.
    causes: BTreeMap<String, usize>,
    all: usize,
}

impl Weights {
    /// Counts the lines of all hypotheses.
    pub fn of(hypotheses: &[Hypothesis]) -> Self {
        let mut printed: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        let mut all = BTreeSet::new();
        for hypothesis in hypotheses {
            all.insert(hypothesis.cause.as_str());
            for line in hypothesis.logs.iter().flat_map(|log| &log.lines) {
                printed.entry(line.signature().to_owned()).or_default().insert(&hypothesis.cause);
            }
        }
        let causes = printed.into_iter().map(|(signature, causes)| (signature, causes.len())).collect();
        Self { causes, all: all.len() }
    }

    /// Returns the weight of a line, from 0.1 for one that all print to 1.1 for one that none prints.
    pub fn weight(&self, line: &Said) -> f64 {
        let causes = self.causes.get(line.signature()).copied().unwrap_or_default();
        let rarity = ((self.all + 1) as f64 / (causes + 1) as f64).ln();
        LEAST + rarity / ((self.all + 1) as f64).ln().max(f64::MIN_POSITIVE)
    }
}
