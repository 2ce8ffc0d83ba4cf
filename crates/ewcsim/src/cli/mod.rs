//! The command line: arguments, exit codes, what goes to standard output and what to standard error.

mod check;
mod fetch;
mod new;
mod run;
mod serve;
mod test;
mod trace;

use std::io::{self, IsTerminal, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::ending::Ending;

/// The version, the commit and the target: what a report of a bug has to say.
const VERSION: &str =
    concat!(env!("CARGO_PKG_VERSION"), " (", env!("EWCSIM_COMMIT"), ", ", env!("EWCSIM_TARGET"), ")");

/// Rehearse upgrades of Cisco EWC access points in simulated time.
///
/// A scenario describes a network: a controller, access points, image servers, links, firewalls, what happens and what must
/// hold. The real protocol stack runs in it, packet by packet, and prints what the devices print. Only `serve` and `fetch` touch a
/// real network.
#[derive(Debug, Parser)]
#[command(name = "ewcsim", version = VERSION, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str =
    "Exit codes: 0 all passed, 1 an expectation or invariant failed or a file could not be fetched, 2 the scenario or the call \
is wrong, 3 a bug of the simulator, 4 nothing selected, 5 the same seed gave two results, 6 a snapshot differs, 7 could not be judged before `until`, 130 interrupted.

Start with: ewcsim run scenarios/field/tftp-join.yaml";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a scenario and show what happens, `show ap image` and the verdict
    Run(RunArgs),
    /// Check scenarios without running them, exactly as `run` would
    Check(CheckArgs),
    /// Run the scenarios of directories, and compare what they print with their snapshots
    Test(test::TestArgs),
    /// Write a scenario to start from
    New(new::NewArgs),
    /// Print the JSON schema of scenarios, for editors
    Schema,
    /// Bring up one server of a scenario on a real socket of this machine, until Ctrl-C
    Serve(ServeArgs),
    /// Download a file from a real server with the controller's client
    Fetch(FetchArgs),
}

#[derive(Debug, Args)]
struct RunArgs {
    /// The scenario, a YAML file
    scenario: PathBuf,
    /// Seed of every random choice; the scenario's, or 1, if not given
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    set: SetArgs,
    /// Write run.json, events.jsonl, logs/ and show/ below this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Record all packets in DIR/capture.pcapng
    #[arg(long, requires = "out")]
    pcap: bool,
    /// Also print this command's output at the end, such as "show ap summary" or "show version"; may be repeated
    #[arg(long = "show", value_name = "CMD")]
    show: Vec<String>,
    /// Print what goes on inside on standard error, such as network=debug,capwap=trace; as tracing's EnvFilter reads it
    #[arg(long, value_name = "FILTER", value_parser = trace::filter)]
    trace: Option<String>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
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
    /// The scenarios, YAML files
    #[arg(required = true)]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    set: SetArgs,
}

/// Of every command that reads scenarios.
#[derive(Clone, Debug, Default, Args)]
struct SetArgs {
    /// Give a parameter of the scenario another value; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
}

fn setting(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("write a parameter and its value, such as mtu=1400")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[derive(Debug, Args)]
struct ServeArgs {
    /// The scenario, a YAML file
    scenario: PathBuf,
    /// The server's name in it
    server: String,
    /// Where it listens, such as 127.0.0.1:6969; port 0 takes a free one
    #[arg(long, value_name = "ADDR:PORT", value_parser = socket_address)]
    bind: SocketAddr,
    #[command(flatten)]
    set: SetArgs,
}

#[derive(Debug, Args)]
struct FetchArgs {
    /// The file, as tftp://HOST[:PORT]/PATH or sftp://USER@HOST[:PORT]/PATH; the password of SFTP is taken from the environment variable
    /// EWCSIM_PASSWORD, or asked for
    url: String,
    /// Keep the file under this name; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Over TFTP, ask for blocks of so many bytes, 8 to 65464; 512 if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(8..=65464))]
    blksize: Option<u16>,
    /// Over TFTP, ask for so many blocks per acknowledgement, 1 to 65535; 1 if not given
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
            // Help and version go to standard output and are no failure; everything else is a wrong call.
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
        Command::New(args) => new::new(&args),
        Command::Schema => print(&schema_text()),
        Command::Serve(args) => serve::serve(&args),
        Command::Fetch(args) => fetch::fetch(&args),
    };
    ExitCode::from(ending.code())
}

/// The schema of scenarios, as `docs/scenario.schema.json` has it.
fn schema_text() -> String {
    serde_json::to_string_pretty(&crate::world::vocabulary::schema()).expect("a schema is JSON") + "\n"
}

/// The first Ctrl-C sets `stop`, the second ends the process.
fn stop_on_signal(stop: &Arc<AtomicBool>) {
    let on_signal = Arc::clone(stop);
    // Without a handler the process just ends, and loses what it has: no reason not to run.
    let _ = ctrlc::set_handler(move || {
        if on_signal.swap(true, Ordering::Relaxed) {
            std::process::exit(Ending::Interrupted.code().into());
        }
    });
}

/// Writes a result to standard output. A reader that goes away early, as `head` does, is no failure.
fn print(text: &str) -> Ending {
    match io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        Ok(()) => Ending::Passed,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ending::Passed,
        Err(error) => complain(&format!("cannot write to standard output: {error}")),
    }
}

/// Says on standard error why the call cannot be carried out.
fn complain(message: &str) -> Ending {
    let _ = writeln!(io::stderr(), "error: {message}");
    Ending::InvalidInput
}

/// Says on standard error why the call cannot be carried out, and what to write or try instead.
fn complain_with_help(message: &str, help: &str) -> Ending {
    complain(&format!("{message}\n  = help: {help}"))
}

/// Says on standard error what is otherwise than asked, and no failure.
fn note(message: &str) {
    let _ = writeln!(io::stderr(), "note: {message}");
}

/// All addresses of the family of `address`.
fn unspecified(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    }
}

/// Whether texts on standard error take colour.
fn color_on_stderr() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Whether texts on standard output take colour.
fn color_on_stdout() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
