//! Ports for the servers of tests that cannot choose one themselves.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};

/// The first port that is taken: below those that Linux gives to sockets by itself (ip(7), `ip_local_port_range`, from 32,768), so that no
/// client or server of another test gets it before the server binds it.
const FIRST: u32 = 10_000;
const NUMBER: u32 = 22_000;
/// The distance between the first ports of two processes that were started one after the other.
const STEP: u32 = 37;

/// The number of ports that this process has tried.
static TRIED: AtomicU32 = AtomicU32::new(0);

/// Returns an address of the loopback where nothing listens, neither over TCP nor over UDP, and which no other test is likely to choose.
///
/// # Panics
/// If all ports are in use.
pub fn free_port() -> SocketAddr {
    let start = std::process::id() % NUMBER * STEP;
    let next = || {
        let tried = TRIED.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + (start + tried) % NUMBER;
        SocketAddr::from((Ipv4Addr::LOCALHOST, u16::try_from(port).expect("it is below 32,768")))
    };
    let mut addresses = std::iter::repeat_with(next).take(NUMBER as usize);
    let is_free =
        |address: &SocketAddr| TcpListener::bind(address).is_ok() && UdpSocket::bind(address).is_ok();
    addresses.find(is_free).expect("a free port")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_no_ephemeral_ones_and_free() {
        let first = free_port();
        let _held = TcpListener::bind(first).expect("it is free");
        let second = free_port();
        assert_ne!(first, second);
        assert!(first.port() < 32_768 && second.port() < 32_768, "{first} {second}");
    }
}
