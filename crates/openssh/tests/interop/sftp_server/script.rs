//! What is asked.

use bytes::Bytes;
use sftp::{
    Attributes, ClientPacket, Extension, FileTimes, Handle, OpenFlags, Owner, Request, ServerPacket, Text,
};

/// One packet.
pub(super) struct Step {
    pub name: &'static str,
    pub packet: Bytes,
    /// Whether it is answered.
    pub answered: bool,
}

/// An answer without its length.
pub(super) fn parse(answer: Bytes) -> ServerPacket {
    ServerPacket::parse(answer).expect("a packet")
}

#[derive(Default)]
struct Script(Vec<Step>);

impl Script {
    fn greet() -> Self {
        let mut script = Self::default();
        script.raw("init", &ClientPacket::init().to_bytes(), true);
        script
    }

    fn raw(&mut self, name: &'static str, packet: &[u8], answered: bool) {
        self.0.push(Step { name, packet: Bytes::copy_from_slice(packet), answered });
    }

    fn ask(&mut self, name: &'static str, request: impl Into<Request>) {
        let id = u32::try_from(self.0.len()).expect("short");
        let packet = request.into().with_id(id).to_bytes();
        self.raw(name, &packet, true);
    }

    /// Asks the same of many names.
    fn each(&mut self, name: &'static str, names: &[&str], request: impl Fn(Text) -> Request) {
        for path in names {
            self.ask(name, request((*path).into()));
        }
        self.ask(name, request(Text::new(&b"\xff\n\t\\ \x01"[..])));
    }
}

const READ: OpenFlags = OpenFlags::READ;
const WRITE: OpenFlags = OpenFlags::WRITE;
const CREAT: OpenFlags = OpenFlags::CREAT;

/// Names of every kind.
const NAMES: [&str; 20] = [
    "",
    ".",
    "..",
    "image",
    "./image",
    "image/",
    "image/.",
    "image/more",
    "sub",
    "sub/",
    "sub/../image",
    "nosuch",
    "nosuch/",
    "nosuch/..",
    "sub/nosuch",
    "closed",
    "closed/file",
    "noperm",
    "empty",
    "special",
];

fn handle(number: u32) -> Handle {
    number.into()
}

fn read(number: u32, offset: u64, length: u32) -> Request {
    Request::Read { handle: handle(number), offset, length }
}

fn write(number: u32, offset: u64, data: &'static [u8]) -> Request {
    Request::Write { handle: handle(number), offset, data: Bytes::from_static(data) }
}

/// What a client asks that fetches a file, and more of it.
pub(super) fn reading() -> Vec<Step> {
    let mut script = Script::greet();
    script.ask("limits", Extension::Limits);
    script.ask("realpath", Request::Realpath(".".into()));
    script.ask("stat", Request::Stat("image".into()));
    script.ask("lstat", Request::Lstat("image".into()));
    script.ask("open", Request::open("image", READ));
    script.ask("fstat", Request::Fstat(handle(0)));
    script.ask("read", read(0, 0, 32_768));
    script.ask("read more", read(0, 32_768, 261_120));
    script.ask("read at the end", read(0, 70_000, 261_120));
    script.ask("read nothing", read(0, 10, 0));
    script.ask("read too much", read(0, 10, 300_000));
    script.ask("read far", read(0, 1 << 40, 10));
    script.ask("read farther", read(0, u64::MAX, 10));
    script.ask("close", Request::Close(handle(0)));
    script.ask("close again", Request::Close(handle(0)));
    script.0
}

