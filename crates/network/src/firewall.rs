//! Packet filters between groups of hosts, with or without a memory of flows.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::packet::{Body, Packet};
use crate::policy::{Policy, Tracking};
use crate::rule::{Header, Protocol, Rule, RuleAction};

/// The maximum number of flows; the one that was idle longest is evicted.
const FLOWS_MAX: usize = 65_536;

/// A firewall with its rules and the flows it permitted.
#[derive(Debug)]
pub(crate) struct Firewall {
    pub(crate) name: String,
    policy: Policy,
    /// The flows that passed, and the times of their last packets. A stateless firewall has none.
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
    pub(crate) fn new(name: &str, policy: Policy) -> Self {
        Self { name: name.to_owned(), policy, flows: BTreeMap::new() }
    }

    /// Changes the rules and forgets all flows: flows that are no longer permitted end at once.
    pub(crate) fn change_rules(&mut self, change: impl FnOnce(&mut Vec<Rule>)) {
        change(&mut self.policy.rules);
        self.flows.clear();
    }

    /// Changes the action for packets that no rule matches, and forgets all flows.
    pub(crate) fn set_default(&mut self, action: RuleAction) {
        self.policy.default = action;
        self.flows.clear();
    }

    /// Decides on a packet: one of a known flow passes, else the first rule that matches it applies.
    pub(crate) fn filter(&mut self, now_ns: u64, packet: &Packet) -> Result<(), Blocked> {
        let header = Header::of(packet);
        if self.knows(now_ns, packet, &header) {
            return Ok(());
        }
        let rule = self.policy.rules.iter().find(|rule| rule.matches.covers(&header));
        match rule.map_or(self.policy.default, |rule| rule.action) {
            RuleAction::Permit => {
                self.remember((header.protocol, header.src, header.dst), now_ns);
                Ok(())
            }
            action => {
                let rule = rule.map_or_else(|| "default".to_owned(), Rule::to_string);
                Err(Blocked { action, rule })
            }
        }
    }

    /// Returns true if a packet belongs to a flow that lives, or is an error about one. Its last packet is then this one.
    fn knows(&mut self, now_ns: u64, packet: &Packet, header: &Header) -> bool {
        let Some(tracking) = &self.policy.tracking else { return false };
        let &Header { protocol, src, dst, .. } = header;
        let idle_ns = tracking.timeout_ns(protocol);
        for flow in [(protocol, src, dst), (protocol, dst, src)] {
            if let Some(last_ns) = self.flows.get_mut(&flow) {
                if now_ns.saturating_sub(*last_ns) <= idle_ns {
                    *last_ns = now_ns;
                    return true;
                }
                self.flows.remove(&flow);
            }
        }
        let Body::PortUnreachable { original_src, original_dst, .. } = packet.body else { return false };
        // Errors about a permitted flow belong to it, whichever end they come from.
        let flows = [(original_src, original_dst), (original_dst, original_src)];
        let idle_ns = tracking.timeout_ns(Protocol::Udp);
        let lives = |last_ns: &u64| now_ns.saturating_sub(*last_ns) <= idle_ns;
        flows.iter().any(|(a, b)| self.flows.get(&(Protocol::Udp, *a, *b)).is_some_and(lives))
    }

    fn remember(&mut self, flow: Flow, now_ns: u64) {
        if self.policy.tracking.is_none() {
            return;
        }
        if self.flows.len() >= FLOWS_MAX
            && let Some((&oldest, _)) = self.flows.iter().min_by_key(|(_, last_ns)| **last_ns)
        {
            self.flows.remove(&oldest);
        }
        self.flows.insert(flow, now_ns);
    }
}

