//! A world whose clock runs: the loop that drives it, and what the harness may do to it.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::{Rc, Weak};
use std::time::Duration;

use network::{Counters, FirewallId, HostId, Impairments, LinkId, Rule, RuleAction, Totals};

use crate::SimHost;
use crate::agenda::Item;
use crate::executor::Executor;
use crate::guest::Guest;
use crate::net::{Arrivals, Net, PlannedAction};
use crate::tcp::Stack;

/// What happened in a world, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Packets that hosts sent.
    pub sent: u64,
    /// Packets that reached their host.
    pub arrived: u64,
    /// Packets that links and firewalls dropped, that had no host to go to, or that their host dropped for a wrong checksum.
    pub dropped: u64,
    /// Copies that links made. They are not among those sent.
    pub duplicated: u64,
    /// Datagrams that links held back so that later ones overtake them.
    pub reordered: u64,
    /// Packets in which links turned bits over.
    pub corrupted: u64,
    /// Datagrams that reached their host, but whose socket had no room left.
    pub overrun: u64,
    /// Times a task was polled.
    pub polls: u64,
}

/// A simulated world. Dropping it ends all its tasks.
pub struct Simnet {
    pub(crate) world: Rc<World>,
}

/// Plans actions from within a run, as a consequence of what a device did. Cheap to clone.
#[derive(Clone)]
pub struct Planner(Weak<World>);

impl Planner {
    /// As [`Simnet::at`]. Does nothing once the world has ended.
    pub fn at(&self, at: Duration, action: impl FnOnce(&Simnet) + 'static) {
        if let Some(world) = self.0.upgrade() {
            world.plan(at, Box::new(action));
        }
    }

    /// Plans `action` for this instant, when the tasks that run now have come to rest.
    pub fn soon(&self, action: impl FnOnce(&Simnet) + 'static) {
        self.at(Duration::ZERO, action);
    }

    /// Time since the start of the run; zero once the world has ended.
    pub fn now(&self) -> Duration {
        self.0.upgrade().map_or(Duration::ZERO, |world| Duration::from_nanos(world.now_ns.get()))
    }
}

/// What hosts, sockets and timers share.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) now_ns: Cell<u64>,
    /// Times a task was polled.
    pub(crate) polls: Cell<u64>,
    pub(crate) net: RefCell<Net>,
    pub(crate) executor: Executor,
    pub(crate) guest: Guest,
}

impl Simnet {
    /// The host `id`, to run devices on.
    pub fn host(&self, id: HostId) -> SimHost {
        SimHost::new(&self.world, id)
    }

    /// Time since the start of the run.
    pub fn now(&self) -> Duration {
        Duration::from_nanos(self.world.now_ns.get())
    }

    /// What happened so far.
    pub fn stats(&self) -> Stats {
        let net = self.world.net.borrow();
        let Totals { sent, dropped, duplicated, reordered, corrupted } = net.network.totals();
        let Arrivals { taken, dropped: dropped_on_arrival, overrun } = net.arrivals;
        Stats {
            sent,
            arrived: taken,
            dropped: dropped + dropped_on_arrival,
            duplicated,
            reordered,
            corrupted,
            overrun,
            polls: self.world.polls.get(),
        }
    }

    /// Plans `action` for `at`, or for now if that has passed. Actions of one instant run in the order of planning, before the tasks
    /// that wake at that instant.
    pub fn at(&self, at: Duration, action: impl FnOnce(&Simnet) + 'static) {
        self.world.plan(at, Box::new(action));
    }

    /// Plans actions from within the run.
    pub fn planner(&self) -> Planner {
        Planner(Rc::downgrade(&self.world))
    }

    /// Cuts the power of a host: its tasks end where they are, its sockets are gone, and it answers nothing.
    pub fn power_off(&self, id: HostId) {
        self.world.net.borrow_mut().hosts[id.index()].powered = false;
        self.world.executor.kill(id);
        // Its peers hear nothing of it, and it knows nothing of them when it comes back.
        let host = &mut self.world.net.borrow_mut().hosts[id.index()];
        if let Some(stack) = &mut host.tcp {
            **stack = Stack::new(&host.addresses, self.world.seed ^ self.world.now_ns.get());
        }
    }

