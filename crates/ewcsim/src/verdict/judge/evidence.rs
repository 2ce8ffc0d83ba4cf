//! Evidence for a failure: the last events of the hosts concerned.

use std::cell::OnceCell;
use std::time::Duration;

use scenario::NETWORK;

use crate::clock::elapsed;
use crate::verdict::failure::Cause;
use crate::world::{Milestone, Record, milestone_of, milestones};

/// The number of events that are reported.
const TOLD_MAX: usize = 5;

/// An event before a failure was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastEvent {
    /// The time since the start of the run.
    pub at: Duration,
    /// The host.
    pub host: String,
    /// The text of the timeline, or the name of an event that the timeline leaves out.
    pub text: String,
}

/// An event that is a cause of a failure, for people and for the key of the failure.
pub(super) struct Told {
    /// For people.
    pub(super) event: LastEvent,
    /// For the key. A line of a log has none.
    pub(super) cause: Option<Cause>,
}

/// The milestones of a run, computed at the first failure.
pub(super) struct Evidence<'a> {
    record: &'a Record,
    milestones: OnceCell<Vec<Milestone>>,
}

impl<'a> Evidence<'a> {
    pub(super) fn of(record: &'a Record) -> Self {
        Self { record, milestones: OnceCell::new() }
    }

    /// Returns the last milestones of `hosts`, and of the network between them, up to `at`.
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

    /// Returns these events of the record; if there are many, only the last ones.
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

/// Formats the events as a note below a failure, under a title.
pub(super) fn note(title: &str, events: &[LastEvent]) -> Option<String> {
    if events.is_empty() {
        return None;
    }
    let width = events.iter().map(|event| event.host.chars().count()).max().unwrap_or(0);
    let line =
        |event: &LastEvent| format!("\n{:>10}  {:<width$}  {}", elapsed(event.at), event.host, event.text);
    Some(format!("{title}{}", events.iter().map(line).collect::<String>()))
}
