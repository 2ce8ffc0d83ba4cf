//! The settings of in.tftpd.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;

use super::problem::ConfigProblem;

pub(super) type Reader<'a> = daemon::Reader<'a, Config, ConfigProblem>;

/// The options of requests that in.tftpd 5.2 knows. It does not know `windowsize`.
pub(in crate::tftpd_hpa) const OPTIONS: [&str; 6] =
    ["blksize", "blksize2", "tsize", "timeout", "utimeout", "rollover"];

/// The settings of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where it listens (`--address`). The unspecified address stands for all of the host's.
    pub listen: SocketAddr,
    /// The directories of the command line: with `secure` the one that becomes the root, else what names must begin with.
    pub directories: Vec<String>,
    /// As whom it opens files (`--user`).
    pub user: String,
    /// Whether its directory is the root of all names (`--secure`).
    pub secure: bool,
    /// Whether a client may make files, and not only write those that are there (`--create`).
    pub create: bool,
    /// Whether files need not be readable by all (`--permissive`).
    pub permissive: bool,
    /// The permission bits that files made by clients do not get (`--umask`).
    pub umask: Option<u32>,
    /// The path of the rules that rewrite file names (`--map-file`), on the server's machine.
    pub map_file: Option<String>,
    /// 1 logs requests, 2 also the errors that are sent, 3 also how names are rewritten (`--verbose`, `--verbosity`).
    pub verbosity: u32,
    /// The first wait before a packet is sent again (`--retransmit`).
    pub retransmit: Duration,
    /// The largest block size that is agreed to, in bytes (`--blocksize`).
    pub blksize_max: u16,
    /// The options that are passed over (`--refuse`), in lower case.
    pub refused: BTreeSet<&'static str>,
    /// The ports from which files are sent (`--port-range`); any, if none.
    pub port_range: Option<RangeInclusive<u16>>,
    /// The most requests that are served at a time. Not in.tftpd's: it starts as many processes as the machine bears.
    pub transfers_max: usize,
}

/// in.tftpd without any option, for the user whom Debian makes for it.
impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), PORT),
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

pub(super) const PORT: u16 = 69;

impl Config {
    /// The directory that is the root of all names.
    pub fn root(&self) -> &str {
        match self.directories.first() {
            Some(directory) if self.secure => directory,
            _ => "/",
        }
    }

    /// The permission bits that a new file does not get. Without `--umask` that is none, but with `--permissive` those that systemd
    /// gives its services.
    pub fn file_umask(&self) -> u32 {
        self.umask.unwrap_or(if self.permissive { 0o022 } else { 0 })
    }

    /// Where on the machine a client finds what it calls `name`.
    pub fn local_path(&self, name: &str) -> String {
        format!("{}/{}", self.root().trim_end_matches('/'), name.trim_start_matches('/'))
    }
}
