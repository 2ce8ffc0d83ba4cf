//! `ewcsim test`.

mod output;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::{Args, ValueEnum};
use scenario::Choices;

use self::output::Output;
use super::duration::duration;
use super::{AllowArgs, SetArgs, complain, complain_with_help, note, print};
use crate::ending::Ending;
use crate::out::OutLock;
use crate::pending::begin_whole;
use crate::pool::processors;
use crate::progress::Progress;
use crate::report::{remove_file, with_path};
use crate::suite::{Filter, Judge, Layout, Seeds, Selection, Shard, Suite, SuiteError, list, run};
use crate::verdict::EngineName;

/// The default directory of scenarios.
const SCENARIOS: &str = "scenarios";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct TestArgs {
    /// Scenarios, and directories to search for them; `scenarios` by default
    paths: Vec<PathBuf>,
    /// The engine that runs the scenarios; snapshots are compared only with the usual one
    #[arg(long, value_enum, default_value_t)]
    engine: EngineName,
    /// Write new and changed snapshots and remove orphaned ones, except for scenarios that do not pass
    #[arg(long, conflicts_with_all = ["seed", "seeds", "set", "shard", "engine", "fail_fast"])]
    update: bool,
    /// Also write the results as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// The number of scenarios to run in parallel; by default the number of processors
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// List the scenarios that would run, with their seeds and titles, and run none
    #[arg(long, conflicts_with_all = ["update", "junit", "out"])]
    list: bool,
    /// End after the first scenario, in their order, that does not pass; what was not run is listed, and skipped in JUnit
    #[arg(long)]
    fail_fast: bool,
    /// Run part K of N; all parts together are the whole suite
    #[arg(long, value_name = "K/N")]
    shard: Option<Shard>,
    /// The format of the results
    #[arg(long, value_enum, default_value_t = SuiteFormat::Human)]
    format: SuiteFormat,
    /// Run only scenarios with this text in their path or title; may be repeated. With `*`, `?` or `[...]` it is a glob, which
    /// matches the whole path, the file name without its ending, or the whole title; `*` also stands for `/`
    #[arg(long = "filter", value_name = "TEXT|GLOB")]
    filters: Vec<Filter>,
    /// Run with this seed instead of the scenarios' own; snapshots are then not compared
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Run each scenario with each of these seeds, both ends included, instead of its own; snapshots are then not compared
    #[arg(long, value_name = "A..B", conflicts_with = "seed")]
    seeds: Option<Seeds>,
    /// The limit on the real time of each run; one that takes longer fails as a hang
    #[arg(long, value_name = "D", value_parser = duration)]
    time_limit: Option<Duration>,
    #[command(flatten)]
    set: SetArgs,
    #[command(flatten)]
    allow: AllowArgs,
    /// Run each scenario twice, and fail if the two runs differ
    #[arg(long)]
    twice: bool,
    /// Write run.json, events.jsonl, logs/ and show/ of each scenario that does not pass below DIR/SCENARIO
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Repeat each run that does not pass, and record its packets in capture.pcapng beside its files
    #[arg(long, requires = "out")]
    pcap: bool,
    /// The directory of the snapshots, instead of beside the scenarios
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    /// Also list scenarios that pass, and show differences in full
    #[arg(long, short)]
    verbose: bool,
}

const EXAMPLES: &str = "Examples:
  ewcsim test                                   all scenarios below scenarios/
  ewcsim test scenarios/bugs --filter sftp      a selection
  ewcsim test --filter 'own*' --list            what it would be
  ewcsim test --seeds 1..20 --fail-fast         each with twenty seeds, until one fails
  ewcsim test scenarios/x.yaml --update         accept the changes
  ewcsim test --shard 2/4 --junit results.xml   a quarter of them, for a CI server

