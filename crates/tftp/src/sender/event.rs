//! The results of a sender.

use super::ReadError;
use crate::Text;
use crate::packet::ErrorCode;

/// The result of a [`Sender`](crate::Sender). Each sender has one, as its last event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SenderEvent {
    /// The last block was acknowledged.
    Completed {
        /// The size of the file in bytes.
        bytes: u64,
        /// The number of DATA packets, each counted once.
        blocks: u64,
    },
    /// The receiver sent an ERROR.
    PeerError {
        /// The code received.
        code: ErrorCode,
        /// The text received.
        message: Text,
        /// True if it answered the OACK, or the write request.
        negotiating: bool,
    },
    /// The server's OACK holds an option that was not proposed, or a value that does not match the proposal. It is answered by
    /// ERROR 8. Only a sender made by [`Sender::write`](crate::Sender::write) encounters this.
    BadOption {
        /// The name received.
        name: Text,
        /// The value received.
        value: Text,
    },
    /// Nothing was heard until the schedule ended.
    GaveUp {
        /// The number of bytes acknowledged.
        bytes: u64,
        /// The number of blocks acknowledged.
        blocks: u64,
    },
    /// The source failed; an ERROR is sent to the receiver.
    ReadFailed(ReadError),
}
