//! Which packets a firewall passes, and what it remembers of them.

use std::net::IpAddr;
use std::time::Duration;

use datagram::Datagram;

use super::*;
use crate::packet::{Segment, Unreachable};
use crate::rule::Match;

impl Firewall {
    /// Decides on a packet whose way makes no difference.
    fn passes(&mut self, now_ns: u64, packet: &Packet) -> Result<(), Blocked> {
        self.filter(now_ns, packet, Way::Forward, Part::Whole)
    }
}

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
        dont_fragment: false,
        overhead: 0,
        body: Body::Udp { src_port: src.port(), dst_port: dst.port(), payload: Datagram::default() },
    }
}

/// Makes a segment from port `src` of the first host to port `dst` of the second, with these flags.
fn segment(src: u16, dst: u16, flags: u8) -> Packet {
    let body = Body::Tcp(Segment::new(src, dst, flags, 0));
    Packet { src: [10, 0, 0, 1].into(), dst: [10, 0, 0, 2].into(), dont_fragment: true, overhead: 0, body }
}

fn flow_of(packet: &Packet) -> Flow {
    let Header { protocol, src, dst, .. } = Header::of(packet, Way::Forward, Part::Whole);
    (protocol, src, dst)
}

fn rule(action: RuleAction, port: u16) -> Rule {
    Rule::new(action, Match { protocol: Some(Protocol::Udp), ports: Some(port..=port), ..Match::default() })
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
    assert!(firewall.passes(0, &request).is_ok());
    assert!(firewall.passes(1, &same_port).is_ok());
    assert_eq!(firewall.passes(1, &answer), blocked(RuleAction::Deny, "default"));
}

#[test]
fn the_first_matching_rule_decides_and_names_itself() {
    let mut firewall =
        stateful(vec![rule(RuleAction::Reject, 69), rule(RuleAction::Permit, 69)], RuleAction::Permit);
    let request = datagram("10.0.0.1:4000", "10.0.0.2:69");
    assert_eq!(firewall.passes(0, &request), blocked(RuleAction::Reject, "reject udp/69"));
    assert!(firewall.passes(0, &datagram("10.0.0.1:4000", "10.0.0.2:70")).is_ok());
}

#[test]
fn an_idle_flow_is_forgotten() {
    let mut firewall = stateful(vec![rule(RuleAction::Permit, 69)], RuleAction::Deny);
    let request = datagram("10.0.0.1:4000", "10.0.0.2:69");
    let answer = datagram("10.0.0.2:69", "10.0.0.1:4000");
    assert!(firewall.passes(0, &request).is_ok());
    assert!(firewall.passes(UDP_IDLE_NS, &answer).is_ok());
    assert!(firewall.passes(2 * UDP_IDLE_NS + 1, &answer).is_err());
}

#[test]
fn an_error_belongs_to_the_flow_of_its_datagram_from_either_end_while_that_lives() {
    let mut firewall = stateful(vec![rule(RuleAction::Permit, 69)], RuleAction::Deny);
    let request = datagram("10.0.0.1:4000", "10.0.0.2:69");
    let answer = datagram("10.0.0.2:69", "10.0.0.1:4000");
    assert!(firewall.passes(0, &request).is_ok() && firewall.passes(0, &answer).is_ok());
    let errors = [&request, &answer].map(|datagram| datagram.rejection().expect("datagrams are answered"));
    for error in &errors {
        assert!(firewall.passes(1, error).is_ok());
        assert!(firewall.passes(UDP_IDLE_NS + 1, error).is_err());
    }
    let stranger = datagram("10.0.0.1:4001", "10.0.0.2:69").rejection().expect("it is answered");
    assert_eq!(firewall.passes(1, &stranger), blocked(RuleAction::Deny, "default"));
}

#[test]
fn an_error_about_a_connection_belongs_to_it_too() {
    let tcp = Match { protocol: Some(Protocol::Tcp), ..Match::default() };
    let mut firewall = stateful(vec![Rule::new(RuleAction::Permit, tcp)], RuleAction::Deny);
    let syn = segment(4000, 22, Segment::SYN);
    let error = |packet: &Packet| packet.unreachable(Unreachable::AdminProhibited).expect("it is answered");
    assert!(firewall.passes(0, &error(&syn)).is_err());
    assert_eq!(firewall.passes(0, &syn), Ok(()));
    // It lives for an hour, as TCP does.
    assert_eq!(firewall.passes(3_600_000_000_000, &error(&syn)), Ok(()));
    assert!(firewall.passes(3_600_000_000_001, &error(&syn)).is_err());
    assert!(firewall.passes(1, &error(&datagram("10.0.0.1:4000", "10.0.0.2:22"))).is_err());
    assert!(error(&syn).unreachable(Unreachable::Port).is_none(), "an error about an error");
}

