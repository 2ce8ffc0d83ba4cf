//! The daemon: takes connections and starts a process for each.

use std::cell::RefCell;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use daemon::Pids;
use files::{FileSource, strerror};
use host::{Host, Sink, TcpListener};
use rand::Rng;
use ssh::server::AuthMethod;
use ssh::{Algorithms, HostKey};
use tokio::sync::watch;

use super::accounts::Accounts;
use super::config::{Release, SshdConfig};
use super::event::{Kind, SshdEvent};
use super::guard::Guard;
use super::log::Log;
use super::shared::Shared;
use super::startups::{Admission, Startup, Startups};

/// The build of the sshd in Ubuntu 22.04, in its identification. Those of other releases are not known here, and left out.
const BUILD_8_9: &str = " Ubuntu-3.6";
/// The text sent to a client whose connection is dropped.
const DROPPED: &[u8] = b"Exceeded MaxStartups\r\n";
/// The text sent to a client that is refused because of a penalty (9.8).
const PENALIZED: &[u8] = b"Not allowed at this time\r\n";
/// The pause after a failure to accept a connection (sshd.c).
const REST: Duration = Duration::from_millis(100);
/// The longest banner that sshd shows (auth2.c).
const BANNER_MAX: u64 = 1 << 20;

/// The reason why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// None of its addresses can be bound.
    #[error("cannot listen: {}", .0.iter().map(|(at, error)| format!("{at}: {}", strerror(error))).collect::<Vec<_>>().join("; "))]
    Bind(Vec<(SocketAddr, io::Error)>),
    /// It has no host key.
    #[error("no hostkeys available")]
    NoHostKey,
}

/// Serves `files` to `accounts` as `config` says, on `host`, until it is dropped. Then all connections break, as when a machine
/// loses power.
///
/// `started` is the machine's clock at the start of the run, since 1970: it determines the years of files that SFTP clients see.
/// Of the `host_keys`, the first of each type that a path of `HostKey` names is used.
///
/// Its first events are [`Kind::Listening`], which report the ports that were left to the system.
///
/// # Errors
/// If it cannot start, as sshd would not; its log says so too.
pub async fn run<H: Host>(
    host: H,
    config: SshdConfig,
    accounts: Accounts,
    host_keys: Vec<HostKey>,
    files: Rc<dyn FileSource>,
    started: Duration,
    sink: Sink<SshdEvent>,
) -> Result<Infallible, ServerError> {
    let mut pids = Pids::new(host.entropy("pid"));
    let log = Log::new(pids.draw(), config.settings().log_level, config.facility, sink);
    let ssh = ssh_config(&config, host_keys, &*files);
    if ssh.host_keys.is_empty() {
        log.tell(Kind::NoHostKey);
        return Err(ServerError::NoHostKey);
    }
    let listeners = listen(&host, &config, &log).await?;
    let mut startups = Startups::new(&config, host.entropy("startups"));
    let timing_secret = host.entropy("timing").next_u64();
    let (ids, pids) = (Rc::new(accounts.ids()), RefCell::new(pids));
    let server = Rc::new(Shared { config, accounts, files, ssh, ids, started, pids, timing_secret });
    // Dropped with the daemon.
    let (alive, _) = watch::channel(());
    let mut accepting: Vec<_> = listeners.iter().map(accept).collect();
    loop {
        let (index, accepted) = any(&mut accepting).await;
        accepting[index] = accept(&listeners[index]);
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                log.tell(Kind::AcceptFailed { reason: strerror(&error) });
                host.sleep(REST).await;
                continue;
            }
        };
        let local = host.local_addr(&stream).unwrap_or_else(|_| listeners[index].local_addr());
        let admission = startups.admit(host.now(), peer.ip());
        let startup = match tell_admission(&log, admission, peer, local) {
            Ok(startup) => startup,
            Err(text) => {
                say(stream, text).await;
                continue;
            }
        };
        let guard = Guard {
            host: host.clone(),
            log: log.of(server.next_pid()),
            server: Rc::clone(&server),
            peer,
            local,
            startup,
        };
        let mut daemon = alive.subscribe();
        host.spawn(async move {
            tokio::select! {
                biased;
                // This future only ever ends.
                _ = daemon.changed() => {}
                () = guard.serve(stream) => {}
            }
        });
    }
}

/// A future connection.
type Accepting<'a, S> = Pin<Box<dyn Future<Output = io::Result<(S, SocketAddr)>> + 'a>>;

