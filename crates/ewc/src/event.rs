//! What happens to a controller, as data. Lines of its log are rendered from these by [`crate::syslog`], lines of a timeline by
//! [`Event::summary`].

use std::net::SocketAddr;

use image::Version;
use serde::Serialize;

use crate::words::{
    Ap, DownloadFailure, InstallFailure, Location, PredownloadFailure, PredownloadSkip, SessionEnd,
    SkipReason,
};

host::events! {
/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs)] // Fields are named for what they hold; units stand last.
pub enum Event {
    /// The controller takes requests on its control port.
    Started { address: SocketAddr },
    /// A Discovery Request was answered.
    ApDiscovered {
        #[serde(flatten)]
        ap: Ap,
    },
    /// A Join Request was accepted.
    ApJoined {
        #[serde(flatten)]
        ap: Ap,
        model: String,
        image: Option<String>,
        running: Version,
        backup: Option<Version>,
    },
    /// A Join Request was refused: no room for another session.
    ApJoinRefused {
        #[serde(flatten)]
        ap: Ap,
    },
    /// The access point is configured and runs.
    ApRegistered {
        #[serde(flatten)]
        ap: Ap,
    },
    /// A request breaks a rule of RFC 5415; it is refused, or ignored if it is malformed.
    RequestRefused { ap: Option<Ap>, message: String, fault: String },
    /// The path to the access point carries other lengths of IPv4 packets than until now, in bytes. When it joins, the largest
    /// is taken for granted.
    PathMtuChanged {
        #[serde(flatten)]
        ap: Ap,
        from: u16,
        to: u16,
    },
    /// A session ended.
    SessionLost {
        #[serde(flatten)]
        ap: Ap,
        reason: SessionEnd,
    },
    /// An access point asked for an image. The answer is result code 0 in any case.
    ImageRequested {
        #[serde(flatten)]
        ap: Ap,
        image: String,
        replica_status: Option<u8>,
        held: bool,
    },
    /// The first block is on its way.
    ImageDataStarted {
        #[serde(flatten)]
        ap: Ap,
        image: String,
        bytes: u64,
        messages: u64,
    },
    /// The last block was acknowledged.
    ApImageDownloadSuccess {
        #[serde(flatten)]
        ap: Ap,
        image: String,
        bytes: u64,
        messages: u64,
    },
    /// An image that was promised will not be delivered.
    ApImageDownloadFailed {
        #[serde(flatten)]
        ap: Ap,
        image: String,
        reason: DownloadFailure,
        /// Messages with image data that it left unanswered.
        unanswered: u64,
    },
    /// A predownload of this image is requested of the access point.
    ApPredownloadInitiated {
        #[serde(flatten)]
        ap: Ap,
        image: String,
    },
    /// It needs none.
    ApPredownloadSkipped {
        #[serde(flatten)]
        ap: Ap,
        reason: PredownloadSkip,
    },
    /// It was told to take the image, with a Configuration Update Request.
    ApPredownloadTold {
        #[serde(flatten)]
        ap: Ap,
        image: String,
        version: Version,
    },
    /// It has all of it and is writing it to flash.
    ApPredownloadDelivered {
        #[serde(flatten)]
        ap: Ap,
        image: String,
        bytes: u64,
        messages: u64,
    },
    /// It has told that its backup partition holds this version.
    ApPredownloadComplete {
        #[serde(flatten)]
        ap: Ap,
        image: String,
        version: Version,
    },
    /// It got no image, or could not use it. It stays in service.
    ApPredownloadFailed {
        #[serde(flatten)]
        ap: Ap,
        reason: PredownloadFailure,
        /// Whether it is tried again.
        again: bool,
    },
    /// It boots its other image next.
    ApImageSwapped {
        #[serde(flatten)]
        ap: Ap,
        primary: Version,
        backup: Version,
    },
    /// It does not, with this result code.
    ApSwapRefused {
        #[serde(flatten)]
        ap: Ap,
        result: u32,
    },
    /// It was sent a Reset Request.
    ApReset {
        #[serde(flatten)]
        ap: Ap,
    },
    /// The controller goes down, to boot again.
    Reloading,
    /// An install would be due, but cannot be.
    InstallSkipped { image: String, reason: SkipReason },
    /// `install add` began.
    InstallStarted { image: String, url: String },
    /// `install add` fetched the image.
    InstallCompleted { image: String, url: String, bytes: u64 },
    /// `install add` failed.
    InstallFailed { image: String, url: String, reason: InstallFailure },
    /// An image is in `ap_images:`.
    Staged { image: String, bytes: u64 },
    /// An image is in `ap_images:`, for predownloads. The version is what it says itself.
    Prepared { image: String, version: Version, bytes: u64 },
    /// An image was removed from `ap_images:` to make room.
    Evicted { image: String, location: Location, bytes: u64 },
    /// Quirk: a Join Request was refused, as the controller does not know that hardware revision.
    ApHardwareRefused {
        #[serde(flatten)]
        ap: Ap,
        quirk: String,
        hardware: String,
    },
    /// Quirk: there was no file handle left, so that the transfer ended with its first block.
    TransferCutShort {
        #[serde(flatten)]
        ap: Ap,
        quirk: String,
        image: String,
    },
    /// Quirk: the access point has been heard of, and the controller takes it for dead.
    HeartbeatMissed {
        #[serde(flatten)]
        ap: Ap,
        quirk: String,
        /// Since it was last heard of.
        silent_s: u64,
    },
    /// There is no room in `ap_images:`: what is there is in use, or the image is larger than all of it.
    StagingRefused { image: String, bytes: u64 },
}
}
