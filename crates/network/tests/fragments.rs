//! Datagrams in fragments: their bytes, and what links do to each of them.

use std::net::IpAddr;
use std::time::Duration;

use datagram::{Datagram, HEAD_MAX, Head};
use network::{
    Body, Decision, DropReason, Fragmented, HostId, Impairments, LinkId, Network, Packet, Pmtud, Segment,
    Unreachable, wire,
};

const V4: [IpAddr; 2] =
    [IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1)), IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 2))];
const V6: [IpAddr; 2] = [
    IpAddr::V6(std::net::Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1)),
    IpAddr::V6(std::net::Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 2)),
];

/// Makes two hosts with a link of these impairments between them.
fn pair(impairments: &Impairments) -> (Network, HostId, LinkId) {
    let mut network = Network::new(7);
    let [left, right] = [0, 1].map(|end| network.host(&[V4[end], V6[end]]));
    let link = network.link("lan", &[left], &[right], impairments.clone(), impairments.clone());
    (network, left, link)
}

/// Makes a datagram with `length` bytes of payload that are not all alike.
fn datagram([src, dst]: [IpAddr; 2], length: u32) -> Packet {
    let payload: Vec<u8> = (0..length).map(|at| (at * 7 + at / 251) as u8).collect();
    let (head, body) = payload.split_at(payload.len() % (HEAD_MAX + 1));
    let payload = Datagram::new(Head::new(head).expect("a short head"), body.to_vec().into());
    let body = Body::Udp { src_port: 69, dst_port: 4000, payload };
    Packet { src, dst, dont_fragment: false, overhead: 0, body }
}

fn fragmented(network: &mut Network, now_ns: u64, src: HostId, packet: &Packet) -> Fragmented {
    match network.decide(now_ns, src, packet) {
        Decision::Fragmented(fragmented) => *fragmented,
        other => panic!("{other:?}"),
    }
}

/// Puts the fragments together as bytes behind the IP header, as a capture has them.
fn put_together(packet: &Packet, sent: &Fragmented, header: usize) -> Vec<u8> {
    let mut whole = Vec::new();
    for sent_fragment in &sent.fragments {
        let bytes = wire::fragment(packet, sent.id, &sent_fragment.fragment);
        assert_eq!(whole.len() as u32, sent_fragment.fragment.offset);
        whole.extend_from_slice(&bytes[header..]);
    }
    whole
}

/// Returns the bytes of a whole packet behind its IP header.
fn transport(packet: &Packet, header: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let payload = wire::headers(&mut bytes, packet);
    bytes.extend_from_slice(payload);
    bytes.split_off(header)
}

#[test]
fn a_packet_within_the_mtu_or_with_df_is_no_fragment() {
    let impairments = Impairments { mtu: 1_400, pmtud: Pmtud::BlackHole, ..Impairments::default() };
    let (mut network, left, _) = pair(&impairments);
    assert!(matches!(network.decide(0, left, &datagram(V4, 1_372)), Decision::Deliver { .. }));
    let long = Packet { dont_fragment: true, ..datagram(V4, 1_373) };
    let dropped = network.decide(0, left, &long);
    assert!(matches!(dropped, Decision::Drop { reason: DropReason::TooLong, answer: None }), "{dropped:?}");
    assert_eq!(fragmented(&mut network, 0, left, &datagram(V4, 1_373)).fragments.len(), 2);
    assert_eq!(network.totals().fragments, 2);
}

/// A router in front of a narrow link cuts what its sender has cut already; a sender whose interface has that MTU cuts once.
#[test]
fn a_router_cuts_fragments_again_and_an_interface_does_not() {
    for (pmtud, lengths) in [
        (Pmtud::Icmp, vec![1_376, 104, 1_376, 104, 1_148]),
        (Pmtud::BlackHole, vec![1_376, 104, 1_376, 104, 1_148]),
        (Pmtud::Local, vec![1_376, 1_376, 1_356]),
    ] {
        let (mut network, left, _) = pair(&Impairments { mtu: 1_400, pmtud, ..Impairments::default() });
        let packet = datagram(V4, 4_100);
        let sent = fragmented(&mut network, 0, left, &packet);
        let cut: Vec<u32> = sent.fragments.iter().map(|sent| sent.fragment.length).collect();
        assert_eq!(cut, lengths, "{pmtud:?}");
        assert_eq!(put_together(&packet, &sent, 20), transport(&packet, 20));
    }
}

