//! Translations by kind: what goes out, what comes back, and what is forgotten.

use datagram::Datagram;

use super::*;
use crate::generator::derive;
use crate::packet::{Segment, Unreachable};
use crate::wire;

const CLIENT: &str = "10.0.4.2:4000";
const INSIDE: [u8; 4] = [172, 17, 0, 2];
const OUTSIDE: [u8; 4] = [10, 0, 5, 27];

/// Two access points of a branch, and its outside address.
const BRANCH: [[u8; 4]; 2] = [[10, 9, 0, 11], [10, 9, 0, 12]];
const OUTER: [u8; 4] = [203, 0, 113, 5];
const CONTROLLER: &str = "10.0.4.2:5246";

const SECOND_NS: u64 = 1_000_000_000;

fn datagram(src: &str, dst: &str) -> Packet {
    let [src, dst]: [SocketAddr; 2] = [src, dst].map(|end| end.parse().expect("an address"));
    let body = Body::Udp { src_port: src.port(), dst_port: dst.port(), payload: Datagram::default() };
    Packet { src: src.ip(), dst: dst.ip(), dont_fragment: false, overhead: 0, body }
}

fn overload(published: Vec<u16>, ports: OutsidePorts) -> NatKind {
    NatKind::Overload { published, ports }
}

fn translations(kind: NatKind) -> Translations {
    let mut all = Translations::default();
    all.add(&[INSIDE.into()], Nat::new("dc", OUTSIDE.into(), kind), derive(1, "nat"));
    all
}

/// Makes the PAT of a branch.
fn branch(ports: OutsidePorts, inspects_tftp: bool) -> Translations {
    let mut all = Translations::default();
    let nat = Nat { inspects_tftp, ..Nat::new("branch", OUTER.into(), overload(Vec::new(), ports)) };
    all.add(&BRANCH.map(IpAddr::from), nat, derive(1, "nat"));
    all
}

/// Returns source and destination as they arrive; nothing if it does not.
fn arrives(all: &mut Translations, src: &str, dst: &str) -> Option<String> {
    arrives_at(all, 0, src, dst)
}

fn arrives_at(all: &mut Translations, at_s: u64, src: &str, dst: &str) -> Option<String> {
    let (src, dst) = through(all, at_s, datagram(src, dst))?.ends()?;
    Some(format!("{src} > {dst}"))
}

fn through(all: &mut Translations, at_s: u64, packet: Packet) -> Option<Packet> {
    let packet = all.outbound(at_s * SECOND_NS, &packet).unwrap_or(packet);
    let Some(inbound) = all.inbound(at_s * SECOND_NS, &packet).ok()? else { return Some(packet) };
    if let Some(used) = inbound.used {
        all.arrived(at_s * SECOND_NS, used);
    }
    Some(inbound.packet)
}

#[test]
fn a_request_reaches_the_server_and_its_answer_keeps_the_inside_address() {
    let mut all = translations(NatKind::Published(vec![69]));
    let mut arrives = |src, dst| arrives(&mut all, src, dst);
    assert_eq!(arrives(CLIENT, "10.0.5.27:69").as_deref(), Some("10.0.4.2:4000 > 172.17.0.2:69"));
    assert_eq!(arrives("172.17.0.2:5000", CLIENT).as_deref(), Some("172.17.0.2:5000 > 10.0.4.2:4000"));
    assert_eq!(arrives("172.17.0.2:69", CLIENT).as_deref(), Some("10.0.5.27:69 > 10.0.4.2:4000"));
    // To a port that is not published, and to the inside address, which others cannot reach.
    assert_eq!(arrives(CLIENT, "10.0.5.27:5000"), None);
    assert_eq!(arrives(CLIENT, "172.17.0.2:5000"), None);
    assert_eq!(arrives(CLIENT, "10.0.9.9:69").as_deref(), Some("10.0.4.2:4000 > 10.0.9.9:69"));
}

