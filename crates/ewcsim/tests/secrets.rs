//! Passwords of a scenario reach the devices and nothing that is written or printed.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common;

/// What the profile has, and what the server has.
const PASSWORDS: [&str; 2] = ["Swordfish", "Sw0rdfish"];

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).expect("a directory");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn nothing_that_a_run_writes_holds_a_password() {
    let path = "scenarios/bugs/sftp-wrong-password.yaml";
    let scenario = std::fs::read(common::workspace().join(path)).expect("it is there");
    assert!(PASSWORDS.iter().all(|password| holds(&scenario, password)));

    let out = common::temporary();
    let called = Command::new(env!("CARGO_BIN_EXE_ewcsim"))
        .args(["run", path, "--pcap", "--format", "json", "--show", "show ap image", "--out"])
        .arg(out.path())
        .current_dir(common::workspace())
        .output()
        .expect("the command starts");
    assert_eq!(called.status.code(), Some(0), "{}", String::from_utf8_lossy(&called.stderr));
    let written = files(out.path());
    assert!(written.len() > 5, "{written:?}");
    let read = written.iter().map(|path| (path.clone(), std::fs::read(path).expect("it was written")));
    let printed = [("stdout".into(), called.stdout), ("stderr".into(), called.stderr)];
    for (path, bytes) in read.chain(printed) {
        for password in PASSWORDS {
            assert!(!holds(&bytes, password), "{password} is in {}", path.display());
        }
    }
}

#[test]
fn nothing_that_can_be_printed_for_developers_holds_a_password() {
    let prepared = common::load("scenarios/bugs/sftp-wrong-password.yaml");
    let printed = format!("{prepared:?}");
    for password in PASSWORDS {
        assert!(!printed.contains(password), "{password}");
    }
}
