//! One shape for all servers.

use std::convert::Infallible;
use std::fmt::Display;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use files::FileSource;
use host::{EventField, EventKind, Host, Sink};

/// The software of a server with its settings. Who runs servers needs to know no more of any.
#[allow(async_fn_in_trait)] // As for `Host`.
pub trait Daemon: Clone + 'static {
    /// What happens to it.
    type Event: DaemonEvent;

    /// The name by which scenarios select it: `tftpd-hpa`.
    const NAME: &'static str;

    /// The directory that has to be there, even if it is empty.
    fn root(&self) -> Option<String> {
        None
    }

    /// The path on the server's machine of the file that clients call `name`.
    fn local_path(&self, name: &str) -> String {
        name.to_owned()
    }

    /// Has it listen at this address alone.
    fn listen_at(&mut self, address: SocketAddr);

    /// Makes the keys by which clients know it, from what `host` draws: others for each `generation`. Does nothing where there are none.
    fn make_host_keys<H: Host>(&mut self, _host: &H, _generation: u32) {}

    /// Algorithm and fingerprint of each key that [`Daemon::make_host_keys`] has made: `ssh-ed25519 SHA256:…`.
    fn host_keys(&self) -> Vec<String> {
        Vec::new()
    }

    /// Serves `files` on `host` until it is dropped. What happens goes to `sink`. `started` is what the server's clock showed when the
    /// run began, since 1970.
    ///
    /// # Errors
    /// If it cannot start; it says so in its log too.
    async fn run<H: Host>(
        self,
        host: H,
        files: Rc<dyn FileSource>,
        started: Duration,
        sink: Sink<Self::Event>,
    ) -> Result<Infallible, StartError>;
}

/// Something that happened to a server, and everything that is made of it.
pub trait DaemonEvent: 'static {
    /// All kinds of events, in the order in which a client meets them.
    const KINDS: &'static [EventKind];
    /// The fields that events of all kinds have.
    const COMMON: &'static [EventField];
    /// How its log writes the time, as strftime(3) reads it.
    const TIME: &'static str;

    /// The name of its kind: `Listening`.
    fn variant(&self) -> &'static str;

    /// The address at which the server listens, if this is what happened.
    fn listening(&self) -> Option<SocketAddr>;

    /// The line in the server's log, if there is one. `timestamp` is formatted by [`DaemonEvent::TIME`].
    fn line(&self, timestamp: &str, hostname: &str) -> Option<String>;

    /// The line in a run's timeline, if a person wants to see one.
    fn summary(&self) -> Option<String>;
}

/// Why a server does not run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its port cannot be had.
    #[error("cannot listen: {0}")]
    Bind(io::Error),
    /// Anything else, in the words of the server.
    #[error("{0}")]
    Other(String),
}

impl StartError {
    /// A reason that is not the port.
    pub fn other(error: impl Display) -> Self {
        Self::Other(error.to_string())
    }
}
