//! The smallest scenario so far, and the candidates that are tried to replace it.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use scenario::Tree;

use crate::trials::Trials;

/// The number of candidates that are made at a time: enough to keep processors busy, few enough to hold them.
const AT_A_TIME: usize = 16;

/// Something that was taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was done, as in `20 access points removed`.
    pub what: String,
    /// The number of candidates that had been tried by then.
    pub tries: u64,
    /// The number of scalars and lines that are left.
    pub size: usize,
}

/// A search for a smaller scenario.
pub(crate) struct Search<'a> {
    trials: &'a mut dyn Trials,
    tree: Tree,
    budget: u64,
    tries: u64,
    /// The digests of texts that do not fail.
    known: BTreeSet<u64>,
    steps: Vec<Step>,
    /// True if it came to its end before it was through.
    stopped: bool,
}

/// A scenario to try in place of the smallest one.
pub(crate) struct Candidate {
    pub(crate) tree: Tree,
    pub(crate) what: String,
}

impl<'a> Search<'a> {
    pub(crate) fn new(tree: Tree, budget: u64, trials: &'a mut dyn Trials) -> Self {
        Self { trials, tree, budget, tries: 0, known: BTreeSet::new(), steps: Vec::new(), stopped: false }
    }

    /// Takes the first of these that fails, and returns true if there is one.
    pub(crate) fn begin(&mut self, trees: Vec<Tree>) -> bool {
        let texts: Vec<String> = trees.iter().map(Tree::to_string).collect();
        let texts = &texts[..texts.len().min(usize::try_from(self.budget).unwrap_or(usize::MAX))];
        let found = if texts.is_empty() || self.trials.should_stop() {
            None
        } else {
            self.trials.first_failing(texts)
        };
        self.tries = found.map_or(texts.len(), |index| index + 1) as u64;
        match found.and_then(|index| trees.into_iter().nth(index)) {
            Some(tree) => {
                self.tree = tree;
                self.note("written out".to_owned());
                true
            }
            None => {
                self.stopped = texts.is_empty() || self.trials.should_stop();
                false
            }
        }
    }

    /// Returns the smallest scenario so far.
    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Returns true if nothing more is tried.
    pub(crate) fn is_over(&mut self) -> bool {
        self.stopped = self.stopped || self.tries >= self.budget || self.trials.should_stop();
        self.stopped
    }

    /// Tries candidates in order, and takes the first that fails; returns its index.
    pub(crate) fn first(&mut self, candidates: impl IntoIterator<Item = Candidate>) -> Option<usize> {
        let mut candidates = candidates.into_iter().enumerate();
        loop {
            if self.is_over() {
                return None;
            }
            let room = usize::try_from(self.budget - self.tries).unwrap_or(usize::MAX).min(AT_A_TIME);
            let mut batch: Vec<(usize, Candidate, String)> = Vec::new();
            for (index, candidate) in candidates.by_ref() {
                let text = candidate.tree.to_string();
                let is_known =
                    self.known.contains(&digest(&text)) || batch.iter().any(|(.., other)| *other == text);
                if !is_known && candidate.tree != self.tree {
                    batch.push((index, candidate, text));
                }
                if batch.len() == room {
                    break;
                }
            }
            if batch.is_empty() {
                return None;
            }
            let texts: Vec<String> = batch.iter().map(|(.., text)| text.clone()).collect();
            let found = self.trials.first_failing(&texts);
            if found.is_none() && self.trials.should_stop() {
                // Some of them were not tried.
                self.stopped = true;
                return None;
            }
            self.tries += found.map_or(texts.len(), |index| index + 1) as u64;
            self.known.extend(texts[..found.unwrap_or(texts.len())].iter().map(|text| digest(text)));
            if let Some((index, candidate, _)) = found.and_then(|found| batch.into_iter().nth(found)) {
                self.tree = candidate.tree;
                self.note(candidate.what);
                return Some(index);
            }
        }
    }

    fn note(&mut self, what: String) {
        let step = Step { what, tries: self.tries, size: self.tree.size() };
        self.trials.progress(self.tries, &step);
        self.steps.push(step);
    }

    /// Returns the smallest scenario, the steps to it, the number of candidates that were tried, and true if there are no more.
    pub(crate) fn finish(self) -> (Tree, Vec<Step>, u64, bool) {
        (self.tree, self.steps, self.tries, !self.stopped)
    }
}

/// Returns a digest of a text, the same in every run. Two texts with the same one would cost a candidate, nothing more.
fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
