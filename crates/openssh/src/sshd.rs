//! sshd in the shape that all servers have.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use daemon::{Daemon, DaemonEvent, StartError};
use files::FileSource;
use host::{EventField, EventKind, Host, Sink};
use ssh::HostKey;

use super::accounts::Accounts;
use super::config::SshdConfig;
use super::event::{Kind, Program, SshdEvent};
use super::server::{ServerError, run};
use super::{render, summary};

/// The whole setup of sshd.
#[derive(Clone, Debug, Default)]
pub struct Sshd {
    /// Its sshd_config.
    pub config: SshdConfig,
    /// The users of the machine.
    pub accounts: Accounts,
    /// The contents of the files of `HostKey`.
    pub host_keys: Vec<HostKey>,
}

impl Daemon for Sshd {
    type Event = SshdEvent;

    const NAME: &'static str = "openssh";

    fn listen_at(&mut self, address: SocketAddr) {
        self.config.listen = vec![address];
    }

    fn make_host_keys<H: Host>(&mut self, host: &H, generation: u32, secret: bool) {
        let key = |(path, kind)| {
            let mut drawn = host.entropy(&format!("host key {path}, {generation}"));
            if secret { HostKey::generate(kind, &mut drawn) } else { HostKey::draw(kind, &mut drawn) }
        };
        self.host_keys = self.config.host_key_kinds().map(key).collect();
    }

    fn host_keys(&self) -> Vec<String> {
        let public = self.host_keys.iter().map(HostKey::public);
        public.map(|key| format!("{} {}", key.algorithm(), key.fingerprint())).collect()
    }

    async fn run<H: Host>(
        self,
        host: H,
        files: Rc<dyn FileSource>,
        started: Duration,
        sink: Sink<SshdEvent>,
    ) -> Result<Infallible, StartError> {
        let Self { config, accounts, host_keys } = self;
        run(host, config, accounts, host_keys, files, started, sink).await.map_err(|error| match error {
            ServerError::Bind(mut failed) if failed.len() == 1 => StartError::Bind(failed.remove(0).1),
            other => StartError::other(other),
        })
    }
}

impl DaemonEvent for SshdEvent {
    const KINDS: &'static [EventKind] = Kind::KINDS;
    const COMMON: &'static [EventField] = &[
        EventField::of::<u32>("pid", "The process."),
        EventField::of::<Program>("program", "What it calls itself in the log."),
        EventField::of::<bool>("logged", "Whether there is a line about it in the log."),
    ];
    const TIME: &'static str = "%b %e %H:%M:%S";

    fn variant(&self) -> &'static str {
        match &self.kind {
            Kind::Sftp(kind) => kind.variant(),
            kind => kind.variant(),
        }
    }

    fn listening(&self) -> Option<SocketAddr> {
        match self.kind {
            Kind::Listening { address } => Some(address),
            _ => None,
        }
    }

    fn line(&self, timestamp: &str, hostname: &str) -> Option<String> {
        render::line(timestamp, hostname, self)
    }

    fn summary(&self) -> Option<String> {
        summary::summary(&self.kind)
    }
}
