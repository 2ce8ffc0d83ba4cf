//! `run`, `test` and `fetch` that are ended at a random instant, by a signal, a full disk or a reader that leaves: each result file
//! is the old one, the whole new one, or missing.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use host::Entropy;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use tempfile::TempDir;

use crate::common;
use crate::interop::support::{Served, content};

const SMALL: &str = include_str!("scenarios/small.yaml");
/// The longest time after which a command is ended: about as long as it takes.
const DELAY_MS: u64 = 400;
/// The largest limit of a file's size, in blocks of 1,024 bytes: some files exceed it and others do not.
const BLOCKS_MAX: u64 = 120;

/// The files below a directory, by path, without those that are being written.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// The way in which a command is ended.
#[derive(Clone, Copy, Debug)]
enum Hindrance {
    Signal(&'static str, Duration),
    /// No file can be longer, as on a full disk. A process that does not expect the signal SIGXFSZ is ended by it.
    FileSize {
        blocks: u64,
        is_signalled: bool,
    },
    ClosedPipe(Duration),
}

impl Hindrance {
    fn draw(entropy: &mut Entropy) -> Self {
        let kind = entropy.random_range(0..5);
        let delay = Duration::from_millis(entropy.random_range(0..DELAY_MS));
        match kind {
            0 => Self::Signal("TERM", delay),
            1 => Self::Signal("KILL", delay),
            2 => Self::ClosedPipe(delay),
            _ => Self::FileSize { blocks: entropy.random_range(0..BLOCKS_MAX), is_signalled: kind == 3 },
        }
    }
}

/// Builds a command that is hindered so far as it must be from the start.
fn command(directory: &Path, args: &[&str], hindrance: Hindrance) -> Command {
    let ewcsim = env!("CARGO_BIN_EXE_ewcsim");
    let mut command = match hindrance {
        Hindrance::FileSize { blocks, is_signalled } => {
            let trap = if is_signalled { "" } else { "trap '' XFSZ; " };
            let mut command = Command::new("bash");
            command.args(["-c", &format!("{trap}ulimit -f {blocks}; exec \"$0\" \"$@\""), ewcsim]);
            command
        }
        _ => Command::new(ewcsim),
    };
    command.args(args).current_dir(directory).stdin(Stdio::null());
    command
}

/// Runs a command until it ends or is ended.
fn hindered(directory: &Path, args: &[&str], hindrance: Hindrance) -> ExitStatus {
    let mut command = command(directory, args, hindrance);
    command.stderr(Stdio::null());
    let is_piped = matches!(hindrance, Hindrance::ClosedPipe(_));
    command.stdout(if is_piped { Stdio::piped() } else { Stdio::null() });
    let mut child = command.spawn().expect("it starts");
    match hindrance {
        Hindrance::Signal(name, delay) => signal(&child, name, delay),
        Hindrance::ClosedPipe(delay) => {
            std::thread::sleep(delay);
            drop(child.stdout.take());
        }
        Hindrance::FileSize { .. } => {}
    }
    child.wait().expect("it is ours")
}

fn signal(child: &Child, name: &str, delay: Duration) {
    std::thread::sleep(delay);
    // It may have ended by then, and is not waited for yet.
    let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status();
    assert!(sent.expect("kill is there").success());
}

/// Runs a command to its end.
fn unhindered(directory: &Path, args: &[&str], code: i32) {
    let output = crate::cli::call_in(directory, args);
    assert_eq!(output.code, Some(code), "{args:?}: {}", output.stderr);
}

fn files(directory: &Path) -> Files {
    let mut found = Files::new();
    collect(directory, directory, &mut found);
    found
}

fn collect(top: &Path, directory: &Path, found: &mut Files) {
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let path = entry.expect("it is read").path();
        let below = path.strip_prefix(top).expect("it is below").to_owned();
        if path.is_dir() {
            collect(top, &path, found);
        } else if !is_hidden(&below) {
            found.insert(below, fs::read(&path).expect("it is there"));
        }
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// Asserts that nothing is left of files that were being written.
fn assert_clean(directory: &Path) {
    for entry in fs::read_dir(directory).expect("it is there") {
        let path = entry.expect("it is read").path();
        assert!(!is_hidden(&path), "{} is left", path.display());
        if path.is_dir() {
            assert_clean(&path);
        }
    }
}

/// Makes a directory have these files.
fn restore(directory: &Path, files: &Files) {
    if directory.exists() {
        fs::remove_dir_all(directory).expect("it is ours");
    }
    for (path, bytes) in files {
        let path = directory.join(path);
        fs::create_dir_all(path.parent().expect("it is below")).expect("it is ours");
        fs::write(path, bytes).expect("it is ours");
    }
}

/// Asserts that the files of a run are old, new, or those of a run that was interrupted, and that they belong together if there is a
/// `run.json`.
fn assert_run(directory: &Path, [old, new]: [&Files; 2], what: &str) {
    let found = files(directory);
    let summary = Path::new("run.json");
    let verdict = found.get(summary).map(|bytes| {
        let report: Value = serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
        report["verdict"].as_str().expect("a text").to_owned()
    });
    if verdict.as_deref() == Some("interrupted") {
        let events = String::from_utf8(found[Path::new("events.jsonl")].clone()).expect("UTF-8");
        assert!(events.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{what}");
        assert!(events.is_empty() || events.ends_with('\n'), "{what}");
        return;
    }
    for (path, bytes) in &found {
        let is_old = old.get(path) == Some(bytes);
        let is_new = new.get(path) == Some(bytes);
        let belongs = match found.get(summary) {
            Some(summary_found) if Some(summary_found) == new.get(summary) => is_new,
            Some(_) => is_old,
            None => is_old || is_new,
        };
        // A run that was interrupted may have been ended before it wrote run.json.
        let is_whole = belongs || (verdict.is_none() && is_text(path, bytes));
        assert!(is_whole, "{what}: {} of {} bytes", path.display(), bytes.len());
    }
}

/// Returns true for a text of whole lines.
fn is_text(path: &Path, bytes: &[u8]) -> bool {
    path.extension().is_none_or(|end| end != "pcapng") && (bytes.is_empty() || bytes.ends_with(b"\n"))
}

fn lab() -> TempDir {
    let directory = common::temporary();
    fs::write(directory.path().join("small.yaml"), SMALL).expect("the directory is ours");
    directory
}

#[test]
fn a_run_leaves_whole_files() {
    let lab = lab();
    let (place, out) = (lab.path(), lab.path().join("out"));
    let call = |seed| ["run", "small.yaml", "--out", "out", "--pcap", "--seed", seed];
    let [old, new] = ["1", "2"].map(|seed| {
        restore(&out, &Files::new());
        unhindered(place, &call(seed), 0);
        files(&out)
    });
    assert!(old.len() > 5 && old != new);
    for seed in 0..test_support::enlarged(6) {
        let hindrance = Hindrance::draw(&mut Entropy::seed_from_u64(seed));
        restore(&out, &old);
        let status = hindered(place, &call("2"), hindrance);
        let what = format!("{seed}: {hindrance:?}, {status}");
        assert_run(&out, [&old, &new], &what);
        match (hindrance, status.code()) {
            (_, Some(0)) => assert!(files(&out) == new, "{what}"),
            (Hindrance::FileSize { is_signalled: false, .. }, code) => assert_eq!(code, Some(2), "{what}"),
            _ => {}
        }
    }
    unhindered(place, &call("2"), 0);
    assert!(files(&out) == new);
    assert_clean(&out);
}

#[test]
fn a_full_disk_costs_no_report() {
    let lab = lab();
    let out = lab.path().join("out");
    unhindered(lab.path(), &["run", "small.yaml", "--out", "out"], 0);
    let old = files(&out);
    let full = Hindrance::FileSize { blocks: 4, is_signalled: false };
    for call in [
        &["run", "small.yaml", "--out", "out", "--seed", "2"][..],
        &["run", "small.yaml", "--out", "out", "--pcap"],
    ] {
        let output = command(lab.path(), call, full).output().expect("it starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stdout.contains("\nverdict: passed"), "{stdout}");
        assert!(stderr.contains("error: out/") && stderr.contains("File too large"), "{stderr}");
        assert!(files(&out) == old);
        assert_clean(&out);
    }
}

/// Returns a JUnit file without what differs between two runs.
fn timeless(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split("time=\"").enumerate() {
        out.push_str(if index == 0 { part } else { part.split_once('"').map_or("", |(_, rest)| rest) });
    }
    out
}

#[test]
fn a_suite_leaves_whole_files_and_no_false_results() {
    let lab = lab();
    let place = lab.path();
    let failing = SMALL.replace("running: 17.9.4.27, state", "running: 17.12.1.5, state");
    fs::create_dir(place.join("scenarios")).expect("the directory is ours");
    for (name, text) in [("a", SMALL), ("b", &failing), ("c", SMALL)] {
        fs::write(place.join(format!("scenarios/{name}.yaml")), text).expect("the directory is ours");
    }
    let call = ["test", "--junit", "results/junit.xml", "--out", "runs"];
    let junit = place.join("results/junit.xml");
    unhindered(place, &call, 1);
    let whole = timeless(&fs::read_to_string(&junit).expect("it was written"));
    let failed = files(&place.join("runs"));
    assert!(failed.keys().any(|path| path.ends_with("b/run.json")));
    for seed in 0..test_support::enlarged(3) {
        let hindrance = Hindrance::draw(&mut Entropy::seed_from_u64(1_000 + seed));
        // The results of an earlier run in which all passed.
        fs::write(&junit, "<testsuites tests=\"3\" failures=\"0\"></testsuites>\n").expect("it is ours");
        let status = hindered(place, &call, hindrance);
        let what = format!("{seed}: {hindrance:?}, {status}");
        let is_signalled = matches!(hindrance, Hindrance::Signal(..));
        let is_interrupted =
            matches!(status.code(), Some(2 | 130)) || is_signalled && status.code() == Some(1);
        if let Ok(text) = fs::read_to_string(&junit) {
            let document =
                roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{what}: {error}"));
            let number = |name| document.root_element().attribute(name).unwrap_or("0").to_owned();
            // It ended before it looked at the file, or all its results are there.
            let is_old = text.starts_with("<testsuites tests=\"3\" failures=\"0\">");
            let is_early = is_interrupted || status.signal().is_some();
            assert!(timeless(&text) == whole || is_early && (is_old || is_interrupted), "{what}: {text}");
            // Some results are never taken for all.
            let is_green = [number("failures"), number("errors")] == ["0", "0"];
            assert!(is_old || !is_green, "{what}: {text}");
        }
        assert_run(&place.join("runs/scenarios/b"), [&below(&failed), &below(&failed)], &what);
    }
    unhindered(place, &call, 1);
    assert_eq!(timeless(&fs::read_to_string(&junit).expect("it was written")), whole);
    assert!(files(&place.join("runs")) == failed);
    for directory in ["runs", "results"] {
        assert_clean(&place.join(directory));
    }
}

fn below(files: &Files) -> Files {
    let prefix = Path::new("scenarios/b");
    let short = |(path, bytes): (&PathBuf, &Vec<u8>)| {
        (path.strip_prefix(prefix).expect("it is below").to_owned(), bytes.clone())
    };
    files.iter().map(short).collect()
}

#[test]
fn a_fetch_leaves_the_old_file_or_the_new_one() {
    let served = Served::start();
    let place = common::temporary();
    let name = ("ap1g7", 1_024_000);
    let new = content(name.0, name.1);
    let (url, out) = (served.url(name.0), place.path().join("out"));
    let call = ["fetch", &url, "-o", "out", "--blksize", "1024"];
    for seed in 0..test_support::enlarged(4) {
        let hindrance = Hindrance::draw(&mut Entropy::seed_from_u64(2_000 + seed));
        fs::write(&out, "old").expect("the directory is ours");
        let status = hindered(place.path(), &call, hindrance);
        let found = fs::read(&out).expect("it was there");
        let is_new = found == new.bytes();
        assert!(is_new || found == b"old", "{seed}: {hindrance:?}, {status}: {} bytes", found.len());
        if status.success() {
            assert!(is_new, "{seed}: {hindrance:?}");
        }
    }
    unhindered(place.path(), &call, 0);
    assert!(fs::read(&out).expect("it was written") == new.bytes());
    assert_clean(place.path());
}
