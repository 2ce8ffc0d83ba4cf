//! Downloads from a minimal server.

use std::time::Duration;

use ::sftp::{
    Attributes, ClientPacket, FrameReader, NameEntry, Reply, Request, ServerPacket, Status, StatusCode,
};
use bytes::Bytes;
use proptest::prelude::*;

use super::{Download, Event};
use crate::sftp::error::{Broken, Failure, Operation};
use crate::sftp::{Path, Reads};

const EAGER: Reads = Reads { size: 1_000, outstanding: 1, rate: None };
const HOME: &str = "/home/calo";

/// A server with one file.
struct Server {
    file: Vec<u8>,
    /// The size that STAT reports.
    size: Option<u64>,
    /// The maximum number of bytes that a READ returns.
    data_max: usize,
    /// The requests received, as text.
    asked: Vec<String>,
}

impl Server {
    fn of(length: usize) -> Self {
        let file: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        Self { size: Some(file.len() as u64), file, data_max: usize::MAX, asked: Vec::new() }
    }

    fn answer(&mut self, packet: ClientPacket) -> ServerPacket {
        let ClientPacket::Request { id, request } = packet else {
            self.asked.push("init".into());
            return ServerPacket::Version { version: 3, extensions: Vec::new() };
        };
        let (words, reply) = match request {
            Request::Realpath(path) => (format!("realpath {path}"), name(HOME)),
            Request::Stat(path) => {
                let found = path.as_bytes().ends_with(b"/ap3g3");
                let attributes = Attributes { size: self.size, ..Attributes::none() };
                (
                    format!("stat {path}"),
                    if found { Reply::Attrs(attributes) } else { status(StatusCode::NO_SUCH_FILE) },
                )
            }
            Request::Open { path, flags, attributes } => {
                assert_eq!(attributes, Attributes::none());
                (format!("open {path} {}", flags.0), Reply::Handle(7_u32.into()))
            }
            Request::Read { handle, offset, length } => {
                assert_eq!(handle.number(), Some(7));
                let rest = &self.file[usize::try_from(offset).unwrap().min(self.file.len())..];
                let data = &rest[..rest.len().min(length as usize).min(self.data_max)];
                let reply = if data.is_empty() {
                    status(StatusCode::EOF)
                } else {
                    Reply::Data(Bytes::copy_from_slice(data))
                };
                (format!("read {offset} {length}"), reply)
            }
            Request::Close(_) => ("close".into(), status(StatusCode::OK)),
            other => panic!("not to be asked: {other:?}"),
        };
        self.asked.push(words);
        ServerPacket::Reply { id, reply }
    }
}

fn name(path: &str) -> Reply {
    Reply::Name(vec![NameEntry {
        filename: path.into(),
        longname: path.into(),
        attributes: Attributes::none(),
    }])
}

fn status(code: StatusCode) -> Reply {
    Reply::Status(Status::new(code, "in words"))
}

fn parse(bytes: Bytes) -> ClientPacket {
    let mut frames = FrameReader::new();
    frames.push(&bytes);
    ClientPacket::parse(frames.next().unwrap().unwrap()).unwrap()
}

/// The bytes received, and the time of the end.
#[derive(Debug, PartialEq)]
struct Came {
    data: Vec<u8>,
    result: Result<u64, Failure>,
    at: Duration,
}

fn download(server: &mut Server, path: &str, reads: Reads) -> Came {
    run(server, path, reads, |_| true)
}

/// Answers everything at once, as long as `takes` returns true for the number of bytes so far.
fn run(server: &mut Server, path: &str, reads: Reads, takes: impl Fn(usize) -> bool) -> Came {
    let mut download = Download::new(Path::Home(path.into()), reads);
    let mut now = Duration::ZERO;
    let mut data = Vec::new();
    let mut result = None;
    loop {
        while let Some(event) = download.poll_event() {
            assert!(result.is_none(), "nothing comes after the result");
            match event {
                Event::Found(size) => assert_eq!(size, server.size),
                Event::Data(bytes) => data.extend_from_slice(&bytes),
                Event::Finished(end) => result = Some(end),
            }
            if !takes(data.len()) {
                download.refuse();
            }
        }
        if download.is_closed() {
            let result = result.expect("it has ended");
            return Came { data, result, at: now };
        }
        if let Some(packet) = download.poll_transmit(now) {
            let answer = server.answer(parse(packet));
            download.handle(now, answer);
        } else {
            assert!(!download.is_waiting(), "every answer has come");
            now = download.poll_timeout().expect("there is something to do");
        }
    }
}

