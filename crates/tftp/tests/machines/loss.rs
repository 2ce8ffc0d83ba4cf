//! Lost, repeated and late packets.

use std::time::Duration;

use datagram::Datagram;
use proptest::prelude::*;
use tftp::{
    Failure, Options, Packet, Receiver, ReceiverConfig, ReceiverEvent, Schedule, Sender, SenderConfig,
    SenderEvent,
};

use crate::machines::pair::{CLIENT, Delivery, Pair, SERVER, SERVER_TRANSFER, ack, block, file};

/// Longer than a sender tries.
const DALLY: Duration = Duration::from_secs(70);

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_silent_client_is_given_up_after_the_schedule() {
    let mut sender = Sender::new(secs(10), CLIENT, file(1000), SenderConfig::default());
    let mut sent_at = Vec::new();
    let mut now = secs(10);
    let end = loop {
        while let Some((datagram, _)) = sender.poll_transmit() {
            assert_eq!(datagram, block(1, &file(1000)[..512]));
            sent_at.push((now - secs(10)).as_secs());
        }
        if let Some(event) = sender.poll_event() {
            break event;
        }
        now = sender.poll_timeout().expect("it waits");
        sender.handle_timeout(now - Duration::from_nanos(1));
        assert!(sender.poll_transmit().is_none(), "before its time");
        sender.handle_timeout(now);
    };
    assert_eq!(sent_at, [0, 1, 3, 7, 15, 31]);
    assert_eq!(now, secs(10 + 63));
    assert_eq!(end, SenderEvent::GaveUp { bytes: 0, blocks: 0 });
    assert!(sender.is_finished() && sender.poll_timeout().is_none());
}

#[test]
fn an_acknowledged_block_starts_the_schedule_anew() {
    let mut sender = Sender::new(secs(0), CLIENT, file(1000), SenderConfig::default());
    sender.handle_timeout(secs(1));
    sender.handle_timeout(secs(3));
    assert_eq!(sender.poll_timeout(), Some(secs(7)));
    while sender.poll_transmit().is_some() {}
    sender.handle_datagram(secs(4), ack(1), CLIENT);
    assert_eq!(sender.poll_timeout(), Some(secs(5)));
}

#[test]
fn a_silent_server_is_given_up_after_the_schedule() {
    let schedule = Schedule::constant(secs(2), 3);
    let mut receiver =
        Receiver::new(secs(0), SERVER, ReceiverConfig { schedule, ..ReceiverConfig::new("f") });
    let mut sent_at = Vec::new();
    let mut now = secs(0);
    let end = loop {
        while let Some((datagram, to)) = receiver.poll_transmit() {
            assert!(matches!(Packet::parse(datagram), Ok(Packet::Rrq(_))) && to == SERVER);
            sent_at.push(now.as_secs());
        }
        if let Some(event) = receiver.poll_event() {
            break event;
        }
        now = receiver.poll_timeout().expect("it waits");
        receiver.handle_timeout(now);
    };
    assert_eq!(sent_at, [0, 2, 4]);
    assert_eq!((now, end), (secs(6), ReceiverEvent::Failed(Failure::TimedOut { bytes: 0 })));
}

#[test]
fn a_repeated_ack_sends_nothing_and_does_not_postpone_the_timer() {
    let mut sender = Sender::new(secs(0), CLIENT, file(2000), SenderConfig::default());
    assert!(sender.poll_transmit().is_some());
    sender.handle_datagram(secs(0), ack(1), CLIENT);
    assert!(sender.poll_transmit().is_some());
    let deadline = sender.poll_timeout();
    for stale in [1, 0, 3, 65_535] {
        sender.handle_datagram(Duration::from_millis(500), ack(stale), CLIENT);
        assert_eq!(sender.poll_transmit(), None, "ACK {stale}");
    }
    assert_eq!(sender.poll_timeout(), deadline);
}

#[test]
fn a_repeated_block_is_acknowledged_again_but_not_delivered_again() {
    let mut receiver = Receiver::new(secs(0), SERVER, ReceiverConfig::new("f"));
    assert!(receiver.poll_transmit().is_some());
    for _ in 0..2 {
        receiver.handle_datagram(secs(0), block(1, &[7; 512]), SERVER_TRANSFER);
        assert_eq!(receiver.poll_transmit(), Some((ack(1), SERVER_TRANSFER)));
    }
    receiver.handle_datagram(secs(0), block(3, &[7; 512]), SERVER_TRANSFER);
    assert_eq!(receiver.poll_transmit(), None, "a block out of turn");
    assert_eq!(receiver.bytes(), 512);
}

/// Each end may repeat a packet when the other does, but no packet may lead to two.
#[test]
fn one_doubled_packet_does_not_double_the_rest() {
    for window in [1, 4] {
        for doubled in 0..12 {
            let mut pair = windowed(50 * 512, window);
            pair.fate = Box::new(move |n, _, _| if n == doubled { Delivery::Twice } else { Delivery::Once });
            pair.drive();
            assert!(pair.file == file(50 * 512));
            assert!(pair.data_packets <= 51 + usize::from(window), "{} blocks sent", pair.data_packets);
        }
    }
}

