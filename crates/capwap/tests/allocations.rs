//! Whatever comes, memory is taken in proportion to what came, and none for a block of an image: an allocator counts it. A single
//! test, as there is one allocator to a process.

use std::alloc::System;
use std::time::Duration;

use bytes::Bytes;
use capwap::{
    Channel, ChannelConfig, Element, Header, ImageData, ImageDataLayout, Incoming, KeepAlive, Message,
    MessageType, Opcode, Reassembler, ResultCode, Role, checksum,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Bytes allocated for each byte received, at most. An element of 4 bytes without a value becomes one of 56 in memory, an
/// item of board data one of 40 in a vector that doubles.
const FACTOR: usize = 24;
/// What the first use of a queue takes, and an error.
const CONSTANT: usize = 16 << 10;

fn allocated(work: impl FnOnce()) -> usize {
    let region = Region::new(ALLOCATOR);
    work();
    region.change().bytes_allocated
}

fn holds(received: usize, work: impl FnOnce()) {
    let allocated = allocated(work);
    assert!(allocated <= FACTOR * received + CONSTANT, "{allocated} bytes for {received}");
}

/// A message whose elements are all of one type and length: the densest there are.
fn dense(element: u16, length: u16, fill: u8, count: usize) -> Vec<u8> {
    let mut elements = Vec::new();
    for _ in 0..count {
        elements.extend(element.to_be_bytes());
        elements.extend(length.to_be_bytes());
        elements.resize(elements.len() + usize::from(length), fill);
    }
    message(&elements)
}

/// A message of these elements, of a type that both ends take.
fn message(elements: &[u8]) -> Vec<u8> {
    let mut datagram = vec![0, 0x10, 2, 0, 0, 0, 0, 0];
    datagram.extend(MessageType::ImageDataRequest.number().to_be_bytes());
    datagram.push(0);
    datagram.extend((elements.len() as u16 + 3).to_be_bytes());
    datagram.push(0);
    datagram.extend(elements);
    datagram
}

fn parse(datagram: &Bytes) {
    for layout in [ImageDataLayout::Cisco, ImageDataLayout::Rfc5415] {
        drop(Message::parse_datagram(datagram.clone(), layout));
    }
    drop(Header::parse(datagram.clone()));
    let _ = KeepAlive::parse(datagram.clone());
}

/// Sends so many blocks of an image from one channel to another, and their answers back.
fn exchange([ac, wtp]: [&mut Channel; 2], image: &Bytes, blocks: usize) {
    let now = Duration::ZERO;
    for index in 0..blocks {
        let data = image.slice(index..index + 1_377);
        let block = ImageData::with_checksum(Opcode::Data, data.clone(), Some(checksum(&data)));
        assert!(ac.send_request(now, MessageType::ImageDataRequest, [Element::ImageData(block)]));
        let sent = ac.poll_transmit().expect("a block");
        let Ok(Some(Incoming::Request(request))) = wtp.handle_datagram(now, sent) else {
            panic!("a request")
        };
        assert_eq!(request.check(Role::Ac), Ok(()));
        let success = [Element::ResultCode(ResultCode::Success)];
        wtp.send_response(now, request.sequence, MessageType::ImageDataResponse, success);
        let answer = wtp.poll_transmit().expect("an answer");
        assert!(matches!(ac.handle_datagram(now, answer), Ok(Some(Incoming::Response(_)))));
    }
}

fn a_download_takes_no_memory() {
    let image = Bytes::from(vec![7; 2_000]);
    let [mut ac, mut wtp] = [Role::Ac, Role::Wtp].map(|role| Channel::new(ChannelConfig::new(role)));
    // Queues grow at first.
    exchange([&mut ac, &mut wtp], &image, 300);
    let taken = allocated(|| exchange([&mut ac, &mut wtp], &image, 300));
    assert_eq!(taken, 0, "bytes for 300 blocks and their answers");
}

#[test]
fn memory_is_in_proportion_to_what_came() {
    a_download_takes_no_memory();
    for element in (0..=60).chain([1048, 9999]) {
        for length in 0..40 {
            for fill in [0, 1, 6] {
                let count = 50_000 / (usize::from(length) + 4);
                let datagram = Bytes::from(dense(element, length, fill, count));
                holds(2 * datagram.len(), || parse(&datagram));
            }
        }
    }
    // One long element of many items.
    for (element, head, item) in [(38, 4, 4), (39, 3, 8), (1, 12, 8), (7, 1, 7), (2, 0, 4)] {
        for fill in [0, 6] {
            let datagram = Bytes::from(dense(element, head + 6000 * item, fill, 1));
            holds(2 * datagram.len(), || parse(&datagram));
        }
    }
    // A fragment that claims a place far behind.
    let far = Bytes::from_static(&[0, 0x10, 2, 0x80, 0, 1, 0xff, 0xf0, 1, 2, 3, 4, 5, 6, 7, 8]);
    let mut channel = Channel::new(ChannelConfig::new(Role::Ac));
    let taken = allocated(|| drop(channel.handle_datagram(Duration::ZERO, far)));
    assert!(taken < 1024, "{taken} bytes for a fragment of 8");

    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(400) });
    let datagrams = proptest::collection::vec(
        (proptest::collection::vec(any::<u8>(), 0..300), any::<bool>(), 0_u8..4),
        1..60,
    );
    let result = runner.run(&datagrams, |datagrams| {
        let datagrams: Vec<Bytes> = datagrams
            .into_iter()
            .map(|(bytes, sound, flags)| {
                // Half of them with a header that gets them further.
                let head = [0, 0x10, 2, flags << 6, 0, bytes.len() as u8, 0, flags * 8];
                if sound { [&head[..], &bytes].concat().into() } else { bytes.into() }
            })
            .collect();
        let received: usize = datagrams.iter().map(Bytes::len).sum();
        let mut reassembler = Reassembler::default();
        let mut channel = Channel::new(ChannelConfig::new(Role::Ac));
        holds(received, || {
            for datagram in &datagrams {
                if let Ok((header, payload)) = Header::parse(datagram.clone())
                    && let Some(field) = header.fragment
                {
                    drop(reassembler.insert(Duration::ZERO, field, &payload));
                }
            }
        });
        holds(received, || {
            for datagram in &datagrams {
                drop(channel.handle_datagram(Duration::ZERO, datagram.clone()));
                while channel.poll_incoming().is_some() {}
            }
        });
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}
