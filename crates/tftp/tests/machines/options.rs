//! Negotiation, probes and errors.

use std::time::Duration;

use bytes::Bytes;
use datagram::Datagram;
use tftp::{
    ErrorCode, Extent, Failure, Options, Packet, ReadError, Receiver, ReceiverConfig, ReceiverEvent, Sender,
    SenderConfig, SenderEvent, Source,
};

use crate::machines::pair::{CLIENT, Pair, SERVER, SERVER_TRANSFER, ack, block, file};

const NOW: Duration = Duration::ZERO;

fn asking(extent: Extent) -> ReceiverConfig {
    ReceiverConfig {
        blksize: Some(1428),
        windowsize: Some(4),
        timeout: Some(3),
        tsize: true,
        others: Options::new().with("rollover", 0),
        extent,
        ..ReceiverConfig::new("ap1g8")
    }
}

/// The receiver's events and its answer to the first packet of the server.
fn answer(config: ReceiverConfig, first: Datagram) -> (Vec<ReceiverEvent>, Option<Packet>) {
    let mut receiver = Receiver::new(NOW, SERVER, config);
    assert!(receiver.poll_transmit().is_some());
    receiver.handle_datagram(NOW, first, SERVER_TRANSFER);
    let answer = receiver.poll_transmit().map(|(datagram, to)| {
        assert_eq!(to, SERVER_TRANSFER);
        Packet::parse(datagram).expect("a receiver sends TFTP")
    });
    assert!(receiver.poll_transmit().is_none());
    (std::iter::from_fn(|| receiver.poll_event()).collect(), answer)
}

fn oack(options: Options) -> Datagram {
    Packet::Oack(options).to_datagram()
}

#[test]
fn the_request_carries_what_is_asked() {
    let mut receiver = Receiver::new(NOW, SERVER, asking(Extent::Whole));
    let (request, _) = receiver.poll_transmit().expect("the request is sent at once");
    let expected =
        b"\0\x01ap1g8\0octet\0tsize\x000\0blksize\x001428\0timeout\x003\0windowsize\x004\0rollover\x000\0";
    assert_eq!(request, &expected[..]);
}

