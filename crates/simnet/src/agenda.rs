//! Everything that will happen: a heap ordered by time, then by the order of planning.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What happens at its time. Indices point into the tables of `Net`.
#[derive(Clone, Copy, Debug)]
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
    heap: BinaryHeap<Planned>,
    planned: u64,
}

/// An item and its place in the order: time in the upper half, order of planning in the lower, so that one comparison decides.
#[derive(Clone, Copy, Debug)]
struct Planned {
    key: u128,
    item: Item,
}

impl Ord for Planned {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives its greatest first; the earliest shall come.
        other.key.cmp(&self.key)
    }
}

impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Planned {}

impl Agenda {
    pub(crate) fn plan(&mut self, at_ns: u64, item: Item) {
        let key = u128::from(at_ns) << 64 | u128::from(self.planned);
        self.heap.push(Planned { key, item });
        self.planned += 1;
    }

    /// When the next item is due.
    pub(crate) fn next_at(&self) -> Option<u64> {
        self.heap.peek().map(|planned| (planned.key >> 64) as u64)
    }

    /// Takes the next item if it is due at `now_ns` or before.
    pub(crate) fn take_due(&mut self, now_ns: u64) -> Option<Item> {
        if self.next_at()? > now_ns {
            return None;
        }
        self.heap.pop().map(|planned| planned.item)
    }
}
