//! The history of states: the state of some hosts at each moment.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::Duration;

use crate::world::{Entry, Record};

/// All states of some hosts, from the start of a run to its end.
pub(super) struct History<S> {
    /// The names of the hosts.
    pub(super) names: Vec<String>,
    before: Vec<S>,
    /// The time, the host and its new state.
    changes: Vec<(Duration, usize, S)>,
}

/// The period from one change to the next.
pub(super) struct Moment<'a, S> {
    /// The time when it begins.
    pub(super) at: Duration,
    /// The time of the next change, if any.
    pub(super) next: Option<Duration>,
    /// The state of every host.
    pub(super) states: &'a [S],
    /// The number of chosen hosts that lack a required property.
    pub(super) lacking: usize,
    /// The chosen hosts that have a forbidden property.
    pub(super) forbidden: &'a BTreeSet<usize>,
}

impl<S: Clone + PartialEq> History<S> {
    /// Builds the history of hosts with these names: it begins with `before`, and `note` applies each event of a host to its
    /// state.
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

    /// Returns the indices of the hosts with these names.
    pub(super) fn chosen(&self, names: &[String]) -> Vec<usize> {
        let known = self.names.iter().enumerate();
        known.filter(|(_, name)| names.contains(name)).map(|(index, _)| index).collect()
    }

    /// Passes every moment of the run to `look`, from the start until `look` breaks.
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
