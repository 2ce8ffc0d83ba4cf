//! The engine: a clock, the loop that moves it from event to event, and the actions of the harness.

use std::cell::{Cell, RefCell, RefMut};
use std::io;
use std::rc::{Rc, Weak};
use std::time::Duration;

use host::context::Context;
use network::{HostId, Network, Stats};
use slab::Slab;
use tracing::{debug, trace};

use crate::event_queue::Item;
use crate::executor::Executor;
use crate::library_runtime::LibraryRuntime;
use crate::net::Net;

/// A planned action of the harness.
type PlannedAction = Box<dyn FnOnce(&Simnet)>;

/// A simulated network whose clock runs. Dropping it ends all its tasks.
pub struct Simnet {
    pub(crate) engine: Rc<Engine>,
}

/// Plans actions from within a run, in response to a device. Cheap to clone.
#[derive(Clone)]
pub struct Planner(Weak<Engine>);

impl Planner {
    /// Plans an action like [`Simnet::at`]. Does nothing once the simulation has ended.
    pub fn at(&self, at: Duration, action: impl FnOnce(&Simnet) + 'static) {
        if let Some(engine) = self.0.upgrade() {
            engine.plan(at, Box::new(action));
        }
    }

    /// Plans `action` for this instant, after the tasks that run now have finished.
    pub fn soon(&self, action: impl FnOnce(&Simnet) + 'static) {
        self.at(Duration::ZERO, action);
    }

    /// Returns the time since the start of the run; zero once the simulation has ended.
    pub fn now(&self) -> Duration {
        self.0.upgrade().map_or(Duration::ZERO, |engine| engine.context.now())
    }
}

/// The state that hosts, sockets and timers share.
pub(crate) struct Engine {
    pub(crate) seed: u64,
    pub(crate) context: Rc<Context>,
    /// True if the clock moves in ticks.
    ticks: bool,
    /// True if devices may lend exchanges.
    express: Cell<bool>,
    /// The number of polls of tasks.
    pub(crate) polls: Cell<u64>,
    pub(crate) net: RefCell<Net>,
    pub(crate) executor: Executor,
    actions: RefCell<Slab<PlannedAction>>,
    /// What was planned while the network decided on a packet: time and index of the action.
    deferred: RefCell<Vec<(u64, u32)>>,
    /// What is due at the instant that happens; kept for its memory.
    due: RefCell<Vec<Item>>,
    libraries: LibraryRuntime,
}

impl Simnet {
    /// Returns the time since the start of the run.
    pub fn now(&self) -> Duration {
        self.engine.context.now()
    }

    /// Returns the counters so far.
    pub fn stats(&self) -> Stats {
        let net = self.engine.net.borrow();
        let stats = Stats::new(net.network.totals(), net.arrivals, self.engine.polls.get());
        Stats { express: net.flows.packets, ..stats }
    }

    /// Plans `action` for `at`, or for now if that has passed. Actions of one instant run in the order of planning, before the
    /// tasks that wake at that instant.
    pub fn at(&self, at: Duration, action: impl FnOnce(&Self) + 'static) {
        self.engine.plan(at, Box::new(action));
    }

    /// Returns a planner for actions from within the run.
    pub fn planner(&self) -> Planner {
        Planner(Rc::downgrade(&self.engine))
    }

    /// Cuts the power of a host: its tasks end where they are, its sockets disappear, and it no longer answers.
    pub fn power_off(&self, id: HostId) {
        self.engine.context.host.set(Some(id.index()));
        debug!("power off");
        // Before its sockets are closed, as that would send something.
        self.engine.net.borrow_mut().lose_power(id);
        self.engine.executor.kill(id);
        let seed = self.engine.seed ^ self.engine.context.now_ns.get();
        self.engine.net.borrow_mut().forget_connections(id, seed);
    }

    /// Ends the tasks of a host, as when its software stops. Its ports still answer that they are closed.
    pub fn stop(&self, id: HostId) {
        self.engine.executor.kill(id);
    }

    /// Restores the power of a host. The caller has to spawn its tasks.
    pub fn power_on(&self, id: HostId) {
        self.engine.context.host.set(Some(id.index()));
        debug!("power on");
        let net = &mut *self.engine.net.borrow_mut();
        net.hosts[id.index()].powered = true;
        net.network.forget_path_mtus(id);
    }

