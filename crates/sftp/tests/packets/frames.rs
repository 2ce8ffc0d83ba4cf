//! The stream of packets.

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use sftp::{ClientPacket, FRAME_MAX, FrameError, FrameReader, Reply, Request, ServerPacket};

use crate::strategies::client_packet;

proptest! {
    #[test]
    fn packets_come_out_however_they_are_cut(packets in vec(client_packet(), 0..8), cuts in vec(1..40_usize, 1..40)) {
        let stream: Vec<u8> = packets.iter().flat_map(|packet| packet.to_bytes()).collect();
        let mut frames = FrameReader::new();
        let mut found = Vec::new();
        let mut rest = &stream[..];
        for cut in cuts.iter().cycle() {
            let (piece, after) = rest.split_at(rest.len().min(*cut));
            frames.push(piece);
            while let Some(frame) = frames.next().expect("packets") {
                found.push(ClientPacket::parse(frame).expect("a packet"));
            }
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(found, packets);
        prop_assert_eq!(frames.buffered(), 0);
    }
}

#[test]
fn a_length_is_judged_when_it_is_there() {
    let judged = |bytes: &[u8]| {
        let mut frames = FrameReader::new();
        frames.push(bytes);
        frames.next()
    };
    assert_eq!(judged(&(FRAME_MAX + 1).to_be_bytes()), Err(FrameError::TooLong { length: FRAME_MAX + 1 }));
    assert_eq!(judged(&u32::MAX.to_be_bytes()), Err(FrameError::TooLong { length: u32::MAX }));
    assert_eq!(judged(&[0; 4]), Err(FrameError::Empty));
    assert_eq!(judged(&FRAME_MAX.to_be_bytes()), Ok(None));
    assert_eq!(judged(&[0, 0, 0]), Ok(None));

    let longest = [&FRAME_MAX.to_be_bytes()[..], &vec![5; FRAME_MAX as usize]].concat();
    assert_eq!(judged(&longest).map(|frame| frame.map(|frame| frame.len())), Ok(Some(FRAME_MAX as usize)));

    let mut frames = FrameReader::with_limit(16);
    frames.push(&ClientPacket::init().to_bytes());
    frames.push(&17_u32.to_be_bytes());
    assert_eq!(frames.next().map(|frame| frame.map(|frame| frame.len())), Ok(Some(5)));
    for _ in 0..2 {
        assert_eq!(frames.next(), Err(FrameError::TooLong { length: 17 }));
    }
}

#[test]
fn data_shares_the_memory_of_the_stream() {
    let packet = ServerPacket::Reply { id: 1, reply: Reply::Data(Bytes::from(vec![7; 32_768])) };
    let (head, payload) = packet.to_parts();
    assert_eq!((head.len(), payload.len()), (13, 32_768));
    let Reply::Data(read) = (match &packet {
        ServerPacket::Reply { reply, .. } => reply,
        ServerPacket::Version { .. } => panic!("a reply"),
    }) else {
        panic!("data")
    };
    assert_eq!(payload.as_ptr(), read.as_ptr());

    let mut frames = FrameReader::new();
    let buffer = frames.buffer();
    buffer.extend_from_slice(&head);
    buffer.extend_from_slice(&payload);
    let came = buffer[13..].as_ptr();
    let frame = frames.next().expect("a packet").expect("whole");
    match ServerPacket::parse(frame) {
        Ok(ServerPacket::Reply { reply: Reply::Data(data), .. }) => {
            assert_eq!((data.as_ptr(), data), (came, payload));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_follows_stays() {
    let mut frames = FrameReader::new();
    let stat = Request::Stat("f".into()).with_id(1).to_bytes();
    frames.push(&[&stat[..], &stat[..7]].concat());
    assert!(frames.next().expect("a packet").is_some());
    assert_eq!((frames.next(), frames.buffered()), (Ok(None), 7));
    frames.push(&stat[7..]);
    assert!(frames.next().expect("a packet").is_some());
}
