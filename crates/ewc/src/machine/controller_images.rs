//! Controller images for the other access points of type EWC: with an upgrade that of the new release, at a join that of the active one.
//!
//! ```text
//!   Configuration Update Request (C9800-AP-iosxe-wlc.bin) ─▶ Image Data Request (Initiate Download) ─▶ blocks
//!      ─▶ WTP Event Request with its version ─▶ Complete
//!   refused, given up, not a word, the session ends ─▶ Failed, until it joins anew or the next upgrade
//! ```
//!
//! (Cisco, EWC configuration guide 17.3: the controller image follows those of the access points; one that can be a controller and joins is
//! converted. The messages are **unverified**; they are taken to be those of a predownload.)

use std::time::Duration;

use capwap::{Element, Message, MessageType, ResultCode};
use image::{CONTROLLER_FILE, Content};

use super::Machine;
use super::download::Download;
use super::session::Session;
use super::timer_queue::Deadline;
use super::updates::Update;
use crate::words::Location;
use crate::{ControllerEvent, PredownloadFailure, PredownloadStatus, Release};

/// The way of a controller image to one access point.
#[derive(Debug, Default)]
pub(super) struct ControllerDownload {
    status: PredownloadStatus,
    /// The version, and the file once it is read.
    wanted: Option<(String, Content)>,
    /// The deadline of the access point: to request the image, or to report it.
    patience_ends: Option<Duration>,
}

impl ControllerDownload {
    pub(super) fn status(&self) -> PredownloadStatus {
        self.status
    }

    fn is_open(&self) -> bool {
        self.wanted.is_some()
    }

    fn end(&mut self, status: PredownloadStatus) {
        *self = Self { status, ..Self::default() };
    }
}

impl Machine {
    /// Starts to give the release that is held to each access point of type EWC in service that lacks it.
    pub(super) fn hand_out_release(&mut self, now: Duration) {
        self.upgrade.lost_controller_images = 0;
        let Some(release) = self.controller.software.borrow().inactive().cloned() else { return };
        for index in self.sessions.registered() {
            if self.is_other_ewc(&self.sessions[index]) {
                self.hand_out(now, index, &release);
            }
        }
    }

    /// Starts to give the active release to an access point of type EWC that has come into service without it.
    pub(super) fn convert(&mut self, now: Duration, index: usize) {
        let session = &self.sessions[index];
        if !self.is_other_ewc(session) {
            return;
        }
        let release = self.controller.software.borrow().active().clone();
        if session.controller_image.as_ref() != Some(&release.version) {
            self.hand_out(now, index, &release);
        }
    }

    /// Asks an access point to take the controller image of a release.
    fn hand_out(&mut self, now: Duration, index: usize, release: &Release) {
        let version = release.version.clone();
        let session = &mut self.sessions[index];
        let ap = session.ap.clone();
        if session.prepared_controller.as_ref() == Some(&version) {
            return session.controller_download.end(PredownloadStatus::Complete);
        }
        let Some(file) = &release.file else {
            session.controller_download.end(PredownloadStatus::Failed);
            let reason = PredownloadFailure::NoImage;
            return self.sink.emit(ControllerEvent::ControllerImageFailed { ap, version, reason });
        };
        let patience_ends = now + self.controller.settings.predownload_report_timeout;
        session.controller_download = ControllerDownload {
            status: PredownloadStatus::Initiated,
            wanted: Some((version.clone(), (file.supply)())),
            patience_ends: Some(patience_ends),
        };
        self.timers.push(patience_ends, Deadline::Predownload);
        self.sink.emit(ControllerEvent::ControllerImageOffered { ap, version });
        self.update(now, index, Update::ControllerImage);
    }

