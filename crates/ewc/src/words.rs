//! Plain words that events, the state and the machine share. Texts are made from them elsewhere.

use std::net::SocketAddr;

use host::{EventField, FieldKind, FieldType};
use serde::Serialize;
use ssh::Negotiated;
use text::MacAddress;

use crate::UpgradeState;

/// An access point as the controller's log names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ap {
    /// Its name.
    pub name: String,
    /// Its Ethernet MAC address.
    pub mac: MacAddress,
    /// The address that its messages come from.
    pub address: SocketAddr,
}

impl FieldType for Ap {
    const KIND: FieldKind = FieldKind::Fields(&[
        EventField::of::<String>("name", "The access point's name."),
        EventField::of::<MacAddress>("mac", "Its Ethernet MAC address."),
        EventField::of::<SocketAddr>("address", "The address that its messages come from."),
    ]);
}

/// The reason why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionEnd {
    /// The access point started a new session.
    Restarted,
    /// Nothing was heard from it.
    HeartbeatTimeout,
    /// Nothing was heard from it after it received a whole image: it reloads.
    ImageUpgrade,
    /// It left a request unanswered.
    MaxRetransmissions,
    /// No keep-alive of its data channel came within DataCheckTimer.
    DataCheckTimeout,
}

/// The reason why a download failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DownloadFailure {
    /// The access point requested the image again, which reports that it gave up.
    GivenUp,
    /// Its session ended.
    SessionLost,
    /// It refused a block, with this result code.
    Refused(u32),
}

/// The reason why a controller goes back to the release before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RollbackReason {
    /// The auto-abort timer ended without a commit.
    TimerEnded,
    /// `install abort` was typed.
    Aborted,
}

/// The reason why an install was not started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// There is no image-download profile, or it has no mode.
    NoProfile,
    /// The servers of the profile's mode are not simulated.
    ModeNotSimulated,
    /// The profile's mode is Desktop (HTTP), and the network holds access points of other types than the controller's.
    NonHomogeneous,
    /// More images are waiting than the queue can hold.
    QueueFull,
}

/// The reason why an access point needs no predownload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PredownloadSkip {
    /// It runs the version.
    Running,
    /// Its other partition holds it.
    Present,
    /// The controller does not know the image for its model.
    UnknownModel,
}

/// The reason why a predownload failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PredownloadFailure {
    /// The controller could not fetch the image.
    NoImage,
    /// The access point refused the update or a block, with this result code.
    Refused(u32),
    /// The access point reported that it gave up.
    GivenUp,
    /// The access point never requested the image, or never reported that it had written it.
    NoReport,
    /// Its session ended.
    SessionLost,
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

/// The purpose of a held image. Each place has its own images, and both share the room (YANG: `ap-image-active-location` and
/// `ap-image-prepare-location`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// For access points that join.
    Active,
    /// For predownloads.
    Prepare,
    /// The controller's own image, in `backup_image:`.
    Backup,
}

/// The reason why an install failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstallFailure {
    /// The server has no such file.
    NotFound,
    /// The server was silent.
    TimedOut,
    /// Nothing listens there: TCP was refused, or an ICMP port unreachable arrived in mid-transfer.
    Unreachable,
    /// There is no route to the server.
    NoRoute,
    /// The TCP connection was reset.
    ConnectionReset,
    /// The server closed the connection, or its SFTP channel.
    ConnectionClosed,
    /// No algorithm of this list is both configured here and offered by the server.
    NoCommonAlgorithm {
        /// The list.
        what: Negotiated,
        /// The names that the controller offered.
        client: Vec<String>,
        /// The names that the server offered.
        server: Vec<String>,
    },
    /// The server's host key is not the one first seen, and `ip ssh stricthostkeycheck` is configured.
    HostKeyChanged,
    /// The server rejected the user's login.
    AuthenticationFailed,
    /// The user is logged in, but SFTP is refused.
    NoSubsystem,
    /// The server refused; its text.
    Refused(String),
    /// The server failed; its text.
    ServerFailed(String),
    /// The file is empty.
    Empty,
    /// The file ended before the size that the server had announced.
    Truncated {
        /// In bytes.
        announced: u64,
        /// In bytes.
        received: u64,
    },
    /// The file is longer than the size that the server had announced.
    Grown {
        /// In bytes.
        announced: u64,
    },
    /// `ap_images:` or `backup_image:` has no room.
    NoSpace,
    /// The controller's image does not verify.
    NotVerified,
    /// It was aborted at the console.
    Aborted,
    /// The server broke the protocol, or no request can be sent to it.
    Protocol(String),
}

host::field_types! {
    Word: SessionEnd, RollbackReason, UpgradeState, SkipReason, PredownloadSkip, Location;
    Structure: DownloadFailure, PredownloadFailure, InstallFailure;
}
