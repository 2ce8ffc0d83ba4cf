//! The events of an access point with which an attempt ends, well or not.

use host::Outcome;

use crate::ApEvent;

impl ApEvent {
    /// Returns how an attempt to load and install an image, to boot or to join has ended with this event; `None` if none ends with it.
    pub fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::ImageDataComplete { .. }
            | Self::UpgradeFinished
            | Self::Activated { .. }
            | Self::PredownloadComplete { .. } => Some(Outcome::Succeeded),
            Self::BootFailed
            | Self::CertificateRefused { .. }
            | Self::GivingUp { .. }
            | Self::ImageRefused { .. }
            | Self::PartitionRefused { .. }
            | Self::PartitionFull { .. }
            | Self::PartitionWriteFailed { .. }
            | Self::PredownloadFailed { .. }
            | Self::SwapRefused { .. }
            | Self::ControllerImageRefused { .. } => Some(Outcome::Failed),
            Self::WasUp
            | Self::Booting { .. }
            | Self::BootImageRefused { .. }
            | Self::BootImageUnreadable { .. }
            | Self::BootVariableTorn { .. }
            | Self::Booted { .. }
            | Self::StateChanged { .. }
            | Self::ControllerNotNamed
            | Self::DiscoveryRequestSent { .. }
            | Self::DiscoveryResponse { .. }
            | Self::JoinRequestSent { .. }
            | Self::JoinResponse { .. }
            | Self::ControllerVersionMissing
            | Self::PathMtuChanged { .. }
            | Self::MessageRefused { .. }
            | Self::VersionMatch { .. }
            | Self::VersionMismatch { .. }
            | Self::Joined { .. }
            | Self::ControllerLost { .. }
            | Self::DataChannelOpened { .. }
            | Self::DataChannelLost { .. }
            | Self::GoingBackToDiscovery
            | Self::ImageFileClosed
            | Self::ScriptCalled { .. }
            | Self::ScriptStarted { .. }
            | Self::TmpCleaned
            | Self::PrecheckTmpSpace { .. }
            | Self::PrecheckFailed { .. }
            | Self::ImageFileOpened { .. }
            | Self::ImageDataRequestSent { .. }
            | Self::ImageDataResponse { .. }
            | Self::ImageDataStarted
            | Self::ImageDataProgress { .. }
            | Self::ImageDataChecksumWrong { .. }
            | Self::WtpEventDiscarded { .. }
            | Self::RestartingStateMachine
            | Self::DownloadAborted { .. }
            | Self::LastBlockStored { .. }
            | Self::OutOfBandFlagSet
            | Self::WriteTaskStarted { .. }
            | Self::UpgradeLogCreated
            | Self::UpgradeStarted { .. }
            | Self::UsingImage { .. }
            | Self::ImageVerified { .. }
            | Self::UpgradePartitionChosen { .. }
            | Self::UpgradeVersions { .. }
            | Self::Extracting { .. }
            | Self::BoardChecked
            | Self::Mounted { .. }
            | Self::Untarring { .. }
            | Self::Syncing
            | Self::PartitionVerified { .. }
            | Self::BackupVersion { .. }
            | Self::UpgradeCleanup
            | Self::UpgradeMarkCleaned
            | Self::VerifyingPartition { .. }
            | Self::VersionsAfterReload { .. }
            | Self::PredownloadStarted { .. }
            | Self::SwapStarted { .. }
            | Self::ControllerImageStored { .. }
            | Self::StandbyChosen { .. }
            | Self::StandbyReady
            | Self::ActiveControllerLost { .. }
            | Self::Reloading { .. }
            | Self::VerificationErrorIgnored { .. }
            | Self::BootRepeated { .. }
            | Self::LogGrown { .. }
            | Self::TmpKept { .. }
            | Self::TmpFilled { .. }
            | Self::SigningCertificateExpired { .. }
            | Self::OwnCertificateWrong { .. } => None,
        }
    }
}
