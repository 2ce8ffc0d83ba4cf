//! Address translation at the edge of a site, or in front of one host (RFC 3022): the hosts inside have addresses of their own, and
//! others know an outside address.

mod table;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::firewall::tftp;
use crate::generator::Generator;
use crate::packet::{Body, Packet, Quoted};
use crate::rule::Protocol;

use table::Table;

/// The rule under which a packet to an outside address is dropped: no entry translates it.
pub const NO_TRANSLATION: &str = "no translation";

/// The rule under which a packet to an inside address is dropped: nothing outside has a route to it.
pub const INSIDE_ADDRESS: &str = "an inside address";

/// A translation in front of one host or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nat {
    /// Its name, under which drops are reported.
    pub name: String,
    /// The address that others know.
    pub outside: IpAddr,
    /// The packets that are translated.
    pub kind: NatKind,
    /// The time for which an entry of UDP is remembered after its last packet, in either direction.
    pub udp_timeout: Duration,
    /// The time for which an entry of TCP is remembered after its last packet.
    pub tcp_timeout: Duration,
    /// True if it has a TFTP helper: the answer to a request to UDP port 69 comes from any port of the server.
    pub inspects_tftp: bool,
}

/// The packets of a host that are translated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NatKind {
    /// All of the one host, whatever the port, in both directions: `ip nat inside source static INSIDE OUTSIDE`.
    Static,
    /// Those to these ports of the one host, and the replies from them. What the host sends from another port keeps its inside
    /// address.
    Published(Vec<u16>),
    /// What the hosts send, as far as its receiver may answer: PAT, `overload`, masquerading.
    Overload {
        /// The ports of the first host that anybody reaches, as those of [`NatKind::Published`].
        published: Vec<u16>,
        /// The ports that it takes outside.
        ports: OutsidePorts,
    },
}

/// The choice of an outside port for an inside one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutsidePorts {
    /// The same one if it is free, else the first free one from the start of its group, 0 to 511, 512 to 1023 or 1024 to 65535, as
    /// Cisco's course books have it (Interconnecting Cisco Network Devices, part 2).
    Preserved,
    /// A random one from 1024 on for each new entry, as `fully-random` of nftables.
    Random,
}

impl Nat {
    /// The default of `udp_timeout`: that of `ip nat translation udp-timeout` of IOS.
    pub const UDP_TIMEOUT: Duration = Duration::from_secs(300);
    /// The default of `tcp_timeout`: that of `ip nat translation tcp-timeout` of IOS.
    pub const TCP_TIMEOUT: Duration = Duration::from_secs(86_400);

    /// Makes a translation with the usual timeouts and without a helper.
    pub fn new(name: &str, outside: IpAddr, kind: NatKind) -> Self {
        let (udp_timeout, tcp_timeout) = (Self::UDP_TIMEOUT, Self::TCP_TIMEOUT);
        Self { name: name.to_owned(), outside, kind, udp_timeout, tcp_timeout, inspects_tftp: false }
    }

    fn timeout_ns(&self, protocol: Protocol) -> u64 {
        let timeout = if protocol == Protocol::Tcp { self.tcp_timeout } else { self.udp_timeout };
        timeout.as_nanos() as u64
    }
}

/// All translations.
#[derive(Debug, Default)]
pub(crate) struct Translations {
    all: Vec<Translation>,
    /// The translation of each inside address.
    inside: BTreeMap<IpAddr, usize>,
    /// The translation of each outside address.
    outside: BTreeMap<IpAddr, usize>,
}

/// A packet on its way to a host behind a translation.
#[derive(Debug)]
pub(crate) struct Inbound {
    /// The packet as it arrives.
    pub(crate) packet: Packet,
    /// The entry that it uses, if it uses one.
    pub(crate) used: Option<Used>,
}

/// An entry that a packet from outside uses as it arrives: it is renewed, or made for an answer that a helper expected.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Used {
    /// The index of the translation.
    index: usize,
    entry: table::Entry,
    was_expected: bool,
}

/// A packet that reaches no host behind a translation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) nat: String,
    /// [`NO_TRANSLATION`] or [`INSIDE_ADDRESS`].
    pub(crate) rule: &'static str,
}

#[derive(Debug)]
struct Translation {
    nat: Nat,
    /// The first of its hosts, whose ports are published; the only one but for [`NatKind::Overload`].
    host: IpAddr,
    table: Table,
    expected: tftp::Expected,
}

