//! `ewcsim diff`: what changed between two runs, two plans or two labs, by access point and phase, not by line.
//!
//! Each kind is read into the same form, [`Facts`]: named things, each with named values. [`compare`] knows nothing of kinds.

mod facts;
mod human;
mod lab;
mod plan;
mod run;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use scenario::Choices;
use serde_json::Value;

pub(crate) use self::facts::{Difference, Facts, compare};
pub(crate) use self::human::human;
use crate::allowed::Allowed;

/// The longest `run.json`, or plan, that is read, in bytes.
const JSON_MAX: u64 = 256 << 20;

/// The kinds of things that can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Runs,
    Plans,
    Labs,
}

/// One side of a comparison.
#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) kind: Kind,
    pub(crate) facts: Facts,
    /// The events of a run, if it has them.
    pub(crate) events: Option<PathBuf>,
}

/// The reason why a side cannot be read.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// A message, and what to do.
    Message(String, String),
    /// The diagnostics of a lab, rendered.
    Diagnostics(String),
}

/// Reads one side: a directory with `run.json`, a plan as JSON, or a lab or scenario.
pub(crate) fn read(path: &Path, allowed: &Allowed, color: bool) -> Result<Side, Unreadable> {
    let fail = |message: String, help: &str| Err(Unreadable::Message(message, help.to_owned()));
    let shown = text::printable(&path.display());
    if path.is_dir() {
        let file = path.join("run.json");
        let run = match json(&file) {
            Ok(run) => run,
            Err(error) => {
                return fail(
                    format!("{shown} is no run: run.json: {error}"),
                    "`ewcsim run SCENARIO --out DIR` writes such a directory",
                );
            }
        };
        let events = path.join("events.jsonl");
        let events = events.is_file().then_some(events);
        return match run::facts(&run, events.as_deref()) {
            Ok(facts) => Ok(Side { kind: Kind::Runs, facts, events }),
            Err(error) => fail(format!("{shown} is no run: {error}"), "run the scenario again with `--out`"),
        };
    }
    if path.extension().is_some_and(|extension| extension == "json") {
        let parsed = json(path);
        return match parsed {
            Ok(json) if json["phases"].is_array() && json["access_points"].is_array() => {
                Ok(Side { kind: Kind::Plans, facts: plan::facts(&json), events: None })
            }
            Ok(json) if json["expectations"].is_array() && json["access_points"].is_array() => {
                match run::facts(&json, None) {
                    Ok(facts) => Ok(Side { kind: Kind::Runs, facts, events: None }),
                    Err(error) => {
                        fail(format!("{shown} is no run: {error}"), "run the scenario again with `--out`")
                    }
                }
            }
            Ok(_) => fail(
                format!("{shown} is neither a run nor a plan"),
                "a plan has `access_points` and `phases`, a run `access_points` and `expectations`",
            ),
            Err(error) => {
                fail(format!("{shown}: {error}"), "compare two directories of runs, two plans, or two labs")
            }
        };
    }
    match crate::lab::load_lab(path, &allowed.files(path), &Choices::default(), "") {
        Ok(prepared) => Ok(Side { kind: Kind::Labs, facts: lab::facts(&prepared.scenario), events: None }),
        Err(diagnostics) => Err(Unreadable::Diagnostics(diagnostics.render(color))),
    }
}

fn json(path: &Path) -> Result<Value, String> {
    let read = |path: &Path| -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(JSON_MAX + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read(path).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > JSON_MAX {
        return Err(format!("more than {JSON_MAX} bytes"));
    }
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}

/// Returns the first event in which two runs differ, as a pair of lines without the wall clock; nothing if there is none.
pub(crate) fn first_event(a: &Side, b: &Side) -> io::Result<Option<[Option<String>; 2]>> {
    match (&a.events, &b.events) {
        (Some(a), Some(b)) => run::first_difference(a, b),
        _ => Ok(None),
    }
}
