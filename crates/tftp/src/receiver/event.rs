//! The events of a receiver, and its failures.

use bytes::Bytes;

use crate::Text;
use crate::packet::ErrorCode;
use crate::terms::{BadOption, Terms};

/// An event of a [`Receiver`](crate::Receiver).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiverEvent {
    /// The server sends the file on these terms. It is a client's first event, and occurs once, unless the transfer fails before.
    Accepted(Terms),
    /// The next bytes of the file; they share the datagram's memory. Never empty.
    Data(Bytes),
    /// The file is whole. Nothing follows, but dallying goes on until [`Receiver::is_finished`](crate::Receiver::is_finished).
    Completed {
        /// The size of the file in bytes.
        bytes: u64,
        /// The number of DATA packets, each counted once.
        blocks: u64,
    },
    /// The wanted part was received ([`Extent`](crate::Extent)). Nothing follows.
    Stopped,
    /// The transfer failed. Nothing follows.
    Failed(Failure),
}

/// The reason why a file could not be received.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The server sent an ERROR.
    #[error("server answered error {code}: {message}")]
    PeerError {
        /// The code received.
        code: ErrorCode,
        /// The text received.
        message: Text,
    },
    /// Nothing was heard until the schedule ended.
    #[error("timed out after {bytes} bytes")]
    TimedOut {
        /// Bytes received before.
        bytes: u64,
    },
    /// The server's OACK holds an option that was not requested, or a value that does not match the request. It is answered by
    /// ERROR 8.
    #[error("server answered option {name} with {value:?}, which does not match the request")]
    BadOption {
        /// The name received.
        name: Text,
        /// The value received.
        value: Text,
    },
    /// A block is longer than agreed. It is answered by ERROR 4.
    #[error("server sent a block of {length} bytes; {block_size} were agreed")]
    BlockTooLong {
        /// The length of the payload, in bytes.
        length: usize,
        /// The agreed size, in bytes.
        block_size: u16,
    },
    /// The caller ended the transfer by [`Receiver::abort`](crate::Receiver::abort).
    #[error("given up with error {code}")]
    Aborted {
        /// The code sent to the server.
        code: ErrorCode,
    },
}

impl From<BadOption> for Failure {
    fn from(BadOption { name, value }: BadOption) -> Self {
        Self::BadOption { name, value }
    }
}
