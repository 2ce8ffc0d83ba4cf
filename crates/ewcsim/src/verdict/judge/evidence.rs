//! What went before: the last things that happened to the hosts a failure is about.

use std::cell::OnceCell;
use std::time::Duration;

use scenario::NETWORK;

use crate::clock::elapsed;
use crate::world::{Milestone, Record, milestone_of, milestones};

/// How many of them are told.
const TOLD_MAX: usize = 5;

/// Something that happened before a failure was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastEvent {
    /// Since the start of the run.
    pub at: Duration,
    /// To whom.
    pub host: String,
    /// In the words of the timeline; an event that the timeline leaves out has its name.
    pub text: String,
}

/// The milestones of a run, made when the first failure asks for them.
pub(super) struct Evidence<'a> {
    record: &'a Record,
    milestones: OnceCell<Vec<Milestone>>,
}

impl<'a> Evidence<'a> {
    pub(super) fn of(record: &'a Record) -> Self {
        Self { record, milestones: OnceCell::new() }
    }

    /// The last milestones of `hosts`, and of the network between them, up to `at`.
    pub(super) fn before(&self, hosts: &[String], at: Duration) -> Vec<LastEvent> {
        let mut last: Vec<LastEvent> = self
            .milestones
            .get_or_init(|| milestones(self.record))
            .iter()
            .rev()
            .filter(|milestone| milestone.at <= at)
            .filter(|milestone| hosts.contains(&milestone.host) || milestone.host == NETWORK)
            .take(TOLD_MAX)
            .map(|milestone| LastEvent {
                at: milestone.at,
                host: milestone.host.clone(),
                text: milestone.text.clone(),
            })
            .collect();
        last.reverse();
        last
    }

    /// These events of the record; of many the last.
    pub(super) fn matched(&self, indices: &[usize]) -> Vec<LastEvent> {
        let record = self.record;
        let entries = record.entries();
        let first = indices.len().saturating_sub(TOLD_MAX);
        let told = |&index: &usize| LastEvent {
            at: entries[index].at,
            host: record.who(&entries[index]).to_owned(),
            text: milestone_of(&entries[index].event).unwrap_or_else(|| entries[index].event.name()),
        };
        indices[first..].iter().map(told).collect()
    }
}

/// The events as a note below a failure.
pub(super) fn note(events: &[LastEvent]) -> Option<String> {
    if events.is_empty() {
        return None;
    }
    let width = events.iter().map(|event| event.host.chars().count()).max().unwrap_or(0);
    let line =
        |event: &LastEvent| format!("\n{:>10}  {:<width$}  {}", elapsed(event.at), event.host, event.text);
    Some(format!("before that{}", events.iter().map(line).collect::<String>()))
}
