//! Why an install failed, and what the log says then.

use serde::{Serialize, Serializer};
use ssh::Negotiated;

/// Why an install failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstallFailure {
    /// The server has no such file.
    NotFound,
    /// The server was silent.
    TimedOut,
    /// Nobody listens there: TCP was refused, or an ICMP port unreachable answered in mid-transfer.
    Unreachable,
    /// There is no way to the server.
    NoRoute,
    /// The TCP connection was reset.
    ConnectionReset,
    /// The server ended the connection, or its SFTP.
    ConnectionClosed,
    /// Nothing in this list of algorithms is both configured here and offered by the server.
    NoCommonAlgorithm(Negotiated),
    /// The server's host key is not the one that was first seen of it, and `ip ssh stricthostkeycheck` is configured.
    HostKeyChanged,
    /// The server does not let the user in.
    AuthenticationFailed,
    /// The user is in and gets no SFTP.
    NoSubsystem,
    /// The server refused; its words.
    Refused(String),
    /// The server could not do it; its words.
    ServerFailed(String),
    /// The file is empty.
    Empty,
    /// The file ended before the size was reached that the server had told.
    Truncated {
        /// In bytes.
        announced: u64,
        /// In bytes.
        received: u64,
    },
    /// The file went on behind the size that the server had told.
    Grown {
        /// In bytes.
        announced: u64,
    },
    /// `ap_images:` has no room.
    NoSpace,
    /// The server broke the protocol, or there is no way to ask it.
    Protocol(String),
}

impl InstallFailure {
    /// What the log prints last: `… Failed to download file <url>: <this>`.
    ///
    /// The first two are from Cisco 221705. **The others are unverified**: no source shows them; they are what IOS-XE
    /// prints in comparable places, or what the errors are called elsewhere.
    pub fn text(&self) -> &str {
        match self {
            Self::NotFound => "No such file or directory",
            Self::TimedOut => "Timed out",
            Self::Unreachable => "Connection refused",
            Self::NoRoute => "No route to host",
            Self::ConnectionReset => "Connection reset by peer",
            Self::ConnectionClosed => "Connection closed by remote host",
            // The words are those of IOS-XE's `%SSH-3-NO_MATCH`.
            Self::NoCommonAlgorithm(Negotiated::KeyExchange) => "No matching kex algorithm found",
            Self::NoCommonAlgorithm(Negotiated::HostKey) => "No matching hostkey algorithm found",
            Self::NoCommonAlgorithm(Negotiated::Cipher) => "No matching cipher found",
            Self::NoCommonAlgorithm(Negotiated::Mac) => "No matching mac found",
            Self::NoCommonAlgorithm(Negotiated::Compression) => "No matching compression found",
            Self::HostKeyChanged => "Host key verification failed",
            Self::AuthenticationFailed => "Authentication failed",
            Self::NoSubsystem => "Subsystem request failed",
            Self::Refused(_) => "Permission denied",
            Self::ServerFailed(_) => "Failure",
            Self::Empty => "Input/output error",
            Self::Truncated { .. } => "Unexpected end of file",
            Self::Grown { .. } => "File size changed",
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
