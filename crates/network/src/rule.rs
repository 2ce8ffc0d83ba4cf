//! Rules of a firewall: a match and an action.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// The action of a firewall for a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleAction {
    /// Lets it and its replies through.
    Permit,
    /// Drops it silently.
    Deny,
    /// Drops it and answers the sender: RST for TCP, ICMP port unreachable for UDP.
    Reject,
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
}

impl Match {
    /// Returns true if a packet of `protocol` from `src` to `dst` matches.
    pub fn covers(&self, protocol: Protocol, src: SocketAddr, dst: SocketAddr) -> bool {
        self.protocol.is_none_or(|wanted| wanted == protocol)
            && self.ports.as_ref().is_none_or(|wanted| wanted.contains(&dst.port()))
            && self.from.as_ref().is_none_or(|wanted| wanted.contains(&src.ip()))
            && self.to.as_ref().is_none_or(|wanted| wanted.contains(&dst.ip()))
    }
}

/// One line of a firewall. The first that matches decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The action for a packet that matches.
    pub action: RuleAction,
    /// The packets it matches.
    pub matches: Match,
}

impl fmt::Display for Rule {
    /// Formats it as in a scenario: `deny udp/69`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.action {
            RuleAction::Permit => "permit ",
            RuleAction::Deny => "deny ",
            RuleAction::Reject => "reject ",
        })?;
        f.write_str(match self.matches.protocol {
            None => "any",
            Some(Protocol::Udp) => "udp",
            Some(Protocol::Tcp) => "tcp",
            Some(Protocol::Icmp) => "icmp",
        })?;
        match &self.matches.ports {
            Some(ports) if ports.start() == ports.end() => write!(f, "/{}", ports.start()),
            Some(ports) => write!(f, "/{}-{}", ports.start(), ports.end()),
            None => Ok(()),
        }
    }
}
