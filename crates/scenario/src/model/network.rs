//! Links and firewalls.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use crate::source::Span;

/// A path between two hosts or groups, with a quality in each direction.
#[derive(Debug, Clone)]
pub struct Link {
    /// As written, or made from `between`.
    pub name: String,
    /// Its ends.
    pub between: [Members; 2],
    /// From the first end to the second.
    pub forward: Quality,
    /// From the second end to the first.
    pub reverse: Quality,
    /// Where the scenario states it.
    pub span: Span,
}

/// What packets meet in one direction.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    /// One way, without serialisation and queueing.
    pub latency: Duration,
    /// Added to the latency, from 0 to this.
    pub jitter: Duration,
    /// Bits per second; none is without limit.
    pub bandwidth: Option<u64>,
    /// Bytes that wait before packets are dropped; none is without limit.
    pub queue: Option<u64>,
    /// The share of packets lost.
    pub loss: f64,
    /// The share of packets that arrive twice.
    pub duplication: f64,
    /// The share of UDP datagrams that later ones overtake.
    pub reordering: f64,
    /// The share of packets in which bits turn over.
    pub corruption: f64,
    /// Larger packets vanish; none is the interface's.
    pub mtu: Option<u32>,
}

impl Default for Quality {
    /// A local network: 250 µs, 1 Gbit/s, nothing lost, doubled or damaged.
    fn default() -> Self {
        Self {
            latency: Duration::from_micros(250),
            jitter: Duration::ZERO,
            bandwidth: Some(1_000_000_000),
            queue: None,
            loss: 0.0,
            duplication: 0.0,
            reordering: 0.0,
            corruption: 0.0,
            mtu: None,
        }
    }
}

/// Who stands at an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Members {
    /// Every address, known to the scenario or not.
    Any,
    /// These hosts.
    Hosts(Arc<[String]>),
    /// One address, which need not be a host's.
    Address(IpAddr),
    /// Every address from the first to the last, both included.
    Range(IpAddr, IpAddr),
}

impl Members {
    /// Whether the host of that name and address is one of them.
    pub fn contains(&self, name: Option<&str>, address: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::Hosts(hosts) => name.is_some_and(|name| hosts.iter().any(|host| host == name)),
            Self::Address(own) => *own == address,
            Self::Range(first, last) => (*first..=*last).contains(&address),
        }
    }
}

/// Stands between two ends. Stateful: what answers a permitted flow comes back.
#[derive(Debug, Clone)]
pub struct Firewall {
    /// Its name, for the timeline.
    pub name: String,
    /// Packets from one end to the other pass through it, either way.
    pub between: [Members; 2],
    /// The first that matches decides.
    pub rules: Vec<Rule>,
    /// What happens when none matches: [`Verdict::Permit`] unless written.
    pub default: Verdict,
    /// Where the scenario states it.
    pub span: Span,
}

/// What becomes of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It passes.
    Permit,
    /// It vanishes.
    Deny,
    /// It is answered: RST for TCP, port unreachable else.
    Reject,
}

/// One line of a firewall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What becomes of what matches.
    pub verdict: Verdict,
    /// What matches.
    pub matching: Matching,
}

/// Which packets: `udp/69`, from somebody, to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matching {
    /// `any`, `udp`, `tcp`, `icmp`.
    pub protocol: Protocol,
    /// Destination ports; none is all of them.
    pub ports: Ports,
    /// Who sends.
    pub from: Members,
    /// Who shall receive.
    pub to: Members,
}

/// Destination ports; none is every port.
pub type Ports = Option<RangeInclusive<u16>>;

/// A protocol over IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// All of them.
    Any,
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
    /// ICMP.
    Icmp,
}
