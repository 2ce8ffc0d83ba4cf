//! `ewcsim test`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, ValueEnum};
use scenario::Choices;

use super::{AllowArgs, SetArgs, color_on_stdout, complain, complain_with_help, note, print};
use crate::ending::Ending;
use crate::out::OutLock;
use crate::pending::{begin_whole, write_whole};
use crate::pool::processors;
use crate::progress::Progress;
use crate::report::{remove_file, shell_word, with_path};
use crate::suite::report::{Github, Human, json, junit as junit_text};
use crate::suite::{Case, Judge, Layout, Selection, Shard, Suite, SuiteError, Totals, run};
use crate::verdict::EngineName;
use text::numbers::count;

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
    #[arg(long, conflicts_with_all = ["seed", "set", "shard", "engine"])]
    update: bool,
    /// Also write the results as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// The number of scenarios to run in parallel; by default the number of processors
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Run part K of N; all parts together are the whole suite
    #[arg(long, value_name = "K/N")]
    shard: Option<Shard>,
    /// The format of the results
    #[arg(long, value_enum, default_value_t = SuiteFormat::Human)]
    format: SuiteFormat,
    /// Run only scenarios with this text in their path; may be repeated
    #[arg(long = "filter", value_name = "TEXT")]
    filters: Vec<String>,
    /// Run with this seed instead of the scenarios' own; snapshots are then not compared
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
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
    /// For GitHub Actions: annotations
    Github,
}

/// Runs the suite and prints the results.
pub(super) fn test(args: &TestArgs) -> Ending {
    let suite = match suite(args) {
        Ok(suite) => suite,
        Err(ending) => return ending,
    };
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
    let mut output = Output { args, kept: Vec::new(), again: Vec::new(), printed: Ending::Passed };
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
    let layout = Layout::new(args.snapshots.clone());
    let layout = layout.map_err(|error| complain(&format!("there is no current directory: {error}")))?;
    let allowed = args.allow.allowed(&paths)?;
    Ok(Suite {
        paths,
        selection: Selection { filters: args.filters.clone(), shard: args.shard },
        jobs: args.jobs.map_or_else(processors, usize::from),
        judge: Judge {
            layout,
            choices: Choices { seed: args.seed, set: args.set.set.clone(), ..Choices::default() },
            allowed,
            engine: args.engine,
            update: args.update,
            twice: args.twice,
            reports: args.format == SuiteFormat::Json,
            out: args.out.clone(),
        },
    })
}

/// The output of results.
struct Output<'a> {
    args: &'a TestArgs,
    /// The cases that are needed at the end.
    kept: Vec<Case>,
    again: Vec<String>,
    /// `Passed` as long as standard output can be written.
    printed: Ending,
}

impl Output<'_> {
    fn human(&self) -> Human {
        Human { color: color_on_stdout(), verbose: self.args.verbose }
    }

    fn take(&mut self, case: Case, stop: &AtomicBool) {
        let text = match self.args.format {
            SuiteFormat::Human => self.human().case(&case),
            SuiteFormat::Github => Github.case(&case),
            SuiteFormat::Json => String::new(),
        };
        self.print(&text);
        if self.printed != Ending::Passed {
            stop.store(true, Ordering::Relaxed);
        }
        if case.ending != Ending::Passed {
            self.again.push(case.again.clone());
        }
        if self.args.junit.is_some() || self.args.format == SuiteFormat::Json {
            self.kept.push(case);
        }
    }

    fn finish(mut self, totals: &Totals, suite: &Suite) -> Ending {
        if let Some(shard) = suite.selection.shard.filter(|_| totals.run() + totals.not_run == 0) {
            note(&format!("part {shard} has none of the scenarios: there are fewer than parts"));
        }
        let (runs, jobs) =
            (count(totals.run(), "scenario"), count(suite.jobs.min(totals.run().max(1)), "thread"));
        note(&format!("{runs} in {:.1} s on {jobs}", totals.took.as_secs_f64()));
        if self.again.is_empty() && totals.worst() != Ending::Passed {
            self.again.push(this_call());
        }
        let text = match self.args.format {
            SuiteFormat::Human => self.human().summary(totals, &self.again),
            SuiteFormat::Github => Github.summary(totals, &self.again),
            SuiteFormat::Json => json(&self.kept, totals),
        };
        self.print(&text);
        let mut worst = totals.worst();
        if let Some(path) = &self.args.junit
            && let Err(error) = write(path, &junit_text(&self.kept, totals))
        {
            complain(&error.to_string());
            worst = worst.max(Ending::InvalidInput);
        }
        if self.printed != Ending::Passed {
            worst = worst.max(Ending::InvalidInput);
        }
        worst
    }

    fn print(&mut self, text: &str) {
        if self.printed == Ending::Passed {
            self.printed = print(text);
        }
    }
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
        SuiteError::SharedPlace(..) => complain_with_help(&message, "give one of them another name"),
        SuiteError::Find(_) => complain(&message),
    }
}

/// Returns this command line, to repeat a failure that belongs to no scenario.
fn this_call() -> String {
    let words = std::env::args_os().skip(1).map(|word| shell_word(&word.to_string_lossy()));
    std::iter::once("ewcsim".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    write_whole(path, text.as_bytes()).map_err(|error| with_path(path, error))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Call {
        #[command(flatten)]
        args: TestArgs,
    }

    #[test]
    fn a_bug_outweighs_a_file_that_cannot_be_written() {
        let args = Call::parse_from(["test", "--junit", "/dev/null/out.xml"]).args;
        let suite = suite(&args).expect("there is a directory");
        for (ending, worst) in
            [(Ending::InternalError, Ending::InternalError), (Ending::Passed, Ending::InvalidInput)]
        {
            let output = Output { args: &args, kept: Vec::new(), again: Vec::new(), printed: Ending::Passed };
            let totals = Totals { endings: [(ending, 1)].into(), ..Totals::default() };
            assert_eq!(output.finish(&totals, &suite), worst);
        }
    }
}
