//! The controller's state at one moment, for show commands and for those who judge a run.

use std::net::Ipv4Addr;
use std::time::Duration;

use image::Version;
use serde::Serialize;
use text::MacAddress;

/// All of it, access points sorted by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// The controller's name.
    pub name: String,
    /// The version it wants of its access points.
    pub version: Version,
    /// The access points that have a session.
    pub aps: Vec<ApRow>,
    /// What is in `ap_images:`.
    pub staged: Vec<StagedRow>,
    /// The image being installed.
    pub installing: Option<String>,
    /// How far predownload is as a whole, and what has gone wrong with it last.
    pub predownload: PredownloadSummary,
    /// Images waiting for that.
    pub install_queue: Vec<String>,
}

impl Default for Snapshot {
    /// A controller without a name, of which nothing is known.
    fn default() -> Self {
        Self {
            name: String::new(),
            version: Version::NONE,
            aps: Vec::new(),
            staged: Vec::new(),
            installing: None,
            predownload: PredownloadSummary::default(),
            install_queue: Vec::new(),
        }
    }
}

/// One access point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApRow {
    /// Its name.
    pub name: String,
    /// As it names itself: `C9105AXI-B`.
    pub model: String,
    /// Radios.
    pub slots: u8,
    /// Ethernet MAC address.
    pub mac: MacAddress,
    /// Base radio MAC address.
    pub radio_mac: MacAddress,
    /// Its address.
    pub address: Ipv4Addr,
    /// Its location.
    pub location: String,
    /// Where the session stands.
    pub state: ApState,
    /// Image type, if the model is known.
    pub image_type: Option<String>,
    /// What it runs.
    pub running: Version,
    /// What it boots next: what it runs, until the images are swapped.
    pub primary: Version,
    /// What the other partition holds; `0.0.0.0` if nothing.
    pub backup: Version,
    /// When it joined, since the start of the run.
    pub joined_at: Duration,
    /// Image bytes sent to it and all there are, while it downloads.
    pub download: Option<(u64, u64)>,
    /// The image of its predownload.
    pub predownload: PredownloadRow,
}

/// An access point's predownload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PredownloadRow {
    /// How far it is.
    pub status: PredownloadStatus,
    /// The version; `0.0.0.0` without one.
    pub version: Version,
    /// How often it was tried again.
    pub retries: u32,
    /// How long after the failure it is tried again, if it failed and will be.
    pub retry_delay: Option<Duration>,
}

impl Default for PredownloadRow {
    fn default() -> Self {
        Self { status: PredownloadStatus::None, version: Version::NONE, retries: 0, retry_delay: None }
    }
}

/// How far a predownload is (YANG `enm-predownload-status`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PredownloadStatus {
    /// There is none.
    #[default]
    None,
    /// It is wanted.
    Initiated,
    /// The access point takes the image, or writes it.
    Predownloading,
    /// The image is in its backup partition.
    Complete,
    /// It is no model that the controller has images for.
    NotSupported,
    /// It has no image.
    Failed,
}

/// Predownload as a whole (the part of YANG `enm-predwnld-status-ewc` that is about access points).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PredownloadSummary {
    /// How far it is: the status of all access points together.
    pub status: PredownloadStatus,
    /// Why the last one failed.
    pub error: Option<String>,
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ApState {
    /// It has joined and is not configured yet.
    Joined,
    /// It asked for an image.
    ImageData,
    /// It runs.
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
