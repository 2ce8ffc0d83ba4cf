//! `ewcsim diff`: what changed between two runs, two plans or two labs.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::{AllowArgs, Format, color_on_stderr, complain, complain_with_help, print};
use crate::diff::{Difference, Kind, Side, Unreadable, compare, first_event, human, read};
use crate::ending::Ending;

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// The first: the directory of a run, a plan as JSON, or a lab or scenario
    a: PathBuf,
    /// The second, of the same kind
    b: PathBuf,
    #[command(flatten)]
    allow: AllowArgs,
    /// The format of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// A comparison, as JSON has it.
#[derive(Debug, Serialize)]
struct Report<'a> {
    kind: Kind,
    a: String,
    b: String,
    same: bool,
    differences: &'a [Difference],
    /// The first event in which two runs differ, of A and of B.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_event: Option<&'a [Option<String>; 2]>,
}

/// Compares and prints.
pub(super) fn diff(args: &DiffArgs) -> Ending {
    let allowed = match args.allow.allowed(&[args.a.clone(), args.b.clone()]) {
        Ok(allowed) => allowed,
        Err(ending) => return ending,
    };
    let side = |path: &PathBuf| -> Result<Side, Ending> {
        read(path, &allowed, color_on_stderr()).map_err(|error| match error {
            Unreadable::Message(message, help) => complain_with_help(&message, &help),
            Unreadable::Diagnostics(text) => {
                let _ = write!(io::stderr(), "{text}");
                Ending::InvalidInput
            }
        })
    };
    let (a, b) = match (side(&args.a), side(&args.b)) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(ending), _) | (_, Err(ending)) => return ending,
    };
    if a.kind != b.kind {
        let (a, b) = (word(a.kind), word(b.kind));
        return complain_with_help(
            &format!("the first is {a}, the second {b}"),
            "compare two runs, two plans or two labs",
        );
    }
    let differences = compare(&a.facts, &b.facts);
    let first = match first_event(&a, &b) {
        Ok(first) => first,
        Err(error) => return complain(&format!("cannot read the events: {error}")),
    };
    let same = differences.is_empty() && first.is_none();
    let printed = match args.format {
        Format::Human => print(&human(&differences, first.as_ref())),
        Format::Json => {
            let report = Report {
                kind: a.kind,
                a: args.a.display().to_string(),
                b: args.b.display().to_string(),
                same,
                differences: &differences,
                first_event: first.as_ref(),
            };
            print(&(serde_json::to_string_pretty(&report).expect("a report is JSON") + "\n"))
        }
    };
    match printed {
        Ending::Passed if !same => Ending::Failed,
        printed => printed,
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Runs => "a run",
        Kind::Plans => "a plan",
        Kind::Labs => "a lab or a scenario",
    }
}
