//! A request whose repetitions are shorter: path MTU discovery.

use std::time::Duration;

use capwap::dtls::Suite;
use capwap::{ChannelConfig, Element, IP_UDP_OVERHEAD, MessageType, Role, cisco};

use crate::channel::pair::Pair;

/// Echo Requests of 1,485, 1,005 and few bytes.
fn attempts() -> Vec<Vec<Element>> {
    let mut attempts: Vec<_> =
        [1485, 1005].map(|size| vec![cisco::path_mtu_probe(&[], size).expect("room enough")]).into();
    attempts.push(vec![cisco::path_mtu(576, 0)]);
    attempts
}

/// Returns the length of the IPv4 packet of a datagram with DTLS.
fn packet(datagram: usize) -> usize {
    datagram + usize::from(IP_UDP_OVERHEAD + Suite::Aes128Cbc.overhead(datagram))
}

/// A path that carries IPv4 packets of up to `mtu` bytes from the access point. What arrived, and when.
fn probe(mtu: usize) -> (Option<u16>, Duration, Vec<usize>) {
    // The channel's own path MTU does not cut a probe.
    let mut pair = Pair::with(
        ChannelConfig { path_mtu: 576, ..ChannelConfig::new(Role::Wtp) },
        ChannelConfig::new(Role::Ac),
    );
    pair.latency = Duration::ZERO;
    let lengths: Vec<_> = attempts()
        .iter()
        .map(|elements| packet(16 + elements.iter().map(Element::length).sum::<usize>()))
        .collect();
    let carried = lengths.into_iter().map(move |length| usize::from(length <= mtu));
    let mut carried: Vec<_> = carried.collect();
    pair.copies =
        Box::new(move |_, by_client| if by_client && carried.len() > 1 { carried.remove(0) } else { 1 });
    assert!(pair.client.send_probe(pair.time, MessageType::EchoRequest, &attempts()));
    pair.drive().unwrap();
    let (at, request) = &pair.requests[0];
    assert_eq!((pair.requests.len(), request.sequence, pair.responses.len()), (1, 0, 1));
    let sent =
        pair.sent.iter().filter(|packet| packet.1).map(|packet| self::packet(packet.2.len())).collect();
    (cisco::find_path_mtu(&request.elements), *at, sent)
}

#[test]
fn the_largest_that_fits_arrives() {
    assert_eq!(probe(1500), (Some(1485), Duration::ZERO, vec![1485]));
    assert_eq!(probe(1485), (Some(1485), Duration::ZERO, vec![1485]));
    assert_eq!(probe(1484), (Some(1005), Duration::from_secs(3), vec![1485, 1005]));
    assert_eq!(probe(1004).0, Some(576));
    assert_eq!(probe(1004).1, Duration::from_secs(9));
}

#[test]
fn the_last_attempt_is_repeated_until_the_end() {
    let mut pair = Pair::new();
    pair.copies = Box::new(|_, _| 0);
    pair.client.send_probe(pair.time, MessageType::EchoRequest, &attempts());
    assert!(pair.drive().is_err());
    let lengths: Vec<_> = pair.sent.iter().map(|packet| self::packet(packet.2.len())).collect();
    assert_eq!(lengths[..2], [1485, 1005]);
    assert!(lengths.len() == 6 && lengths[2..].iter().all(|length| *length == lengths[2] && *length < 576));
}

#[test]
fn a_probe_waits_for_nobody() {
    let mut pair = Pair::new();
    pair.request();
    assert!(!pair.client.send_probe(pair.time, MessageType::EchoRequest, &attempts()));
    pair.drive().unwrap();
    assert_eq!(pair.requests.len(), 1);
}
