//! What the tests of transfers share: servers to stand behind something, and a client to stand before it.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use tokio::task::LocalSet;

pub mod clients;
pub mod servers;
pub mod transfer;

/// The name of the one file; any other is missing.
pub const FILE: &str = "image";

/// Any address of a host's.
pub const ANY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// A port of the loopback that the system chooses.
pub const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Runs `task` on this thread, with whatever it spawns on real hosts.
pub fn on_this_machine<T>(task: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    LocalSet::new().block_on(&runtime, task)
}
