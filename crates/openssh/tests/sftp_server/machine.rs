//! A session over a tree of files, and what a client says to it.

use std::rc::Rc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use files::{File, Group, Tree, User};
use image::Content;
use openssh::LogLevel;
use openssh::sftp_server::{Ids, Options, Process, Session, SftpServerEvent, message};
use sftp::{
    Attributes, ClientPacket, FrameReader, Handle, NameEntry, OpenFlags, Reply, Request, ServerPacket,
    StatusCode,
};

/// What `ap3g3` holds.
pub(super) static IMAGE: [u8; 100_000] = [7; 100_000];

pub(super) struct Machine {
    pub session: Session,
    pub tree: Tree,
    frames: FrameReader,
    events: Vec<SftpServerEvent>,
    next_id: u32,
}

pub(super) fn process() -> Process {
    let group = |name: &str, gid| Group { name: name.into(), gid: Some(gid) };
    let mut ids = Ids::new();
    ids.insert_user("calo", 1000);
    ids.insert_group("calo", 1000);
    ids.insert_group("sftp", 1002);
    Process {
        user: User {
            name: "calo".into(),
            uid: Some(1000),
            groups: vec![group("calo", 1000), group("sftp", 1002)],
        },
        home: "/home/calo".into(),
        directory: "/home/calo".into(),
        root: "/".into(),
        client: "172.16.4.26".into(),
        internal: false,
        ids: Rc::new(ids),
        // 2024-01-30 21:41:35 UTC.
        started: Duration::from_secs(1_706_650_895),
    }
}

/// `/home/calo/images/ap3g3` and what one meets besides.
pub(super) fn tree() -> Tree {
    let tree = Tree::new();
    let file = |bytes: &[u8]| File::new(Content::from_vec(bytes.to_vec()));
    let put = |path: &str, file: File| tree.insert(path, file).expect("fits");
    put("/home/calo/images/ap3g3", file(&IMAGE).with_owner("calo", "calo"));
    put("/home/calo/images/noperm", file(b"secret").with_mode(0o600));
    put("/home/calo/images/group", file(b"for the group").with_mode(0o640).with_owner("root", "sftp"));
    put("/home/calo/closed/file", file(b"secret"));
    put("/home/calo/empty", file(b"").with_owner("calo", "calo"));
    put("/etc/passwd", file(b"root:x:0:0:"));
    tree.set_owner("/home/calo", "calo", "calo").expect("is there");
    tree.set_mode("/home/calo/closed", 0o700).expect("is there");
    tree
}

pub(super) fn options(line: &str) -> Options {
    Options::parse(line.split_whitespace()).expect("options")
}

impl Machine {
    /// One that has greeted, at VERBOSE.
    pub(super) fn new() -> Self {
        let mut machine = Self::with(options("-l VERBOSE"), process());
        machine.greet();
        machine.log();
        machine
    }

    pub(super) fn with(options: Options, process: Process) -> Self {
        let tree = tree();
        let session = Session::new(options, process, Rc::new(tree.clone()));
        Self { session, tree, frames: FrameReader::new(), events: Vec::new(), next_id: 0 }
    }

    pub(super) fn greet(&mut self) -> ServerPacket {
        self.send(&ClientPacket::init().to_bytes());
        self.received().expect("a version")
    }

    /// Sends bytes, whatever becomes of it.
    pub(super) fn send(&mut self, bytes: &[u8]) {
        let _ = self.session.handle(Duration::ZERO, bytes);
        self.take();
    }

    pub(super) fn take(&mut self) {
        while let Some(bytes) = self.session.poll_transmit() {
            self.frames.push(&bytes);
        }
        self.events.extend(std::iter::from_fn(|| self.session.poll_event()));
    }

    pub(super) fn received(&mut self) -> Option<ServerPacket> {
        let frame = self.frames.next().expect("packets")?;
        Some(ServerPacket::parse(frame).expect("a packet"))
    }

    pub(super) fn ask(&mut self, request: Request) -> Reply {
        self.next_id += 1;
        self.send(&request.with_id(self.next_id).to_bytes());
        match self.received() {
            Some(ServerPacket::Reply { id, reply }) if id == self.next_id => reply,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn status(&mut self, request: Request) -> StatusCode {
        match self.ask(request) {
            Reply::Status(status) => status.code,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn open(&mut self, path: &str, flags: OpenFlags) -> Handle {
        match self.ask(Request::open(path, flags)) {
            Reply::Handle(handle) => handle,
            other => panic!("{path}: {other:?}"),
        }
    }

    pub(super) fn attributes(&mut self, request: Request) -> Attributes {
        match self.ask(request) {
            Reply::Attrs(attributes) => attributes,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn names(&mut self, request: Request) -> Vec<NameEntry> {
        match self.ask(request) {
            Reply::Name(names) => names,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn read_all(&mut self, path: &str) -> Bytes {
        let handle = self.open(path, OpenFlags::READ);
        let mut read = BytesMut::new();
        loop {
            let offset = read.len() as u64;
            match self.ask(Request::Read { handle: handle.clone(), offset, length: 32_768 }) {
                Reply::Data(data) => read.extend_from_slice(&data),
                Reply::Status(status) => {
                    assert_eq!(status.code, StatusCode::EOF);
                    break;
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(self.status(Request::Close(handle)), StatusCode::OK);
        read.freeze()
    }

    /// The lines since the last call.
    pub(super) fn log(&mut self) -> Vec<String> {
        let events = std::mem::take(&mut self.events);
        events.iter().filter(|event| event.logged).map(|event| message(&event.kind)).collect()
    }

    pub(super) fn events(&mut self) -> Vec<SftpServerEvent> {
        std::mem::take(&mut self.events)
    }
}

/// The levels, from the least to the most.
pub(super) const LEVELS: [(&str, LogLevel); 8] = [
    ("QUIET", LogLevel::Quiet),
    ("FATAL", LogLevel::Fatal),
    ("ERROR", LogLevel::Error),
    ("INFO", LogLevel::Info),
    ("VERBOSE", LogLevel::Verbose),
    ("DEBUG1", LogLevel::Debug1),
    ("DEBUG2", LogLevel::Debug2),
    ("DEBUG3", LogLevel::Debug3),
];
