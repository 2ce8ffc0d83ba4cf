//! A server that runs sshd of OpenSSH with its SFTP server.

use daemon::DaemonEvent;
use openssh::{Account, Accounts, Included, IncludedFile, Release, Sshd, SshdConfig, SshdEvent};
use scenario::{ConfigText, Diagnostic, Server, User};

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
    refuses: |_| None,
};

/// sshd of OpenSSH.
#[derive(Debug)]
pub(super) struct OpenSsh;

impl Software for OpenSsh {
    type Daemon = Sshd;

    const KIND: &'static Kind = &KIND;

    fn read(server: &Server, found: &mut Vec<Diagnostic>) -> Sshd {
        let config = read_config(server, found);
        let accounts = Accounts::new(server.users.iter().map(account));
        Sshd { config, accounts, host_keys: Vec::new() }
    }
}

/// Reads sshd_config, or Ubuntu's, with the files that it includes.
fn read_config(server: &Server, found: &mut Vec<Diagnostic>) -> SshdConfig {
    let release = match &server.version {
        None => Release::OLDEST,
        Some((text, span)) => Release::parse(text).unwrap_or_else(|| {
            let (oldest, newest) = (Release::OLDEST, Release::NEWEST);
            let problem =
                Diagnostic::error(format!("`{text}` is not a release of OpenSSH that is simulated"));
            found.push(problem.at(*span, format!("expected {oldest} to {newest}")));
            Release::OLDEST
        }),
    };
    let drop_ins = server.drop_ins.as_deref();
    let ubuntu = ConfigText::unwritten(openssh::UBUNTU, server.span);
    let main = server.config.as_ref().unwrap_or(&ubuntu);
    let texts = drop_ins.unwrap_or_default();
    let (all, ranges) = ConfigText::joined(main, texts.iter().map(|(_, text)| text));
    let files = texts.iter().zip(ranges.into_iter().skip(1));
    let files: Vec<IncludedFile> =
        files.map(|((path, _), range)| IncludedFile { path: path.clone(), range }).collect();
    let included = if drop_ins.is_some() { Included::Files(&files) } else { Included::Unknown };
    let beside = ["in the configuration of sshd", "in the configuration of sshd"];
    settings(&all, SshdConfig::parse_files(&all.text, release, included), beside, found)
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
