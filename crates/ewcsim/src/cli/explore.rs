//! `ewcsim explore` and `ewcsim merge`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::{Args, ValueEnum};
use scenario::{Choices, Faults};

use super::duration::duration;
use super::load::{is_standard_input, load_one};
use super::{
    AllowArgs, SetArgs, color_on_stderr, color_on_stdout, complain, complain_with_help, note, print, shrink,
};
use crate::allowed::Allowed;
use crate::ending::Ending;
use crate::explore::report::{github, human, json, junit, summary};
use crate::explore::{
    Found, MergeError, Request, Seeds, TIME_LIMIT, explore as run_seeds, files, merge as merge_parts,
};
use crate::github::append_summary;
use crate::out::OutLock;
use crate::panics::tell_each_place_once;
use crate::pending::{begin_whole, write_whole};
use crate::pool::processors;
use crate::progress::Progress;
use crate::report::{remove_file, with_path};
use crate::shard::Shard;
use crate::shrinking;

/// The most failures that are made smaller, and the time for each.
const SHRUNK_MAX: usize = 10;
const SHRINK_TIME: Duration = Duration::from_secs(120);

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExploreArgs {
    /// The scenario, a YAML file; `-` reads it from standard input
    scenario: PathBuf,
    /// The seeds, both ends included [default: 1..200]
    #[arg(long, value_name = "A..B")]
    seeds: Option<Seeds>,
    /// Run as many seeds from 1 on as this much real time allows, such as 10m; which these are depends on the machine
    #[arg(long = "for", value_name = "D", conflicts_with = "seeds", value_parser = duration)]
    time: Option<Duration>,
    /// Leave out a random subset of the timeline's faults in each run, and take ends of some ranges; the seed decides
    #[arg(long)]
    swarm: bool,
    /// The number of runs at a time; by default the number of processors
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Run part K of N: every N-th seed; `merge` puts the parts together
    #[arg(long, value_name = "K/N")]
    shard: Option<Shard>,
    /// End after the N-th run that does not pass, in the order of seeds; what could not be judged does not count
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    until_failures: Option<u64>,
    /// The limit on the real time of a run; one that takes longer is a failure [default: 60s]
    #[arg(long, value_name = "D", value_parser = duration)]
    time_limit: Option<Duration>,
    /// Run each seed twice, and fail if the two runs differ
    #[arg(long)]
    twice: bool,
    /// Then make of the first seed of each failure the smallest scenario that fails in the same way, below DIR/shrunk
    #[arg(long, requires = "out", conflicts_with = "shard")]
    shrink: bool,
    #[command(flatten)]
    set: SetArgs,
    #[command(flatten)]
    allow: AllowArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// The directories that `explore --shard` has written, all parts of one exploration
    #[arg(required = true, value_name = "DIR")]
    directories: Vec<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

/// The arguments about what is written.
#[derive(Debug, Args)]
struct OutputArgs {
    /// Also write the results as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Also write results.jsonl, explore.json, runs.csv and distributions.csv below this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The format of the results
    #[arg(long, value_enum, default_value_t = ExploreFormat::Human)]
    format: ExploreFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExploreFormat {
    /// For people
    Human,
    /// For programs: one object
    Json,
    /// For GitHub Actions: annotations, and the summary of the job
    Github,
}

const EXAMPLES: &str = "Examples:
  ewcsim explore scenarios/chaos/power-cut.yaml                       200 seeds
  ewcsim explore plan.yaml --swarm --for 10m                          variants of it, for ten minutes
  ewcsim explore plan.yaml --seeds 1..10000 --shard 2/4 --out part-2  a quarter of them, for `ewcsim merge part-*`

Exit codes, worst first: 3 a bug in the simulator, 2 the scenario or the call is wrong, 5 two runs with one seed differ, 1 a run failed \
or did not end, 130 interrupted, 7 a run could not be judged, 0 all passed.";

/// Runs the seeds and prints the results.
pub(super) fn explore(args: &ExploreArgs) -> Ending {
    let choices = Choices { set: args.set.set.clone(), ..Choices::default() };
    if args.shrink && is_standard_input(&args.scenario) {
        let help = "write the scenario to a file";
        return complain_with_help("`--shrink` cannot shrink a scenario from standard input", help);
    }
    let (prepared, allowed) = match load_one(&args.scenario, &choices, &args.allow, false) {
        Ok(loaded) => loaded,
        Err(ending) => return ending,
    };
    let seeds = args.time.map_or(args.seeds.unwrap_or(Seeds::DEFAULT), Seeds::within);
    let request = Request {
        seeds,
        swarm: args.swarm,
        jobs: args.jobs.map(usize::from),
        shard: args.shard,
        until_failures: args.until_failures,
        time_limit: args.time_limit.unwrap_or(TIME_LIMIT),
        twice: args.twice,
        allow_read: allowed.to_repeat(&args.scenario),
    };
    let stop = Arc::new(AtomicBool::new(false));
    super::stop_on_signal(&stop);
    let output = match Output::prepare(&args.output, args.shard) {
        Ok(output) => output,
        Err(ending) => return ending,
    };
    if let Some(shard) = args.shard.filter(|shard| seeds.of(Some(*shard)).next().is_none()) {
        note(&format!("part {shard} has none of the seeds: there are fewer than parts"));
    }
    match run_seeds(&prepared, &request, &mut Progress::on_terminal(), &stop) {
        Ok(found) => {
            let ending = output.write(&found);
            let shrunk = args.output.out.as_deref().filter(|_| args.shrink);
            shrunk.map_or(ending, |out| ending.max(make_smaller(args, &allowed, out, &found, &stop)))
        }
        Err(diagnostics) => {
            let _ = write!(io::stderr(), "{}", diagnostics.render(color_on_stderr()));
            Ending::InvalidInput
        }
    }
}

/// Makes of the first seed of each failure a scenario that is as small as it can be, and returns the worst ending of that.
fn make_smaller(
    args: &ExploreArgs,
    allowed: &Allowed,
    out: &Path,
    found: &Found,
    stop: &AtomicBool,
) -> Ending {
    let mut worst = Ending::Passed;
    tell_each_place_once();
    for (number, (key, seed)) in found.first_failures().into_iter().enumerate() {
        if stop.load(Ordering::Relaxed) {
            return worst.max(Ending::Interrupted);
        }
        let what = format!("{key}, with seed {seed}");
        if number == SHRUNK_MAX {
            note(&format!("not made smaller, as only the first {SHRUNK_MAX} are: {what} and those after it"));
            break;
        }
        let request = shrinking::Request {
            choices: Choices {
                seed: Some(seed),
                set: args.set.set.clone(),
                faults: Faults::swarm(args.swarm),
            },
            failure: Some(key.clone()),
            time_limit: SHRINK_TIME,
            tries: u64::MAX,
            jobs: args.jobs.map_or_else(processors, usize::from),
        };
        let files = allowed.files(&args.scenario);
        let mut progress = Progress::on_terminal();
        match shrinking::shrink(&args.scenario, &files, &request, &mut progress, stop) {
            Ok(shrunk) if shrunk.steps.is_empty() => note(&format!("nothing can be taken away: {what}")),
            Ok(shrunk) => {
                let path = out.join("shrunk").join(format!("{}.yaml", key.slug()));
                worst = worst.max(shrink::write_to(&args.scenario, &path, &shrunk));
                note(&format!("{what}: {}", path.display()));
                shrink::tell(&shrunk);
            }
            // The failure of a run that did not recover is no expectation, which alone can be kept.
            Err(error) => note(&format!("not made smaller: {what}: {error}")),
        }
    }
    worst
}

/// Puts the parts of an exploration together, and prints the whole.
pub(super) fn merge(args: &MergeArgs) -> Ending {
    let found = match merge_parts(&args.directories) {
        Ok(found) => found,
        Err(error) => return cannot_merge(&error),
    };
    match Output::prepare(&args.output, None) {
        Ok(output) => output.write(&found),
        Err(ending) => ending,
    }
}

fn cannot_merge(error: &MergeError) -> Ending {
    let help = match error {
        MergeError::Read(_) => "name the directories of `ewcsim explore --out DIR`",
        MergeError::Version { .. } => "one version writes and merges: run all parts with this one",
        MergeError::Mixed { .. } => "all parts are run with the same scenario and options, but `--shard`",
        MergeError::Overlap { .. } => "name each part once: with N parts, 1/N to N/N",
        MergeError::Missing { .. } => "name the directories of all parts",
        MergeError::Incomplete { .. } => "run this part again",
    };
    complain_with_help(&error.to_string(), help)
}

/// The places to which results go.
struct Output<'a> {
    args: &'a OutputArgs,
    shard: Option<Shard>,
    _lock: Option<OutLock>,
}

impl<'a> Output<'a> {
    /// Checks the places: a full disk, or another writer, should not cost the runs.
    fn prepare(args: &'a OutputArgs, shard: Option<Shard>) -> Result<Self, Ending> {
        let junit = args.junit.as_deref().map_or(Ok(()), |path| {
            let is_device = begin_whole(path, b"").map_err(|error| with_path(path, error))?.is_device();
            if is_device { Ok(()) } else { remove_file(path) }
        });
        let lock = junit.and_then(|()| args.out.as_deref().map(OutLock::take).transpose());
        Ok(Self { args, shard, _lock: lock.map_err(|error| complain(&error.to_string()))? })
    }

    /// Writes and prints the results, and returns the ending.
    fn write(&self, found: &Found) -> Ending {
        let mut worst = found.ending();
        let mut note = |result: io::Result<()>| {
            if let Err(error) = result {
                worst = worst.max(complain(&error.to_string()));
            }
        };
        note(self.args.out.as_deref().map_or(Ok(()), |directory| files(directory, found, self.shard)));
        let whole = |path: &Path, text: String| {
            write_whole(path, text.as_bytes()).map_err(|error| with_path(path, error))
        };
        note(self.args.junit.as_deref().map_or(Ok(()), |path| whole(path, junit(found))));
        let text = match self.args.format {
            ExploreFormat::Human => human(found, color_on_stdout()),
            ExploreFormat::Json => json(found),
            ExploreFormat::Github => {
                note(append_summary(|| summary(found)));
                github(found)
            }
        };
        worst.max(print(&text))
    }
}
