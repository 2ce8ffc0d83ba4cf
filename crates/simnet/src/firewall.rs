//! Stateful packet filters between groups of hosts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;

use crate::packet::{Body, Packet};

/// How long a flow is remembered after its last packet, in seconds, by protocol.
///
/// Values common to firewalls in the field; not from a source on any one product.
const UDP_IDLE_NS: u64 = 60 * 1_000_000_000;
const TCP_IDLE_NS: u64 = 3_600 * 1_000_000_000;
/// Flows remembered at a time; the oldest idle ones make room.
const FLOWS_MAX: usize = 65_536;

/// What a rule does with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Lets it through, and what answers it.
    Permit,
    /// Drops it and says nothing.
    Deny,
    /// Drops it and tells the sender: RST for TCP, ICMP port unreachable for UDP.
    Reject,
}

/// A transport protocol, as a rule names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
    /// ICMP errors.
    Icmp,
}

/// Which packets a rule is about. `None` matches all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Match {
    /// The protocol.
    pub protocol: Option<Protocol>,
    /// Destination ports.
    pub ports: Option<RangeInclusive<u16>>,
    /// Source addresses.
    pub from: Option<BTreeSet<IpAddr>>,
    /// Destination addresses.
    pub to: Option<BTreeSet<IpAddr>>,
}

/// One line of a firewall. The first that matches decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What happens to a packet that matches.
    pub action: Action,
    /// Which packets it is about.
    pub matches: Match,
}

impl fmt::Display for Rule {
    /// As a scenario writes it: `deny udp/69`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.action {
            Action::Permit => "permit ",
            Action::Deny => "deny ",
            Action::Reject => "reject ",
        })?;
        match self.matches.protocol {
            None => f.write_str("any")?,
            Some(Protocol::Udp) => f.write_str("udp")?,
            Some(Protocol::Tcp) => f.write_str("tcp")?,
            Some(Protocol::Icmp) => f.write_str("icmp")?,
        }
        match &self.matches.ports {
            Some(ports) if ports.start() == ports.end() => write!(f, "/{}", ports.start()),
            Some(ports) => write!(f, "/{}-{}", ports.start(), ports.end()),
            None => Ok(()),
        }
    }
}

/// A firewall with its rules and the flows it let through.
#[derive(Debug)]
pub(crate) struct Firewall {
    pub(crate) name: String,
    pub(crate) rules: Vec<Rule>,
    pub(crate) default: Action,
    flows: BTreeMap<Flow, u64>,
}

/// A flow as its first packet went: protocol, source, destination.
type Flow = (Protocol, SocketAddr, SocketAddr);

impl Firewall {
    pub(crate) fn new(name: &str, rules: Vec<Rule>, default: Action) -> Self {
        Self { name: name.to_owned(), rules, default, flows: BTreeMap::new() }
    }

    /// Forgets all flows, as after a change of rules: what is no longer allowed ends at once.
    pub(crate) fn forget_flows(&mut self) {
        self.flows.clear();
    }

    /// Decides on a packet. `Err` holds the action and the text of the rule that stopped it.
    pub(crate) fn filter(&mut self, now_ns: u64, packet: &Packet) -> Result<(), (Action, String)> {
        let (protocol, src, dst) = flow_of(packet);
        let idle_ns = if protocol == Protocol::Tcp { TCP_IDLE_NS } else { UDP_IDLE_NS };
        for flow in [(protocol, src, dst), (protocol, dst, src)] {
            if let Some(last_ns) = self.flows.get_mut(&flow) {
                if now_ns.saturating_sub(*last_ns) <= idle_ns {
                    *last_ns = now_ns;
                    return Ok(());
                }
                self.flows.remove(&flow);
            }
        }
        if let Body::PortUnreachable { original_src, original_dst, .. } = &packet.body
            && self.flows.contains_key(&(Protocol::Udp, *original_src, *original_dst))
        {
            // Errors about a permitted flow belong to it.
            return Ok(());
        }
        let rule = self.rules.iter().find(|rule| rule.matches.covers(protocol, src, dst));
        match rule.map_or(self.default, |rule| rule.action) {
            Action::Permit => {
                self.remember((protocol, src, dst), now_ns);
                Ok(())
            }
            action => Err((action, rule.map_or_else(|| "default".to_owned(), Rule::to_string))),
        }
    }

    fn remember(&mut self, flow: Flow, now_ns: u64) {
        if self.flows.len() >= FLOWS_MAX
            && let Some((&oldest, _)) = self.flows.iter().min_by_key(|(_, last_ns)| **last_ns)
        {
            self.flows.remove(&oldest);
        }
        self.flows.insert(flow, now_ns);
    }
}

