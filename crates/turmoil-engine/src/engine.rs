//! The loop that moves the clock tick by tick, and the actions of the harness.

use std::cell::{RefCell, RefMut};
use std::fmt;
use std::net::IpAddr;
use std::rc::{Rc, Weak};
use std::time::{Duration, UNIX_EPOCH};

use ::host::context::Context;
use network::{HostId, Network, Stats};
use tracing::debug;
use turmoil::{Protocol, Sim};

use crate::clock::{Clock, TOKIO_TICK};
use crate::host::{TurmoilHost, software};
use crate::net::{Action, HostState, Net, SharedNet};

/// The messages that a socket of turmoil holds. The limit in bytes, which this engine keeps, is reached first.
const UDP_CAPACITY: usize = 1 << 16;
/// The segments that a program may send before its peer reads them, and the connections that may wait to be accepted: more of these
/// than a scenario can have, as turmoil panics at the next.
const TCP_CAPACITY: usize = 1 << 14;

/// A simulation on turmoil whose clock runs. Dropping it ends all its tasks.
pub struct Turmoil {
    seed: u64,
    clock: Rc<Clock>,
    pub(crate) net: SharedNet,
    sim: RefCell<Sim<'static>>,
    deferred: Deferred,
    /// The number of ticks that have been run.
    ticks_run: std::cell::Cell<u64>,
}

/// What was planned while the network decided on a packet, each with its time.
type Deferred = Rc<RefCell<Vec<(u64, Action)>>>;

/// Plans actions from within a run, in response to a device. Cheap to clone.
#[derive(Clone)]
pub struct Planner {
    context: Rc<Context>,
    net: Weak<RefCell<Net>>,
    deferred: Deferred,
}

impl Planner {
    /// Plans an action like [`Turmoil::at`]; while hosts run, for the next tick at the earliest. Does nothing once the simulation
    /// has ended.
    pub fn at(&self, at: Duration, action: impl FnOnce(&Turmoil) + 'static) {
        if let Some(net) = self.net.upgrade() {
            let (at_ns, action): (u64, Action) =
                (at.as_nanos() as u64, Box::new(move |engine, _| action(engine)));
            match net.try_borrow_mut() {
                Ok(mut net) => {
                    net.plan(at_ns, action);
                }
                // An observer of the network plans it.
                Err(_) => self.deferred.borrow_mut().push((at_ns, action)),
            }
        }
    }

    /// Returns the time since the start of the run.
    pub fn now(&self) -> Duration {
        self.context.now()
    }
}

impl Turmoil {
    /// Starts turmoil on `network`; all random choices follow from `seed`. `tick` is the length of a tick in the time of the
    /// scenario. `hosts` are those of the network, in their order, each with its name and address. All of them have power, and no
    /// task runs.
    ///
    /// # Panics
    /// If `tick` is zero, or the network has no such host.
    pub fn new(seed: u64, tick: Duration, network: Network, hosts: &[(Rc<str>, IpAddr)]) -> Self {
        assert!(!tick.is_zero(), "the clock moves");
        let names = hosts.iter().map(|(name, _)| Rc::clone(name)).collect();
        let clock = Rc::new(Clock::new(tick, Rc::new(Context::new(names))));
        let states = hosts.iter().map(|(_, address)| HostState::new(*address)).collect();
        let net = Rc::new(RefCell::new(Net::new(&clock, network, states)));
        let mut sim = turmoil::Builder::new()
            .tick_duration(TOKIO_TICK)
            .simulation_duration(Duration::MAX)
            .epoch(UNIX_EPOCH)
            .udp_capacity(UDP_CAPACITY)
            .tcp_capacity(TCP_CAPACITY)
            .ephemeral_ports(network::EPHEMERAL)
            .rng_seed(seed)
            .build();
        for (index, &(_, address)) in hosts.iter().enumerate() {
            let id = net.borrow().network.host_at(address).expect("it is a host of the network");
            let net = Rc::clone(&net);
            sim.host(address, move || software(Rc::clone(&net), id));
            // Whatever is sent waits until the network has decided on it.
            hosts[..index].iter().for_each(|(_, other)| sim.hold(address, *other));
        }
        clock.primes.set(true);
        Self {
            seed,
            clock,
            net,
            sim: RefCell::new(sim),
            deferred: Rc::default(),
            ticks_run: Default::default(),
        }
    }

    /// Returns the host `id`, to run devices on.
    pub fn host(&self, id: HostId) -> TurmoilHost {
        let name = self.clock.context.name(id.index());
        TurmoilHost { seed: self.seed, id, name, clock: Rc::clone(&self.clock), net: Rc::clone(&self.net) }
    }

    /// Returns the time since the start of the run.
    pub fn now(&self) -> Duration {
        self.clock.context.now()
    }

    /// Returns the counters so far. Polls are those of devices' own tasks.
    pub fn stats(&self) -> Stats {
        let net = self.net.borrow();
        Stats::new(net.network.totals(), net.arrivals, self.clock.polls.get())
    }