/// The router says what fits, and the host sends nothing longer for ten minutes (RFC 1191).
#[test]
fn a_router_tells_the_mtu_and_its_host_remembers_it() {
    let (mut network, left, _) = pair(&Impairments { mtu: 1_400, ..Impairments::default() });
    let long = Packet { dont_fragment: true, ..datagram(V4, 1_373) };
    assert!(network.check_length(0, left, &long).is_ok());
    let Decision::Drop { reason: DropReason::TooLong, answer: Some(answer) } = network.decide(0, left, &long)
    else {
        panic!("it is too long")
    };
    let Body::Unreachable { code: Unreachable::FragmentationNeeded(mtu), about } = answer.packet.body else {
        panic!("{:?}", answer.packet)
    };
    assert_eq!((mtu, about.dst.to_string()), (1_400, "10.0.0.2:4000".to_owned()));
    // Type 3, code 4, and the MTU in the last two bytes of the head.
    let mut bytes = Vec::new();
    wire::headers(&mut bytes, &answer.packet);
    assert_eq!((&bytes[20..22], &bytes[24..28]), (&[3, 4][..], &[0, 0, 0x05, 0x78][..]));

    network.learn_path_mtu(5, left, V4[1], mtu);
    let error = network.check_length(6, left, &long).expect_err("it is too long");
    assert_eq!(error.raw_os_error(), Some(90));
    let is_allowed = |network: &Network, packet: &Packet| network.check_length(6, left, packet).is_ok();
    assert!(is_allowed(&network, &Packet { dont_fragment: true, ..datagram(V4, 1_372) }));
    assert!(is_allowed(&network, &datagram(V4, 4_096)), "without DF it is cut");
    assert!(is_allowed(&network, &Packet { dont_fragment: true, ..datagram([V4[0], V6[1]], 1_373) }));
    assert!(network.check_length(600_000_000_004, left, &long).is_err());
    assert!(network.check_length(600_000_000_005, left, &long).is_ok());
    // Linux believes no less than 552 bytes.
    network.learn_path_mtu(0, left, V4[1], 68);
    assert_eq!(network.longest_packet(1, left, V4[1]), 552);
}

#[test]
fn an_interface_of_that_mtu_sends_nothing_longer() {
    let impairments = Impairments { mtu: 1_400, pmtud: Pmtud::Local, ..Impairments::default() };
    let (mut network, left, link) = pair(&impairments);
    let long = Packet { dont_fragment: true, ..datagram(V4, 1_373) };
    assert!(network.check_length(0, left, &long).is_err());
    network.change_link(link, |forward, _| forward.mtu = 1_500);
    assert!(network.check_length(0, left, &long).is_ok());
}

/// A host that has learned an MTU sends a segment in several: all bytes, numbers that follow, FIN on the last.
#[test]
fn a_segment_goes_in_shorter_ones() {
    let body = Body::Tcp(Segment::new(4000, 22, Segment::ACK | Segment::PSH | Segment::FIN, 1_460));
    let packet = Packet { src: V4[0], dst: V4[1], dont_fragment: true, overhead: 0, body };
    assert_eq!(packet.clone().segmented(1_500).len(), 1);
    let parts = packet.segmented(700);
    let sizes: Vec<u32> = parts.iter().map(Packet::size).collect();
    assert_eq!(sizes, [700, 700, 180]);
    for (index, part) in parts.iter().enumerate() {
        let Body::Tcp(segment) = &part.body else { panic!("{part}") };
        let bytes = segment.bytes();
        let number = u32::from_be_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]);
        assert_eq!(number, 660 * index as u32);
        let last = Segment::PSH | Segment::FIN;
        assert_eq!(segment.flags(), if index == 2 { Segment::ACK | last } else { Segment::ACK });
        let mut whole = Vec::new();
        wire::headers(&mut whole, part);
        whole.extend_from_slice(bytes);
        assert!(wire::parse_tcp_packet(whole).is_some());
    }
}

