//! The part that all servers share: a machine with files, and software that serves them, on a simulated host in `run` and on this
//! machine in `serve`.

use std::cell::Cell;
use std::convert::Infallible;
use std::fmt::Debug;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use catalogue::FactError;
use daemon::{Daemon, DaemonEvent, StartError};
use devices::StartServer;
use engine::AnyHost;
use files::{FileError, Tree};
use host::Sink;
use host::real::RealHost;
use scenario::{Diagnostic, FileChange, Scenario};

use super::disk::Disk;
use super::{Blueprint, Device, Kind, Start, Supplies, sink_of};
use crate::clock::WallClock;
use crate::images::ImageStore;
use crate::world::live::LiveHost;
use crate::world::logs::Printed;
use crate::world::record::Event;
use crate::world::server_event::ServerEvent;

/// A kind of server: its software and its part of a scenario.
pub(super) trait Software: Debug + 'static {
    /// The software.
    type Daemon: StartServer + Debug + Send + Sync;
    /// The kind of its servers.
    const KIND: &'static Kind;

    /// Reads its configuration, or returns the default one.
    fn read(server: &scenario::Server, found: &mut Vec<Diagnostic>) -> Self::Daemon;
}

/// The events of the servers of a kind.
pub(super) type EventOf<S> = <<S as Software>::Daemon as Daemon>::Event;

fn wrap<S: Software>(event: EventOf<S>) -> Event {
    Event::Server(ServerEvent::new(event))
}

fn unwrap<S: Software>(event: &Event) -> Option<&EventOf<S>> {
    match event {
        Event::Server(event) => event.of(),
        _ => None,
    }
}

/// A server on the sockets of this machine.
pub(crate) trait Serve {
    /// Returns the name of its software.
    fn software(&self) -> &'static str;

    /// Returns the algorithm and fingerprint of each of its host keys, after it has got new ones so many times.
    fn host_keys(&self, host: &RealHost, new: u32) -> Vec<String>;

    /// Returns the files on its machine.
    fn disk(&self, images: &ImageStore) -> Disk;

    /// Serves `files` at `address` until the future is dropped, with the host keys of [`Serve::host_keys`]. `started` is the current time of
    /// its clock, since 1970. Events go to `events`.
    fn serve(
        &self,
        address: SocketAddr,
        host: LiveHost,
        files: Tree,
        started: Duration,
        new: u32,
        events: Sink<Event>,
    ) -> Pin<Box<dyn Future<Output = Result<Infallible, StartError>>>>;

    /// Returns the line that it writes to its log for an event of its own, if any, with the time of `clock`.
    fn line(&self, clock: &WallClock, at: Duration, event: &Event) -> Option<String>;

    /// Returns the address it listens at, if the event reports that.
    fn listening(&self, event: &Event) -> Option<SocketAddr>;
}

/// A server of a scenario.
#[derive(Debug)]
struct Server<S: Software> {
    setup: scenario::Server,
    daemon: S::Daemon,
    /// Its own clock, which may differ from the scenario's.
    clock: WallClock,
}

/// Reads the setup of a server.
pub(super) fn read<S: Software>(
    scenario: &Scenario,
    index: usize,
    found: &mut Vec<Diagnostic>,
) -> Arc<dyn Blueprint> {
    let setup = scenario.servers[index].clone();
    let daemon = S::read(&setup, found);
    let clock = WallClock::new(scenario.start).ahead(setup.clock);
    Arc::new(Server::<S> { setup, daemon, clock })
}

impl<S: Software> Server<S> {
    fn disk(&self, images: &ImageStore) -> Disk {
        let daemon = self.daemon.clone();
        let local_path = move |name: &str| daemon.local_path(name);
        Disk::new(self.setup.clone(), images.clone(), self.daemon.root(), Box::new(local_path))
    }

    fn line(&self, clock: &WallClock, at: Duration, event: &Event) -> Option<String> {
        unwrap::<S>(event)?.line(&clock.strftime(at, EventOf::<S>::TIME), &self.setup.name)
    }
}

impl<S: Software> Blueprint for Server<S> {
    fn kind(&self) -> &'static Kind {
        S::KIND
    }

    fn build(&self, supplies: &Supplies<'_>) -> Result<Box<dyn Device>, FactError> {
        Ok(Box::new(Running::<S> {
            daemon: self.daemon.clone(),
            disk: self.disk(supplies.images),
            started: Duration::from_nanos(self.clock.epoch_ns()),
            host_keys: Cell::new(0),
        }))
    }

    fn lines(&self, at: Duration, event: &Event) -> Vec<Printed> {
        self.line(&self.clock, at, event).map(|text| Printed { text, verified: true }).into_iter().collect()
    }

    fn server(self: Arc<Self>) -> Option<Arc<dyn Serve>> {
        Some(self)
    }
}

impl<S: Software> Serve for Server<S> {
    fn software(&self) -> &'static str {
        S::Daemon::NAME
    }

    fn host_keys(&self, host: &RealHost, new: u32) -> Vec<String> {
        let mut daemon = self.daemon.clone();
        daemon.make_host_keys(host, new, true);
        daemon.host_keys()
    }

    fn disk(&self, images: &ImageStore) -> Disk {
        self.disk(images)
    }

    fn serve(
        &self,
        address: SocketAddr,
        host: LiveHost,
        files: Tree,
        started: Duration,
        new: u32,
        events: Sink<Event>,
    ) -> Pin<Box<dyn Future<Output = Result<Infallible, StartError>>>> {
        let mut daemon = self.daemon.clone();
        daemon.listen_at(address);
        daemon.make_host_keys(&host, new, true);
        Box::pin(daemon.run(host, Rc::new(files), started, sink_of(events, wrap::<S>)))
    }

    fn line(&self, clock: &WallClock, at: Duration, event: &Event) -> Option<String> {
        self.line(clock, at, event)
    }

    fn listening(&self, event: &Event) -> Option<SocketAddr> {
        unwrap::<S>(event)?.listening()
    }
}

/// A server that has been built.
struct Running<S: Software> {
    daemon: S::Daemon,
    disk: Disk,
    /// The time of its clock at the start of the run, since 1970.
    started: Duration,
    /// The number of times it has got new host keys.
    host_keys: Cell<u32>,
}

impl<S: Software> Device for Running<S> {
    fn start(&self, host: &AnyHost, _start: Start, events: Sink<Event>) {
        let (files, events) = (Rc::new(self.disk.tree()), sink_of(events, wrap::<S>));
        self.daemon.clone().start(host, self.host_keys.get(), files, self.started, events);
    }

    fn change_file(&self, path: &str, change: &FileChange) -> Result<(), FileError> {
        self.disk.change(path, change)
    }

    fn new_host_keys(&self) {
        self.host_keys.set(self.host_keys.get() + 1);
    }
}
