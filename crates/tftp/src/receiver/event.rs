//! What a receiver tells, and how it fails.

use bytes::Bytes;

use crate::Text;
use crate::packet::ErrorCode;
use crate::terms::{BadOption, Terms};

/// What a [`Receiver`](crate::Receiver) has to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiverEvent {
    /// The server sends the file on these terms. A client's first, and once, unless it fails before.
    Accepted(Terms),
    /// The next bytes of the file; shares the datagram's memory. Never empty.
    Data(Bytes),
    /// The file is whole. Nothing follows, but dallying goes on until [`Receiver::is_finished`](crate::Receiver::is_finished).
    Completed {
        /// Size of the file in bytes.
        bytes: u64,
        /// DATA packets, each counted once.
        blocks: u64,
    },
    /// As much came as was wanted ([`Extent`](crate::Extent)). Nothing follows.
    Stopped,
    /// It failed. Nothing follows.
    Failed(Failure),
}

/// Why a file could not be received.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The server sent an ERROR.
    #[error("server answered error {code}: {message}")]
    PeerError {
        /// As it came.
        code: ErrorCode,
        /// As it came.
        message: Text,
    },
    /// Nothing was heard until the schedule ended.
    #[error("timed out after {bytes} bytes")]
    TimedOut {
        /// Bytes received before.
        bytes: u64,
    },
    /// The server's OACK holds an option that was not asked for, or a value that does not answer what was asked. It is told by ERROR 8.
    #[error("server answered option {name} with {value:?}, which does not match the request")]
    BadOption {
        /// As it came.
        name: Text,
        /// As it came.
        value: Text,
    },
    /// A block is longer than agreed. The server is told by ERROR 4.
    #[error("server sent a block of {length} bytes; {block_size} were agreed")]
    BlockTooLong {
        /// Of the payload, in bytes.
        length: usize,
        /// In bytes.
        block_size: u16,
    },
    /// The caller ended it by [`Receiver::abort`](crate::Receiver::abort).
    #[error("given up with error {code}")]
    Aborted {
        /// As the server was told.
        code: ErrorCode,
    },
}

impl From<BadOption> for Failure {
    fn from(BadOption { name, value }: BadOption) -> Self {
        Self::BadOption { name, value }
    }
}
