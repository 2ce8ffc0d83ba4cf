//! A server that runs sshd of OpenSSH with its SFTP server.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use host::{Host, Sink};
use openssh::{Account, Accounts, Config, ServerError, What};
use scenario::{Diagnostic, Server, User};
use ssh::HostKey;

use super::config::settings;
use super::server::{Serving, Software, StartError};
use super::{Kind, sink_of};
use crate::clock::WallClock;
use crate::world::record::{DeviceEvent, Event};
use crate::world::vocabulary::Field;

pub(super) static KIND: Kind = Kind {
    noun: "an OpenSSH server",
    title: "SFTP servers: OpenSSH",
    events: What::KINDS,
    common_fields: &[
        Field::PID,
        Field { name: "program", kind: "Program", about: "What it calls itself in the log." },
        Field::LOGGED,
    ],
    speaks_tcp: true,
    commands: Vec::new,
    show: |_| None,
};

/// sshd, configured, but for its keys.
#[derive(Clone, Debug)]
pub(super) struct OpenSsh {
    config: Config,
    accounts: Accounts,
}

impl Software for OpenSsh {
    const NAME: &'static str = "openssh";
    const KIND: &'static Kind = &KIND;

    fn read(server: &Server, found: &mut Vec<Diagnostic>) -> Self {
        let config = server.config.as_ref().map_or_else(Config::default, |text| {
            let beside = ["in /etc/ssh/sshd_config", "in sshd_config"];
            settings(text, Config::parse(&text.text), beside, found)
        });
        Self { config, accounts: Accounts::new(server.users.iter().map(account)) }
    }

    fn listening_at(mut self, address: SocketAddr) -> Self {
        self.config.listen = vec![address];
        self
    }

    fn host_keys<H: Host>(&self, host: &H, generation: u32) -> Vec<HostKey> {
        let key = |(path, kind)| {
            let mut drawn = host.entropy(&format!("host key {path}, {generation}"));
            HostKey::generate(kind, &mut drawn)
        };
        self.config.host_key_kinds().map(key).collect()
    }

    async fn run<H: Host>(
        self,
        host: H,
        serving: Serving,
        events: Sink<Event>,
    ) -> Result<Infallible, StartError> {
        let Serving { files, host_keys, started } = serving;
        let events = sink_of(events, Event::OpenSsh);
        let running =
            openssh::run(host, self.config, self.accounts, host_keys, Rc::new(files), started, events);
        running.await.map_err(|error| match error {
            // Where `serve` has it listen is one place.
            ServerError::Bind(mut failed) if failed.len() == 1 => StartError::Bind(failed.remove(0).1),
            other => StartError::other(other),
        })
    }

    fn line(clock: &WallClock, at: Duration, hostname: &str, event: &Event) -> Option<String> {
        let Event::OpenSsh(event) = event else { return None };
        openssh::line(&clock.syslog(at), hostname, event)
    }

    fn listening(event: &Event) -> Option<SocketAddr> {
        match event {
            Event::OpenSsh(openssh::Event { what: What::Listening { address }, .. }) => Some(*address),
            _ => None,
        }
    }
}

impl DeviceEvent for openssh::Event {
    fn variant(&self) -> &'static str {
        match &self.what {
            What::Sftp(what) => what.variant(),
            what => what.variant(),
        }
    }
}

/// A user of a scenario as sshd knows one.
fn account(user: &User) -> Account {
    let mut groups = vec![user.name.clone()];
    groups.extend(user.groups.iter().filter(|group| **group != user.name).cloned());
    Account {
        gid: user.gid,
        groups,
        home: user.home.clone(),
        shell: user.shell.clone(),
        password: user.password.as_ref().map(|password| ssh::Secret::new(password.expose())),
        ..Account::new(&user.name, user.uid)
    }
}
