//! A server that runs Tftpd64 for Windows.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use host::{Host, Sink};
use scenario::{Diagnostic, Server};
use tftpd::tftpd64::{self, Config, What};

use super::config::settings;
use super::server::{Serving, Software, StartError};
use super::{Kind, sink_of};
use crate::clock::WallClock;
use crate::world::record::{DeviceEvent, Event};
use crate::world::vocabulary::Field;

pub(super) static KIND: Kind = Kind {
    noun: "a Tftpd64 server",
    title: "TFTP servers: Tftpd64",
    events: What::KINDS,
    common_fields: &[
        Field { name: "transfer", kind: "Option<u32>", about: "The number of the transfer." },
        Field::LOGGED,
    ],
    speaks_tcp: true,
    commands: Vec::new,
    show: |_| None,
};

/// Tftpd64, configured.
#[derive(Clone, Debug)]
pub(super) struct Tftpd64(Config);

impl Software for Tftpd64 {
    const NAME: &'static str = "tftpd64";
    const KIND: &'static Kind = &KIND;

    fn read(server: &Server, found: &mut Vec<Diagnostic>) -> Self {
        Self(server.config.as_ref().map_or_else(Config::default, |text| {
            settings(text, Config::parse(&text.text), ["in tftpd32.ini", "in tftpd32.ini"], found)
        }))
    }

    fn listening_at(mut self, address: SocketAddr) -> Self {
        self.0.listen = address;
        self
    }

    fn root(&self) -> Option<String> {
        Some(self.0.root())
    }

    fn local_path(&self, name: &str) -> String {
        self.0.local_path(name)
    }

    async fn run<H: Host>(
        self,
        host: H,
        serving: Serving,
        events: Sink<Event>,
    ) -> Result<Infallible, StartError> {
        let events = sink_of(events, Event::Tftpd64);
        let running = tftpd64::run(host, self.0, Rc::new(serving.files), events);
        running.await.map_err(|error| match error {
            tftpd64::ServerError::Bind(error) => StartError::Bind(error),
            other => StartError::other(other),
        })
    }

    fn line(clock: &WallClock, at: Duration, _hostname: &str, event: &Event) -> Option<String> {
        let Event::Tftpd64(event) = event else { return None };
        tftpd64::line(&clock.tftpd64(at), event)
    }

    fn listening(event: &Event) -> Option<SocketAddr> {
        match event {
            Event::Tftpd64(tftpd64::Event { what: What::Listening { address }, .. }) => Some(*address),
            _ => None,
        }
    }
}

impl DeviceEvent for tftpd64::Event {
    fn variant(&self) -> &'static str {
        self.what.variant()
    }
}
