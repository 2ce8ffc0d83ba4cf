//! The same test in two worlds: the loopback of this machine, and a simulated network.

use std::cell::RefCell;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use files::{FileSource, Tree};
use host::real::RealHost;
use host::{Host, Sink};
use image::{Content, Entry, Listing, Version};
use simnet::{Builder, HostId, Impairments, Simnet};
use tftpd::tftpd_hpa::{Config, Event, What, message, run};
use tokio::sync::Notify;

pub use crate::support::clients::{ask, fetch};

pub const LISTING: &str = include_str!("../field/images-17.9.4a.listing");
pub const DEFAULT: &str = include_str!("../field/tftpd-hpa.default");
pub const SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(172, 16, 5, 27));
pub const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(172, 16, 4, 26));

/// A running server, as a test sees it.
#[derive(Clone)]
pub struct Served {
    pub address: SocketAddr,
    pub tree: Tree,
    record: Rc<Record>,
}

#[derive(Default)]
struct Record {
    events: RefCell<Vec<Event>>,
    news: Notify,
}

impl Record {
    fn sink(self: &Rc<Self>) -> Sink<Event> {
        let record = Rc::clone(self);
        Sink::new(move |event| {
            record.events.borrow_mut().push(event);
            record.news.notify_one();
        })
    }

    fn address(&self) -> Option<SocketAddr> {
        self.events.borrow().iter().find_map(|event| match event.what {
            What::Listening { address } => Some(address),
            _ => None,
        })
    }
}

impl Served {
    /// Waits for the first event that `pick` takes.
    pub async fn until<T>(&self, pick: impl Fn(&What) -> Option<T>) -> T {
        loop {
            if let Some(picked) = self.record.events.borrow().iter().find_map(|event| pick(&event.what)) {
                return picked;
            }
            self.record.news.notified().await;
        }
    }

    pub fn events(&self) -> Vec<Event> {
        self.record.events.borrow().clone()
    }

    /// The log, without the addresses of clients, which differ between the worlds.
    pub fn log(&self) -> Vec<String> {
        let lines = self.events().iter().filter_map(message).collect::<Vec<_>>();
        lines
            .iter()
            .map(|line| line.replace("172.16.4.26", "CLIENT").replace("127.0.0.1", "CLIENT"))
            .collect()
    }
}

/// The field's configuration with more options.
pub fn config(more: &str) -> Config {
    let text = DEFAULT.replace("--verbose", &format!("--verbose {more}"));
    Config::parse(&text).expect("a configuration").config
}

/// The field's images below the field's directory.
pub fn tree() -> Tree {
    let tree = Tree::new();
    let listing = Listing::parse(LISTING).expect("a listing");
    let directory = config("").local_path("/EWC/17_9_4a");
    tree.insert_listing(&directory, &listing, content).expect("fits");
    tree
}

fn content(entry: &Entry) -> Content {
    let version: Version = "17.9.4.27".parse().expect("a version");
    image::synthesize(&entry.name, &version, entry.size)
        .unwrap_or_else(|_| image::filler(&entry.name, entry.size))
}

/// Runs `test` against a server on the loopback.
pub fn real(
    config: Config,
    files: impl FileSource + 'static,
    tree: Tree,
    test: impl AsyncFnOnce(RealHost, Served),
) {
    host::real::run(async {
        let served = serve(config, files, tree).await;
        test(RealHost::new("client", 1), served).await;
    })
    .expect("the system gives a runtime");
}

/// A server on the loopback that listens.
async fn serve(config: Config, files: impl FileSource + 'static, tree: Tree) -> Served {
    let record = Rc::new(Record::default());
    let server = RealHost::new("server", 1);
    let config = Config { listen: ([127, 0, 0, 1], 0).into(), ..config };
    let serving = run(server.clone(), config, Rc::new(files), record.sink());
    server.spawn(async move {
        let error = serving.await.expect_err("a server never ends well");
        panic!("{error}");
    });
    let address = loop {
        match record.address() {
            Some(address) => break address,
            None => record.news.notified().await,
        }
    };
    Served { address, tree, record }
}

/// A server and a client with a quiet link between them.
pub struct World {
    pub net: Simnet,
    pub link: simnet::LinkId,
    pub client: HostId,
    pub served: Served,
}

impl World {
    pub fn new(config: Config, files: impl FileSource + 'static, tree: Tree) -> Self {
        let mut builder = Builder::new(1);
        let server = builder.host("tftp-1", &[SERVER], false);
        let client = builder.host("9120-EWC", &[CLIENT], false);
        let link = builder.link("link", &[client], &[server], Impairments::default(), Impairments::default());
        let net = builder.build();
        let record = Rc::new(Record::default());
        let serving = run(net.host(server), config, Rc::new(files), record.sink());
        net.host(server).spawn(async move {
            let error = serving.await.expect_err("a server never ends well");
            panic!("{error}");
        });
        let served = Served { address: SocketAddr::new(SERVER, 69), tree, record };
        Self { net, link, client, served }
    }

    /// Runs `test` on the client for at most `time`, and gives what it gives.
    pub fn run<T: 'static>(
        &self,
        time: Duration,
        test: impl AsyncFnOnce(simnet::SimHost, Served) -> T + 'static,
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

/// Makes two tests of one: `fn(host, served)` on real sockets and on simulated ones, against the field's server with more options.
macro_rules! parity {
    ($name:ident, $more:expr, $test:path) => {
        mod $name {
            #[test]
            fn on_real_sockets() {
                let tree = $crate::tftpd_hpa::world::tree();
                $crate::tftpd_hpa::world::real(
                    $crate::tftpd_hpa::world::config($more),
                    tree.clone(),
                    tree,
                    $test,
                );
            }

            #[test]
            fn on_simulated_ones() {
                let tree = $crate::tftpd_hpa::world::tree();
                let world = $crate::tftpd_hpa::world::World::new(
                    $crate::tftpd_hpa::world::config($more),
                    tree.clone(),
                    tree,
                );
                world.run(std::time::Duration::from_secs(600), $test);
            }
        }
    };
}
pub(crate) use parity;