#[test]
fn the_bytes_of_fragments_are_those_of_the_datagram() {
    let (mut network, left, _) = pair(&Impairments::default());
    let packet = datagram(V4, 8_196);
    let sent = fragmented(&mut network, 0, left, &packet);
    assert_eq!(put_together(&packet, &sent, 20), transport(&packet, 20));
    let second = wire::fragment(&packet, 0x1234, &sent.fragments[1].fragment);
    // 1,500 bytes, identification, more fragments at 185 units of 8 bytes, TTL 64, UDP.
    assert_eq!(second[2..10], [0x05, 0xdc, 0x12, 0x34, 0x20, 185, 64, 17]);
    let last = wire::fragment(&packet, 0x1234, &sent.fragments[5].fragment);
    assert_eq!(last[2..8], [0x03, 0x38, 0x12, 0x34, 0x03, 0x9d]);
    let other = fragmented(&mut network, 0, left, &packet);
    assert_ne!(sent.id, other.id);

    let packet = datagram(V6, 4_096);
    let sent = fragmented(&mut network, 0, left, &packet);
    assert_eq!(put_together(&packet, &sent, 48), transport(&packet, 40));
    let second = wire::fragment(&packet, 0x1234, &sent.fragments[1].fragment);
    // 1,456 bytes, a fragment header (44); UDP at 1,448, more follow, identification (RFC 8200, 4.5).
    assert_eq!(second[4..7], [0x05, 0xb0, 44]);
    assert_eq!(second[40..48], [17, 0, 0x05, 0xa9, 0, 0, 0x12, 0x34]);
}

#[test]
fn a_narrow_link_is_a_black_hole_for_ipv6() {
    let (mut network, left, _) = pair(&Impairments { mtu: 1_400, ..Impairments::default() });
    let sent = fragmented(&mut network, 0, left, &datagram(V6, 2_000));
    let Decision::Drop { reason, .. } = sent.fate else { panic!("{sent:?}") };
    assert_eq!(reason.to_string(), "a fragment of it: longer than the MTU of the path");
    let alone = network.decide(0, left, &datagram(V6, 1_400));
    assert!(matches!(alone, Decision::Drop { reason: DropReason::TooLong, .. }), "{alone:?}");
}

#[test]
fn each_fragment_takes_its_time_on_the_link() {
    let impairments = Impairments {
        latency: Duration::from_millis(1),
        bandwidth: Some(8_000_000),
        ..Impairments::default()
    };
    let (mut network, left, link) = pair(&impairments);
    let sent = fragmented(&mut network, 0, left, &datagram(V4, 8_196));
    let Decision::Impair(impaired) = sent.fate else { panic!("{sent:?}") };
    // A byte takes a microsecond: the datagram without its IP header, and six times 20 of IP and 38 of Ethernet.
    let on_wire = 8_204 + 6 * 58;
    assert_eq!(impaired.at_ns, 1_000_000 + 1_000 * on_wire);
    let counters = network.counters(link).0;
    assert_eq!((counters.packets, counters.bytes), (6, on_wire));
}

#[test]
fn each_fragment_has_its_own_chance_of_loss() {
    let (mut network, left, _) = pair(&Impairments { loss: 0.1, ..Impairments::default() });
    // 0.9 to the sixth of them arrive.
    let mut arrived = 0;
    for number in 0..2_000_u64 {
        let sent = fragmented(&mut network, number * 1_000_000_000, left, &datagram(V4, 8_196));
        let lost = sent.fragments.iter().filter(|sent| sent.comment.is_some()).count();
        match sent.fate {
            Decision::Impair(_) => assert_eq!(lost, 0),
            other => assert!(lost > 0, "{other:?}"),
        }
        arrived += usize::from(lost == 0);
    }
    assert!((1_000..1_125).contains(&arrived), "{arrived} of 2,000");
}

#[test]
fn a_damaged_fragment_does_not_arrive_nor_its_datagram() {
    let (mut network, left, _) = pair(&Impairments { corruption: 0.1, ..Impairments::default() });
    let mut arrived = 0;
    for number in 0..500_u64 {
        let sent = fragmented(&mut network, number * 31_000_000_000, left, &datagram(V4, 4_100));
        let damaged = sent.fragments.iter().filter_map(|sent| sent.comment.as_deref());
        let damaged = damaged.inspect(|comment| {
            assert_eq!(*comment, "damaged on the link, dropped for a wrong FCS");
        });
        match (damaged.count(), sent.fate) {
            (0, Decision::Impair(impaired)) => {
                assert!(impaired.altered.is_none());
                arrived += 1;
            }
            (1.., Decision::Drop { reason: DropReason::Fragment(reason), .. }) => {
                assert_eq!(*reason, DropReason::WrongFcs);
            }
            other => panic!("{other:?}"),
        }
    }
    // 0.9 to the third of them.
    assert!((330..400).contains(&arrived), "{arrived} of 500");
    let (totals, errors) = (network.totals(), network.fcs_errors()[0].frames);
    assert_eq!((totals.damaged, totals.dropped), (errors, 500 - arrived));
    assert!(errors >= totals.dropped);
}

