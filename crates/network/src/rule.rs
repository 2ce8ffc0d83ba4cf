//! Rules of a firewall: a match and an action.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::fragments::Part;
use crate::packet::{Body, Packet, Segment, Unreachable};
use crate::topology::Way;

/// The action of a firewall for a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleAction {
    /// Lets it and its replies through.
    Permit,
    /// Drops it silently.
    Deny,
    /// Drops it and answers the sender: RST for TCP, ICMP port unreachable for UDP.
    Reject,
    /// Drops it and answers the sender with this ICMP error, whatever the protocol.
    Unreachable(Unreachable),
}

impl RuleAction {
    /// Drops it and answers with ICMP port unreachable.
    pub const PORT_UNREACHABLE: Self = Self::Unreachable(Unreachable::Port);
    /// Drops it and answers that it is administratively prohibited.
    pub const ADMIN_PROHIBITED: Self = Self::Unreachable(Unreachable::AdminProhibited);
}

/// A protocol over IP, as a rule names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
    /// ICMP errors.
    Icmp,
}

impl fmt::Display for Protocol {
    /// Writes the word, as a scenario does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Icmp => "icmp",
        })
    }
}

/// Addresses in a rule; `None` is every address. Thousands of rules may share one set.
pub type Addresses = Option<Arc<BTreeSet<IpAddr>>>;

/// The packets that a rule matches. `None` matches all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Match {
    /// The protocol.
    pub protocol: Option<Protocol>,
    /// Destination ports.
    pub ports: Option<RangeInclusive<u16>>,
    /// Source addresses.
    pub from: Addresses,
    /// Destination addresses.
    pub to: Addresses,
    /// Source ports.
    pub from_ports: Option<RangeInclusive<u16>>,
    /// Flags of TCP of which one must be set (RFC 9293, 3.1); [`Match::ESTABLISHED`] is `established` of an access list.
    pub flags: Option<u8>,
    /// The type of an ICMP message, and its code.
    pub icmp: Option<(u8, Option<u8>)>,
    /// The way in which the packet crosses the firewall.
    pub way: Option<Way>,
    /// True if it matches only fragments after the first: `fragments` of an access list.
    pub later_fragments: bool,
}

/// What rules look at in a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) protocol: Protocol,
    /// The source; port 0 for a protocol without ports.
    pub(crate) src: SocketAddr,
    /// The destination; port 0 for a protocol without ports.
    pub(crate) dst: SocketAddr,
    /// The flags of a TCP segment (RFC 9293, 3.1); none for other packets.
    pub(crate) flags: u8,
    /// Type and code of an ICMP message.
    pub(crate) icmp: Option<(u8, u8)>,
    /// The way in which it crosses the firewall.
    pub(crate) way: Way,
    /// True for a fragment after the first, which has no ports.
    pub(crate) is_later: bool,
}

impl Header {
    pub(crate) fn of(packet: &Packet, way: Way, part: Part) -> Self {
        let is_later = part == Part::Later;
        let ends = |src_port, dst_port| {
            (SocketAddr::new(packet.src, src_port), SocketAddr::new(packet.dst, dst_port))
        };
        let (protocol, (src, dst), flags) = match &packet.body {
            Body::Udp { .. } if is_later => (Protocol::Udp, ends(0, 0), 0),
            Body::Udp { src_port, dst_port, .. } => (Protocol::Udp, ends(*src_port, *dst_port), 0),
            Body::Tcp(segment) => {
                (Protocol::Tcp, ends(segment.src_port(), segment.dst_port()), segment.flags())
            }
            // Links alter packets only behind all firewalls.
            Body::Unreachable { .. } | Body::Refused(_) => (Protocol::Icmp, ends(0, 0), 0),
        };
        let icmp = match &packet.body {
            Body::Unreachable { code, .. } => Some((Unreachable::TYPE, code.code())),
            Body::Udp { .. } | Body::Tcp(_) | Body::Refused(_) => None,
        };
        Self { protocol, src, dst, flags, icmp, way, is_later }
    }
}

impl Match {
    /// The flags of segments that belong to a connection: all but its first SYN have one of them.
    pub const ESTABLISHED: u8 = Segment::ACK | Segment::RST;

    /// Returns true if a packet with this header matches; the ports of one that has none are left out.
    fn covers(&self, header: &Header) -> bool {
        let Header { protocol, src, dst, flags, icmp, way, is_later } = header;
        let is_message = |(kind, code): (u8, Option<u8>)| {
            icmp.is_some_and(|(known, of)| known == kind && code.is_none_or(|code| code == of))
        };
        self.protocol.is_none_or(|wanted| wanted == *protocol)
            && self.ports.as_ref().is_none_or(|wanted| *is_later || wanted.contains(&dst.port()))
            && self.from.as_ref().is_none_or(|wanted| wanted.contains(&src.ip()))
            && self.to.as_ref().is_none_or(|wanted| wanted.contains(&dst.ip()))
            && self.from_ports.as_ref().is_none_or(|wanted| *is_later || wanted.contains(&src.port()))
            && self.flags.is_none_or(|wanted| flags & wanted != 0)
            && self.icmp.is_none_or(is_message)
            && self.way.is_none_or(|wanted| wanted == *way)
            && (*is_later || !self.later_fragments)
    }
}

/// One line of a firewall. The first that matches decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The action for a packet that matches.
    pub action: RuleAction,
    /// The packets it matches.
    pub matches: Match,
    /// True if the TFTP helper inspects what it permits, on any port: the answers to requests pass. Only where flows are kept.
    pub inspects_tftp: bool,
    /// Its text, if it is not written as in a scenario.
    pub text: Option<Arc<str>>,
}

impl Rule {
    /// Makes a rule without a helper.
    pub fn new(action: RuleAction, matches: Match) -> Self {
        Self { action, matches, inspects_tftp: false, text: None }
    }

    /// Returns true if it decides on a packet with this header.
    ///
    /// A fragment after the first has no ports: a rule with ports decides on it by the rest if it permits, and not at all if it does
    /// not ("Access Control Lists and IP Fragments", Cisco document 8014).
    pub(crate) fn covers(&self, header: &Header) -> bool {
        let Match { ports, from_ports, .. } = &self.matches;
        let skips =
            header.is_later && self.action != RuleAction::Permit && (ports.is_some() || from_ports.is_some());
        !skips && self.matches.covers(header)
    }
}

impl fmt::Display for Rule {
    /// Formats it as in a scenario, `deny udp/69`, unless it has a text of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = &self.text {
            return f.write_str(text);
        }
        f.write_str(match self.action {
            RuleAction::Permit => "permit ",
            RuleAction::Deny => "deny ",
            RuleAction::Reject | RuleAction::Unreachable(_) => "reject ",
        })?;
        match self.matches.protocol {
            None => f.write_str("any")?,
            Some(protocol) => protocol.fmt(f)?,
        }
        match &self.matches.ports {
            Some(ports) if ports.start() == ports.end() => write!(f, "/{}", ports.start())?,
            Some(ports) => write!(f, "/{}-{}", ports.start(), ports.end())?,
            None => {}
        }
        if self.matches.flags == Some(Match::ESTABLISHED) {
            f.write_str(" established")?;
        }
        match self.action {
            RuleAction::Unreachable(Unreachable::Port) => f.write_str(" with port-unreachable"),
            RuleAction::Unreachable(Unreachable::AdminProhibited) => f.write_str(" with admin-prohibited"),
            RuleAction::Permit
            | RuleAction::Deny
            | RuleAction::Reject
            | RuleAction::Unreachable(Unreachable::FragmentationNeeded(_)) => Ok(()),
        }
    }
}
