//! Deadlines of all sessions and of the install engine, in one heap.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

/// What a deadline is for. Sessions are named by index and generation, as an index is used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Deadline {
    /// A session's next block or delayed answer.
    Pace(usize, u32),
    /// A session's repetitions and its death.
    Watch(usize, u32),
    /// An install.
    Install,
}

/// The heap. Deadlines are never taken out early: who put one in knows whether it still counts when it comes.
#[derive(Debug, Default)]
pub(super) struct Agenda(BinaryHeap<Reverse<(Duration, Deadline)>>);

impl Agenda {
    pub(super) fn push(&mut self, at: Duration, deadline: Deadline) {
        self.0.push(Reverse((at, deadline)));
    }

    /// The next deadline that has come.
    pub(super) fn pop(&mut self, now: Duration) -> Option<(Duration, Deadline)> {
        let Reverse((at, _)) = self.0.peek()?;
        if *at > now {
            return None;
        }
        self.0.pop().map(|Reverse(entry)| entry)
    }

    pub(super) fn next(&self) -> Option<Duration> {
        self.0.peek().map(|Reverse((at, _))| *at)
    }
}
