//! Files that a client writes.

use std::time::Duration;

use bytes::Bytes;
use datagram::Datagram;
use tftp::{
    AcceptConfig, ErrorCode, Failure, Options, Packet, Receiver, ReceiverEvent, Sender, SenderEvent,
    WriteConfig,
};

use crate::machines::pair::{CLIENT, Delivery, Pair, SERVER, SERVER_TRANSFER, ack, block, file};

const NOW: Duration = Duration::ZERO;
const ACK_0: &[u8] = b"\0\x04\0\0";

fn terms(blksize: u16, window: u16) -> (WriteConfig, AcceptConfig) {
    let oack = Options::new().with("blksize", blksize).with("windowsize", window);
    (
        WriteConfig { blksize: Some(blksize), windowsize: Some(window), ..WriteConfig::new("f") },
        AcceptConfig { oack, block_size: blksize, window, ..AcceptConfig::default() },
    )
}

fn oack(options: Options) -> Datagram {
    Packet::Oack(options).to_datagram()
}

#[test]
fn every_length_around_a_block_arrives() {
    for length in [0, 1, 511, 512, 513, 1024, 13 * 512] {
        let mut pair = Pair::write(file(length), WriteConfig::new("f"), AcceptConfig::default());
        pair.drive();
        assert_eq!(pair.file, file(length), "{length} bytes");
        let (bytes, blocks) = (length as u64, (length / 512 + 1) as u64);
        assert_eq!(pair.sender_event, Some(SenderEvent::Completed { bytes, blocks }));
        assert_eq!(pair.receiver_events, [ReceiverEvent::Completed { bytes, blocks }]);
        assert_eq!((pair.data_packets as u64, pair.ack_packets as u64), (blocks, blocks + 1));
    }
}

#[test]
fn agreed_block_sizes_and_windows_are_used_and_numbers_roll_over() {
    for (blksize, window, length) in [(8, 16, 8 * 140_000), (1428, 4, 300_000), (65_464, 2, 300_000)] {
        let (write, accept) = terms(blksize, window);
        let mut pair = Pair::write(file(length), write, accept);
        pair.drive();
        assert!(pair.file == file(length), "blksize {blksize}, windowsize {window}");
        let blocks = length / usize::from(blksize) + 1;
        assert_eq!((pair.data_packets, pair.ack_packets), (blocks, blocks.div_ceil(usize::from(window))));
        let terms = pair.sender.terms().expect("the server has answered");
        assert_eq!((terms.block_size, terms.window), (blksize, window));
    }
}

#[test]
fn the_request_announces_the_size() {
    let config = WriteConfig { tsize: Some(1300), timeout: Some(3), ..WriteConfig::new("new.bin") };
    let mut sender = Sender::write(NOW, SERVER, file(1300), config);
    let request = sender.poll_transmit().expect("the request is sent at once");
    assert_eq!(
        request,
        (Datagram::from_static(b"\0\x02new.bin\0octet\0tsize\x001300\0timeout\x003\0"), SERVER)
    );
    assert!(sender.is_negotiating() && sender.poll_transmit().is_none());
}

#[test]
fn a_server_may_ignore_all_options() {
    let (write, _) = terms(1428, 4);
    let mut pair = Pair::write(file(5000), write, AcceptConfig::default());
    pair.drive();
    assert_eq!(pair.file, file(5000));
    let terms = pair.sender.terms().expect("the server has answered");
    assert_eq!((terms.block_size, terms.window), (512, 1));
}

#[test]
fn a_server_may_not_answer_what_was_not_proposed() {
    for (name, value) in [("blksize", "1429"), ("windowsize", "5"), ("multicast", "")] {
        let mut sender = Sender::write(NOW, SERVER, file(10), terms(1428, 4).0);
        while sender.poll_transmit().is_some() {}
        sender.handle_datagram(NOW, oack(Options::new().with(name, value)), SERVER_TRANSFER);
        assert_eq!(
            sender.poll_event(),
            Some(SenderEvent::BadOption { name: name.into(), value: value.into() })
        );
        let (answer, to) = sender.poll_transmit().expect("the server is told");
        assert_eq!(to, SERVER_TRANSFER);
        assert!(matches!(Packet::parse(answer), Ok(Packet::Error { code: ErrorCode::OPTION_REFUSED, .. })));
    }
}

#[test]
fn a_refusal_ends_the_write() {
    let mut sender = Sender::write(NOW, SERVER, file(10), WriteConfig::new("f"));
    let error = Packet::Error { code: ErrorCode::FILE_NOT_FOUND, message: "File not found".into() };
    sender.handle_datagram(NOW, error.to_bytes(), SERVER_TRANSFER);
    let expected = SenderEvent::PeerError {
        code: ErrorCode::FILE_NOT_FOUND,
        message: "File not found".into(),
        negotiating: true,
    };
    assert_eq!(sender.poll_event(), Some(expected));
    assert!(sender.is_finished());
}

