//! The event queue, ordered by time. At one time arrivals and actions come first, in the order of planning, then tasks are woken by
//! their timers, in the order of their hosts.
//!
//! What is planned in the order of its times, such as the packets in one direction of a link, waits in a lane, of which only the first
//! takes part in the ordering. Everything else is in a heap.

use std::cmp::Ordering;
use std::collections::binary_heap::PeekMut;
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
    /// A row of the table of flows: its next step, or what it became.
    Flow(u32),
    /// The task that waits at a socket is woken.
    Wake(u32),
}

/// The place of a wake-up among those of one time: by host, then in the order in which the host made its sockets and timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WakeOrder(u64);

impl WakeOrder {
    /// Makes the order of the socket or timer that was made as number `made` of all.
    pub(crate) fn new(host: usize, made: u64) -> Self {
        Self(1 << 63 | (host as u64) << 40 | made)
    }
}

/// A queue of items that are planned in the order of their times, nearly always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lane(usize);

impl Lane {
    /// Returns the lane of a direction of a link.
    pub(crate) fn of_direction(direction: usize) -> Self {
        Self(2 * direction)
    }

    /// Returns another lane.
    pub(crate) fn other(index: usize) -> Self {
        Self(2 * index + 1)
    }
}

/// The planned events. Times are nanoseconds since the start of the run.
#[derive(Debug, Default)]
pub(crate) struct EventQueue {
    heap: BinaryHeap<Planned<Item>>,
    lanes: Vec<VecDeque<(u128, Item)>>,
    /// The first item of each lane that has any.
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

/// An item and its place in the order: time in the upper half, the order at one time in the lower, so that one comparison decides.
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

    /// Plans an item that comes in the order of planning.
    pub(crate) fn plan(&mut self, at_ns: u64, item: Item) {
        let key = self.next_key(at_ns);
        self.heap.push(Planned { key, item });
    }

    /// Plans an item that wakes a task.
    pub(crate) fn plan_wake_up(&mut self, at_ns: u64, order: WakeOrder, item: Item) {
        let key = self.wake_key(at_ns, order);
        self.heap.push(Planned { key, item });
    }

    /// Does the same as [`EventQueue::plan`] in a lane.
    pub(crate) fn plan_in(&mut self, lane: Lane, at_ns: u64, item: Item) {
        let key = self.next_key(at_ns);
        self.push(lane, key, item);
    }

    /// Does the same as [`EventQueue::plan_wake_up`] in a lane.
    pub(crate) fn plan_wake_up_in(&mut self, lane: Lane, at_ns: u64, order: WakeOrder, item: Item) {
        let key = self.wake_key(at_ns, order);
        self.push(lane, key, item);
    }

    fn push(&mut self, Lane(lane): Lane, key: u128, item: Item) {
        if self.lanes.len() <= lane {
            self.lanes.resize_with(lane + 1, VecDeque::new);
        }
        let queue = &mut self.lanes[lane];
        match queue.back() {
            Some((last, _)) if key < *last => self.heap.push(Planned { key, item }),
            Some(_) => queue.push_back((key, item)),
            None => {
                queue.push_back((key, item));
                self.heads.push(Planned { key, item: lane });
            }
        }
    }

    /// Takes the next item if it is due at `now_ns` or before.
    pub(crate) fn take_due(&mut self, now_ns: u64) -> Option<Item> {
        self.take_first(now_ns).map(|(_, item)| item)
    }

    /// Does the same; returns the time of the item as well.
    pub(crate) fn take_first(&mut self, now_ns: u64) -> Option<(u64, Item)> {
        let (heap, heads) = self.first_keys();
        let key = [heap, heads].into_iter().flatten().min()?;
        let at_ns = (key >> 64) as u64;
        if at_ns > now_ns {
            return None;
        }
        let item = if heap == Some(key) {
            self.heap.pop().map(|planned| planned.item)
        } else {
            self.take_from_lane()
        };
        Some((at_ns, item?))
    }

    fn take_from_lane(&mut self) -> Option<Item> {
        let mut head = self.heads.peek_mut()?;
        let queue = &mut self.lanes[head.item];
        let (_, item) = queue.pop_front()?;
        match queue.front() {
            Some(&(key, _)) => head.key = key,
            None => _ = PeekMut::pop(head),
        }
        Some(item)
    }

