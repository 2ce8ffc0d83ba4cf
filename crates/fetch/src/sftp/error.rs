//! Why there is no file.

use std::fmt;
use std::io;

use ::sftp::{FrameError, ParseError, Status};
use ssh::End;

/// Why there is no file. `bytes` is how many of it came before.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// There is no TCP connection.
    #[error("cannot connect: {0}")]
    Connect(io::Error),
    /// Nothing was heard of the server for too long.
    #[error("server is silent")]
    TimedOut {
        /// Of the file.
        bytes: u64,
    },
    /// The session ended, or did not begin.
    #[error("{end}")]
    Ended {
        /// How.
        end: End,
        /// Of the file.
        bytes: u64,
    },
    /// The server does not let this user in with this password.
    #[error("authentication failed; methods that can continue: {}", .methods.join(","))]
    Denied {
        /// By the names of SSH; empty if with nothing.
        methods: Vec<String>,
    },
    /// The user is in, but gets no session, or no SFTP in it.
    #[error("no SFTP subsystem: {0}")]
    NoSubsystem(String),
    /// The server's SFTP went away, and left the connection open.
    #[error("server closed the SFTP channel")]
    ChannelClosed {
        /// Of the file.
        bytes: u64,
    },
    /// The transfer failed.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The caller took no more; its word.
    #[error(transparent)]
    Refused(Refusal),
}

/// Why the caller takes no more of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The server is not who it was.
    #[error("host key has changed")]
    HostKey,
    /// The file does not fit.
    #[error("no space left")]
    NoSpace,
    /// What comes cannot be kept.
    #[error("cannot be written")]
    NotKept,
}

/// Why a transfer failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The server answered a request with an error.
    #[error("{operation}: {}", words(.status))]
    Status {
        /// What was asked for.
        operation: Operation,
        /// The answer.
        status: Status,
    },
    /// The file ends before its size is reached that STAT told.
    #[error("server announced {announced} bytes and sent {received}")]
    Shorter {
        /// In bytes.
        announced: u64,
        /// In bytes.
        received: u64,
    },
    /// The file goes on behind the size that STAT told.
    #[error("server announced {announced} bytes and sends more")]
    Longer {
        /// In bytes.
        announced: u64,
    },
    /// The server breaks the protocol.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// The caller took no more.
    #[error("refused by the caller")]
    Refused,
}

/// How a server breaks the protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It speaks another version.
    #[error("server speaks SFTP version {0}")]
    Version(u32),
    /// An answer to nothing.
    #[error("answer without a request")]
    Unasked,
    /// An answer of another kind than the request, or of more than was asked for.
    #[error("answer does not match its request")]
    Answer,
    /// No packets.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// A packet that cannot be read.
    #[error(transparent)]
    Packet(#[from] ParseError),
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Where the user's login directory is.
    Realpath,
    /// What the file is.
    Stat,
    /// To open it.
    Open,
    /// To read it.
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

/// What the server said, made printable.
pub(super) fn words(status: &Status) -> String {
    let said = status.text.as_ref().map(|text| text.message.to_string()).unwrap_or_default();
    let said: String = said.chars().filter(|character| !character.is_control()).take(200).collect();
    if said.is_empty() { format!("status {}", status.code) } else { said }
}
