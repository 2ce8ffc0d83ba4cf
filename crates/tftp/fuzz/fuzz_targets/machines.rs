//! Any datagrams at any time, to every machine: none panics, delivers more than came, or sends what is no TFTP.
//!
//! The input is cut into pieces: one byte of length, one that chooses who sends and how much time passes, and the datagram.
#![no_main]

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tftp::{
    AcceptConfig, Options, Packet, Receiver, ReceiverConfig, ReceiverEvent, Sender, SenderConfig, WriteConfig,
};

const FILE: &[u8] = &[7; 3000];

fuzz_target!(|input: &[u8]| {
    let Some((&terms, mut input)) = input.split_first() else { return };
    let window = u16::from(terms & 3) + 1;
    let peer: SocketAddr = ([192, 0, 2, 1], 69).into();
    let stranger: SocketAddr = ([192, 0, 2, 9], 9).into();
    let mut now = Duration::ZERO;
    let oack = if terms & 4 == 0 { Options::new() } else { Options::new().with("windowsize", window) };
    let file = || Bytes::from_static(FILE);
    let send = SenderConfig { oack: oack.clone(), window, ..SenderConfig::default() };
    let write = WriteConfig { windowsize: Some(window), ..WriteConfig::new("f") };
    let read = ReceiverConfig {
        windowsize: Some(window),
        blksize: Some(512),
        dally: Duration::from_secs(1),
        ..ReceiverConfig::new("f")
    };
    let mut senders = [Sender::new(now, peer, file(), send), Sender::write(now, peer, file(), write)];
    let accept = AcceptConfig { oack, window, ..AcceptConfig::default() };
    let mut receivers = [Receiver::new(now, peer, read), Receiver::accept(now, peer, accept)];
    let mut delivered = [0; 2];
    while let [length, choice, rest @ ..] = input {
        let (datagram, rest) = rest.split_at(usize::from(*length).min(rest.len()));
        input = rest;
        now += Duration::from_millis(u64::from(choice >> 2) * 40);
        let from = if choice & 1 == 0 { peer } else { stranger };
        let datagram = Bytes::copy_from_slice(datagram);
        for sender in &mut senders {
            sender.handle_datagram(now, datagram.clone(), from);
            sender.handle_timeout(now);
            let mut sent = 0;
            while let Some((datagram, _)) = sender.poll_transmit() {
                assert!(Packet::parse(datagram).is_ok());
                sent += 1;
            }
            assert!(sent <= 2 * usize::from(window) + 2, "{sent} packets for one");
            assert!(sender.acked_bytes() <= FILE.len() as u64);
        }
        for (receiver, delivered) in receivers.iter_mut().zip(&mut delivered) {
            receiver.handle_datagram(now, datagram.clone(), from);
            receiver.handle_timeout(now);
            while let Some((datagram, _)) = receiver.poll_transmit() {
                assert!(Packet::parse(datagram).is_ok());
            }
            while let Some(event) = receiver.poll_event() {
                if let ReceiverEvent::Data(block) = event {
                    *delivered += block.len() as u64;
                }
            }
            assert_eq!(*delivered, receiver.bytes());
        }
    }
});