#[test]
fn it_asks_in_the_order_of_the_sample() {
    let mut server = Server::of(2_500);
    let came = download(&mut server, "Documents/ap3g3", EAGER);
    assert_eq!(came, Came { data: server.file.clone(), result: Ok(2_500), at: Duration::ZERO });
    let expected = [
        "init",
        "realpath .",
        "stat /home/calo/Documents/ap3g3",
        "open /home/calo/Documents/ap3g3 1",
        "read 0 1000",
        "read 1000 1000",
        "read 2000 1000",
        "read 2500 500",
        "close",
    ];
    assert_eq!(server.asked, expected);
}

#[test]
fn paths_are_put_together() {
    let below = |home: &str, path: &str| Path::Home(path.into()).below(&home.into()).to_string();
    assert_eq!(below("/home/calo", "a/b"), "/home/calo/a/b");
    assert_eq!(below("/", "a/b"), "/a/b");
    assert_eq!(Path::Absolute("/a".into()).below(&"/home".into()).to_string(), "/a");
}

#[test]
fn a_wrong_path_ends_with_stat() {
    let mut server = Server::of(1);
    let came = download(&mut server, "Wrong-Path/ap1g6", EAGER);
    let status = Status::new(StatusCode::NO_SUCH_FILE, "in words");
    assert_eq!(came.result, Err(Failure::Status { operation: Operation::Stat, status }));
    assert_eq!(server.asked, ["init", "realpath .", "stat /home/calo/Wrong-Path/ap1g6"]);
}

#[test]
fn what_was_read_is_digested_before_more_is_asked_for() {
    let mut server = Server::of(100_000);
    let slow = Reads { size: 1_000, outstanding: 1, rate: Some(10_000) };
    assert_eq!(download(&mut server, "ap3g3", slow).at, Duration::from_secs(10));
    // It processes data no faster if more is under way.
    let ahead = Reads { outstanding: 4, ..slow };
    assert_eq!(download(&mut server, "ap3g3", ahead).at, Duration::from_secs(10));
}

#[test]
fn short_answers_are_made_up_for() {
    for (outstanding, data_max) in [(1, 1), (1, 999), (3, 300), (8, 1_000)] {
        let mut server = Server { data_max, ..Server::of(5_001) };
        let came = download(&mut server, "ap3g3", Reads { outstanding, ..EAGER });
        assert_eq!((came.result, came.data == server.file), (Ok(5_001), true), "{outstanding} {data_max}");
        let behind = server.asked.iter().filter(|asked| asked.starts_with("read 5001 ")).count();
        assert_eq!(behind, 1, "one looks whether the file ends: {:?}", server.asked);
    }
}

#[test]
fn answers_may_come_in_any_order() {
    let mut server = Server::of(3_000);
    let mut download = Download::new(Path::Home("ap3g3".into()), Reads { outstanding: 3, ..EAGER });
    let now = Duration::ZERO;
    let mut data = Vec::new();
    let result = loop {
        let mut packets: Vec<Bytes> = std::iter::from_fn(|| download.poll_transmit(now)).collect();
        packets.reverse();
        for packet in packets {
            let answer = server.answer(parse(packet));
            download.handle(now, answer);
        }
        match download.poll_event() {
            Some(Event::Data(bytes)) => data.extend_from_slice(&bytes),
            Some(Event::Finished(result)) => break result,
            _ => {}
        }
    };
    assert_eq!((result, data), (Ok(3_000), server.file));
}

#[test]
fn a_file_of_unknown_size_is_read_to_its_end() {
    let mut server = Server { size: None, ..Server::of(2_000) };
    let came = download(&mut server, "ap3g3", Reads { outstanding: 8, ..EAGER });
    assert_eq!((came.result, came.data), (Ok(2_000), server.file));
}

#[test]
fn a_file_is_as_long_as_was_told() {
    let mut shorter = Server { size: Some(2_000), ..Server::of(1_500) };
    let came = download(&mut shorter, "ap3g3", EAGER);
    assert_eq!(came.result, Err(Failure::Shorter { announced: 2_000, received: 1_500 }));
    assert_eq!(shorter.asked.last().map(String::as_str), Some("close"));
    for told in [0, 1_000, 1_400] {
        let mut longer = Server { size: Some(told), ..Server::of(1_500) };
        let came = download(&mut longer, "ap3g3", EAGER);
        assert_eq!(came.result, Err(Failure::Longer { announced: told }));
    }
}

#[test]
fn a_caller_may_stop_it() {
    let mut server = Server::of(5_000);
    let came = run(&mut server, "ap3g3", EAGER, |bytes| bytes < 2_000);
    assert_eq!((came.result, came.data.len()), (Err(Failure::Refused), 2_000));
    assert_eq!(server.asked.last().map(String::as_str), Some("close"));
}

