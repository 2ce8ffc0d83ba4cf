//! Predownload: images for access points in service.
//!
//! ```text
//!   ap image predownload ─▶ Initiated: one image type after the other is fetched, unless it is held for predownloads
//!      ─▶ asked, in sets: Configuration Update Request (Image Identifier) ─▶ Image Data Request (Initiate Download)
//!      ─▶ Predownloading: blocks, as at a join; the access point writes them to its other partition
//!      ─▶ WTP Event Request with the version ─▶ Complete
//!   no image, refused, given up, not a word ─▶ Failed ─▶ after a while Initiated again, so many times
//!   the session ends ─▶ forgotten
//! ```
//!
//! (RFC 5415, 9.1, case 3. Sets of limited size are those of the 9800; fetching one type after the other is EWC's behaviour
//! without its parallel mode.)

use std::collections::BTreeMap;
use std::time::Duration;

use capwap::{Element, Message, MessageType, ResultCode, cisco};
use image::{CONTROLLER_FILE, Version};

use super::Machine;
use super::download::Download;
use super::installs::version_of;
use super::timer_queue::Deadline;
use super::updates::Update;
use crate::words::Location;
use crate::{
    ControllerEvent, PredownloadFailure, PredownloadRow, PredownloadSkip, PredownloadStatus,
    PredownloadSummary, unverified,
};

/// The progress of one access point.
#[derive(Clone, Debug, Default)]
pub(super) struct Predownload {
    row: PredownloadRow,
    /// True if it was sent the Configuration Update Request, and has neither received the image nor failed.
    told: bool,
    /// True if it has the whole image and has not reported that it is written.
    delivered: bool,
    /// The version that it reported as written before its answer to the last block came: the answer was lost, and comes again.
    reported: Option<Version>,
    /// The deadline of the access point: to request the image after it was asked, or to report that it is written.
    patience_ends: Option<Duration>,
    retry_at: Option<Duration>,
}

/// The state shared by all predownloads.
#[derive(Debug, Default)]
pub(super) struct Predownloads {
    /// The images held for predownloads, by type.
    prepared: BTreeMap<String, Prepared>,
    /// The start of the last set, and the number of access points asked since.
    set: Option<(Duration, usize)>,
    error: Option<String>,
    /// The access points whose sessions were lost in the middle.
    lost: usize,
}

#[derive(Debug)]
struct Prepared {
    url: String,
    version: Version,
}

impl Predownloads {
    /// Forgets what is known of an image that is no longer held.
    pub(super) fn forget_prepared(&mut self, image: &str, location: Location) {
        if location == Location::Prepare {
            self.prepared.remove(image);
        }
    }
}

impl Predownload {
    pub(super) fn status(&self) -> PredownloadStatus {
        self.row.status
    }

    pub(super) fn is_told(&self) -> bool {
        self.told
    }

    pub(super) fn is_wanted(&self) -> bool {
        matches!(self.row.status, PredownloadStatus::Initiated | PredownloadStatus::Predownloading)
    }

    pub(super) fn row(&self) -> PredownloadRow {
        self.row.clone()
    }

    /// Returns true if it goes on by itself: it is wanted, or will be tried again.
    pub(super) fn is_open(&self) -> bool {
        self.is_wanted() || self.retry_at.is_some()
    }

    fn is_waiting(&self) -> bool {
        self.row.status == PredownloadStatus::Initiated && !self.told
    }

    fn end(&mut self, status: PredownloadStatus) {
        self.row.status = status;
        (self.told, self.delivered, self.reported, self.patience_ends) = (false, false, None, None);
    }
}

impl Machine {
    /// Starts predownloads of these sessions, except those under way.
    pub(crate) fn predownload(&mut self, now: Duration, sessions: &[usize]) {
        self.predownloads.lost = 0;
        for &index in sessions {
            let session = &mut self.sessions[index];
            if session.predownload.is_wanted() {
                continue;
            }
            session.predownload = Predownload::default();
            let ap = session.ap.clone();
            match session.image_type.clone() {
                Some(image) => {
                    session.predownload.row.status = PredownloadStatus::Initiated;
                    self.sink.emit(ControllerEvent::ApPredownloadInitiated { ap, image });
                }
                None => {
                    session.predownload.row.status = PredownloadStatus::NotSupported;
                    let reason = PredownloadSkip::UnknownModel;
                    self.sink.emit(ControllerEvent::ApPredownloadSkipped { ap, reason });
                }
            }
        }
        self.drop_outdated();
        self.advance_predownloads(now);
    }