    /// Handles an Image Data Request for the controller image; its answer is already queued.
    pub(super) fn handle_controller_image_request(
        &mut self,
        now: Duration,
        answer_at: Duration,
        index: usize,
        request: &Message,
    ) {
        let session = &mut self.sessions[index];
        if !session.controller_download.is_open() || session.download.is_some() {
            session.answers.pop_back();
            let refusal = vec![Element::ResultCode(ResultCode::MessageUnexpected)];
            session.channel.send_response(now, request.sequence, MessageType::ImageDataResponse, refusal);
            return;
        }
        session.refused = false;
        session.controller_download.status = PredownloadStatus::Predownloading;
        session.controller_download.patience_ends = None;
        session.download = Some(Download::promised(CONTROLLER_FILE.to_owned(), Location::Backup));
        let (ap, image) = (session.ap.clone(), CONTROLLER_FILE.to_owned());
        self.sink.emit(ControllerEvent::ImageRequested { ap, image, replica_status: None, held: true });
        self.begin_download(answer_at, index);
    }

    /// Returns the controller image that an access point is to get.
    pub(super) fn controller_image_for(&self, index: usize) -> Option<Content> {
        let (_, content) = self.sessions[index].controller_download.wanted.as_ref()?;
        Some(content.clone())
    }

    /// Handles the answer to the last block. The access point reports later that it has stored the image.
    pub(super) fn finish_controller_delivery(&mut self, now: Duration, index: usize) {
        let at = now + self.controller.settings.predownload_report_timeout;
        let session = &mut self.sessions[index];
        session.download = None;
        session.controller_download.patience_ends = Some(at);
        self.timers.push(at, Deadline::Predownload);
    }

    /// Handles the report of an access point that it has stored a controller image.
    pub(super) fn note_controller_image(&mut self, now: Duration, index: usize, version: String) {
        let active = self.controller.software.borrow().active().version.clone();
        let session = &mut self.sessions[index];
        if version == active {
            session.controller_image = Some(version.clone());
        } else {
            session.prepared_controller = Some(version.clone());
        }
        if session.controller_download.is_open() {
            session.controller_download.end(PredownloadStatus::Complete);
            let ap = session.ap.clone();
            self.sink.emit(ControllerEvent::ControllerImageComplete { ap, version });
            self.note_membership(now);
            self.look_at_controller_images(now);
        }
    }

    /// Fails the controller image of one access point; others can go on.
    pub(super) fn fail_controller_image(&mut self, now: Duration, index: usize, reason: PredownloadFailure) {
        let session = &mut self.sessions[index];
        let Some((version, _)) = session.controller_download.wanted.take() else { return };
        session.controller_download.end(PredownloadStatus::Failed);
        let ap = session.ap.clone();
        self.upgrade.lost_controller_images += usize::from(reason == PredownloadFailure::SessionLost);
        self.sink.emit(ControllerEvent::ControllerImageFailed { ap, version, reason });
        self.look_at_controller_images(now);
    }

    /// Gives up those that are silent.
    pub(super) fn give_up_controller_images(&mut self, now: Duration) {
        for index in self.sessions.registered() {
            let download = &mut self.sessions[index].controller_download;
            if download.patience_ends.take_if(|at| *at <= now).is_some() {
                self.fail_controller_image(now, index, PredownloadFailure::NoReport);
            }
        }
    }

    /// Stops handing out controller images.
    pub(super) fn abort_controller_images(&mut self) {
        let indices: Vec<usize> = self.sessions.iter().map(|(index, _)| index).collect();
        for index in indices {
            let session = &mut self.sessions[index];
            if session.controller_download.is_open() {
                session.controller_download = ControllerDownload::default();
                session.download.take_if(|download| download.location == Location::Backup);
            }
        }
    }

    /// Returns the status of all controller images together: `None` while some are under way.
    pub(super) fn controller_images_failed(&self) -> Option<bool> {
        let mut failed = self.upgrade.lost_controller_images > 0;
        for (_, session) in self.sessions.iter() {
            if session.controller_download.is_open() {
                return None;
            }
            failed |= session.controller_download.status == PredownloadStatus::Failed;
        }
        Some(failed)
    }

    /// Returns true for an access point of type EWC other than the one on which this controller runs.
    pub(super) fn is_other_ewc(&self, session: &Session) -> bool {
        session.controller_image.is_some() && session.ap.mac != self.controller.mac
    }
}
