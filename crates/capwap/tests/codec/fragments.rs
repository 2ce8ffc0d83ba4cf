//! Fragments as a network and a malicious peer deliver them: the reassembler gives the message that was cut, or nothing.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use capwap::{FragmentField, Header, Reassembler, ReassemblyLimits, fragment};
use proptest::prelude::*;

fn cut(payload: &[u8], id: u16, datagram_max: usize) -> Vec<(FragmentField, Bytes)> {
    let mut datagram = BytesMut::new();
    Header::control().write(&mut datagram);
    datagram.extend_from_slice(payload);
    fragment(datagram.freeze(), &Header::control(), id, datagram_max)
        .into_iter()
        .map(|datagram| {
            let (header, part) = Header::parse(datagram).unwrap();
            (header.fragment.expect("it was too long"), part)
        })
        .collect()
}

proptest! {
    /// Messages interleaved, shuffled, doubled: each comes out once, as it was, when its last part is in.
    #[test]
    fn interleaved_messages_come_whole(
        payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 300..2000), 1..5),
        datagram_max in 40_usize..200,
        order in any::<u64>(),
    ) {
        let mut parts: Vec<_> = payloads
            .iter()
            .enumerate()
            .flat_map(|(id, payload)| cut(payload, id as u16, datagram_max))
            .collect();
        // Four of five are sent twice, at another place.
        parts.extend_from_within(..parts.len() * 4 / 5);
        shuffle(&mut parts, order);
        let limits = ReassemblyLimits { messages: 5, bytes: 1 << 20, age: Duration::from_secs(5) };
        let mut reassembler = Reassembler::new(limits);
        let mut whole = vec![None; payloads.len()];
        for (field, part) in &parts {
            if let Some(message) = reassembler.insert(Duration::ZERO, *field, part).unwrap() {
                whole[usize::from(field.id)].get_or_insert(message);
            }
        }
        for (payload, whole) in payloads.iter().zip(&whole) {
            prop_assert_eq!(whole.as_deref(), Some(&payload[..]));
        }
    }

    /// With one part missing nothing comes.
    #[test]
    fn a_message_with_a_hole_never_comes(
        payload in proptest::collection::vec(any::<u8>(), 300..2000),
        datagram_max in 40_usize..200,
        missing in any::<prop::sample::Index>(),
        order in any::<u64>(),
    ) {
        let mut parts = cut(&payload, 9, datagram_max);
        parts.remove(missing.index(parts.len()));
        parts.extend_from_within(..);
        shuffle(&mut parts, order);
        let mut reassembler = Reassembler::default();
        for (field, part) in &parts {
            prop_assert_eq!(reassembler.insert(Duration::ZERO, *field, part), Ok(None));
        }
    }

    /// Any fragments: what comes out was sent, byte for byte at its place, and the limits hold.
    #[test]
    fn nothing_is_invented(
        fragments in proptest::collection::vec((0_u16..3, 0_u16..12, any::<bool>(), 0_usize..6, 0_usize..9), 1..60),
        age in 0_u64..3,
    ) {
        let limits = ReassemblyLimits { messages: 2, bytes: 160, age: Duration::from_secs(2) };
        let mut reassembler = Reassembler::new(limits);
        let mut sent: Vec<(u16, usize, Vec<u8>)> = Vec::new();
        for (count, (id, units, last, length, odd)) in fragments.into_iter().enumerate() {
            let field = FragmentField { id, offset: units * 8, last };
            let length = if last { 8 * length + odd } else { 8 * length };
            let part = vec![count as u8; length];
            sent.push((id, usize::from(field.offset), part.clone()));
            let now = Duration::from_secs(age * count as u64 / 8);
            if let Ok(Some(message)) = reassembler.insert(now, field, &part) {
                for (at, byte) in message.iter().enumerate() {
                    let known = sent.iter().any(|(from, start, part)| {
                        *from == id && at.checked_sub(*start).and_then(|at| part.get(at)) == Some(byte)
                    });
                    prop_assert!(known, "byte {} of {}", at, id);
                }
            }
            prop_assert!(reassembler.stored_bytes() <= limits.bytes);
        }
    }
}

#[test]
fn too_many_messages_push_out_the_oldest() {
    let mut reassembler = Reassembler::default();
    let part = |id, offset, last| (FragmentField { id, offset, last }, [id as u8; 8]);
    for id in 0..5 {
        let (field, payload) = part(id, 0, false);
        assert_eq!(reassembler.insert(Duration::ZERO, field, &payload), Ok(None));
    }
    assert_eq!(reassembler.stored_bytes(), 4 * 8);
    let (field, payload) = part(4, 8, true);
    assert_eq!(reassembler.insert(Duration::ZERO, field, &payload), Ok(Some(Bytes::from(vec![4; 16]))));
    let (field, payload) = part(0, 8, true);
    assert_eq!(reassembler.insert(Duration::ZERO, field, &payload), Ok(None), "its first half made way");
}

/// Fisher and Yates, by a generator of the test's own.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed | 1;
    for index in (1..items.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(index, (state >> 33) as usize % (index + 1));
    }
}
