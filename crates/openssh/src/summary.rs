//! The events in the words of the timeline.

use text::numbers::grouped;

use super::event::{Ending, What};
use super::sftp_server;

/// Returns the timeline's line of an event; none if the timeline leaves it out.
pub(super) fn summary(what: &What) -> Option<String> {
    Some(match what {
        What::NoAddress => "sshd does not start: cannot bind any address".to_owned(),
        What::NoHostKey => "sshd does not start: no host keys".to_owned(),
        What::ThrottlingBegins => "drops connections: too many have not logged in".to_owned(),
        What::ThrottlingEnds { dropped, .. } => {
            format!("accepts connections again, after {} dropped", grouped(*dropped))
        }
        What::Login { accepted: true, method, user, peer, .. } => {
            format!("accepts {user} from {}, by {method}", peer.ip())
        }
        What::Login { accepted: false, method: "password", valid, user, peer, .. } => {
            let invalid = if *valid { "" } else { "invalid user " };
            format!("wrong password for {invalid}{user} from {}", peer.ip())
        }
        What::NotAllowed { user, host, .. } => format!("refuses {user} from {host}"),
        What::TooManyFailures { user, peer, .. } => {
            format!("closes the connection of {user} from {}: too many failures", peer.ip())
        }
        What::GraceOver { peer } => format!("closes a connection from {}: no login in time", peer.ip()),
        What::Ended { peer, how: Ending::NoCommon { what, .. }, .. } => {
            format!("has no {what} in common with {}", peer.ip())
        }
        What::BadChroot { .. } => "ends the session: the chroot directory is not suitable".to_owned(),
        What::NotResponding { peer, .. } => format!("gave up on {}: no answer", peer.ip()),
        What::Sftp(what) => return sftp_server::summary(what),
        What::Listening { .. }
        | What::BindFailed { .. }
        | What::AcceptFailed { .. }
        | What::ThrottlingGoesOn { .. }
        | What::Dropped { .. }
        | What::Connection { .. }
        | What::NoIdentification { .. }
        | What::InvalidUser { .. }
        | What::Locked { .. }
        | What::NoShadow { .. }
        | What::PamUserUnknown
        | What::PamFailure { .. }
        | What::Login { .. }
        | What::Disconnecting { .. }
        | What::ReceivedDisconnect { .. }
        | What::Ended { .. }
        | What::PamMoreFailures { .. }
        | What::PamPatient { .. }
        | What::PamOpened { .. }
        | What::UserChild { .. }
        | What::Chrooted { .. }
        | What::NoHome { .. }
        | What::Starting { .. }
        | What::NoSubsystem { .. }
        | What::NotSftp { .. }
        | What::NoMoreSessions
        | What::Closed { .. }
        | What::ReadFailed { .. }
        | What::CloseSession { .. }
        | What::Transferred { .. }
        | What::Closing { .. }
        | What::PamClosed { .. } => return None,
    })
}
