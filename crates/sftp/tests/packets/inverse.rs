//! Parse undoes write, and bytes that nobody wrote are parsed or refused.

use bytes::{Buf, Bytes};
use proptest::collection::vec;
use proptest::prelude::*;
use sftp::{ClientPacket, Extension, FileSystem, Limits, Request, ServerPacket};

use crate::strategies::{client_packet, extension, server_packet};

/// A packet without its length, which is right.
fn body(mut packet: Bytes) -> Bytes {
    assert_eq!(packet.get_u32() as usize, packet.len());
    packet
}

/// Types of packets, with numbers between them that are none.
fn kind() -> impl Strategy<Value = u8> {
    prop_oneof![0..22_u8, 100..107_u8, 199..203_u8]
}

proptest! {
    #[test]
    fn client_packets(packet in client_packet()) {
        prop_assert_eq!(ClientPacket::parse(body(packet.to_bytes())), Ok(packet));
    }

    #[test]
    fn server_packets(packet in server_packet()) {
        prop_assert_eq!(ServerPacket::parse(body(packet.to_bytes())), Ok(packet.clone()));
        let (head, payload) = packet.to_parts();
        prop_assert_eq!([head, payload].concat(), packet.to_bytes());
    }

    #[test]
    fn extensions(extension in extension()) {
        let Request::Extended { request, data } = Request::from(extension.clone()) else {
            panic!("an extended request")
        };
        prop_assert_eq!(Extension::parse(&request, data), Some(Ok(extension)));
    }

    #[test]
    fn answers_to_extensions(numbers in vec(any::<u64>(), 11)) {
        let data: Bytes = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        prop_assert_eq!(FileSystem::parse(data.clone()).expect("complete").data(), &data);
        prop_assert_eq!(Limits::parse(data.clone()).expect("complete").data(), &data[..32]);
        prop_assert!(FileSystem::parse(data.slice(1..)).is_err());
        prop_assert!(Limits::parse(data.slice(..31)).is_err());
    }

    #[test]
    fn a_packet_cut_short_is_refused_or_shorter(packet in client_packet(), cut in any::<proptest::sample::Index>()) {
        let whole = body(packet.to_bytes());
        let cut = whole.slice(..cut.index(whole.len()));
        if let Ok(parsed) = ClientPacket::parse(cut.clone()) {
            prop_assert_eq!(body(parsed.to_bytes()).len(), cut.len());
        }
    }

    #[test]
    fn any_bytes(kind in kind(), rest in vec(any::<u8>(), 0..200), zeros in 0..12_usize) {
        // Zeros before the noise make for short strings, so that parsing goes on behind them.
        let frame: Bytes = [&[kind][..], &vec![0; zeros], &rest].concat().into();
        if let Ok(packet) = ClientPacket::parse(frame.clone()) {
            prop_assert_eq!(ClientPacket::parse(body(packet.to_bytes())), Ok(packet));
        }
        if let Ok(packet) = ServerPacket::parse(frame) {
            prop_assert_eq!(ServerPacket::parse(body(packet.to_bytes())), Ok(packet));
        }
    }
}