#[test]
fn flows_are_remembered_for_as_long_as_the_firewall_is_told() {
    let tracking = Tracking {
        udp_timeout: Duration::from_nanos(10),
        tcp_timeout: Duration::from_nanos(20),
        ..Tracking::default()
    };
    let rules = vec![Rule::new(RuleAction::Deny, Match { from: Some(answerer()), ..Match::default() })];
    let policy = Policy { tracking: Some(tracking), ..Policy::stateful(rules, RuleAction::Permit) };
    let back =
        Packet { src: [10, 0, 0, 2].into(), dst: [10, 0, 0, 1].into(), ..segment(22, 4000, Segment::ACK) };
    for (there, back, last) in [
        (datagram("10.0.0.1:4000", "10.0.0.2:69"), datagram("10.0.0.2:69", "10.0.0.1:4000"), 10),
        (segment(4000, 22, Segment::SYN), back, 20),
    ] {
        for (at, passes) in [(last, true), (last + 1, false)] {
            let mut firewall = Firewall::new("dc", policy.clone());
            assert_eq!(firewall.passes(0, &there), Ok(()));
            assert_eq!(firewall.passes(at, &back).is_ok(), passes, "{there} {at}");
        }
    }
}

/// The addresses of the host that answers.
fn answerer() -> std::sync::Arc<std::collections::BTreeSet<IpAddr>> {
    std::sync::Arc::new([IpAddr::from([10, 0, 0, 2])].into())
}

#[test]
fn the_longest_idle_flow_is_evicted() {
    let mut firewall = stateful(Vec::new(), RuleAction::Permit);
    let from =
        |index: u32| Packet { src: IpAddr::V4(index.into()), ..datagram("10.0.0.1:4000", "10.0.0.2:69") };
    for index in 0..FLOWS_MAX as u32 {
        let state = FlowState { last_ns: u64::from(index), inspected: false };
        firewall.flows.insert(flow_of(&from(index)), state);
    }
    assert!(firewall.passes(0, &from(u32::MAX)).is_ok());
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
        assert_eq!(firewall.passes(0, &request), Ok(()));
        assert_eq!(firewall.passes(0, &answer), blocked(RuleAction::Deny, "default"));
        let error = request.rejection().expect("datagrams are answered");
        assert_eq!(firewall.passes(0, &error), blocked(RuleAction::Deny, "default"));
    }
    assert!(firewall.flows.is_empty());
    let icmp = Match { protocol: Some(Protocol::Icmp), ..Match::default() };
    firewall.change_rules(|rules| rules.push(Rule::new(RuleAction::Permit, icmp)));
    assert_eq!(firewall.passes(0, &request.rejection().expect("datagrams are answered")), Ok(()));
}

#[test]
fn established_is_ack_or_rst() {
    let matches =
        Match { protocol: Some(Protocol::Tcp), flags: Some(Match::ESTABLISHED), ..Match::default() };
    let rule = Rule::new(RuleAction::Permit, matches);
    assert_eq!(rule.to_string(), "permit tcp established");
    let mut firewall = stateless(vec![rule], RuleAction::Deny);
    let (syn, ack, rst, fin) = (Segment::SYN, Segment::ACK, Segment::RST, Segment::FIN);
    for flags in [ack, rst, syn | ack, fin | ack, rst | ack] {
        assert_eq!(firewall.passes(0, &segment(22, 4000, flags)), Ok(()), "{flags}");
    }
    for flags in [syn, fin, 0] {
        assert!(firewall.passes(0, &segment(22, 4000, flags)).is_err(), "{flags}");
    }
    // A datagram has no flags.
    assert!(firewall.passes(0, &datagram("10.0.0.2:69", "10.0.0.1:4000")).is_err());
}

/// Makes a request of this opcode, or any datagram that begins so.
fn request(opcode: u8) -> Packet {
    let body = Body::Udp { src_port: 4000, dst_port: 69, payload: vec![0, opcode, b'x'].into() };
    Packet { body, ..datagram("10.0.0.1:4000", "10.0.0.2:69") }
}

fn inspecting(rule: Rule) -> Firewall {
    stateful(vec![Rule { inspects_tftp: true, ..rule }], RuleAction::Deny)
}

#[test]
fn the_answer_to_an_inspected_request_is_expected_once() {
    let every_port = inspecting(rule(RuleAction::Permit, 69));
    let tracking = Tracking { inspects_tftp: true, ..Tracking::default() };
    let policy = Policy {
        tracking: Some(tracking),
        ..Policy::stateful(vec![rule(RuleAction::Permit, 69)], RuleAction::Deny)
    };
    for mut firewall in [every_port, Firewall::new("asa", policy)] {
        let answer = datagram("10.0.0.2:5000", "10.0.0.1:4000");
        assert!(firewall.passes(0, &answer).is_err());
        assert_eq!(firewall.passes(0, &request(1)), Ok(()));
        // From another host, to another port of the client.
        assert!(firewall.passes(1, &datagram("10.0.0.3:5000", "10.0.0.1:4000")).is_err());
        assert!(firewall.passes(1, &datagram("10.0.0.2:5000", "10.0.0.1:4001")).is_err());
        assert_eq!(firewall.passes(2, &answer), Ok(()));
        assert_eq!(firewall.passes(3, &datagram("10.0.0.1:4000", "10.0.0.2:5000")), Ok(()));
        assert_eq!(firewall.passes(4, &answer), Ok(()));
        // The next one from a new port waits for the next request, even if that belongs to the first flow.
        let second = datagram("10.0.0.2:5001", "10.0.0.1:4000");
        assert!(firewall.passes(5, &second).is_err());
        assert_eq!(firewall.passes(6, &request(2)), Ok(()));
        assert_eq!(firewall.passes(7, &second), Ok(()));
    }
}