/// `owns` says whether files that were made are the user's: ours are made by the process of the test.
pub(super) fn everything(owns: bool) -> Vec<Step> {
    let mut script = Script(reading());
    let long = "x".repeat(256);
    let longer = "x/".repeat(2048);
    let mut names = NAMES.to_vec();
    names.extend([long.as_str(), longer.as_str()]);
    script.each("realpath", &names, Request::Realpath);
    script.each("stat", &names, Request::Stat);
    script.each("lstat", &names, Request::Lstat);
    script.each("readlink", &names, Request::Readlink);
    script.each("expand", &names, |path| Extension::ExpandPath(path).into());
    script.each("expand", &["~", "~/", "~/sub/..", "~nosuchuser", "~nosuchuser/x"], |path| {
        Extension::ExpandPath(path).into()
    });
    opening(&mut script, &names);
    directories(&mut script);
    writing(&mut script, owns);
    refused(&mut script);
    script.ask("left open", Request::open("image", READ));
    script.ask("left open", Request::Opendir("sub".into()));
    script.ask("left open", read(0, 0, 100));
    // The last, as a live one leaves what came along with it until more comes.
    script.raw("unknown", b"\0\0\0\x05\x63\0\0\0\x01", false);
    script.0
}

fn opening(script: &mut Script, names: &[&str]) {
    for name in names {
        script.ask("open", Request::open(*name, READ));
        script.ask("fstat", Request::Fstat(handle(0)));
        script.ask("read", read(0, 0, 10));
        script.ask("read back", read(0, 5, 10));
        script.ask("fsync", Extension::Fsync(handle(0)));
        script.ask("close", Request::Close(handle(0)));
    }
    for flags in [OpenFlags::default(), OpenFlags(0x40), OpenFlags::APPEND, READ | OpenFlags::EXCL] {
        script.ask("open with flags", Request::open("image", flags));
        script.ask("read", read(0, 0, 10));
        script.ask("write", write(0, 0, b"x"));
        script.ask("close", Request::Close(handle(0)));
    }
    for bad in [
        handle(9),
        handle(u32::MAX),
        Handle::new(&b"abc"[..]),
        Handle::new(vec![0; 255]),
        Handle::new(vec![0; 300]),
    ] {
        script.ask("close bad handle", Request::Close(bad.clone()));
        script.ask("read bad handle", Request::Read { handle: bad.clone(), offset: 1, length: 2 });
        script.ask(
            "write bad handle",
            Request::Write { handle: bad.clone(), offset: 1, data: Bytes::from_static(b"x") },
        );
        script.ask("fstat bad handle", Request::Fstat(bad.clone()));
        script.ask("readdir bad handle", Request::Readdir(bad.clone()));
        script.ask("fsync bad handle", Extension::Fsync(bad.clone()));
        script.ask("fstatvfs bad handle", Extension::Fstatvfs(bad.clone()));
        script.ask("fsetstat bad handle", Request::Fsetstat { handle: bad, attributes: Attributes::none() });
    }
}

fn directories(script: &mut Script) {
    for name in ["sub", "sub/", ".", "closed", "image", "nosuch", "", "sub/inner"] {
        script.ask("opendir", Request::Opendir(name.into()));
        script.ask("readdir", Request::Readdir(handle(0)));
        script.ask("readdir again", Request::Readdir(handle(0)));
        script.ask("read of a directory", read(0, 0, 10));
        script.ask("fstat of a directory", Request::Fstat(handle(0)));
        script.ask("fsync of a directory", Extension::Fsync(handle(0)));
        script.ask("close", Request::Close(handle(0)));
    }
    // The last that was given back is the first to be given out.
    for _ in 0..4 {
        script.ask("open", Request::open("image", READ));
    }
    for number in [1, 3, 0] {
        script.ask("close", Request::Close(handle(number)));
    }
    for _ in 0..4 {
        script.ask("open", Request::open("image", READ));
    }
    for number in 0..5 {
        script.ask("close", Request::Close(handle(number)));
    }
}

