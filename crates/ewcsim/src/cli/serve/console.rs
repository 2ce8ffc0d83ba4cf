//! What `ewcsim serve` prints.

use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::Duration;

use host::Host as _;
use host::real::RealHost;
use scenario::Scenario;
use text::numbers::{count, grouped};
use text::printable;

use crate::clock::elapsed;
use crate::images::ImageStore;
use crate::meter::Flows;
use crate::progress::{EVERY, Progress};
use crate::world::{Live, Place, Told};

/// A transfer that is done within this time shows no progress.
const SILENT: Duration = Duration::from_millis(500);
/// The number of transfers in the progress line: a terminal has room for no more.
const SHOWN_MAX: usize = 3;
/// The maximum number of lines that wait until all servers listen.
const WAITING_MAX: usize = 1_000;

/// The output to the terminal.
pub(super) struct Console {
    servers: RefCell<Vec<Server>>,
    /// True if there are several servers: then each line of their logs begins with a name.
    has_several: bool,
    /// The number of servers that are still to listen before lines of logs are printed.
    awaited: Cell<usize>,
    /// True once it is told where the logs are.
    is_told: Cell<bool>,
    /// The lines that wait for that.
    waiting: RefCell<Vec<String>>,
    images: ImageStore,
    /// The files that have been reported as unreadable.
    unreadable: RefCell<Vec<String>>,
    progress: RefCell<Progress>,
}

struct Server {
    name: String,
    title: String,
    /// Its host keys and files, each on a line.
    details: String,
    /// True until it listens for the first time.
    is_new: bool,
    starts: bool,
}

impl Console {
    pub(super) fn new(images: ImageStore, servers: usize) -> Self {
        Self {
            servers: RefCell::default(),
            has_several: servers > 1,
            awaited: Cell::new(0),
            is_told: Cell::new(false),
            waiting: RefCell::default(),
            images,
            unreadable: RefCell::default(),
            progress: RefCell::new(Progress::on_terminal_after(SILENT)),
        }
    }

    /// Adds the next server.
    pub(super) fn add(&self, live: &Live, index: usize, place: &Place, scenario: &Scenario) {
        let setup = scenario.servers.iter().find(|server| server.name == place.name);
        let keys: String = live.host_keys(index).iter().map(|key| format!("  host key {key}\n")).collect();
        let starts = live.starts(index);
        if starts {
            self.awaited.set(self.awaited.get() + 1);
        } else {
            super::super::note(&format!("{} is off until the timeline switches it on", place.name));
        }
        self.servers.borrow_mut().push(Server {
            name: place.name.clone(),
            title: format!("{} ({})", place.name, live.software(index)),
            details: keys + &setup.map_or_else(String::new, |setup| file_list(scenario, setup)),
            is_new: true,
            starts,
        });
    }

    /// Takes what a server tells.
    pub(super) fn take(&self, index: usize, told: Told) {
        match told {
            Told::Listening(address) => self.listening(index, address),
            Told::Line(line) if self.has_several => {
                let name = self.servers.borrow()[index].name.clone();
                self.line(format!("{name}: {line}"));
            }
            Told::Line(line) => self.line(line),
            Told::Changed(at, what) => {
                self.clear();
                let (at, name) = (elapsed(at), self.servers.borrow()[index].name.clone());
                let _ = writeln!(io::stderr(), "{at}  {name}  {what}");
            }
        }
        self.complain_of_unreadable();
    }

    fn listening(&self, index: usize, address: SocketAddr) {
        let (title, details, is_first) = {
            let mut servers = self.servers.borrow_mut();
            let server = &mut servers[index];
            let is_first = std::mem::take(&mut server.is_new);
            let is_awaited = is_first && server.starts;
            self.awaited.set(self.awaited.get() - usize::from(is_awaited));
            (server.title.clone(), std::mem::take(&mut server.details), is_first)
        };
        if !is_first {
            return;
        }
        self.clear();
        let _ = write!(io::stderr(), "serving {title} at {address}\n{details}");
        if self.has_several {
            let _ =
                writeln!(io::stdout(), "serving {title} at {address}").and_then(|()| io::stdout().flush());
        }
        if self.awaited.get() == 0 && !self.is_told.replace(true) {
            let (its, it) =
                if self.has_several { ("their logs follow", "them") } else { ("its log follows", "it") };
            let _ = writeln!(io::stderr(), "{its} on standard output, with times in UTC; Ctrl-C ends {it}");
            self.waiting.take().iter().for_each(|line| print_line(line));
        }
    }

    fn line(&self, line: String) {
        if self.awaited.get() == 0 || self.waiting.borrow().len() == WAITING_MAX {
            self.clear();
            print_line(&line);
        } else {
            self.waiting.borrow_mut().push(line);
        }
    }

    /// Clears the progress line.
    pub(super) fn clear(&self) {
        self.progress.borrow_mut().clear();
    }

    /// Warns about unreadable files: files on the disk are read only when they are requested.
    fn complain_of_unreadable(&self) {
        let known = self.unreadable.borrow().len();
        let all = self.images.unreadable();
        for problem in &all[known..] {
            self.clear();
            let _ = writeln!(
                io::stderr(),
                "warning: served as an empty file, because it cannot be read: {problem}"
            );
        }
        *self.unreadable.borrow_mut() = all;
    }

    /// Shows the transfers in progress, forever.
    pub(super) async fn watch(&self, flows: &Flows) {
        let host = RealHost::new("progress", 0);
        loop {
            host.sleep(EVERY).await;
            let shown = flows.transfers(host.now().saturating_sub(SILENT));
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

/// Prints a line of a log. A reader that closes is no reason to stop serving.
fn print_line(line: &str) {
    let _ = writeln!(io::stdout(), "{line}").and_then(|()| io::stdout().flush());
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
