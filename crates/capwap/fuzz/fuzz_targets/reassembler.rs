//! Any fragments, in any order: no panic, the limits hold, and a message that comes out is made of what went in.
#![no_main]

use std::time::Duration;

use capwap::{FragmentField, Reassembler, ReassemblyLimits};
use libfuzzer_sys::fuzz_target;

const LIMITS: ReassemblyLimits =
    ReassemblyLimits { messages: 3, bytes: 2048, age: Duration::from_millis(500) };

fuzz_target!(|data: &[u8]| {
    let mut reassembler = Reassembler::new(LIMITS);
    let mut now = Duration::ZERO;
    let mut rest = data;
    let mut sent: Vec<(FragmentField, &[u8])> = Vec::new();
    // A fragment: identifier, offset (2 bytes), last and passing time, length, payload.
    while let [id, offset, offset_low, flags, length, tail @ ..] = rest {
        let (payload, next) = tail.split_at(usize::from(*length).min(tail.len()));
        rest = next;
        now += Duration::from_millis(u64::from(flags >> 1));
        let field = FragmentField {
            id: (id % 5).into(),
            offset: u16::from_be_bytes([*offset, *offset_low]) & !7,
            last: flags & 1 != 0,
        };
        sent.push((field, payload));
        if let Ok(Some(message)) = reassembler.insert(now, field, payload) {
            for (at, byte) in message.iter().enumerate() {
                assert!(sent.iter().any(|(other, payload)| {
                    other.id == field.id
                        && at.checked_sub(other.offset.into()).and_then(|at| payload.get(at)) == Some(byte)
                }));
            }
        }
        assert!(reassembler.stored_bytes() <= LIMITS.bytes);
    }
});
