//! The part of a run that an expectation covers.

use std::time::Duration;

use scenario::{EventPattern, When};

use super::{Finding, Run};
use crate::world::matches;

/// The start of an expectation.
pub(super) enum Start {
    /// It counts from this moment on.
    At {
        /// The time since the start of the run.
        at: Duration,
        /// The index of the `since` event in the record, if there is one. Only later entries count.
        after: Option<usize>,
    },
    /// The `since` event never happened.
    Never(Finding),
}

/// Returns the start of an expectation from its `since`.
pub(super) fn start(run: &Run<'_>, since: Option<&EventPattern>) -> Start {
    let Some(pattern) = since else { return Start::At { at: Duration::ZERO, after: None } };
    let entries = run.record.entries();
    match entries.iter().position(|entry| matches(pattern, entry, run.record)) {
        Some(index) => Start::At { at: entries[index].at, after: Some(index) },
        None => {
            let actual = format!("the `since` event `{}` of {} never happened", pattern.event, pattern.who);
            Start::Never(Finding::missed(run.scenario.until, run.end, &pattern.hosts, &actual))
        }
    }
}

/// Returns the first and last moment of counting. Without a time, counting goes on to the end of the run.
pub(super) fn counted(run: &Run<'_>, when: When, start: Duration) -> (Duration, Duration) {
    let until = run.scenario.until;
    match when {
        When::End | When::Always | When::Never | When::Eventually => (start, until),
        When::At(limit) | When::Within(limit) | When::By(limit) => (start, start.saturating_add(limit)),
        When::During(from, to) => (start.saturating_add(from), start.saturating_add(to)),
    }
}
