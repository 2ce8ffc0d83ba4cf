//! Whatever comes, memory is taken in proportion to what came: an allocator counts it. A single test, as there is one
//! allocator to a process.

use std::alloc::System;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tftp::{OPTIONS_MAX, Packet, Receiver, ReceiverConfig, Sender, SenderConfig};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Bytes allocated for each byte received, at most. An option of three bytes becomes a pair of 64 bytes in memory, in a
/// vector that doubles.
const FACTOR: usize = 24;
/// What the first use of a queue takes, and the piece of memory in which blocks are built.
const CONSTANT: usize = 80 << 10;

fn allocated(work: impl FnOnce()) -> usize {
    let region = Region::new(ALLOCATOR);
    work();
    region.change().bytes_allocated
}

fn holds(received: usize, constant: usize, work: impl FnOnce()) {
    let allocated = allocated(work);
    assert!(allocated <= FACTOR * received + constant, "{allocated} bytes for {received}");
}

/// A packet of this opcode that is nothing but the shortest options, after an empty name and mode where it has them.
fn dense(opcode: u8, options: usize) -> Bytes {
    let mut datagram = vec![0, opcode];
    if opcode < 6 {
        datagram.extend(b"f\0m\0");
    }
    datagram.extend(b"o\0\0".repeat(options));
    datagram.into()
}

#[test]
fn memory_is_in_proportion_to_what_came() {
    for opcode in [1, 2, 6] {
        for options in [0, 1, OPTIONS_MAX, OPTIONS_MAX + 1, 20_000] {
            let datagram = dense(opcode, options);
            holds(datagram.len(), 256, || drop(Packet::parse(datagram.clone())));
        }
    }
    for opcode in 0..8 {
        let datagram = Bytes::from([&[0, opcode][..], &[b'x'; 65_000]].concat());
        holds(datagram.len(), 256, || drop(Packet::parse(datagram.clone())));
    }

    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(400) });
    // The opcode, what follows it, and whether it comes from the peer or from somebody else.
    let datagrams = vec((0..8_u8, vec(any::<u8>(), 0..600), any::<bool>()), 1..60);
    let result = runner.run(&datagrams, |datagrams| {
        let peer: SocketAddr = "192.0.2.1:69".parse().expect("an address");
        let stranger: SocketAddr = "192.0.2.1:70".parse().expect("an address");
        let datagrams: Vec<(Bytes, SocketAddr)> = datagrams
            .into_iter()
            .map(|(opcode, rest, known)| {
                ([&[0, opcode][..], &rest].concat().into(), if known { peer } else { stranger })
            })
            .collect();
        let received: usize = datagrams.iter().map(|(datagram, _)| datagram.len()).sum();
        // Nothing is polled: what waits to be sent is bounded too.
        let mut receiver = Receiver::new(Duration::ZERO, peer, ReceiverConfig::new("ap1g8"));
        let mut sender =
            Sender::new(Duration::ZERO, peer, Bytes::from_static(&[7; 1300]), SenderConfig::default());
        holds(received, CONSTANT, || {
            for (datagram, from) in &datagrams {
                receiver.handle_datagram(Duration::ZERO, datagram.clone(), *from);
                sender.handle_datagram(Duration::ZERO, datagram.clone(), *from);
            }
        });
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}
