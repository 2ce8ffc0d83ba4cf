//! A server for `C:\TFTP`.

use files::{File, FileSource, Tree};
use image::Content;
use tftpd::tftpd64::{Kind, Tftpd64Config, Tftpd64Event, message};

pub(super) use crate::support::clients::{ask, fetch};
use crate::support::world::{self, CLIENT};

pub(super) type Served = world::Served<Tftpd64Event>;
pub(super) type World = world::World<Tftpd64Event>;

impl Served {
    /// Waits for the first event that `pick` takes.
    pub(crate) async fn until<T>(&self, pick: impl Fn(&Kind) -> Option<T>) -> T {
        self.find(|event| pick(&event.kind)).await
    }

    /// Waits for the end of a transfer.
    pub(crate) async fn completed(&self) -> (u64, u64, u64) {
        self.until(|kind| match *kind {
            Kind::Completed { bytes, blocks, resent, .. } => Some((bytes, blocks, resent)),
            _ => None,
        })
        .await
    }

    /// The log, without the addresses and ports of clients and transfers, which differ between the worlds.
    pub(crate) fn log(&self) -> Vec<String> {
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

impl World {
    pub(crate) fn new(config: Tftpd64Config) -> Self {
        let tree = tree();
        Self::start(config, tree.clone(), tree)
    }
}

/// A server for `C:\TFTP` with more lines in its settings.
pub(super) fn config(more: &str) -> Tftpd64Config {
    let text = format!("[TFTPD32]\r\nBaseDirectory=C:\\TFTP\r\n{more}\r\n");
    Tftpd64Config::parse(&text).expect("a configuration").config
}

/// Images of 70 MB and less, of which one fills its last block.
pub(super) fn tree() -> Tree {
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

pub(super) fn put(tree: &Tree, name: &str, content: Content) {
    tree.insert(&format!("/C:/TFTP/{name}"), File::new(content).with_mode(0)).expect("fits");
}

pub(super) fn stored(served: &Served, name: &str) -> Vec<u8> {
    served.tree.read(&format!("/C:/TFTP/{name}")).expect("it is there").bytes().to_vec()
}

/// Runs `test` against a server on the loopback.
pub(super) fn real(config: Tftpd64Config, test: impl AsyncFnOnce(host::real::RealHost, Served)) {
    let tree = tree();
    world::real(config, tree.clone(), tree, test);
}

macro_rules! parity {
    ($($test:tt)*) => { $crate::support::world::parity!($crate::tftpd64::world, $($test)*); };
}
pub(crate) use parity;
