//! Windows (RFC 7440): gaps, duplicates, partial windows, numbers that roll over.

use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;
use tftp::{
    AcceptConfig, Options, Packet, Receiver, ReceiverConfig, ReceiverEvent, Schedule, Sender, SenderConfig,
    SenderEvent, WriteConfig,
};

use crate::machines::pair::{CLIENT, Delivery, Pair, SERVER, SERVER_TRANSFER, ack, block, file};

const NOW: Duration = Duration::ZERO;

fn sender(length: usize, window: u16) -> Sender<Bytes> {
    Sender::new(NOW, CLIENT, file(length), SenderConfig { window, ..SenderConfig::default() })
}

fn blocks(sender: &mut Sender<Bytes>) -> Vec<u16> {
    let sent = std::iter::from_fn(|| sender.poll_transmit());
    sent.map(|(datagram, _)| match Packet::parse(datagram) {
        Ok(Packet::Data { block, .. }) => block,
        other => panic!("{other:?}"),
    })
    .collect()
}

/// A receiver that has accepted `window`, and has nothing waiting.
fn receiver(window: u16) -> Receiver {
    let config = ReceiverConfig { windowsize: Some(window), ..ReceiverConfig::new("f") };
    let mut receiver = Receiver::new(NOW, SERVER, config);
    assert!(receiver.poll_transmit().is_some());
    let oack = Packet::Oack(Options::new().with("windowsize", window));
    receiver.handle_datagram(NOW, oack.to_bytes(), SERVER_TRANSFER);
    assert_eq!(receiver.poll_transmit(), Some((ack(0), SERVER_TRANSFER)));
    receiver
}

fn acks(receiver: &mut Receiver, arriving: &[u16]) -> Vec<Option<u16>> {
    let mut answers = Vec::new();
    for &number in arriving {
        receiver.handle_datagram(NOW, block(number, &[number as u8; 512]), SERVER_TRANSFER);
        answers.push(receiver.poll_transmit().map(|(datagram, _)| match Packet::parse(datagram) {
            Ok(Packet::Ack { block }) => block,
            other => panic!("{other:?}"),
        }));
        assert_eq!(receiver.poll_transmit(), None, "one answer at most");
    }
    answers
}

#[test]
fn a_sender_goes_on_after_the_last_block_in_order() {
    let mut sender = sender(20 * 512, 4);
    assert_eq!(blocks(&mut sender), [1, 2, 3, 4]);
    sender.handle_datagram(NOW, ack(2), CLIENT);
    assert_eq!(blocks(&mut sender), [3, 4, 5, 6], "the window begins after what was acknowledged");
    for stale in [1, 0, 7, 65_535] {
        sender.handle_datagram(NOW, ack(stale), CLIENT);
        assert_eq!(blocks(&mut sender), [0_u16; 0], "ACK {stale}");
    }
    sender.handle_datagram(NOW, ack(6), CLIENT);
    assert_eq!(blocks(&mut sender), [7, 8, 9, 10]);
}

#[test]
fn the_last_window_is_as_long_as_the_rest() {
    let mut sender = sender(5 * 512 + 10, 64);
    assert_eq!(blocks(&mut sender), [1, 2, 3, 4, 5, 6]);
    sender.handle_datagram(NOW, ack(6), CLIENT);
    assert_eq!(sender.poll_event(), Some(SenderEvent::Completed { bytes: 5 * 512 + 10, blocks: 6 }));
}

#[test]
fn a_receiver_acknowledges_each_window_and_each_gap_once() {
    let mut receiver = receiver(4);
    assert_eq!(acks(&mut receiver, &[1, 2, 3, 4]), [None, None, None, Some(4)]);
    // 6 is missing; 5 is the last in order.
    assert_eq!(acks(&mut receiver, &[5, 7, 8]), [None, Some(5), None]);
    // The sender begins again after 5.
    assert_eq!(acks(&mut receiver, &[6, 7, 8, 9]), [None, None, None, Some(9)]);
    // What has been received already, and what lies beyond the window.
    assert_eq!(acks(&mut receiver, &[9, 8, 5, 100]), [None; 4]);
}

#[test]
fn the_last_block_is_acknowledged_in_the_middle_of_a_window() {
    let mut receiver = receiver(16);
    assert_eq!(acks(&mut receiver, &[1, 2]), [None, None]);
    receiver.handle_datagram(NOW, block(3, b"end"), SERVER_TRANSFER);
    assert_eq!(receiver.poll_transmit(), Some((ack(3), SERVER_TRANSFER)));
}

