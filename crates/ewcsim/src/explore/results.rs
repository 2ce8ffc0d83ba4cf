//! The files of an exploration, and reading back the one that `merge` needs.
//!
//! `results.jsonl` has a line for the plan, one for each run, and a last one with their number and digest, so that a file that was cut or
//! changed is noticed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::RUNS_MAX;
use super::found::{Found, Plan};
use super::report::{distributions_csv, json, runs_csv};
use super::row::Row;
use crate::pending::{Pending, begin_whole};
use crate::report::{remove_file, with_path};
use crate::shard::Shard;

/// The file that `merge` reads. It is there once all others are.
pub(crate) const FILE: &str = "results.jsonl";

/// The other files.
const REPORT: &str = "explore.json";
const RUNS: &str = "runs.csv";
const DISTRIBUTIONS: &str = "distributions.csv";

/// The longest line that is read, in bytes.
const LINE_MAX: u64 = 1 << 20;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    plan: Plan,
    /// The part, such as `2/3`; nothing for all seeds.
    shard: Option<String>,
}

/// The last line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Foot {
    rows: usize,
    interrupted: bool,
    sha256: String,
}

/// A part of an exploration, as it was stored.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) plan: Plan,
    pub(super) shard: Option<Shard>,
    pub(super) rows: Vec<Row>,
    pub(super) interrupted: bool,
}

/// Writes the files of an exploration into a directory that exists. Nothing is replaced before all is written.
///
/// # Errors
/// The first error of the operating system, with the path.
pub(crate) fn files(directory: &Path, found: &Found, shard: Option<Shard>) -> io::Result<()> {
    let all = [
        (FILE, lines(found, shard)),
        (REPORT, json(found)),
        (RUNS, runs_csv(found)),
        (DISTRIBUTIONS, distributions_csv(found)),
    ];
    let mut written: Vec<(std::path::PathBuf, Pending)> = Vec::new();
    for (name, text) in all {
        let path = directory.join(name);
        let pending = begin_whole(&path, text.as_bytes()).map_err(|error| with_path(&path, error))?;
        written.push((path, pending));
    }
    remove_file(&directory.join(FILE))?;
    // The first one comes last.
    let keep = |(path, pending): (std::path::PathBuf, Pending)| {
        pending.keep().map_err(|error| with_path(&path, error))
    };
    written.into_iter().rev().try_for_each(keep)
}

/// Returns the content of [`FILE`].
fn lines(found: &Found, shard: Option<Shard>) -> String {
    let head = Head { plan: found.plan.clone(), shard: shard.map(|shard| shard.to_string()) };
    let mut text = line(&head);
    found.rows.iter().for_each(|row| text.push_str(&line(row)));
    let foot =
        Foot { rows: found.rows.len(), interrupted: found.interrupted, sha256: hex(&Sha256::digest(&text)) };
    text.push_str(&line(&foot));
    text
}

fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plans and rows are JSON") + "\n"
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads the results in a directory.
///
/// # Errors
/// A sentence that says what is wrong with them.
pub(super) fn read(directory: &Path) -> Result<Stored, String> {
    let path = directory.join(FILE);
    let shown = path.display();
    let file = File::open(&path).map_err(|error| format!("{shown}: {error}"))?;
    let mut reader = BufReader::new(file);
    let mut digest = Sha256::new();
    let damaged = |number: usize, why: &str| format!("{shown}:{number}: damaged: {why}");
    let mut next = |number: usize| -> Result<String, String> {
        let mut text = String::new();
        let read = reader.by_ref().take(LINE_MAX).read_line(&mut text);
        read.map_err(|error| damaged(number, &error.to_string()))?;
        if text.ends_with('\n') { Ok(text) } else { Err(damaged(number, "the line does not end")) }
    };
    let first = next(1)?;
    let head: Head = serde_json::from_str(&first).map_err(|error| damaged(1, &error.to_string()))?;
    let shard = head.shard.map(|shard| shard.parse::<Shard>()).transpose();
    let shard = shard.map_err(|error| damaged(1, error))?;
    digest.update(&first);
    let mut rows: Vec<Row> = Vec::new();
    let foot = loop {
        let number = rows.len() + 2;
        let text = next(number)?;
        if let Ok(foot) = serde_json::from_str::<Foot>(&text) {
            break foot;
        }
        let row: Row = serde_json::from_str(&text).map_err(|error| damaged(number, &error.to_string()))?;
        if rows.len() as u64 >= RUNS_MAX {
            return Err(damaged(number, "too many runs"));
        }
        digest.update(&text);
        rows.push(row);
    };
    let expected = Foot { rows: rows.len(), interrupted: foot.interrupted, sha256: hex(&digest.finalize()) };
    if foot != expected {
        return Err(damaged(rows.len() + 2, "the digest is another one"));
    }
    if next(rows.len() + 3).is_ok() {
        return Err(damaged(rows.len() + 3, "nothing follows the last line"));
    }
    Ok(Stored { plan: head.plan, shard, rows, interrupted: foot.interrupted })
}
