//! What clients get.

use openssh::sftp_server::Process;
use sftp::{Extension, Limits, OpenFlags, Reply, Request, Status, StatusCode, Text};

use crate::sftp_server::machine::{IMAGE, Machine, options, process};

#[test]
fn files_are_found_as_the_user_may_find_them() {
    let mut machine = Machine::new();
    for (path, status) in [
        ("images/nosuch", StatusCode::NO_SUCH_FILE),
        ("images/ap3g3/more", StatusCode::NO_SUCH_FILE),
        ("images/ap3g3/", StatusCode::NO_SUCH_FILE),
        ("closed/file", StatusCode::PERMISSION_DENIED),
        ("", StatusCode::NO_SUCH_FILE),
        (&"x".repeat(256), StatusCode::BAD_MESSAGE),
        (&"x/".repeat(2048), StatusCode::BAD_MESSAGE),
    ] {
        assert_eq!(machine.status(Request::Stat(path.into())), status, "{path}");
        assert_eq!(machine.status(Request::open(path, OpenFlags::READ)), status, "{path}");
    }
    assert_eq!(
        machine.status(Request::open("images/noperm", OpenFlags::READ)),
        StatusCode::PERMISSION_DENIED
    );
    // Who may search the directory may know of the file.
    assert_eq!(machine.attributes(Request::Stat("images/noperm".into())).size, Some(6));
    assert_eq!(machine.read_all("images/group"), b"for the group"[..]);
    assert_eq!(machine.read_all("/home/calo/images/../images//./ap3g3"), IMAGE[..]);
    let attributes = machine.attributes(Request::Lstat("images/ap3g3".into()));
    assert_eq!(attributes.permissions, Some(0o100_644));
    assert_eq!(attributes.owner, Some(sftp::Owner { uid: 1000, gid: 1000 }));
    assert_eq!(machine.attributes(Request::Stat(".".into())).permissions, Some(0o040_755));
}

#[test]
fn reads_end_where_the_file_ends() {
    let mut machine = Machine::new();
    let handle = machine.open("images/ap3g3", OpenFlags::READ);
    let mut read =
        |offset, length| match machine.ask(Request::Read { handle: handle.clone(), offset, length }) {
            Reply::Data(data) => Ok(data.len()),
            Reply::Status(status) => Err(status.code),
            other => panic!("{other:?}"),
        };
    assert_eq!(read(0, u32::MAX), Ok(100_000));
    assert_eq!(read(99_999, 10), Ok(1));
    assert_eq!(read(100_000, 10), Err(StatusCode::EOF));
    assert_eq!(read(5, 0), Ok(0));
    assert_eq!(read(i64::MAX as u64 + 1, 10), Err(StatusCode::BAD_MESSAGE));
}

#[test]
fn a_file_that_changes_is_read_on_as_it_was() {
    let mut machine = Machine::new();
    let handle = machine.open("images/ap3g3", OpenFlags::READ);
    machine.tree.remove("/home/calo/images").expect("is there");
    match machine.ask(Request::Read { handle: handle.clone(), offset: 99_990, length: 100 }) {
        Reply::Data(data) => assert_eq!(data, IMAGE[99_990..]),
        other => panic!("{other:?}"),
    }
    assert_eq!(machine.attributes(Request::Fstat(handle)).size, Some(100_000));
    assert_eq!(machine.status(Request::Stat("images/ap3g3".into())), StatusCode::NO_SUCH_FILE);
}

#[test]
fn paths_are_resolved_as_openssh_resolves_them() {
    let mut machine = Machine::new();
    let mut real = |path: &str| match machine.ask(Request::Realpath(path.into())) {
        Reply::Name(mut names) => Ok(names.remove(0).filename.to_string()),
        Reply::Status(status) => Err(status.code),
        other => panic!("{other:?}"),
    };
    for (path, resolved) in [
        ("", "/home/calo"),
        (".", "/home/calo"),
        ("..", "/home"),
        ("../../../..", "/"),
        ("/", "/"),
        ("//home//./calo/", "/home/calo"),
        ("images/ap3g3", "/home/calo/images/ap3g3"),
        ("images/ap3g3/", "/home/calo/images/ap3g3"),
        ("images/ap3g3/..", "/home/calo/images"),
        // The last part need not be there; those before it must.
        ("images/nosuch", "/home/calo/images/nosuch"),
    ] {
        assert_eq!(real(path), Ok(resolved.into()), "{path}");
    }
    for (path, status) in [
        ("nosuch/..", StatusCode::NO_SUCH_FILE),
        ("nosuch/", StatusCode::NO_SUCH_FILE),
        ("images/ap3g3/more", StatusCode::NO_SUCH_FILE),
        ("closed/file", StatusCode::PERMISSION_DENIED),
        (&"/x".repeat(2048), StatusCode::BAD_MESSAGE),
    ] {
        assert_eq!(real(path), Err(status), "{path}");
    }
    let name = Text::new(&b"\xff"[..]);
    let names = machine.names(Request::Realpath(name));
    assert_eq!(names[0].filename.as_bytes(), b"/home/calo/\xff");
}

