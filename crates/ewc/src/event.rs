//! What happens to a controller, as data. Lines of its log are rendered from these by [`crate::syslog`].

use std::fmt;
use std::net::SocketAddr;

use image::Version;
use serde::{Serialize, Serializer};

use crate::install::InstallFailure;
use crate::staging::Location;
use crate::unverified;

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
    /// The access point is to take this image for later.
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

/// An access point as the controller's log names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ap {
    /// Its name.
    pub name: String,
    /// Its Ethernet MAC address.
    pub mac: Mac,
    /// Where its messages come from.
    pub address: SocketAddr,
}

/// A MAC address, printed as `aabb.ccdd.eeff`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac(pub [u8; 6]);

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}{b:02x}.{c:02x}{d:02x}.{e:02x}{g:02x}")
    }
}

impl Serialize for Mac {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionEnd {
    /// The access point began anew.
    Restarted,
    /// Nothing was heard of it.
    HeartbeatTimeout,
    /// Nothing was heard of it since it got a whole image: it reloads.
    ImageUpgrade,
    /// It left a request unanswered.
    MaxRetransmissions,
}

/// Why a download failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DownloadFailure {
    /// The access point asked again: that is how it says that it gives up.
    GivenUp,
    /// Its session ended.
    SessionLost,
    /// It refused a block, with this result code.
    Refused(u32),
}

/// Why an install was not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// There is no image-download profile, or it has no mode.
    NoProfile,
    /// The profile's mode is one whose servers are not simulated.
    ModeNotSimulated,
    /// The profile's mode is Desktop (HTTP), and the network holds access points of other types than the controller's.
    NonHomogeneous,
    /// More images wait than the queue takes.
    QueueFull,
}

/// Why an access point needs no predownload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PredownloadSkip {
    /// It runs the version.
    Running,
    /// Its other partition holds it.
    Present,
    /// The controller does not know what image its model takes.
    UnknownModel,
}

/// Why a predownload has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PredownloadFailure {
    /// The controller could not fetch the image.
    NoImage,
    /// The access point did not take it: it refused the update or a block with this result code.
    Refused(u32),
    /// The access point says that it gives up.
    GivenUp,
    /// The access point never said that it had written the image, or never asked for it.
    NoReport,
    /// Its session ended.
    SessionLost,
}

impl PredownloadFailure {
    /// As a fragment.
    pub fn text(self) -> &'static str {
        unverified::predownload_failure(self)
    }
}

impl From<DownloadFailure> for PredownloadFailure {
    fn from(failure: DownloadFailure) -> Self {
        match failure {
            DownloadFailure::GivenUp => Self::GivenUp,
            DownloadFailure::SessionLost => Self::SessionLost,
            DownloadFailure::Refused(code) => Self::Refused(code),
        }
    }
}
