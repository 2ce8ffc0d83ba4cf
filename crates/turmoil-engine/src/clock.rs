//! The clock, in ticks of the scenario and of turmoil, and a program's timer on it.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use host::context::Context;
use tokio::time::{Instant, Sleep, sleep_until};

/// The length of a tick of turmoil: the resolution of tokio's timers.
pub(crate) const TOKIO_TICK: Duration = Duration::from_millis(1);

/// The clock of a simulation.
#[derive(Debug)]
pub(crate) struct Clock {
    /// The time of the current tick, or the end of the last call of `run_until`.
    pub(crate) context: Rc<Context>,
    /// The length of a tick in the scenario.
    pub(crate) length_ns: u64,
    pub(crate) tick: Cell<u64>,
    /// The steps of turmoil beyond the first for each tick: one more, in which the first tasks run before the first actions.
    pub(crate) primes: Cell<bool>,
    /// True while hosts run. What they plan happens in a later tick.
    pub(crate) hosts_run: Cell<bool>,
    pub(crate) polls: Cell<u64>,
}

impl Clock {
    pub(crate) fn new(tick: Duration, context: Rc<Context>) -> Self {
        let (tick_now, primes, hosts_run, polls) = Default::default();
        Self { context, length_ns: tick.as_nanos() as u64, tick: tick_now, primes, hosts_run, polls }
    }

    /// Returns the first tick that is not before `at_ns`.
    pub(crate) fn tick_of(&self, at_ns: u64) -> u64 {
        at_ns.div_ceil(self.length_ns)
    }

    /// Returns the tick in which something planned now for `at_ns` happens.
    pub(crate) fn next_tick(&self, at_ns: u64) -> u64 {
        self.tick_of(at_ns).max(self.tick.get() + u64::from(self.hosts_run.get()))
    }

    /// Returns the time of turmoil until `tick` begins.
    pub(crate) fn until(&self, tick: u64) -> Duration {
        let ticks = tick - self.tick.get() + u64::from(self.primes.get());
        TOKIO_TICK * u32::try_from(ticks).unwrap_or(u32::MAX)
    }
}

/// A timer on the clock of a host.
#[derive(Debug)]
pub struct TurmoilTimer {
    clock: Rc<Clock>,
    /// The tick for which tokio's timer is set, and that timer. A later deadline leaves it alone until it fires.
    armed: Option<(u64, Pin<Box<Sleep>>)>,
}

impl TurmoilTimer {
    pub(crate) fn new(clock: &Rc<Clock>) -> Self {
        Self { clock: Rc::clone(clock), armed: None }
    }
}

impl host::Timer for TurmoilTimer {
    fn poll_until(&mut self, deadline: Option<Duration>, cx: &mut TaskContext<'_>) -> Poll<()> {
        let Some(deadline) = deadline else { return Poll::Pending };
        let tick = self.clock.tick_of(deadline.as_nanos() as u64);
        while self.clock.tick.get() < tick {
            let at = Instant::now() + self.clock.until(tick);
            #[allow(clippy::disallowed_methods, reason = "turmoil's clock is tokio's")]
            let (armed_for, sleep) = self.armed.get_or_insert_with(|| (tick, Box::pin(sleep_until(at))));
            if tick < *armed_for {
                *armed_for = tick;
                sleep.as_mut().reset(at);
            }
            // An earlier deadline may have fired.
            ready!(sleep.as_mut().poll(cx));
            self.armed = None;
        }
        Poll::Ready(())
    }
}
