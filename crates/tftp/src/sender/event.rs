//! How a sender ends.

use super::ReadError;
use crate::Text;
use crate::packet::ErrorCode;

/// How a [`Sender`](crate::Sender) ended. Each has one, and it is the last thing that happens to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SenderEvent {
    /// The last block was acknowledged.
    Completed {
        /// Size of the file in bytes.
        bytes: u64,
        /// DATA packets, each counted once.
        blocks: u64,
    },
    /// The receiver sent an ERROR.
    PeerError {
        /// As it came.
        code: ErrorCode,
        /// As it came.
        message: Text,
        /// Whether it answered the OACK, or the write request.
        negotiating: bool,
    },
    /// The server's OACK holds an option that was not proposed, or a value that does not answer what was. It is told by ERROR 8.
    /// Only a sender made by [`Sender::write`](crate::Sender::write) meets this.
    BadOption {
        /// As it came.
        name: Text,
        /// As it came.
        value: Text,
    },
    /// Nothing was heard until the schedule ended.
    GaveUp {
        /// Bytes acknowledged.
        bytes: u64,
        /// Blocks acknowledged.
        blocks: u64,
    },
    /// The source failed; the receiver is told by an ERROR.
    ReadFailed(ReadError),
}