#[test]
fn a_server_may_lower_or_leave_out_what_was_asked() {
    let options = Options::new().with("BLKSIZE", 1024).with("tsize", 70_512_640);
    let (events, answer) = answer(asking(Extent::Whole), oack(options.clone()));
    let [ReceiverEvent::Accepted(terms)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((terms.block_size, terms.window, terms.size), (1024, 1, Some(70_512_640)));
    assert_eq!(terms.options, options);
    assert_eq!(answer, Some(Packet::Ack { block: 0 }));
}

#[test]
fn a_server_may_ignore_all_options() {
    let mut pair = Pair::new(file(1300), asking(Extent::Whole), SenderConfig::default());
    pair.drive();
    assert_eq!(pair.file, file(1300));
    let Some(ReceiverEvent::Accepted(terms)) = pair.receiver_events.first() else { panic!("no terms") };
    assert_eq!((terms.block_size, terms.window, terms.size), (512, 1, None));
}

#[test]
fn a_server_may_not_answer_what_was_not_asked() {
    for (name, value) in [
        ("blksize", "1429"),
        ("blksize", "7"),
        ("blksize", "+512"),
        ("windowsize", "5"),
        ("windowsize", "0"),
        ("timeout", "4"),
        ("tsize", "many"),
        ("multicast", ""),
    ] {
        let (events, answer) = answer(asking(Extent::Whole), oack(Options::new().with(name, value)));
        let expected = Failure::BadOption { name: name.into(), value: value.into() };
        assert_eq!(events, [ReceiverEvent::Failed(expected)]);
        assert!(matches!(answer, Some(Packet::Error { code: ErrorCode::OPTION_REFUSED, .. })));
    }
    let twice = Options::new().with("blksize", 512).with("BlkSize", 1024);
    assert!(matches!(answer(asking(Extent::Whole), oack(twice)).0[..], [ReceiverEvent::Failed(_)]));
    let unasked = Options::new().with("blksize", 512);
    assert!(matches!(answer(ReceiverConfig::new("f"), oack(unasked)).0[..], [ReceiverEvent::Failed(_)]));
}

#[test]
fn a_probe_learns_the_size_and_stops() {
    let options = Options::new().with("tsize", 70_512_640);
    let (events, answer) = answer(asking(Extent::Answer), oack(options));
    let [ReceiverEvent::Accepted(terms), ReceiverEvent::Stopped] = &events[..] else { panic!("{events:?}") };
    assert_eq!(terms.size, Some(70_512_640));
    assert!(matches!(answer, Some(Packet::Error { code: ErrorCode::UNDEFINED, .. })));
}

#[test]
fn a_probe_may_take_the_first_block() {
    let sender = SenderConfig { oack: Options::new().with("tsize", 5000), ..SenderConfig::default() };
    let mut pair = Pair::new(file(5000), asking(Extent::FirstBlock), sender);
    pair.drive();
    assert_eq!(pair.file, file(5000)[..512]);
    assert_eq!(pair.receiver_events.last(), Some(&ReceiverEvent::Stopped));
    let Some(SenderEvent::PeerError { code: ErrorCode::UNDEFINED, negotiating: false, .. }) =
        pair.sender_event
    else {
        panic!("{:?}", pair.sender_event)
    };
}

#[test]
fn a_missing_file_is_reported() {
    let error = Packet::Error { code: ErrorCode::FILE_NOT_FOUND, message: "File not found".into() };
    let (events, answer) = answer(asking(Extent::Whole), error.to_datagram());
    let expected = Failure::PeerError { code: ErrorCode::FILE_NOT_FOUND, message: "File not found".into() };
    assert_eq!(expected.to_string(), "server answered error 1: File not found");
    assert_eq!((events, answer), (vec![ReceiverEvent::Failed(expected)], None));
}

#[test]
fn a_sender_tells_a_refused_oack_from_a_broken_transfer() {
    let refusal = Packet::Error { code: ErrorCode::OPTION_REFUSED, message: "no".into() }.to_bytes();
    for oack in [Options::new(), Options::new().with("tsize", 13)] {
        let negotiating = !oack.is_empty();
        let mut sender = Sender::new(NOW, CLIENT, file(13), SenderConfig { oack, ..SenderConfig::default() });
        while sender.poll_transmit().is_some() {}
        sender.handle_datagram(NOW, refusal.clone(), CLIENT);
        let expected =
            SenderEvent::PeerError { code: ErrorCode::OPTION_REFUSED, message: "no".into(), negotiating };
        assert_eq!(sender.poll_event(), Some(expected));
        assert!(sender.is_finished() && sender.poll_transmit().is_none());
    }
}

#[test]
fn a_block_longer_than_agreed_ends_it() {
    let (events, answer) = answer(ReceiverConfig::new("f"), block(1, &[7; 513]));
    let expected = Failure::BlockTooLong { length: 513, block_size: 512 };
    assert_eq!(events.last(), Some(&ReceiverEvent::Failed(expected)));
    assert!(matches!(answer, Some(Packet::Error { code: ErrorCode::ILLEGAL_OPERATION, .. })));
}

#[test]
fn a_caller_may_abort() {
    let mut receiver = Receiver::new(NOW, SERVER, ReceiverConfig::new("f"));
    assert!(receiver.poll_transmit().is_some());
    receiver.handle_datagram(NOW, block(1, &[7; 512]), SERVER_TRANSFER);
    while receiver.poll_transmit().is_some() {}
    receiver.abort(ErrorCode::DISK_FULL, "No space left");
    let (datagram, to) = receiver.poll_transmit().expect("the server is told");
    assert_eq!(datagram, &b"\0\x05\0\x03No space left\0"[..]);
    assert_eq!(to, SERVER_TRANSFER);
    assert!(receiver.is_finished());
}

/// A directory opens but does not read.
struct Directory;

impl Source for Directory {
    fn read(&mut self, _: usize) -> Result<Bytes, ReadError> {
        Err(ReadError { code: ErrorCode::UNDEFINED, message: "Is a directory".into() })
    }
}

#[test]
fn what_cannot_be_read_is_reported_in_place_of_the_block() {
    let oack = Options::new().with("blksize", 1024);
    let mut sender = Sender::new(NOW, CLIENT, Directory, SenderConfig { oack, ..SenderConfig::default() });
    assert!(matches!(sender.poll_transmit().map(|(d, _)| Packet::parse(d)), Some(Ok(Packet::Oack(_)))));
    sender.handle_datagram(NOW, ack(0), CLIENT);
    assert_eq!(sender.poll_transmit().expect("an answer").0, &b"\0\x05\0\0Is a directory\0"[..]);
    assert!(matches!(sender.poll_event(), Some(SenderEvent::ReadFailed(_))));
}
