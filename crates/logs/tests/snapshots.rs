//! Every line of every log that a run of a scenario has left in `snapshots/` is read, and as an event that this host had at that time.

use std::path::{Path, PathBuf};

use logs::{File, Role, read};
use test_support::damage::{Damage, damaged};

use crate::damage::{of, said};

/// Directories of `snapshots/` that have no logs of runs.
const NO_RUNS: [&str; 4] = ["cli", "diagnostics", "failures", "plan"];

/// Snapshots of runs that are no logs.
fn is_no_log(name: &str) -> bool {
    name.starts_with("show-") || ["timeline", "events"].contains(&name)
}

/// Returns the logs of all runs.
fn logs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshots");
    let mut found = Vec::new();
    for theme in root.read_dir().expect("snapshots") {
        let theme = theme.expect("a directory").path();
        if NO_RUNS.contains(&stem(&theme)) {
            continue;
        }
        for scenario in theme.read_dir().into_iter().flatten() {
            let scenario = scenario.expect("a directory").path();
            for file in scenario.read_dir().into_iter().flatten() {
                let path = file.expect("a file").path();
                if path.extension().is_some_and(|extension| extension == "snap") && !is_no_log(stem(&path)) {
                    found.push(path);
                }
            }
        }
    }
    found.sort();
    found
}

fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|name| name.to_str()).expect("a name")
}

/// Returns the text of a snapshot, without its head.
fn text(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a snapshot");
    text.splitn(3, "---\n").nth(2).expect("a head").to_owned()
}

/// Returns the speaker of a log by its look. The first line of a console may have no time.
fn role(text: &str) -> Role {
    let first = text.lines().next().unwrap_or_default();
    match first {
        _ if text.lines().any(|line| line.starts_with("[*")) => Role::AccessPoint,
        _ if first.starts_with('*') => Role::Controller,
        _ if first.contains(" in.tftpd[") => Role::TftpdHpa,
        _ if first.ends_with(']') => Role::Tftpd64,
        _ => Role::OpenSsh,
    }
}

#[test]
fn every_line_of_every_log_is_read_by_its_speaker() {
    let logs = logs();
    assert!(logs.len() > 200, "{}", logs.len());
    let mut lines = 0;
    for path in &logs {
        let text = text(path);
        let name = path.display().to_string();
        let read = read(&[File { name: &name, bytes: text.as_bytes() }]).expect("small");
        assert_eq!(read.unknown, [], "{name}");
        lines += read.lines.len();
        if let Some(line) = read.lines.iter().find(|line| line.reading.cropped || line.joined > 1) {
            panic!("{name}: {line:?}");
        }
        let roles: Vec<Role> = read.speakers.iter().map(|speaker| speaker.role).collect();
        let expected = if read.lines.is_empty() { vec![] } else { vec![role(&text)] };
        assert_eq!(roles, expected, "{name}");
    }
    println!("{} logs, {lines} lines", logs.len());
}

/// Returns the kinds of a host's events, in order, as the snapshot `events` has them.
fn recorded(events: &str, host: &str) -> Vec<String> {
    let of_host = events.lines().map(|line| line.splitn(4, ' ').collect::<Vec<_>>());
    of_host.filter(|words| words.get(1) == Some(&host)).map(|words| words[2].to_owned()).collect()
}

#[test]
fn what_is_read_is_what_happened() {
    let mut compared = 0;
    for path in logs() {
        let events = path.with_file_name("events.snap");
        if !events.exists() {
            continue;
        }
        let log = text(&path);
        let read = read(&[File { name: stem(&path), bytes: log.as_bytes() }]).expect("small");
        let begun = read.lines.iter().filter(|line| line.reading.first().line == 0);
        let mut recorded = recorded(&text(&events), stem(&path)).into_iter();
        for line in begun {
            let kind = line.reading.kind();
            assert!(recorded.any(|name| name == kind), "{}: {:?} {kind}", path.display(), line.place);
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
}

/// The beginning of each log, as a mail, a terminal or a syslog server would pass it on.
#[test]
fn logs_that_were_passed_on_say_the_same() {
    let ways: [&[Damage]; 5] = [
        &[Damage::Wrap(80)],
        &[Damage::Wrap(100), Damage::Quote],
        &[Damage::Rfc3164, Damage::Wrap(120)],
        &[Damage::Rsyslog, Damage::Colours, Damage::CrLf],
        &[Damage::Prompt, Damage::More, Damage::Utf16],
    ];
    for (index, path) in logs().iter().enumerate() {
        let text: String = text(path).lines().take(40).flat_map(|line| [line, "\n"]).collect();
        let whole = said(&of(text.as_bytes()));
        let way = ways[index % ways.len()];
        let read = of(&damaged(&text, way, 1));
        assert_eq!(read.unknown, [], "{}, {way:?}", path.display());
        assert_eq!(said(&read), whole, "{}, {way:?}", path.display());
    }
}