#[test]
fn a_static_translation_and_an_overloaded_one_translate_the_answer_too() {
    let overloaded = overload(vec![69], OutsidePorts::Preserved);
    for (kind, anybody) in [(NatKind::Static, true), (overloaded, false)] {
        let mut all = translations(kind);
        let mut arrives = |src, dst| arrives(&mut all, src, dst);
        let request = arrives(CLIENT, "10.0.5.27:69");
        assert_eq!(request.as_deref(), Some("10.0.4.2:4000 > 172.17.0.2:69"));
        assert_eq!(arrives(CLIENT, "10.0.5.27:5000").is_some(), anybody);
        let answer = arrives("172.17.0.2:5000", CLIENT);
        assert_eq!(answer.as_deref(), Some("10.0.5.27:5000 > 10.0.4.2:4000"));
        let data = arrives(CLIENT, "10.0.5.27:5000");
        assert_eq!(data.as_deref(), Some("10.0.4.2:4000 > 172.17.0.2:5000"));
        assert_eq!(arrives("10.0.4.2:4001", "10.0.5.27:5000").is_some(), anybody);
    }
}

#[test]
fn an_error_is_translated_with_the_packet_that_it_is_about() {
    let mut all = translations(NatKind::Static);
    let answer = datagram("172.17.0.2:5000", CLIENT);
    let answer = through(&mut all, 0, answer).expect("it passes");
    let error = answer.unreachable(Unreachable::Port).expect("it is answered");
    let error = through(&mut all, 0, error).expect("it passes");
    let Body::Unreachable { about, .. } = error.body else { panic!("{error}") };
    assert_eq!((error.dst, about.src.ip()), (IpAddr::from(INSIDE), IpAddr::from(INSIDE)));
    assert_eq!(about.dst, CLIENT.parse().expect("an address"));
}

#[test]
fn entries_without_end_are_forgotten() {
    let mut all = translations(overload(vec![69], OutsidePorts::Preserved));
    for port in 1..=5_000 {
        arrives_at(&mut all, port, "172.17.0.2:5000", &format!("10.0.4.2:{port}"));
    }
    assert_eq!(all.all[0].table.len(), table::ENTRIES_MAX);
    assert_eq!(arrives_at(&mut all, 4_999, "10.0.4.2:1", "10.0.5.27:5000"), None);
    assert!(arrives_at(&mut all, 4_999, "10.0.4.2:5000", "10.0.5.27:5000").is_some());
}

/// Ends without number take no more ports than there are entries.
#[test]
fn ports_of_forgotten_entries_are_free_again() {
    let mut all = translations(overload(Vec::new(), OutsidePorts::Preserved));
    for port in 1_024..=60_000 {
        let sent = arrives(&mut all, &format!("172.17.0.2:{port}"), CLIENT);
        assert_eq!(sent, Some(format!("10.0.5.27:{port} > {CLIENT}")));
    }
    assert_eq!(all.all[0].table.len(), table::ENTRIES_MAX);
}

#[test]
fn two_hosts_of_a_branch_have_one_address_and_two_ports() {
    let mut all = branch(OutsidePorts::Preserved, false);
    let mut arrives = |src, dst| arrives(&mut all, src, dst);
    assert_eq!(arrives("10.9.0.11:5272", CONTROLLER).as_deref(), Some("203.0.113.5:5272 > 10.0.4.2:5246"));
    // The first free port of the group, from 1024 on.
    assert_eq!(arrives("10.9.0.12:5272", CONTROLLER).as_deref(), Some("203.0.113.5:1024 > 10.0.4.2:5246"));
    assert_eq!(arrives("10.9.0.12:69", CONTROLLER).as_deref(), Some("203.0.113.5:69 > 10.0.4.2:5246"));
    assert_eq!(arrives("10.9.0.11:69", CONTROLLER).as_deref(), Some("203.0.113.5:1 > 10.0.4.2:5246"));
    assert_eq!(arrives(CONTROLLER, "203.0.113.5:5272").as_deref(), Some("10.0.4.2:5246 > 10.9.0.11:5272"));
    assert_eq!(arrives(CONTROLLER, "203.0.113.5:1024").as_deref(), Some("10.0.4.2:5246 > 10.9.0.12:5272"));
    // Only those may answer that were asked, and nothing outside reaches the hosts by their own addresses.
    assert_eq!(arrives("10.0.4.2:5247", "203.0.113.5:5272"), None);
    assert_eq!(arrives(CONTROLLER, "203.0.113.5:1025"), None);
    assert_eq!(arrives(CONTROLLER, "10.9.0.11:5272"), None);
    // The same end has the same port for others, and hosts of the branch speak without translation.
    assert_eq!(arrives("10.9.0.12:5272", CLIENT).as_deref(), Some("203.0.113.5:1024 > 10.0.4.2:4000"));
    assert_eq!(arrives("10.9.0.11:1", "10.9.0.12:2").as_deref(), Some("10.9.0.11:1 > 10.9.0.12:2"));
}

