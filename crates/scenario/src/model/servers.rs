//! Servers: what serves, which files, whose; and who keeps a server busy.

use std::fmt;
use std::net::IpAddr;

use jiff::SignedDuration;

use crate::language::choice;
use crate::model::ConfigText;
use crate::source::Span;

/// An image server.
#[derive(Debug, Clone)]
pub struct Server {
    /// Its host name, as its log prints it.
    pub name: String,
    /// What serves.
    pub software: Software,
    /// Its address.
    pub address: IpAddr,
    /// Its configuration; none takes the software's defaults.
    pub config: Option<ConfigText>,
    /// What it holds.
    pub files: Vec<Mount>,
    /// Directories of the machine that are not as they would be by themselves.
    pub directories: Vec<Directory>,
    /// Who can log in, beside root.
    pub users: Vec<User>,
    /// How far its clock is ahead of the scenario's.
    pub clock: SignedDuration,
    /// Where the scenario names it.
    pub span: Span,
}

choice! {
    /// Server software.
    pub enum Software {
        /// in.tftpd of tftp-hpa; its config is `/etc/default/tftpd-hpa`.
        TftpdHpa = "tftpd-hpa",
        /// Tftpd64 for Windows; its config is `tftpd32.ini`.
        Tftpd64 = "tftpd64",
        /// sshd of OpenSSH with its sftp-server; its config is `/etc/ssh/sshd_config`.
        OpenSsh = "openssh",
    }
}

/// An image set in a directory of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Absolute, without a slash at the end: of an OpenSSH server as its machine has it, of the others as clients name it.
    pub path: String,
    /// Key into [`Scenario::images`](crate::Scenario::images).
    pub images: String,
    /// Whose the files are; what is not written is as their listing says.
    pub ownership: Ownership,
}

/// A directory of a server's machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// Absolute, without a slash at the end; `/` is the root.
    pub path: String,
    /// What is written of it.
    pub ownership: Ownership,
}

/// What a scenario says of owner and permissions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ownership {
    /// The owner's name.
    pub owner: Option<String>,
    /// The group's name.
    pub group: Option<String>,
    /// Permission bits.
    pub mode: Option<u32>,
}

/// Who can log in at a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The login name, and that of the first group.
    pub name: String,
    /// None lets nobody in by password.
    pub password: Option<Password>,
    /// The user's number.
    pub uid: u32,
    /// The first group's number.
    pub gid: u32,
    /// Further groups.
    pub groups: Vec<String>,
    /// The home directory: absolute, without a slash at the end.
    pub home: String,
    /// The login shell.
    pub shell: String,
}

/// A password. It shows itself to nobody who does not ask for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The password itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("*****")
    }
}

/// A host that holds connections to a server while it has power, and says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdleClient {
    /// Its host name.
    pub name: String,
    /// Its address.
    pub address: IpAddr,
    /// The server.
    pub server: String,
    /// Of the server.
    pub port: u16,
    /// How many at a time.
    pub connections: usize,
}