Exit codes, worst first: 3 a bug in the simulator, 2 a scenario or the command line is wrong, 5 two runs with one seed \
differ, 1 an expectation or invariant failed, 6 a snapshot differs, 130 interrupted, 7 an expectation could not be judged before \
`until`, 0 all passed; 4 nothing selected.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SuiteFormat {
    /// For people
    Human,
    /// For programs: one object
    Json,
    /// For GitHub Actions: annotations, and the summary of the job
    Github,
}

/// Runs the suite and prints the results.
pub(super) fn test(args: &TestArgs) -> Ending {
    let suite = match suite(args) {
        Ok(suite) => suite,
        Err(ending) => return ending,
    };
    if args.list {
        return match list(&suite) {
            Ok(listing) if args.format == SuiteFormat::Json => print(&listing.json()),
            Ok(listing) => print(&listing.human()),
            Err(error) => cannot_run(args, &error),
        };
    }
    if args.engine == EngineName::Turmoil {
        note(
            "the engine is turmoil: all times are rounded up to the `tick` of the scenario, and a coarse tick can change an outcome",
        );
    }
    let stop = Arc::new(AtomicBool::new(false));
    super::stop_on_signal(&stop);
    // A file that cannot be written, or another writer, should not cost a run of the suite.
    let prepared = args.junit.as_deref().map_or(Ok(()), prepare_junit);
    let lock = match prepared.and_then(|()| args.out.as_deref().map(OutLock::take).transpose()) {
        Ok(lock) => lock,
        Err(error) => return complain(&error.to_string()),
    };
    let mut output = Output::new(args);
    let totals = match run(&suite, &stop, &mut Progress::on_terminal(), |case| output.take(case, &stop)) {
        Ok(totals) => totals,
        Err(error) => return cannot_run(args, &error),
    };
    let ending = output.finish(&totals, &suite);
    drop(lock);
    ending
}

/// Checks that the file can be written, and removes an old one: a run that is killed must not leave the results of another.
fn prepare_junit(path: &Path) -> std::io::Result<()> {
    let is_device = begin_whole(path, b"").map_err(|error| with_path(path, error))?.is_device();
    if is_device { Ok(()) } else { remove_file(path) }
}

/// Returns the suite; if the arguments are wrong, tells so.
fn suite(args: &TestArgs) -> Result<Suite, Ending> {
    let paths = if args.paths.is_empty() { vec![SCENARIOS.into()] } else { args.paths.clone() };
    if args.pcap && args.engine == EngineName::Turmoil {
        let help = "run without `--pcap`, or with `--engine simnet`";
        return Err(complain_with_help("turmoil captures no packets", help));
    }
    let layout = Layout::new(args.snapshots.clone());
    let layout = layout.map_err(|error| complain(&format!("there is no current directory: {error}")))?;
    let allowed = args.allow.allowed(&paths)?;
    Ok(Suite {
        paths,
        selection: Selection { filters: args.filters.clone(), seeds: args.seeds, shard: args.shard },
        jobs: args.jobs.map_or_else(processors, usize::from),
        fail_fast: args.fail_fast,
        judge: Judge {
            layout,
            choices: Choices { seed: args.seed, set: args.set.set.clone(), ..Choices::default() },
            allowed,
            engine: args.engine,
            update: args.update,
            twice: args.twice,
            time_limit: args.time_limit,
            reports: args.format == SuiteFormat::Json,
            out: args.out.clone(),
            captures: args.pcap,
        },
    })
}

fn cannot_run(args: &TestArgs, error: &SuiteError) -> Ending {
    let message = error.to_string();
    match error {
        SuiteError::NothingSelected(_) => {
            complain_with_help(&message, "`--filter`, `--shard` and the paths select the scenarios");
            Ending::NothingSelected
        }
        SuiteError::Find(_) if args.paths.is_empty() => {
            complain_with_help(&message, "name scenarios or directories: `ewcsim test my-scenarios`")
        }
        SuiteError::TooManyRuns(..) => complain_with_help(&message, "take fewer seeds, or select scenarios"),
        SuiteError::SharedPlace(..) => complain_with_help(&message, "give one of them another name"),
        SuiteError::Find(_) => complain(&message),
    }
}
