//! A program's timer.

use std::fmt;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use host::Timer;
use tracing::trace;

use crate::engine::Engine;
use crate::event_queue::Item;

/// A timer on the simulated clock.
pub struct SimTimer {
    pub(super) engine: Rc<Engine>,
    pub(super) slot: usize,
}

impl Timer for SimTimer {
    fn poll_until(&mut self, deadline: Option<Duration>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = deadline else { return Poll::Pending };
        let deadline_ns = deadline.as_nanos() as u64;
        if deadline_ns <= self.engine.context.now_ns.get() {
            return Poll::Ready(());
        }
        let net = &mut *self.engine.net.borrow_mut();
        let slot = &mut net.timers[self.slot];
        if let Some(generation) = slot.arm(deadline_ns, cx.waker()) {
            trace!(slot = self.slot, ?deadline, "timer set");
            let item = Item::Timer { slot: self.slot as u32, generation };
            net.queue.plan_wake_up(deadline_ns, slot.order, item);
        }
        Poll::Pending
    }
}

impl Drop for SimTimer {
    fn drop(&mut self) {
        self.engine.net.borrow_mut().timers.remove(self.slot);
    }
}

impl fmt::Debug for SimTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimTimer")
    }
}
