//! The events in the words of the timeline.

use text::numbers::grouped;

use super::event::What;

/// Returns the timeline's line of an event; none if the timeline leaves it out.
pub(super) fn summary(what: &What) -> Option<String> {
    Some(match what {
        What::StartFailed { reason } => format!("in.tftpd does not start: {reason}"),
        What::Request { peer, filename, .. } => format!("RRQ {filename} from {}", peer.ip()),
        What::Nak { code, message, .. } => format!("answers error {code}, {message}"),
        What::Completed { filename, bytes, .. } => format!("sent {filename}, {} bytes", grouped(*bytes)),
        // A client that only checks that the file exists causes only this event.
        What::GaveUp { bytes: 0, .. } => return None,
        What::GaveUp { peer, bytes } => format!("gave up on {} after {} bytes", peer.ip(), grouped(*bytes)),
        What::Listening { .. }
        | What::Ignored { .. }
        | What::Dropped { .. }
        | What::Remap { .. }
        | What::RemapEndless { .. }
        | What::OptionsAccepted { .. }
        | What::OptionsRefused { .. }
        | What::Received { .. }
        | What::WriteFailed { .. }
        | What::Locked { .. }
        | What::Aborted { .. }
        | What::SocketFailed { .. } => return None,
    })
}
