//! Clients that mean harm.

use std::time::Duration;

use bytes::BytesMut;
use openssh::sftp_server::{Fatal, Process};
use proptest::collection::vec;
use proptest::prelude::*;
use sftp::{FRAME_MAX, OpenFlags, Reply, Request, StatusCode};

use crate::sftp_server::machine::{Machine, options, process};

/// What it says and with what it exits when these bytes come after the greeting.
fn after_greeting(bytes: &[u8]) -> (Vec<String>, Option<u32>) {
    let mut machine = Machine::new();
    machine.send(bytes);
    (machine.log(), machine.session.exit_status())
}

const CLOSED: &str = "session closed for local user calo from [172.16.4.26]";

#[test]
fn malformed_packets_are_fatal() {
    for (bytes, line) in [
        (&b"\0\0\0\x07\x11\0\0\0\x01\0\0"[..], "fatal: process_do_stat: parse: incomplete message"),
        (b"\0\0\0\x09\x03\0\0\0\x01\0\0\0\x09", "fatal: process_open: parse: incomplete message"),
        (b"\0\0\0\x09\x10\0\0\0\x01\x7f\xff\xff\xff", "fatal: process_realpath: parse: string is too large"),
        (b"\0\0\0\x0c\x11\0\0\0\x01\0\0\0\x03a\0b", "fatal: process_do_stat: parse: invalid format"),
        (b"\0\0\0\x03\x11\0\0", "fatal: process: parse ID: incomplete message"),
        (b"\0\0\0\x03\xc8\0\0", "fatal: process: parse extended ID: incomplete message"),
        (b"\0\0\0\x07\xc8\0\0\0\x01\0\0", "fatal: process_extended: parse: incomplete message"),
        (b"\0\0\0\x02\x01\x03", "fatal: process_init: parse: incomplete message"),
        (b"\0\0\0\0", "error: msg_len 0 < consumed 1"),
    ] {
        assert_eq!(after_greeting(bytes), (vec![line.into(), CLOSED.into()], Some(255)), "{bytes:?}");
    }
    let huge = after_greeting(&[0, 4, 0, 1]);
    assert_eq!(
        huge,
        (vec!["error: bad message from 172.16.4.26 local user calo".into(), CLOSED.into()], Some(11))
    );
    // A NUL at the end of a name is none of it.
    assert_eq!(after_greeting(b"\0\0\0\x0b\x11\0\0\0\x01\0\0\0\x02x\0").0[0], "stat name \"x\"");
}

#[test]
fn nothing_is_served_before_the_greeting() {
    let first = |bytes: &[u8]| {
        let mut machine = Machine::with(options(""), process());
        (machine.session.handle(Duration::ZERO, bytes), machine.session.exit_status())
    };
    let stat = Request::Stat("x".into()).with_id(1).to_bytes();
    assert_eq!(first(&stat), (Err(Fatal::BeforeInit(17)), Some(255)));
    assert_eq!(first(&[0, 0, 0, 1, 200]), (Err(Fatal::ExtendedBeforeInit), Some(255)));
    assert_eq!(first(&[0, 0, 0, 1, 77]), (Err(Fatal::BeforeInit(77)), Some(255)));
}

#[test]
fn what_it_was_asked_before_it_exits_is_answered() {
    let mut machine = Machine::new();
    let stat = Request::Stat("images/ap3g3".into()).with_id(1).to_bytes();
    machine.send(&[&stat[..], b"\0\0\0\x01\x03", &stat[..]].concat());
    assert!(machine.received().is_some());
    assert!(machine.received().is_none());
    assert_eq!(machine.session.handle(Duration::ZERO, &stat), Ok(()), "it is gone");
    assert!(!machine.session.wants_input());
}

#[test]
fn within_sshd_a_fatal_error_leaves_no_word_of_open_files() {
    let mut machine = Machine::with(options("-l VERBOSE"), Process { internal: true, ..process() });
    machine.greet();
    machine.open("empty", OpenFlags::READ);
    machine.log();
    machine.send(b"\0\0\0\x01\x03");
    assert_eq!(machine.log(), ["fatal: process: parse ID: incomplete message"]);
}

#[test]
fn unknown_requests_are_not_answered() {
    let (log, exited) = after_greeting(b"\0\0\0\x05\x63\0\0\0\x01");
    assert_eq!((log, exited), (vec!["error: Unknown message 99".into()], None));
}

