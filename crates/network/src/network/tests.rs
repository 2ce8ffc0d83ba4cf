//! Tests of the decisions on packets.

use bytes::Bytes;
use tracing_test::traced_test;

use super::*;
use crate::rule::{Match, Protocol};

/// Makes two hosts with a link of these impairments between them, and a firewall that denies UDP port 69.
fn pair(impairments: Impairments) -> (Network, HostId) {
    let mut network = Network::new(1);
    let [left, right] = [1, 2].map(|last| network.host(&[[10, 0, 0, last].into()]));
    network.link("lan", &[left], &[right], impairments.clone(), impairments);
    let matches = Match { protocol: Some(Protocol::Udp), ports: Some(69..=69), ..Match::default() };
    let rule = Rule::new(RuleAction::Deny, matches);
    network.firewall("dc", &[left], &[right], vec![rule], RuleAction::Permit);
    (network, left)
}

/// Makes a datagram of 128 bytes on IP, from the first host to the second.
fn datagram(dst_port: u16) -> Packet {
    let body = Body::Udp { src_port: 4000, dst_port, payload: Bytes::from_static(&[0; 100]).into() };
    Packet { src: [10, 0, 0, 1].into(), dst: [10, 0, 0, 2].into(), dont_fragment: false, overhead: 0, body }
}

#[test]
#[traced_test]
fn a_trace_names_the_firewall_and_the_rule_that_drop_a_packet() {
    let (mut network, left) = pair(Impairments::default());
    assert!(matches!(network.decide(0, left, &datagram(70)), Decision::Deliver { .. }));
    assert!(!logs_contain("dropped"));
    assert!(matches!(network.decide(0, left, &datagram(69)), Decision::Drop { .. }));
    assert!(logs_contain(
        "dropped by a firewall packet=udp 10.0.0.1:4000 > 10.0.0.2:69, 128 bytes firewall=\"dc\" rule=\"deny udp/69\""
    ));
}

#[test]
#[traced_test]
fn a_trace_tells_a_full_queue_from_a_loss() {
    let (mut network, left) =
        pair(Impairments { bandwidth: Some(8_000), queue: Some(0), ..Impairments::default() });
    network.decide(0, left, &datagram(70));
    network.decide(0, left, &datagram(70));
    assert!(logs_contain(
        "dropped packet=udp 10.0.0.1:4000 > 10.0.0.2:70, 128 bytes reason=queue of the link is full"
    ));
    assert!(!logs_contain("lost on the link"));
    let (mut network, left) = pair(Impairments { loss: 1.0, ..Impairments::default() });
    network.decide(0, left, &datagram(70));
    assert!(logs_contain("reason=lost on the link"));
}

#[test]
#[traced_test]
fn a_trace_tells_what_impairments_do() {
    let (mut network, left) = pair(Impairments {
        duplication: 1.0,
        reordering: 1.0,
        silent_corruption: 1.0,
        ..Impairments::default()
    });
    network.decide(0, left, &datagram(70));
    for event in ["altered", "duplicated", "held back"] {
        assert!(logs_contain(&format!("{event} packet=udp")), "{event}");
    }
    let expected = Totals { sent: 1, duplicated: 1, reordered: 1, altered: 1, ..Totals::default() };
    assert_eq!(network.totals(), expected);
}

#[test]
fn an_observer_is_told_which_link_damaged_whose_frames() {
    let (mut network, left) = pair(Impairments { corruption: 1.0, ..Impairments::default() });
    let told = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let telling = std::rc::Rc::clone(&told);
    network.observe_fcs_errors(move |errors| {
        let PairFcsErrors { on, src, dst } = errors;
        telling.borrow_mut().push(format!("{} {}: {src} > {dst} {}", on.link, on.way, on.frames));
    });
    for now_ns in 6..16 {
        let decision = network.decide(now_ns, left, &datagram(70));
        assert!(matches!(decision, Decision::Drop { reason: DropReason::WrongFcs, answer: None }));
    }
    let first = "lan forward: 10.0.0.1 > 10.0.0.2";
    assert_eq!(*told.borrow(), [format!("{first} 1"), format!("{first} 10")]);
    let [errors] = network.fcs_errors() else { panic!("{:?}", network.fcs_errors()) };
    assert_eq!((errors.frames, errors.first_ns, errors.last_ns), (10, 6, 15));
    assert_eq!(network.fcs_errors_of_pairs()[0].on, *errors);
    let expected = Totals { sent: 10, dropped: 10, damaged: 10, ..Totals::default() };
    assert_eq!(network.totals(), expected);
}

#[test]
fn a_broadcast_reaches_nobody_and_no_firewall_decides_on_it() {
    let (mut network, left) = pair(Impairments::default());
    let broadcast = Packet { dst: Ipv4Addr::BROADCAST.into(), ..datagram(69) };
    let decision = network.decide(0, left, &broadcast);
    assert!(matches!(decision, Decision::Drop { reason: DropReason::Broadcast, answer: None }));
    assert_eq!(network.totals(), Totals { sent: 1, dropped: 1, ..Totals::default() });
    assert_eq!(network.drops_by_rule(), []);
}

#[test]
fn an_observer_is_told_which_rule_dropped_which_packet() {
    let (mut network, left) = pair(Impairments::default());
    let told = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let telling = std::rc::Rc::clone(&told);
    network.observe_drops(move |drops| {
        telling
            .borrow_mut()
            .push(format!("{} {}: {drops} {}", drops.by.firewall, drops.by.rule, drops.by.packets));
    });
    network.decide(5, left, &datagram(70));
    for now_ns in 6..16 {
        network.decide(now_ns, left, &datagram(69));
    }
    let first = "dc deny udp/69: udp 10.0.0.1:4000 > 10.0.0.2:69";
    assert_eq!(*told.borrow(), [format!("{first} 1"), format!("{first} 10")]);
    let [by_rule] = network.drops_by_rule() else { panic!("{:?}", network.drops()) };
    assert_eq!((by_rule.packets, by_rule.first_ns, by_rule.last_ns), (10, 6, 15));
    assert_eq!(network.drops()[0].by, *by_rule);
}
