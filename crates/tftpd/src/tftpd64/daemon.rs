//! Tftpd64 in the shape that all servers have.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use daemon::{Daemon, DaemonEvent, StartError};
use files::FileSource;
use host::{EventField, EventKind, Host, Sink};

use super::config::Tftpd64Config;
use super::event::{Kind, Tftpd64Event};
use super::server::{ServerError, run};
use super::{render, summary};

impl Daemon for Tftpd64Config {
    type Event = Tftpd64Event;

    const NAME: &'static str = "tftpd64";

    fn root(&self) -> Option<String> {
        Some(self.root())
    }

    fn local_path(&self, name: &str) -> String {
        self.local_path(name)
    }

    fn listen_at(&mut self, address: SocketAddr) {
        self.listen = address;
        self.ipv4_alone = false;
    }

    async fn run<H: Host>(
        self,
        host: H,
        files: Rc<dyn FileSource>,
        _started: Duration,
        sink: Sink<Tftpd64Event>,
    ) -> Result<Infallible, StartError> {
        run(host, self, files, sink).await.map_err(|error| match error {
            ServerError::Bind(error) => StartError::Bind(error),
            other @ ServerError::Receive(_) => StartError::other(other),
        })
    }
}

impl DaemonEvent for Tftpd64Event {
    const KINDS: &'static [EventKind] = Kind::KINDS;
    const COMMON: &'static [EventField] = &[
        EventField::of::<Option<u32>>("transfer", "The number of the transfer."),
        EventField::of::<bool>("logged", "Whether there is a line about it in the log."),
    ];
    const TIME: &'static str = "%d/%m %H:%M:%S%.3f";

    fn variant(&self) -> &'static str {
        self.kind.variant()
    }

    fn listening(&self) -> Option<SocketAddr> {
        match self.kind {
            Kind::Listening { address } => Some(address),
            _ => None,
        }
    }

    fn line(&self, timestamp: &str, _hostname: &str) -> Option<String> {
        render::line(timestamp, self)
    }

    fn summary(&self) -> Option<String> {
        summary::summary(&self.kind)
    }
}
