//! What clients may write, and what the file system refuses.

use bytes::Bytes;
use files::FileSource;
use sftp::{Attributes, Extension, FileTimes, Handle, OpenFlags, Owner, Reply, Request, StatusCode};

use crate::sftp_server::machine::{Machine, options, process};

const PUT: OpenFlags = OpenFlags(OpenFlags::WRITE.0 | OpenFlags::CREAT.0 | OpenFlags::TRUNC.0);

fn write(handle: &Handle, offset: u64, data: &'static [u8]) -> Request {
    Request::Write { handle: handle.clone(), offset, data: Bytes::from_static(data) }
}

#[test]
fn a_file_is_put_where_the_user_may_write() {
    let mut machine = Machine::new();
    let attributes = Attributes { permissions: Some(0o100_666), ..Attributes::none() };
    let put = Request::Open { path: "new".into(), flags: PUT, attributes };
    let Reply::Handle(handle) = machine.ask(put) else { panic!("a handle") };
    assert_eq!(machine.status(write(&handle, 0, b"first ")), StatusCode::OK);
    assert_eq!(machine.status(write(&handle, 6, b"second")), StatusCode::OK);
    assert_eq!(machine.status(Extension::Fsync(handle.clone()).into()), StatusCode::OK);
    assert_eq!(machine.status(Request::Close(handle)), StatusCode::OK);
    let metadata = machine.tree.stat("/home/calo/new").expect("made");
    assert_eq!((&*metadata.owner, &*metadata.group, metadata.mode), ("calo", "calo", 0o644));
    assert_eq!(machine.read_all("new"), b"first second"[..]);
    assert_eq!(
        machine.log()[..3],
        [
            "open \"new\" flags WRITE,CREATE,TRUNCATE mode 0100666",
            "fsync \"new\"",
            "close \"new\" bytes read 0 written 12",
        ]
    );
}

#[test]
fn a_file_is_refused_where_the_user_may_not_write() {
    let mut machine = Machine::new();
    for (path, flags, status) in [
        ("images/new", PUT, StatusCode::PERMISSION_DENIED),
        ("images/group", PUT, StatusCode::PERMISSION_DENIED),
        ("closed/new", PUT, StatusCode::PERMISSION_DENIED),
        ("nosuch/new", PUT, StatusCode::NO_SUCH_FILE),
        ("empty/new", PUT, StatusCode::NO_SUCH_FILE),
        ("images", PUT, StatusCode::FAILURE),
        ("new/", PUT, StatusCode::FAILURE),
        ("..", PUT, StatusCode::FAILURE),
        ("empty", PUT | OpenFlags::EXCL, StatusCode::FAILURE),
        ("new", OpenFlags::WRITE, StatusCode::NO_SUCH_FILE),
        ("images/group", OpenFlags::READ | OpenFlags::TRUNC, StatusCode::PERMISSION_DENIED),
    ] {
        assert_eq!(machine.status(Request::open(path, flags)), status, "{path} {flags:?}");
    }
    assert!(machine.tree.stat("/home/calo/images/new").is_err());
    assert_eq!(machine.read_all("images/group"), b"for the group"[..]);
}

#[test]
fn a_file_is_written_from_its_start_to_its_end_only() {
    let mut machine = Machine::new();
    let handle = machine.open("empty", OpenFlags::WRITE | OpenFlags::READ);
    assert_eq!(machine.status(write(&handle, 0, b"abc")), StatusCode::OK);
    assert_eq!(machine.status(write(&handle, 1, b"x")), StatusCode::FAILURE);
    assert_eq!(machine.status(write(&handle, u64::MAX, b"x")), StatusCode::BAD_MESSAGE);
    assert_eq!(machine.status(write(&handle, 3, b"")), StatusCode::OK);
    // It reads what it wrote.
    match machine.ask(Request::Read { handle: handle.clone(), offset: 1, length: 10 }) {
        Reply::Data(data) => assert_eq!(data, b"bc"[..]),
        other => panic!("{other:?}"),
    }
    assert_eq!(
        machine.log()[1..],
        [
            "error: process_write: seek \"empty\": Illegal seek",
            "sent status Failure",
            "error: process_write: seek \"empty\": Invalid argument",
            "sent status Bad message",
        ]
    );
}

#[test]
fn what_is_open_otherwise_is_a_bad_descriptor() {
    let mut machine = Machine::new();
    let reading = machine.open("empty", OpenFlags::READ);
    let writing = machine.open("empty", OpenFlags::WRITE);
    let directory = machine.open("images", OpenFlags::READ);
    assert_eq!(machine.status(write(&reading, 0, b"x")), StatusCode::NO_SUCH_FILE);
    let read = |handle: &Handle| Request::Read { handle: handle.clone(), offset: 0, length: 9 };
    assert_eq!(machine.status(read(&writing)), StatusCode::NO_SUCH_FILE);
    assert_eq!(machine.status(read(&directory)), StatusCode::FAILURE);
    assert_eq!(machine.status(read(&9.into())), StatusCode::FAILURE);
    let errors: Vec<String> = machine.log().into_iter().filter(|line| line.starts_with("error")).collect();
    assert_eq!(
        errors,
        [
            "error: process_write: write \"empty\": Bad file descriptor",
            "error: process_read: read \"empty\": Bad file descriptor",
            "error: process_read: read \"images\": Is a directory",
        ]
    );
    // Not from its start, as it has bytes already: those cannot be written around here.
    machine.tree.set_owner("/home/calo/images/group", "calo", "calo").expect("is there");
    let appending = machine.open("images/group", OpenFlags::WRITE | OpenFlags::APPEND);
    assert_eq!(machine.status(write(&appending, 0, b"x")), StatusCode::FAILURE);
    assert_eq!(machine.read_all("images/group"), b"for the group"[..]);
}

