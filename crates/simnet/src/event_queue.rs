//! The event queue, ordered by time, then by planning.
//!
//! Packets in one direction of a link rarely overtake each other: they wait in a queue per direction, of which only the first takes
//! part in the ordering. Everything else is in a heap.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use network::HostId;

/// A planned event. Indices point into the tables of `Net`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Item {
    /// A packet in flight reaches its host.
    Arrival(u32),
    /// A timer that was armed `generation` armings into its life may be due.
    Timer { slot: u32, generation: u32 },
    /// A planned action of the harness.
    Action(u32),
    /// The TCP of a host may have work to do.
    Tcp(HostId),
}

/// The planned events. Times are nanoseconds since the start of the run.
#[derive(Debug, Default)]
pub(crate) struct EventQueue {
    heap: BinaryHeap<Planned<Item>>,
    /// The packets in flight by direction of a link, each with its key.
    directions: Vec<VecDeque<(u128, u32)>>,
    /// The first packet of each direction that has any.
    heads: BinaryHeap<Planned<usize>>,
    planned: u64,
    ticks: Option<Ticks>,
}

/// A clock that moves in ticks, as that of other simulators does. Times are rounded up to the next tick.
#[derive(Clone, Copy, Debug)]
struct Ticks {
    length_ns: u64,
    /// The earliest time of anything that is planned now: what tasks plan happens after the tick in which they run.
    earliest_ns: u64,
}

/// An item and its place in the order: time in the upper half, order of planning in the lower, so that one comparison decides.
#[derive(Clone, Copy, Debug)]
struct Planned<T> {
    key: u128,
    item: T,
}

impl<T> Ord for Planned<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap returns its greatest item first; the earliest must come first.
        other.key.cmp(&self.key)
    }
}

impl<T> PartialOrd for Planned<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Planned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<T> Eq for Planned<T> {}

impl EventQueue {
    /// Makes a queue whose clock moves in ticks, or from event to event.
    pub(crate) fn new(tick: Option<Duration>) -> Self {
        let ticks = tick.map(|tick| Ticks { length_ns: tick.as_nanos() as u64, earliest_ns: 0 });
        Self { ticks, ..Self::default() }
    }

    /// Returns true if its clock moves in ticks.
    pub(crate) fn has_ticks(&self) -> bool {
        self.ticks.is_some()
    }

    /// Notes that tasks run at `now_ns`.
    pub(crate) fn begin_tasks(&mut self, now_ns: u64) {
        if let Some(ticks) = &mut self.ticks {
            ticks.earliest_ns = now_ns + 1;
        }
    }

    /// Notes that no task runs: what is planned now can happen now.
    pub(crate) fn begin_actions(&mut self) {
        if let Some(ticks) = &mut self.ticks {
            ticks.earliest_ns = 0;
        }
    }

    /// Returns the time at which something planned for `at_ns` happens.
    pub(crate) fn rounded(&self, at_ns: u64) -> u64 {
        self.ticks.map_or(at_ns, |ticks| at_ns.max(ticks.earliest_ns).next_multiple_of(ticks.length_ns))
    }

    pub(crate) fn plan(&mut self, at_ns: u64, item: Item) {
        let key = self.key(at_ns);
        self.heap.push(Planned { key, item });
    }

    /// Plans the arrival of `packet`, which travels in `direction`.
    pub(crate) fn plan_arrival(&mut self, at_ns: u64, direction: usize, packet: u32) {
        let key = self.key(at_ns);
        if self.directions.len() <= direction {
            self.directions.resize_with(direction + 1, VecDeque::new);
        }
        let queue = &mut self.directions[direction];
        match queue.back() {
            Some((last, _)) if key < *last => {
                self.heap.push(Planned { key, item: Item::Arrival(packet) });
            }
            Some(_) => queue.push_back((key, packet)),
            None => {
                queue.push_back((key, packet));
                self.heads.push(Planned { key, item: direction });
            }
        }
    }

