//! The same test in two worlds: the loopback of this machine, and a simulated network.

use std::cell::RefCell;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use files::{File, FileSource, Tree};
use host::real::RealHost;
use host::{Host, Sink};
use image::Content;
use simnet::{Builder, HostId, Impairments, Simnet};
use tftpd::tftpd64::{Config, Event, What, message, run};
use tokio::sync::Notify;

pub use crate::support::clients::{ask, fetch};

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

    /// Waits for the end of a transfer.
    pub async fn completed(&self) -> (u64, u64, u64) {
        self.until(|what| match *what {
            What::Completed { bytes, blocks, resent, .. } => Some((bytes, blocks, resent)),
            _ => None,
        })
        .await
    }

    pub fn events(&self) -> Vec<Event> {
        self.record.events.borrow().clone()
    }

    /// The log, without the addresses and ports of clients and transfers, which differ between the worlds.
    pub fn log(&self) -> Vec<String> {
        let lines = self.events().iter().filter_map(message).collect::<Vec<_>>();
        lines.iter().map(|line| stripped(line)).collect()
    }
}

fn stripped(line: &str) -> String {
    let line = line.replace(&CLIENT.to_string(), "CLIENT").replace("127.0.0.1", "CLIENT");
    for before in ["on port ", "Using local port "] {
        if let Some((head, port)) = line.split_once(before)
            && port.parse::<u16>().is_ok()
        {
            return format!("{head}{before}PORT");
        }
    }
    line
}

/// A server for `C:\TFTP` with more lines in its settings.
pub fn config(more: &str) -> Config {
    let text = format!("[TFTPD32]\r\nBaseDirectory=C:\\TFTP\r\n{more}\r\n");
    Config::parse(&text).expect("a configuration").config
}

/// Images of 70 MB and less, of which one fills its last block.
pub fn tree() -> Tree {
    let tree = Tree::new();
    for (name, size) in [
        ("EWC/17_9_4a/ap1g8", 70_512_640),
        ("EWC/17_9_4a/ap1g5", 3_000_001),
        ("exact.bin", 1024),
        ("empty", 0),
    ] {
        put(&tree, name, image::filler(name, size));
    }
    tree
}

pub fn put(tree: &Tree, name: &str, content: Content) {
    tree.insert(&format!("/C:/TFTP/{name}"), File::new(content).with_mode(0)).expect("fits");
}

pub fn stored(served: &Served, name: &str) -> Vec<u8> {
    served.tree.read(&format!("/C:/TFTP/{name}")).expect("it is there").as_slice().to_vec()
}

/// Runs `test` against a server on the loopback.
pub fn real(config: Config, test: impl AsyncFnOnce(RealHost, Served)) {
    host::real::run(async {
        let served = serve(config).await;
        test(RealHost::new("client", 1), served).await;
    })
    .expect("the system gives a runtime");
}

/// A server on the loopback that listens.
async fn serve(config: Config) -> Served {
    let record = Rc::new(Record::default());
    let tree = tree();
    let server = RealHost::new("server", 1);
    let config = Config { listen: ([127, 0, 0, 1], 0).into(), ..config };
    let serving = run(server.clone(), config, Rc::new(tree.clone()), record.sink());
    server.spawn(async move {
        let error = serving.await.expect_err("a server never ends well");
        panic!("{error}");
    });
    let mut served = Served { address: ([0, 0, 0, 0], 0).into(), tree, record };
    served.address = served
        .until(|what| match what {
            What::Listening { address } => Some(*address),
            _ => None,
        })
        .await;
    served
}

/// A server and a client with a quiet link between them.
pub struct World {
    pub net: Simnet,
    pub link: simnet::LinkId,
    pub client: HostId,
    pub served: Served,
}

impl World {
    pub fn new(config: Config) -> Self {
        let mut builder = Builder::new(1);
        let server = builder.host("tftp-1", &[SERVER], false);
        let client = builder.host("9120-EWC", &[CLIENT], false);
        let link = builder.link("link", &[client], &[server], Impairments::default(), Impairments::default());
        let net = builder.build();
        let record = Rc::new(Record::default());
        let tree = tree();
        let serving = run(net.host(server), config, Rc::new(tree.clone()), record.sink());
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

/// Makes two tests of one: `fn(host, served)` on real sockets and on simulated ones, against a server with more lines in its settings.
macro_rules! parity {
    ($name:ident, $more:expr, $test:path) => {
        mod $name {
            #[test]
            fn on_real_sockets() {
                $crate::tftpd64::world::real($crate::tftpd64::world::config($more), $test);
            }

            #[test]
            fn on_simulated_ones() {
                let world = $crate::tftpd64::world::World::new($crate::tftpd64::world::config($more));
                world.run(std::time::Duration::from_secs(600), $test);
            }
        }
    };
}
pub(crate) use parity;