#[test]
fn a_window_may_lie_across_the_end_of_the_numbers() {
    for rollover_to in [0, 1] {
        let config = AcceptConfig {
            oack: Options::new().with("blksize", 8).with("windowsize", 7).with("rollover", rollover_to),
            block_size: 8,
            window: 7,
            rollover_to,
            ..AcceptConfig::default()
        };
        let mut receiver = Receiver::accept(NOW, CLIENT, config);
        let oack = Packet::parse(receiver.poll_transmit().expect("the answer").0);
        let Ok(Packet::Oack(options)) = oack else { panic!("{oack:?}") };
        let config =
            SenderConfig { oack: options, block_size: 8, window: 7, rollover_to, ..Default::default() };
        let mut sender = Sender::new(NOW, CLIENT, file(8 * 70_000 + 3), config);
        assert!(sender.poll_transmit().is_some());
        sender.handle_datagram(NOW, ack(0), CLIENT);
        let mut whole = Vec::new();
        let mut lost = 0;
        let mut idle = false;
        let mut now = NOW;
        while !sender.is_finished() {
            // What was lost at the end of a window comes again in time.
            if let Some(deadline) = sender.poll_timeout().filter(|_| idle) {
                now = deadline;
                sender.handle_timeout(now);
            }
            idle = true;
            while let Some((datagram, _)) = sender.poll_transmit() {
                // Blocks around the end of the numbers are lost once.
                let [_, _, high, low] = datagram.first_chunk().expect("a header");
                let number = u16::from_be_bytes([high, low]);
                if lost < 3
                    && (number == u16::MAX || number == rollover_to)
                    && sender.acked_bytes() > 8 * 60_000
                {
                    lost += 1;
                    continue;
                }
                receiver.handle_datagram(now, datagram, CLIENT);
            }
            while let Some((datagram, _)) = receiver.poll_transmit() {
                idle = false;
                sender.handle_datagram(now, datagram, CLIENT);
            }
            while let Some(event) = receiver.poll_event() {
                if let ReceiverEvent::Data(bytes) = event {
                    whole.extend_from_slice(&bytes);
                }
            }
        }
        assert!(whole == file(8 * 70_000 + 3), "rollover {rollover_to}");
        assert_eq!(lost, 3);
    }
}

/// A peer that does not know windows answers without one.
#[test]
fn a_server_that_leaves_the_window_out_is_followed_block_by_block() {
    let read = ReceiverConfig { windowsize: Some(16), blksize: Some(1024), ..ReceiverConfig::new("f") };
    let oack = Options::new().with("BlkSize", 1024);
    let mut pair =
        Pair::new(file(9000), read, SenderConfig { oack, block_size: 1024, ..SenderConfig::default() });
    pair.drive();
    assert_eq!(pair.file, file(9000));
    assert_eq!((pair.data_packets, pair.ack_packets), (9, 10));
}

/// Loss, doubling and reordering at random, in both directions of data.
fn hostile<'a>(length: usize, window: u16, writes: bool, fates: Vec<(Delivery, u8)>) -> Pair<'a> {
    let schedule = Schedule::constant(Duration::from_secs(1), 8);
    let oack = Options::new().with("windowsize", window);
    let mut pair = if writes {
        let write =
            WriteConfig { windowsize: Some(window), schedule: schedule.clone(), ..WriteConfig::new("f") };
        let dally = Duration::from_secs(9);
        Pair::write(
            file(length),
            write,
            AcceptConfig { oack, window, schedule, dally, ..AcceptConfig::default() },
        )
    } else {
        let read = ReceiverConfig {
            windowsize: Some(window),
            schedule: schedule.clone(),
            dally: Duration::from_secs(9),
            ..ReceiverConfig::new("f")
        };
        Pair::new(file(length), read, SenderConfig { oack, window, schedule, ..SenderConfig::default() })
    };
    let delays: Vec<_> = fates.iter().map(|&(_, delay)| delay).collect();
    pair.delay = Box::new(move |n| Duration::from_millis(delays.get(n).copied().unwrap_or_default().into()));
    pair.fate = Box::new(move |n, _, _| fates.get(n).map_or(Delivery::Once, |&(fate, _)| fate));
    pair
}

proptest! {
    #[test]
    fn every_transfer_ends_in_the_right_bytes_or_an_error(
        length in 0..12_000_usize,
        window in prop_oneof![Just(1), 2..9_u16, Just(64)],
        writes in any::<bool>(),
        fates in proptest::collection::vec(
            (prop_oneof![5 => Just(Delivery::Once), 3 => Just(Delivery::Never), 1 => Just(Delivery::Twice)], prop_oneof![3 => Just(0_u8), 1 => 0..20_u8]),
            0..200,
        ),
    ) {
        let mut pair = hostile(length, window, writes, fates);
        let mut steps = 0;
        while pair.step() {
            steps += 1;
            prop_assert!(steps < 20_000, "no end");
        }
        prop_assert!(pair.receiver.is_finished() && pair.sender_event.is_some());
        let received_whole = pair.receiver_events.iter().any(|event| matches!(event, ReceiverEvent::Completed { .. }));
        if received_whole {
            prop_assert!(pair.file == file(length), "whole, and wrong");
        } else {
            prop_assert!(file(length).starts_with(&pair.file), "what came is its beginning");
            prop_assert!(matches!(pair.receiver_events.last(), Some(ReceiverEvent::Failed(_))));
        }
        if let Some(SenderEvent::Completed { bytes, .. }) = pair.sender_event {
            prop_assert!(received_whole && bytes == length as u64);
        }
    }
}
