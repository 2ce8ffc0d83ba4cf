//! What the tests of transfers share: servers to stand behind something, and a client to stand before it.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

pub(crate) mod clients;
pub(crate) mod servers;
pub(crate) mod transfer;
pub(crate) mod world;

/// The name of the one file; any other is missing.
pub(crate) const FILE: &str = "image";

/// Any address of a host's.
pub(crate) const ANY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// A port of the loopback that the system chooses.
pub(crate) const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Runs `task` on this thread, with whatever it spawns on real hosts.
pub(crate) fn on_this_machine<T>(task: impl Future<Output = T>) -> T {
    host::real::run(task).expect("the system gives a runtime")
}