impl Match {
    fn covers(&self, protocol: Protocol, src: SocketAddr, dst: SocketAddr) -> bool {
        self.protocol.is_none_or(|wanted| wanted == protocol)
            && self.ports.as_ref().is_none_or(|wanted| wanted.contains(&dst.port()))
            && self.from.as_ref().is_none_or(|wanted| wanted.contains(&src.ip()))
            && self.to.as_ref().is_none_or(|wanted| wanted.contains(&dst.ip()))
    }
}

fn flow_of(packet: &Packet) -> Flow {
    match &packet.body {
        Body::Udp { src_port, dst_port, .. } => {
            (Protocol::Udp, SocketAddr::new(packet.src, *src_port), SocketAddr::new(packet.dst, *dst_port))
        }
        Body::Tcp(segment) => (
            Protocol::Tcp,
            SocketAddr::new(packet.src, segment.src_port()),
            SocketAddr::new(packet.dst, segment.dst_port()),
        ),
        // A link damages packets behind all firewalls.
        Body::PortUnreachable { .. } | Body::Damaged(_) => {
            (Protocol::Icmp, SocketAddr::new(packet.src, 0), SocketAddr::new(packet.dst, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn datagram(src: &str, dst: &str) -> Packet {
        let (src, dst): (SocketAddr, SocketAddr) =
            (src.parse().expect("an address"), dst.parse().expect("an address"));
        Packet {
            src: src.ip(),
            dst: dst.ip(),
            body: Body::Udp { src_port: src.port(), dst_port: dst.port(), payload: Bytes::new() },
        }
    }

    fn rule(action: Action, port: u16) -> Rule {
        Rule {
            action,
            matches: Match { protocol: Some(Protocol::Udp), ports: Some(port..=port), ..Match::default() },
        }
    }

    #[test]
    fn the_answer_from_a_new_port_is_not_part_of_the_flow() {
        // Opening UDP 69 alone is not enough for TFTP: RFC 1350 answers from a port of its own.
        let mut firewall = Firewall::new("dc", vec![rule(Action::Permit, 69)], Action::Deny);
        let request = datagram("10.0.0.1:4000", "10.0.0.2:69");
        let answer = datagram("10.0.0.2:5000", "10.0.0.1:4000");
        let same_port = datagram("10.0.0.2:69", "10.0.0.1:4000");
        assert!(firewall.filter(0, &request).is_ok());
        assert!(firewall.filter(1, &same_port).is_ok());
        assert_eq!(firewall.filter(1, &answer), Err((Action::Deny, "default".to_owned())));
    }

    #[test]
    fn the_first_matching_rule_decides_and_names_itself() {
        let mut firewall =
            Firewall::new("dc", vec![rule(Action::Reject, 69), rule(Action::Permit, 69)], Action::Permit);
        let request = datagram("10.0.0.1:4000", "10.0.0.2:69");
        assert_eq!(firewall.filter(0, &request), Err((Action::Reject, "reject udp/69".to_owned())));
        assert!(firewall.filter(0, &datagram("10.0.0.1:4000", "10.0.0.2:70")).is_ok());
    }

    #[test]
    fn an_idle_flow_is_forgotten() {
        let mut firewall = Firewall::new("dc", vec![rule(Action::Permit, 69)], Action::Deny);
        let request = datagram("10.0.0.1:4000", "10.0.0.2:69");
        let answer = datagram("10.0.0.2:69", "10.0.0.1:4000");
        assert!(firewall.filter(0, &request).is_ok());
        assert!(firewall.filter(UDP_IDLE_NS, &answer).is_ok());
        assert!(firewall.filter(2 * UDP_IDLE_NS + 1, &answer).is_err());
    }

    #[test]
    fn the_longest_idle_flow_makes_room() {
        let mut firewall = Firewall::new("dc", Vec::new(), Action::Permit);
        let from =
            |index: u32| Packet { src: IpAddr::V4(index.into()), ..datagram("10.0.0.1:4000", "10.0.0.2:69") };
        for index in 0..FLOWS_MAX as u32 {
            firewall.flows.insert(flow_of(&from(index)), u64::from(index));
        }
        assert!(firewall.filter(0, &from(u32::MAX)).is_ok());
        assert_eq!(firewall.flows.len(), FLOWS_MAX);
        assert!(!firewall.flows.contains_key(&flow_of(&from(0))));
        assert!(firewall.flows.contains_key(&flow_of(&from(1))));
    }
}
