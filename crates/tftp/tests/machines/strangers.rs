//! Datagrams from elsewhere, and datagrams that mean nothing.

use std::net::SocketAddr;
use std::time::Duration;

use datagram::Datagram;
use proptest::collection::vec;
use proptest::prelude::*;
use tftp::{Packet, Receiver, ReceiverConfig, ReceiverEvent, Sender, SenderConfig};

use crate::machines::pair::{CLIENT, SERVER, SERVER_TRANSFER, ack, block, file};

const NOW: Duration = Duration::ZERO;
const UNKNOWN_TRANSFER_ID: &[u8] = b"\0\x05\0\x05Unknown transfer ID\0";

fn other_port(of: SocketAddr) -> SocketAddr {
    SocketAddr::new(of.ip(), of.port() + 1)
}

#[test]
fn a_sender_refuses_a_stranger_and_goes_on() {
    let mut sender = Sender::new(NOW, CLIENT, file(1000), SenderConfig::default());
    assert!(sender.poll_transmit().is_some());
    sender.handle_datagram(NOW, ack(1), other_port(CLIENT));
    assert_eq!(
        sender.poll_transmit(),
        Some((Datagram::from_static(UNKNOWN_TRANSFER_ID), other_port(CLIENT)))
    );
    assert_eq!(sender.poll_transmit(), None);
    sender.handle_datagram(NOW, ack(1), CLIENT);
    assert_eq!(sender.poll_transmit(), Some((block(2, &file(1000)[512..]), CLIENT)));
}

/// A repeated request makes a server answer from two ports: the first one counts.
#[test]
fn a_receiver_refuses_a_second_answer_and_goes_on() {
    let mut receiver = Receiver::new(NOW, SERVER, ReceiverConfig::new("f"));
    assert!(receiver.poll_transmit().is_some());
    receiver.handle_datagram(NOW, block(1, &[7; 512]), SERVER_TRANSFER);
    assert_eq!(receiver.poll_transmit(), Some((ack(1), SERVER_TRANSFER)));
    let second = other_port(SERVER_TRANSFER);
    receiver.handle_datagram(NOW, block(1, &[7; 512]), second);
    assert_eq!(receiver.poll_transmit(), Some((Datagram::from_static(UNKNOWN_TRANSFER_ID), second)));
    receiver.handle_datagram(NOW, block(2, b"end"), SERVER_TRANSFER);
    assert_eq!(receiver.poll_transmit(), Some((ack(2), SERVER_TRANSFER)));
    assert_eq!(receiver.bytes(), 515);
}

#[test]
fn another_host_cannot_answer_a_request() {
    let elsewhere = SocketAddr::from(([203, 0, 113, 9], 69));
    let mut receiver = Receiver::new(NOW, SERVER, ReceiverConfig::new("f"));
    assert!(receiver.poll_transmit().is_some());
    receiver.handle_datagram(NOW, block(1, b"evil"), elsewhere);
    assert_eq!(receiver.poll_event(), None);
    assert_eq!(receiver.poll_transmit(), Some((Datagram::from_static(UNKNOWN_TRANSFER_ID), elsewhere)));
}

#[test]
fn an_error_from_a_stranger_is_not_answered() {
    let error = Datagram::from_static(UNKNOWN_TRANSFER_ID);
    let mut sender = Sender::new(NOW, CLIENT, file(1000), SenderConfig::default());
    assert!(sender.poll_transmit().is_some());
    sender.handle_datagram(NOW, error, other_port(CLIENT));
    assert!(sender.poll_transmit().is_none() && !sender.is_finished());
}

#[test]
fn a_flood_of_strangers_fills_no_memory() {
    let mut sender = Sender::new(NOW, CLIENT, file(1000), SenderConfig::default());
    for _ in 0..10_000 {
        sender.handle_datagram(NOW, ack(1), other_port(CLIENT));
    }
    assert!(std::iter::from_fn(|| sender.poll_transmit()).count() < 100);
}

proptest! {
    #[test]
    fn nothing_a_peer_sends_harms(datagrams in vec((0..8_u16, 0..4_u16, vec(any::<u8>(), 0..600)), 0..30), window in 1..5_u16) {
        let config = ReceiverConfig { windowsize: Some(window), blksize: Some(512), ..ReceiverConfig::new("f") };
        let mut receiver = Receiver::new(NOW, SERVER, config);
        let mut sender = Sender::new(NOW, CLIENT, file(5000), SenderConfig { window, ..SenderConfig::default() });
        let mut delivered = 0;
        for (opcode, number, rest) in datagrams {
            let datagram: Datagram = [&opcode.to_be_bytes()[..], &number.to_be_bytes(), &rest].concat().into();
            receiver.handle_datagram(NOW, datagram.clone(), SERVER_TRANSFER);
            sender.handle_datagram(NOW, datagram, CLIENT);
            while let Some((sent, _)) = receiver.poll_transmit().or_else(|| sender.poll_transmit()) {
                prop_assert!(Packet::parse(sent).is_ok());
            }
            while let Some(event) = receiver.poll_event() {
                if let ReceiverEvent::Data(block) = event {
                    delivered += block.len() as u64;
                }
            }
        }
        prop_assert_eq!(delivered, receiver.bytes());
        prop_assert!(sender.acked_bytes() <= 5000);
    }
}
