//! What a person wants to see of an OpenSSH server.

use openssh::sftp_server::{self, Name, What as Sftp};
use openssh::{Ending, What};

use text::numbers::grouped;

pub(super) fn openssh(what: &What) -> Option<String> {
    Some(match what {
        What::NoAddress => "sshd does not start: cannot bind any address".to_owned(),
        What::NoHostKey => "sshd does not start: no host keys".to_owned(),
        What::ThrottlingBegins => "drops connections: too many have not logged in".to_owned(),
        What::ThrottlingEnds { dropped, .. } => {
            format!("takes connections again, after {} dropped", grouped(*dropped))
        }
        What::Login { accepted: true, method, user, peer, .. } => {
            format!("lets {user} in from {}, by {method}", peer.ip())
        }
        What::Login { accepted: false, method: "password", valid, user, peer, .. } => {
            let invalid = if *valid { "" } else { "invalid user " };
            format!("wrong password for {invalid}{user} from {}", peer.ip())
        }
        What::NotAllowed { user, host, .. } => format!("does not let {user} in from {host}"),
        What::TooManyFailures { user, peer, .. } => {
            format!("closes the connection of {user} from {}: too many failures", peer.ip())
        }
        What::GraceOver { peer } => format!("closes a connection from {}: no login in time", peer.ip()),
        What::Ended { peer, how: Ending::NoCommon { what, .. }, .. } => {
            format!("has no {what} in common with {}", peer.ip())
        }
        What::BadChroot { .. } => "ends the session: the chroot directory is not fit for it".to_owned(),
        What::NotResponding { peer, .. } => format!("gave up on {}: no answer", peer.ip()),
        What::Sftp(what) => return sftp(what),
        _ => return None,
    })
}

fn sftp(what: &Sftp) -> Option<String> {
    Some(match what {
        Sftp::Open { path, .. } => format!("opens {}", shown(path)),
        Sftp::Close { path, bytes_read, forced: false, .. } => {
            format!("sent {}, {} bytes", shown(path), grouped(*bytes_read))
        }
        Sftp::Close { path, bytes_read, forced: true, .. } => {
            format!("lost the reader of {} after {} bytes", shown(path), grouped(*bytes_read))
        }
        // All is well, and the end of a file.
        Sftp::StatusSent { status: 0 | 1 } => return None,
        Sftp::StatusSent { .. } => {
            let message = sftp_server::message(what);
            format!("answers {}", message.strip_prefix("sent status ").unwrap_or(&message))
        }
        _ => return None,
    })
}

/// A path for a terminal, whatever a client has put into it.
fn shown(path: &Name) -> String {
    String::from_utf8_lossy(path.as_bytes()).chars().flat_map(escaped).collect()
}

fn escaped(character: char) -> Vec<char> {
    if character.is_control() { character.escape_default().collect() } else { vec![character] }
}
