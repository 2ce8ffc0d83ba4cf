//! What it says, at which level, in which order.

use openssh::sftp_server::{Kind, SftpServerEvent, priority};
use sftp::{ClientPacket, Extension, OpenFlags, Reply, Request, StatusCode};

use crate::sftp_server::machine::{IMAGE, LEVELS, Machine, options, process};

const FIELD: &str = include_str!("../field/openssh-sftp.auth.log");

/// What the controller asks for.
fn fetch(machine: &mut Machine, path: &str) {
    machine.greet();
    let home = machine.names(Request::Realpath(".".into())).remove(0).filename;
    let path = format!("{home}/{path}");
    if let Reply::Attrs(_) = machine.ask(Request::Stat(path.as_str().into())) {
        assert_eq!(machine.read_all(&path), IMAGE[..]);
    }
    machine.session.end();
    machine.take();
}

#[test]
fn a_fetch_reads_as_in_the_field() {
    let mut machine = Machine::with(options("-l VERBOSE"), process());
    machine.tree.insert("/home/calo/Documents/sftp_files/EWC_17_9_4a/ap3g3", file()).expect("fits");
    fetch(&mut machine, "Documents/sftp_files/EWC_17_9_4a/ap3g3");
    let field: Vec<String> = FIELD
        .lines()
        .filter_map(|line| Some(line.split_once("sftp-server[653720]: ")?.1.replace("59156480", "100000")))
        .collect();
    assert_eq!(machine.log(), field);
    assert_eq!(machine.session.exit_status(), Some(0));
}

fn file() -> files::File {
    files::File::new(image::Content::from_vec(IMAGE.to_vec()))
}

#[test]
fn a_wrong_path_is_a_status() {
    let mut machine = Machine::with(options("-l VERBOSE"), process());
    fetch(&mut machine, "Documents/Wrong-Path/ap1g6");
    assert_eq!(
        machine.log()[2..],
        [
            "realpath \".\"",
            "stat name \"/home/calo/Documents/Wrong-Path/ap1g6\"",
            "sent status No such file",
            "session closed for local user calo from [172.16.4.26]",
        ]
    );
}

#[test]
fn each_level_adds_its_lines() {
    let said = LEVELS.map(|(name, level)| {
        let mut machine = Machine::with(options(&format!("-l {name}")), process());
        fetch(&mut machine, "images/ap3g3");
        let unknown = Request::Extended { request: "copy-data".into(), data: Default::default() };
        let mut other = Machine::with(options(&format!("-l {name}")), process());
        other.greet();
        other.status(unknown);
        other.send(&[0, 0, 0, 1, 99]);
        assert_eq!(machine.session.options().level, level);
        (machine.log().len(), other.log().len())
    });
    // In the field's fetch: opened, open, close, closed; version, realpath, stat; the rest per request.
    assert_eq!(said[..5], [(0, 0), (0, 1), (0, 2), (4, 5), (7, 6)]);
    assert!(said.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1), "{said:?}");
    assert!(said[7].0 > said[5].0, "{said:?}");
}

#[test]
fn a_client_that_dies_leaves_its_files_to_be_closed() {
    let mut machine = Machine::new();
    let handle = machine.open("images/ap3g3", OpenFlags::READ);
    machine.ask(Request::Read { handle, offset: 0, length: 32_768 });
    machine.ask(Request::Opendir("images".into()));
    machine.session.end();
    machine.take();
    assert_eq!(
        machine.log()[2..],
        [
            "forced close \"images/ap3g3\" bytes read 32768 written 0",
            "forced closedir \"images\"",
            "session closed for local user calo from [172.16.4.26]",
        ]
    );
    machine.session.end();
    machine.take();
    assert!(machine.log().is_empty(), "it ends once");
}

#[test]
fn options_refuse_requests() {
    let mut machine = Machine::with(options("-l DEBUG2 -R -P stat -p open,stat,read,limits"), process());
    machine.greet();
    machine.log();
    assert_eq!(machine.status(Request::Stat("x".into())), StatusCode::PERMISSION_DENIED);
    assert_eq!(machine.status(Request::Lstat("x".into())), StatusCode::PERMISSION_DENIED);
    assert_eq!(machine.status(Request::Remove("x".into())), StatusCode::PERMISSION_DENIED);
    let make = Request::open("x", OpenFlags::WRITE | OpenFlags::CREAT);
    assert_eq!(machine.status(make), StatusCode::PERMISSION_DENIED);
    assert_eq!(
        machine.log(),
        [
            "Refusing denylisted stat request",
            "sent status Permission denied",
            "Refusing non-allowlisted lstat request",
            "sent status Permission denied",
            "Refusing remove request in read-only mode",
            "sent status Permission denied",
            "debug2: Permitting allowlisted open request",
            "open \"x\" flags WRITE,CREATE mode 0666",
            "Refusing open request in read-only mode",
            "sent status Permission denied",
        ]
    );
}