/// Returns the result that `replies` lead to; each answers the last request.
fn after(replies: Vec<Reply>) -> Option<Result<u64, Failure>> {
    let mut download = Download::new(Path::Home("ap3g3".into()), EAGER);
    download.handle(Duration::ZERO, ServerPacket::Version { version: 3, extensions: Vec::new() });
    for reply in replies {
        while download.poll_transmit(Duration::ZERO).is_some() {}
        let id = download.next_id - 1;
        download.handle(Duration::ZERO, ServerPacket::Reply { id, reply });
    }
    std::iter::from_fn(|| download.poll_event()).find_map(|event| match event {
        Event::Finished(result) => Some(result),
        _ => None,
    })
}

#[test]
fn a_server_that_breaks_the_protocol_is_left() {
    let found = || Reply::Attrs(Attributes { size: Some(9_000), ..Attributes::none() });
    let opened = || vec![name(HOME), found(), Reply::Handle(7_u32.into())];
    let with = |mut replies: Vec<Reply>, last: Reply| {
        replies.push(last);
        after(replies)
    };
    let broken = Some(Err(Failure::Broken(Broken::Answer)));
    assert_eq!(after(vec![Reply::Name(Vec::new())]), broken);
    assert_eq!(after(vec![name(HOME), name(HOME)]), broken);
    assert_eq!(after(vec![name(HOME), found(), status(StatusCode::OK)]), broken);
    assert_eq!(with(opened(), Reply::Data(Bytes::new())), broken);
    assert_eq!(with(opened(), Reply::Data(vec![0; 1_001].into())), broken);
    let status_of_read = Status::new(StatusCode::FAILURE, "in words");
    let failed = Failure::Status { operation: Operation::Read, status: status_of_read };
    assert_eq!(
        with(opened(), status(StatusCode::FAILURE)),
        Some(Err(failed)),
        "before it has closed the file"
    );

    let mut download = Download::new(Path::Home("ap3g3".into()), EAGER);
    download.handle(Duration::ZERO, ServerPacket::Version { version: 2, extensions: Vec::new() });
    assert_eq!(download.poll_event(), Some(Event::Finished(Err(Failure::Broken(Broken::Version(2))))));
    let mut download = Download::new(Path::Home("ap3g3".into()), EAGER);
    download.handle(Duration::ZERO, ServerPacket::Reply { id: 0, reply: found() });
    assert_eq!(download.poll_event(), Some(Event::Finished(Err(Failure::Broken(Broken::Unasked)))));
    assert_eq!(download.poll_transmit(Duration::ZERO), None, "nothing more is said");
}

fn any_reply() -> impl Strategy<Value = Reply> {
    prop_oneof![
        (0..9_u32).prop_map(|code| status(StatusCode(code))),
        Just(Reply::Handle(7_u32.into())),
        (0..1_100_usize).prop_map(|length| Reply::Data(vec![0; length].into())),
        Just(name(HOME)),
        proptest::option::of(prop_oneof![0..5_000_u64, Just(u64::MAX)])
            .prop_map(|size| Reply::Attrs(Attributes { size, ..Attributes::none() })),
    ]
}

proptest! {
    /// It ends at most once, requests no more than permitted, and keeps no more than it requested.
    #[test]
    fn whatever_a_server_answers(
        outstanding in 1..5_usize,
        usual in 0..4_usize,
        replies in proptest::collection::vec((any_reply(), 0..6_u32), 0..60),
    ) {
        let mut download = Download::new(Path::Home("ap3g3".into()), Reads { outstanding, ..EAGER });
        let now = Duration::ZERO;
        let found = Reply::Attrs(Attributes { size: Some(20_000), ..Attributes::none() });
        let start = [name(HOME), found, Reply::Handle(7_u32.into())];
        let start = start.into_iter().take(usual).map(|reply| (reply, 0));
        download.handle(now, ServerPacket::Version { version: 3, extensions: Vec::new() });
        let mut ends = 0;
        for (reply, back) in start.chain(replies) {
            while download.poll_transmit(now).is_some() {}
            prop_assert!(download.asked.len() <= outstanding + 1);
            let early: usize = download.reading.early.values().map(Bytes::len).sum();
            prop_assert!(early <= outstanding * 1_000);
            let id = download.next_id.wrapping_sub(1 + back);
            download.handle(now, ServerPacket::Reply { id, reply });
            while let Some(event) = download.poll_event() {
                prop_assert_eq!(ends, 0, "nothing comes after the end");
                ends += usize::from(matches!(event, Event::Finished(_)));
            }
        }
    }

    #[test]
    fn whatever_comes_as_bytes(chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..20)) {
        let mut download = Download::new(Path::Home("ap3g3".into()), EAGER);
        let mut frames = FrameReader::new();
        for chunk in chunks {
            frames.push(&chunk);
            if super::super::drain(&mut frames, |packet| download.handle(Duration::ZERO, packet)).is_err() {
                break;
            }
        }
    }
}
