//! The same test in two worlds: the loopback of this machine, and a simulated network.

use std::cell::RefCell;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use daemon::{Daemon, DaemonEvent};
use files::{FileSource, Tree};
use host::real::RealHost;
use host::{Host, Sink};
use simnet::{Builder, HostId, Impairments, SimHost, Simnet};
use tokio::sync::Notify;

use super::{LOOPBACK, on_this_machine};

pub(crate) const SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(172, 16, 5, 27));
pub(crate) const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(172, 16, 4, 26));

/// A running server, as a test sees it.
pub(crate) struct Served<E> {
    pub address: SocketAddr,
    pub tree: Tree,
    record: Rc<Record<E>>,
}

/// Every clone is the same server.
impl<E> Clone for Served<E> {
    fn clone(&self) -> Self {
        Self { address: self.address, tree: self.tree.clone(), record: Rc::clone(&self.record) }
    }
}

struct Record<E> {
    events: RefCell<Vec<E>>,
    news: Notify,
}

impl<E: 'static> Record<E> {
    fn new() -> Rc<Self> {
        Rc::new(Self { events: RefCell::default(), news: Notify::new() })
    }

    fn sink(self: &Rc<Self>) -> Sink<E> {
        let record = Rc::clone(self);
        Sink::new(move |event| {
            record.events.borrow_mut().push(event);
            record.news.notify_one();
        })
    }

    async fn find<T>(&self, pick: impl Fn(&E) -> Option<T>) -> T {
        loop {
            if let Some(picked) = self.events.borrow().iter().find_map(&pick) {
                return picked;
            }
            self.news.notified().await;
        }
    }
}

impl<E: Clone + 'static> Served<E> {
    /// Waits for the first event that `pick` takes.
    pub(crate) async fn find<T>(&self, pick: impl Fn(&E) -> Option<T>) -> T {
        self.record.find(pick).await
    }

    pub(crate) fn events(&self) -> Vec<E> {
        self.record.events.borrow().clone()
    }
}

/// Starts a server that never ends.
fn start<D: Daemon, H: Host>(daemon: D, host: &H, files: impl FileSource + 'static) -> Rc<Record<D::Event>> {
    let record = Record::new();
    let serving = daemon.run(host.clone(), Rc::new(files), Duration::ZERO, record.sink());
    host.spawn(async move {
        let error = serving.await.expect_err("a server never ends well");
        panic!("{error}");
    });
    record
}

/// Runs `test` against a server on the loopback. `tree` is what is behind `files`, if that is a tree.
pub(crate) fn real<D: Daemon>(
    mut daemon: D,
    files: impl FileSource + 'static,
    tree: Tree,
    test: impl AsyncFnOnce(RealHost, Served<D::Event>),
) {
    daemon.listen_at(LOOPBACK);
    on_this_machine(async {
        let record = start(daemon, &RealHost::new("server", 1), files);
        let address = record.find(DaemonEvent::listening).await;
        test(RealHost::new("client", 1), Served { address, tree, record }).await;
    });
}

/// A server and a client with a quiet link between them.
pub(crate) struct World<E> {
    pub net: Simnet,
    pub link: simnet::LinkId,
    pub client: HostId,
    pub served: Served<E>,
}

impl<E: 'static> World<E> {
    pub(crate) fn start(
        daemon: impl Daemon<Event = E>,
        files: impl FileSource + 'static,
        tree: Tree,
    ) -> Self {
        let mut builder = Builder::new(1);
        let server = builder.host("tftp-1", &[SERVER], false);
        let client = builder.host("9120-EWC", &[CLIENT], false);
        let link = builder.link("link", &[client], &[server], Impairments::default(), Impairments::default());
        let net = builder.build();
        let record = start(daemon, &net.host(server), files);
        let served = Served { address: SocketAddr::new(SERVER, 69), tree, record };
        Self { net, link, client, served }
    }

    /// Runs `test` on the client for at most `time`, and gives what it gives.
    pub(crate) fn run<T: 'static>(
        &self,
        time: Duration,
        test: impl AsyncFnOnce(SimHost, Served<E>) -> T + 'static,
    ) -> T {
        let host = self.net.host(self.client);
        let served = self.served.clone();
        let done = Rc::new(RefCell::new(None));
        let result = Rc::clone(&done);
        host.clone().spawn(async move {
            let outcome = test(host, served).await;
            *result.borrow_mut() = Some(outcome);
        });
        self.net.run_until(time);
        done.take().expect("the test ends in time")
    }
}

/// Makes two tests of one: `fn(host, served)` on real sockets and on simulated ones, against the server of this world that `$more` sets up.
macro_rules! parity {
    ($world:path, $name:ident, $more:expr, $test:path) => {
        mod $name {
            use $world as world;

            #[test]
            fn on_real_sockets() {
                let tree = world::tree();
                $crate::support::world::real(world::config($more), tree.clone(), tree, $test);
            }

            #[test]
            fn on_simulated_ones() {
                let tree = world::tree();
                let world = world::World::start(world::config($more), tree.clone(), tree);
                world.run(std::time::Duration::from_secs(600), $test);
            }
        }
    };
}
pub(crate) use parity;
