//! Stateful packet filters between groups of hosts.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::packet::{Body, Packet};
use crate::rule::{Protocol, Rule, RuleAction};

/// The time for which a UDP flow is remembered after its last packet.
///
/// Values common to firewalls in the field; not from a source on any one product.
const UDP_IDLE_NS: u64 = 60 * 1_000_000_000;
const TCP_IDLE_NS: u64 = 3_600 * 1_000_000_000;
/// The maximum number of flows; the one that was idle longest is evicted.
const FLOWS_MAX: usize = 65_536;

/// A firewall with its rules and the flows it permitted.
#[derive(Debug)]
pub(crate) struct Firewall {
    pub(crate) name: String,
    rules: Vec<Rule>,
    default: RuleAction,
    flows: BTreeMap<Flow, u64>,
}

/// A flow, named by its first packet: protocol, source, destination.
type Flow = (Protocol, SocketAddr, SocketAddr);

/// The reason that a packet was blocked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Blocked {
    /// [`RuleAction::Deny`] or [`RuleAction::Reject`].
    pub(crate) action: RuleAction,
    /// The rule as a scenario writes it, or `default`.
    pub(crate) rule: String,
}

impl Firewall {
    pub(crate) fn new(name: &str, rules: Vec<Rule>, default: RuleAction) -> Self {
        Self { name: name.to_owned(), rules, default, flows: BTreeMap::new() }
    }

    /// Changes the rules and forgets all flows: flows that are no longer permitted end at once.
    pub(crate) fn change_rules(&mut self, change: impl FnOnce(&mut Vec<Rule>)) {
        change(&mut self.rules);
        self.flows.clear();
    }

    /// Changes the action for packets that no rule matches, and forgets all flows.
    pub(crate) fn set_default(&mut self, action: RuleAction) {
        self.default = action;
        self.flows.clear();
    }

    /// Decides on a packet; the first rule that matches it applies.
    pub(crate) fn filter(&mut self, now_ns: u64, packet: &Packet) -> Result<(), Blocked> {
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
        if let Body::PortUnreachable { original_src, original_dst, .. } = packet.body {
            // Errors about a permitted flow belong to it, whichever end they come from.
            let flows = [(original_src, original_dst), (original_dst, original_src)];
            let lives = |last_ns: &u64| now_ns.saturating_sub(*last_ns) <= UDP_IDLE_NS;
            if flows.iter().any(|(a, b)| self.flows.get(&(Protocol::Udp, *a, *b)).is_some_and(lives)) {
                return Ok(());
            }
        }
        let rule = self.rules.iter().find(|rule| rule.matches.covers(protocol, src, dst));
        match rule.map_or(self.default, |rule| rule.action) {
            RuleAction::Permit => {
                self.remember((protocol, src, dst), now_ns);
                Ok(())
            }
            action => {
                let rule = rule.map_or_else(|| "default".to_owned(), Rule::to_string);
                Err(Blocked { action, rule })
            }
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
        // Links damage packets only behind all firewalls.
        Body::PortUnreachable { .. } | Body::Damaged(_) => {
            (Protocol::Icmp, SocketAddr::new(packet.src, 0), SocketAddr::new(packet.dst, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use bytes::Bytes;

    use super::*;
    use crate::rule::Match;

    fn datagram(src: &str, dst: &str) -> Packet {
        let (src, dst): (SocketAddr, SocketAddr) =
            (src.parse().expect("an address"), dst.parse().expect("an address"));
        Packet {
            src: src.ip(),
            dst: dst.ip(),
            body: Body::Udp { src_port: src.port(), dst_port: dst.port(), payload: Bytes::new() },
        }
    }

    fn rule(action: RuleAction, port: u16) -> Rule {
        Rule {
            action,
            matches: Match { protocol: Some(Protocol::Udp), ports: Some(port..=port), ..Match::default() },
        }
    }

    fn blocked(action: RuleAction, rule: &str) -> Result<(), Blocked> {
        Err(Blocked { action, rule: rule.to_owned() })
    }

    #[test]
    fn the_answer_from_a_new_port_is_not_part_of_the_flow() {
        // Opening UDP 69 alone is not enough for TFTP: RFC 1350 answers from a port of its own.
        let mut firewall = Firewall::new("dc", vec![rule(RuleAction::Permit, 69)], RuleAction::Deny);
        let request = datagram("10.0.0.1:4000", "10.0.0.2:69");
        let answer = datagram("10.0.0.2:5000", "10.0.0.1:4000");
        let same_port = datagram("10.0.0.2:69", "10.0.0.1:4000");
        assert!(firewall.filter(0, &request).is_ok());
        assert!(firewall.filter(1, &same_port).is_ok());
        assert_eq!(firewall.filter(1, &answer), blocked(RuleAction::Deny, "default"));
    }

    #[test]
    fn the_first_matching_rule_decides_and_names_itself() {
        let mut firewall = Firewall::new(
            "dc",
            vec![rule(RuleAction::Reject, 69), rule(RuleAction::Permit, 69)],
            RuleAction::Permit,
        );
        let request = datagram("10.0.0.1:4000", "10.0.0.2:69");
        assert_eq!(firewall.filter(0, &request), blocked(RuleAction::Reject, "reject udp/69"));
        assert!(firewall.filter(0, &datagram("10.0.0.1:4000", "10.0.0.2:70")).is_ok());
    }

    #[test]
    fn an_idle_flow_is_forgotten() {
        let mut firewall = Firewall::new("dc", vec![rule(RuleAction::Permit, 69)], RuleAction::Deny);
        let request = datagram("10.0.0.1:4000", "10.0.0.2:69");
        let answer = datagram("10.0.0.2:69", "10.0.0.1:4000");
        assert!(firewall.filter(0, &request).is_ok());
        assert!(firewall.filter(UDP_IDLE_NS, &answer).is_ok());
        assert!(firewall.filter(2 * UDP_IDLE_NS + 1, &answer).is_err());
    }

    #[test]
    fn an_error_belongs_to_the_flow_of_its_datagram_from_either_end_while_that_lives() {
        let mut firewall = Firewall::new("dc", vec![rule(RuleAction::Permit, 69)], RuleAction::Deny);
        let request = datagram("10.0.0.1:4000", "10.0.0.2:69");
        let answer = datagram("10.0.0.2:69", "10.0.0.1:4000");
        assert!(firewall.filter(0, &request).is_ok() && firewall.filter(0, &answer).is_ok());
        let errors =
            [&request, &answer].map(|datagram| datagram.rejection().expect("datagrams are answered"));
        for error in &errors {
            assert!(firewall.filter(1, error).is_ok());
            assert!(firewall.filter(UDP_IDLE_NS + 1, error).is_err());
        }
        let stranger = datagram("10.0.0.1:4001", "10.0.0.2:69").rejection().expect("it is answered");
        assert_eq!(firewall.filter(1, &stranger), blocked(RuleAction::Deny, "default"));
    }

    #[test]
    fn the_longest_idle_flow_is_evicted() {
        let mut firewall = Firewall::new("dc", Vec::new(), RuleAction::Permit);
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
