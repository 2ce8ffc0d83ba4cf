//! Why an install failed, and what the log says then.

use serde::{Serialize, Serializer};

/// Why an install failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstallFailure {
    /// The server has no such file.
    NotFound,
    /// The server was silent.
    TimedOut,
    /// The server went away in mid-transfer: an ICMP port unreachable answered an acknowledgement.
    Unreachable,
    /// The server refused; its words.
    Refused(String),
    /// The file is empty.
    Empty,
    /// `ap_images:` has no room.
    NoSpace,
    /// The server broke the protocol, or there is no way to ask it.
    Protocol(String),
}

impl InstallFailure {
    /// What the log prints last: `… Failed to download file <url>: <this>`.
    ///
    /// The first two are from Cisco 221705. **The others are unverified**: no source shows them; they are what IOS-XE
    /// prints in comparable places.
    pub fn text(&self) -> &str {
        match self {
            Self::NotFound => "No such file or directory",
            Self::TimedOut => "Timed out",
            Self::Unreachable => "Connection refused",
            Self::Refused(_) => "Permission denied",
            Self::Empty => "Input/output error",
            Self::NoSpace => "No space left on device",
            Self::Protocol(_) => "Protocol error",
        }
    }
}

impl Serialize for InstallFailure {
    /// The text of the log.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text())
    }
}
