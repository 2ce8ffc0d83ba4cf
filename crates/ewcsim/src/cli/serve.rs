//! `ewcsim serve`: runs one server of a scenario, or of a lab, on a real socket of this machine.

use std::cell::RefCell;
use std::io::{self, ErrorKind, Write};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use daemon::StartError;
use host::real::{self, RealHost};
use host::{Host, Sink};
use jiff::Timestamp;
use scenario::{Choices, Scenario};
use text::{closest, printable};

use super::{ServeArgs, color_on_stderr, complain, complain_with_help};
use crate::clock::WallClock;
use crate::ending::Ending;
use crate::images::ImageStore;
use crate::lab::load_lab;
use crate::meter::{Flows, Metered};
use crate::progress::{EVERY, Progress};
use crate::world::{Event, Serve};
use text::numbers::{count, grouped};

/// A transfer that is done within this time shows no progress.
const SILENT: Duration = Duration::from_millis(500);
/// The number of transfers in the progress line: a terminal has room for no more.
const SHOWN_MAX: usize = 3;

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
    let _ =
        write!(io::stderr(), "{}", scenario.diagnostics(prepared.warnings.clone()).render(color_on_stderr()));
    let Some(setup) = scenario.servers.iter().find(|server| server.name == args.server) else {
        return unknown_server(args, scenario);
    };
    let server = prepared.hosts.server(&args.server).expect("a server of the scenario is one of its hosts");
    let images = ImageStore::new(scenario.images.clone(), image::Pool::new());
    let files = server.files(&images);

    let host = RealHost::new(&setup.name, scenario.seed);
    let console = Rc::new(Console {
        host_keys: server.host_keys(&host).iter().map(|key| format!("  host key {key}\n")).collect(),
        title: format!("{} ({})", setup.name, server.software()),
        files: file_list(scenario, setup),
        server: Arc::clone(&server),
        clock: WallClock::new(Timestamp::now()),
        host: host.clone(),
        images,
        unreadable: RefCell::default(),
        progress: RefCell::new(Progress::on_terminal_after(SILENT)),
    });
    let flows = Flows::default();
    let sink = {
        let console = Rc::clone(&console);
        Sink::new(move |event| console.event(&event))
    };
    let started = Duration::from_nanos(console.clock.epoch_ns());
    let running = server.serve(args.bind, Metered::new(host, flows.clone()), files, started, sink);
    let ended = real::run(async {
        tokio::select! {
            // Signals first: once it has printed that it listens, it ends cleanly.
            biased;
            () = real::interrupted() => None,
            ended = running => ended.err(),
            () = console.watch(&flows) => None,
        }
    });
    console.progress.borrow_mut().clear();
    match ended {
        Ok(None) => Ending::Passed,
        Ok(Some(StartError::Bind(error))) => cannot_listen(args.bind, &error),
        Ok(Some(other)) => complain(&other.to_string()),
        Err(error) => complain(&format!("cannot wait for packets: {error}")),
    }
}

/// The output to the terminal.
struct Console {
    title: String,
    /// One key per line.
    host_keys: String,
    files: String,
    server: Arc<dyn Serve>,
    clock: WallClock,
    host: RealHost,
    images: ImageStore,
    /// The files that have been reported as unreadable.
    unreadable: RefCell<Vec<String>>,
    progress: RefCell<Progress>,
}

impl Console {
    fn event(&self, event: &Event) {
        if let Some(line) = self.server.line(&self.clock, self.host.now(), event) {
            self.progress.borrow_mut().clear();
            // A reader that closes is no reason to stop serving.
            let _ = writeln!(io::stdout(), "{line}").and_then(|()| io::stdout().flush());
        }
        if let Some(address) = self.server.listening(event) {
            let _ = write!(
                io::stderr(),
                "serving {} at {address}\n{}{}its log follows on standard output, with times in UTC; Ctrl-C ends it\n",
                self.title,
                self.host_keys,
                self.files,
            );
        }
        self.complain_of_unreadable();
    }

    /// Warns about unreadable files: files on the disk are read only when they are requested.
    fn complain_of_unreadable(&self) {
        let known = self.unreadable.borrow().len();
        let all = self.images.unreadable();
        for problem in &all[known..] {
            self.progress.borrow_mut().clear();
            let _ = writeln!(
                io::stderr(),
                "warning: served as an empty file, because it cannot be read: {problem}"
            );
        }
        *self.unreadable.borrow_mut() = all;
    }

    /// Shows the transfers in progress, forever.
    async fn watch(&self, flows: &Flows) {
        loop {
            self.host.sleep(EVERY).await;
            let now = self.host.now();
            let shown = flows.transfers(now.saturating_sub(SILENT));
            let mut progress = self.progress.borrow_mut();
            if shown.is_empty() {
                progress.clear();
                continue;
            }
            progress.update(|| {
                let first = shown.iter().take(SHOWN_MAX);
                let mut each: Vec<String> =
                    first.map(|(peer, bytes)| format!("{peer} {} bytes", grouped(*bytes))).collect();
                if shown.len() > SHOWN_MAX {
                    each.push("...".into());
                }
                format!("{}: {}", count(shown.len(), "transfer"), each.join(", "))
            });
        }
    }
}

/// Lists every file by the name that a client requests, one per line; for an SFTP server by its path on the machine.
fn file_list(scenario: &Scenario, server: &scenario::Server) -> String {
    let mut lines = String::new();
    for mount in &server.files {
        for file in &scenario.images[&mount.images].files {
            let path = format!("{}/{}", mount.path.trim_end_matches('/'), file.name);
            lines.push_str(&format!("  {}  {} bytes\n", printable(&path), grouped(file.size)));
        }
    }
    if lines.is_empty() { "  no files\n".into() } else { lines }
}

fn unknown_server(args: &ServeArgs, scenario: &Scenario) -> Ending {
    let names: Vec<&str> = scenario.servers.iter().map(|server| server.name.as_str()).collect();
    let message = format!("{} has no server called `{}`", args.scenario.display(), args.server);
    let near = closest(&args.server, names.iter().copied());
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
