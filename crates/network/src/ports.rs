//! The UDP ports of a host.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;

/// The number of bytes that a UDP socket buffers for a late reader: Linux's default `net.core.rmem_default`. Excess is dropped.
pub const RECEIVE_BUFFER: usize = 212_992;

/// The ports assigned for port 0: Linux's default `ip_local_port_range`.
pub const EPHEMERAL: RangeInclusive<u16> = 32_768..=60_999;

/// The bound UDP ports of a host, each with its socket. A host has few: a linear search beats a tree.
#[derive(Debug)]
pub struct Ports<S> {
    bound: Vec<(u16, S)>,
    next_ephemeral: u16,
}

impl<S> Default for Ports<S> {
    fn default() -> Self {
        Self { bound: Vec::new(), next_ephemeral: *EPHEMERAL.start() }
    }
}

impl<S> Ports<S> {
    /// Returns the socket bound to `port`.
    pub fn get(&self, port: u16) -> Option<&S> {
        self.bound.iter().find(|(bound, _)| *bound == port).map(|(_, socket)| socket)
    }

    /// Returns the address for a socket that is to be bound to `local`, on a host with these addresses; port 0 becomes a free one.
    ///
    /// # Errors
    /// `AddrNotAvailable` if the address is not the host's, `AddrInUse` if the port is taken.
    pub fn bindable(&mut self, addresses: &[IpAddr], local: SocketAddr) -> io::Result<SocketAddr> {
        if !local.ip().is_unspecified() && !addresses.contains(&local.ip()) {
            return Err(io::ErrorKind::AddrNotAvailable.into());
        }
        let port = self.free(local.port()).ok_or(io::ErrorKind::AddrInUse)?;
        Ok(SocketAddr::new(local.ip(), port))
    }

    /// Returns `port` if it is free, or a free one for port 0.
    fn free(&mut self, port: u16) -> Option<u16> {
        if port != 0 {
            return self.get(port).is_none().then_some(port);
        }
        for _ in EPHEMERAL {
            let port = self.next_ephemeral;
            self.next_ephemeral = if port == *EPHEMERAL.end() { *EPHEMERAL.start() } else { port + 1 };
            if self.get(port).is_none() {
                return Some(port);
            }
        }
        None
    }

    /// Binds `port`, which must be free.
    pub fn bind(&mut self, port: u16, socket: S) {
        self.bound.push((port, socket));
    }

    /// Frees `port`.
    pub fn release(&mut self, port: u16) {
        self.bound.retain(|(bound, _)| *bound != port);
    }
}
