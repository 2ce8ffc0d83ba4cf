//! sftp-server of OpenSSH on a pipe, and ours, over the same directory: every packet and every line the same.
//!
//! The program that is installed may be newer than 8.9; what came after that is taken out: three extensions of 9.0 and 9.1 in
//! VERSION. Nothing else differs in what is asked here.

mod live;
mod ours;
mod script;

use std::fs::{self, File, FileTimes, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use sftp::{Extension, NameEntry, OpenFlags, Reply, Request, ServerPacket, Text};

use self::live::Live;
use self::ours::Ours;
use self::script::Step;

/// Whose process it is: name, number, group.
type Who = (&'static str, u32, &'static str);
const ROOT: Who = ("root", 0, "root");
const NOBODY: Who = ("nobody", 65_534, "nogroup");

/// When all files were modified: 2020-09-13, older than half a year whenever this runs.
const OLD: u32 = 1_600_000_000;

/// What came after 8.9.
const NEWER: [&str; 3] = ["copy-data", "home-directory", "users-groups-by-id@openssh.com"];

/// Where sessions begin, below the served directory: what stands above it is served too.
const HOME: &str = "home";

/// One program: what it answers to each step, what it says, with what it exits.
pub(super) trait Program {
    /// Sends a packet, and gives the answer if there is to be one.
    fn ask(&mut self, packet: &[u8], answered: bool) -> Option<Bytes>;
    /// Ends the input. Gives the lines of standard error, and the exit status.
    fn end(self) -> (Vec<String>, Option<i32>);
}

/// The record of one session.
type Record = (Vec<String>, Vec<String>, Option<i32>);

#[test]
fn every_answer_and_every_line_is_that_of_a_live_sftp_server() {
    let mut differences = Vec::new();
    for (who, owns) in [(ROOT, true), (NOBODY, false)] {
        for options in ["-l DEBUG3", "-l VERBOSE", "-l INFO", "-l ERROR"] {
            differences.extend(compare(who, options, &script::everything(owns)));
        }
        differences.extend(compare(who, "-l DEBUG3 -R", &script::everything(owns)));
    }
    differences.extend(compare(NOBODY, "-l DEBUG3 -P read,limits", &script::reading()));
    differences.extend(compare(NOBODY, "-l DEBUG3 -p realpath,stat,lstat,open,close", &script::reading()));
    differences.extend(compare(NOBODY, "-l DEBUG3 -p open,,close -P open", &script::reading()));
    differences.extend(compare(NOBODY, "-l VERBOSE -d DIR/sub", &script::reading()));
    differences.extend(compare(NOBODY, "-l VERBOSE -d DIR/nosuch/%u", &script::reading()));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn what_ends_a_live_sftp_server_ends_ours_with_the_same_words() {
    let mut differences = Vec::new();
    for script in script::fatal() {
        differences.extend(compare(NOBODY, "-l DEBUG3", &script));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn as_many_files_can_be_open() {
    let opened = |program: &mut dyn FnMut(&[u8]) -> Option<Bytes>| {
        let open = |id| Request::open("empty", OpenFlags::READ).with_id(id).to_bytes();
        let is_open = |answer: Option<Bytes>| {
            matches!(
                script::parse(answer.expect("an answer")),
                ServerPacket::Reply { reply: Reply::Handle(_), .. }
            )
        };
        (0..2000).take_while(|id| is_open(program(&open(*id)))).count()
    };
    let directory = filled();
    let init = sftp::ClientPacket::init().to_bytes();
    let mut live = Live::start(NOBODY, "-l QUIET", directory.path());
    live.ask(&init, true);
    // What the process had open when it was started is not counted.
    let inherited = live.descriptors() - 3;
    let there = opened(&mut |packet| live.ask(packet, true)) + inherited;
    live.end();
    let mut ours = Ours::start(NOBODY, "-l QUIET", directory.path());
    ours.ask(&init, true);
    assert_eq!(opened(&mut |packet| ours.ask(packet, true)), there);
}

/// What differs.
fn compare(who: Who, options: &str, script: &[Step]) -> Vec<String> {
    let directory = filled();
    let live = record(Live::start(who, options, directory.path()), script, directory.path());
    fill(directory.path());
    let ours = record(Ours::start(who, options, directory.path()), script, directory.path());
    let mut differences = Vec::new();
    for (at, (live, ours)) in live.0.iter().zip(&ours.0).enumerate() {
        if live != ours {
            let name = script.get(at).map(|step| step.name);
            differences.push(format!("{who:?} {options} {name:?}\n  live {live}\n  ours {ours}"));
        }
    }
    let (mut theirs, mut said) = (live.1.iter(), ours.1.iter());
    loop {
        match (theirs.next(), said.next()) {
            (None, None) => break,
            (live, ours) if live == ours => {}
            (live, ours) => {
                differences.push(format!("{who:?} {options}\n  live says {live:?}\n  ours says {ours:?}"));
                break;
            }
        }
    }
    if live.2 != ours.2 {
        differences.push(format!("{who:?} {options}: live exits with {:?}, ours with {:?}", live.2, ours.2));
    }
    differences
}

fn record(mut program: impl Program, script: &[Step], directory: &Path) -> Record {
    let home = directory.join(HOME);
    let place = home.to_str().expect("a plain path");
    let masked = |text: String| text.replace(place, "DIR");
    let answers = script.iter().map(|step| {
        let answer = program.ask(&step.packet, step.answered);
        masked(answer.map_or_else(|| "nothing".to_owned(), |answer| shown(&answer)))
    });
    let answers = answers.collect();
    let (lines, status) = program.end();
    let newer =
        |line: &String| NEWER.iter().any(|newer| line.contains(newer.trim_end_matches("@openssh.com")));
    (answers, lines.into_iter().filter(|line| !newer(line)).map(masked).collect(), status)
}

/// An answer, less what is not ours to say: what came after 8.9, when a file was read, and the order of a directory.
fn shown(answer: &Bytes) -> String {
    let mut packet = script::parse(answer.clone());
    assert_eq!(packet.to_bytes()[4..], answer[..], "nothing is lost by parsing");
    match &mut packet {
        ServerPacket::Version { extensions, .. } => {
            extensions.retain(|(name, _)| !NEWER.iter().any(|newer| *name == **newer));
        }
        ServerPacket::Reply { reply: Reply::Attrs(attributes), .. } => mask(attributes),
        ServerPacket::Reply { reply: Reply::Name(names), .. } => {
            names.sort_by(|one, other| one.filename.cmp(&other.filename));
            for entry in names {
                // The two programs may have made it on two sides of a minute's end.
                if is_new(&entry.attributes) {
                    entry.longname = without_time(entry);
                }
                mask(&mut entry.attributes);
            }
        }
        ServerPacket::Reply { .. } => {}
    }
    format!("{packet:?}")
}

/// Whether the file is as old as the script that made it.
fn is_new(attributes: &sftp::Attributes) -> bool {
    attributes.times.is_some_and(|times| times.modified != OLD)
}

fn mask(attributes: &mut sftp::Attributes) {
    let is_new = is_new(attributes);
    if let Some(times) = &mut attributes.times {
        if is_new {
            times.modified = 0;
        }
        times.accessed = times.modified;
    }
}

/// The line of a file with only the form of its time: `Aaa 00 00:00`.
fn without_time(entry: &NameEntry) -> Text {
    let name = entry.filename.as_bytes();
    let line = entry.longname.as_bytes().strip_suffix(name).expect("the name stands last");
    let (head, time) = line.split_at(line.len() - "Nov  9 03:14 ".len());
    let form = time.iter().enumerate().map(|(at, byte)| match byte {
        b'a'..=b'z' => b'a',
        b'A'..=b'Z' => b'A',
        b'0'..=b'9' => b'0',
        // The tens of the day.
        b' ' if at == 4 => b'0',
        other => *other,
    });
    Text::new([head, &form.collect::<Vec<_>>(), name].concat())
}

fn filled() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a place for tests");
    fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).expect("ours");
    fill(directory.path());
    directory
}

/// Files for every kind of answer, as old as each other.
fn fill(directory: &Path) {
    let above = directory;
    let directory = &above.join(HOME);
    if directory.exists() {
        fs::remove_dir_all(directory).expect("ours");
    }
    fs::create_dir(directory).expect("made");
    fs::set_permissions(directory, Permissions::from_mode(0o777)).expect("ours");
    let put = |name: &str, bytes: &[u8], mode: u32| {
        let path = directory.join(name);
        fs::write(&path, bytes).expect("written");
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("ours");
    };
    fs::create_dir_all(directory.join("sub/inner")).expect("made");
    fs::create_dir(directory.join("closed")).expect("made");
    put("image", &[7; 70_000], 0o644);
    put("noperm", b"secret", 0o600);
    put("empty", b"", 0o666);
    put("special", b"x", 0o4755);
    put("closed/file", b"secret", 0o644);
    put("sub/file", b"a file", 0o644);
    fs::set_permissions(directory.join("closed"), Permissions::from_mode(0o700)).expect("ours");
    let old = UNIX_EPOCH + Duration::from_secs(OLD.into());
    let times = FileTimes::new().set_modified(old).set_accessed(old);
    for name in ["image", "noperm", "special", "closed/file", "sub/file", "sub/inner", "sub", "closed", ""] {
        File::open(directory.join(name)).and_then(|file| file.set_times(times)).expect("ours");
    }
    File::open(above).and_then(|file| file.set_times(times)).expect("ours");
}

/// What the clock of the file system shows: files that are made now are made at this time.
fn now(directory: &Path) -> Duration {
    let modified = fs::metadata(directory.join(HOME).join("empty")).expect("it is there").mtime();
    Duration::from_secs(modified.try_into().expect("after 1970"))
}

/// All that 8.9 announces is what is left of what is announced.
#[test]
fn the_newer_extensions_are_those_that_are_taken_out() {
    let directory = filled();
    let mut live = Live::start(NOBODY, "-l QUIET", directory.path());
    let answer = live.ask(&sftp::ClientPacket::init().to_bytes(), true).expect("an answer");
    live.end();
    let ServerPacket::Version { extensions, .. } = script::parse(answer) else { panic!("a version") };
    let kept: Vec<String> = extensions
        .iter()
        .filter(|(name, _)| !NEWER.iter().any(|newer| *name == **newer))
        .map(|(name, _)| name.to_string())
        .collect();
    assert_eq!(kept, Extension::ALL.map(|(name, _)| name.to_owned()));
}
