//! Specimens of all events, from which a reader of the controller's log learns what each of them prints.

use host::{Samples, Specimen as _};

use crate::words::{
    Ap, DownloadFailure, InstallFailure, Location, PredownloadFailure, PredownloadSkip, RollbackReason,
    SessionEnd, SkipReason,
};
use crate::{ControllerEvent, UpgradeState};

/// Returns specimens of every event: one for each combination of words and flags, with marks of `samples` for all other values.
pub fn specimens(samples: &mut Samples) -> Vec<ControllerEvent> {
    ControllerEvent::specimens(samples)
}

host::specimens! {
    struct Ap { name, mac, address }
    enum SessionEnd { Restarted, HeartbeatTimeout, ImageUpgrade, MaxRetransmissions, DataCheckTimeout }
    enum DownloadFailure { GivenUp, SessionLost, Refused(code) }
    enum RollbackReason { TimerEnded, Aborted }
    enum SkipReason { NoProfile, ModeNotSimulated, NonHomogeneous, QueueFull }
    enum PredownloadSkip { Running, Present, UnknownModel }
    enum PredownloadFailure { NoImage, Refused(code), GivenUp, NoReport, SessionLost }
    enum Location { Active, Prepare, Backup }
    enum InstallFailure {
        NotFound, TimedOut, Unreachable, NoRoute, ConnectionReset, ConnectionClosed, NoCommonAlgorithm { what, client, server },
        HostKeyChanged, AuthenticationFailed, NoSubsystem, Refused(text), ServerFailed(text), Empty,
        Truncated { announced, received }, Grown { announced }, NoSpace, NotVerified, Aborted, Protocol(text),
    }
    enum UpgradeState {
        None, ControllerDownloadInitiated, ControllerDownloadInProgress, ControllerDownloadComplete, ControllerDownloadFailed,
        ApPredownloadInitiated, ApPredownloadInProgress, ApPredownloadComplete, ApPredownloadUnsupported, ApPredownloadFailed,
        ControllerPredownloadInProgress, ControllerPredownloadComplete, ControllerPredownloadFailed, Activated, ActivationFailed,
    }
}
