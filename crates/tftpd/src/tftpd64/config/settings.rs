//! The settings of Tftpd64.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;

use super::problem::ConfigProblem;
use crate::tftpd64::files::plain;

pub(super) type Reader<'a> = daemon::Reader<'a, Tftpd64Config, ConfigProblem>;

/// The settings of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tftpd64Config {
    /// The address at which it listens (`LocalIP`, `TftpPort`). The unspecified address stands for all of the host's.
    pub listen: SocketAddr,
    /// True if it answers IPv4 alone (`Enable IPv6`, or an IPv4 address of `LocalIP`); otherwise also IPv6.
    pub ipv4_alone: bool,
    /// The directory that is served (`BaseDirectory`), with its drive, such as `C:\TFTP`.
    pub base_directory: String,
    /// The rights of clients (`SecurityLevel`).
    pub security: Security,
    /// True if a leading backslash of names is removed (`VirtualRoot`). Names are below the base directory either way.
    pub virtual_root: bool,
    /// True if slashes of names become backslashes (`UnixStrings`).
    pub unix_strings: bool,
    /// True if doubled slashes of names become one (`Reduce TFTP Path`).
    pub reduce_path: bool,
    /// True if options are accepted (`Negociate`).
    pub negotiate: bool,
    /// True if `tsize` is the only accepted option (`PXECompatibility`).
    pub pxe: bool,
    /// The longest wait before a packet is sent again, in seconds (`Timeout`). The first wait is a quarter of it, the second half.
    pub timeout_s: u32,
    /// The number of timeouts in a row after which the client is given up (`MaxRetransmit`).
    pub retransmit: u32,
    /// The bytes sent ahead without waiting for acknowledgements (`WinSize`).
    pub window_bytes: u32,
    /// True if the last block needs no acknowledgement (`Ignore ack for last TFTP packet`).
    pub ignore_last_ack: bool,
    /// The ports from which files are sent (`LowestUDPPort`, `HighestUDPPort`); any, if none.
    pub port_range: Option<RangeInclusive<u16>>,
    /// The most threads, of which two always exist (`Max Simultaneous Transfers`).
    pub transfers_max: u32,
    /// True if [`What::Progress`](crate::tftpd64::What::Progress) is recorded (`ShowProgressBar`).
    pub progress: bool,
}

/// The rights of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Everything, also outside the base directory.
    None,
    /// Read and write below the base directory.
    Standard,
    /// Write to existing empty files. Version 4.73 refuses every read at this level.
    High,
    /// Read below the base directory.
    ReadOnly,
}

pub(super) const PORT: u16 = 69;
/// The directory into which the installer puts the program, and from which it is assumed to be started.
pub(super) const PROGRAM_DIRECTORY: &str = "C:\\Program Files\\Tftpd64";

/// The settings of the program without a configuration.
impl Default for Tftpd64Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), PORT),
            ipv4_alone: false,
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

impl Tftpd64Config {
    /// Returns the base directory as a path of a [`FileSource`](files::FileSource): `/C:/TFTP` for `C:\TFTP`.
    pub fn root(&self) -> String {
        plain(&self.base_directory)
    }
}
