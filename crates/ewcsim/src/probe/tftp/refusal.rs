//! The meaning of an ERROR of a TFTP server. Codes alone do not tell: in.tftpd sends 0 for most reasons, and others 2.

use tftp::{ErrorCode, Text};

use crate::probe::finding::{Denied, Finding, Place};

/// The reason of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    NotFound,
    Denied,
    Directory,
    /// The path is in none of the directories that it serves.
    Outside,
    Other,
}

/// Reads an ERROR.
pub(super) fn of(code: ErrorCode, message: &Text) -> Refusal {
    let text = message.to_str().to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match code {
        ErrorCode::FILE_NOT_FOUND => Refusal::NotFound,
        _ if says(&["forbidden directory", "only absolute"]) => Refusal::Outside,
        _ if says(&["is a directory"]) => Refusal::Directory,
        _ if says(&["no such file", "not found", "does not exist", "cannot find"]) => Refusal::NotFound,
        ErrorCode::ACCESS_VIOLATION => Refusal::Denied,
        _ if says(&["permission", "access"]) => Refusal::Denied,
        _ => Refusal::Other,
    }
}

impl Refusal {
    /// Returns the finding for a server that says `text`.
    pub(super) fn finding(self, text: String) -> Finding {
        match self {
            Self::NotFound => Place::NotFound { text, nearest: None },
            Self::Denied => Place::PermissionDenied { text, mode: None, of: Denied::Unknown },
            Self::Directory => Place::IsDirectory,
            Self::Outside => Place::OutsideRoot { text },
            Self::Other => Place::Refused { text },
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What in.tftpd, atftpd, dnsmasq and Tftpd64 send.
    #[test]
    fn servers_have_codes_and_words_of_their_own() {
        for (code, message, refusal) in [
            (1, "File not found", Refusal::NotFound),
            (0, "Permission denied", Refusal::Denied),
            (0, "Is a directory", Refusal::Directory),
            (2, "Access violation", Refusal::Denied),
            (2, "Only absolute filenames allowed", Refusal::Outside),
            (2, "Forbidden directory", Refusal::Outside),
            (1, "file /srv/tftp/ap1g8 not found for 10.0.0.2", Refusal::NotFound),
            (2, "cannot access /srv/tftp/ap1g8: Permission denied", Refusal::Denied),
            (0, "cannot read /srv/tftp/EWC: Is a directory", Refusal::Directory),
            (0, "No such file or directory", Refusal::NotFound),
            (0, "Too many open files", Refusal::Other),
        ] {
            assert_eq!(of(ErrorCode(code), &message.into()), refusal, "{message}");
        }
    }
}
