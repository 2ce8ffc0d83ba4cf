//! One access point's session.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use capwap::{Channel, SessionId};
use image::Version;
use text::MacAddress;

use super::download::Download;
use super::predownload::Predownload;
use super::updates::Update;
use crate::words::Location;
use crate::{Ap, ApRow, ApState};

/// What is known of a joined access point, and its channel.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) peer: SocketAddr,
    pub(super) channel: Channel,
    pub(super) ap: Ap,
    /// The number of its Join Request.
    pub(super) join_sequence: u8,
    pub(super) id: Option<SessionId>,
    pub(super) model: String,
    pub(super) slots: u8,
    pub(super) radio_mac: MacAddress,
    pub(super) location: String,
    pub(super) image_type: Option<String>,
    pub(super) running: Version,
    /// What its other partition holds.
    pub(super) backup: Option<Version>,
    /// Whether it boots that one next.
    pub(super) swapped: bool,
    /// The path MTU towards it, in bytes.
    pub(super) path_mtu: u16,
    pub(super) state: ApState,
    pub(super) joined_at: Duration,
    pub(super) last_heard: Duration,
    /// When something came that the controller takes for a sign of life: as a rule, when it was last heard.
    pub(super) last_sign_of_life: Duration,
    /// As it calls it itself.
    pub(super) hardware: String,
    pub(super) download: Option<Download>,
    /// How far the predownload is.
    pub(super) predownload: Predownload,
    /// Configuration Update Requests; the first one is under way.
    pub(super) updates: VecDeque<Update>,
    /// Whether it got a whole image, and so is about to reload.
    pub(super) delivered: bool,
    /// Whether it refused a block of its last download, so that its next request only tells of giving up.
    pub(super) refused: bool,
    /// Blocks of an earlier download whose answers may still come.
    pub(super) stale_blocks: usize,
    /// Image Data Requests to be answered, and when; ascending.
    pub(super) answers: VecDeque<(Duration, u8)>,
    /// When window slots are to send their next block; ascending.
    pub(super) slots_due: VecDeque<Duration>,
    /// How much later than due blocks were sent, on a clock with coarse steps. Made up for by the next ones.
    pub(super) debt: Duration,
    /// The earliest `Pace` and `Watch` of this session in the agenda.
    pub(super) paced: Option<Duration>,
    pub(super) watched: Option<Duration>,
}

impl Session {
    /// When something is to be sent that no datagram calls for.
    pub(super) fn next_pace(&self) -> Option<Duration> {
        let answer = self.answers.front().map(|answer| answer.0);
        [answer, self.slots_due.front().copied()].into_iter().flatten().min()
    }

    /// When to repeat something or to give the access point up.
    pub(super) fn next_watch(&self, dead_interval: Duration) -> Duration {
        let death = self.last_sign_of_life + dead_interval;
        self.channel.poll_timeout().map_or(death, |repeat| repeat.min(death))
    }

    /// Whether the image is on its way to it, or about to be.
    pub(super) fn uses(&self, image: &str, location: Location) -> bool {
        let downloads = |download: &Download| {
            !download.is_pending() && download.image == image && download.location == location
        };
        self.download.as_ref().is_some_and(downloads)
            || (location == Location::Prepare
                && self.predownload.is_told()
                && self.image_type.as_deref() == Some(image))
    }

    pub(super) fn row(&self) -> ApRow {
        let address = match self.peer {
            SocketAddr::V4(peer) => *peer.ip(),
            SocketAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
        };
        let mut versions = [self.running, self.backup.unwrap_or(Version::NONE)];
        if self.swapped {
            versions.reverse();
        }
        let [primary, backup] = versions;
        ApRow {
            name: self.ap.name.clone(),
            model: self.model.clone(),
            slots: self.slots,
            mac: self.ap.mac,
            radio_mac: self.radio_mac,
            address,
            location: self.location.clone(),
            state: self.state,
            image_type: self.image_type.clone(),
            running: self.running,
            primary,
            backup,
            joined_at: self.joined_at,
            download: self.download.as_ref().and_then(Download::progress),
            predownload: self.predownload.row(),
        }
    }
}