    /// Advances the predownloads that are waiting.
    pub(super) fn advance_predownloads(&mut self, now: Duration) {
        self.advance_types(now);
        self.look_at_upgrade(now);
    }

    /// Ends the predownloads under way. What an access point has stored stays.
    pub(crate) fn abort_predownloads(&mut self) {
        let indices: Vec<usize> = self.sessions.iter().map(|(index, _)| index).collect();
        for index in indices {
            let session = &mut self.sessions[index];
            if session.predownload.is_open() {
                session.predownload = Predownload::default();
                session.download.take_if(|download| download.location == Location::Prepare);
            }
        }
        self.installs.forget(Location::Prepare);
    }

    fn advance_types(&mut self, now: Duration) {
        while let Some(image) = self.current_type() {
            if !self.library.holds(&image, Location::Prepare) {
                return self.prepare_image(now, &image);
            }
            if self.tell_waiting(now, &image) {
                return;
            }
        }
    }

    /// Handles the end of the install of an image for predownloads.
    pub(super) fn finish_preparation(&mut self, now: Duration, image: &str, url: String, failed: bool) {
        if failed {
            return self.fail_preparation(now, image);
        }
        if let Some(content) = self.library.take(image, Location::Prepare) {
            let version = version_of(&content);
            self.keep_own_image(image);
            self.predownloads.prepared.insert(image.to_owned(), Prepared { url, version });
        }
        self.advance_predownloads(now);
    }

    /// Fails the access points that wait for an image, as there is none.
    pub(super) fn fail_preparation(&mut self, now: Duration, image: &str) {
        for index in self.sessions.registered() {
            let session = &self.sessions[index];
            if session.predownload.is_waiting() && session.image_type.as_deref() == Some(image) {
                self.note_failure(now, index, PredownloadFailure::NoImage);
            }
        }
        self.advance_predownloads(now);
    }

    /// Handles an Image Data Request of an access point in service; its answer is already queued.
    pub(super) fn handle_predownload_request(
        &mut self,
        now: Duration,
        answer_at: Duration,
        index: usize,
        image: String,
        request: &Message,
    ) {
        let session = &mut self.sessions[index];
        if !request.elements.contains(&Element::InitiateDownload) {
            // This request reports that the access point gives up.
            match session.download {
                Some(_) => self.fail_download(now, index, crate::DownloadFailure::GivenUp),
                None if session.controller_download.status() == PredownloadStatus::Predownloading => {
                    self.fail_controller_image(now, index, PredownloadFailure::GivenUp);
                }
                None if session.predownload.told => {
                    self.fail_predownload(now, index, PredownloadFailure::GivenUp);
                }
                None => (),
            }
            return;
        }
        if image == CONTROLLER_FILE {
            return self.handle_controller_image_request(now, answer_at, index, request);
        }
        let expected = session.predownload.told && session.image_type.as_deref() == Some(&*image);
        if !expected || session.download.is_some() {
            session.answers.pop_back();
            let refusal = vec![Element::ResultCode(ResultCode::MessageUnexpected)];
            session.channel.send_response(now, request.sequence, MessageType::ImageDataResponse, refusal);
            return;
        }
        session.refused = false;
        session.predownload.row.status = PredownloadStatus::Predownloading;
        session.predownload.patience_ends = None;
        let (ap, replica_status) = (session.ap.clone(), cisco::find_replica_status(&request.elements));
        let download = Download::promised(image.clone(), Location::Prepare);
        session.download = Some(download);
        self.sink.emit(ControllerEvent::ImageRequested { ap, image, replica_status, held: true });
        self.begin_download(answer_at, index);
        self.look_at_upgrade(now);
    }

    /// Handles the answer to the last block. The access point reports later that it has written the image.
    pub(super) fn finish_predownload_delivery(&mut self, now: Duration, index: usize) {
        let session = &mut self.sessions[index];
        let Some(download) = session.download.take() else { return };
        session.predownload.delivered = true;
        self.sink.emit(ControllerEvent::ApPredownloadDelivered {
            ap: session.ap.clone(),
            image: download.image.clone(),
            bytes: download.bytes(),
            messages: download.messages(),
        });
        match session.predownload.reported.take() {
            Some(version) => self.complete_predownload(now, index, version),
            None => self.wait_for_word(now, index),
        }
    }

