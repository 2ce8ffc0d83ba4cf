//! The deadlines of all sessions and of the install engine, in one heap.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::time::Duration;

/// The purpose of a deadline. Sessions are named by index and generation, as indices are reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deadline {
    /// A session's next block or delayed answer.
    Pace(usize, u32),
    /// A session's retransmissions and its end.
    Watch(usize, u32),
    /// An install.
    Install,
    /// Predownloads that wait: for the next set, or for a retry.
    Predownload,
    /// An activation that waits for answers.
    Activation,
    /// The auto-abort timer.
    AutoAbort,
    /// The choice of a standby, or the next advertisement to it.
    Redundancy,
}

/// The heap. Deadlines are never removed early: the owner of one checks when it comes whether it still counts.
#[derive(Debug, Default)]
pub(super) struct TimerQueue(BinaryHeap<Entry>);

/// A deadline and its time in nanoseconds. Entries of the same time come in any order, but in the same order in each run.
#[derive(Clone, Copy, Debug)]
struct Entry {
    at_ns: u64,
    deadline: Deadline,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap returns its greatest entry first; the earliest one is wanted.
        other.at_ns.cmp(&self.at_ns)
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.at_ns == other.at_ns
    }
}

impl Eq for Entry {}

impl TimerQueue {
    pub(super) fn push(&mut self, at: Duration, deadline: Deadline) {
        self.0.push(Entry { at_ns: at.as_nanos() as u64, deadline });
    }

    /// Takes the next deadline that has come.
    pub(super) fn pop(&mut self, now: Duration) -> Option<(Duration, Deadline)> {
        if self.next()? > now {
            return None;
        }
        self.0.pop().map(|entry| (Duration::from_nanos(entry.at_ns), entry.deadline))
    }

    pub(super) fn next(&self) -> Option<Duration> {
        self.0.peek().map(|entry| Duration::from_nanos(entry.at_ns))
    }
}
