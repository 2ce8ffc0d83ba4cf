//! Timers that are cheap to postpone.
//!
//! A deadline that moves later leaves the planned item where it is: when that fires, the task checks its deadline and plans again.
//! So a timeout that every packet re-arms costs nothing per packet.

use std::task::Waker;

use crate::event_queue::WakeOrder;

/// One timer's place in the table of all timers.
#[derive(Debug)]
pub(crate) struct Slot {
    /// Its place among the timers that are due at one time.
    pub(crate) order: WakeOrder,
    /// The number of armings; an item of an earlier one is stale.
    pub(crate) generation: u32,
    /// The time of the planned item, if there is one.
    pub(crate) planned_ns: Option<u64>,
    pub(crate) waker: Option<Waker>,
}

impl Slot {
    /// Makes a timer that is not armed.
    pub(crate) fn new(order: WakeOrder) -> Self {
        Self { order, generation: 0, planned_ns: None, waker: None }
    }

    /// Requests a wake-up at `deadline_ns` or before; returns the generation for a new item, unless one is planned in time.
    pub(crate) fn arm(&mut self, deadline_ns: u64, waker: &Waker) -> Option<u32> {
        if self.waker.as_ref().is_none_or(|known| !known.will_wake(waker)) {
            self.waker = Some(waker.clone());
        }
        if self.planned_ns.is_some_and(|planned_ns| planned_ns <= deadline_ns) {
            return None;
        }
        self.generation = self.generation.wrapping_add(1);
        self.planned_ns = Some(deadline_ns);
        Some(self.generation)
    }

    /// Handles an item of `generation` that is due: wakes the task if it is the current one.
    pub(crate) fn fire(&mut self, generation: u32) {
        if generation == self.generation {
            self.planned_ns = None;
            if let Some(waker) = &self.waker {
                waker.wake_by_ref();
            }
        }
    }
}