fn accept<L: TcpListener>(listener: &L) -> Accepting<'_, L::Stream> {
    Box::pin(listener.accept())
}

/// Returns the next connection of any listener, with the listener's index.
async fn any<S>(accepting: &mut [Accepting<'_, S>]) -> (usize, io::Result<(S, SocketAddr)>) {
    poll_fn(|cx| {
        for (index, accepting) in accepting.iter_mut().enumerate() {
            if let Poll::Ready(accepted) = accepting.as_mut().poll(cx) {
                return Poll::Ready((index, accepted));
            }
        }
        Poll::Pending
    })
    .await
}

/// Logs the lines about a new connection. Returns its place among those without a login, or the text for one that is dropped.
fn tell_admission(
    log: &Log,
    admission: Admission,
    peer: SocketAddr,
    local: SocketAddr,
) -> Result<Startup, &'static [u8]> {
    match admission {
        Admission::Served(startup, ended) => {
            ended.into_iter().for_each(|kind| log.tell(kind));
            Ok(startup)
        }
        Admission::Penalized { startups, offence } => {
            log.tell(Kind::Penalized { startups, peer, local, offence });
            Err(PENALIZED)
        }
        Admission::Dropped { startups, announced } => {
            let is_announced = announced.is_some();
            announced.into_iter().for_each(|kind| log.tell(kind));
            log.tell(Kind::Dropped { startups, peer, local, announced: is_announced });
            Err(DROPPED)
        }
    }
}

/// Binds every address that is available.
async fn listen<H: Host>(
    host: &H,
    config: &SshdConfig,
    log: &Log,
) -> Result<Vec<H::TcpListener>, ServerError> {
    let (mut listeners, mut errors) = (Vec::new(), Vec::new());
    for &address in &config.listen {
        match host.listen_tcp(address).await {
            Ok(listener) => {
                log.tell(Kind::Listening { address: listener.local_addr() });
                listeners.push(listener);
            }
            // A machine without IPv6.
            Err(error)
                if address.ip() == std::net::Ipv6Addr::UNSPECIFIED
                    && error.kind() != io::ErrorKind::AddrInUse
                    && !listeners.is_empty() =>
            {
                errors.push((address, error));
            }
            Err(error) => {
                log.tell(Kind::BindFailed { address, reason: strerror(&error) });
                errors.push((address, error));
            }
        }
    }
    if listeners.is_empty() {
        log.tell(Kind::NoAddress);
        return Err(ServerError::Bind(errors));
    }
    Ok(listeners)
}

/// Sends as much as can be sent at once.
async fn say(stream: impl tokio::io::AsyncWrite + Unpin, text: &[u8]) {
    let mut stream = stream;
    poll_fn(|cx| {
        // sshd does not check whether it arrives.
        let _ = Pin::new(&mut stream).poll_write(cx, text);
        Poll::Ready(())
    })
    .await;
}

fn ssh_config(config: &SshdConfig, host_keys: Vec<HostKey>, files: &dyn FileSource) -> ssh::server::Config {
    let settings = config.settings();
    let release = config.release;
    let build = if config.debian_banner && release == Release::OLDEST { BUILD_8_9 } else { "" };
    let addendum = match &*config.version_addendum {
        "" => String::new(),
        addendum => format!(" {addendum}"),
    };
    let methods = [
        (settings.pubkey_authentication, AuthMethod::PublicKey),
        (settings.password_authentication, AuthMethod::Password),
    ];
    ssh::server::Config {
        identification: format!("SSH-2.0-OpenSSH_{release}p1{build}{addendum}"),
        host_keys: host_keys
            .into_iter()
            .filter(|key| config.has_host_key(&key.public().algorithm()))
            .collect(),
        algorithms: Algorithms {
            kex: config.kex_algorithms.clone(),
            host_keys: config.host_key_algorithms.clone(),
            ciphers: config.ciphers.clone(),
            macs: config.macs.clone(),
            extensions: true,
        },
        methods: methods.into_iter().filter_map(|(is_on, method)| is_on.then_some(method)).collect(),
        banner: settings.banner.and_then(|path| banner(files, &path)),
        // One channel more, to be refused with a line in the log.
        sessions_max: config.sessions_max() as usize + 1,
    }
}

/// Returns the text of a file, if it can be read and is no longer than sshd shows.
fn banner(files: &dyn FileSource, path: &str) -> Option<String> {
    let content = files.read(path).ok()?;
    (content.len() <= BANNER_MAX).then(|| String::from_utf8_lossy(&content.bytes()).into_owned())
}
