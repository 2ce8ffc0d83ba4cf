//! The decision on a packet.

use std::fmt;
use std::net::IpAddr;

use crate::fragments::Fragment;
use crate::ids::HostId;
use crate::impairments::Effects;
use crate::packet::{Body, Packet};

/// The decision that the network makes when a packet is sent.
#[derive(Debug)]
pub enum Decision {
    /// It arrives as it was sent.
    Deliver {
        /// The host that has its destination address.
        to: HostId,
        /// The arrival time, in nanoseconds since the start of the run.
        at_ns: u64,
        /// The direction of a link whose packets arrive in the order of sending, with few exceptions; an engine may keep a queue
        /// for each. `None` for a packet that others overtake.
        queue: Option<usize>,
    },
    /// It arrives impaired.
    Impair(Box<Impaired>),
    /// It crosses the network in fragments.
    Fragmented(Box<Fragmented>),
    /// It does not arrive.
    Drop {
        /// The reason.
        reason: DropReason,
        /// The answer of a firewall to its sender.
        answer: Option<Box<Answer>>,
    },
}

impl Decision {
    /// Returns true if the packet arrives at its host, in whatever state.
    pub(crate) fn arrives(&self) -> bool {
        match self {
            Self::Deliver { .. } | Self::Impair(_) => true,
            Self::Fragmented(fragmented) => fragmented.fate.arrives(),
            Self::Drop { .. } => false,
        }
    }
}

/// A packet that is altered, held back or duplicated on the way.
#[derive(Debug)]
pub struct Impaired {
    /// The host that has its destination address.
    pub to: HostId,
    /// The arrival time, in nanoseconds since the start of the run.
    pub at_ns: u64,
    /// The packet as it arrives if nothing alters it, if its addresses are translated on the way.
    pub translated: Option<Packet>,
    /// The packet as it arrives, if a device on the way alters its payload and computes the checksums anew.
    pub altered: Option<Packet>,
    /// The time for which it was held back.
    pub held_ns: Option<u64>,
    /// The arrival time of a copy of the packet as sent.
    pub copy_at_ns: Option<u64>,
}

/// A datagram that is longer than the MTU, and so crosses the network in fragments.
#[derive(Debug)]
pub struct Fragmented {
    /// The identification that its fragments have in common.
    pub id: u16,
    /// The fragments, in the order of sending.
    pub fragments: Vec<SentFragment>,
    /// The decision on the datagram as a whole: [`Decision::Impair`] if it arrives, [`Decision::Drop`] if not.
    pub fate: Decision,
}

/// A fragment as it crosses the network.
#[derive(Debug)]
pub struct SentFragment {
    /// Its place in the datagram.
    pub fragment: Fragment,
    /// The comment in a capture, if it is dropped or impaired.
    pub comment: Option<String>,
}

/// The packet with which a firewall rejects another, or a router says that it is too long.
#[derive(Debug)]
pub struct Answer {
    /// The host behind the firewall or router that the answer comes from.
    pub from: HostId,
    /// The answer.
    pub packet: Packet,
    /// The arrival time, in nanoseconds since the start of the run.
    pub at_ns: u64,
    /// Its sender: `firewall dc: reject udp/69`.
    pub by: String,
}

/// The reason that a packet does not arrive. Displays as in a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// No host has its destination address.
    NoHost(IpAddr),
    /// It is a broadcast, and which hosts are of one LAN is not modelled.
    Broadcast,
    /// A translation of addresses has no host for it.
    Nat {
        /// The translation.
        name: String,
        /// The reason: [`NO_TRANSLATION`](crate::NO_TRANSLATION) or [`INSIDE_ADDRESS`](crate::INSIDE_ADDRESS).
        rule: &'static str,
    },
    /// A rule of a firewall blocked it.
    Firewall {
        /// The firewall.
        name: String,
        /// The rule as a scenario writes it, or `default`.
        rule: String,
    },
    /// The link is down.
    LinkDown,
    /// It is longer than the MTU of the link, and must not be fragmented.
    TooLong,
    /// The link lost it.
    Loss,
    /// The link damaged its frame, which the receiving interface dropped: the frame check sequence of Ethernet does not fit (IEEE 802.3,
    /// 3.2.9).
    WrongFcs,
    /// The queue of the link was full.
    QueueFull,
    /// One of its fragments was dropped.
    Fragment(Box<Self>),
    /// Its fragments did not all arrive in time.
    Incomplete,
    /// Its host keeps too many fragments of other datagrams.
    ReassemblyFull,
}

impl Impaired {
    /// Makes the outcome for a packet that would arrive at `arrival_ns`, with `effects`.
    pub(crate) fn new(to: HostId, arrival_ns: u64, effects: &Effects, altered: Option<Packet>) -> Self {
        Self {
            to,
            at_ns: arrival_ns + effects.held_ns.unwrap_or(0),
            translated: None,
            altered,
            held_ns: effects.held_ns,
            copy_at_ns: effects.copy_after_ns.map(|after_ns| arrival_ns + after_ns),
        }
    }

    /// Makes the outcome for a packet that arrives with other addresses than it was sent with, and otherwise unimpaired.
    pub(crate) fn translated(to: HostId, at_ns: u64, packet: Packet) -> Self {
        Self { to, at_ns, translated: Some(packet), altered: None, held_ns: None, copy_at_ns: None }
    }

    /// Returns the comment in a capture about the packet as it arrives.
    pub fn comment(&self) -> Option<String> {
        let held = self.held_ns.map(|ns| format!("held back for {} µs on the link", ns / 1_000));
        let altered = self.altered.as_ref().map(|packet| match packet.body {
            Body::Refused(_) => {
                "altered on the way: its checksum fits, its DTLS record is refused".to_owned()
            }
            Body::Udp { .. } | Body::Tcp(_) | Body::Unreachable { .. } => {
                "altered on the way: its checksum fits".to_owned()
            }
        });
        let translated = self.translated.as_ref().map(|packet| match packet.ends() {
            Some((src, dst)) => format!("translated to {src} > {dst}"),
            None => format!("translated to {} > {}", packet.src, packet.dst),
        });
        let comment: Vec<String> = [altered, translated, held].into_iter().flatten().collect();
        (!comment.is_empty()).then(|| comment.join("; "))
    }
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broadcast => f.write_str("a broadcast, which no host is modelled to hear"),
            Self::NoHost(address) => write!(f, "no host has the address {address}"),
            Self::Firewall { name, rule } => write!(f, "dropped by firewall {name}: {rule}"),
            Self::Nat { name, rule } => write!(f, "dropped by NAT {name}: {rule}"),
            Self::LinkDown => f.write_str("link is down"),
            Self::TooLong => f.write_str("longer than the MTU of the path"),
            Self::Loss => f.write_str("lost on the link"),
            Self::WrongFcs => f.write_str("damaged on the link, dropped for a wrong FCS"),
            Self::QueueFull => f.write_str("queue of the link is full"),
            Self::Fragment(reason) => write!(f, "a fragment of it: {reason}"),
            Self::Incomplete => f.write_str("its fragments are incomplete"),
            Self::ReassemblyFull => f.write_str("no memory to reassemble it"),
        }
    }
}
