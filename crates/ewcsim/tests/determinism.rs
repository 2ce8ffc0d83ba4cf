//! The same scenario and seed give the same bytes, in another process and in another thread. Another seed does not.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use engine::Capture;
use ewcsim::report::RunReport;
use ewcsim::{Options, Progress, WallClock};

use crate::common;
use crate::common::Written;

const LOSSY: &str = "crates/ewcsim/tests/scenarios/lossy.yaml";
/// A scenario with a login and a transfer of 4 MB.
const SFTP: &str = "scenarios/bugs/sftp-link-20s.yaml";
const THREADS: usize = 8;

/// Runs the command in a process of its own and makes it write all files below `out`.
fn write(scenario: &str, seed: u64, out: &Path) {
    write_with(&[], scenario, seed, out);
}

/// Does the same with more arguments; returns its standard error.
fn write_with(more: &[&str], scenario: &str, seed: u64, out: &Path) -> String {
    write_as(&[&["--pcap"], more].concat(), scenario, seed, out)
}

/// Does the same with these arguments.
fn write_as(arguments: &[&str], scenario: &str, seed: u64, out: &Path) -> String {
    let result = Command::new(env!("CARGO_BIN_EXE_ewcsim"))
        .args(["run", scenario, "--seed", &seed.to_string(), "--out"])
        .arg(out)
        .args(arguments)
        .current_dir(common::workspace())
        .output()
        .expect("the command starts");
    assert_eq!(result.status.code(), Some(0), "{}", String::from_utf8_lossy(&result.stdout));
    std::fs::write(out.join("stdout"), result.stdout).expect("the directory is ours");
    String::from_utf8(result.stderr).expect("traces are UTF-8")
}

/// Returns every file below `directory`, sorted.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(next) = directories.pop() {
        for entry in std::fs::read_dir(&next).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
            } else {
                found.push(path.strip_prefix(directory).expect("it is below").to_owned());
            }
        }
    }
    found.sort();
    found
}

/// Returns true if two files have the same bytes; captures are too large to read as a whole.
fn same(a: &Path, b: &Path) -> bool {
    let open = |path| BufReader::with_capacity(1 << 20, File::open(path).expect("it has been listed"));
    let length = |path: &Path| path.metadata().expect("it has been listed").len();
    if length(a) != length(b) {
        return false;
    }
    let (mut a, mut b) = (open(a), open(b));
    let (mut left, mut right) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let read = a.read(&mut left).expect("it can be read");
        b.read_exact(&mut right[..read]).expect("it is as long");
        if read == 0 || left[..read] != right[..read] {
            return read == 0;
        }
    }
}

/// Returns the files that differ between two directories with the same files.
fn differing(a: &Path, b: &Path) -> Vec<PathBuf> {
    let names = files(a);
    assert_eq!(names, files(b));
    assert!(names.len() > 5, "{names:?}");
    names.into_iter().filter(|name| !same(&a.join(name), &b.join(name))).collect()
}

#[test]
fn a_trace_changes_nothing() {
    for (scenario, traced) in [
        (LOSSY, ["network::network: dropped", "capwap::channel: sending a request again"]),
        (SFTP, ["russh::", "smoltcp::"]),
    ] {
        let (a, b) = (common::temporary(), common::temporary());
        write(scenario, 1, a.path());
        let trace = write_with(&["--trace", "debug,smoltcp=trace"], scenario, 1, b.path());
        for target in traced {
            assert!(trace.contains(target), "{scenario}: {target}");
        }
        assert_eq!(differing(a.path(), b.path()), Vec::<PathBuf>::new(), "{scenario}");
    }
}

#[test]
fn two_processes_write_the_same_bytes() {
    let (a, b) = (common::temporary(), common::temporary());
    for seed in [1, 7] {
        write(LOSSY, seed, a.path());
        write(LOSSY, seed, b.path());
        assert_eq!(differing(a.path(), b.path()), Vec::<PathBuf>::new(), "seed {seed}");
    }
}

#[test]
fn two_processes_write_the_same_bytes_of_real_sizes() {
    let (a, b) = (common::temporary(), common::temporary());
    write("scenarios/field/tftp-join.yaml", 1, a.path());
    write("scenarios/field/tftp-join.yaml", 1, b.path());
    assert_eq!(differing(a.path(), b.path()), Vec::<PathBuf>::new());
}

