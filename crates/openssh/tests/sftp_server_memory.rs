//! Whatever clients ask for, sftp-server holds no more than its limits let it: an allocator counts. A single test, as there is one
//! allocator to a process.

use std::alloc::System;
use std::rc::Rc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use files::{File, Tree, User};
use image::Content;
use openssh::sftp_server::{Ids, Options, Process, Session};
use sftp::{ClientPacket, Extension, OpenFlags, Request};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What may wait: 1 MiB of answers and one more, 4,096 events with their names, 1,021 open files with theirs, and a packet.
const MOST: usize = 8 << 20;
/// How many requests each client makes.
const REQUESTS: u32 = 100_000;
/// As much as sshd hands in at once.
const CHUNK: usize = 32 << 10;

/// What a client asks for, by number.
type Asked = Box<dyn Fn(u32) -> Request>;

fn session() -> Session {
    let tree = Tree::new();
    tree.insert("/image", File::new(Content::from_vec(vec![7; 1 << 20]))).expect("fits");
    tree.insert_directory("/sub").expect("fits");
    let process = Process {
        user: User::root(),
        home: "/".into(),
        directory: "/".into(),
        root: "/".into(),
        client: "192.0.2.1".into(),
        internal: false,
        ids: Rc::new(Ids::new()),
        started: Duration::ZERO,
    };
    Session::new(Options::parse(["-l", "DEBUG3"]).expect("options"), process, Rc::new(tree))
}

/// The most that a session held while a client asked, and took answers only where nothing else went on.
fn held(request: impl Fn(u32) -> Request) -> usize {
    let region = Region::new(ALLOCATOR);
    let mut most = 0;
    let mut session = session();
    let mut input = ClientPacket::init().to_bytes();
    let mut next = 0;
    while next < REQUESTS {
        let change = region.change();
        most = most.max(change.bytes_allocated - change.bytes_deallocated.min(change.bytes_allocated));
        if session.wants_input() {
            session.handle(Duration::ZERO, &input).expect("well-formed packets");
            let mut more = BytesMut::new();
            while more.len() < CHUNK && next < REQUESTS {
                request(next).with_id(next).write(&mut more);
                next += 1;
            }
            input = more.freeze();
        } else if session.poll_event().is_none() {
            session.poll_transmit().expect("one of them holds it up");
        }
    }
    most
}

#[test]
fn memory_has_an_end() {
    let long = "x".repeat(200);
    let requests: [(&str, Asked); 6] = [
        ("open", Box::new(|_| Request::open("image", OpenFlags::READ))),
        ("opendir", Box::new(|_| Request::Opendir("sub".into()))),
        ("open nothing", Box::new(move |_| Request::open(long.as_str(), OpenFlags::READ))),
        ("realpath", Box::new(|_| Request::Realpath(".".into()))),
        ("limits", Box::new(|_| Extension::Limits.into())),
        (
            "make and write",
            Box::new(|number| match number % 2 {
                0 => Request::open("new", OpenFlags::WRITE | OpenFlags::CREAT | OpenFlags::TRUNC),
                _ => Request::Write { handle: 0.into(), offset: 0, data: Bytes::from_static(b"x") },
            }),
        ),
    ];
    for (name, request) in requests {
        let held = held(request);
        // The tree's own file is of 1 MiB.
        assert!(held < MOST + (1 << 20), "{name}: {held} bytes");
    }
}
