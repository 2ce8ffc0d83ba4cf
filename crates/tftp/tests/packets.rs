//! Packets: one parse and one write, inverses of each other, and no datagram that harms.

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use tftp::{ErrorCode, Mode, OPTIONS_MAX, Options, Packet, ParseError, Request, Text};

fn text(least: usize) -> impl Strategy<Value = Text> {
    vec(1..=u8::MAX, least..40).prop_map(Text::new)
}

fn options() -> impl Strategy<Value = Options> {
    vec((text(1), text(0)), 0..5).prop_map(|pairs| {
        let mut options = Options::new();
        for (name, value) in pairs {
            options.push(name, value);
        }
        options
    })
}

fn request() -> impl Strategy<Value = Request> {
    (text(0), text(1), options()).prop_map(|(filename, mode, options)| Request { filename, mode, options })
}

fn packet() -> impl Strategy<Value = Packet> {
    prop_oneof![
        request().prop_map(Packet::Rrq),
        request().prop_map(Packet::Wrq),
        (any::<u16>(), vec(any::<u8>(), 0..600))
            .prop_map(|(block, payload)| Packet::Data { block, payload: payload.into() }),
        any::<u16>().prop_map(|block| Packet::Ack { block }),
        (any::<u16>(), text(0)).prop_map(|(code, message)| Packet::Error { code: ErrorCode(code), message }),
        options().prop_map(Packet::Oack),
    ]
}

proptest! {
    #[test]
    fn parse_undoes_write(packet in packet()) {
        prop_assert_eq!(Packet::parse(packet.to_datagram()), Ok(packet.clone()));
            prop_assert_eq!(packet.to_datagram(), packet.to_bytes());
            prop_assert_eq!(Packet::parse(packet.to_bytes()), Ok(packet));
    }

    #[test]
    fn any_bytes_are_parsed_or_refused(opcode in 0..8_u16, mut bytes in vec(any::<u8>(), 0..200), raw in any::<bool>()) {
        if !raw && bytes.len() >= 2 {
            bytes[..2].copy_from_slice(&opcode.to_be_bytes());
        }
        if let Ok(packet) = Packet::parse(bytes) {
            prop_assert_eq!(Packet::parse(packet.to_datagram()), Ok(packet.clone()));
            prop_assert_eq!(packet.to_datagram(), packet.to_bytes());
            prop_assert_eq!(Packet::parse(packet.to_bytes()), Ok(packet));
        }
    }
}

fn parse(bytes: &'static [u8]) -> Result<Packet, ParseError> {
    Packet::parse(Bytes::from_static(bytes))
}

#[test]
fn wire_format_is_that_of_the_rfcs() {
    let mut request = Request::new("/EWC/17_9_4a/ap1g8", Mode::Octet);
    request.options = Options::new().with("BlkSize", 1428).with("x-unknown", "yes");
    let bytes = b"\0\x01/EWC/17_9_4a/ap1g8\0octet\0BlkSize\x001428\0x-unknown\0yes\0";
    assert_eq!(Packet::Rrq(request.clone()).to_bytes(), &bytes[..]);
    assert_eq!(parse(bytes), Ok(Packet::Rrq(request)));
    assert_eq!(
        Packet::Data { block: 0x0102, payload: Bytes::from_static(b"ab") }.to_bytes(),
        &b"\0\x03\x01\x02ab"[..]
    );
    assert_eq!(Packet::Ack { block: 65_535 }.to_bytes(), &b"\0\x04\xff\xff"[..]);
    let error = Packet::Error { code: ErrorCode::FILE_NOT_FOUND, message: "File not found".into() };
    assert_eq!(error.to_bytes(), &b"\0\x05\0\x01File not found\0"[..]);
    assert_eq!(Packet::Oack(Options::new().with("tsize", 13)).to_bytes(), &b"\0\x06tsize\x0013\0"[..]);
}

#[test]
fn what_peers_in_the_field_send_is_taken() {
    assert_eq!(parse(b"\0\x04\0\x01junk"), Ok(Packet::Ack { block: 1 }));
    assert_eq!(
        parse(b"\0\x05\0\0bye"),
        Ok(Packet::Error { code: ErrorCode::UNDEFINED, message: "bye".into() })
    );
    let Ok(Packet::Rrq(request)) = parse(b"\0\x01f\0OCTET\0tsize\0enable\0\0\0\0") else {
        panic!("no request")
    };
    assert_eq!(request.mode(), Some(Mode::Octet));
    assert_eq!(request.options, Options::new().with("tsize", "enable"));
    assert_eq!(request.options.find("TSIZE").and_then(Text::number), None);
    let Ok(Packet::Rrq(request)) = parse(b"\0\x01f\0octet\0blksize\0") else { panic!("no request") };
    assert!(request.options.is_empty());
}

#[test]
fn what_none_should_send_is_refused() {
    assert_eq!(parse(b""), Err(ParseError::TooShort));
    assert_eq!(parse(b"\x01"), Err(ParseError::TooShort));
    assert_eq!(parse(b"\0\x04\0"), Err(ParseError::TooShort));
    assert_eq!(parse(b"\0\x07\0\0"), Err(ParseError::UnknownOpcode(7)));
    assert_eq!(parse(b"\0\x01file"), Err(ParseError::NotTerminated));
    assert_eq!(parse(b"\0\x01file\0"), Err(ParseError::MissingMode));
    assert_eq!(parse(b"\0\x01file\0\0"), Err(ParseError::MissingMode));
    assert_eq!(parse(b"\0\x01file\0octet"), Err(ParseError::NotTerminated));
    assert_eq!(parse(b"\0\x06blksize\x00512"), Err(ParseError::NotTerminated));
    let flood = [&b"\0\x06"[..], &b"a\0b\0".repeat(OPTIONS_MAX + 1)].concat();
    assert_eq!(Packet::parse(flood), Err(ParseError::TooManyOptions));
}

#[test]
fn payload_shares_the_datagram() {
    let datagram = Packet::Data { block: 1, payload: vec![7; 512].into() }.to_bytes();
    let Ok(Packet::Data { payload, .. }) = Packet::parse(datagram.clone()) else { panic!("no data") };
    assert_eq!(payload.as_ptr(), datagram[4..].as_ptr());
}
