//! The events of a controller with which an attempt ends, well or not.

use host::Outcome;

use crate::ControllerEvent;

impl ControllerEvent {
    /// Returns how an attempt to fetch or to deliver an image has ended with this event; `None` if none ends with it.
    pub fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::ApImageDownloadSuccess { .. }
            | Self::ApPredownloadComplete { .. }
            | Self::ControllerImageComplete { .. }
            | Self::InstallCompleted { .. } => Some(Outcome::Succeeded),
            Self::ApImageDownloadFailed { .. }
            | Self::ApPredownloadFailed { .. }
            | Self::ApSwapRefused { .. }
            | Self::ControllerImageFailed { .. }
            | Self::InstallFailed { .. } => Some(Outcome::Failed),
            Self::Started { .. }
            | Self::ApDiscovered { .. }
            | Self::ApJoined { .. }
            | Self::ApJoinRefused { .. }
            | Self::CountryMismatch { .. }
            | Self::ApRegistered { .. }
            | Self::RequestRefused { .. }
            | Self::PathMtuChanged { .. }
            | Self::SessionLost { .. }
            | Self::ImageRequested { .. }
            | Self::ImageDataStarted { .. }
            | Self::RelayLimited { .. }
            | Self::ApPredownloadInitiated { .. }
            | Self::ApPredownloadSkipped { .. }
            | Self::ApPredownloadRequested { .. }
            | Self::ApPredownloadDelivered { .. }
            | Self::ApImageSwapped { .. }
            | Self::ApReset { .. }
            | Self::UpgradeStateChanged { .. }
            | Self::ReleaseAdded { .. }
            | Self::ActivationStarted { .. }
            | Self::ReleaseCommitted { .. }
            | Self::ReleaseRolledBack { .. }
            | Self::ControllerImageOffered { .. }
            | Self::StandbyChosen { .. }
            | Self::StandbyReady { .. }
            | Self::StandbyLost { .. }
            | Self::Reloading
            | Self::InstallSkipped { .. }
            | Self::InstallStarted { .. }
            | Self::Staged { .. }
            | Self::Prepared { .. }
            | Self::StagedImageRefused { .. }
            | Self::Evicted { .. }
            | Self::ApHardwareRefused { .. }
            | Self::ApJoinMissed { .. }
            | Self::TransferCutShort { .. }
            | Self::HeartbeatMissed { .. }
            | Self::StagingRefused { .. } => None,
        }
    }
}