#[test]
fn packets_to_nobody_are_told_by_name() {
    let all = branch(OutsidePorts::Preserved, false);
    let refused = |rule| Err(Refused { nat: "branch".to_owned(), rule });
    let inbound = |dst: &str| all.inbound(0, &datagram(CONTROLLER, dst)).map(|packet| packet.is_some());
    assert_eq!(inbound("203.0.113.5:5272"), refused(NO_TRANSLATION));
    assert_eq!(inbound("10.9.0.11:5272"), refused(INSIDE_ADDRESS));
}

#[test]
fn an_entry_lives_as_long_as_it_is_used_either_way() {
    for (protocol, limit_s) in [(Protocol::Udp, 300), (Protocol::Tcp, 86_400)] {
        let there_and_back = |from: [u8; 4], to: [u8; 4], ports: [u16; 2]| {
            let body = match protocol {
                Protocol::Tcp => Body::Tcp(Segment::new(ports[0], ports[1], Segment::ACK, 1)),
                _ => Body::Udp { src_port: ports[0], dst_port: ports[1], payload: Datagram::default() },
            };
            Packet { src: from.into(), dst: to.into(), dont_fragment: true, overhead: 0, body }
        };
        let there = there_and_back(BRANCH[0], [10, 0, 4, 2], [5272, 5246]);
        let back = there_and_back([10, 0, 4, 2], OUTER, [5246, 5272]);
        let mut all = branch(OutsidePorts::Preserved, false);
        assert!(through(&mut all, 0, there.clone()).is_some());
        assert!(through(&mut all, limit_s, back.clone()).is_some());
        assert!(through(&mut all, 2 * limit_s, there).is_some());
        assert!(through(&mut all, 3 * limit_s, back.clone()).is_some());
        assert!(through(&mut all, 4 * limit_s + 1, back).is_none(), "{protocol}");
    }
}

#[test]
fn a_port_whose_entries_have_ended_goes_to_the_first_that_asks() {
    let mut all = branch(OutsidePorts::Preserved, false);
    let mut at = |at_s, src, dst| arrives_at(&mut all, at_s, src, dst);
    assert_eq!(at(0, "10.9.0.11:5272", CONTROLLER).as_deref(), Some("203.0.113.5:5272 > 10.0.4.2:5246"));
    assert_eq!(at(300, "10.9.0.12:5272", CONTROLLER).as_deref(), Some("203.0.113.5:1024 > 10.0.4.2:5246"));
    // Within its time it keeps its port; after it, it gets the one it had asked for.
    assert_eq!(at(600, "10.9.0.12:5272", CONTROLLER).as_deref(), Some("203.0.113.5:1024 > 10.0.4.2:5246"));
    assert_eq!(at(901, "10.9.0.12:5272", CONTROLLER).as_deref(), Some("203.0.113.5:5272 > 10.0.4.2:5246"));
    assert_eq!(at(901, "10.9.0.11:5272", CONTROLLER).as_deref(), Some("203.0.113.5:1024 > 10.0.4.2:5246"));
}

#[test]
fn random_ports_are_new_each_time_and_never_shared() {
    let mut all = branch(OutsidePorts::Random, false);
    let mut port = |at_s, from: &str| {
        let (src, _) = through(&mut all, at_s, datagram(from, CONTROLLER))?.ends()?;
        Some(src.port())
    };
    let [first, second] = [port(0, "10.9.0.11:5272"), port(0, "10.9.0.12:5272")];
    assert_ne!(first, second);
    assert_eq!((port(300, "10.9.0.11:5272"), first.is_some_and(|port| port >= 1_024)), (first, true));
    assert_ne!(port(601, "10.9.0.11:5272"), first);
}

#[test]
fn a_helper_lets_the_answer_to_a_request_in() {
    for inspects_tftp in [true, false] {
        let mut all = branch(OutsidePorts::Preserved, inspects_tftp);
        let Packet { src, dst, .. } = datagram("10.9.0.12:4000", "10.0.5.27:69");
        let payload = b"\0\x01ap1g8\0octet\0".to_vec().into();
        let body = Body::Udp { src_port: 4000, dst_port: 69, payload };
        // Another host has the port that the client would have got.
        assert!(arrives(&mut all, "10.9.0.11:4000", CONTROLLER).is_some());
        assert!(through(&mut all, 0, Packet { src, dst, dont_fragment: false, overhead: 0, body }).is_some());
        assert_eq!(arrives(&mut all, "10.0.9.9:5000", "203.0.113.5:1024"), None);
        let answer = arrives(&mut all, "10.0.5.27:5000", "203.0.113.5:1024");
        assert_eq!(answer.is_some(), inspects_tftp);
        // It makes an entry of its own, and another port of the server was not expected.
        assert_eq!(arrives(&mut all, "10.0.5.27:5000", "203.0.113.5:1024").is_some(), inspects_tftp);
        assert_eq!(arrives(&mut all, "10.0.5.27:5001", "203.0.113.5:1024"), None);
    }
}

