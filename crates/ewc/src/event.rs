//! The events of a controller, as data. [`crate::syslog`] renders them as log lines, [`ControllerEvent::summary`] as timeline
//! lines.

use std::net::SocketAddr;

use image::Version;
use serde::Serialize;

use crate::UpgradeState;
use crate::words::{
    Ap, DownloadFailure, InstallFailure, Location, PredownloadFailure, PredownloadSkip, RollbackReason,
    SessionEnd, SkipReason,
};

host::events! {
/// Something that happened to a controller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs)] // Fields are named for what they hold; units stand last.
pub enum ControllerEvent {
    /// The controller accepts requests on its control port.
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
        /// The version that the controller requires.
        required: Version,
    },
    /// A Join Request was refused: no room for another session.
    ApJoinRefused {
        #[serde(flatten)]
        ap: Ap,
    },
    /// None of the controller's countries belongs to the regulatory domain of the access point, whose radios stay down. It stays joined.
    CountryMismatch {
        #[serde(flatten)]
        ap: Ap,
        /// The first of the countries.
        country: String,
        domain: String,
        slot: u8,
    },
    /// The access point is configured, its data channel is up: it is in service.
    ApRegistered {
        #[serde(flatten)]
        ap: Ap,
    },
    /// A request breaks a rule of RFC 5415; it is refused, or ignored if it is malformed.
    RequestRefused { ap: Option<Ap>, message: String, fault: String },
    /// The path to the access point carries IPv4 packets of another length than until now, in bytes. When it joins, the largest
    /// is assumed.
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
    /// An access point requested an image. The answer is always result code 0.
    ImageRequested {
        #[serde(flatten)]
        ap: Ap,
        image: String,
        replica_status: Option<u8>,
        held: bool,
    },
    /// The first block was sent.
    ImageDataStarted {
        #[serde(flatten)]
        ap: Ap,
        image: String,
        bytes: u64,
        messages: u64,
    },
    /// Blocks wait for those to other access points: the relay sends all that it can. Reported once.
    RelayLimited {
        /// Access points to which an image is being sent.
        access_points: u64,
        /// Messages per second to all of them.
        per_second: u64,
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
        /// Messages with image data that the access point left unanswered.
        unanswered: u64,
    },
    /// A predownload of this image is requested of the access point.
    ApPredownloadInitiated {
        #[serde(flatten)]
        ap: Ap,
        image: String,
    },
    /// The access point needs no predownload.
    ApPredownloadSkipped {
        #[serde(flatten)]
        ap: Ap,
        reason: PredownloadSkip,
    },
    /// A Configuration Update Request asked the access point to predownload the image.
    ApPredownloadRequested {
        #[serde(flatten)]
        ap: Ap,
        image: String,
        version: Version,
    },
    /// The access point has received the whole image and is writing it to flash.
    ApPredownloadDelivered {
        #[serde(flatten)]
        ap: Ap,
        image: String,
        bytes: u64,
        messages: u64,
    },
    /// The access point reported that its backup partition holds this version.
    ApPredownloadComplete {
        #[serde(flatten)]
        ap: Ap,
        image: String,
        version: Version,
    },
    /// The access point received no image, or could not use it. It stays in service.
    ApPredownloadFailed {
        #[serde(flatten)]
        ap: Ap,
        reason: PredownloadFailure,
        /// True if the predownload will be tried again.
        again: bool,
    },
    /// The access point boots its other image next.
    ApImageSwapped {
        #[serde(flatten)]
        ap: Ap,
        primary: Version,
        backup: Version,
    },
    /// The access point does not swap its images, with this result code.
    ApSwapRefused {
        #[serde(flatten)]
        ap: Ap,
        result: u32,
    },
    /// A Reset Request was sent to the access point.
    ApReset {
        #[serde(flatten)]
        ap: Ap,
    },
    /// The upgrade of the network is in another state.
    UpgradeStateChanged { state: UpgradeState },
    /// The controller's image is stored in `backup_image:` and verified.
    ReleaseAdded { version: String, ap: Version },
    /// `install activate`: access points that hold the new images are to swap them, then all reload.
    ActivationStarted { version: String, auto_abort_s: u64 },
    /// `install commit`: the release stays.
    ReleaseCommitted { version: String },
    /// The controller will boot the release before.
    ReleaseRolledBack { version: String, reason: RollbackReason },
    /// An access point of type EWC is asked to take the controller image of a release.
    ControllerImageOffered {
        #[serde(flatten)]
        ap: Ap,
        version: String,
    },
    /// The access point has stored the controller image.
    ControllerImageComplete {
        #[serde(flatten)]
        ap: Ap,
        version: String,
    },
    /// The access point has not got the controller image, or could not use it.
    ControllerImageFailed {
        #[serde(flatten)]
        ap: Ap,
        version: String,
        reason: PredownloadFailure,
    },
    /// The access point accepts the role of the standby; a second controller boots on it.
    StandbyChosen {
        #[serde(flatten)]
        ap: Ap,
    },
    /// The controller on the standby can take over.
    StandbyReady {
        #[serde(flatten)]
        ap: Ap,
    },
    /// The session of the standby has ended: there is none until another is chosen.
    StandbyLost { name: String },
    /// The controller goes down to reboot.
    Reloading,
    /// An install is due but cannot start.
    InstallSkipped { image: String, reason: SkipReason },
    /// `install add` started.
    InstallStarted { image: String, url: String },
    /// `install add` fetched the image.
    InstallCompleted { image: String, url: String, bytes: u64 },
    /// `install add` failed.
    InstallFailed { image: String, url: String, reason: InstallFailure },
    /// An image was staged in `ap_images:`.
    Staged { image: String, bytes: u64 },
    /// An image was staged in `ap_images:` for predownloads. The version is the one that the image states.
    Prepared { image: String, version: Version, bytes: u64 },
    /// An access point got the whole image from `ap_images:` and could not use it. The image is kept there, or removed.
    StagedImageRefused {
        #[serde(flatten)]
        ap: Ap,
        image: String,
        location: Location,
        kept: bool,
    },
    /// An image was evicted from `ap_images:` to make room.
    Evicted { image: String, location: Location, bytes: u64 },
    /// Quirk: a Join Request was refused, as the controller does not know the hardware revision.
    ApHardwareRefused {
        #[serde(flatten)]
        ap: Ap,
        quirk: String,
        hardware: String,
    },
    /// Quirk: a Join Request was not answered, as the path MTU that it states is too small.
    ApJoinMissed {
        #[serde(flatten)]
        ap: Ap,
        quirk: String,
        path_mtu: u16,
    },
    /// Quirk: no file handle was left, so the transfer ended after its first block.
    TransferCutShort {
        #[serde(flatten)]
        ap: Ap,
        quirk: String,
        image: String,
    },
    /// Quirk: the controller declares the access point dead although it has heard from it.
    HeartbeatMissed {
        #[serde(flatten)]
        ap: Ap,
        quirk: String,
        /// Seconds since it was last heard from.
        silent_s: u64,
    },
    /// There is no room in `ap_images:`: its images are in use, or the new one is larger than all of it.
    StagingRefused { image: String, bytes: u64 },
}
}
