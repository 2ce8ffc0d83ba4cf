//! One access point's session.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use capwap::dtls::Suite;
use capwap::{Channel, SessionId};
use image::Version;
use text::MacAddress;

use super::controller_images::ControllerDownload;
use super::download::Download;
use super::predownload::Predownload;
use super::updates::Update;
use crate::words::Location;
use crate::{Ap, ApRow, ApState};

/// The state of a joined access point, and its channel.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) peer: SocketAddr,
    pub(super) channel: Channel,
    pub(super) ap: Ap,
    /// The number of its Join Request.
    pub(super) join_sequence: u8,
    pub(super) id: Option<SessionId>,
    pub(super) model: String,
    pub(super) serial: String,
    /// The version of its boot loader.
    pub(super) boot: String,
    pub(super) slots: u8,
    pub(super) radio_mac: MacAddress,
    pub(super) location: String,
    pub(super) image_type: Option<String>,
    pub(super) running: Version,
    /// The version in its other partition.
    pub(super) backup: Option<Version>,
    /// True if it boots that one next.
    pub(super) swapped: bool,
    /// The controller image that it would run, if it is of type EWC; empty without one.
    pub(super) controller_image: Option<String>,
    /// The controller image of another release that it holds beside it, as far as it has reported it.
    pub(super) prepared_controller: Option<String>,
    /// The progress of a controller image on its way to it.
    pub(super) controller_download: ControllerDownload,
    /// True if it did not accept the role of the standby.
    pub(super) refuses_role: bool,
    /// The path MTU towards it, in bytes.
    pub(super) path_mtu: u16,
    /// The cipher suite of its control channel.
    pub(super) suite: Suite,
    pub(super) state: ApState,
    pub(super) joined_at: Duration,
    pub(super) last_heard: Duration,
    /// The time of the last message that the controller counts as a sign of life: as a rule, of the last message.
    pub(super) last_sign_of_life: Duration,
    /// The time until which its data channel has to be up, while it is not.
    pub(super) data_check: Option<Duration>,
    /// Its hardware revision, as the access point states it.
    pub(super) hardware: String,
    pub(super) download: Option<Download>,
    /// The progress of its predownload.
    pub(super) predownload: Predownload,
    /// Its Configuration Update Requests; the first one is under way.
    pub(super) updates: VecDeque<Update>,
    /// True if it received a whole image, and so is about to reload.
    pub(super) delivered: bool,
    /// True if it refused a block of its last download, so that its next request only reports giving up.
    pub(super) refused: bool,
    /// The number of blocks of an earlier download whose answers may still come.
    pub(super) stale_blocks: usize,
    /// The Image Data Requests to answer, and the time of each answer; ascending.
    pub(super) answers: VecDeque<(Duration, u8)>,
    /// The times at which window slots send their next block; ascending.
    pub(super) slots_due: VecDeque<Duration>,
    /// The turns at the relay that window slots have taken, each the time at which to send a block; ascending.
    pub(super) turns: VecDeque<Duration>,
    /// The delay by which blocks were sent after they were due, on a clock with coarse steps. The next ones make up for it.
    pub(super) debt: Duration,
    /// The earliest `Pace` and `Watch` deadlines of this session in the timer queue.
    pub(super) paced: Option<Duration>,
    pub(super) watched: Option<Duration>,
}

impl Session {
    /// Returns the time at which something is to be sent that is not an answer to a datagram.
    pub(super) fn next_pace(&self) -> Option<Duration> {
        let answer = self.answers.front().map(|answer| answer.0);
        [answer, self.slots_due.front().copied(), self.turns.front().copied()].into_iter().flatten().min()
    }

    /// Returns the time at which to retransmit something or to give up the access point.
    pub(super) fn next_watch(&self, dead_interval: Duration) -> Duration {
        let death = self.last_sign_of_life + dead_interval;
        let deadlines = [self.channel.poll_timeout(), self.data_check];
        deadlines.into_iter().flatten().fold(death, Duration::min)
    }

    /// Returns true if the image is being sent to it, or about to be.
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
            download_since: self.download.as_ref().and_then(Download::since),
            predownload: self.predownload.row(),
            controller_image: self.controller_image.clone(),
            controller_status: self.controller_download.status(),
        }
    }
}