/// Runs a scenario on this thread, and returns its capture.
fn captured(scenario: &str, seed: u64) -> Vec<u8> {
    let prepared = common::load(scenario).reseeded(seed).expect("no seed makes it wrong");
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let epoch_ns = WallClock::new(prepared.scenario.start).epoch_ns();
    let capture = Capture::new(Written(Arc::clone(&bytes)), epoch_ns);
    let options = Options { capture: Some(capture), ..Options::default() };
    ewcsim::run(&prepared, options, &mut Progress::none(), &AtomicBool::new(false)).expect("it runs");
    std::mem::take(&mut *bytes.lock().expect("no thread panicked"))
}

/// The process keeps the images of one run for the next, until others take their place.
#[test]
fn a_kept_image_is_the_image_that_is_made() {
    let made = captured(LOSSY, 1);
    let kept = captured(LOSSY, 1);
    for number in 0..1_000 {
        let _ = image::filler("another", number);
    }
    let made_again = captured(LOSSY, 1);
    // Captures are too large to print.
    assert!(made == kept && kept == made_again);
}

/// Keys, nonces and paddings of SSH included: the capture holds the ciphertext.
#[test]
fn two_processes_write_the_same_ciphertext() {
    let (a, b) = (common::temporary(), common::temporary());
    write(SFTP, 1, a.path());
    write(SFTP, 1, b.path());
    assert_eq!(differing(a.path(), b.path()), Vec::<PathBuf>::new());
    write(SFTP, 2, b.path());
    assert!(differing(a.path(), b.path()).contains(&PathBuf::from("capture.pcapng")));
}

/// Its tasks, those of libraries, its handshakes and its retransmissions.
#[test]
fn two_processes_write_the_same_bytes_on_turmoil() {
    let (a, b) = (common::temporary(), common::temporary());
    for directory in [&a, &b] {
        write_as(&["--engine", "turmoil"], SFTP, 1, directory.path());
    }
    assert_eq!(differing(a.path(), b.path()), Vec::<PathBuf>::new());
}

#[test]
fn captures_of_threads_are_those_of_a_process() {
    let alone = common::temporary();
    write(SFTP, 1, alone.path());
    let alone = std::fs::read(alone.path().join("capture.pcapng")).expect("it was written");
    let captures: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS / 2)
            .flat_map(|_| [1, 2])
            .map(|seed| scope.spawn(move || captured(SFTP, seed)))
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("it ran")).collect()
    });
    for (index, capture) in captures.iter().enumerate() {
        assert_eq!(*capture == alone, index % 2 == 0, "thread {index}");
    }
}

#[test]
fn another_seed_is_another_run() {
    let (a, b) = (common::temporary(), common::temporary());
    write(LOSSY, 1, a.path());
    write(LOSSY, 2, b.path());
    let differing = differing(a.path(), b.path());
    for name in ["capture.pcapng", "events.jsonl", "run.json", "stdout"] {
        assert!(differing.contains(&PathBuf::from(name)), "{name} is not among {differing:?}");
    }
}

#[test]
fn threads_do_not_disturb_each_other() {
    let digest = |seed| {
        let prepared = common::load(LOSSY);
        RunReport::new(&prepared.scenario, &common::run(&prepared, Some(seed))).digest
    };
    // Neighbours run another seed, so shared state would show.
    let digests: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..THREADS).flat_map(|_| [1, 2]).map(|seed| scope.spawn(move || digest(seed))).collect();
        threads.into_iter().map(|thread| thread.join().expect("it ran")).collect()
    });
    let (first, second) = (digest(1), digest(2));
    assert_ne!(first, second);
    for (index, digest) in digests.iter().enumerate() {
        assert_eq!(digest, if index % 2 == 0 { &first } else { &second }, "thread {index}");
    }
}

#[test]
fn the_digest_covers_logs_and_events() {
    let prepared = common::load("crates/ewcsim/tests/scenarios/small.yaml");
    let digest = |seed| RunReport::new(&prepared.scenario, &common::run(&prepared, Some(seed))).digest;
    assert_eq!(digest(1), digest(1));
    // Only devices draw random values there, such as ports, pids and fds.
    assert_ne!(digest(1), digest(2));
}