#[test]
fn no_more_is_opened_than_the_system_lets() {
    let mut machine = Machine::new();
    let mut answers = Vec::new();
    for number in 0..100_000 {
        let request = if number % 2 == 0 {
            Request::open("images/ap3g3", OpenFlags::READ)
        } else {
            Request::Opendir("images".into())
        };
        answers.push(matches!(machine.ask(request), Reply::Handle(_)));
        machine.log();
    }
    assert_eq!(answers.iter().filter(|opened| **opened).count(), 1021);
    assert!(answers[..1021].iter().all(|opened| *opened));
    assert_eq!(machine.status(Request::Close(5.into())), StatusCode::OK);
    assert_eq!(machine.open("empty", OpenFlags::READ).number(), Some(5));
    assert_eq!(machine.status(Request::open("nosuch", OpenFlags::READ)), StatusCode::FAILURE);
}

#[test]
fn a_client_that_does_not_read_is_not_answered() {
    let mut machine = Machine::new();
    let handle = machine.open("images/ap3g3", OpenFlags::READ);
    let mut requests = BytesMut::new();
    for id in 0..100 {
        Request::Read { handle: handle.clone(), offset: 0, length: 100_000 }.with_id(id).write(&mut requests);
    }
    machine.session.handle(Duration::ZERO, &requests).expect("packets");
    assert!(!machine.session.wants_input());
    // What it answered before it stopped: 1 MiB and the packet that went over it.
    machine.session.end();
    let waiting: usize =
        std::iter::from_fn(|| machine.session.poll_transmit()).map(|bytes| bytes.len()).sum();
    assert!((1 << 20..(1 << 20) + 100_100).contains(&waiting), "{waiting}");

    // One that reads again gets everything.
    let mut machine = Machine::new();
    let handle = machine.open("images/ap3g3", OpenFlags::READ);
    assert_eq!(handle.number(), Some(0));
    machine.session.handle(Duration::ZERO, &requests).expect("packets");
    machine.take();
    let answers = std::iter::from_fn(|| machine.received()).count();
    assert_eq!(answers, 100);
    assert!(machine.session.wants_input());
}

#[test]
fn events_that_nobody_takes_hold_up_requests() {
    let mut machine = Machine::new();
    let mut requests = BytesMut::new();
    for id in 0..10_000 {
        Request::Stat("x".into()).with_id(id).write(&mut requests);
    }
    machine.session.handle(Duration::ZERO, &requests).expect("packets");
    assert!(!machine.session.wants_input());
    machine.take();
    assert_eq!(machine.events().len(), 20_000);
    machine.take();
    assert_eq!(std::iter::from_fn(|| machine.received()).count(), 10_000);
}

proptest! {
    #[test]
    fn any_bytes_are_answered_or_refused(
        packets in vec((prop_oneof![1..21_u8, Just(200)], vec(prop_oneof![Just(0), any::<u8>()], 0..60)), 1..30),
        raw in vec(any::<u8>(), 0..50),
    ) {
        let mut machine = Machine::new();
        for (kind, rest) in packets {
            let length = u32::try_from(rest.len() + 1).expect("short");
            machine.send(&[&length.to_be_bytes()[..], &[kind], &rest].concat());
        }
        machine.send(&raw);
        machine.session.end();
        machine.take();
        prop_assert!(machine.log().last().is_some_and(|line| line == CLOSED));
        while machine.received().is_some() {}
    }

    #[test]
    fn no_name_leads_out_of_the_root(parts in vec(prop_oneof![Just(".."), Just("."), Just(""), Just("etc"), Just("calo"), Just("home"), Just("passwd")], 0..12), absolute in any::<bool>()) {
        let jailed = Process { root: "/home".into(), directory: "/calo".into(), ..process() };
        let mut machine = Machine::with(options(""), jailed);
        machine.greet();
        let path = format!("{}{}", if absolute { "/" } else { "" }, parts.join("/"));
        // Only the root has `home` and `etc`; `passwd` is the only file that could be read.
        if let Reply::Handle(handle) = machine.ask(Request::open(path.as_str(), OpenFlags::READ)) {
            let reply = machine.ask(Request::Read { handle, offset: 0, length: 10 });
            prop_assert!(!matches!(reply, Reply::Data(_)), "{path}");
        }
        if let Reply::Name(names) = machine.ask(Request::Realpath(path.as_str().into())) {
            prop_assert!(!names[0].filename.to_string().contains("passwd") || parts.last() == Some(&"passwd"));
        }
    }
}

#[test]
fn the_longest_packet_is_taken() {
    let mut machine = Machine::new();
    let name = "x".repeat(FRAME_MAX as usize - 9);
    assert_eq!(machine.status(Request::Stat(name.as_str().into())), StatusCode::BAD_MESSAGE);
    // Its line is cut.
    assert_eq!(machine.log()[0].len(), 500);
}
