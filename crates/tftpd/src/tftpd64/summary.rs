//! The events in the words of the timeline.

use text::numbers::grouped;

use super::event::{Operation, What};

/// Returns the timeline's line of an event; none if the timeline leaves it out.
pub(super) fn summary(what: &What) -> Option<String> {
    Some(match what {
        What::StartFailed { error } => format!("Tftpd64 does not start: error {}", error.0),
        What::Dropped { peer } => format!("drops a request of {}: all threads are busy", peer.ip()),
        What::Request { operation, peer, filename, .. } => {
            let operation = match operation {
                Operation::Rrq => "RRQ",
                Operation::Wrq => "WRQ",
            };
            format!("{operation} {filename} from {}", peer.ip())
        }
        // This code only ends the transfer to a silent client.
        What::Nak { code: 0, .. } => return None,
        What::Nak { code, message, .. } => format!("answers error {code}, {message}"),
        What::Completed { filename, bytes, .. } => format!("sent {filename}, {} bytes", grouped(*bytes)),
        // A client that only checks that the file exists causes only this event.
        What::TimedOut { block: 1, .. } => return None,
        What::TimedOut { peer, bytes, .. } | What::MaxRetries { peer, bytes, .. } => {
            format!("gave up on {} after {} bytes", peer.ip(), grouped(*bytes))
        }
        What::Listening { .. }
        | What::Oversized { .. }
        | What::Duplicate { .. }
        | What::Connection { .. }
        | What::SocketFailed { .. }
        | What::Unexpected { .. }
        | What::UnexpectedRefused
        | What::BadRequest { .. }
        | What::Forbidden { .. }
        | What::SystemCallFailed { .. }
        | What::BlockSizeReduced { .. }
        | What::OptionsAccepted { .. }
        | What::LocalPort { .. }
        | What::Progress { .. }
        | What::AckTwice { .. }
        | What::AckAhead { .. }
        | What::TooShort
        | What::UnknownOpcode { .. }
        | What::NotData { .. }
        | What::FirstBlockZero
        | What::PeerError { .. }
        | What::LastBlockNotAcked { .. } => return None,
    })
}
