//! The command line: arguments, exit codes, standard output and standard error.

mod check;
mod compare;
mod completions;
mod diagnose;
mod diff;
mod duration;
mod explore;
mod fetch;
mod import;
mod load;
mod new;
mod plan;
mod probe;
mod run;
mod serve;
mod shrink;
mod test;
mod trace;

use std::io::{self, IsTerminal, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, Parser, Subcommand, ValueEnum};
use host::real;

use crate::allowed::Allowed;
use crate::ending::Ending;
use crate::verdict::EngineName;

/// The version, the commit and the target: a bug report needs all three.
pub(crate) const VERSION: &str =
    concat!(env!("CARGO_PKG_VERSION"), " (", env!("EWCSIM_COMMIT"), ", ", env!("EWCSIM_TARGET"), ")");

/// Rehearse upgrades of Cisco EWC access points in simulated time.
///
/// A scenario describes a network: a controller, access points, image servers, links, firewalls, a timeline and the expected
/// outcome. The real protocol stack runs in it, packet by packet, and prints what the devices print. Only `serve`, `fetch` and
/// `probe` use a real network.
#[derive(Debug, Parser)]
#[command(name = "ewcsim", version = VERSION, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str =
    "Exit codes: 0 all passed, 1 an expectation or invariant failed, a file could not be fetched, or a plan says no, 2 the scenario or the command line \
is wrong, 3 a bug in the simulator, 4 nothing selected, 5 the same seed gave two results, 6 a snapshot differs, 7 an expectation could not be judged before `until`, or a plan cannot tell, 130 interrupted.

Start with: ewcsim run scenarios/field/tftp-join.yaml";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a scenario and print its timeline, `show ap image` and the verdict
    Run(RunArgs),
    /// Check scenarios without running them, exactly as `run` would
    Check(CheckArgs),
    /// Run the scenarios in directories, and compare their output with their snapshots
    Test(test::TestArgs),
    /// Run a scenario with many seeds: failures by cause, and the distributions of what was measured
    Explore(explore::ExploreArgs),
    /// Put the parts of an exploration together
    Merge(explore::MergeArgs),
    /// Rehearse the upgrade of a lab's network over many nights, and say whether and how it works
    Plan(plan::PlanArgs),
    /// Make a failing scenario as small as it can be while it fails in the same way
    Shrink(shrink::ShrinkArgs),
    /// Write a scenario to start from
    New(new::NewArgs),
    /// Write a lab from what a network prints: logs of terminals, listings, configurations of servers
    Import(import::ImportArgs),
    /// Print the JSON schema of scenarios, for editors
    Schema,
    /// Bring up servers of a scenario on real sockets of this machine, until Ctrl-C
    Serve(serve::ServeArgs),
    /// Download a file from a real server with the controller's client
    Fetch(FetchArgs),
    /// Ask a real server for the images that a plan needs, before the night
    Probe(probe::ProbeArgs),
    /// Say what the cause of a failure is, from logs of the field, by simulating the known causes
    Diagnose(diagnose::DiagnoseArgs),
    /// Lay a log of the field beside those of a run, aligned by events
    Compare(compare::CompareArgs),
    /// Say what changed between two runs, two plans or two labs
    Diff(diff::DiffArgs),
    /// Print a script with which a shell completes the words of this command
    Completions(completions::CompletionsArgs),
    /// Write the manual pages of this command
    Man(completions::ManArgs),
}

#[derive(Debug, Args)]
struct RunArgs {
    /// The scenario, a YAML file; `-` reads it from standard input, and its relative paths start in the current directory
    scenario: PathBuf,
    /// The seed of every random choice; by default the scenario's own, or 1
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Run the variant of the seed: without some of the faults, and with some ranges at their ends, as `explore --swarm` does
    #[arg(long)]
    swarm: bool,
    #[command(flatten)]
    set: SetArgs,
    #[command(flatten)]
    allow: AllowArgs,
    /// The engine that runs the scenario
    #[arg(long, value_enum, default_value_t)]
    engine: EngineName,
    /// Write run.json, events.jsonl, logs/ and show/ below this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Record all packets in DIR/capture.pcapng
    #[arg(long, requires = "out")]
    pcap: bool,
    /// Also print this command's output, such as "show ap summary" or "show boot | include BOOT", at the end, or at a time
    /// since the start: "show ap image@20m"; may be repeated
    #[arg(long = "show", value_name = "CMD[@TIME]")]
    show: Vec<String>,
    /// Log internals to standard error, such as network=debug,capwap=trace; a filter in the syntax of tracing's EnvFilter
    #[arg(long, value_name = "FILTER", value_parser = trace::filter)]
    trace: Option<String>,
    /// The format of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    verbose: VerboseArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs: the content of run.json
    Json,
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// The scenarios, YAML files; `-` reads one from standard input, and its relative paths start in the current directory
    #[arg(required = true)]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    set: SetArgs,
    #[command(flatten)]
    allow: AllowArgs,
    #[command(flatten)]
    verbose: VerboseArgs,
}

