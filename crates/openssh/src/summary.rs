//! The events in the words of the timeline.

use text::numbers::grouped;

use super::event::{Ending, Kind};
use super::sftp_server;

/// Returns the timeline's line of an event; none if the timeline leaves it out.
pub(super) fn summary(kind: &Kind) -> Option<String> {
    Some(match kind {
        Kind::NoAddress => "sshd does not start: cannot bind any address".to_owned(),
        Kind::NoHostKey => "sshd does not start: no host keys".to_owned(),
        Kind::ThrottlingBegins => "drops connections: too many have not logged in".to_owned(),
        Kind::ThrottlingEnds { dropped, .. } => {
            format!("accepts connections again, after {} dropped", grouped(*dropped))
        }
        Kind::Login { accepted: true, method, user, peer, .. } => {
            format!("accepts {user} from {}, by {method}", peer.ip())
        }
        Kind::Login { accepted: false, method: "password", valid, user, peer, .. } => {
            let invalid = if *valid { "" } else { "invalid user " };
            format!("wrong password for {invalid}{user} from {}", peer.ip())
        }
        Kind::NotAllowed { user, host, .. } => format!("refuses {user} from {host}"),
        Kind::TooManyFailures { user, peer, .. } => {
            format!("closes the connection of {user} from {}: too many failures", peer.ip())
        }
        Kind::GraceOver { peer } => format!("closes a connection from {}: no login in time", peer.ip()),
        Kind::Ended { peer, how: Ending::NoCommon { what, .. }, .. } => {
            format!("has no {what} in common with {}", peer.ip())
        }
        Kind::BadChroot { .. } => "ends the session: the chroot directory is not suitable".to_owned(),
        Kind::NotResponding { peer, .. } => format!("gave up on {}: no answer", peer.ip()),
        Kind::Sftp(kind) => return sftp_server::summary(kind),
        Kind::Listening { .. }
        | Kind::BindFailed { .. }
        | Kind::AcceptFailed { .. }
        | Kind::ThrottlingGoesOn { .. }
        | Kind::Dropped { .. }
        | Kind::Penalized { .. }
        | Kind::Connection { .. }
        | Kind::NoIdentification { .. }
        | Kind::InvalidUser { .. }
        | Kind::MethodDisabled { .. }
        | Kind::MethodsSkipped { .. }
        | Kind::NoMethodsLeft { .. }
        | Kind::Locked { .. }
        | Kind::NoShadow { .. }
        | Kind::PamUserUnknown
        | Kind::PamFailure { .. }
        | Kind::Login { .. }
        | Kind::Disconnecting { .. }
        | Kind::ReceivedDisconnect { .. }
        | Kind::Ended { .. }
        | Kind::PamMoreFailures { .. }
        | Kind::PamPatient { .. }
        | Kind::PamOpened { .. }
        | Kind::UserChild { .. }
        | Kind::Chrooted { .. }
        | Kind::NoHome { .. }
        | Kind::Starting { .. }
        | Kind::NoSubsystem { .. }
        | Kind::NotSftp { .. }
        | Kind::NoMoreSessions
        | Kind::Closed { .. }
        | Kind::ReadFailed { .. }
        | Kind::CloseSession { .. }
        | Kind::Transferred { .. }
        | Kind::Closing { .. }
        | Kind::PamClosed { .. } => return None,
    })
}