impl Tracking {
    /// Returns the time for which a flow is remembered after its last packet.
    fn timeout_ns(&self, protocol: Protocol) -> u64 {
        let timeout = if protocol == Protocol::Tcp { self.tcp_timeout } else { self.udp_timeout };
        timeout.as_nanos() as u64
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use bytes::Bytes;

    use super::*;
    use crate::packet::Segment;
    use crate::rule::Match;

    const UDP_IDLE_NS: u64 = 60_000_000_000;

    fn stateful(rules: Vec<Rule>, default: RuleAction) -> Firewall {
        Firewall::new("dc", Policy::stateful(rules, default))
    }

    fn stateless(rules: Vec<Rule>, default: RuleAction) -> Firewall {
        Firewall::new("dc", Policy::stateless(rules, default))
    }

    fn datagram(src: &str, dst: &str) -> Packet {
        let (src, dst): (SocketAddr, SocketAddr) =
            (src.parse().expect("an address"), dst.parse().expect("an address"));
        Packet {
            src: src.ip(),
            dst: dst.ip(),
            body: Body::Udp { src_port: src.port(), dst_port: dst.port(), payload: Bytes::new() },
        }
    }

    /// Makes a segment from port `src` of the first host to port `dst` of the second, with these flags.
    fn segment(src: u16, dst: u16, flags: u8) -> Packet {
        let body = Body::Tcp(Segment::new(src, dst, flags, 0));
        Packet { src: [10, 0, 0, 1].into(), dst: [10, 0, 0, 2].into(), body }
    }

    fn flow_of(packet: &Packet) -> Flow {
        let Header { protocol, src, dst, .. } = Header::of(packet);
        (protocol, src, dst)
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
        let mut firewall = stateful(vec![rule(RuleAction::Permit, 69)], RuleAction::Deny);
        let request = datagram("10.0.0.1:4000", "10.0.0.2:69");
        let answer = datagram("10.0.0.2:5000", "10.0.0.1:4000");
        let same_port = datagram("10.0.0.2:69", "10.0.0.1:4000");
        assert!(firewall.filter(0, &request).is_ok());
        assert!(firewall.filter(1, &same_port).is_ok());
        assert_eq!(firewall.filter(1, &answer), blocked(RuleAction::Deny, "default"));
    }

    #[test]
    fn the_first_matching_rule_decides_and_names_itself() {
        let mut firewall =
            stateful(vec![rule(RuleAction::Reject, 69), rule(RuleAction::Permit, 69)], RuleAction::Permit);
        let request = datagram("10.0.0.1:4000", "10.0.0.2:69");
        assert_eq!(firewall.filter(0, &request), blocked(RuleAction::Reject, "reject udp/69"));
        assert!(firewall.filter(0, &datagram("10.0.0.1:4000", "10.0.0.2:70")).is_ok());
    }

    #[test]
    fn an_idle_flow_is_forgotten() {
        let mut firewall = stateful(vec![rule(RuleAction::Permit, 69)], RuleAction::Deny);
        let request = datagram("10.0.0.1:4000", "10.0.0.2:69");
        let answer = datagram("10.0.0.2:69", "10.0.0.1:4000");
        assert!(firewall.filter(0, &request).is_ok());
        assert!(firewall.filter(UDP_IDLE_NS, &answer).is_ok());
        assert!(firewall.filter(2 * UDP_IDLE_NS + 1, &answer).is_err());
    }

    #[test]
    fn an_error_belongs_to_the_flow_of_its_datagram_from_either_end_while_that_lives() {
        let mut firewall = stateful(vec![rule(RuleAction::Permit, 69)], RuleAction::Deny);
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
        let mut firewall = stateful(Vec::new(), RuleAction::Permit);
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

    #[test]
    fn a_stateless_firewall_asks_its_rules_about_each_packet_and_each_error() {
        let mut firewall = stateless(vec![rule(RuleAction::Permit, 69)], RuleAction::Deny);
        let request = datagram("10.0.0.1:4000", "10.0.0.2:69");
        let answer = datagram("10.0.0.2:69", "10.0.0.1:4000");
        for _ in 0..2 {
            assert_eq!(firewall.filter(0, &request), Ok(()));
            assert_eq!(firewall.filter(0, &answer), blocked(RuleAction::Deny, "default"));
            let error = request.rejection().expect("datagrams are answered");
            assert_eq!(firewall.filter(0, &error), blocked(RuleAction::Deny, "default"));
        }
        assert!(firewall.flows.is_empty());
        let icmp = Match { protocol: Some(Protocol::Icmp), ..Match::default() };
        firewall.change_rules(|rules| rules.push(Rule { action: RuleAction::Permit, matches: icmp }));
        assert_eq!(firewall.filter(0, &request.rejection().expect("datagrams are answered")), Ok(()));
    }

    #[test]
    fn established_is_ack_or_rst() {
        let matches = Match { protocol: Some(Protocol::Tcp), established: true, ..Match::default() };
        let rule = Rule { action: RuleAction::Permit, matches };
        assert_eq!(rule.to_string(), "permit tcp established");
        let mut firewall = stateless(vec![rule], RuleAction::Deny);
        let (syn, ack, rst, fin) = (Segment::SYN, Segment::ACK, Segment::RST, Segment::FIN);
        for flags in [ack, rst, syn | ack, fin | ack, rst | ack] {
            assert_eq!(firewall.filter(0, &segment(22, 4000, flags)), Ok(()), "{flags}");
        }
        for flags in [syn, fin, 0] {
            assert!(firewall.filter(0, &segment(22, 4000, flags)).is_err(), "{flags}");
        }
        // A datagram has no flags.
        assert!(firewall.filter(0, &datagram("10.0.0.2:69", "10.0.0.1:4000")).is_err());
    }
}
