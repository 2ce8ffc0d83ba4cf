//! The TFTP helper of a firewall or of a translation: the answer to a request comes from a new port of the server (RFC 1350, section 4), and is expected.
//!
//! As nf_conntrack_tftp does it (net/netfilter/nf_conntrack_tftp.c): a request makes one expectation of a datagram from the server,
//! from any port, to the client's port; the first such datagram takes it and makes a flow of its own. A request that is sent again
//! makes it anew. It is forgotten after five minutes.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use crate::packet::{Body, Packet};

/// The port on which firewalls inspect TFTP, if they are not told another one.
const PORT: u16 = 69;
/// The time for which an answer is expected: `timeout` of nf_conntrack_tftp's policy.
const EXPECTED_NS: u64 = 300 * 1_000_000_000;
/// The maximum number of expected answers; the oldest is dropped.
const EXPECTED_MAX: usize = 4_096;

/// The answers that are expected: from this server to this client, and the time of the request.
#[derive(Debug, Default)]
pub(crate) struct Expected(BTreeMap<(IpAddr, SocketAddr), u64>);

impl Expected {
    /// Expects the answer to a request.
    pub(crate) fn expect(&mut self, now_ns: u64, server: IpAddr, client: SocketAddr) {
        if self.0.len() >= EXPECTED_MAX
            && let Some((&oldest, _)) = self.0.iter().min_by_key(|(_, since_ns)| **since_ns)
        {
            self.0.remove(&oldest);
        }
        self.0.insert((server, client), now_ns);
    }

    /// Takes the expectation of a datagram; returns false if there is none.
    pub(crate) fn take(&mut self, now_ns: u64, server: IpAddr, client: SocketAddr) -> bool {
        let since_ns = self.0.remove(&(server, client));
        since_ns.is_some_and(|since_ns| now_ns.saturating_sub(since_ns) <= EXPECTED_NS)
    }

    /// Returns true if a datagram is expected.
    pub(crate) fn contains(&self, now_ns: u64, server: IpAddr, client: SocketAddr) -> bool {
        let since_ns = self.0.get(&(server, client));
        since_ns.is_some_and(|since_ns| now_ns.saturating_sub(*since_ns) <= EXPECTED_NS)
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Returns true for a datagram to the usual port.
pub(crate) fn is_to_its_port(packet: &Packet) -> bool {
    matches!(packet.body, Body::Udp { dst_port: PORT, .. })
}

/// Returns true for a request: a datagram that begins with the opcode of RRQ or WRQ (RFC 1350, section 5).
pub(crate) fn is_request(packet: &Packet) -> bool {
    match &packet.body {
        Body::Udp { payload, .. } => matches!(payload.first_chunk::<2>(), Some([0, 1 | 2])),
        _ => false,
    }
}
