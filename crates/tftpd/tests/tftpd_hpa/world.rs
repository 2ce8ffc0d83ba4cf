//! A server set up as in the field.

use files::Tree;
use image::{Content, Entry, Listing, Version};
use tftpd::tftpd_hpa::{Kind, TftpdHpaConfig, TftpdHpaEvent, message};

pub(super) use crate::support::clients::{ask, fetch};
use crate::support::world;
pub(super) use crate::support::world::{CLIENT, real};

pub(super) const LISTING: &str = include_str!("../field/images-17.9.4a.listing");
pub(super) const DEFAULT: &str = include_str!("../field/tftpd-hpa.default");

pub(super) type Served = world::Served<TftpdHpaEvent>;
pub(super) type World = world::World<TftpdHpaEvent>;

impl Served {
    /// Waits for the first event that `pick` takes.
    pub(crate) async fn until<T>(&self, pick: impl Fn(&Kind) -> Option<T>) -> T {
        self.find(|event| pick(&event.kind)).await
    }

    /// The log, without the addresses of clients, which differ between the worlds.
    pub(crate) fn log(&self) -> Vec<String> {
        let lines = self.events().iter().filter_map(message).collect::<Vec<_>>();
        lines
            .iter()
            .map(|line| line.replace("172.16.4.26", "CLIENT").replace("127.0.0.1", "CLIENT"))
            .collect()
    }
}

/// The field's configuration with more options.
pub(super) fn config(more: &str) -> TftpdHpaConfig {
    let text = DEFAULT.replace("--verbose", &format!("--verbose {more}"));
    TftpdHpaConfig::parse(&text).expect("a configuration").config
}

/// The field's images below the field's directory.
pub(super) fn tree() -> Tree {
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

macro_rules! parity {
    ($($test:tt)*) => { $crate::support::world::parity!($crate::tftpd_hpa::world, $($test)*); };
}
pub(crate) use parity;