/// A device that computes the checksum anew has put the datagram together for that.
#[test]
fn a_datagram_in_fragments_is_altered_as_a_whole() {
    let (mut network, left, _) = pair(&Impairments { silent_corruption: 0.5, ..Impairments::default() });
    let packet = datagram(V4, 4_100);
    let mut altered = 0;
    for number in 0..200_u64 {
        let sent = fragmented(&mut network, number * 1_000_000_000, left, &packet);
        let Decision::Impair(impaired) = &sent.fate else { panic!("{sent:?}") };
        let Some(arriving) = &impaired.altered else { continue };
        altered += 1;
        let [before, after] = [&packet, arriving].map(|packet| transport(packet, 20));
        assert_ne!(before[8..], after[8..]);
        assert_eq!((&before[..6], before.len()), (&after[..6], after.len()), "ports and length stay");
        assert_eq!(after, put_together(arriving, &sent, 20));
    }
    assert!((70..130).contains(&altered), "{altered} of 200");
    assert_eq!(network.totals().altered, altered);
}

#[test]
fn copies_of_all_fragments_are_a_second_datagram() {
    let (mut network, left, _) = pair(&Impairments { duplication: 1.0, ..Impairments::default() });
    let copies = (0..50_u64).filter(|number| {
        match fragmented(&mut network, number * 1_000_000_000, left, &datagram(V4, 2_000)).fate {
            Decision::Impair(impaired) => impaired.copy_at_ns.is_some_and(|at_ns| at_ns >= impaired.at_ns),
            other => panic!("{other:?}"),
        }
    });
    // A copy that comes before the datagram is whole is ignored.
    assert!((1..=50).contains(&copies.count()));
    assert!(network.totals().duplicated == 100);
}

#[test]
fn a_host_keeps_fragments_within_its_memory_and_for_30_s() {
    let (mut network, left, link) = pair(&Impairments { loss: 0.5, ..Impairments::default() });
    let mut last = None;
    for _ in 0..2_000 {
        if let Decision::Drop { reason, .. } = fragmented(&mut network, 0, left, &datagram(V4, 8_196)).fate {
            last = Some(reason);
        }
    }
    assert_eq!(last, Some(DropReason::ReassemblyFull));
    network.change_link(link, |forward, _| forward.loss = 0.0);
    let full = fragmented(&mut network, 29_000_000_000, left, &datagram(V4, 8_196));
    assert!(matches!(full.fate, Decision::Drop { reason: DropReason::ReassemblyFull, .. }));
    // What fits a frame needs no memory.
    assert!(matches!(network.decide(29_000_000_000, left, &datagram(V4, 100)), Decision::Deliver { .. }));
    let later = fragmented(&mut network, 31_000_000_000, left, &datagram(V4, 8_196));
    assert!(matches!(later.fate, Decision::Impair(_)));
}

/// What a security protocol adds counts on the link, against its MTU and for alteration, and is not in captures.
#[test]
fn overhead_counts_and_is_not_written() {
    let sealed = |payload: u32| Packet { overhead: 57, dont_fragment: true, ..datagram(V4, payload) };
    assert_eq!(sealed(1_400).size(), 1_485);
    let mut written = Vec::new();
    let payload = network::wire::headers(&mut written, &sealed(1_400)).len();
    assert_eq!((written.len() + payload, u16::from_be_bytes([written[2], written[3]])), (1_428, 1_428));
    let at = |packet: &Packet| {
        let narrow = Impairments { mtu: 1_485, pmtud: Pmtud::BlackHole, ..Impairments::default() };
        let (mut network, left, _) = pair(&narrow);
        match network.decide(0, left, packet) {
            Decision::Deliver { at_ns, .. } => Some(at_ns),
            _ => None,
        }
    };
    let plain = Packet { dont_fragment: true, ..datagram(V4, 1_457) };
    assert!(at(&plain).is_some() && at(&plain) == at(&sealed(1_400)));
    assert_eq!(at(&sealed(1_401)), None);
    // Any bit may flip, and no receiver takes it.
    let (mut network, left, _) = pair(&Impairments { silent_corruption: 1.0, ..Impairments::default() });
    for number in 0..2_000_u64 {
        let Decision::Impair(impaired) = network.decide(number * 1_000_000, left, &sealed(8)) else {
            continue;
        };
        let body = impaired.altered.map(|packet| packet.body);
        assert!(matches!(body, Some(Body::Refused(_))), "{body:?}");
    }
}
