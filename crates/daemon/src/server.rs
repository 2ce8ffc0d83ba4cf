//! The common interface of all servers.

use std::convert::Infallible;
use std::fmt::{Debug, Display};
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use files::FileSource;
use host::{EventField, EventKind, Host, Sink};
use serde::Serialize;

/// The software of a server with its settings. Code that runs servers uses only this trait.
#[allow(async_fn_in_trait)] // As for `Host`.
pub trait Daemon: Clone + 'static {
    /// Its events.
    type Event: DaemonEvent;

    /// The name by which scenarios select it: `tftpd-hpa`.
    const NAME: &'static str;

    /// Returns the directory that must exist, even if it is empty.
    fn root(&self) -> Option<String> {
        None
    }

    /// Returns the path on the server's machine of the file that clients call `name`.
    fn local_path(&self, name: &str) -> String {
        name.to_owned()
    }

    /// Makes it listen at this address only.
    fn listen_at(&mut self, address: SocketAddr);

    /// Makes its host keys from the entropy of `host`: different ones for each `generation`. Does nothing for servers without keys.
    /// Keys that need not be `secret`, as in a simulation, take less time.
    fn make_host_keys<H: Host>(&mut self, _host: &H, _generation: u32, _secret: bool) {}

    /// Returns the algorithm and fingerprint of each key from [`Daemon::make_host_keys`]: `ssh-ed25519 SHA256:…`.
    fn host_keys(&self) -> Vec<String> {
        Vec::new()
    }

    /// Serves `files` on `host` until it is dropped. Events go to `sink`. `started` is the time of the server's clock when the
    /// run began, since 1970.
    ///
    /// # Errors
    /// If it cannot start; it also writes this to its log.
    async fn run<H: Host>(
        self,
        host: H,
        files: Rc<dyn FileSource>,
        started: Duration,
        sink: Sink<Self::Event>,
    ) -> Result<Infallible, StartError>;
}

/// An event of a server, with all its renderings.
pub trait DaemonEvent: Debug + PartialEq + Serialize + Send + Sync + 'static {
    /// All kinds of events, in the order in which a client meets them.
    const KINDS: &'static [EventKind];
    /// The fields that all events have.
    const COMMON: &'static [EventField];
    /// The format of the time in its log, for strftime(3).
    const TIME: &'static str;

    /// Returns the name of its kind: `Listening`.
    fn variant(&self) -> &'static str;

    /// Returns the address at which the server listens, if the event reports that.
    fn listening(&self) -> Option<SocketAddr>;

    /// Returns the line in the server's log, if there is one. `timestamp` is formatted by [`DaemonEvent::TIME`].
    fn line(&self, timestamp: &str, hostname: &str) -> Option<String>;

    /// Returns the line in a run's timeline, if the event is shown there.
    fn summary(&self) -> Option<String>;
}

/// The reason why a server does not run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It cannot bind its port.
    #[error("cannot listen: {0}")]
    Bind(io::Error),
    /// Anything else, in the words of the server.
    #[error("{0}")]
    Other(String),
}

impl StartError {
    /// Creates an error that is not about the port.
    pub fn other(error: impl Display) -> Self {
        Self::Other(error.to_string())
    }
}