    /// Returns the time of the next item.
    pub(crate) fn next_at(&self) -> Option<u64> {
        let (heap, heads) = self.first_keys();
        [heap, heads].into_iter().flatten().min().map(|key| (key >> 64) as u64)
    }

    /// Takes the next item if it is due at `now_ns` or before.
    pub(crate) fn take_due(&mut self, now_ns: u64) -> Option<Item> {
        let (heap, heads) = self.first_keys();
        let due = |key: u128| (key >> 64) as u64 <= now_ns;
        if heads.is_some_and(|head| due(head) && heap.is_none_or(|other| head < other)) {
            return self.take_from_direction();
        }
        heap.filter(|&key| due(key))?;
        self.heap.pop().map(|planned| planned.item)
    }

    fn take_from_direction(&mut self) -> Option<Item> {
        let direction = self.heads.pop()?.item;
        let queue = &mut self.directions[direction];
        let (_, packet) = queue.pop_front()?;
        if let Some(&(key, _)) = queue.front() {
            self.heads.push(Planned { key, item: direction });
        }
        Some(Item::Arrival(packet))
    }

    /// Returns the first keys of the heap and of the directions.
    fn first_keys(&self) -> (Option<u128>, Option<u128>) {
        (self.heap.peek().map(|planned| planned.key), self.heads.peek().map(|planned| planned.key))
    }

    fn key(&mut self, at_ns: u64) -> u128 {
        let key = u128::from(self.rounded(at_ns)) << 64 | u128::from(self.planned);
        self.planned += 1;
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(queue: &mut EventQueue) -> Vec<u32> {
        std::iter::from_fn(|| queue.take_due(u64::MAX))
            .map(|item| match item {
                Item::Arrival(packet) => packet,
                Item::Timer { slot, .. } => slot,
                Item::Action(_) | Item::Tcp(_) => unreachable!("none is planned"),
            })
            .collect()
    }

    #[test]
    fn directions_and_timers_come_in_order_of_time_then_of_planning() {
        let mut queue = EventQueue::default();
        queue.plan_arrival(30, 0, 1);
        queue.plan(20, Item::Timer { slot: 2, generation: 0 });
        queue.plan_arrival(30, 1, 3);
        queue.plan_arrival(40, 0, 4);
        // Jitter lets this one overtake those before it.
        queue.plan_arrival(10, 0, 5);
        queue.plan(30, Item::Timer { slot: 6, generation: 0 });
        queue.plan_arrival(40, 1, 7);
        assert_eq!(queue.next_at(), Some(10));
        assert_eq!(drain(&mut queue), [5, 2, 1, 3, 6, 4, 7]);
        assert_eq!(queue.next_at(), None);
    }

    #[test]
    fn a_clock_that_ticks_rounds_up_and_never_plans_for_a_tick_whose_tasks_run() {
        let mut queue = EventQueue::new(Some(Duration::from_nanos(10)));
        queue.plan(20, Item::Timer { slot: 1, generation: 0 });
        queue.plan(11, Item::Timer { slot: 2, generation: 0 });
        assert_eq!(queue.next_at(), Some(20));
        assert!(queue.has_ticks());
        queue.begin_tasks(20);
        queue.plan(20, Item::Timer { slot: 3, generation: 0 });
        queue.begin_actions();
        queue.plan(20, Item::Timer { slot: 4, generation: 0 });
        assert_eq!(queue.next_at(), Some(20));
        let due: Vec<_> = std::iter::from_fn(|| queue.take_due(20)).collect();
        assert_eq!((due.len(), queue.next_at()), (3, Some(30)));
    }

    #[test]
    fn nothing_is_taken_before_it_is_due() {
        let mut queue = EventQueue::default();
        queue.plan_arrival(30, 0, 1);
        assert!(queue.take_due(29).is_none());
        assert!(queue.take_due(30).is_some());
        assert!(queue.take_due(30).is_none());
    }
}