#[test]
fn nothing_is_seen_outside_of_the_root() {
    let jailed = Process { root: "/home".into(), directory: "/".into(), ..process() };
    let mut machine = Machine::with(options(""), jailed);
    machine.greet();
    for path in ["/etc/passwd", "../etc/passwd", "/../../etc/passwd", "calo/../../etc/passwd", "/home/calo"] {
        assert_eq!(machine.status(Request::Stat(path.into())), StatusCode::NO_SUCH_FILE, "{path}");
        assert_eq!(machine.status(Request::open(path, OpenFlags::READ)), StatusCode::NO_SUCH_FILE, "{path}");
    }
    assert_eq!(machine.read_all("/calo/images/ap3g3"), IMAGE[..]);
    assert_eq!(machine.names(Request::Realpath("calo/..".into()))[0].filename, "/");
    let handle = match machine.ask(Request::Opendir("/..".into())) {
        Reply::Handle(handle) => handle,
        other => panic!("{other:?}"),
    };
    let names: Vec<String> =
        machine.names(Request::Readdir(handle)).iter().map(|entry| entry.filename.to_string()).collect();
    assert_eq!(names, [".", "..", "calo"]);
}

#[test]
fn directories_are_listed_in_pieces_of_a_hundred() {
    let mut machine = Machine::new();
    for number in 0..250 {
        let file = files::File::new(image::Content::from_vec(vec![0; number]));
        machine.tree.insert(&format!("/home/calo/many/f{number:03}"), file).expect("fits");
    }
    let Reply::Handle(handle) = machine.ask(Request::Opendir("many".into())) else { panic!("a handle") };
    let mut all = Vec::new();
    let mut pieces = Vec::new();
    loop {
        match machine.ask(Request::Readdir(handle.clone())) {
            Reply::Name(names) => {
                pieces.push(names.len());
                all.extend(names);
            }
            Reply::Status(status) => {
                assert_eq!(status.code, StatusCode::EOF);
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(pieces, [100, 100, 52]);
    assert_eq!(all[0].longname, "drwxr-xr-x    2 root     root         4096 Oct 20 11:04 .");
    assert_eq!(all[1].longname, "drwxr-xr-x    5 calo     calo         4096 Oct 20 11:04 ..");
    assert_eq!(all[251].longname, "-rw-r--r--    1 root     root          249 Oct 20 11:04 f249");
    assert_eq!(machine.status(Request::Close(handle)), StatusCode::OK);
    assert_eq!(machine.status(Request::Opendir("images/ap3g3".into())), StatusCode::NO_SUCH_FILE);
    assert_eq!(machine.status(Request::Opendir("closed".into())), StatusCode::PERMISSION_DENIED);
}

#[test]
fn handles_are_used_again() {
    let mut machine = Machine::new();
    let handles: Vec<_> = (0..3).map(|_| machine.open("empty", OpenFlags::READ)).collect();
    let number = |handle: &sftp::Handle| handle.number().expect("four bytes");
    assert_eq!(handles.iter().map(number).collect::<Vec<_>>(), [0, 1, 2]);
    for which in [0, 2] {
        assert_eq!(machine.status(Request::Close(handles[which].clone())), StatusCode::OK);
    }
    let again: Vec<_> = (0..3).map(|_| number(&machine.open("empty", OpenFlags::READ))).collect();
    assert_eq!(again, [2, 0, 3]);
    for handle in [9.into(), u32::MAX.into(), sftp::Handle::new(&b""[..]), sftp::Handle::new(vec![0; 300])] {
        assert_eq!(machine.status(Request::Close(handle)), StatusCode::NO_SUCH_FILE);
    }
    assert_eq!(machine.log().last().map(String::as_str), Some("sent status No such file"));
}

#[test]
fn extensions_do_what_they_can() {
    let mut machine = Machine::new();
    let Reply::ExtendedReply(limits) = machine.ask(Extension::Limits.into()) else { panic!("limits") };
    let limits = Limits::parse(limits).expect("limits");
    assert_eq!(
        (limits.packet_bytes, limits.read_bytes, limits.write_bytes, limits.open_handles),
        (262_144, 261_120, 261_120, 1019)
    );
    assert_eq!(machine.status(Extension::Statvfs("/".into()).into()), StatusCode::OP_UNSUPPORTED);
    assert_eq!(machine.status(Extension::Statvfs("/nosuch".into()).into()), StatusCode::NO_SUCH_FILE);
    let handle = machine.open("images/ap3g3", OpenFlags::READ);
    assert_eq!(machine.status(Extension::Fsync(handle).into()), StatusCode::OK);
    assert_eq!(machine.status(Extension::Fsync(7.into()).into()), StatusCode::NO_SUCH_FILE);
    let mut expand = |path: &str| match machine.ask(Extension::ExpandPath(path.into()).into()) {
        Reply::Name(mut names) => Ok(names.remove(0).filename.to_string()),
        Reply::Status(status) => Err(status),
        other => panic!("{other:?}"),
    };
    for (path, expanded) in [
        ("~", "/home/calo"),
        ("~/images", "/home/calo/images"),
        ("", "/home/calo"),
        ("x", "/home/calo/x"),
        ("~calo/x", "/home/calo/x"),
    ] {
        assert_eq!(expand(path), Ok(expanded.into()), "{path}");
    }
    assert_eq!(expand("~who"), Err(Status::new(StatusCode::NO_SUCH_FILE, "no such user")));
}
