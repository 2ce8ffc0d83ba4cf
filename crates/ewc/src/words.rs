//! Plain words that events, the state and the machine share. Texts are made of them elsewhere.

use std::net::SocketAddr;

use host::{EventField, FieldKind, FieldType};
use serde::Serialize;
use ssh::Negotiated;
use text::MacAddress;

/// An access point as the controller's log names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ap {
    /// Its name.
    pub name: String,
    /// Its Ethernet MAC address.
    pub mac: MacAddress,
    /// Where its messages come from.
    pub address: SocketAddr,
}

impl FieldType for Ap {
    const KIND: FieldKind = FieldKind::Fields(&[
        EventField::of::<String>("name", "The access point's name."),
        EventField::of::<MacAddress>("mac", "Its Ethernet MAC address."),
        EventField::of::<SocketAddr>("address", "Where its messages come from."),
    ]);
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

impl From<DownloadFailure> for PredownloadFailure {
    fn from(failure: DownloadFailure) -> Self {
        match failure {
            DownloadFailure::GivenUp => Self::GivenUp,
            DownloadFailure::SessionLost => Self::SessionLost,
            DownloadFailure::Refused(code) => Self::Refused(code),
        }
    }
}

/// What an image is held for. Each place has its own, and both share the room (YANG: `ap-image-active-location` and
/// `ap-image-prepare-location`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// For access points that join.
    Active,
    /// For predownloads.
    Prepare,
}

/// Why an install failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstallFailure {
    /// The server has no such file.
    NotFound,
    /// The server was silent.
    TimedOut,
    /// Nobody listens there: TCP was refused, or an ICMP port unreachable answered in mid-transfer.
    Unreachable,
    /// There is no way to the server.
    NoRoute,
    /// The TCP connection was reset.
    ConnectionReset,
    /// The server ended the connection, or its SFTP.
    ConnectionClosed,
    /// Nothing in this list of algorithms is both configured here and offered by the server.
    NoCommonAlgorithm(Negotiated),
    /// The server's host key is not the one that was first seen of it, and `ip ssh stricthostkeycheck` is configured.
    HostKeyChanged,
    /// The server does not let the user in.
    AuthenticationFailed,
    /// The user is in and gets no SFTP.
    NoSubsystem,
    /// The server refused; its words.
    Refused(String),
    /// The server could not do it; its words.
    ServerFailed(String),
    /// The file is empty.
    Empty,
    /// The file ended before the size was reached that the server had told.
    Truncated {
        /// In bytes.
        announced: u64,
        /// In bytes.
        received: u64,
    },
    /// The file went on behind the size that the server had told.
    Grown {
        /// In bytes.
        announced: u64,
    },
    /// `ap_images:` has no room.
    NoSpace,
    /// The server broke the protocol, or there is no way to ask it.
    Protocol(String),
}

host::field_types! {
    Word: SessionEnd, SkipReason, PredownloadSkip, Location;
    Structure: DownloadFailure, PredownloadFailure, InstallFailure;
}
