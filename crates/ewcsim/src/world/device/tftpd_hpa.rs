//! A server that runs in.tftpd of tftp-hpa.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use host::{Host, Sink};
use scenario::{Diagnostic, Server};
use tftpd::tftpd_hpa::{self, Config, What};

use super::config::settings;
use super::server::{Serving, Software, StartError};
use super::{Kind, sink_of};
use crate::clock::WallClock;
use crate::world::record::{DeviceEvent, Event};
use crate::world::vocabulary::Field;

pub(super) static KIND: Kind = Kind {
    noun: "a tftpd-hpa server",
    title: "TFTP servers: tftpd-hpa",
    events: What::KINDS,
    common_fields: &[Field::PID, Field::LOGGED],
    speaks_tcp: true,
    commands: Vec::new,
    show: |_| None,
};

/// in.tftpd as Debian installs it: `/etc/default/tftpd-hpa` of tftp-hpa 5.2.
const DEFAULT: &str =
    "TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/srv/tftp\"\nTFTP_ADDRESS=\":69\"\nTFTP_OPTIONS=\"--secure\"\n";

/// in.tftpd, configured.
#[derive(Clone, Debug)]
pub(super) struct TftpdHpa(Config);

impl Software for TftpdHpa {
    const NAME: &'static str = "tftpd-hpa";
    const KIND: &'static Kind = &KIND;

    fn read(server: &Server, found: &mut Vec<Diagnostic>) -> Self {
        Self(match &server.config {
            None => Config::parse(DEFAULT).expect("Debian's default is right").config,
            Some(text) => {
                let beside = ["in /etc/default/tftpd-hpa", "has no effect"];
                settings(text, Config::parse(&text.text), beside, found)
            }
        })
    }

    fn listening_at(mut self, address: SocketAddr) -> Self {
        self.0.listen = address;
        self
    }

    fn root(&self) -> Option<String> {
        Some(self.0.root().to_owned())
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
        let events = sink_of(events, Event::TftpdHpa);
        let running = tftpd_hpa::run(host, self.0, Rc::new(serving.files), events);
        running.await.map_err(|error| match error {
            tftpd_hpa::ServerError::Bind(error) => StartError::Bind(error),
            other => StartError::other(other),
        })
    }

    fn line(clock: &WallClock, at: Duration, hostname: &str, event: &Event) -> Option<String> {
        let Event::TftpdHpa(event) = event else { return None };
        tftpd_hpa::line(&clock.syslog(at), hostname, event)
    }

    fn listening(event: &Event) -> Option<SocketAddr> {
        match event {
            Event::TftpdHpa(tftpd_hpa::Event { what: What::Listening { address }, .. }) => Some(*address),
            _ => None,
        }
    }
}

impl DeviceEvent for tftpd_hpa::Event {
    fn variant(&self) -> &'static str {
        self.what.variant()
    }
}
