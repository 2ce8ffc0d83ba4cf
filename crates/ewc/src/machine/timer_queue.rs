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

/// The heap. Deadlines come in the order of their times; those of one time come in the order in which they were inserted, and then the
/// watches, in the order of their sessions.
///
/// They are never removed early: the owner of one checks when it comes whether it still counts.
#[derive(Debug, Default)]
pub(super) struct TimerQueue {
    heap: BinaryHeap<Entry>,
    /// The number of deadlines inserted so far.
    inserted: u64,
}

/// A deadline and its place in the order: time in nanoseconds, then the place at that time.
#[derive(Clone, Copy, Debug)]
struct Entry {
    place: (u64, u64),
    deadline: Deadline,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap returns its greatest entry first; the earliest one is wanted.
        other.place.cmp(&self.place)
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place
    }
}

impl Eq for Entry {}

impl TimerQueue {
    pub(super) fn push(&mut self, at: Duration, deadline: Deadline) {
        let place = match deadline {
            Deadline::Watch(index, _) => 1 << 63 | index as u64,
            Deadline::Pace(..)
            | Deadline::Install
            | Deadline::Predownload
            | Deadline::Activation
            | Deadline::AutoAbort
            | Deadline::Redundancy => self.inserted,
        };
        self.heap.push(Entry { place: (at.as_nanos() as u64, place), deadline });
        self.inserted += 1;
    }

    /// Takes the next deadline that has come.
    pub(super) fn pop(&mut self, now: Duration) -> Option<(Duration, Deadline)> {
        if self.next()? > now {
            return None;
        }
        self.heap.pop().map(|entry| (Duration::from_nanos(entry.place.0), entry.deadline))
    }

    pub(super) fn next(&self) -> Option<Duration> {
        self.heap.peek().map(|entry| Duration::from_nanos(entry.place.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_of_one_time_come_in_the_order_of_insertion_before_the_watches() {
        let mut queue = TimerQueue::default();
        let [early, late] = [1, 2].map(Duration::from_secs);
        for index in (0..20).rev() {
            queue.push(late, Deadline::Pace(index, 0));
            queue.push(early, Deadline::Watch(index, 0));
            queue.push(late, Deadline::Watch(index, 0));
        }
        let mut come = Vec::new();
        assert_eq!(queue.next(), Some(early));
        while let Some((at, deadline)) = queue.pop(early) {
            assert_eq!(at, early);
            come.push(deadline);
        }
        assert_eq!(queue.next(), Some(late));
        come.extend(std::iter::from_fn(|| queue.pop(late)).map(|(_, deadline)| deadline));
        let watches = (0..20).map(|index| Deadline::Watch(index, 0));
        let paces = (0..20).rev().map(|index| Deadline::Pace(index, 0));
        assert_eq!(come, watches.clone().chain(paces).chain(watches).collect::<Vec<_>>());
    }
}
