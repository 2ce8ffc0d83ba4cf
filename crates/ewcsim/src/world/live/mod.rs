//! Servers of a scenario on the sockets of this machine, and what its timeline does to them, in real time.
//!
//! There is no simulated network here: links, firewalls and other hosts do nothing, and [`Live::not_applied`] says which entries of
//! the timeline are about those.

mod timeline;

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use daemon::StartError;
use host::real::RealHost;
use host::{Host as _, Sink};
use jiff::Timestamp;
use scenario::{Scenario, Trigger};
use tokio::sync::{mpsc, watch};

use super::device::{Disk, Serve};
use super::record::{Entry, Event, Record};
use super::triggers::Triggers;
use crate::clock::WallClock;
use crate::images::ImageStore;
use crate::meter::{Flows, Metered};
use crate::pace::{Pace, Paced};
use crate::world::Prepared;

/// A host of this machine, on which a server runs.
pub(crate) type LiveHost = Metered<Paced<RealHost>>;

/// Servers on the sockets of this machine.
pub(crate) struct Live(Rc<Inner>);

/// A server to run, and the address at which it listens.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Its name in the scenario.
    pub(crate) name: String,
    /// The address. If its port is 0, it keeps the one that it gets first.
    pub(crate) address: SocketAddr,
}

/// What servers tell.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    /// The server listens: for the first time, or again.
    Listening(SocketAddr),
    /// A line of its log.
    Line(String),
    /// The timeline has done this to it, at this time since the start.
    Changed(Duration, String),
}

struct Inner {
    scenario: Scenario,
    servers: Vec<Server>,
    /// The names of the servers; it has no entries.
    record: Record,
    triggers: Triggers,
    /// The clock of the timeline, and the time of it at which the timeline begins, once it has.
    host: RealHost,
    began: Cell<Option<Duration>>,
    clock: WallClock,
    flows: Flows,
    told: Box<dyn Fn(usize, Told)>,
    failed: mpsc::UnboundedSender<Failed>,
}

/// A server that could not start.
#[derive(Debug)]
pub(crate) struct Failed {
    /// The address at which it was to listen.
    pub(crate) address: SocketAddr,
    /// The reason.
    pub(crate) error: StartError,
}

struct Server {
    name: String,
    setup: Arc<dyn Serve>,
    disk: Disk,
    address: Cell<SocketAddr>,
    /// True once it has listened.
    has_listened: Cell<bool>,
    host: RealHost,
    pace: Pace,
    has_power: Cell<bool>,
    /// The number of times it has got new host keys.
    host_keys: Cell<u32>,
    /// Ends what runs of it; nothing before the first start.
    life: RefCell<Option<watch::Sender<bool>>>,
}

impl Live {
    /// Makes servers of `prepared`, which has them. What they tell goes to `told`, with the index of the server into `places`. Returns them,
    /// and the first that cannot start.
    pub(crate) fn new(
        prepared: &Prepared,
        places: &[Place],
        images: &ImageStore,
        flows: &Flows,
        told: impl Fn(usize, Told) + 'static,
    ) -> (Self, mpsc::UnboundedReceiver<Failed>) {
        let scenario = prepared.scenario.clone();
        let server = |place: &Place| {
            let setup = prepared.hosts.server(&place.name).expect("the server is one of the hosts");
            Server {
                name: place.name.clone(),
                disk: setup.disk(images),
                setup,
                address: Cell::new(place.address),
                has_listened: Cell::new(false),
                host: RealHost::new(&place.name, scenario.seed),
                pace: Pace::default(),
                has_power: Cell::new(scenario.powered.contains(&place.name)),
                host_keys: Cell::new(0),
                life: RefCell::default(),
            }
        };
        let (failed, failures) = mpsc::unbounded_channel();
        let inner = Inner {
            servers: places.iter().map(server).collect(),
            record: Record::new(places.iter().map(|place| place.name.clone()).collect()),
            triggers: Triggers::new(&scenario.timeline),
            host: RealHost::new(scenario::NETWORK, scenario.seed),
            began: Cell::new(None),
            clock: WallClock::new(Timestamp::now()),
            flows: flows.clone(),
            told: Box::new(told),
            failed,
            scenario,
        };
        (Self(Rc::new(inner)), failures)
    }