    /// Handles a WTP Event Request, which may report that an image is written.
    pub(super) fn note_predownloaded(&mut self, now: Duration, index: usize, elements: &[Element]) {
        let version = cisco::find_backup_software_version(elements).and_then(|text| text.parse().ok());
        let session = &mut self.sessions[index];
        let Some(version) = version else { return };
        // Recorded even if the predownload is no longer wanted: the next attempt then finds nothing to do.
        session.backup = Some(version);
        if session.predownload.delivered {
            self.complete_predownload(now, index, version);
        } else if session.download.as_ref().is_some_and(|download| download.location == Location::Prepare) {
            session.predownload.reported = Some(version);
        }
    }

    fn complete_predownload(&mut self, now: Duration, index: usize, version: Version) {
        let session = &mut self.sessions[index];
        session.predownload.end(PredownloadStatus::Complete);
        session.predownload.row.version = version;
        let (ap, image) = (session.ap.clone(), session.image_type.clone().unwrap_or_default());
        self.sink.emit(ControllerEvent::ApPredownloadComplete { ap, image, version });
        self.advance_predownloads(now);
    }

    /// Fails the predownload of one access point; others can go on.
    pub(super) fn fail_predownload(&mut self, now: Duration, index: usize, reason: PredownloadFailure) {
        self.note_failure(now, index, reason);
        if reason != PredownloadFailure::SessionLost {
            self.advance_predownloads(now);
        }
    }

    /// Fails the predownload of a session that is about to end.
    pub(super) fn forget_predownload(&mut self, now: Duration, index: usize) {
        if self.sessions[index].predownload.is_wanted() {
            self.note_failure(now, index, PredownloadFailure::SessionLost);
        }
    }

    /// Gives up those that are silent, retries those whose delay is over, and asks the next set.
    pub(super) fn retry_predownloads(&mut self, now: Duration) {
        for index in self.sessions.registered() {
            let predownload = &mut self.sessions[index].predownload;
            if predownload.patience_ends.is_some_and(|at| at <= now) {
                self.note_failure(now, index, PredownloadFailure::NoReport);
                continue;
            }
            if predownload.retry_at.take_if(|at| *at <= now).is_some() {
                predownload.row.status = PredownloadStatus::Initiated;
                predownload.row.retries += 1;
                predownload.row.retry_delay = None;
            }
        }
        self.give_up_controller_images(now);
        self.advance_predownloads(now);
    }

    /// Forgets the results of predownloads that are over.
    pub(crate) fn clear_predownload_statistics(&mut self) {
        let indices: Vec<usize> = self.sessions.iter().map(|(index, _)| index).collect();
        for index in indices {
            if !self.sessions[index].predownload.is_wanted() {
                self.sessions[index].predownload = Predownload::default();
            }
        }
        self.predownloads.error = None;
        self.predownloads.lost = 0;
    }

    pub(super) fn predownload_summary(&self) -> PredownloadSummary {
        use PredownloadStatus as Status;
        let order = [
            Status::Predownloading,
            Status::Initiated,
            Status::Failed,
            Status::Complete,
            Status::NotSupported,
        ];
        let any = |status: &Status| {
            self.sessions.iter().any(|(_, session)| session.predownload.status() == *status)
        };
        let status = order.into_iter().find(any).unwrap_or_default();
        PredownloadSummary { status, error: self.predownloads.error.clone(), lost: self.predownloads.lost }
    }

    /// Returns the image type of the current set: that of the access points that were asked, else of the first one waiting.
    fn current_type(&self) -> Option<String> {
        let all = self.sessions.registered();
        let with = |wanted: fn(&Predownload) -> bool| {
            all.iter().map(|index| &self.sessions[*index]).find(|session| wanted(&session.predownload))
        };
        with(Predownload::is_told).or_else(|| with(Predownload::is_waiting))?.image_type.clone()
    }

    /// Drops images for predownloads that were not fetched from the URL that the configuration now gives.
    fn drop_outdated(&mut self) {
        let prepared: Vec<(String, String)> = self
            .predownloads
            .prepared
            .iter()
            .map(|(image, prepared)| (image.clone(), prepared.url.clone()))
            .collect();
        for (image, url) in prepared {
            let in_use = self.sessions.iter().any(|(_, session)| session.uses(&image, Location::Prepare));
            let same = self.job(&image, Location::Prepare).is_ok_and(|job| job.url == url);
            if !same && !in_use {
                self.library.remove_prepared(&image);
                self.predownloads.prepared.remove(&image);
                self.blocks.retain(|(name, location, _), _| *name != image || *location != Location::Prepare);
            }
        }
    }

