//! What servers of all software share: a machine with files, and software that serves them. On a simulated host in `run`, on this
//! machine in `serve`.

use std::cell::Cell;
use std::convert::Infallible;
use std::fmt::{Debug, Display};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use catalogue::FactError;
use files::{FileError, Tree};
use host::real::RealHost;
use host::{Host, Sink};
use scenario::{Diagnostic, FileChange, Scenario};
use simnet::SimHost;
use ssh::HostKey;

use super::disk::Disk;
use super::{Blueprint, Device, Kind, Start, Supplies};
use crate::clock::WallClock;
use crate::images::ImageStore;
use crate::meter::Metered;
use crate::world::record::Event;

/// The software of a server, configured: what differs between servers.
pub(super) trait Software: Clone + Debug + Send + Sync + 'static {
    /// As a scenario names it.
    const NAME: &'static str;
    /// What its servers have in common.
    const KIND: &'static Kind;

    /// Reads its configuration, or takes the one that it has without.
    fn read(server: &scenario::Server, found: &mut Vec<Diagnostic>) -> Self;

    /// The same software, listening elsewhere.
    #[must_use]
    fn listening_at(self, address: SocketAddr) -> Self;

    /// The directory that is there even if it is empty.
    fn root(&self) -> Option<String> {
        None
    }

    /// Where on the server's machine stands what a scenario, as clients do, calls `name`.
    fn local_path(&self, name: &str) -> String {
        name.to_owned()
    }

    /// The keys by which clients know it, if it has such: made from what `host` draws, others for each `generation`.
    fn host_keys<H: Host>(&self, _host: &H, _generation: u32) -> Vec<HostKey> {
        Vec::new()
    }

    /// Serves on `host` until it is dropped.
    ///
    /// # Errors
    /// If it cannot start; it says so in its log too.
    fn run<H: Host>(
        self,
        host: H,
        serving: Serving,
        events: Sink<Event>,
    ) -> impl Future<Output = Result<Infallible, StartError>>;

    /// The line that it writes into its log about an event of its own, if any.
    fn line(clock: &WallClock, at: Duration, hostname: &str, event: &Event) -> Option<String>;

    /// Where it listens, if that is what the event says.
    fn listening(event: &Event) -> Option<SocketAddr>;
}

/// What the software of a server is given.
#[derive(Debug)]
pub(crate) struct Serving {
    /// What its machine holds.
    pub(crate) files: Tree,
    pub(crate) host_keys: Vec<HostKey>,
    /// What its clock showed when that of its host began, since 1970.
    pub(crate) started: Duration,
}

/// Why a server does not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// Its port cannot be had.
    #[error("cannot listen: {0}")]
    Bind(std::io::Error),
    /// Anything else, in the words of the server.
    #[error("{0}")]
    Other(String),
}

impl StartError {
    pub(super) fn other(error: impl Display) -> Self {
        Self::Other(error.to_string())
    }
}

/// A server on the sockets of this machine.
pub(crate) trait Serve {
    /// The name of its software.
    fn software(&self) -> &'static str;

    /// The keys by which clients know it.
    fn host_keys(&self, host: &RealHost) -> Vec<HostKey>;

    /// What its machine holds.
    fn files(&self, images: &ImageStore) -> Tree;

    /// Serves at `address` until it is dropped. Events go to `events`.
    fn serve(
        &self,
        address: SocketAddr,
        host: Metered<RealHost>,
        serving: Serving,
        events: Sink<Event>,
    ) -> Pin<Box<dyn Future<Output = Result<Infallible, StartError>>>>;

    /// The line that it writes into its log about an event of its own, if any, by another clock than the scenario's.
    fn line(&self, clock: &WallClock, at: Duration, event: &Event) -> Option<String>;

    /// Where it listens, if that is what the event says.
    fn listening(&self, event: &Event) -> Option<SocketAddr>;
}

/// A server of a scenario.
#[derive(Clone, Debug)]
struct Server<S> {
    setup: scenario::Server,
    software: S,
    /// Its own, which may not show the scenario's time.
    clock: WallClock,
}

/// Reads how a server is set up.
pub(super) fn read<S: Software>(
    scenario: &Scenario,
    index: usize,
    found: &mut Vec<Diagnostic>,
) -> Arc<dyn Blueprint> {
    let setup = scenario.servers[index].clone();
    let software = S::read(&setup, found);
    let clock = WallClock::new(scenario.start).ahead(setup.clock);
    Arc::new(Server { setup, software, clock })
}

impl<S: Software> Server<S> {
    fn disk(&self, images: &ImageStore) -> Disk {
        let software = self.software.clone();
        let local_path = move |name: &str| software.local_path(name);
        Disk::new(self.setup.clone(), images.clone(), self.software.root(), Box::new(local_path))
    }
}

impl<S: Software> Blueprint for Server<S> {
    fn kind(&self) -> &'static Kind {
        S::KIND
    }

    fn build(&self, supplies: &Supplies<'_>) -> Result<Box<dyn Device>, FactError> {
        Ok(Box::new(Running {
            software: self.software.clone(),
            disk: self.disk(supplies.images),
            started: Duration::from_nanos(self.clock.epoch_ns()),
            host_keys: Cell::new(0),
        }))
    }

    fn lines(&self, at: Duration, event: &Event) -> Vec<String> {
        S::line(&self.clock, at, &self.setup.name, event).into_iter().collect()
    }

    fn server(self: Arc<Self>) -> Option<Arc<dyn Serve>> {
        Some(self)
    }
}

impl<S: Software> Serve for Server<S> {
    fn software(&self) -> &'static str {
        S::NAME
    }

    fn host_keys(&self, host: &RealHost) -> Vec<HostKey> {
        self.software.host_keys(host, 0)
    }

    fn files(&self, images: &ImageStore) -> Tree {
        self.disk(images).tree()
    }

    fn serve(
        &self,
        address: SocketAddr,
        host: Metered<RealHost>,
        serving: Serving,
        events: Sink<Event>,
    ) -> Pin<Box<dyn Future<Output = Result<Infallible, StartError>>>> {
        Box::pin(self.software.clone().listening_at(address).run(host, serving, events))
    }

    fn line(&self, clock: &WallClock, at: Duration, event: &Event) -> Option<String> {
        S::line(clock, at, &self.setup.name, event)
    }

    fn listening(&self, event: &Event) -> Option<SocketAddr> {
        S::listening(event)
    }
}

/// A server that has been built.
struct Running<S> {
    software: S,
    disk: Disk,
    /// What its clock showed at the start of the run, since 1970.
    started: Duration,
    /// How often it has got new host keys.
    host_keys: Cell<u32>,
}

impl<S: Software> Device for Running<S> {
    fn start(&self, host: &SimHost, _start: Start, events: Sink<Event>) {
        let serving = Serving {
            files: self.disk.tree(),
            host_keys: self.software.host_keys(host, self.host_keys.get()),
            started: self.started,
        };
        let running = self.software.clone().run(host.clone(), serving, events);
        host.spawn(async move {
            // Why it does not start is in its log, as a real one's would be.
            let _ = running.await;
        });
    }

    fn change_file(&self, path: &str, change: &FileChange) -> Result<(), FileError> {
        self.disk.change(path, change)
    }

    fn new_host_keys(&self) {
        self.host_keys.set(self.host_keys.get() + 1);
    }
}