    /// Returns the software of a server.
    pub(crate) fn software(&self, index: usize) -> &'static str {
        self.0.servers[index].setup.software()
    }

    /// Returns the algorithm and fingerprint of each host key that a server has at first.
    pub(crate) fn host_keys(&self, index: usize) -> Vec<String> {
        let server = &self.0.servers[index];
        server.setup.host_keys(&server.host, 0)
    }

    /// Returns true if the server has power at the start, or gets it there.
    pub(crate) fn starts(&self, index: usize) -> bool {
        let name = &self.0.servers[index].name;
        self.0.is_on_before(name) || self.0.is_powered_on_at_start(name)
    }

    /// Returns the lines of the timeline's entries that are not applied, in order: they are about other hosts or the network, or wait for
    /// events of other hosts.
    pub(crate) fn not_applied(&self) -> Vec<usize> {
        let scenario = &self.0.scenario;
        let left_out = scenario.timeline.iter().filter(|entry| !self.0.is_applied(entry));
        left_out.map(|entry| scenario.sources.location(entry.span).line).collect()
    }

    /// Starts the servers that have power, and the timeline once all of them listen. Must be called inside [`host::real::run`].
    pub(crate) fn start(&self) {
        let inner = &self.0;
        for (index, server) in inner.servers.iter().enumerate() {
            if inner.is_on_before(&server.name) {
                inner.start(index);
            }
        }
        inner.begin_if_all_listen();
    }
}

impl Inner {
    fn index(&self, name: &str) -> Option<usize> {
        self.servers.iter().position(|server| server.name == name)
    }

    /// Starts a server, after all that ran of it has ended.
    fn start(self: &Rc<Self>, index: usize) {
        let server = &self.servers[index];
        let (life, ended) = watch::channel(false);
        let before = server.life.replace(Some(life));
        let this = Rc::clone(self);
        server.host.spawn(async move {
            if let Some(before) = before {
                before.send_replace(true);
                before.closed().await;
            }
            this.run(index, ended).await;
        });
    }

    async fn run(self: &Rc<Self>, index: usize, mut ended: watch::Receiver<bool>) {
        let server = &self.servers[index];
        let host = Paced::new(server.host.clone(), server.pace.clone(), ended.clone());
        let host: LiveHost = Metered::new(host, self.flows.clone());
        let this = Rc::clone(self);
        let events = Sink::new(move |event| this.hear(index, event));
        let started = Duration::from_nanos(self.clock.epoch_ns());
        let (address, keys) = (server.address.get(), server.host_keys.get());
        let running = server.setup.serve(address, host, server.disk.tree(), started, keys, events);
        tokio::select! {
            biased;
            // The sender lives as long as the server.
            _ = ended.wait_for(|ended| *ended) => {}
            stopped = running => {
                let Err(error) = stopped;
                // The receiver is dropped only at the end of the process.
                let _ = self.failed.send(Failed { address, error });
            }
        }
    }

    /// Ends what runs of a server.
    fn stop(&self, index: usize) {
        if let Some(life) = &*self.servers[index].life.borrow() {
            life.send_replace(true);
        }
    }

    /// Begins the timeline when all servers listen that have power from the start.
    fn begin_if_all_listen(self: &Rc<Self>) {
        let is_awaited = |server: &Server| self.is_on_before(&server.name) && !server.has_listened.get();
        if self.began.get().is_some() || self.servers.iter().any(is_awaited) {
            return;
        }
        self.began.set(Some(self.host.now()));
        for (index, entry) in self.scenario.timeline.iter().enumerate() {
            if let Trigger::At(at) = entry.trigger
                && self.is_applied(entry)
            {
                self.plan(at, index, 1);
            }
        }
    }

    /// Returns the time since the timeline began; nothing before it has.
    fn now(&self) -> Duration {
        self.began.get().map_or(Duration::ZERO, |began| self.host.now().saturating_sub(began))
    }

    /// Takes an event of a server.
    fn hear(self: &Rc<Self>, index: usize, event: Event) {
        let server = &self.servers[index];
        if let Some(address) = server.setup.listening(&event) {
            server.address.set(address);
            (self.told)(index, Told::Listening(address));
            server.has_listened.set(true);
            self.begin_if_all_listen();
        }
        if let Some(line) = server.setup.line(&self.clock, server.host.now(), &event) {
            (self.told)(index, Told::Line(line));
        }
        self.trigger(index, event);
    }

    /// Plans the entries of the timeline that wait for an event of a server.
    fn trigger(self: &Rc<Self>, index: usize, event: Event) {
        if self.triggers.is_idle() {
            return;
        }
        let entry = Entry { at: self.now(), host: Some(index), event };
        for ready in self.triggers.note(&self.scenario.timeline, &entry, &self.record) {
            let waits = &self.scenario.timeline[ready];
            if let Trigger::After(after) = &waits.trigger
                && self.is_applied(waits)
            {
                self.plan(entry.at + after.delay, ready, 1);
            }
        }
    }
}
