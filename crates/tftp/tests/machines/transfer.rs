//! Whole files over a perfect link.

use std::time::Duration;

use tftp::{Options, Packet, ReceiverConfig, ReceiverEvent, SenderConfig, SenderEvent};

use crate::machines::pair::{Pair, file};

fn sender_config(blksize: u16, window: u16) -> SenderConfig {
    let mut oack = Options::new().with("blksize", blksize);
    if window > 1 {
        oack = oack.with("windowsize", window);
    }
    SenderConfig { oack, block_size: blksize, window, ..SenderConfig::default() }
}

fn receiver_config(blksize: u16, window: u16) -> ReceiverConfig {
    ReceiverConfig {
        blksize: Some(blksize),
        windowsize: (window > 1).then_some(window),
        ..ReceiverConfig::new("ap1g8")
    }
}

#[test]
fn every_length_around_a_block_arrives() {
    for length in [0, 1, 511, 512, 513, 1023, 1024, 1025, 13 * 512] {
        let mut pair = Pair::new(file(length), ReceiverConfig::new("f"), SenderConfig::default());
        pair.drive();
        assert_eq!(pair.file, file(length), "{length} bytes");
        let blocks = (length / 512 + 1) as u64;
        let bytes = length as u64;
        assert_eq!(pair.sender_event, Some(SenderEvent::Completed { bytes, blocks }));
        assert_eq!(pair.receiver_events.last(), Some(&ReceiverEvent::Completed { bytes, blocks }));
        assert_eq!((pair.data_packets as u64, pair.ack_packets as u64), (blocks, blocks));
    }
}

/// 70,512,640 bytes are 137,720 full blocks of 512 and an empty one: the number goes past 65,535 twice.
#[test]
fn the_field_image_rolls_over_twice_and_ends_in_an_empty_block() {
    let image = file(70_512_640);
    let mut pair = Pair::new(image.clone(), ReceiverConfig::new("ap1g8"), SenderConfig::default());
    let mut zeros = 0;
    let mut last_length = None;
    pair.fate = Box::new(|_, datagram, _| {
        if let Ok(Packet::Data { block, payload }) = Packet::parse(datagram.clone()) {
            zeros += usize::from(block == 0);
            last_length = Some(payload.len());
        }
        crate::machines::pair::Delivery::Once
    });
    pair.drive();
    assert!(pair.file == image);
    assert_eq!(pair.data_packets, 137_721);
    assert_eq!(pair.sender.repeats(), 0);
    drop(pair);
    assert_eq!((zeros, last_length), (2, Some(0)));
}

#[test]
fn agreed_block_sizes_and_windows_are_used() {
    for (blksize, window) in [(8, 1), (1428, 1), (1428, 4), (512, 16), (1024, 64), (65_464, 2)] {
        let mut pair =
            Pair::new(file(300_000), receiver_config(blksize, window), sender_config(blksize, window));
        pair.drive();
        assert!(pair.file == file(300_000), "blksize {blksize}, windowsize {window}");
        let blocks = 300_000 / usize::from(blksize) + 1;
        assert_eq!(pair.data_packets, blocks);
        assert_eq!(pair.ack_packets, 1 + blocks.div_ceil(usize::from(window)));
        assert_eq!(pair.sender.repeats(), 0);
        let Some(ReceiverEvent::Accepted(terms)) = pair.receiver_events.first() else { panic!("no terms") };
        assert_eq!((terms.block_size, terms.window), (blksize, window));
    }
}

#[test]
fn windows_roll_over_too() {
    let mut pair = Pair::new(file(8 * 140_000), receiver_config(8, 16), sender_config(8, 16));
    pair.drive();
    assert!(pair.file == file(8 * 140_000));
    assert_eq!(pair.data_packets, 140_001);
}

#[test]
fn stop_and_wait_takes_one_round_trip_per_block() {
    let mut pair = Pair::new(file(512 * 99), ReceiverConfig::new("f"), SenderConfig::default());
    while pair.sender_event.is_none() && pair.step() {}
    assert_eq!(pair.now, Duration::from_millis(100));
}