    /// Ends the tasks of a host, as when its software stops. It still answers that its ports are closed.
    pub fn stop(&self, id: HostId) {
        self.world.executor.kill(id);
    }

    /// Gives a host power again. What runs on it then is for the caller to spawn.
    pub fn power_on(&self, id: HostId) {
        self.world.net.borrow_mut().hosts[id.index()].powered = true;
    }

    /// As [`Network::change_link`](network::Network::change_link).
    pub fn change_link(&self, id: LinkId, change: impl FnOnce(&mut Impairments, &mut Impairments)) {
        self.world.net.borrow_mut().network.change_link(id, change);
    }

    /// As [`Network::counters`](network::Network::counters).
    pub fn counters(&self, id: LinkId) -> (Counters, Counters) {
        self.world.net.borrow().network.counters(id)
    }

    /// As [`Network::slow_down`](network::Network::slow_down).
    pub fn slow_down(&self, id: HostId, delay: Duration, rate: Option<u64>) {
        self.world.net.borrow_mut().network.slow_down(id, delay, rate);
    }

    /// As [`Network::set_default`](network::Network::set_default).
    pub fn set_default(&self, id: FirewallId, action: RuleAction) {
        self.world.net.borrow_mut().network.set_default(id, action);
    }

    /// As [`Network::change_rules`](network::Network::change_rules).
    pub fn change_rules(&self, id: FirewallId, change: impl FnOnce(&mut Vec<Rule>)) {
        self.world.net.borrow_mut().network.change_rules(id, change);
    }

    /// Runs the world up to and including the instant `end`.
    pub fn run_until(&self, end: Duration) {
        let end_ns = end.as_nanos() as u64;
        let world = &*self.world;
        let _spawned_by_libraries = world.guest.enter();
        loop {
            world.run_tasks();
            let next = world.net.borrow().agenda.next_at().filter(|&at| at <= end_ns);
            let Some(at_ns) = next else { break };
            world.now_ns.set(at_ns);
            self.happen(at_ns);
        }
        world.now_ns.set(end_ns.max(world.now_ns.get()));
    }

    /// Ends the capture.
    ///
    /// # Errors
    /// The first error met while writing it.
    pub fn finish_capture(&self) -> io::Result<()> {
        match self.world.net.borrow_mut().capture.take() {
            Some(capture) => capture.finish(),
            None => Ok(()),
        }
    }

    /// Everything that is due at `now_ns`.
    fn happen(&self, now_ns: u64) {
        let world = &*self.world;
        let mut net = world.net.borrow_mut();
        while let Some(item) = net.agenda.take_due(now_ns) {
            match item {
                Item::Arrival(index) => net.arrive(now_ns, index),
                Item::Timer { slot, generation } => {
                    if let Some(slot) = net.timers.get_mut(slot as usize) {
                        slot.fire(generation);
                    }
                }
                Item::Tcp(host) => net.tcp_due(now_ns, host),
                Item::Action(index) => {
                    let action = net.actions.remove(index as usize);
                    drop(net);
                    action(self);
                    net = world.net.borrow_mut();
                }
            }
        }
    }
}

impl World {
    /// Polls woken tasks until none is ready, neither of a host nor of a library.
    fn run_tasks(&self) {
        loop {
            self.polls.set(self.polls.get() + self.executor.run_ready());
            if !self.guest.is_woken() {
                break;
            }
            self.guest.run();
        }
    }

    fn plan(&self, at: Duration, action: PlannedAction) {
        let net = &mut *self.net.borrow_mut();
        let index = net.actions.insert(action) as u32;
        net.agenda.plan((at.as_nanos() as u64).max(self.now_ns.get()), Item::Action(index));
    }
}

impl Drop for Simnet {
    fn drop(&mut self) {
        // Tasks hold the world that holds them, and close their sockets in it.
        self.world.executor.kill_all();
    }
}

impl std::fmt::Debug for Planner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Planner")
    }
}

impl std::fmt::Debug for Simnet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simnet").field("now", &self.now()).field("stats", &self.stats()).finish()
    }
}
