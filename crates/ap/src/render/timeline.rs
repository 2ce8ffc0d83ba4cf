//! The timeline's wording of an access point's events: a few words each.

use std::time::Duration;

use text::durations::short;
use text::numbers::{count, grouped};

use crate::{ApEvent, GiveUpReason, ReloadReason, State};

impl ApEvent {
    /// Returns the event in a few words; `None` if it is a detail.
    ///
    /// Every event has its own arm, so that a new event cannot be forgotten.
    pub fn summary(&self) -> Option<String> {
        Some(match self {
            Self::WasUp => return None,
            Self::Booting { reason: ReloadReason::Power } => "boots".to_owned(),
            Self::Booting { reason } => format!("boots again: {reason}"),
            Self::BootImageRefused { partition, file, .. } => {
                format!("does not boot {partition}: {file} does not verify")
            }
            Self::BootImageUnreadable { partition, file, offset } => {
                format!("does not boot {partition}: {file} cannot be read at offset {}", grouped(*offset))
            }
            Self::BootVariableTorn { default } => {
                format!("cannot read its boot variable, tries {default} first")
            }
            Self::Booted { partition, version } => format!("runs {version} from {partition}"),
            Self::BootFailed => "does not boot: both partitions are bad".to_owned(),
            Self::StateChanged { state: State::Run } => "in service".to_owned(),

            Self::CertificateRefused { of_controller, expired, day } => {
                let whose = if *of_controller {
                    "refuses the controller's certificate"
                } else {
                    "is refused: its certificate"
                };
                match (*of_controller, *expired) {
                    (true, true) => format!("{whose}, which expired on {day}"),
                    (true, false) => format!("{whose}, which is not valid before {day}"),
                    (false, true) => format!("{whose} expired on {day}"),
                    (false, false) => format!("{whose} is not valid before {day}"),
                }
            }
            Self::JoinResponse { from, result: 0 } => format!("joined {from}"),
            Self::JoinResponse { from, result } => format!("refused by {from}, result code {result}"),
            Self::PathMtuChanged { from, to } => {
                format!("path MTU {}, before {}", grouped((*to).into()), grouped((*from).into()))
            }
            Self::MessageRefused { fault, .. } => format!("refuses a message from its controller: {fault}"),
            Self::VersionMatch { .. } => "has the controller's version".to_owned(),
            Self::VersionMismatch { running, backup, controller } => {
                format!("version does not match: runs {running}, backup {backup}, controller {controller}")
            }
            Self::ControllerLost { request } => format!("lost its controller: no answer to {request}"),
            Self::DataChannelLost { to, up, keep_alives, unanswered_s } => {
                let lost = if *up { "lost its data channel" } else { "has no data channel" };
                let sent = count(*keep_alives as usize, "keep-alive");
                format!("{lost}: no answer from {to}, UDP port 5247, to {sent} in {unanswered_s} s")
            }

            Self::PrecheckFailed { available, required } => {
                format!("too little space in /tmp: {available} KiB, requires {required}")
            }
            Self::ImageDataRequestSent { image, replica_status, .. } => {
                format!("requests {image} (replica status {replica_status})")
            }
            Self::ImageDataStarted => "image data starts".to_owned(),
            Self::ImageDataComplete { bytes, msgs, .. } => {
                format!("received {} bytes in {} messages", grouped(*bytes), grouped(*msgs))
            }
            Self::GivingUp { reason } => format!("gives up: {}", why(*reason)),

            Self::ImageVerified { image, version } => format!("verified {image} {version}"),
            Self::ImageRefused { error, .. } => format!("refuses the image: {error}"),
            Self::PartitionRefused { partition, error } => format!("{partition} does not verify: {error}"),
            Self::PartitionFull { partition, required, room } => {
                format!("{partition} is full: room for {} bytes of {}", grouped(*room), grouped(*required))
            }
            Self::PartitionWriteFailed { partition, offset } => {
                format!("{partition} cannot be written at offset {}", grouped(*offset))
            }
            Self::Activated { partition } => format!("will boot from {partition}"),
            Self::PredownloadStarted { image } => format!("predownload of {image} requested"),
            Self::PredownloadComplete { partition, version } => {
                format!("predownload complete: {version} in {partition}")
            }
            Self::PredownloadFailed { reason } => format!("predownload failed: {}", why(*reason)),
            Self::SwapStarted { .. } => "swaps its images".to_owned(),
            Self::SwapRefused { partition, error } => {
                format!("does not swap its images: {partition} does not verify: {error}")
            }
            Self::ControllerImageStored { version } => format!("stored controller image {version}"),
            Self::ControllerImageRefused { error } => format!("refuses the controller image: {error}"),
            Self::StandbyChosen { controller } => {
                format!("is the standby of {controller}: its controller boots")
            }
            Self::StandbyReady => "its controller is ready to take over".to_owned(),
            Self::ActiveControllerLost { silent_ms } => {
                format!("takes over: the active controller has been silent for {} ms", grouped(*silent_ms))
            }
            Self::Reloading { reason } => format!("reloads: {reason}"),

            Self::VerificationErrorIgnored { quirk, .. } => {
                format!("ignores the verification error ({quirk})")
            }
            Self::BootRepeated { quirk, partition } => {
                format!("boots {partition} again, never the other partition ({quirk})")
            }
            Self::LogGrown { quirk, partition, used, .. } => {
                format!("a log grows: other files occupy {} bytes of {partition} ({quirk})", grouped(*used))
            }
            Self::TmpKept { quirk, bytes } => {
                format!("leaves {} bytes of abandoned downloads in /tmp ({quirk})", grouped(*bytes))
            }
            Self::TmpFilled { quirk, uptime_s, left } => {
                let up = short(Duration::from_secs(*uptime_s));
                format!("has {} bytes left in /tmp: up for {up} ({quirk})", grouped(*left))
            }
            Self::SigningCertificateExpired { quirk } => {
                format!("the certificate that the image is signed with has expired ({quirk})")
            }
            Self::OwnCertificateWrong { quirk } => {
                format!("cannot check the signature: its own certificates are wrong ({quirk})")
            }

            Self::StateChanged { .. }
            | Self::ControllerNotNamed
            | Self::DiscoveryRequestSent { .. }
            | Self::DiscoveryResponse { .. }
            | Self::JoinRequestSent { .. }
            | Self::ControllerVersionMissing
            | Self::Joined { .. }
            | Self::DataChannelOpened { .. }
            | Self::GoingBackToDiscovery
            | Self::ImageFileClosed
            | Self::ScriptCalled { .. }
            | Self::ScriptStarted { .. }
            | Self::TmpCleaned
            | Self::PrecheckTmpSpace { .. }
            | Self::ImageFileOpened { .. }
            | Self::ImageDataResponse { .. }
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
            | Self::UpgradePartitionChosen { .. }
            | Self::UpgradeVersions { .. }
            | Self::Extracting { .. }
            | Self::BoardChecked
            | Self::Mounted { .. }
            | Self::Untarring { .. }
            | Self::Syncing
            | Self::PartitionVerified { .. }
            | Self::BackupVersion { .. }
            | Self::UpgradeFinished
            | Self::UpgradeCleanup
            | Self::UpgradeMarkCleaned
            | Self::VerifyingPartition { .. }
            | Self::VersionsAfterReload { .. } => return None,
        })
    }
}

/// Returns the reason why a download ends without an image.
fn why(reason: GiveUpReason) -> &'static str {
    match reason {
        GiveUpReason::CannotStart => "image download cannot start",
        GiveUpReason::Stalled => "image data stalled",
        GiveUpReason::Refused => "refused by the controller",
        GiveUpReason::BadOpcode => "image data with an unknown opcode",
        GiveUpReason::BadLength => "the image's length is not the one announced",
        GiveUpReason::BadDigest => "the image's MD5 is not the one announced",
        GiveUpReason::NoSpace => "no space left in /tmp",
        GiveUpReason::PartitionFull => "no space left in the partition",
        GiveUpReason::WriteFailed => "flash cannot be written",
        GiveUpReason::NotVerified => "the image does not verify",
    }
}
