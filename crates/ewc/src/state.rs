//! The controller's state at one moment, for show commands and for expectations.

use std::net::Ipv4Addr;
use std::time::Duration;

use image::Version;
use serde::Serialize;
use text::MacAddress;

use crate::{Operation, ReleaseState};

/// The whole state, access points sorted by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// The controller's name.
    pub name: String,
    /// The version it requires of its access points.
    pub version: Version,
    /// The access points that have a session.
    pub aps: Vec<ApRow>,
    /// The content of `ap_images:`.
    pub staged: Vec<StagedRow>,
    /// The image being installed.
    pub installing: Option<String>,
    /// The progress of predownload as a whole, and the last error.
    pub predownload: PredownloadSummary,
    /// The images waiting to be installed.
    pub install_queue: Vec<String>,
    /// The upgrade of the network as a whole.
    pub upgrade: UpgradeState,
    /// The releases that it holds, the active one first.
    pub releases: Vec<ReleaseRow>,
    /// The time until the active release is rolled back, while it is not committed.
    pub aborts_in: Option<Duration>,
    /// What was done with its software.
    pub install_log: Vec<Operation>,
    /// The name of the standby, and its state.
    pub standby: Option<(String, StandbyState)>,
    /// The Ethernet address of the access point on which it runs.
    pub own_access_point: MacAddress,
    /// The time, since the start of the run.
    pub now: Duration,
}

impl Default for Snapshot {
    /// Creates the state of a controller without a name, of which nothing is known.
    fn default() -> Self {
        Self {
            name: String::new(),
            version: Version::NONE,
            aps: Vec::new(),
            staged: Vec::new(),
            installing: None,
            predownload: PredownloadSummary::default(),
            install_queue: Vec::new(),
            upgrade: UpgradeState::None,
            releases: Vec::new(),
            aborts_in: None,
            install_log: Vec::new(),
            standby: None,
            own_access_point: MacAddress([0; 6]),
            now: Duration::ZERO,
        }
    }
}

/// One access point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApRow {
    /// Its name.
    pub name: String,
    /// Its model, as the access point states it: `C9105AXI-B`.
    pub model: String,
    /// The number of its radios.
    pub slots: u8,
    /// Ethernet MAC address.
    pub mac: MacAddress,
    /// Base radio MAC address.
    pub radio_mac: MacAddress,
    /// Its address.
    pub address: Ipv4Addr,
    /// Its location.
    pub location: String,
    /// The state of the session.
    pub state: ApState,
    /// Image type, if the model is known.
    pub image_type: Option<String>,
    /// The version that it runs.
    pub running: Version,
    /// The version that it boots next: the one it runs, until the images are swapped.
    pub primary: Version,
    /// The version in the other partition; `0.0.0.0` if there is none.
    pub backup: Version,
    /// The time at which it joined, since the start of the run.
    pub joined_at: Duration,
    /// The image bytes sent to it and the total, while it downloads.
    pub download: Option<(u64, u64)>,
    /// The time at which the first of them was sent.
    pub download_since: Option<Duration>,
    /// Its predownload.
    pub predownload: PredownloadRow,
    /// The controller image that it would run, if it is of type EWC; empty without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller_image: Option<String>,
    /// The progress of a controller image on its way to it.
    #[serde(skip_serializing_if = "PredownloadStatus::is_none")]
    pub controller_status: PredownloadStatus,
}

/// An access point's predownload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PredownloadRow {
    /// Its progress.
    pub status: PredownloadStatus,
    /// The version; `0.0.0.0` without one.
    pub version: Version,
    /// The number of retries.
    pub retries: u32,
    /// The delay from the failure to the next retry, if there will be one.
    pub retry_delay: Option<Duration>,
}

impl Default for PredownloadRow {
    fn default() -> Self {
        Self { status: PredownloadStatus::None, version: Version::NONE, retries: 0, retry_delay: None }
    }
}

/// The status of a predownload (YANG `enm-predownload-status`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PredownloadStatus {
    /// There is no predownload.
    #[default]
    None,
    /// A predownload is wanted.
    Initiated,
    /// The access point receives the image, or writes it.
    Predownloading,
    /// The image is in its backup partition.
    Complete,
    /// The controller has no images for the access point's model.
    NotSupported,
    /// The access point has no image.
    Failed,
}

impl PredownloadStatus {
    fn is_none(&self) -> bool {
        *self == Self::None
    }
}

