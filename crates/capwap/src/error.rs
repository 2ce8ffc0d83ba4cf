//! What can be wrong with a datagram.

use crate::{FragmentError, MessageType};

/// Why a datagram was turned away. It has no effect on any state then.
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
        /// What the message says.
        claimed: usize,
        /// What there is, counted in the same way.
        actual: usize,
    },
    /// An element that this crate knows has a value that its type does not allow.
    #[error("element {element}: {reason}")]
    Element {
        /// The element's type.
        element: u16,
        /// What is wrong with it.
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
    /// A fragment that fits nothing, or for which there is no room.
    #[error(transparent)]
    Fragment(#[from] FragmentError),
    /// A request that the RFC never sends in this direction.
    #[error("{0} is not for this end of the channel")]
    Misdirected(MessageType),
}