fn writing(script: &mut Script, owns: bool) {
    let with_mode = |path: &str, flags, mode| Request::Open {
        path: path.into(),
        flags,
        attributes: Attributes { permissions: Some(mode), ..Attributes::none() },
    };
    for (path, mode) in [("new", 0o100_664), ("readonly", 0o400)] {
        script.ask("make", with_mode(path, WRITE | CREAT | OpenFlags::TRUNC, mode));
        script.ask("write", write(0, 0, b"first "));
        script.ask("write more", write(0, 6, b"second"));
        script.ask("write nothing", write(0, 12, b""));
        script.ask("write farther than far", write(0, u64::MAX, b"x"));
        script.ask("read what is for writing", read(0, 0, 10));
        script.ask("fsync", Extension::Fsync(handle(0)));
        script.ask("same size", Request::Fsetstat { handle: handle(0), attributes: size(12) });
        script.ask("empty it", Request::Fsetstat { handle: handle(0), attributes: size(0) });
        script.ask("close", Request::Close(handle(0)));
        script.ask("make again", with_mode(path, WRITE | CREAT | OpenFlags::EXCL, mode));
        if !owns {
            continue;
        }
        script.ask("write again", with_mode(path, WRITE | CREAT | OpenFlags::TRUNC, mode));
        script.ask("close", Request::Close(handle(0)));
    }
    script.ask("both", Request::open("both", READ | WRITE | CREAT));
    script.ask("write", write(0, 0, b"written"));
    script.ask("read", read(0, 3, 100));
    script.ask("close", Request::Close(handle(0)));
    for (path, flags) in [
        ("image/new", WRITE | CREAT),
        ("nosuch/new", WRITE | CREAT),
        ("closed/new", WRITE | CREAT),
        ("sub", WRITE | CREAT),
        ("sub", READ | CREAT),
        ("sub", WRITE),
        ("sub", READ | OpenFlags::TRUNC),
        ("new/", WRITE | CREAT),
        ("brandnew/", WRITE | CREAT),
        (".", WRITE | CREAT),
        ("..", WRITE | CREAT),
        ("nosuch", WRITE),
        ("empty", READ | CREAT | OpenFlags::EXCL),
        ("", READ | CREAT),
    ] {
        script.ask("open to write", Request::open(path, flags));
        script.ask("close", Request::Close(handle(0)));
    }
    for path in ["sub/new", "noperm"] {
        script.ask("open to append", Request::open(path, OpenFlags::APPEND | CREAT));
        script.ask("close", Request::Close(handle(0)));
    }
    script.ask("open without mode", Request::open("masked", READ | CREAT));
    script.ask("fstat", Request::Fstat(handle(0)));
    script.ask("empty what is for reading", Request::Fsetstat { handle: handle(0), attributes: size(0) });
    script.ask("close", Request::Close(handle(0)));
}

fn size(size: u64) -> Attributes {
    Attributes { size: Some(size), ..Attributes::none() }
}

