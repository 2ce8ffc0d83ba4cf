//! How in.tftpd is started: `/etc/default/tftpd-hpa` and the options in it.

mod options;
mod place;
mod shell;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;

pub use daemon::{ConfigWarning, Place};

use self::place::Text;

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

const PORT: u16 = 69;

/// A configuration that was understood.
pub type Parsed = daemon::Parsed<Config>;

/// Something wrong in a configuration.
pub type ConfigError = daemon::ConfigError<ConfigProblem>;

type Reader<'a> = daemon::Reader<'a, Config, ConfigProblem>;

/// What can be wrong in a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// A line of the file is no assignment.
    #[error("expected NAME=value")]
    NotAnAssignment,
    /// A quote has no end.
    #[error("quote not closed")]
    QuoteNotClosed,
    /// The shell would put something else here.
    #[error("shell expansions are not supported")]
    Expansion,
    /// in.tftpd has no such option.
    #[error("unknown option {0}")]
    UnknownOption(String),
    /// Several options begin like this.
    #[error("option {0} is ambiguous")]
    AmbiguousOption(String),
    /// An option stands without the value it needs.
    #[error("option {0} needs a value")]
    MissingValue(String),
    /// An option takes no value but has one.
    #[error("option {0} takes no value")]
    UnexpectedValue(String),
    /// A value that the option does not take.
    #[error("bad value of {option}: {expected}")]
    BadValue {
        /// The option, as the manual writes it.
        option: &'static str,
        /// What it takes.
        expected: &'static str,
    },
    /// `--secure` without a directory: in.tftpd refuses to start.
    #[error("no directory for --secure")]
    NoDirectory,
    /// `--secure` with several directories: in.tftpd refuses to start.
    #[error("more than one directory for --secure")]
    ManyDirectories,
}

impl Config {
    /// Reads `/etc/default/tftpd-hpa`, and starts the server as Debian's script does:
    /// `in.tftpd --listen --user $TFTP_USERNAME --address $TFTP_ADDRESS $TFTP_OPTIONS $TFTP_DIRECTORY`.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the text.
    pub fn parse(text: &str) -> Result<Parsed, Vec<ConfigError>> {
        let mut reader = Reader::new(text);
        read(&mut reader);
        reader.finish()
    }

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

fn read(reader: &mut Reader<'_>) {
    let (assignments, errors) = shell::parse(reader.text);
    for (range, problem) in errors {
        reader.error(range, problem);
    }
    let mut directory = Text::default();
    let mut arguments = Text::default();
    for (name, value) in assignments {
        match name.string().as_str() {
            "TFTP_USERNAME" => reader.config.user = value.string(),
            "TFTP_DIRECTORY" => directory = value,
            "TFTP_ADDRESS" => options::address(reader, &value),
            "TFTP_OPTIONS" => arguments = value,
            other => reader.warn(name.range(), format!("{other} is not used")),
        }
    }
    options::read(reader, &arguments);
    reader.config.directories.extend(directory.words().iter().map(Text::string));
    if reader.config.secure && reader.errors.is_empty() {
        match reader.config.directories.len() {
            0 => reader.error(0..reader.text.len(), ConfigProblem::NoDirectory),
            1 => {}
            _ => reader.error(directory.range(), ConfigProblem::ManyDirectories),
        }
    }
}

#[cfg(test)]
#[path = "config/tests.rs"]
mod tests;