#[test]
fn a_full_disk_is_a_failure() {
    let mut machine = Machine::new();
    machine.tree.set_space(5);
    let handle = machine.open("new", PUT);
    assert_eq!(machine.status(write(&handle, 0, b"12345")), StatusCode::OK);
    assert_eq!(machine.status(write(&handle, 5, b"6")), StatusCode::FAILURE);
    assert_eq!(machine.log()[1], "error: process_write: write \"new\": No space left on device");
}

#[test]
fn sizes_can_be_set_to_nothing() {
    let mut machine = Machine::new();
    let size = |size| Attributes { size: Some(size), ..Attributes::none() };
    let mut set =
        |path: &str, bytes| machine.status(Request::Setstat { path: path.into(), attributes: size(bytes) });
    assert_eq!(set("images/ap3g3", 100_000), StatusCode::OK);
    assert_eq!(set("images/ap3g3", 1 << 60), StatusCode::PERMISSION_DENIED);
    assert_eq!(set("images/ap3g3", u64::MAX), StatusCode::BAD_MESSAGE);
    assert_eq!(set("images/group", 0), StatusCode::PERMISSION_DENIED);
    assert_eq!(set("images", 0), StatusCode::FAILURE);
    assert_eq!(set("images/ap3g3", 0), StatusCode::OK);
    assert_eq!(machine.attributes(Request::Stat("images/ap3g3".into())).size, Some(0));
    let handle = machine.open("new", PUT);
    machine.status(write(&handle, 0, b"12345"));
    let mut fset =
        |bytes| machine.status(Request::Fsetstat { handle: handle.clone(), attributes: size(bytes) });
    assert_eq!([5, 9, 0].map(&mut fset), [StatusCode::OK, StatusCode::PERMISSION_DENIED, StatusCode::OK]);
    assert_eq!(machine.attributes(Request::Fstat(handle)).size, Some(0));
}

#[test]
fn the_rest_is_refused_as_the_kernel_would() {
    let mut machine = Machine::new();
    let denied = StatusCode::PERMISSION_DENIED;
    let none = Attributes::none;
    for (request, status) in [
        (Request::Remove("empty".into()), denied),
        (Request::Remove("images".into()), StatusCode::FAILURE),
        (Request::Remove("nosuch".into()), StatusCode::NO_SUCH_FILE),
        (Request::Mkdir { path: "new".into(), attributes: none() }, denied),
        (Request::Mkdir { path: "images".into(), attributes: none() }, StatusCode::FAILURE),
        (Request::Mkdir { path: "no/such".into(), attributes: none() }, StatusCode::NO_SUCH_FILE),
        (Request::Rmdir("images".into()), denied),
        (Request::Rmdir("empty".into()), StatusCode::NO_SUCH_FILE),
        (Request::Rmdir(".".into()), StatusCode::BAD_MESSAGE),
        (Request::Rmdir("/".into()), StatusCode::FAILURE),
        (Request::Rename { old: "empty".into(), new: "new".into() }, denied),
        (Request::Rename { old: "empty".into(), new: "images".into() }, StatusCode::FAILURE),
        (Request::Rename { old: "images".into(), new: "empty".into() }, StatusCode::FAILURE),
        (Request::Rename { old: "nosuch".into(), new: "new".into() }, StatusCode::NO_SUCH_FILE),
        (Request::Readlink("empty".into()), StatusCode::BAD_MESSAGE),
        (Request::Readlink("nosuch".into()), StatusCode::NO_SUCH_FILE),
        (Request::Symlink { target: "x".into(), link: "new".into() }, denied),
        (Request::Symlink { target: "x".into(), link: "empty".into() }, StatusCode::FAILURE),
        (Extension::PosixRename { old: "empty".into(), new: "new".into() }.into(), denied),
        (Extension::Hardlink { old: "empty".into(), new: "new".into() }.into(), denied),
    ] {
        assert_eq!(machine.status(request.clone()), status, "{request:?}");
    }
    assert!(machine.tree.stat("/home/calo/empty").is_ok());
}

#[test]
fn every_change_is_said() {
    let mut machine = Machine::with(options("-l INFO"), process());
    machine.greet();
    machine.log();
    let attributes = Attributes {
        size: Some(0),
        owner: Some(Owner { uid: 0, gid: 7 }),
        permissions: Some(0o644),
        times: Some(FileTimes { accessed: 0, modified: 1_706_650_895 }),
        extended: Vec::new(),
    };
    let set = Request::Setstat { path: "empty".into(), attributes: attributes.clone() };
    assert_eq!(machine.status(set), StatusCode::PERMISSION_DENIED);
    let lines = machine.log();
    assert_eq!(
        lines,
        [
            "set \"empty\" size 0",
            "set \"empty\" mode 0644",
            "set \"empty\" modtime 20240130-21:41:35",
            "set \"empty\" owner 0 group 7",
            "sent status Permission denied",
        ]
    );
    let link = Extension::Lsetstat { path: "empty".into(), attributes };
    assert_eq!(machine.status(link.into()), StatusCode::BAD_MESSAGE);
    assert_eq!(machine.log(), ["sent status Bad message"]);
}
