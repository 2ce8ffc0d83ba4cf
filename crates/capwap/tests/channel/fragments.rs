//! Messages longer than the path.

use bytes::Bytes;
use capwap::dtls::PACKET_OVERHEAD;
use capwap::{ChannelConfig, Element, MessageType, Role};
use proptest::prelude::*;

use crate::channel::pair::Pair;

fn pair(path_mtu: u16) -> Pair {
    let config = |role| ChannelConfig { path_mtu, ..ChannelConfig::new(role) };
    Pair::with(config(Role::Wtp), config(Role::Ac))
}

fn send(pair: &mut Pair, length: usize) -> Vec<Element> {
    let elements = vec![Element::Unknown { element: 60_000, value: Bytes::from(vec![0x5a; length]) }];
    pair.client.send_request(pair.time, MessageType::JoinRequest, elements.clone());
    elements
}

#[test]
fn no_packet_is_longer_than_the_path() {
    let mut pair = pair(576);
    let elements = send(&mut pair, 3000);
    pair.drive().unwrap();
    assert_eq!(pair.requests[0].1.elements[..], elements);
    assert_eq!(pair.sent.iter().filter(|sent| sent.1).count(), 7);
    assert!(pair.sent.iter().all(|sent| sent.2.len() + usize::from(PACKET_OVERHEAD) <= 576));
}

#[test]
fn a_packet_as_long_as_the_path_is_not_cut() {
    // IP, UDP and DTLS, header, control header, element header: 105 bytes.
    for (length, datagrams) in [(1380, 1), (1381, 2)] {
        let mut pair = pair(1485);
        send(&mut pair, length);
        pair.drive().unwrap();
        assert_eq!(pair.sent.iter().filter(|sent| sent.1).count(), datagrams, "{length} bytes");
    }
}

#[test]
fn all_fragments_are_repeated_when_one_is_lost() {
    let mut pair = pair(576);
    pair.copies = Box::new(|number, _| usize::from(number != 2));
    send(&mut pair, 3000);
    pair.drive().unwrap();
    assert_eq!((pair.requests.len(), pair.responses.len()), (1, 1));
    let sent: Vec<_> = pair.sent.iter().filter(|sent| sent.1).map(|sent| &sent.2).collect();
    assert_eq!(sent[..7], sent[7..]);
}

#[test]
fn another_path_mtu_holds_for_what_comes_after() {
    let mut pair = pair(1485);
    send(&mut pair, 1380);
    send(&mut pair, 1380);
    let first = pair.client.poll_transmit().unwrap();
    assert_eq!(first.len() + usize::from(PACKET_OVERHEAD), 1485);
    pair.client.set_path_mtu(576);
    // What is outstanding is repeated as it was.
    pair.client.handle_timeout(pair.client.poll_timeout().unwrap()).unwrap();
    assert_eq!(pair.client.poll_transmit(), Some(first.clone()));
    // What waited is cut: 480 bytes of payload to a datagram.
    pair.deliver(false, first);
    pair.drive().unwrap();
    let sent: Vec<_> = pair
        .sent
        .iter()
        .filter(|sent| sent.1)
        .map(|sent| sent.2.len() + usize::from(PACKET_OVERHEAD))
        .collect();
    assert_eq!(sent, [573, 573, 525]);
    assert_eq!(pair.requests.len(), 2);
    for (asked, got) in [(100, 576), (577, 577), (9000, 1485)] {
        pair.client.set_path_mtu(asked);
        assert_eq!(pair.client.path_mtu(), got);
    }
}

proptest! {
    #[test]
    fn any_length_comes_whole(length in 0_usize..10_000, path_mtu in 100_u16..1500) {
        let mut pair = pair(path_mtu);
        let elements = send(&mut pair, length);
        pair.drive().unwrap();
        prop_assert_eq!(&pair.requests[0].1.elements[..], &elements[..]);
    }
}
