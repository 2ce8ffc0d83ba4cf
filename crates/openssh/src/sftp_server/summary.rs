//! The events in the words of the timeline.

use text::numbers::grouped;

use super::event::{Kind, Name};
use super::render::message;

/// Returns the timeline's line of an event; none if the timeline leaves it out.
pub(crate) fn summary(kind: &Kind) -> Option<String> {
    Some(match kind {
        Kind::Open { path, .. } => format!("opens {}", printable(path)),
        Kind::Close { path, bytes_read, forced: false, .. } => {
            format!("sent {}, {} bytes", printable(path), grouped(*bytes_read))
        }
        Kind::Close { path, bytes_read, forced: true, .. } => {
            format!("lost the reader of {} after {} bytes", printable(path), grouped(*bytes_read))
        }
        // Success, and the end of a file.
        Kind::StatusSent { status: 0 | 1 } => return None,
        Kind::StatusSent { .. } => {
            let message = message(kind);
            format!("answers {}", message.strip_prefix("sent status ").unwrap_or(&message))
        }
        Kind::SessionOpened { .. }
        | Kind::StartDirectoryFailed { .. }
        | Kind::ClientVersion { .. }
        | Kind::Realpath { .. }
        | Kind::Expand { .. }
        | Kind::Stat { .. }
        | Kind::Lstat { .. }
        | Kind::Opendir { .. }
        | Kind::Closedir { .. }
        | Kind::Set { .. }
        | Kind::Remove { .. }
        | Kind::Mkdir { .. }
        | Kind::Rmdir { .. }
        | Kind::Rename { .. }
        | Kind::PosixRename { .. }
        | Kind::Hardlink { .. }
        | Kind::Symlink { .. }
        | Kind::Readlink { .. }
        | Kind::Statvfs { .. }
        | Kind::Fsync { .. }
        | Kind::UnknownUser { .. }
        | Kind::Refused { .. }
        | Kind::TransferFailed { .. }
        | Kind::UnknownExtended { .. }
        | Kind::UnknownMessage { .. }
        | Kind::Trace { .. }
        | Kind::BadOption { .. }
        | Kind::Fatal { .. }
        | Kind::SessionClosed { .. } => return None,
    })
}

/// Returns a path that is safe for a terminal, whatever a client has put into it.
fn printable(path: &Name) -> String {
    String::from_utf8_lossy(path.as_bytes()).chars().flat_map(escaped).collect()
}

fn escaped(character: char) -> Vec<char> {
    if character.is_control() { character.escape_default().collect() } else { vec![character] }
}