/// A packet that the network loses on its way in does not come to the translation; one that is lost on its way out has passed it.
#[test]
fn what_is_lost_outside_renews_nothing_on_its_way_in() {
    let mut all = branch(OutsidePorts::Preserved, false);
    assert!(arrives(&mut all, "10.9.0.11:5272", CONTROLLER).is_some());
    let answer = datagram(CONTROLLER, "203.0.113.5:5272");
    assert!(all.inbound(200 * SECOND_NS, &answer).is_ok_and(|inbound| inbound.is_some()), "and is lost");
    assert!(all.inbound(301 * SECOND_NS, &answer).is_err(), "300 s after the last packet that came through");
    assert!(all.outbound(302 * SECOND_NS, &datagram("10.9.0.11:5272", CONTROLLER)).is_some(), "and is lost");
    assert!(all.inbound(600 * SECOND_NS, &answer).is_ok());
}

#[test]
fn a_segment_has_the_sum_of_its_new_ends() {
    let mut all = branch(OutsidePorts::Preserved, false);
    let segment = |src: [u8; 4], dst: [u8; 4], ports: [u16; 2]| {
        let body = Body::Tcp(Segment::new(ports[0], ports[1], Segment::SYN, 3));
        Packet { src: src.into(), dst: dst.into(), dont_fragment: true, overhead: 0, body }
    };
    assert!(through(&mut all, 0, segment(BRANCH[0], [10, 0, 5, 27], [4000, 22])).is_some());
    let sent = through(&mut all, 0, segment(BRANCH[1], [10, 0, 5, 27], [4000, 22])).expect("it passes");
    let arrived = through(&mut all, 0, segment([10, 0, 5, 27], OUTER, [22, 1024])).expect("it passes");
    assert_eq!(arrived.ends().map(|ends| ends.1), Some(SocketAddr::from((BRANCH[1], 4000))));
    for packet in [sent, arrived] {
        let Body::Tcp(segment) = &packet.body else { panic!("{packet}") };
        assert_eq!(wire::tcp_checksum(packet.src, packet.dst, segment.bytes()), 0, "{packet}");
    }
}

/// An error from inside about what came in, and one from outside about what went out: ports are those of each side.
#[test]
fn errors_pass_with_the_ports_of_the_side_they_go_to() {
    let mut all = branch(OutsidePorts::Preserved, false);
    assert!(arrives(&mut all, "10.9.0.11:5272", CONTROLLER).is_some());
    let request = through(&mut all, 0, datagram("10.9.0.12:5272", CONTROLLER)).expect("it passes");
    let about = |error: Packet| match error.body {
        Body::Unreachable { about, .. } => (about.src.to_string(), about.dst.to_string(), about.head),
        other => panic!("{other:?}"),
    };
    let error = request.unreachable(Unreachable::Port).expect("it is answered");
    let (src, dst, head) = about(through(&mut all, 0, error.clone()).expect("it passes"));
    assert_eq!((src.as_str(), dst.as_str()), ("10.9.0.12:5272", CONTROLLER));
    assert_eq!(head[..4], [0x14, 0x98, 0x14, 0x7e]);
    let answer = through(&mut all, 0, datagram(CONTROLLER, "203.0.113.5:1024")).expect("it passes");
    let refusal = answer.unreachable(Unreachable::Port).expect("it is answered");
    let (src, dst, head) = about(through(&mut all, 0, refusal).expect("it passes"));
    assert_eq!((src.as_str(), dst.as_str()), (CONTROLLER, "203.0.113.5:1024"));
    assert_eq!(head[..4], [0x14, 0x7e, 0x04, 0x00]);
    // It renews nothing, and ends with the entry.
    assert!(through(&mut all, 300, error.clone()).is_some());
    assert!(through(&mut all, 301, error).is_none());
}