/// What was lost before the first block: the request, the answer, the first block, its ACK.
#[test]
fn each_end_repeats_what_opened_the_transfer() {
    for lost in 0..3 {
        let (write, accept) = terms(512, 1);
        let mut pair = Pair::write(file(1000), write, accept);
        pair.fate = Box::new(move |n, _, _| if n == lost { Delivery::Never } else { Delivery::Once });
        pair.drive();
        assert_eq!(pair.file, file(1000), "packet {lost} lost");
        assert!(matches!(pair.sender_event, Some(SenderEvent::Completed { .. })));
    }
    let mut receiver = Receiver::accept(NOW, CLIENT, AcceptConfig::default());
    for seconds in [1, 3] {
        assert_eq!(receiver.poll_transmit(), Some((Datagram::from_static(ACK_0), CLIENT)));
        receiver.handle_timeout(Duration::from_secs(seconds));
    }
    let mut sender = Sender::write(NOW, SERVER, file(10), WriteConfig::new("f"));
    let request = sender.poll_transmit();
    sender.handle_timeout(Duration::from_secs(5));
    assert_eq!(sender.poll_transmit(), request);
}

#[test]
fn a_repeated_answer_does_not_repeat_the_first_block() {
    let mut sender = Sender::write(NOW, SERVER, file(1000), WriteConfig::new("f"));
    while sender.poll_transmit().is_some() {}
    sender.handle_datagram(NOW, Datagram::from_static(ACK_0), SERVER_TRANSFER);
    assert_eq!(sender.poll_transmit(), Some((block(1, &file(1000)[..512]), SERVER_TRANSFER)));
    for again in [Datagram::from_static(ACK_0), oack(Options::new())] {
        sender.handle_datagram(NOW, again, SERVER_TRANSFER);
        assert_eq!(sender.poll_transmit(), None);
    }
}

#[test]
fn a_lost_last_ack_is_sent_again_while_the_server_dallies() {
    let mut receiver = Receiver::accept(NOW, CLIENT, AcceptConfig::default());
    assert!(receiver.poll_transmit().is_some());
    for _ in 0..3 {
        receiver.handle_datagram(NOW, block(1, b"end"), CLIENT);
        assert_eq!(receiver.poll_transmit(), Some((ack(1), CLIENT)));
    }
    assert_eq!(receiver.poll_timeout(), Some(Duration::from_secs(1)));
    receiver.handle_timeout(Duration::from_secs(1));
    assert!(receiver.is_finished());
}

#[test]
fn a_server_that_cannot_keep_the_last_block_says_so_instead_of_acknowledging_it() {
    let mut receiver = Receiver::accept(NOW, CLIENT, AcceptConfig::default());
    assert!(receiver.poll_transmit().is_some());
    receiver.handle_datagram(NOW, block(1, b"end"), CLIENT);
    assert_eq!(receiver.poll_event(), Some(ReceiverEvent::Data(Bytes::from_static(b"end"))));
    receiver.abort(ErrorCode::DISK_FULL, "No space left on device");
    assert_eq!(
        receiver.poll_transmit(),
        Some((Datagram::from_static(b"\0\x05\0\x03No space left on device\0"), CLIENT))
    );
    assert_eq!(receiver.poll_transmit(), None);
    let failed = ReceiverEvent::Failed(Failure::Aborted { code: ErrorCode::DISK_FULL });
    assert_eq!((receiver.poll_event(), receiver.poll_event()), (Some(failed), None));
    assert!(receiver.is_finished());
}

#[test]
fn a_gap_before_the_first_block_is_told_by_ack_0() {
    let (_, accept) = terms(512, 4);
    let mut receiver = Receiver::accept(NOW, CLIENT, accept);
    assert!(receiver.poll_transmit().is_some());
    receiver.handle_datagram(NOW, block(2, &[7; 512]), CLIENT);
    receiver.handle_datagram(NOW, block(3, &[7; 512]), CLIENT);
    assert_eq!(receiver.poll_transmit(), Some((ack(0), CLIENT)));
    assert_eq!(receiver.poll_transmit(), None);
}

#[test]
fn a_caller_may_abort_a_write() {
    let mut sender = Sender::write(NOW, SERVER, file(1000), WriteConfig::new("f"));
    while sender.poll_transmit().is_some() {}
    sender.handle_datagram(NOW, Datagram::from_static(ACK_0), SERVER_TRANSFER);
    sender.abort(ErrorCode::UNDEFINED, "enough");
    assert_eq!(sender.poll_transmit(), Some((Datagram::from_static(b"\0\x05\0\0enough\0"), SERVER_TRANSFER)));
    assert!(sender.poll_transmit().is_none() && sender.is_finished() && sender.poll_event().is_none());
}
