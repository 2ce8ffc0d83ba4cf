//! `ewcsim explore` and `ewcsim merge` as commands: what they print and write depends on the seeds alone.

mod formats;
mod merged;
mod outcomes;
mod scale;
mod shrunk;
mod swarm;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{Called, call_in};
use crate::common;

/// A scenario of which some seeds fail: recovery from the drawn faults takes longer than its expectation allows.
const LAB: &str = include_str!("lab.yaml");

/// Creates a directory with `lab.yaml`, changed by `edit`.
fn with_lab(edit: impl Fn(String) -> String) -> TempDir {
    let directory = common::temporary();
    fs::write(directory.path().join("lab.yaml"), edit(LAB.to_owned())).expect("the directory is ours");
    directory
}

/// Explores `lab.yaml` with these further words.
fn explore(directory: &Path, words: &str) -> Called {
    let words: Vec<&str> = ["explore", "lab.yaml"].into_iter().chain(words.split_whitespace()).collect();
    call_in(directory, &words)
}

/// Does the same with `--format json`.
fn report(directory: &Path, words: &str) -> (Option<i32>, Value) {
    let called = explore(directory, &format!("{words} --format json"));
    let report = serde_json::from_str(&called.stdout);
    (called.code, report.unwrap_or_else(|error| panic!("{error}: {}{}", called.stdout, called.stderr)))
}

/// Returns the files below a directory, by name.
fn files(directory: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.expect("it is listed").path();
        let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(path).expect("it is text"))
    };
    entries.map(read).collect()
}