    /// Returns the first keys of the heap and of the lanes.
    fn first_keys(&self) -> (Option<u128>, Option<u128>) {
        (self.heap.peek().map(|planned| planned.key), self.heads.peek().map(|planned| planned.key))
    }

    /// Returns the key of what comes in the order of planning.
    fn next_key(&mut self, at_ns: u64) -> u128 {
        let planned = self.planned;
        self.planned += 1;
        self.key(at_ns, planned)
    }

    /// Returns the key of what wakes a task. A clock that ticks has everything in the order of planning, as other simulators do.
    fn wake_key(&mut self, at_ns: u64, WakeOrder(order): WakeOrder) -> u128 {
        if self.ticks.is_some() { self.next_key(at_ns) } else { self.key(at_ns, order) }
    }

    fn key(&self, at_ns: u64, order: u64) -> u128 {
        u128::from(self.rounded(at_ns)) << 64 | u128::from(order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl EventQueue {
        /// Returns the time of the next item.
        fn next_at(&self) -> Option<u64> {
            let (heap, heads) = self.first_keys();
            [heap, heads].into_iter().flatten().min().map(|key| (key >> 64) as u64)
        }
    }

    fn drain(queue: &mut EventQueue) -> Vec<u32> {
        std::iter::from_fn(|| queue.take_due(u64::MAX))
            .map(|item| match item {
                Item::Arrival(packet) => packet,
                Item::Timer { slot, .. } => slot,
                Item::Action(_) | Item::Tcp(_) | Item::Flow(_) | Item::Wake(_) => {
                    unreachable!("none is planned")
                }
            })
            .collect()
    }

    fn arrive(queue: &mut EventQueue, at_ns: u64, direction: usize, packet: u32) {
        queue.plan_in(Lane::of_direction(direction), at_ns, Item::Arrival(packet));
    }

    /// Plans the timer `slot` of a host.
    fn wake(queue: &mut EventQueue, at_ns: u64, host: usize, slot: u32) {
        let order = WakeOrder::new(host, u64::from(slot));
        queue.plan_wake_up(at_ns, order, Item::Timer { slot, generation: 0 });
    }

    #[test]
    fn arrivals_come_in_order_of_time_then_of_planning_and_before_timers() {
        let mut queue = EventQueue::default();
        arrive(&mut queue, 30, 0, 1);
        wake(&mut queue, 20, 0, 2);
        arrive(&mut queue, 30, 1, 3);
        arrive(&mut queue, 40, 0, 4);
        // Jitter lets this one overtake those before it.
        arrive(&mut queue, 10, 0, 5);
        wake(&mut queue, 40, 1, 6);
        wake(&mut queue, 40, 0, 8);
        wake(&mut queue, 40, 0, 7);
        arrive(&mut queue, 40, 1, 9);
        assert_eq!(queue.next_at(), Some(10));
        assert_eq!(drain(&mut queue), [5, 2, 1, 3, 4, 9, 7, 8, 6]);
        assert_eq!(queue.next_at(), None);
    }

    #[test]
    fn wake_ups_in_a_lane_keep_their_order() {
        let mut queue = EventQueue::default();
        let order = WakeOrder::new(0, 1);
        for slot in 0..5 {
            queue.plan_wake_up_in(Lane::other(0), 10, order, Item::Timer { slot, generation: 0 });
        }
        arrive(&mut queue, 10, 0, 5);
        assert_eq!(drain(&mut queue), [5, 0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_clock_that_ticks_rounds_up_and_never_plans_for_a_tick_whose_tasks_run() {
        let mut queue = EventQueue::new(Some(Duration::from_nanos(10)));
        wake(&mut queue, 20, 0, 1);
        wake(&mut queue, 11, 0, 2);
        assert_eq!(queue.next_at(), Some(20));
        assert!(queue.has_ticks());
        queue.begin_tasks(20);
        wake(&mut queue, 20, 0, 3);
        queue.begin_actions();
        wake(&mut queue, 20, 0, 4);
        assert_eq!(queue.next_at(), Some(20));
        let due: Vec<_> = std::iter::from_fn(|| queue.take_due(20)).collect();
        assert_eq!((due.len(), queue.next_at()), (3, Some(30)));
    }

    #[test]
    fn nothing_is_taken_before_it_is_due() {
        let mut queue = EventQueue::default();
        arrive(&mut queue, 30, 0, 1);
        assert!(queue.take_due(29).is_none());
        assert!(queue.take_due(30).is_some());
        assert!(queue.take_due(30).is_none());
    }
}