impl Translations {
    /// Adds a translation of hosts with these addresses, of which there is at least one. It draws ports from `generator`.
    pub(crate) fn add(&mut self, inside: &[IpAddr], nat: Nat, generator: Generator) {
        let Some(&host) = inside.first() else { return };
        let index = self.all.len();
        self.outside.insert(nat.outside, index);
        self.inside.extend(inside.iter().map(|address| (*address, index)));
        let (table, expected) = (Table::new(generator), tftp::Expected::default());
        self.all.push(Translation { nat, host, table, expected });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Returns a packet as it is on the network, outside: with the outside address and port of its sender, if it gets those; `None` if
    /// it stays as it is, as between hosts of one site.
    pub(crate) fn outbound(&mut self, now_ns: u64, packet: &Packet) -> Option<Packet> {
        let index = *self.inside.get(&packet.src)?;
        if self.inside.get(&packet.dst) == Some(&index) {
            return None;
        }
        let translation = &mut self.all[index];
        let port = translation.takes_out(now_ns, packet)?;
        Some(packet.sent_from(SocketAddr::new(translation.nat.outside, port)))
    }

    /// Returns a packet on the network as it arrives, with the inside address and port of its receiver; `None` if it stays as it is.
    /// Nothing is renewed before [`arrived`](Self::arrived): the network outside may lose it.
    ///
    /// # Errors
    /// It does not reach a host inside.
    pub(crate) fn inbound(&self, now_ns: u64, packet: &Packet) -> Result<Option<Inbound>, Refused> {
        let refused = |nat: &Nat, rule| Refused { nat: nat.name.clone(), rule };
        if let Some(index) = self.inside.get(&packet.dst) {
            let is_inside = self.inside.get(&packet.src) == Some(index);
            return if is_inside { Ok(None) } else { Err(refused(&self.all[*index].nat, INSIDE_ADDRESS)) };
        }
        let Some(index) = self.outside.get(&packet.dst) else { return Ok(None) };
        let translation = &self.all[*index];
        match translation.lets_in(now_ns, packet) {
            Some((inside, used)) => {
                let used = used.map(|(entry, was_expected)| Used { index: *index, entry, was_expected });
                Ok(Some(Inbound { packet: packet.sent_to(inside), used }))
            }
            None => Err(refused(&translation.nat, NO_TRANSLATION)),
        }
    }

    /// Notes that a packet from outside has come through to the translation.
    pub(crate) fn arrived(&mut self, now_ns: u64, used: Used) {
        let Used { index, entry, was_expected } = used;
        let Translation { table, expected, .. } = &mut self.all[index];
        let (_, inside, peer) = entry;
        if !was_expected {
            table.renew(now_ns, entry);
        } else if expected.take(now_ns, peer.ip(), inside) {
            table.remember(now_ns, entry);
        }
    }
}

impl Translation {
    /// Returns the port outside of a packet that a host sends, if it is translated.
    fn takes_out(&mut self, now_ns: u64, packet: &Packet) -> Option<u16> {
        let (protocol, from, to) = ends(packet)?;
        let is_published = |ports: &[u16]| from.ip() == self.host && ports.contains(&from.port());
        match &self.nat.kind {
            NatKind::Static => Some(from.port()),
            NatKind::Published(ports) => is_published(ports).then(|| from.port()),
            NatKind::Overload { published, .. } if is_published(published) => Some(from.port()),
            // An error leaves with the port of the packet that it is about, and makes no entry.
            NatKind::Overload { .. } if matches!(packet.body, Body::Unreachable { .. }) => {
                self.table.port_of(protocol, from)
            }
            NatKind::Overload { published, ports } => {
                if self.nat.inspects_tftp && tftp::is_to_its_port(packet) && tftp::is_request(packet) {
                    self.expected.expect(now_ns, to.ip(), from);
                }
                let timeout_ns = self.nat.timeout_ns(protocol);
                self.table.send(now_ns, timeout_ns, (protocol, from, to), published, *ports)
            }
        }
    }

    /// Returns the host and port inside that a packet from outside is for; and the entry that it uses, if it uses one, and true if that is
    /// new, for an answer that was expected.
    fn lets_in(&self, now_ns: u64, packet: &Packet) -> Option<(SocketAddr, Option<(table::Entry, bool)>)> {
        let (protocol, from, to) = ends(packet)?;
        let host = SocketAddr::new(self.host, to.port());
        match &self.nat.kind {
            NatKind::Static => Some((host, None)),
            NatKind::Published(ports) => ports.contains(&to.port()).then_some((host, None)),
            NatKind::Overload { published, .. } if published.contains(&to.port()) => Some((host, None)),
            NatKind::Overload { .. } => {
                let inside = self.table.owner_of(protocol, to.port())?;
                let entry = (protocol, inside, from);
                let lives = self.table.lives(now_ns, self.nat.timeout_ns(protocol), entry);
                // An error renews nothing.
                if matches!(packet.body, Body::Unreachable { .. }) {
                    return lives.then_some((inside, None));
                }
                let is_answer =
                    || protocol == Protocol::Udp && self.expected.contains(now_ns, from.ip(), inside);
                (lives || is_answer()).then_some((inside, Some((entry, !lives))))
            }
        }
    }
}

/// Returns protocol, source and destination of a packet; of an ICMP error, those of a packet that would go its way in the flow it is
/// about.
fn ends(packet: &Packet) -> Option<(Protocol, SocketAddr, SocketAddr)> {
    let ends =
        |src_port, dst_port| (SocketAddr::new(packet.src, src_port), SocketAddr::new(packet.dst, dst_port));
    let (protocol, (from, to)) = match &packet.body {
        Body::Udp { src_port, dst_port, .. } => (Protocol::Udp, ends(*src_port, *dst_port)),
        Body::Tcp(segment) => (Protocol::Tcp, ends(segment.src_port(), segment.dst_port())),
        Body::Unreachable { about: Quoted { protocol, src, dst, .. }, .. } => (*protocol, (*dst, *src)),
        Body::Refused(_) => return None,
    };
    Some((protocol, from, to))
}

#[cfg(test)]
mod tests;
