//! The addresses at which sshd listens.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The port without `Port`.
const PORT: u16 = 22;

/// The addresses of a server without `ListenAddress`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Any,
    Inet,
    Inet6,
}

/// The values of `Port`, `ListenAddress` and `AddressFamily`.
#[derive(Default)]
pub(super) struct Listen {
    pub(super) ports: Vec<u16>,
    pub(super) addresses: Vec<(IpAddr, Option<u16>)>,
    pub(super) family: Option<Family>,
}

impl Listen {
    /// Returns every address with its port, or with each port; the last first, as in sshd.
    pub(super) fn sockets(&self) -> Vec<SocketAddr> {
        let ports = if self.ports.is_empty() { &[PORT][..] } else { &self.ports };
        let mut sockets = Vec::new();
        for (address, port) in &self.addresses {
            for port in port.as_ref().map_or(ports, std::slice::from_ref) {
                sockets.insert(0, SocketAddr::new(*address, *port));
            }
        }
        if self.addresses.is_empty() {
            for port in ports {
                if self.family != Some(Family::Inet) {
                    sockets.insert(0, SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), *port));
                }
                if self.family != Some(Family::Inet6) {
                    sockets.insert(0, SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), *port));
                }
            }
        }
        sockets
    }
}