    /// Plans `action` for the first tick that is not before `at`. Actions of one tick run in the order of planning, before the
    /// tasks that wake in that tick.
    pub fn at(&self, at: Duration, action: impl FnOnce(&Self) + 'static) {
        self.planner().at(at, action);
    }

    /// Returns a planner for actions from within the run.
    pub fn planner(&self) -> Planner {
        let deferred = Rc::clone(&self.deferred);
        Planner { context: Rc::clone(&self.clock.context), net: Rc::downgrade(&self.net), deferred }
    }

    /// Cuts the power of a host: its tasks end where they are, its sockets disappear, and it no longer answers.
    pub fn power_off(&self, id: HostId) {
        debug!(host = %self.clock.context.name(id.index()), "power off");
        let address = self.crash(id);
        // What its sockets have sent as they were dropped is lost.
        self.decide_on_segments(Some(address));
        let net = &mut *self.net.borrow_mut();
        net.hosts[id.index()].powered = false;
        net.segments.forget(address);
    }

    /// Ends the tasks of a host, as when its software stops. Its ports still answer that they are closed.
    pub fn stop(&self, id: HostId) {
        if self.net.borrow().hosts[id.index()].powered {
            let address = self.crash(id);
            self.sim.borrow_mut().bounce(address);
        }
    }

    /// Restores the power of a host. The caller has to spawn its tasks.
    pub fn power_on(&self, id: HostId) {
        debug!(host = %self.clock.context.name(id.index()), "power on");
        let address = {
            let net = &mut *self.net.borrow_mut();
            net.network.forget_path_mtus(id);
            let host = &mut net.hosts[id.index()];
            host.powered = true;
            host.address
        };
        self.sim.borrow_mut().bounce(address);
    }

    /// Ends all tasks of a host, also those that were to start, and returns its address.
    fn crash(&self, id: HostId) -> IpAddr {
        let never_started = std::mem::take(&mut self.net.borrow_mut().hosts[id.index()].spawned);
        drop(never_started);
        let address = self.net.borrow().hosts[id.index()].address;
        self.sim.borrow_mut().crash(address);
        address
    }

    /// Returns the network, to change it or to read its counters.
    pub fn network(&self) -> RefMut<'_, Network> {
        RefMut::map(self.net.borrow_mut(), |net| &mut net.network)
    }

    /// Runs up to and including the last tick that is not after `end`.
    pub fn run_until(&self, end: Duration) {
        let (end_ns, context) = (end.as_nanos() as u64, &self.clock.context);
        let _stamps_traces = context.enter();
        if self.clock.primes.get() {
            self.step();
            self.clock.primes.set(false);
        }
        while self.ticks_run.get() * self.clock.length_ns <= end_ns {
            let tick = self.ticks_run.replace(self.ticks_run.get() + 1);
            self.clock.tick.set(tick);
            context.now_ns.set(tick * self.clock.length_ns);
            self.happen();
            self.deliver();
            self.step();
        }
        context.now_ns.set(end_ns);
    }

    /// Executes everything that is due in this tick.
    fn happen(&self) {
        for (at_ns, action) in self.deferred.take() {
            self.net.borrow_mut().plan(at_ns, action);
        }
        loop {
            let next = self.net.borrow_mut().take_due();
            let Some((number, action)) = next else { break };
            action(self, number);
        }
    }

    /// Lets turmoil deliver the messages that arrive in this tick.
    fn deliver(&self) {
        let net = &mut *self.net.borrow_mut();
        if net.due.is_empty() && !net.segments.are_on_their_way() {
            return;
        }
        self.sim.borrow().links(|links| {
            for message in links.flatten() {
                let is_due = match message.protocol() {
                    Protocol::Udp(datagram) => {
                        let number = datagram.0.first_chunk().map(|number| u64::from_be_bytes(*number));
                        number.is_some_and(|number| net.due.remove(&number))
                    }
                    Protocol::Tcp(segment) => net.is_due(message.pair(), segment),
                };
                if is_due {
                    message.deliver();
                }
            }
        });
    }

    /// Runs all hosts for a tick of turmoil.
    fn step(&self) {
        self.clock.hosts_run.set(true);
        self.sim.borrow_mut().step().expect("the software of a host never ends");
        self.decide_on_segments(None);
        self.clock.hosts_run.set(false);
    }

    /// Decides on the segments that turmoil's TCP has sent, if any. Those of `crashed` are lost.
    fn decide_on_segments(&self, crashed: Option<IpAddr>) {
        let net = &mut *self.net.borrow_mut();
        if !std::mem::take(&mut net.segments.stirred) {
            return;
        }
        self.sim.borrow().links(|links| {
            for message in links.flatten() {
                if let Protocol::Tcp(segment) = message.protocol() {
                    let ends = message.pair();
                    net.decide_on(ends, segment, crashed == Some(ends.0.ip()));
                }
            }
        });
    }
}

impl fmt::Debug for Planner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Planner")
    }
}

impl fmt::Debug for Turmoil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turmoil").field("now", &self.now()).field("stats", &self.stats()).finish()
    }
}