/// What a real file system refuses too.
fn refused(script: &mut Script) {
    let none = Attributes::none;
    for path in ["image/x", "nosuch/x", "sub/inner/nosuch/x", "sub", "image", ".", ""] {
        script.ask("mkdir", Request::Mkdir { path: path.into(), attributes: none() });
        script.ask("symlink", Request::Symlink { target: "x".into(), link: path.into() });
        script.ask("hardlink", Extension::Hardlink { old: "image".into(), new: path.into() });
        script.ask("rename", Request::Rename { old: "image".into(), new: path.into() });
    }
    for path in ["image/x", "nosuch", "nosuch/", "image/", "image", ".", "closed/nosuch"] {
        script.ask("rmdir", Request::Rmdir(path.into()));
    }
    for path in ["sub", "sub/", "nosuch", "nosuch/", "image/", ".", "..", "closed/nosuch"] {
        script.ask("remove", Request::Remove(path.into()));
    }
    for path in ["nosuch", "nosuch/x", "image/x", "closed/nosuch", ""] {
        script.ask("rename from nothing", Request::Rename { old: path.into(), new: "x".into() });
        script.ask("posix-rename from nothing", Extension::PosixRename { old: path.into(), new: "x".into() });
        script.ask("hardlink from nothing", Extension::Hardlink { old: path.into(), new: "x".into() });
        script.ask("statvfs", Extension::Statvfs(path.into()));
        for attributes in [
            size(0),
            Attributes { permissions: Some(0o100_644), ..none() },
            Attributes { owner: Some(Owner { uid: 1, gid: 2 }), ..none() },
            Attributes { times: Some(FileTimes { accessed: 1, modified: 1_600_000_000 }), ..none() },
            Attributes { extended: vec![("who@where".into(), Bytes::from_static(b"what"))], ..none() },
        ] {
            script.ask("setstat", Request::Setstat { path: path.into(), attributes: attributes.clone() });
            script.ask("lsetstat", Extension::Lsetstat { path: path.into(), attributes });
        }
    }
    script.ask("symlink to nothing", Request::Symlink { target: "".into(), link: "x".into() });
    script.ask("size of a directory", Request::Setstat { path: "sub".into(), attributes: size(0) });
    script.ask("its own size", Request::Setstat { path: "empty".into(), attributes: size(0) });
    script.ask("nothing", Request::Setstat { path: "nosuch".into(), attributes: none() });
    script.ask("unknown", Request::Extended { request: "x@y".into(), data: Bytes::from_static(b"abc") });
    let version_2 = ClientPacket::Init { version: 2, extensions: Vec::new() };
    script.raw("another greeting", &version_2.to_bytes(), true);
    script.ask("no words", Request::Stat("nosuch".into()));
    script.raw("and another", b"\0\0\0\x08\x01\0\0\0\x06\0\0\0", true);
    script.raw("more than its fields", b"\0\0\0\x12\x11\0\0\0\x01\0\0\0\x05imageMORE", true);
    script.raw("a NUL at the end", b"\0\0\0\x0f\x11\0\0\0\x01\0\0\0\x06image\0", true);
}

/// What ends a session, each after a greeting and with a file open, or as the first packet.
pub(super) fn fatal() -> Vec<Vec<Step>> {
    let mut scripts = Vec::new();
    let packets: [&[u8]; 15] = [
        b"\0\0\0\x07\x11\0\0\0\x01\0\0",
        b"\0\0\0\x09\x03\0\0\0\x01\0\0\0\x09",
        b"\0\0\0\x0a\x03\0\0\0\x01\0\0\0\x01a",
        b"\0\0\0\x09\x04\0\0\0\x01\0\0\0\x09",
        b"\0\0\0\x0d\x05\0\0\0\x01\0\0\0\x04\0\0\0\0",
        b"\0\0\0\x09\x06\0\0\0\x01\0\0\0\x04",
        b"\0\0\0\x09\x10\0\0\0\x01\xff\xff\xff\xff",
        b"\0\0\0\x0c\x11\0\0\0\x01\0\0\0\x03a\0b",
        b"\0\0\0\x0d\x12\0\0\0\x01\0\0\0\x01a\0\0\0",
        b"\0\0\0\x03\x11\0\0",
        b"\0\0\0\x03\xc8\0\0",
        b"\0\0\0\x07\xc8\0\0\0\x01\0\0",
        b"\0\0\0\x1d\xc8\0\0\0\x01\0\0\0\x12statvfs@openssh.com\0",
        b"\0\0\0\x02\x01\x03",
        b"\0\x04\0\x01\x03",
    ];
    for packet in packets {
        let mut script = Script::greet();
        script.ask("open", Request::open("image", READ));
        script.raw("fatal", packet, true);
        scripts.push(script.0);
    }
    let firsts: [&[u8]; 4] = [
        b"\0\0\0\x0a\x11\0\0\0\x01\0\0\0\x01a",
        b"\0\0\0\x05\xc8\0\0\0\x01",
        b"\0\0\0\x05\x63\0\0\0\x01",
        b"\0\0\0\x02\x01\0",
    ];
    for packet in firsts {
        let mut script = Script::default();
        script.raw("first", packet, true);
        scripts.push(script.0);
    }
    scripts
}
