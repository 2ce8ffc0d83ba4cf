//! `ewcsim serve`: runs servers of a scenario, or of a lab, on real sockets of this machine.

mod console;

use std::io::{self, ErrorKind, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;

use clap::Args;
use daemon::StartError;
use host::real;
use scenario::{Choices, Scenario};
use text::closest;
use text::numbers::count;

use self::console::Console;
use super::{AllowArgs, SetArgs, color_on_stderr, complain, complain_with_help, note, socket_address};
use crate::ending::Ending;
use crate::images::ImageStore;
use crate::lab::load_lab;
use crate::meter::Flows;
use crate::world::{Failed, Live, Place};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ServeArgs {
    /// The scenario or the lab, a YAML file
    scenario: PathBuf,
    /// The names of servers in the scenario; all of its servers by default
    #[arg(value_name = "SERVER")]
    servers: Vec<String>,
    /// The address and port to listen on, such as 127.0.0.1:6969; port 0 selects a free port. For several servers, once for each in
    /// their order, or once with port 0
    #[arg(long, value_name = "ADDR:PORT", required = true, value_parser = socket_address)]
    bind: Vec<SocketAddr>,
    #[command(flatten)]
    set: SetArgs,
    #[command(flatten)]
    allow: AllowArgs,
}

const EXAMPLES: &str = "The timeline of the scenario is applied in real time, once the servers listen, as far as it is about these servers: power, software, host \
keys, files, delays and rates.

Examples:
  ewcsim serve plan.yaml tftp-1 --bind 127.0.0.1:6969  one server
  ewcsim serve plan.yaml --bind 127.0.0.1:0            all of them";

/// Serves until Ctrl-C or SIGTERM, which is its normal end.
pub(super) fn serve(args: &ServeArgs) -> Ending {
    let allowed = match args.allow.allowed(std::slice::from_ref(&args.scenario)) {
        Ok(allowed) => allowed,
        Err(ending) => return ending,
    };
    let choices = Choices { seed: None, set: args.set.set.clone(), ..Choices::default() };
    let prepared = match load_lab(&args.scenario, &allowed.files(&args.scenario), &choices, "") {
        Ok(prepared) => prepared,
        Err(diagnostics) => {
            let _ = write!(io::stderr(), "{}", diagnostics.render(color_on_stderr()));
            return Ending::InvalidInput;
        }
    };
    let scenario = &prepared.scenario;
    let warnings = scenario.diagnostics(prepared.warnings.clone()).render(color_on_stderr());
    let _ = write!(io::stderr(), "{warnings}");
    let places = match places(args, scenario) {
        Ok(places) => places,
        Err(ending) => return ending,
    };
    let images = ImageStore::new(scenario.images.clone(), image::Pool::new());
    let (console, flows) = (Rc::new(Console::new(images.clone(), places.len())), Flows::default());
    let told = {
        let console = Rc::clone(&console);
        move |index, told| console.take(index, told)
    };
    let (live, mut failures) = Live::new(&prepared, &places, &images, &flows, told);
    for (index, place) in places.iter().enumerate() {
        console.add(&live, index, place, scenario);
    }
    tell_what_is_not_applied(&live.not_applied());
    let ended = real::run(async {
        live.start();
        tokio::select! {
            // Signals first: once it has printed that it listens, it ends cleanly.
            biased;
            () = real::interrupted() => None,
            failed = failures.recv() => failed,
            () = console.watch(&flows) => None,
        }
    });
    console.clear();
    match ended {
        Ok(None) => Ending::Passed,
        Ok(Some(Failed { address, error: StartError::Bind(error) })) => cannot_listen(address, &error),
        Ok(Some(other)) => complain(&other.error.to_string()),
        Err(error) => complain(&format!("cannot wait for packets: {error}")),
    }
}

/// Returns the servers that the command line names, each with its address; if there is a problem, tells so.
fn places(args: &ServeArgs, scenario: &Scenario) -> Result<Vec<Place>, Ending> {
    let known: Vec<&str> = scenario.servers.iter().map(|server| server.name.as_str()).collect();
    let names: Vec<&str> = match args.servers.as_slice() {
        [] => known.clone(),
        some => some.iter().map(String::as_str).collect(),
    };
    if names.is_empty() {
        return Err(unknown_server(args, "", &known));
    }
    for (index, name) in names.iter().enumerate() {
        if !known.contains(name) {
            return Err(unknown_server(args, name, &known));
        }
        if names[..index].contains(name) {
            return Err(complain(&format!("`{name}` is named twice")));
        }
    }
    let addresses = match args.bind.as_slice() {
        [one] if one.port() == 0 || names.len() == 1 => vec![*one; names.len()],
        several if several.len() == names.len() => several.to_vec(),
        other => {
            let times = if other.len() == 1 { "once".to_owned() } else { format!("{} times", other.len()) };
            let help = format!(
                "write `--bind` once for each of {} in this order, or once with port 0",
                names.join(", ")
            );
            return Err(complain_with_help(
                &format!("{}, and `--bind` is given {times}", count(names.len(), "server")),
                &help,
            ));
        }
    };
    let place = |(name, address): (&str, SocketAddr)| Place { name: name.to_owned(), address };
    Ok(names.into_iter().zip(addresses).map(place).collect())
}

/// Says which lines of the timeline nothing here does.
fn tell_what_is_not_applied(lines: &[usize]) {
    if lines.is_empty() {
        return;
    }
    let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
    note(&format!(
        "not applied here, as these entries of the timeline are about other hosts or the network, or wait for them: line {}",
        lines.join(", ")
    ));
}

fn unknown_server(args: &ServeArgs, name: &str, names: &[&str]) -> Ending {
    let path = args.scenario.display();
    let message = match name {
        "" => format!("{path} has no servers"),
        name => format!("{path} has no server called `{name}`"),
    };
    let near = closest(name, names.iter().copied());
    let help = match (near.first(), names.is_empty()) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, false) => format!("its servers are: {}", names.join(", ")),
        (None, true) => "it has no servers at all; they are listed below `servers:`".into(),
    };
    complain_with_help(&message, &help)
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> Ending {
    let other = SocketAddr::new(address.ip(), 6969);
    let (reason, help) = match error.kind() {
        ErrorKind::AddrInUse => (
            "the port is in use".into(),
            format!(
                "stop the process that uses it, or take another port: `--bind {other}`, or port 0 for a free one"
            ),
        ),
        ErrorKind::PermissionDenied => (
            "permission denied".into(),
            format!(
                "ports below 1024 are reserved for the administrator on most systems; take another: `--bind {other}`"
            ),
        ),
        ErrorKind::AddrNotAvailable => (
            "this machine does not have that address".into(),
            format!(
                "`--bind {}` listens on all of its addresses",
                SocketAddr::new(super::unspecified(address.ip()), address.port())
            ),
        ),
        _ => (error.to_string(), "`--bind` takes an address of this machine and a port".into()),
    };
    complain_with_help(&format!("cannot listen at {address}: {reason}"), &help)
}
