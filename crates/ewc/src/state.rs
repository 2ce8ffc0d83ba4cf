//! The controller's state at one moment, for show commands and for those who judge a run.

use std::net::Ipv4Addr;
use std::time::Duration;

use image::Version;
use serde::Serialize;

use crate::Mac;

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
    /// Images waiting for that.
    pub install_queue: Vec<String>,
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
    pub mac: Mac,
    /// Base radio MAC address.
    pub radio_mac: Mac,
    /// Its address.
    pub address: Ipv4Addr,
    /// Its location.
    pub location: String,
    /// Where the session stands.
    pub state: ApState,
    /// Image type, if the model is known.
    pub image_type: Option<String>,
    /// What it runs.
    pub primary: Version,
    /// What the other partition holds; `0.0.0.0` if nothing.
    pub backup: Version,
    /// When it joined, since the start of the run.
    pub joined_at: Duration,
    /// Image bytes sent to it and all there are, while it downloads.
    pub download: Option<(u64, u64)>,
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
