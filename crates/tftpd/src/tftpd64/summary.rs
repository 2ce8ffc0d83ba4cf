//! The events in the words of the timeline.

use text::numbers::grouped;

use super::event::{Kind, Operation};

/// Returns the timeline's line of an event; none if the timeline leaves it out.
pub(super) fn summary(kind: &Kind) -> Option<String> {
    Some(match kind {
        Kind::StartFailed { error } => format!("Tftpd64 does not start: error {}", error.0),
        Kind::Dropped { peer } => format!("drops a request of {}: all threads are busy", peer.ip()),
        Kind::Request { operation, peer, filename, .. } => {
            let operation = match operation {
                Operation::Rrq => "RRQ",
                Operation::Wrq => "WRQ",
            };
            format!("{operation} {filename} from {}", peer.ip())
        }
        // This code only ends the transfer to a silent client.
        Kind::Nak { code: 0, .. } => return None,
        Kind::Nak { code, message, .. } => format!("answers error {code}, {message}"),
        Kind::Completed { filename, bytes, .. } => format!("sent {filename}, {} bytes", grouped(*bytes)),
        // A client that only checks that the file exists causes only this event.
        Kind::TimedOut { block: 1, .. } => return None,
        Kind::TimedOut { peer, bytes, .. } | Kind::MaxRetries { peer, bytes, .. } => {
            format!("gave up on {} after {} bytes", peer.ip(), grouped(*bytes))
        }
        Kind::Listening { .. }
        | Kind::Oversized { .. }
        | Kind::Duplicate { .. }
        | Kind::Connection { .. }
        | Kind::SocketFailed { .. }
        | Kind::Unexpected { .. }
        | Kind::UnexpectedRefused
        | Kind::BadRequest { .. }
        | Kind::Forbidden { .. }
        | Kind::SystemCallFailed { .. }
        | Kind::BlockSizeReduced { .. }
        | Kind::OptionsAccepted { .. }
        | Kind::LocalPort { .. }
        | Kind::Progress { .. }
        | Kind::AckTwice { .. }
        | Kind::AckAhead { .. }
        | Kind::TooShort
        | Kind::UnknownOpcode { .. }
        | Kind::NotData { .. }
        | Kind::FirstBlockZero
        | Kind::PeerError { .. }
        | Kind::LastBlockNotAcked { .. } => return None,
    })
}
