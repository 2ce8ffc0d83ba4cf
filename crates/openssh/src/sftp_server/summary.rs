//! The events in the words of the timeline.

use text::numbers::grouped;

use super::event::{Name, What};
use super::render::message;

/// Returns the timeline's line of an event; none if the timeline leaves it out.
pub(crate) fn summary(what: &What) -> Option<String> {
    Some(match what {
        What::Open { path, .. } => format!("opens {}", printable(path)),
        What::Close { path, bytes_read, forced: false, .. } => {
            format!("sent {}, {} bytes", printable(path), grouped(*bytes_read))
        }
        What::Close { path, bytes_read, forced: true, .. } => {
            format!("lost the reader of {} after {} bytes", printable(path), grouped(*bytes_read))
        }
        // Success, and the end of a file.
        What::StatusSent { status: 0 | 1 } => return None,
        What::StatusSent { .. } => {
            let message = message(what);
            format!("answers {}", message.strip_prefix("sent status ").unwrap_or(&message))
        }
        What::SessionOpened { .. }
        | What::StartDirectoryFailed { .. }
        | What::ClientVersion { .. }
        | What::Realpath { .. }
        | What::Expand { .. }
        | What::Stat { .. }
        | What::Lstat { .. }
        | What::Opendir { .. }
        | What::Closedir { .. }
        | What::Set { .. }
        | What::Remove { .. }
        | What::Mkdir { .. }
        | What::Rmdir { .. }
        | What::Rename { .. }
        | What::PosixRename { .. }
        | What::Hardlink { .. }
        | What::Symlink { .. }
        | What::Readlink { .. }
        | What::Statvfs { .. }
        | What::Fsync { .. }
        | What::UnknownUser { .. }
        | What::Refused { .. }
        | What::TransferFailed { .. }
        | What::UnknownExtended { .. }
        | What::UnknownMessage { .. }
        | What::Trace { .. }
        | What::Fatal { .. }
        | What::SessionClosed { .. } => return None,
    })
}

/// Returns a path that is safe for a terminal, whatever a client has put into it.
fn printable(path: &Name) -> String {
    String::from_utf8_lossy(path.as_bytes()).chars().flat_map(escaped).collect()
}

fn escaped(character: char) -> Vec<char> {
    if character.is_control() { character.escape_default().collect() } else { vec![character] }
}
