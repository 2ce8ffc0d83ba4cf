//! The errors of a datagram.

use crate::{FragmentError, MessageType};

/// The reason why a datagram was rejected. A rejected datagram changes no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The datagram ends inside the named part.
    #[error("datagram ends inside the {0}")]
    Truncated(&'static str),
    /// The preamble is not that of clear-text CAPWAP version 0 (RFC 5415, 4.1).
    #[error("unsupported preamble {0:#04x}")]
    Preamble(u8),
    /// HLEN disagrees with the optional parts that the flags announce.
    #[error("header length of {0} bytes does not fit its flags")]
    HeaderLength(usize),
    /// The message element length disagrees with the bytes that follow it.
    #[error("message element length {claimed} does not fit the {actual} bytes that follow")]
    MessageLength {
        /// The length that the message states.
        claimed: usize,
        /// The length found, counted in the same way.
        actual: usize,
    },
    /// An element that this crate knows has a value that its type does not allow.
    #[error("element {element}: {reason}")]
    Element {
        /// The element's type.
        element: u16,
        /// The reason, as a fragment.
        reason: &'static str,
    },
    /// A MAC address is neither 6 nor 8 bytes long.
    #[error("MAC address of {0} bytes")]
    MacLength(u8),
    /// A keep-alive arrived where a control message belongs, or the other way round.
    #[error("keep-alive flag {0} out of place")]
    KeepAliveFlag(bool),
    /// A fragment arrived where whole messages are expected: before there is a session.
    #[error("fragment outside a session")]
    UnexpectedFragment,
    /// A fragment is invalid, or there is no room for it.
    #[error(transparent)]
    Fragment(#[from] FragmentError),
    /// A request that the RFC never sends in this direction.
    #[error("{0} is not for this end of the channel")]
    Misdirected(MessageType),
}
