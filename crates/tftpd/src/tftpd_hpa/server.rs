//! The daemon: takes requests and starts a process for each.

use std::cell::RefCell;
use std::convert::Infallible;
use std::io;
use std::rc::Rc;

use daemon::Pids;
use files::{FileError, FileSource, User, resolve, strerror};
use host::{Host, Sink, Udp};
use rand::Rng;

use super::config::TftpdHpaConfig;
use super::event::{Kind, TftpdHpaEvent};
use super::places::Places;
use super::remap::{LoadError, RuleError, Rules};
use super::request::Buffer;
use super::transfer::Process;
use crate::locks::Locks;
use crate::socket::is_passing;

/// The reason why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The directory to be served cannot be entered.
    #[error("cannot serve {directory}: {error}")]
    Directory {
        /// The path, as configured.
        directory: String,
        /// The problem with it.
        error: FileError,
    },
    /// The file of `--map-file` cannot be read.
    #[error("cannot open map file {path}: {error}")]
    MapFile {
        /// The path, as configured.
        path: String,
        /// The problem with it.
        error: FileError,
    },
    /// The file of `--map-file` has invalid rules.
    #[error("bad map file {path}: {}", .errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Rules {
        /// The path, as configured.
        path: String,
        /// The invalid lines.
        errors: Vec<RuleError>,
    },
    /// Its port cannot be bound.
    #[error("cannot listen: {}", strerror(.0))]
    Bind(io::Error),
    /// The port was lost.
    #[error("cannot receive: {}", strerror(.0))]
    Receive(io::Error),
}

/// Serves `files` as `config` says, on `host`, until it is dropped. Transfers already started continue, like separate processes.
///
/// Its first event is [`Kind::Listening`], with the port if `config` left it to the system.
///
/// # Errors
/// If it cannot start, as in.tftpd would not; its log says so too.
pub async fn run<H: Host>(
    host: H,
    config: TftpdHpaConfig,
    files: Rc<dyn FileSource>,
    sink: Sink<TftpdHpaEvent>,
) -> Result<Infallible, ServerError> {
    let mut pids = Pids::new(host.entropy("pid"));
    let pid = pids.draw();
    let emit = |logged, kind| sink.emit(TftpdHpaEvent { pid, logged, kind });

    check_directory(&config, &*files, &emit)?;
    let rules = load_rules(&config, &*files, &emit)?.map(Rc::new);
    let socket = bind(&host, &config, &emit).await?;
    emit(false, Kind::Listening { address: socket.local_addr() });

    // Every process is a copy of the daemon, which has not drawn a number yet: all begin at the same port.
    let port_first = config.port_range.as_ref().map(|range| {
        let drawn = host.entropy("port").next_u32() % (u32::from(range.end() - range.start()) + 1);
        range.start() + drawn as u16 // At most the end, by the remainder.
    });
    let config = Rc::new(config);
    let locks = Locks::default();
    let mut buffer = Buffer::default();
    let pids = Rc::new(RefCell::new(pids));
    let places = Places::new(config.transfers_max);
    loop {
        let (datagram, peer) = match socket.recv_from().await {
            Ok(received) => received,
            Err(error) if is_passing(&error) => continue,
            Err(error) => return Err(ServerError::Receive(error)),
        };
        // A host gives a socket the datagrams of both families, and in.tftpd binds one for each.
        if !config.answers(peer) {
            continue;
        }
        let received = buffer.receive(datagram.into_bytes());
        let (place, dropped) = places.take(peer);
        if let Some(peer) = dropped {
            emit(false, Kind::Dropped { peer });
        }
        let Some(place) = place.map(Rc::new) else { continue };
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
            place: Rc::clone(&place),
        };
        host.spawn(async move {
            tokio::select! {
                biased;
                () = process.serve(received) => {}
                () = place.needed() => {}
            }
        });
    }
}

/// Puts an event into the record; the first argument says whether it is logged.
type Emit<'a> = &'a dyn Fn(bool, Kind);

/// Enters the directory that becomes the root, as user root, before the daemon becomes another user.
fn check_directory(
    config: &TftpdHpaConfig,
    files: &dyn FileSource,
    emit: Emit<'_>,
) -> Result<(), ServerError> {
    if !config.secure {
        return Ok(());
    }
    let directory = config.root().to_owned();
    let entered = match resolve(files, "/", &directory, &User::root()) {
        Ok((_, metadata)) if metadata.is_directory() => Ok(()),
        Ok(_) => Err(FileError::NotADirectory),
        Err(error) => Err(error),
    };
    entered.map_err(|error| {
        emit(true, Kind::StartFailed { reason: cannot_enter(&directory, &error) });
        ServerError::Directory { directory, error }
    })
}

/// Returns the rules of `--map-file`, if there are any.
fn load_rules(
    config: &TftpdHpaConfig,
    files: &dyn FileSource,
    emit: Emit<'_>,
) -> Result<Option<Rules>, ServerError> {
    let Some(path) = config.map_file.clone() else { return Ok(None) };
    Rules::load(files, &path).map(Some).map_err(|error| {
        for reason in error.reasons(&path) {
            emit(true, Kind::StartFailed { reason });
        }
        match error {
            LoadError::File(error) => ServerError::MapFile { path, error },
            LoadError::Rules(errors) => ServerError::Rules { path, errors },
        }
    })
}

async fn bind<H: Host>(host: &H, config: &TftpdHpaConfig, emit: Emit<'_>) -> Result<H::Udp, ServerError> {
    host.bind_udp(config.listen).await.map_err(|error| {
        let family = if config.listen.is_ipv4() { "IPv4" } else { "IPv6" };
        let reason = cannot_bind(family, &strerror(&error));
        emit(true, Kind::StartFailed { reason });
        ServerError::Bind(error)
    })
}

/// Returns the line about a directory that cannot be served.
pub(super) fn cannot_enter(directory: &str, error: &FileError) -> String {
    format!("{directory}: {error}")
}

/// Returns the line about a port that cannot be bound.
pub(super) fn cannot_bind(family: &str, error: &str) -> String {
    format!("cannot bind to local {family} socket: {error}")
}
