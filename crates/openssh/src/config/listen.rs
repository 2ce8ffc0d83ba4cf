//! The addresses at which sshd listens.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::Range;

/// The port without `Port`.
const PORT: u16 = 22;

/// The families of the addresses.
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
    pub(super) addresses: Vec<Given>,
    pub(super) family: Option<Family>,
}

/// An address of `ListenAddress`.
pub(super) struct Given {
    pub(super) address: IpAddr,
    pub(super) port: Option<u16>,
    /// Its place in the text.
    pub(super) range: Range<usize>,
}

impl Listen {
    /// Returns the first address that `AddressFamily` excludes, wherever that stands: sshd does not start then.
    pub(super) fn excluded(&self) -> Option<&Given> {
        self.addresses.iter().find(|given| match self.family {
            Some(Family::Inet) => given.address.is_ipv6(),
            Some(Family::Inet6) => given.address.is_ipv4(),
            Some(Family::Any) | None => false,
        })
    }

    /// Returns every address with its port, or with each port; the last first, as in sshd.
    pub(super) fn sockets(&self) -> Vec<SocketAddr> {
        let ports = if self.ports.is_empty() { &[PORT][..] } else { &self.ports };
        let mut sockets = Vec::new();
        for Given { address, port, .. } in &self.addresses {
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
