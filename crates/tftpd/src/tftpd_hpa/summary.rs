//! The events in the words of the timeline.

use text::numbers::grouped;

use super::event::Kind;

/// Returns the timeline's line of an event; none if the timeline leaves it out.
pub(super) fn summary(kind: &Kind) -> Option<String> {
    Some(match kind {
        Kind::StartFailed { reason } => format!("in.tftpd does not start: {reason}"),
        Kind::Request { peer, filename, .. } => format!("RRQ {filename} from {}", peer.ip()),
        Kind::Nak { code, message, .. } => format!("answers error {code}, {message}"),
        Kind::Completed { filename, bytes, .. } => format!("sent {filename}, {} bytes", grouped(*bytes)),
        // A client that only checks that the file exists causes only this event.
        Kind::GaveUp { bytes: 0, .. } => return None,
        Kind::GaveUp { peer, bytes } => format!("gave up on {} after {} bytes", peer.ip(), grouped(*bytes)),
        Kind::Listening { .. }
        | Kind::Ignored { .. }
        | Kind::Dropped { .. }
        | Kind::Remap { .. }
        | Kind::RemapEndless { .. }
        | Kind::OptionsAccepted { .. }
        | Kind::OptionsRefused { .. }
        | Kind::Received { .. }
        | Kind::WriteFailed { .. }
        | Kind::Locked { .. }
        | Kind::Aborted { .. }
        | Kind::SocketFailed { .. } => return None,
    })
}
