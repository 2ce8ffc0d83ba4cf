//! How Tftpd64 is set up: `tftpd32.ini`.

mod ini;
mod keys;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;

pub use daemon::{ConfigWarning, Place};

use super::files::plain;
use super::names::{extend, rewrite};

/// The settings of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where it listens (`LocalIP`, `TftpPort`). The unspecified address stands for all of the host's.
    pub listen: SocketAddr,
    /// The directory that is served (`BaseDirectory`), with its drive, such as `C:\TFTP`.
    pub base_directory: String,
    /// What clients may do (`SecurityLevel`).
    pub security: Security,
    /// Whether a leading backslash of names is taken away (`VirtualRoot`). Names are below the base directory either way.
    pub virtual_root: bool,
    /// Whether slashes of names become backslashes (`UnixStrings`).
    pub unix_strings: bool,
    /// Whether doubled slashes of names become one (`Reduce TFTP Path`).
    pub reduce_path: bool,
    /// Whether options are agreed to (`Negociate`).
    pub negotiate: bool,
    /// Whether `tsize` is the only option that is agreed to (`PXECompatibility`).
    pub pxe: bool,
    /// The longest wait before a packet is sent again, in seconds (`Timeout`). The first wait is a quarter of it, the second half.
    pub timeout_s: u32,
    /// How many waits in a row may be over before the client is given up (`MaxRetransmit`).
    pub retransmit: u32,
    /// How much is sent ahead without waiting for acknowledgements, in bytes (`WinSize`).
    pub window_bytes: u32,
    /// Whether the last block needs no acknowledgement (`Ignore ack for last TFTP packet`).
    pub ignore_last_ack: bool,
    /// The ports from which files are sent (`LowestUDPPort`, `HighestUDPPort`); any, if none.
    pub port_range: Option<RangeInclusive<u16>>,
    /// The most threads, of which two are always there (`Max Simultaneous Transfers`).
    pub transfers_max: u32,
    /// Whether [`What::Progress`](super::What::Progress) is recorded (`ShowProgressBar`).
    pub progress: bool,
}

/// What clients may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Everything, also outside the base directory.
    None,
    /// Read and write below the base directory.
    Standard,
    /// Write to empty files that are there. Version 4.73 refuses every read at this level.
    High,
    /// Read below the base directory.
    ReadOnly,
}

const PORT: u16 = 69;
/// Where the installer puts the program, and from where it is taken to be started.
const PROGRAM_DIRECTORY: &str = "C:\\Program Files\\Tftpd64";

/// The program without any settings.
impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), PORT),
            base_directory: PROGRAM_DIRECTORY.into(),
            security: Security::Standard,
            virtual_root: false,
            unix_strings: true,
            reduce_path: false,
            negotiate: true,
            pxe: false,
            timeout_s: 3,
            retransmit: 6,
            window_bytes: 0,
            ignore_last_ack: false,
            port_range: None,
            transfers_max: 100,
            progress: true,
        }
    }
}

/// A configuration that was understood.
pub type Parsed = daemon::Parsed<Config>;

/// Something wrong in a configuration.
pub type ConfigError = daemon::ConfigError<ConfigProblem>;

type Reader<'a> = daemon::Reader<'a, Config, ConfigProblem>;

/// What can be wrong in a configuration. The program itself takes anything, and makes 0 of what is no number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// A value that a key does not take.
    #[error("bad value of {key}: {expected}")]
    BadValue {
        /// The key, as the program writes it.
        key: &'static str,
        /// What it takes.
        expected: &'static str,
    },
    /// The TFTP server is not among the services.
    #[error("the TFTP server is switched off: Services needs its bit 1")]
    NoTftpServer,
}

impl Config {
    /// Reads the section `[TFTPD32]` of `tftpd32.ini`, as Windows reads such files.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the text.
    pub fn parse(text: &str) -> Result<Parsed, Vec<ConfigError>> {
        let mut reader = Reader::new(text);
        keys::read(&mut reader);
        reader.finish()
    }

    /// The base directory as a path of a [`FileSource`](files::FileSource): `/C:/TFTP` for `C:\TFTP`.
    pub fn root(&self) -> String {
        plain(&self.base_directory)
    }

    /// Where in a [`FileSource`](files::FileSource) a client finds what it calls `name`.
    pub fn local_path(&self, name: &str) -> String {
        plain(&extend(self, &rewrite(self, name)))
    }
}

#[cfg(test)]
#[path = "config/tests.rs"]
mod tests;
