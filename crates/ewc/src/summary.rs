//! The timeline's wording of a controller's events.

use text::numbers::{count, grouped};

use crate::{ControllerEvent, Location, PredownloadSkip, RollbackReason, SessionEnd, SkipReason};

impl ControllerEvent {
    /// Returns the event in a few words; `None` if it is not a milestone.
    pub fn summary(&self) -> Option<String> {
        Some(match self {
            Self::ApJoinRefused { ap } => format!("refuses {}: no room for another session", ap.name),
            Self::RequestRefused { ap, fault, .. } => match ap {
                Some(ap) => format!("refuses a request from {}: {fault}", ap.name),
                None => format!("refuses a request: {fault}"),
            },
            Self::SessionLost { ap, reason } => match reason {
                SessionEnd::Restarted | SessionEnd::ImageUpgrade => return None,
                SessionEnd::HeartbeatTimeout => format!("lost {}: heartbeat timeout", ap.name),
                SessionEnd::DataCheckTimeout => format!("lost {}: no data channel", ap.name),
                SessionEnd::MaxRetransmissions => format!("lost {}: maximum retransmissions", ap.name),
            },
            Self::ImageRequested { ap, image, held: false, .. } => {
                format!("does not have {image} for {}, sends nothing", ap.name)
            }
            Self::ApImageDownloadSuccess { ap, image, .. } => format!("delivered {image} to {}", ap.name),
            Self::ImageDataStarted { ap, image, messages, .. } => {
                format!("sends {image} to {} in {} messages", ap.name, grouped(*messages))
            }
            Self::RelayLimited { access_points, per_second } => format!(
                "sends at its limit: {} messages a second to {}",
                grouped(*per_second),
                count(*access_points as usize, "access point")
            ),
            Self::ApImageDownloadFailed { ap, image, unanswered, .. } => {
                let lost = match unanswered {
                    0 => String::new(),
                    n => format!(", {} unanswered", count(*n as usize, "message")),
                };
                format!("image download to {} failed: {image}{lost}", ap.name)
            }
            Self::InstallSkipped { image, reason } => match reason {
                SkipReason::NoProfile => format!("does not fetch {image}: no image-download profile"),
                SkipReason::ModeNotSimulated => {
                    format!("does not fetch {image}: the profile's mode is not simulated")
                }
                SkipReason::NonHomogeneous => format!(
                    "does not fetch {image}: the network is non-homogeneous, Desktop (HTTP) mode is not supported"
                ),
                SkipReason::QueueFull => format!("does not fetch {image}: too many images are waiting"),
            },
            Self::InstallStarted { url, .. } => format!("install add {url}"),
            Self::InstallCompleted { bytes, .. } => {
                format!("install add completed, {} bytes", grouped(*bytes))
            }
            Self::InstallFailed { reason, .. } => format!("install add failed: {}", reason.text()),
            Self::ApHardwareRefused { ap, quirk, hardware } => {
                format!("refuses {}: unknown hardware revision {hardware} ({quirk})", ap.name)
            }
            Self::ApJoinMissed { ap, quirk, path_mtu } => {
                format!("does not answer the join of {}: path MTU {path_mtu} ({quirk})", ap.name)
            }
            Self::CountryMismatch { ap, country, domain, slot } => format!(
                "the radio in slot {slot} of {} stays down: country code {country} and regulatory domain -{domain} do not fit",
                ap.name
            ),
            Self::TransferCutShort { ap, quirk, image } => {
                format!("stops sending {image} to {} after the first block ({quirk})", ap.name)
            }
            Self::HeartbeatMissed { ap, quirk, silent_s } => {
                format!("declares {} dead, last heard from {silent_s} s ago ({quirk})", ap.name)
            }
            Self::Staged { image, .. } => format!("{image} is staged"),
            Self::Evicted { image, location, .. } => {
                let what = if *location == Location::Prepare { " (for predownloads)" } else { "" };
                format!("evicts {image}{what} from ap_images:")
            }
            Self::StagedImageRefused { kept: true, .. } => return None,
            Self::StagedImageRefused { ap, image, .. } => {
                format!("removes {image} from ap_images:, as {} could not use it", ap.name)
            }
            Self::StagingRefused { image, .. } => format!("no room in ap_images: for {image}"),
            Self::Prepared { image, version, .. } => format!("{image} {version} is ready for predownloads"),
            Self::ApPredownloadDelivered { ap, image, .. } => format!("delivered {image} to {}", ap.name),
            Self::ApPredownloadComplete { ap, version, .. } => {
                format!("predownload of {} complete: {version}", ap.name)
            }
            Self::ApPredownloadSkipped { ap, reason } => {
                let why = match reason {
                    PredownloadSkip::Running => "runs the version",
                    PredownloadSkip::Present => "has the version already",
                    PredownloadSkip::UnknownModel => "is of an unknown model",
                };
                format!("skips the predownload to {}, which {why}", ap.name)
            }
            Self::ApPredownloadFailed { ap, reason, again } => {
                let end = if *again { ", tries again later" } else { "" };
                format!("predownload of {} failed: {}{end}", ap.name, reason.text())
            }
            Self::ApImageSwapped { ap, primary, backup } => {
                format!("{} will boot {primary}, backup {backup}", ap.name)
            }
            Self::ApSwapRefused { ap, result } => {
                format!("{} refuses to swap, result code {result}", ap.name)
            }
            Self::ApReset { ap } => format!("resets {}", ap.name),
            Self::UpgradeStateChanged { state } => format!("upgrade: {}", state.text()),
            Self::ReleaseAdded { version, ap } => {
                format!("controller image {version} is stored, for access points on {ap}")
            }
            Self::ActivationStarted { version, .. } => format!("activates {version}"),
            Self::ReleaseCommitted { version } => format!("commits {version}"),
            Self::ReleaseRolledBack { version, reason } => {
                let why = match reason {
                    RollbackReason::TimerEnded => "the auto-abort timer has ended",
                    RollbackReason::Aborted => "install abort",
                };
                format!("goes back to {version}: {why}")
            }
            Self::ControllerImageOffered { ap, version } => {
                format!("controller image {version} for {}", ap.name)
            }
            Self::ControllerImageComplete { ap, version } => {
                format!("{} holds controller image {version}", ap.name)
            }
            Self::ControllerImageFailed { ap, version, reason } => {
                format!("controller image {version} for {} failed: {}", ap.name, reason.text())
            }
            Self::StandbyChosen { ap } => format!("{} is the standby", ap.name),
            Self::StandbyReady { ap } => format!("the standby {} can take over", ap.name),
            Self::StandbyLost { name } => format!("the standby {name} is gone"),
            Self::Reloading => "reloads".to_owned(),
            Self::Started { .. }
            | Self::ApPredownloadInitiated { .. }
            | Self::ApPredownloadRequested { .. }
            | Self::ApDiscovered { .. }
            | Self::ApJoined { .. }
            | Self::ApRegistered { .. }
            | Self::PathMtuChanged { .. }
            | Self::ImageRequested { .. } => return None,
        })
    }
}
