//! `ewcsim shrink`.

use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use scenario::{Choices, Faults};
use text::numbers::count;

use super::duration::duration;
use super::{AllowArgs, SetArgs, color_on_stderr, complain, note, print};
use crate::ending::Ending;
use crate::panics::tell_each_place_once;
use crate::pending::write_whole;
use crate::pool::processors;
use crate::progress::Progress;
use crate::report::with_path;
use crate::shrinking::{Request, ShrinkError, Shrunk, shrink as make_smaller};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ShrinkArgs {
    /// The scenario, a YAML file
    scenario: PathBuf,
    /// The seed with which it fails; by default the scenario's own, or 1
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Take the variant of the seed, as `explore --swarm` does
    #[arg(long)]
    swarm: bool,
    #[command(flatten)]
    set: SetArgs,
    #[command(flatten)]
    allow: AllowArgs,
    /// Write the scenario to this file; by default to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The time after which the smallest scenario so far is the result
    #[arg(long, value_name = "D", default_value = "2m", value_parser = duration)]
    time_limit: Duration,
    /// The number of scenarios to run in parallel; by default the number of processors
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
}

const EXAMPLES: &str = "Examples:
  ewcsim shrink night.yaml --seed 7                   the smallest scenario that fails as it does with seed 7
  ewcsim shrink night.yaml --seed 7 --out small.yaml  written to a file
  ewcsim shrink night.yaml --time-limit 10m           a long one

Exit codes: 0 it was made smaller, or cannot be; 2 the scenario or the command line is wrong; 4 with that seed it does not fail; 130 interrupted: \
the smallest so far is written.";

/// Makes a scenario smaller, and prints or writes it.
pub(super) fn shrink(args: &ShrinkArgs) -> Ending {
    let allowed = match args.allow.allowed(std::slice::from_ref(&args.scenario)) {
        Ok(allowed) => allowed,
        Err(ending) => return ending,
    };
    let request = Request {
        choices: Choices { seed: args.seed, set: args.set.set.clone(), faults: Faults::swarm(args.swarm) },
        failure: None,
        time_limit: args.time_limit,
        tries: u64::MAX,
        jobs: args.jobs.map_or_else(processors, usize::from),
    };
    let interrupted = Arc::new(AtomicBool::new(false));
    super::stop_on_signal(&interrupted);
    tell_each_place_once();
    let files = allowed.files(&args.scenario);
    let found = make_smaller(&args.scenario, &files, &request, &mut Progress::on_terminal(), &interrupted);
    let shrunk = match found {
        Ok(shrunk) => shrunk,
        Err(ShrinkError::Wrong(problems)) => {
            let _ = write!(io::stderr(), "{}", problems.render(color_on_stderr()));
            return Ending::InvalidInput;
        }
        Err(error @ ShrinkError::NoFailure(_)) => {
            complain(&error.to_string());
            return Ending::NothingSelected;
        }
        Err(error @ ShrinkError::Interrupted) => {
            complain(&error.to_string());
            return Ending::Interrupted;
        }
        Err(error @ (ShrinkError::Run(_) | ShrinkError::Secrets)) => return complain(&error.to_string()),
    };
    let written = write(args, &shrunk);
    tell(&shrunk);
    if interrupted.load(Ordering::Relaxed) { written.max(Ending::Interrupted) } else { written }
}

/// Writes the scenario, unless nothing could be taken away: then it is the original.
fn write(args: &ShrinkArgs, shrunk: &Shrunk) -> Ending {
    if shrunk.steps.is_empty() {
        note("nothing was taken away, and nothing is written");
        return Ending::Passed;
    }
    match &args.out {
        Some(out) => write_to(&args.scenario, out, shrunk),
        None => print(&shrunk.text),
    }
}

/// Writes a scenario that was made of another one, and carries along the files that it names.
pub(super) fn write_to(scenario: &Path, out: &Path, shrunk: &Shrunk) -> Ending {
    carry(scenario, out, &shrunk.files);
    match write_whole(out, shrunk.text.as_bytes()) {
        Ok(()) => Ending::Passed,
        Err(error) => complain(&with_path(out, error).to_string()),
    }
}

/// Copies the listings that the scenario names to where it names them, if it is written into another directory; tells which files it cannot
/// copy.
fn carry(scenario: &Path, out: &Path, files: &[String]) {
    let directory = |path: &Path| path.parent().unwrap_or(Path::new("")).to_owned();
    let (from, to) = (directory(scenario), directory(out));
    if std::path::absolute(from.join("x")).ok() == std::path::absolute(to.join("x")).ok() {
        return;
    }
    for file in files {
        let (source, target) = (from.join(file), to.join(file));
        let stays_below = Path::new(file).components().all(|part| matches!(part, Component::Normal(_)));
        let copy = || -> io::Result<()> {
            let bytes = fs::read(&source)?;
            fs::create_dir_all(directory(&target))?;
            write_whole(&target, &bytes)
        };
        if !stays_below || target.exists() || source.is_dir() || copy().is_err() {
            note(&format!("it names `{file}` of the directory of {}: copy that, too", scenario.display()));
        }
    }
}

pub(super) fn tell(shrunk: &Shrunk) {
    if !shrunk.others.is_empty() {
        let others = count(shrunk.others.len(), "other way");
        note(&format!(
            "it also fails in {others}, which the small one may have or not: {}",
            shrunk.others[0]
        ));
    }
    if !shrunk.complete && !shrunk.steps.is_empty() {
        note(&format!(
            "it was not shrunk to the end after {}; `--time-limit` gives it more time",
            count(usize::try_from(shrunk.runs).unwrap_or(usize::MAX), "attempt")
        ));
    }
}