    fn prepare_image(&mut self, now: Duration, image: &str) {
        if self.installs.is_under_way(image, Location::Prepare) {
            return;
        }
        if self.installs.enqueue(image.to_owned(), Location::Prepare) {
            self.begin_next_install(now);
        } else {
            self.fail_preparation(now, image);
        }
    }

    /// Asks as many of those that wait for `image` as a set takes. Returns true if any is left that waits or was asked.
    fn tell_waiting(&mut self, now: Duration, image: &str) -> bool {
        let Some(version) = self.predownloads.prepared.get(image).map(|prepared| prepared.version) else {
            // Its version was never read: it is fetched again.
            self.library.remove_prepared(image);
            return false;
        };
        let settings = &self.controller.settings;
        let (most, set_size, interval) =
            (settings.predownload_max, settings.predownload_wave, settings.predownload_wave_interval);
        let (mut set_began, mut told_of_set) = match self.predownloads.set {
            Some((began, told)) if now < began + interval => (began, told),
            _ => (now, 0),
        };
        let mut told = self.sessions.iter().filter(|(_, session)| session.predownload.told).count();
        let mut waiting = 0;
        for index in self.sessions.registered() {
            let session = &mut self.sessions[index];
            if !session.predownload.is_waiting() || session.image_type.as_deref() != Some(image) {
                continue;
            }
            let ap = session.ap.clone();
            if session.running == version {
                session.predownload.end(PredownloadStatus::None);
                self.sink
                    .emit(ControllerEvent::ApPredownloadSkipped { ap, reason: PredownloadSkip::Running });
            } else if session.backup == Some(version) {
                // RFC 5415, 9.1, case 4.
                session.predownload.end(PredownloadStatus::Complete);
                session.predownload.row.version = version;
                self.sink
                    .emit(ControllerEvent::ApPredownloadSkipped { ap, reason: PredownloadSkip::Present });
            } else if told < most && told_of_set < set_size {
                if told_of_set == 0 {
                    set_began = now;
                }
                told += 1;
                told_of_set += 1;
                session.predownload.told = true;
                session.predownload.row.version = version;
                let image = image.to_owned();
                self.sink.emit(ControllerEvent::ApPredownloadRequested { ap, image, version });
                self.wait_for_word(now, index);
                self.update(now, index, Update::Predownload);
            } else {
                waiting += 1;
            }
        }
        self.predownloads.set = Some((set_began, told_of_set));
        if waiting > 0 {
            self.timers.push((set_began + interval).max(now), Deadline::Predownload);
        }
        told + waiting > 0
    }

    /// Starts the time within which the access point has to answer.
    fn wait_for_word(&mut self, now: Duration, index: usize) {
        let at = now + self.controller.settings.predownload_report_timeout;
        self.sessions[index].predownload.patience_ends = Some(at);
        self.timers.push(at, Deadline::Predownload);
    }

    fn note_failure(&mut self, now: Duration, index: usize, reason: PredownloadFailure) {
        let settings = &self.controller.settings;
        let session = &mut self.sessions[index];
        let predownload = &mut session.predownload;
        if !predownload.is_wanted() {
            return;
        }
        let lost = reason == PredownloadFailure::SessionLost;
        let could_not_use = predownload.delivered && reason == PredownloadFailure::GivenUp;
        self.predownloads.lost += usize::from(lost);
        let again = !lost && predownload.row.retries < settings.predownload_retries_max;
        predownload.end(PredownloadStatus::Failed);
        if again {
            let at = now + settings.predownload_retry_delay;
            predownload.retry_at = Some(at);
            predownload.row.retry_delay = Some(settings.predownload_retry_delay);
            self.timers.push(at, Deadline::Predownload);
        }
        self.predownloads.error = Some(unverified::predownload_error(&session.ap.name, reason));
        self.sink.emit(ControllerEvent::ApPredownloadFailed { ap: session.ap.clone(), reason, again });
        if let Some(image) = session.image_type.clone().filter(|_| could_not_use) {
            self.note_refused_image(index, &image, Location::Prepare);
        }
    }
}