/// Predownload as a whole (the part of YANG `enm-predwnld-status-ewc` that concerns access points).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PredownloadSummary {
    /// The status of all access points together.
    pub status: PredownloadStatus,
    /// The reason for the last failure.
    pub error: Option<String>,
    /// The access points whose sessions were lost in the middle. Their rows go, and they count as failed.
    pub lost: usize,
}

/// The upgrade of the network as a whole (YANG `enm-predwnld-status-ewc`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UpgradeState {
    /// There is none.
    #[default]
    None,
    /// The controller's image is to be fetched.
    ControllerDownloadInitiated,
    /// It is being fetched.
    ControllerDownloadInProgress,
    /// It is stored and verified.
    ControllerDownloadComplete,
    /// It could not be fetched, or did not verify.
    ControllerDownloadFailed,
    /// The access points are to get their images.
    ApPredownloadInitiated,
    /// They are getting them.
    ApPredownloadInProgress,
    /// Each has its image.
    ApPredownloadComplete,
    /// There is no image for any of them.
    ApPredownloadUnsupported,
    /// Some have none, and are not tried again.
    ApPredownloadFailed,
    /// The other access points that can be controllers are getting the controller's image.
    ControllerPredownloadInProgress,
    /// Each of them has it.
    ControllerPredownloadComplete,
    /// Some have none.
    ControllerPredownloadFailed,
    /// The network reloads into the new version.
    Activated,
    /// It does not.
    ActivationFailed,
}

impl UpgradeState {
    /// All of them, in the order of the YANG enumeration.
    pub const ALL: [Self; 15] = [
        Self::None,
        Self::ControllerDownloadInitiated,
        Self::ControllerDownloadInProgress,
        Self::ControllerDownloadComplete,
        Self::ControllerDownloadFailed,
        Self::ApPredownloadInitiated,
        Self::ApPredownloadInProgress,
        Self::ApPredownloadComplete,
        Self::ApPredownloadUnsupported,
        Self::ApPredownloadFailed,
        Self::ControllerPredownloadInProgress,
        Self::ControllerPredownloadComplete,
        Self::ControllerPredownloadFailed,
        Self::Activated,
        Self::ActivationFailed,
    ];

    /// Returns its description in the YANG model, without the `EWC` in front.
    pub fn text(self) -> &'static str {
        match self {
            Self::None => "predownload none",
            Self::ControllerDownloadInitiated => "controller download initiated",
            Self::ControllerDownloadInProgress => "controller download in progress",
            Self::ControllerDownloadComplete => "controller download complete",
            Self::ControllerDownloadFailed => "controller download failed",
            Self::ApPredownloadInitiated => "AP predownload initiated",
            Self::ApPredownloadInProgress => "AP predownload in progress",
            Self::ApPredownloadComplete => "AP predownload complete",
            Self::ApPredownloadUnsupported => "AP predownload unsupported",
            Self::ApPredownloadFailed => "AP predownload failed",
            Self::ControllerPredownloadInProgress => "controller predownload in progress",
            Self::ControllerPredownloadComplete => "controller predownload complete",
            Self::ControllerPredownloadFailed => "controller predownload failed",
            Self::Activated => "predownload activated",
            Self::ActivationFailed => "predownload activation failed",
        }
    }

    /// Returns true while images are being fetched or handed out.
    pub fn is_under_way(self) -> bool {
        matches!(
            self,
            Self::ControllerDownloadInitiated
                | Self::ControllerDownloadInProgress
                | Self::ApPredownloadInitiated
                | Self::ApPredownloadInProgress
                | Self::ControllerPredownloadInProgress
        )
    }
}

/// The state of a standby.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StandbyState {
    /// Its controller boots.
    Starting,
    /// Its controller can take over.
    Ready,
}

/// A release that the controller holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReleaseRow {
    /// Its state.
    pub state: ReleaseState,
    /// Its version text.
    pub version: String,
    /// The version that it requires of access points.
    pub ap: Version,
}

/// The state of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ApState {
    /// It has joined and is not configured yet.
    Joined,
    /// It requested an image.
    ImageData,
    /// It is configured; its data channel is not up yet.
    DataCheck,
    /// It is in service.
    Registered,
}

/// One image in `ap_images:`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StagedRow {
    /// Its type.
    pub image: String,
    /// Its size.
    pub bytes: u64,
}