#[test]
fn only_requests_are_inspected_and_only_where_that_is_said() {
    let mut firewall = inspecting(rule(RuleAction::Permit, 69));
    for other in [0, 3, 4, 5, 6] {
        assert_eq!(firewall.passes(0, &request(other)), Ok(()));
        assert!(firewall.passes(0, &datagram("10.0.0.2:5000", "10.0.0.1:4000")).is_err(), "{other}");
    }
    let mut uninspected = stateful(vec![rule(RuleAction::Permit, 69)], RuleAction::Deny);
    assert_eq!(uninspected.passes(0, &request(1)), Ok(()));
    assert!(uninspected.passes(0, &datagram("10.0.0.2:5000", "10.0.0.1:4000")).is_err());
}

#[test]
fn an_answer_is_expected_for_five_minutes_and_until_the_rules_change() {
    let five_minutes = 300_000_000_000;
    for (after_ns, passes) in [(five_minutes, true), (five_minutes + 1, false)] {
        let mut firewall = inspecting(rule(RuleAction::Permit, 69));
        assert_eq!(firewall.passes(0, &request(1)), Ok(()));
        let answer = datagram("10.0.0.2:5000", "10.0.0.1:4000");
        assert_eq!(firewall.passes(after_ns, &answer).is_ok(), passes, "{after_ns}");
    }
    let mut firewall = inspecting(rule(RuleAction::Permit, 69));
    assert_eq!(firewall.passes(0, &request(1)), Ok(()));
    firewall.change_rules(|_| ());
    assert!(firewall.passes(1, &datagram("10.0.0.2:5000", "10.0.0.1:4000")).is_err());
}

#[test]
fn the_oldest_expected_answer_is_dropped() {
    let mut firewall = inspecting(rule(RuleAction::Permit, 69));
    let from = |index: u32| Packet { src: IpAddr::V4(index.into()), ..request(1) };
    let answer =
        |index: u32| Packet { dst: IpAddr::V4(index.into()), ..datagram("10.0.0.2:5000", "10.0.0.1:4000") };
    for index in 0..5_000 {
        assert_eq!(firewall.passes(u64::from(index), &from(index)), Ok(()));
    }
    assert!(firewall.passes(5_000, &answer(5_000 - 4_096 - 1)).is_err());
    assert_eq!(firewall.passes(5_000, &answer(5_000 - 4_096)), Ok(()));
}

#[test]
fn source_ports_messages_and_ways_are_told_apart() {
    let request = datagram("10.0.0.1:4000", "10.0.0.2:69");
    let [port, prohibited] = [Unreachable::Port, Unreachable::AdminProhibited]
        .map(|code| request.unreachable(code).expect("it is answered"));
    let permits = |matches: Match, way: Way, packet: &Packet| {
        stateless(vec![Rule::new(RuleAction::Permit, matches)], RuleAction::Deny)
            .filter(0, packet, way, Part::Whole)
            .is_ok()
    };
    let from_ports = |ports| Match { from_ports: Some(ports), ..Match::default() };
    assert!(permits(from_ports(4000..=4000), Way::Forward, &request));
    assert!(!permits(from_ports(69..=69), Way::Forward, &request));
    let icmp = |icmp| Match { icmp: Some(icmp), ..Match::default() };
    for (message, expected) in [
        ((3, None), [true, true]),
        ((3, Some(3)), [true, false]),
        ((3, Some(13)), [false, true]),
        ((8, None), [false, false]),
    ] {
        let seen = [&port, &prohibited].map(|packet| permits(icmp(message), Way::Forward, packet));
        assert_eq!(seen, expected, "{message:?}");
        assert!(!permits(icmp(message), Way::Forward, &request));
    }
    let way = |way| Match { way: Some(way), ..Match::default() };
    assert!(permits(way(Way::Reverse), Way::Reverse, &request));
    assert!(!permits(way(Way::Reverse), Way::Forward, &request));
    let text = Rule {
        text: Some("OUT 10 deny ip any any".into()),
        ..Rule::new(RuleAction::Deny, way(Way::Forward))
    };
    assert_eq!(
        stateless(vec![text], RuleAction::Permit).passes(0, &request),
        blocked(RuleAction::Deny, "OUT 10 deny ip any any")
    );
}
