//! What was true of some things at each moment, and since when.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::Duration;

use crate::world::{Entry, Record};

/// Every state of some hosts, from the start of a run to its end.
pub(super) struct History<S> {
    /// Their names.
    pub(super) names: Vec<String>,
    before: Vec<S>,
    /// When, which host, what it is then.
    changes: Vec<(Duration, usize, S)>,
}

/// From one moment on, until the next thing changes.
pub(super) struct Moment<'a, S> {
    /// When it begins.
    pub(super) at: Duration,
    /// When the next thing changes; never again if none.
    pub(super) next: Option<Duration>,
    /// Every host's state.
    pub(super) states: &'a [S],
    /// How many of the chosen lack what they must have.
    pub(super) lacking: usize,
    /// Those of the chosen that are what they may not be.
    pub(super) forbidden: &'a BTreeSet<usize>,
}

impl<S: Clone + PartialEq> History<S> {
    /// The states of hosts with these names, which `before` gives, as `note` changes them with each event of theirs.
    pub(super) fn of(
        record: &Record,
        names: Vec<String>,
        before: Vec<S>,
        mut note: impl FnMut(&mut S, &Entry),
    ) -> Self {
        let index_of: Vec<Option<usize>> =
            record.hosts().iter().map(|name| names.iter().position(|known| known == name)).collect();
        let mut now = before.clone();
        let mut changes = Vec::new();
        for entry in record.entries().iter() {
            let Some(index) = entry.host.and_then(|host| index_of[host]) else { continue };
            let last = now[index].clone();
            note(&mut now[index], entry);
            if now[index] != last {
                changes.push((entry.at, index, now[index].clone()));
            }
        }
        Self { names, before, changes }
    }

    /// The hosts with these names.
    pub(super) fn chosen(&self, names: &[String]) -> Vec<usize> {
        let known = self.names.iter().enumerate();
        known.filter(|(_, name)| names.contains(name)).map(|(index, _)| index).collect()
    }

    /// Shows `look` every moment of the run, beginning with its start, until it has seen enough.
    pub(super) fn each_moment(
        &self,
        chosen: &[usize],
        has: impl Fn(&S) -> bool,
        is_forbidden: impl Fn(&S) -> bool,
        mut look: impl FnMut(&Moment<'_, S>) -> ControlFlow<()>,
    ) {
        let mut states = self.before.clone();
        let is_chosen: Vec<bool> = (0..states.len()).map(|index| chosen.contains(&index)).collect();
        let mut lacks: Vec<bool> = states.iter().map(|state| !has(state)).collect();
        let mut lacking = chosen.iter().filter(|&&index| lacks[index]).count();
        let mut forbidden: BTreeSet<usize> =
            chosen.iter().copied().filter(|&index| is_forbidden(&states[index])).collect();
        let mut changes = self.changes.iter().peekable();
        let mut at = Duration::ZERO;
        loop {
            while let Some((_, index, state)) = changes.next_if(|(when, ..)| *when == at) {
                let index = *index;
                states[index] = state.clone();
                if !is_chosen[index] {
                    continue;
                }
                let lacked = std::mem::replace(&mut lacks[index], !has(state));
                lacking = lacking + usize::from(lacks[index]) - usize::from(lacked);
                if is_forbidden(state) {
                    forbidden.insert(index);
                } else {
                    forbidden.remove(&index);
                }
            }
            let next = changes.peek().map(|(when, ..)| *when);
            let moment = Moment { at, next, states: &states, lacking, forbidden: &forbidden };
            match (look(&moment), next) {
                (ControlFlow::Continue(()), Some(next)) => at = next,
                _ => break,
            }
        }
    }
}