    /// Returns the network, to change it or to read its counters.
    pub fn network(&self) -> RefMut<'_, Network> {
        let mut net = self.engine.net.borrow_mut();
        // A change may close the way of an exchange.
        net.recall_all();
        RefMut::map(net, |net| &mut net.network)
    }

    /// Lets devices lend exchanges, or not. They do at first.
    pub fn set_express(&self, express: bool) {
        self.engine.express.set(express);
        self.engine.net.borrow_mut().recall_all();
    }

    /// Runs up to and including the instant `end`.
    pub fn run_until(&self, end: Duration) {
        let end_ns = end.as_nanos() as u64;
        let engine = &*self.engine;
        let _stamps_traces = engine.context.enter();
        let _spawned_by_libraries = engine.libraries.enter();
        loop {
            engine.run_tasks();
            engine.plan_deferred();
            if !self.advance(end_ns) {
                break;
            }
        }
        engine.context.now_ns.set(end_ns.max(engine.context.now_ns.get()));
    }

    /// Ends the capture.
    ///
    /// # Errors
    /// The first error while writing it.
    pub fn finish_capture(&self) -> io::Result<()> {
        match self.engine.net.borrow_mut().capture.take() {
            Some(capture) => capture.finish(),
            None => Ok(()),
        }
    }

    /// Moves the clock on, to an instant at which tasks are to run. Returns false if there is nothing to do until `end_ns`.
    fn advance(&self, end_ns: u64) -> bool {
        let engine = &*self.engine;
        let mut due = engine.due.take();
        let mut net = engine.net.borrow_mut();
        let has_come = loop {
            let Some((now_ns, first)) = net.queue.take_first(end_ns) else { break false };
            engine.context.now_ns.set(now_ns);
            due.clear();
            due.push(first);
            due.extend(std::iter::from_fn(|| net.queue.take_due(now_ns)));
            if due.iter().all(|&item| net.flows.is_step(item)) {
                if net.step(now_ns, &due) {
                    break true;
                }
            } else {
                drop(net);
                self.happen(now_ns, &mut due);
                break true;
            }
        };
        due.clear();
        *engine.due.borrow_mut() = due;
        has_come
    }

    /// Executes everything that is due at `now_ns`: what `due` has, and what is planned meanwhile.
    fn happen(&self, now_ns: u64, due: &mut Vec<Item>) {
        let engine = &*self.engine;
        let mut net = engine.net.borrow_mut();
        if engine.ticks {
            net.queue.begin_actions();
        }
        while !due.is_empty() {
            for item in &*due {
                if let Item::Flow(row) = *item {
                    net.recall(row);
                }
            }
            for item in due.drain(..) {
                let item = match item {
                    Item::Flow(row) => net.flows.take_over(row),
                    other => Some(other),
                };
                engine.context.host.set(None);
                match item {
                    Some(Item::Arrival(index)) => net.arrive(now_ns, index),
                    Some(Item::Timer { slot, generation }) => {
                        if let Some(timer) = net.timers.get_mut(slot as usize) {
                            trace!(slot, "timer due");
                            timer.fire(generation);
                        }
                    }
                    Some(Item::Tcp(host)) => net.tcp_due(now_ns, host),
                    Some(Item::Wake(socket)) => {
                        if let Some(socket) = net.sockets.get(socket as usize) {
                            socket.wake();
                        }
                    }
                    Some(Item::Action(index)) => {
                        let action = engine.actions.borrow_mut().remove(index as usize);
                        drop(net);
                        action(self);
                        net = engine.net.borrow_mut();
                    }
                    Some(Item::Flow(_)) | None => {}
                }
            }
            due.extend(std::iter::from_fn(|| net.queue.take_due(now_ns)));
        }
    }
}

impl Engine {
    /// Makes an engine at the start of a run.
    pub(crate) fn new(seed: u64, context: Rc<Context>, net: Net) -> Self {
        Self {
            seed,
            context,
            ticks: net.queue.has_ticks(),
            express: Cell::new(true),
            polls: Cell::new(0),
            net: RefCell::new(net),
            executor: Executor::default(),
            actions: RefCell::default(),
            deferred: RefCell::default(),
            due: RefCell::default(),
            libraries: LibraryRuntime::new(seed),
        }
    }

    /// Polls woken tasks until none is ready, neither of a host nor of a library.
    fn run_tasks(&self) {
        if self.ticks {
            self.run_tasks_by_host();
            return;
        }
        loop {
            self.polls.set(self.polls.get() + self.executor.run_ready(None, &self.context.host));
            if !self.libraries.is_woken() {
                break;
            }
            self.libraries.run();
        }
    }

    /// Does the same host by host, as a clock that moves in ticks has it.
    #[cold]
    fn run_tasks_by_host(&self) {
        self.net.borrow_mut().queue.begin_tasks(self.context.now_ns.get());
        while let Some(host) = self.executor.first_ready() {
            self.polls.set(self.polls.get() + self.executor.run_ready(Some(host), &self.context.host));
            if self.libraries.is_woken() {
                self.libraries.run();
            }
        }
    }

    /// Returns true if devices may lend exchanges: nobody looks at packets, and time moves from event to event.
    pub(crate) fn takes_leases(&self) -> bool {
        self.express.get() && !self.ticks && self.net.borrow().capture.is_none()
    }

    fn plan(&self, at: Duration, action: PlannedAction) {
        let index = self.actions.borrow_mut().insert(action) as u32;
        let at_ns = (at.as_nanos() as u64).max(self.context.now_ns.get());
        match self.net.try_borrow_mut() {
            Ok(mut net) => net.queue.plan(at_ns, Item::Action(index)),
            // An observer of the network plans it.
            Err(_) => self.deferred.borrow_mut().push((at_ns, index)),
        }
    }

    /// Plans what was planned while the network decided on a packet.
    fn plan_deferred(&self) {
        if self.deferred.borrow().is_empty() {
            return;
        }
        for (at_ns, index) in self.deferred.take() {
            self.net.borrow_mut().queue.plan(at_ns, Item::Action(index));
        }
    }
}

impl Drop for Simnet {
    fn drop(&mut self) {
        // Tasks hold the engine that holds them, and close their sockets in it.
        self.engine.executor.kill_all();
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
