//! The reasons why a file cannot be fetched.

use std::fmt;
use std::io;

use ::sftp::{FrameError, ParseError, Status};
use ssh::End;

/// The reason why a file cannot be fetched. `bytes` is the number of its bytes received before.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// There is no TCP connection; [`io::ErrorKind::TimedOut`] also if the time limit for it is over.
    #[error("cannot connect: {0}")]
    Connect(io::Error),
    /// The server was silent for too long.
    #[error("server is silent")]
    TimedOut {
        /// Bytes of the file.
        bytes: u64,
    },
    /// The session ended, or did not start.
    #[error("{end}")]
    Ended {
        /// The way it ended.
        end: End,
        /// Bytes of the file.
        bytes: u64,
    },
    /// The server rejects this user with this password.
    #[error("authentication failed; methods that can continue: {}", .methods.join(","))]
    Denied {
        /// The methods that can continue, by SSH's names; empty if there are none.
        methods: Vec<String>,
    },
    /// The user is logged in, but no session or SFTP subsystem is available.
    #[error("no SFTP subsystem: {0}")]
    NoSubsystem(String),
    /// The server closed the SFTP channel, and left the connection open.
    #[error("server closed the SFTP channel")]
    ChannelClosed {
        /// Bytes of the file.
        bytes: u64,
    },
    /// The transfer failed.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The caller refused the rest, for this reason.
    #[error(transparent)]
    Refused(Refusal),
}

/// The reason why the caller refuses the rest of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The server's host key has changed.
    #[error("host key has changed")]
    HostKey,
    /// The file does not fit.
    #[error("no space left")]
    NoSpace,
    /// The data cannot be stored.
    #[error("cannot be written")]
    NotKept,
}

/// The reason why a transfer failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The server answered a request with an error.
    #[error("{operation}: {}", words(.status))]
    Status {
        /// The request that failed.
        operation: Operation,
        /// The answer.
        status: Status,
    },
    /// The file ends before the size that STAT reported.
    #[error("server announced {announced} bytes and sent {received}")]
    Shorter {
        /// In bytes.
        announced: u64,
        /// In bytes.
        received: u64,
    },
    /// The file is longer than the size that STAT reported.
    #[error("server announced {announced} bytes and sends more")]
    Longer {
        /// In bytes.
        announced: u64,
    },
    /// The server breaks the protocol.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// The caller refused the rest.
    #[error("refused by the caller")]
    Refused,
}

/// The way in which a server breaks the protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It uses another version.
    #[error("server speaks SFTP version {0}")]
    Version(u32),
    /// It answers a request that was not made.
    #[error("answer without a request")]
    Unasked,
    /// It sends an answer of another kind than the request, or with more than was requested.
    #[error("answer does not match its request")]
    Answer,
    /// Its data does not consist of packets.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// It sends a packet that cannot be read.
    #[error(transparent)]
    Packet(#[from] ParseError),
}

/// The kind of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Resolves the user's login directory.
    Realpath,
    /// Queries the file's attributes.
    Stat,
    /// Opens the file.
    Open,
    /// Reads the file.
    Read,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Realpath => "realpath",
            Self::Stat => "stat",
            Self::Open => "open",
            Self::Read => "read",
        })
    }
}

/// Returns the server's text, made printable.
pub(super) fn words(status: &Status) -> String {
    let said = status.text.as_ref().map(|text| text.message.to_string()).unwrap_or_default();
    let said: String = said.chars().filter(|character| !character.is_control()).take(200).collect();
    if said.is_empty() { format!("status {}", status.code) } else { said }
}
