//! Servers: software, files and their owners, users; and idle clients.

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
    /// The server software.
    pub software: Software,
    /// Its address.
    pub address: IpAddr,
    /// The release of the software, as written, and the place where it is written.
    pub version: Option<(String, Span)>,
    /// Its configuration; without one, the distribution's.
    pub config: Option<ConfigText>,
    /// The files that its configuration may include, by absolute path; `None` if they are not given.
    pub drop_ins: Option<Vec<(String, ConfigText)>>,
    /// Other files of the machine, by absolute path.
    pub machine_files: Vec<(String, ConfigText)>,
    /// The image sets it holds.
    pub files: Vec<Mount>,
    /// Directories of the machine that differ from the default.
    pub directories: Vec<Directory>,
    /// The users that can log in, besides root.
    pub users: Vec<User>,
    /// The offset of its clock from the scenario's.
    pub clock: SignedDuration,
    /// The translation of its address, if there is one.
    pub nat: Option<network::Nat>,
    /// The place where the scenario names it.
    pub span: Span,
}

impl Server {
    /// Returns the address by which others know it: that of its translation, if it has one.
    pub fn known_address(&self) -> IpAddr {
        self.nat.as_ref().map_or(self.address, |nat| nat.outside)
    }
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
    /// The absolute path, without a slash at the end: as the machine has it for OpenSSH, as clients name it for the others.
    pub path: String,
    /// Key into [`Scenario::images`](crate::Scenario::images).
    pub images: String,
    /// The owner of the files; by default as their listing says.
    pub ownership: Ownership,
}

/// A directory of a server's machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// The absolute path, without a slash at the end; `/` is the root.
    pub path: String,
    /// The ownership as written.
    pub ownership: Ownership,
}

/// The owner and permissions that a scenario states.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ownership {
    /// The owner's name.
    pub owner: Option<String>,
    /// The group's name.
    pub group: Option<String>,
    /// Permission bits.
    pub mode: Option<u32>,
}

/// A user that can log in at a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The login name, and that of the first group.
    pub name: String,
    /// The password; without one, login by password is impossible.
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

/// A password. It is hidden unless asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Returns the password itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("*****")
    }
}

/// A host that holds idle connections to a server while it has power.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdleClient {
    /// Its host name.
    pub name: String,
    /// Its address.
    pub address: IpAddr,
    /// The server.
    pub server: String,
    /// The port of the server.
    pub port: u16,
    /// The number of simultaneous connections.
    pub connections: usize,
}