#[test]
fn a_lost_oack_or_its_ack_is_sent_again() {
    for lost in 0..2 {
        let mut pair = windowed(100, 4);
        pair.fate = Box::new(move |n, _, _| if n == lost { Delivery::Never } else { Delivery::Once });
        pair.drive();
        assert_eq!(pair.file, file(100));
        assert_eq!(pair.sender.repeats(), 1);
    }
}

#[test]
fn tftpd_hpa_repeats_its_oack_on_a_wrong_ack() {
    let config = SenderConfig { oack: Options::new().with("tsize", 13), ..SenderConfig::default() };
    for repeat_oack_on_wrong_ack in [false, true] {
        let config = SenderConfig { repeat_oack_on_wrong_ack, ..config.clone() };
        let mut sender = Sender::new(secs(0), CLIENT, file(13), config);
        assert!(sender.poll_transmit().is_some());
        sender.handle_datagram(secs(0), ack(1), CLIENT);
        // As a live in.tftpd does: the ACK lies over the beginning of the OACK.
        let repeated = Datagram::from_static(b"\0\x04\0\x01ize\x0013\0");
        assert_eq!(sender.poll_transmit(), repeat_oack_on_wrong_ack.then_some((repeated, CLIENT)));
    }
}

#[test]
fn a_gap_in_a_window_is_filled_without_waiting() {
    let mut pair = windowed(40 * 512, 8);
    // The third block of the second window; OACK and ACK 0 come first.
    pair.fate = Box::new(move |n, _, _| if n == 2 + 8 + 1 + 2 { Delivery::Never } else { Delivery::Once });
    pair.drive();
    assert!(pair.file == file(40 * 512));
    assert_eq!(pair.sender.repeats(), 0);
    let completed = pair.now - DALLY;
    assert!(completed < Duration::from_millis(100), "took {completed:?}");
}

/// The gap before a whole window is told by an ACK that the sender has had already.
#[test]
fn gaps_at_the_beginning_of_windows_are_filled_without_waiting() {
    let mut pair = windowed(40 * 512, 8);
    let mut lost = vec![25, 9];
    pair.fate = Box::new(move |_, datagram, _| match Packet::parse(datagram.clone()) {
        Ok(Packet::Data { block, .. }) if lost.last() == Some(&block) => {
            lost.pop();
            Delivery::Never
        }
        _ => Delivery::Once,
    });
    pair.drive();
    assert!(pair.file == file(40 * 512));
    let completed = pair.now - DALLY;
    assert!(completed < Duration::from_millis(100), "took {completed:?}");
}

#[test]
fn dallying_answers_a_last_block_that_comes_again() {
    let dally = secs(2);
    let mut pair =
        Pair::new(file(100), ReceiverConfig { dally, ..ReceiverConfig::new("f") }, SenderConfig::default());
    pair.fate = Box::new(|n, _, _| if n == 1 { Delivery::Never } else { Delivery::Once });
    pair.drive();
    assert_eq!(pair.sender_event, Some(SenderEvent::Completed { bytes: 100, blocks: 1 }));
    assert!(pair.receiver.is_finished());

    let mut pair = Pair::new(file(100), ReceiverConfig::new("f"), SenderConfig::default());
    pair.fate = Box::new(|n, _, _| if n == 1 { Delivery::Never } else { Delivery::Once });
    pair.drive();
    assert_eq!(pair.sender_event, Some(SenderEvent::GaveUp { bytes: 0, blocks: 0 }));
}

fn windowed<'a>(length: usize, window: u16) -> Pair<'a> {
    let receiver = ReceiverConfig {
        windowsize: Some(window),
        dally: DALLY,
        schedule: Schedule::constant(secs(3), 20),
        ..ReceiverConfig::new("f")
    };
    let oack = Options::new().with("windowsize", window);
    Pair::new(file(length), receiver, SenderConfig { oack, window, ..SenderConfig::default() })
}

proptest! {
    #[test]
    fn any_loss_that_ends_is_survived(
        length in 0..20_000_usize,
        window in 1..9_u16,
        fates in proptest::collection::vec(prop_oneof![4 => Just(Delivery::Once), 1 => Just(Delivery::Never), 1 => Just(Delivery::Twice)], 0..60),
    ) {
        let mut in_a_row = 0;
        let mut pair = windowed(length, window);
        pair.fate = Box::new(move |n, _, _| {
            let fate = fates.get(n).copied().unwrap_or(Delivery::Once);
            // No more than either schedule survives.
            in_a_row = if fate == Delivery::Never { in_a_row + 1 } else { 0 };
            if in_a_row > 4 { Delivery::Once } else { fate }
        });
        pair.drive();
        prop_assert!(pair.file == file(length));
        prop_assert!(matches!(pair.sender_event, Some(SenderEvent::Completed { .. })), "{:?}", pair.sender_event);
        prop_assert!(pair.receiver.is_finished());
    }
}
