//! `ewcsim merge`: the parts of an exploration as the whole.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Seeds;
use super::found::{Found, Plan};
use super::results::{Stored, read};
use super::row::Row;
use crate::cli::VERSION;
use crate::shard::Shard;

/// The reason why parts are not put together.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// One cannot be read.
    #[error("{0}")]
    Read(String),
    /// One was written by another version.
    #[error("{}: written by ewcsim {found}, and this is {VERSION}", .path.display())]
    Version {
        /// The directory.
        path: PathBuf,
        /// The version that wrote it.
        found: String,
    },
    /// Two are of different explorations.
    #[error("{} and {} are not parts of one exploration: `{key}` differs", .a.display(), .b.display())]
    Mixed {
        /// The first directory.
        a: PathBuf,
        /// The other one.
        b: PathBuf,
        /// What differs.
        key: String,
    },
    /// Two are the same part, or parts of another number.
    #[error("{} and {} overlap: {part} and {other}", .a.display(), .b.display())]
    Overlap {
        /// The first directory.
        a: PathBuf,
        /// The other one.
        b: PathBuf,
        /// The part in the first.
        part: String,
        /// The part in the other.
        other: String,
    },
    /// A part is missing.
    #[error("part {number}/{count} is missing")]
    Missing {
        /// Its number.
        number: usize,
        /// The number of parts.
        count: usize,
    },
    /// A part has not all of its seeds.
    #[error("{}: {why}", .path.display())]
    Incomplete {
        /// The directory.
        path: PathBuf,
        /// What is wrong.
        why: &'static str,
    },
}

/// Reads the parts in these directories, and returns the whole.
///
/// # Errors
/// See [`MergeError`].
pub fn merge(directories: &[PathBuf]) -> Result<Found, MergeError> {
    let mut parts: Vec<(&Path, Stored)> = Vec::new();
    for path in directories {
        let stored = read(path).map_err(MergeError::Read)?;
        if stored.plan.tool != VERSION {
            return Err(MergeError::Version { path: path.clone(), found: stored.plan.tool });
        }
        if let Some((first, known)) = parts.first() {
            let (a, b) = (first.to_path_buf(), path.clone());
            if let Some(key) = difference(&known.plan, &stored.plan) {
                return Err(MergeError::Mixed { a, b, key });
            }
        }
        check(path, &stored)?;
        parts.push((path, stored));
    }
    check_parts(&parts)?;
    let Some((_, first)) = parts.first() else { return Err(MergeError::Missing { number: 1, count: 1 }) };
    let mut found = Found::new(first.plan.clone());
    let mut rows: Vec<Row> = parts.into_iter().flat_map(|(_, stored)| stored.rows).collect();
    rows.sort_by_key(|row| row.seed);
    for row in rows {
        // Each part has gone on until it had as many failures by itself.
        if !found.is_enough() {
            found.add(row);
        }
    }
    Ok(found)
}

/// Returns the first key in which two plans differ.
fn difference(a: &Plan, b: &Plan) -> Option<String> {
    let keys = |plan: &Plan| match serde_json::to_value(plan) {
        Ok(Value::Object(keys)) => keys,
        _ => serde_json::Map::new(),
    };
    let (a, b) = (keys(a), keys(b));
    a.iter().find(|(key, value)| b.get(key.as_str()) != Some(*value)).map(|(key, _)| key.clone())
}

/// Checks that a part has all of its seeds, and its runs have what the plan says.
fn check(path: &Path, stored: &Stored) -> Result<(), MergeError> {
    let incomplete = |why| Err(MergeError::Incomplete { path: path.to_owned(), why });
    if stored.interrupted {
        return incomplete("the exploration was interrupted: run this part to its end");
    }
    let plan = &stored.plan;
    let wanted: Vec<u64> = plan.seeds.of(stored.shard).take(stored.rows.len() + 1).collect();
    let seeds: Vec<u64> = stored.rows.iter().map(|row| row.seed).collect();
    if !wanted.starts_with(&seeds) {
        return incomplete("the seeds are not those of this part");
    }
    let failed = stored.rows.iter().filter(|row| row.outcome.is_failure()).count() as u64;
    let ended = match plan.seeds {
        Seeds::For { .. } => true,
        Seeds::Range { .. } => {
            wanted.len() == seeds.len() || plan.until_failures.is_some_and(|wanted| failed >= wanted)
        }
    };
    if !ended {
        return incomplete("runs are missing");
    }
    let fits = |length: usize, plan: usize| length == 0 || length == plan;
    let is_whole = |row: &Row| {
        fits(row.faults.len(), plan.faults.len())
            && fits(row.drawn.len(), plan.drawn.len())
            && fits(row.values.len(), plan.measures.len())
    };
    if stored.rows.iter().all(is_whole) { Ok(()) } else { incomplete("a run does not fit the plan") }
}

/// Checks that the parts are all parts of one number, each once.
fn check_parts(parts: &[(&Path, Stored)]) -> Result<(), MergeError> {
    let told = |shard: Option<Shard>| shard.map_or("all seeds".to_owned(), |shard| format!("part {shard}"));
    let mut first_of: Vec<(Shard, &Path)> = Vec::new();
    for (index, (path, stored)) in parts.iter().enumerate() {
        let overlap = |other: &(&Path, Stored)| MergeError::Overlap {
            a: other.0.to_owned(),
            b: path.to_path_buf(),
            part: told(other.1.shard),
            other: told(stored.shard),
        };
        let others = parts[..index].iter().find(|(_, other)| match (other.shard, stored.shard) {
            (Some(a), Some(b)) => a.count() != b.count() || a.number() == b.number(),
            (None, _) | (_, None) => true,
        });
        if let Some(other) = others {
            return Err(overlap(other));
        }
        first_of.extend(stored.shard.map(|shard| (shard, *path)));
    }
    let Some((shard, _)) = first_of.first() else { return Ok(()) };
    let count = shard.count();
    match (1..=count).find(|number| first_of.iter().all(|(shard, _)| shard.number() != *number)) {
        Some(number) => Err(MergeError::Missing { number, count }),
        None => Ok(()),
    }
}
