//! Which part of a run an expectation is about.

use std::time::Duration;

use scenario::{EventPattern, When};

use super::{Finding, Run};
use crate::world::matches;

/// From when on an expectation counts.
pub(super) enum Start {
    /// From this moment on.
    At {
        /// Since the start of the run.
        at: Duration,
        /// The event that it is, if it is one; an index into the record. What counts comes after it.
        after: Option<usize>,
    },
    /// The event from which on it would count never came.
    Never(Finding),
}

/// From when on an expectation counts, by its `since`.
pub(super) fn start(run: &Run<'_>, since: Option<&EventPattern>) -> Start {
    let Some(pattern) = since else { return Start::At { at: Duration::ZERO, after: None } };
    let entries = run.record.entries();
    match entries.iter().position(|entry| matches(pattern, entry, run.record)) {
        Some(index) => Start::At { at: entries[index].at, after: Some(index) },
        None => {
            let actual = format!("`{}` of {} never came, since which it counts", pattern.event, pattern.who);
            Start::Never(Finding::missed(run.scenario.until, run.end, &pattern.hosts, &actual))
        }
    }
}

/// First and last moment at which things that only become more are counted. Without a time they are until the end of the run.
pub(super) fn counted(run: &Run<'_>, when: When, start: Duration) -> (Duration, Duration) {
    let until = run.scenario.until;
    match when {
        When::End | When::Always | When::Never | When::Eventually => (start, until),
        When::At(limit) | When::Within(limit) | When::By(limit) => (start, start.saturating_add(limit)),
        When::During(from, to) => (start.saturating_add(from), start.saturating_add(to)),
    }
}