#[test]
fn extensions_are_announced_as_far_as_they_are_permitted() {
    let announced = |line: &str| {
        let mut machine = Machine::with(options(line), process());
        match machine.greet() {
            sftp::ServerPacket::Version { version: 3, extensions } => {
                extensions.into_iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        }
    };
    let all: Vec<&str> = Extension::ALL.iter().map(|(name, _)| *name).collect();
    assert_eq!(announced(""), all);
    assert_eq!(
        announced("-R -P limits").join(" "),
        "statvfs@openssh.com fstatvfs@openssh.com expand-path@openssh.com"
    );
}

#[test]
fn the_start_directory_is_that_of_the_options() {
    let started = |line: &str| {
        let mut machine = Machine::with(options(line), process());
        machine.greet();
        let home = machine.names(Request::Realpath("".into())).remove(0).filename;
        (home.to_string(), machine.log().into_iter().find(|line| line.contains("chdir")))
    };
    assert_eq!(started("-d %d/images"), ("/home/calo/images".into(), None));
    assert_eq!(started("-d ~/images/../images"), ("/home/calo/images".into(), None));
    assert_eq!(started("-d /home/%u"), ("/home/calo".into(), None));
    let failed = |path: &str, why: &str| Some(format!("error: chdir to \"{path}\" failed: {why}"));
    assert_eq!(started("-d /nosuch"), ("/home/calo".into(), failed("/nosuch", "No such file or directory")));
    assert_eq!(
        started("-d ~/closed"),
        ("/home/calo".into(), failed("/home/calo/closed", "Permission denied"))
    );
}

#[test]
fn lines_have_the_priorities_of_syslog() {
    let mut machine = Machine::with(options("-l DEBUG3 -f LOCAL3"), process());
    machine.greet();
    machine.status(Request::Extended { request: "nosuch".into(), data: Default::default() });
    machine.send(&[0, 0, 0, 1, 3]);
    let options = machine.session.options().clone();
    let of = |event: &SftpServerEvent| priority(&options, &event.kind) - (19 << 3);
    let events = machine.events();
    let find = |wanted: fn(&Kind) -> bool| events.iter().find(|event| wanted(&event.kind)).map(of);
    assert_eq!(find(|kind| matches!(kind, Kind::SessionOpened { .. })), Some(6));
    assert_eq!(find(|kind| matches!(kind, Kind::ClientVersion { .. })), Some(6));
    assert_eq!(find(|kind| matches!(kind, Kind::UnknownExtended { .. })), Some(3));
    assert_eq!(find(|kind| matches!(kind, Kind::Trace { .. })), Some(7));
    assert_eq!(find(|kind| matches!(kind, Kind::Fatal { .. })), Some(2));
}

#[test]
fn a_name_cannot_forge_a_line() {
    let mut machine = Machine::new();
    let name = sftp::Text::new(&b"a\nFeb  1 sshd[1]: Accepted\xff"[..]);
    assert_eq!(machine.status(Request::Stat(name)), StatusCode::NO_SUCH_FILE);
    assert_eq!(machine.log()[0], "stat name \"a\\nFeb  1 sshd[1]: Accepted\\377\"");
}

#[test]
fn events_are_flat_records() {
    let mut machine = Machine::new();
    machine.open("images/ap3g3", OpenFlags::READ);
    machine.status(Request::Setstat {
        path: "empty".into(),
        attributes: sftp::Attributes { permissions: Some(0o600), ..Default::default() },
    });
    let records: Vec<_> =
        machine.events().iter().map(|event| serde_json::to_value(event).expect("serializes")).collect();
    assert_eq!(
        records,
        [
            serde_json::json!({ "logged": true, "event": "open", "path": "images/ap3g3", "flags": "READ", "mode": 0o666 }),
            serde_json::json!({ "logged": true, "event": "set", "path": "empty", "mode": 0o600 }),
            serde_json::json!({ "logged": true, "event": "status_sent", "status": 3 }),
        ]
    );
}

#[test]
fn clients_of_older_versions_get_no_words() {
    let mut machine = Machine::with(options("-l VERBOSE"), process());
    machine.send(&ClientPacket::Init { version: 2, extensions: Vec::new() }.to_bytes());
    machine.received();
    assert_eq!(
        machine.ask(Request::Stat("nosuch".into())),
        Reply::Status(sftp::Status::bare(StatusCode::NO_SUCH_FILE))
    );
}
