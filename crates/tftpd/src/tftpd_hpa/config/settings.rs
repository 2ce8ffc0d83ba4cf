//! The settings of in.tftpd.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;

use super::problem::ConfigProblem;

pub(super) type Reader<'a> = daemon::Reader<'a, TftpdHpaConfig, ConfigProblem>;

/// The options of requests that in.tftpd 5.2 knows. It does not know `windowsize`.
pub(in crate::tftpd_hpa) const OPTIONS: [&str; 6] =
    ["blksize", "blksize2", "tsize", "timeout", "utimeout", "rollover"];

/// The settings of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TftpdHpaConfig {
    /// The address at which it listens (`--address`). The unspecified address stands for all of the host's.
    pub listen: SocketAddr,
    /// The family of the clients that it answers (`--ipv4`, `--ipv6`, `--address`); both, if none.
    pub family: Option<Family>,
    /// The directories of the command line: with `secure` the one that becomes the root, else the allowed prefixes of names.
    pub directories: Vec<String>,
    /// The user as which it opens files (`--user`).
    pub user: String,
    /// True if its directory is the root of all names (`--secure`).
    pub secure: bool,
    /// True if a client may make files, and not only write existing ones (`--create`).
    pub create: bool,
    /// True if files need not be readable by all (`--permissive`).
    pub permissive: bool,
    /// The permission bits that files made by clients do not get (`--umask`).
    pub umask: Option<u32>,
    /// The path of the rules that rewrite file names (`--map-file`), on the server's machine.
    pub map_file: Option<String>,
    /// 1 logs requests, 2 also the errors that are sent, 3 also how names are rewritten (`--verbose`, `--verbosity`).
    pub verbosity: u32,
    /// The first wait before a packet is sent again (`--retransmit`).
    pub retransmit: Duration,
    /// The largest accepted block size, in bytes (`--blocksize`).
    pub blksize_max: u16,
    /// The options that are ignored (`--refuse`), in lower case.
    pub refused: BTreeSet<&'static str>,
    /// The ports from which files are sent (`--port-range`); any, if none.
    pub port_range: Option<RangeInclusive<u16>>,
    /// The most requests that are served at a time. in.tftpd has no such limit: it starts as many processes as the machine bears.
    pub transfers_max: usize,
}

/// The settings of in.tftpd without any option, for the user that Debian makes for it.
impl Default for TftpdHpaConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), PORT),
            family: None,
            directories: Vec::new(),
            user: "tftp".into(),
            secure: false,
            create: false,
            permissive: false,
            umask: None,
            map_file: None,
            verbosity: 0,
            retransmit: Duration::from_secs(1),
            blksize_max: tftp::BLKSIZE_MAX,
            refused: BTreeSet::new(),
            port_range: None,
            transfers_max: 1_000,
        }
    }
}

/// A family of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// Returns the family of an address. An IPv4 address written as an IPv6 one is an IPv4 address.
    pub(super) fn of(address: IpAddr) -> Self {
        if address.to_canonical().is_ipv4() { Self::V4 } else { Self::V6 }
    }
}

pub(super) const PORT: u16 = 69;

impl TftpdHpaConfig {
    /// Returns the directory that is the root of all names.
    pub fn root(&self) -> &str {
        match self.directories.first() {
            Some(directory) if self.secure => directory,
            _ => "/",
        }
    }

    /// Returns the permission bits that a new file does not get. Without `--umask` there are none, but with `--permissive` those
    /// that systemd gives its services.
    pub fn file_umask(&self) -> u32 {
        self.umask.unwrap_or(if self.permissive { 0o022 } else { 0 })
    }

    /// Returns true if it listens at addresses of the family of `peer`.
    pub(in crate::tftpd_hpa) fn answers(&self, peer: SocketAddr) -> bool {
        self.family.is_none_or(|family| family == Family::of(peer.ip()))
    }

    /// Returns the path on the machine of the file that a client calls `name`.
    pub fn local_path(&self, name: &str) -> String {
        format!("{}/{}", self.root().trim_end_matches('/'), name.trim_start_matches('/'))
    }
}