/// The arguments of every command that shows warnings.
#[derive(Clone, Copy, Debug, Args)]
struct VerboseArgs {
    /// List the lines of configurations that have no effect, which are only counted otherwise
    #[arg(long)]
    verbose: bool,
}

/// The arguments of every command that reads scenarios.
#[derive(Clone, Debug, Default, Args)]
struct SetArgs {
    /// Override a parameter of the scenario; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
}

/// The arguments of every command that reads the files of scenarios.
#[derive(Clone, Debug, Default, Args)]
struct AllowArgs {
    /// Let scenarios read this file, or the files below this directory, also if it is outside of theirs; may be repeated
    #[arg(long, value_name = "PATH")]
    allow_read: Vec<PathBuf>,
}

impl AllowArgs {
    /// Returns what is allowed beside the files that are named on the command line; if that is wrong, tells so.
    fn allowed(&self, named: &[PathBuf]) -> Result<Allowed, Ending> {
        Allowed::new(named, &self.allow_read).map_err(|error| complain(&error.to_string()))
    }
}

fn setting(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("write a parameter and its value, such as mtu=1400")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[derive(Debug, Args)]
struct FetchArgs {
    /// The file, as tftp://HOST[:PORT]/PATH or sftp://USER@HOST[:PORT]/PATH; the SFTP password is read from the environment
    /// variable EWCSIM_PASSWORD, or from the terminal
    url: String,
    /// Write the file to this path; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The TFTP block size to request, 8 to 65464 bytes; 512 by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(8..=65464))]
    blksize: Option<u16>,
    /// The TFTP window to request: blocks per acknowledgement, 1 to 65535; 1 by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    windowsize: Option<u16>,
}

fn socket_address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "write an address and a port, such as 127.0.0.1:6969 or [::1]:6969")
}

/// Runs the command of this process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output and are not failures; everything else is invalid input.
            let _ = error.print();
            return ExitCode::from(
                if error.use_stderr() { Ending::InvalidInput } else { Ending::Passed }.code(),
            );
        }
    };
    let ending = match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Check(args) => check::check(&args),
        Command::Test(args) => test::test(&args),
        Command::Explore(args) => explore::explore(&args),
        Command::Merge(args) => explore::merge(&args),
        Command::Plan(args) => plan::plan(&args),
        Command::Shrink(args) => shrink::shrink(&args),
        Command::New(args) => new::new(&args),
        Command::Import(args) => import::import(&args),
        Command::Schema => print(&schema_text()),
        Command::Serve(args) => serve::serve(&args),
        Command::Fetch(args) => fetch::fetch(&args),
        Command::Probe(args) => probe::run(&args),
        Command::Diagnose(args) => diagnose::diagnose(&args),
        Command::Compare(args) => compare::compare(&args),
        Command::Diff(args) => diff::diff(&args),
        Command::Completions(args) => completions::completions(&args),
        Command::Man(args) => completions::man(&args),
    };
    ExitCode::from(ending.code())
}

/// Returns the schema of scenarios, as it stands in `docs/scenario.schema.json`.
fn schema_text() -> String {
    serde_json::to_string_pretty(&crate::world::vocabulary::schema()).expect("a schema is JSON") + "\n"
}

/// Makes the first Ctrl-C or SIGTERM set `stop`, and the second end the process.
fn stop_on_signal(stop: &Arc<AtomicBool>) {
    let on_signal = Arc::clone(stop);
    // Without a handler the process ends at once and loses its results, which is no reason not to run.
    let _ = real::on_interrupts(move || {
        if on_signal.swap(true, Ordering::Relaxed) {
            std::process::exit(Ending::Interrupted.code().into());
        }
    });
}

/// Writes a result to standard output. A reader that closes early, as `head` does, is not a failure.
fn print(text: &str) -> Ending {
    match io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        Ok(()) => Ending::Passed,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ending::Passed,
        Err(error) => complain(&format!("cannot write to standard output: {error}")),
    }
}

/// Prints to standard error why the command cannot be carried out.
fn complain(message: &str) -> Ending {
    let _ = writeln!(io::stderr(), "error: {message}");
    Ending::InvalidInput
}

/// Prints to standard error why the command cannot be carried out, and what to write or try instead.
fn complain_with_help(message: &str, help: &str) -> Ending {
    complain(&format!("{message}\n  = help: {help}"))
}

/// Prints to standard error a deviation from the request that is not a failure.
fn note(message: &str) {
    let _ = writeln!(io::stderr(), "note: {message}");
}

/// Returns the unspecified address of the family of `address`.
fn unspecified(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    }
}

/// Returns true if text on standard error may be coloured.
fn color_on_stderr() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Returns true if text on standard output may be coloured.
fn color_on_stdout() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
