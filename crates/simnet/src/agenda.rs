//! Everything that will happen: a heap ordered by time, then by the order of planning.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What happens at its time. Indices point into the tables of `Net`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item {
    /// A packet in flight reaches its host.
    Arrival(u32),
    /// A timer that was armed `generation` armings into its life may be due.
    Timer { slot: u32, generation: u32 },
    /// A planned action of the harness.
    Action(u32),
    /// Connections with unacknowledged bytes look at their retransmission count.
    TcpTick,
}

/// The heap. Times are nanoseconds since the start of the run.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    heap: BinaryHeap<Reverse<(u64, u64, Item)>>,
    planned: u64,
}

impl Agenda {
    pub(crate) fn plan(&mut self, at_ns: u64, item: Item) {
        self.heap.push(Reverse((at_ns, self.planned, item)));
        self.planned += 1;
    }

    /// When the next item is due.
    pub(crate) fn next_at(&self) -> Option<u64> {
        self.heap.peek().map(|Reverse((at, ..))| *at)
    }

    /// Takes the next item if it is due at `now_ns` or before.
    pub(crate) fn take_due(&mut self, now_ns: u64) -> Option<Item> {
        if self.next_at()? > now_ns {
            return None;
        }
        self.heap.pop().map(|Reverse((_, _, item))| item)
    }
}
