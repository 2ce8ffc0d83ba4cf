//! Bytes from anywhere: no panic, no memory without a limit.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use capwap::*;
use proptest::prelude::*;

use crate::codec::strategies::{layout, message};

proptest! {
    #[test]
    fn any_bytes_are_harmless(bytes in proptest::collection::vec(any::<u8>(), 0..200), layout in layout()) {
        let bytes = Bytes::from(bytes);
        let _ = Header::parse(bytes.clone());
        let _ = Message::parse_datagram(bytes.clone(), layout);
        let _ = Message::parse(bytes.clone(), layout);
        let _ = KeepAlive::parse(bytes.clone());
        let _ = Channel::new(ChannelConfig::new(Role::Ac)).handle_datagram(Duration::ZERO, bytes);
    }

    /// Near misses go deeper than random bytes.
    #[test]
    fn damaged_messages_are_harmless(
        message in message(ImageDataLayout::Cisco),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut datagram = BytesMut::from(&message.write()[..]);
        for (at, value) in damage {
            let at = at.index(datagram.len());
            datagram[at] = value;
        }
        if let Ok(message) = Message::parse_datagram(datagram.freeze(), ImageDataLayout::Cisco) {
            // What was understood can be said again.
            let again = Message::parse_datagram(message.write(), ImageDataLayout::Cisco);
            prop_assert_eq!(again, Ok(message));
        }
    }

    #[test]
    fn reassembly_keeps_within_its_limits(
        fragments in proptest::collection::vec((0_u16..20, 0_u16..8192, any::<bool>(), 0_usize..200), 1..200),
    ) {
        let limits = ReassemblyLimits { messages: 3, bytes: 100_000, age: Duration::from_secs(5) };
        let mut reassembler = Reassembler::new(limits);
        for (id, units, last, length) in fragments {
            let field = FragmentField { id, offset: units * 8, last };
            let _ = reassembler.insert(Duration::ZERO, field, &vec![0; length * 8]);
            prop_assert!(reassembler.stored_bytes() <= limits.bytes);
        }
    }
}

#[test]
fn a_message_too_slow_in_coming_is_forgotten() {
    let mut reassembler = Reassembler::default();
    let field = |offset, last| FragmentField { id: 1, offset, last };
    let part = |reassembler: &mut Reassembler, seconds, offset, last| {
        reassembler.insert(Duration::from_secs(seconds), field(offset, last), &[1; 8])
    };
    assert_eq!(part(&mut reassembler, 0, 0, false), Ok(None));
    assert_eq!(part(&mut reassembler, 5, 8, true), Ok(None), "its first half is gone");
    assert_eq!(part(&mut reassembler, 6, 0, false), Ok(Some(Bytes::from_static(&[1; 16]))));
    assert_eq!(reassembler.stored_bytes(), 0);
}

#[test]
fn fragments_that_contradict_each_other_are_refused() {
    let field = |offset, last| FragmentField { id: 1, offset, last };
    let after = |first: (u16, bool, usize), second: (u16, bool, usize)| {
        let mut reassembler = Reassembler::default();
        reassembler.insert(Duration::ZERO, field(first.0, first.1), &vec![0; first.2]).unwrap();
        reassembler.insert(Duration::ZERO, field(second.0, second.1), &vec![0; second.2]).unwrap_err()
    };
    assert_eq!(after((0, false, 16), (8, false, 16)), FragmentError::Overlap);
    assert_eq!(after((8, true, 4), (16, false, 8)), FragmentError::End);
    assert_eq!(after((16, false, 8), (8, true, 4)), FragmentError::End);
    assert_eq!(after((0, false, 8), (8, false, 7)), FragmentError::Length(7));
    assert_eq!(after((0, false, 8), (8, false, 0)), FragmentError::Length(0));
    assert_eq!(after((0, false, 8), (65_528, false, 16)), FragmentError::End);
}
