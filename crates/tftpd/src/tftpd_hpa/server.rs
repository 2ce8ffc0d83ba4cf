//! The daemon: takes requests and starts a process for each.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::io;
use std::rc::Rc;

use daemon::Pids;
use files::strerror;
use files::{FileError, FileSource, Kind, User, resolve};
use host::{Host, Sink, Udp};
use rand::Rng;

use super::config::Config;
use super::event::{Event, What};
use super::remap::{RuleError, Rules, map_file_reason, rule_reason};
use super::request::Buffer;
use super::transfer::Process;
use crate::locks::Locks;
use crate::socket::is_passing;

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The directory to be served cannot be entered.
    #[error("cannot serve {directory}: {error}")]
    Directory {
        /// As configured.
        directory: String,
        /// What is wrong with it.
        error: FileError,
    },
    /// The file of `--map-file` cannot be read.
    #[error("cannot open map file {path}: {error}")]
    MapFile {
        /// As configured.
        path: String,
        /// What is wrong with it.
        error: FileError,
    },
    /// The file of `--map-file` holds what is no rule.
    #[error("bad map file {path}: {}", .errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Rules {
        /// As configured.
        path: String,
        /// Every line that is none.
        errors: Vec<RuleError>,
    },
    /// Its port cannot be had.
    #[error("cannot listen: {}", strerror(.0))]
    Bind(io::Error),
    /// The port was lost.
    #[error("cannot receive: {}", strerror(.0))]
    Receive(io::Error),
}

/// Serves `files` as `config` says, on `host`, until it is dropped. What has been started by then goes on, like a process of its own.
///
/// Its first event is [`What::Listening`], which tells the port if `config` left it to the system.
///
/// # Errors
/// If it cannot start, as in.tftpd would not; it says so in its log too.
pub async fn run<H: Host>(
    host: H,
    config: Config,
    files: Rc<dyn FileSource>,
    sink: Sink<Event>,
) -> Result<Infallible, ServerError> {
    let mut pids = Pids::new(host.entropy("pid"));
    let pid = pids.draw();
    let emit = |logged, what| sink.emit(Event { pid, logged, what });

    if config.secure {
        let directory = config.root().to_owned();
        // The daemon enters it as root, before it becomes another user.
        let entered =
            resolve(&*files, "/", &directory, &User::root()).and_then(|(_, metadata)| match metadata.kind {
                Kind::Directory => Ok(()),
                Kind::File => Err(FileError::NotADirectory),
            });
        if let Err(error) = entered {
            emit(true, What::StartFailed { reason: format!("{directory}: {error}") });
            return Err(ServerError::Directory { directory, error });
        }
    }
    let rules = config.map_file.as_ref().map(|path| Rules::load(&*files, path)).transpose();
    match &rules {
        Err(ServerError::MapFile { path, error }) => {
            emit(true, What::StartFailed { reason: map_file_reason(path, error) });
        }
        Err(ServerError::Rules { errors, .. }) => {
            for error in errors {
                emit(true, What::StartFailed { reason: rule_reason(error) });
            }
        }
        _ => {}
    }
    let rules = rules?.map(Rc::new);
    let socket = match host.bind_udp(config.listen).await {
        Ok(socket) => socket,
        Err(error) => {
            let family = if config.listen.is_ipv4() { "IPv4" } else { "IPv6" };
            let reason = format!("cannot bind to local {family} socket: {}", strerror(&error));
            emit(true, What::StartFailed { reason });
            return Err(ServerError::Bind(error));
        }
    };
    emit(false, What::Listening { address: socket.local_addr() });

    // Every process is a copy of the daemon, which has drawn no number yet: all begin at the same port.
    let port_first = config.port_range.as_ref().map(|range| {
        let drawn = host.entropy("port").next_u32() % (u32::from(range.end() - range.start()) + 1);
        range.start() + drawn as u16 // At most the end, by the remainder.
    });
    let config = Rc::new(config);
    let locks = Locks::default();
    let mut buffer = Buffer::default();
    let pids = Rc::new(RefCell::new(pids));
    let running = Rc::new(Cell::new(0));
    loop {
        let (datagram, peer) = match socket.recv_from().await {
            Ok(received) => received,
            Err(error) if is_passing(&error) => continue,
            Err(error) => return Err(ServerError::Receive(error)),
        };
        let received = buffer.receive(datagram);
        if running.get() >= config.transfers_max {
            emit(false, What::Dropped { peer });
            continue;
        }
        let place = Place::take(&running);
        let process = Process {
            host: host.clone(),
            config: Rc::clone(&config),
            files: Rc::clone(&files),
            locks: locks.clone(),
            rules: rules.clone(),
            sink: sink.clone(),
            pid: pids.borrow_mut().draw(),
            peer,
            local_ip: socket.local_addr().ip(),
            port_first,
        };
        host.spawn(async move {
            process.serve(received).await;
            drop(place);
        });
    }
}

/// One of the places for requests that are being served.
struct Place(Rc<Cell<usize>>);

impl Place {
    fn take(running: &Rc<Cell<usize>>) -> Self {
        running.set(running.get() + 1);
        Self(Rc::clone(running))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}
