//! Whatever comes, memory is taken in proportion to what came: an allocator counts it. A single test, as there is one
//! allocator to a process.

use std::alloc::System;

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sftp::{ClientPacket, Extension, FRAME_MAX, FrameReader, ServerPacket};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Bytes allocated for each byte received, at most. A name without name, line and attributes has 12 bytes and becomes 200 in
/// memory, in a vector that doubles.
const FACTOR: usize = 40;
/// The first of a vector, and what sharing costs.
const CONSTANT: usize = 2 << 10;

fn allocated(work: impl FnOnce()) -> usize {
    let region = Region::new(ALLOCATOR);
    work();
    region.change().bytes_allocated
}

fn holds(received: usize, constant: usize, work: impl FnOnce()) {
    let allocated = allocated(work);
    assert!(allocated <= FACTOR * received + constant, "{allocated} bytes for {received}");
}

fn parse_all(frame: &Bytes) {
    drop(ClientPacket::parse(frame.clone()));
    drop(ServerPacket::parse(frame.clone()));
    for (name, _) in Extension::ALL {
        drop(Extension::parse(&name.into(), frame.clone()));
    }
}

#[test]
fn memory_is_in_proportion_to_what_came() {
    for kind in (0..22_u8).chain(99..107).chain(199..203) {
        // Nothing but empty strings and zero numbers; and counts that promise four billion.
        for fill in [0, 0xff] {
            for length in [0, 4, 8, 100, FRAME_MAX as usize - 1] {
                let frame = Bytes::from([&[kind][..], &vec![fill; length]].concat());
                holds(frame.len(), CONSTANT, || parse_all(&frame));
            }
        }
    }
    // As many names as fit, and as many extended attributes.
    let names = [&[104, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff][..], &[0; 12 * 20_000]].concat();
    let attributes =
        [&[105, 0, 0, 0, 1, 0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff][..], &[0; 8 * 30_000]].concat();
    for frame in [names, attributes] {
        let frame = Bytes::from(frame);
        holds(frame.len(), CONSTANT, || parse_all(&frame));
    }

    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(400) });
    let result =
        runner.run(&(0..=u8::MAX, vec(prop_oneof![Just(0), any::<u8>()], 0..600)), |(kind, rest)| {
            let frame = Bytes::from([&[kind][..], &rest].concat());
            holds(frame.len(), CONSTANT, || parse_all(&frame));
            Ok(())
        });
    result.unwrap_or_else(|failure| panic!("{failure}"));

    // A length that promises the most takes room for one packet, and no more; a longer one takes none.
    for (length, room) in [(FRAME_MAX, FRAME_MAX as usize + CONSTANT), (FRAME_MAX + 1, CONSTANT)] {
        let used = allocated(|| {
            let mut frames = FrameReader::new();
            frames.push(&length.to_be_bytes());
            for _ in 0..100 {
                drop(frames.next());
            }
        });
        assert!(used <= room, "{used} bytes for a length of {length}");
    }
}
