//! in.tftpd in the shape that all servers have.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use daemon::{Daemon, DaemonEvent, StartError};
use files::FileSource;
use host::{EventField, EventKind, Host, Sink};

use super::config::TftpdHpaConfig;
use super::event::{Kind, TftpdHpaEvent};
use super::server::{ServerError, run};
use super::{render, summary};

impl Daemon for TftpdHpaConfig {
    type Event = TftpdHpaEvent;

    const NAME: &'static str = "tftpd-hpa";

    /// in.tftpd does not start without it.
    fn root(&self) -> Option<String> {
        Some(self.root().to_owned())
    }

    fn local_path(&self, name: &str) -> String {
        self.local_path(name)
    }

    fn listen_at(&mut self, address: SocketAddr) {
        self.listen = address;
        self.family = None;
    }

    async fn run<H: Host>(
        self,
        host: H,
        files: Rc<dyn FileSource>,
        _started: Duration,
        sink: Sink<TftpdHpaEvent>,
    ) -> Result<Infallible, StartError> {
        run(host, self, files, sink).await.map_err(|error| match error {
            ServerError::Bind(error) => StartError::Bind(error),
            other => StartError::other(other),
        })
    }
}

impl DaemonEvent for TftpdHpaEvent {
    const KINDS: &'static [EventKind] = Kind::KINDS;
    const COMMON: &'static [EventField] = &[
        EventField::of::<u32>("pid", "The process."),
        EventField::of::<bool>("logged", "Whether there is a line about it in the log."),
    ];
    const TIME: &'static str = "%b %e %H:%M:%S";

    fn variant(&self) -> &'static str {
        self.kind.variant()
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
