//! A server that runs sshd of OpenSSH with its SFTP server.

use daemon::DaemonEvent;
use openssh::{Account, Accounts, Sshd, SshdConfig, SshdEvent};
use scenario::{Diagnostic, Server, User};

use super::Kind;
use super::config::settings;
use super::server::Software;

pub(super) static KIND: Kind = Kind {
    noun: "an OpenSSH server",
    title: "SFTP servers: OpenSSH",
    events: SshdEvent::KINDS,
    common_fields: SshdEvent::COMMON,
    speaks_tcp: true,
    commands: Vec::new,
    show: |_| None,
};

/// sshd of OpenSSH.
#[derive(Debug)]
pub(super) struct OpenSsh;

impl Software for OpenSsh {
    type Daemon = Sshd;

    const KIND: &'static Kind = &KIND;

    fn read(server: &Server, found: &mut Vec<Diagnostic>) -> Sshd {
        let config = server.config.as_ref().map_or_else(SshdConfig::default, |text| {
            let beside = ["in /etc/ssh/sshd_config", "in sshd_config"];
            settings(text, SshdConfig::parse(&text.text), beside, found)
        });
        let accounts = Accounts::new(server.users.iter().map(account));
        Sshd { config, accounts, host_keys: Vec::new() }
    }
}

/// Converts a user of a scenario to an account of sshd.
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
