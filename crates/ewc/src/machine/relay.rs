//! Image download: requests, blocks, results.
//!
//! The controller promises every image. An image it holds is sent block by block: the answer to a block frees its window slot,
//! and after the turnaround the slot takes the next, when its turn among those of all sessions has come (`rate.rs`). An image it does not hold stays promised; the access point times out and
//! requests it again while it leaves, which tells the controller that the download has failed.

use std::time::Duration;

use capwap::{Element, Elements, Message, MessageType, ResultCode, cisco, find, result_code};
use image::CONTROLLER_FILE;

use super::Machine;
use super::blocks::Blocks;
use super::download::Download;
use crate::words::Location;
use crate::{ApState, ControllerEvent, DownloadFailure};

/// The longest name of an image, in bytes.
const IMAGE_NAME_MAX: usize = 32;

impl Machine {
    pub(super) fn handle_image_request(&mut self, now: Duration, index: usize, request: &Message) {
        let Some(image) = image_name(&request.elements) else {
            // Names become paths on a server, so anything but a plain name is refused.
            let refusal = vec![Element::ResultCode(ResultCode::ImageDataOtherError)];
            let session = &mut self.sessions[index];
            session.channel.send_response(now, request.sequence, MessageType::ImageDataResponse, refusal);
            return;
        };
        let answer_at = now + self.controller.settings.image_data_response;
        let session = &mut self.sessions[index];
        session.answers.push_back((answer_at, request.sequence));
        if session.state == ApState::Registered {
            return self.handle_predownload_request(now, answer_at, index, image, request);
        }
        if session.download.is_some() {
            self.fail_download(now, index, DownloadFailure::GivenUp);
            return;
        }
        if std::mem::take(&mut session.delivered) {
            // It has the image and could not use it: it reports this in the same way, and does not want a second one.
            let ap = session.ap.clone();
            let reason = DownloadFailure::GivenUp;
            let refused = image.clone();
            self.sink.emit(ControllerEvent::ApImageDownloadFailed { ap, image, reason, unanswered: 0 });
            self.note_refused_image(index, &refused, Location::Active);
            return;
        }
        if std::mem::take(&mut session.refused) {
            return;
        }
        let held = self.library.holds(&image, Location::Active);
        self.sink.emit(ControllerEvent::ImageRequested {
            ap: session.ap.clone(),
            image: image.clone(),
            replica_status: cisco::find_replica_status(&request.elements),
            held,
        });
        session.state = ApState::ImageData;
        session.data_check = None;
        session.download = Some(Download::promised(image, Location::Active));
        self.begin_download(answer_at, index);
    }

    /// Starts to send the blocks `after` this time, if the session waits for an image that is now held.
    pub(super) fn begin_download(&mut self, after: Duration, index: usize) {
        let (handles, controller_image) = (self.file_handles(), self.controller_image_for(index));
        let session = &mut self.sessions[index];
        let Some(download) = session.download.as_mut().filter(|download| download.is_pending()) else {
            return;
        };
        let content = match download.location {
            Location::Backup => controller_image,
            location => self.library.take(&download.image, location),
        };
        let Some(content) = content else { return };
        let settings = &self.controller.settings;
        let block_size = settings.block_size(session.path_mtu);
        let key = (download.image.clone(), download.location, block_size);
        let blocks = match self.blocks.get(&key).filter(|blocks| blocks.are_of(&content)) {
            Some(blocks) => blocks.clone(),
            None => {
                let blocks = Blocks::new(content, settings.image_data_layout, block_size);
                self.blocks.insert(key, blocks.clone());
                blocks
            }
        };
        self.handles_used += 1;
        download.begin(after, blocks, self.handles_used > handles);
        let due = after + self.controller.settings.relay_turnaround;
        session.debt = Duration::ZERO;
        session.slots_due.clear();
        session.slots_due.extend((0..self.controller.settings.channel.window).map(|_| due));
        session.turns.clear();
    }

    /// Sends the answers and blocks that are due.
    pub(super) fn send_due(&mut self, now: Duration, index: usize) {
        let turnaround = self.controller.settings.relay_turnaround;
        let session = &mut self.sessions[index];
        while let Some(&(due, sequence)) = session.answers.front()
            && due <= now
        {
            session.answers.pop_front();
            let mut accepted: Elements = [Element::ResultCode(ResultCode::Success)].into();
            let information = session.download.as_ref().and_then(Download::information);
            accepted.extend(information.map(Element::ImageInformation));
            session.channel.send_response(now, sequence, MessageType::ImageDataResponse, accepted);
        }
        while let Some(&due) = session.slots_due.front()
            && due <= now
        {
            session.slots_due.pop_front();
            let unsent = session.download.as_ref().map_or(0, Download::unsent);
            if session.turns.len() < unsent {
                session.turns.push_back(self.rate.take_turn(due));
            }
        }
        while let Some(&due) = session.turns.front()
            && due <= now
        {
            session.turns.pop_front();
            let Some(download) = &mut session.download else { continue };
            let Some(block) = download.next_block() else { continue };
            if download.sent == 1 {
                self.sink.emit(ControllerEvent::ImageDataStarted {
                    ap: session.ap.clone(),
                    image: download.image.clone(),
                    bytes: download.bytes(),
                    messages: download.messages(),
                });
            }
            session.debt += (now - due).min(turnaround);
            session.channel.send_request(now, MessageType::ImageDataRequest, [Element::ImageData(block)]);
        }
        self.report_rate();
    }

    /// Handles the answer to a block.
    pub(super) fn handle_block_answer(&mut self, now: Duration, index: usize, response: &Message) {
        let session = &mut self.sessions[index];
        if session.stale_blocks > 0 {
            session.stale_blocks -= 1;
            return;
        }
        let Some(download) = &mut session.download else { return };
        match result_code(&response.elements) {
            ResultCode::Success => download.acknowledged += 1,
            refusal => {
                download.refused += 1;
                session.refused = true;
                return self.fail_download(now, index, DownloadFailure::Refused(refusal.into()));
            }
        }
        if download.has_more() {
            let turnaround = self.controller.settings.relay_turnaround;
            let made_up = session.debt.min(turnaround);
            session.debt -= made_up;
            let due = now + (turnaround - made_up);
            let due = session.slots_due.back().map_or(due, |&last| last.max(due));
            if !self.rate.is_busy(due) {
                session.slots_due.push_back(due);
            } else if session.turns.len() + session.slots_due.len() < download.unsent() {
                // The turn is taken at once, so that the slot is looked at one time only.
                session.turns.push_back(self.rate.take_turn(due));
                self.report_rate();
            }
        } else if download.is_cut_short() {
            let (ap, image) = (session.ap.clone(), download.image.clone());
            let location = download.location;
            self.tell_cut_short(ap, image);
            match location {
                Location::Prepare => return self.finish_predownload_delivery(now, index),
                Location::Backup => return self.finish_controller_delivery(now, index),
                Location::Active => (),
            }
            let session = &mut self.sessions[index];
            session.download = None;
            session.delivered = true;
        } else if download.is_complete() {
            let event = ControllerEvent::ApImageDownloadSuccess {
                ap: session.ap.clone(),
                image: download.image.clone(),
                bytes: download.bytes(),
                messages: download.messages(),
            };
            match download.location {
                Location::Prepare => return self.finish_predownload_delivery(now, index),
                Location::Backup => return self.finish_controller_delivery(now, index),
                Location::Active => (),
            }
            session.download = None;
            session.delivered = true;
            self.sink.emit(event);
        }
    }

    /// Keeps or removes an image in `ap_images:` that an access point has received and could not use. One that others are receiving stays.
    pub(super) fn note_refused_image(&mut self, index: usize, image: &str, location: Location) {
        if !self.library.is_staged(image, location) {
            return;
        }
        let in_use = self.sessions.iter().any(|(_, session)| session.uses(image, location));
        let kept = in_use || self.controller.settings.keeps_refused > 0;
        let (ap, name) = (self.sessions[index].ap.clone(), image.to_owned());
        self.sink.emit(ControllerEvent::StagedImageRefused { ap, image: name, location, kept });
        if !kept {
            self.library.remove(image, location);
            self.predownloads.forget_prepared(image, location);
            self.blocks.retain(|(name, at, _), _| name != image || *at != location);
        }
    }

    /// Ends a download and lets the install engine fetch the image, unless it is held.
    pub(super) fn fail_download(&mut self, now: Duration, index: usize, reason: DownloadFailure) {
        let session = &mut self.sessions[index];
        let Some(download) = session.download.take() else { return };
        session.stale_blocks += download.in_flight();
        match download.location {
            Location::Prepare => return self.fail_predownload(now, index, reason.into()),
            Location::Backup => return self.fail_controller_image(now, index, reason.into()),
            Location::Active => (),
        }
        self.sink.emit(ControllerEvent::ApImageDownloadFailed {
            ap: session.ap.clone(),
            image: download.image.clone(),
            reason,
            unanswered: download.unanswered(),
        });
        if !self.library.holds(&download.image, Location::Active) {
            self.retry_install(now, &download.image);
        }
    }
}

/// Returns the image that a request names, if that is a plain name.
fn image_name(elements: &[Element]) -> Option<String> {
    let name = find!(elements, ImageIdentifier)?.data.as_bytes();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    if name == CONTROLLER_FILE.as_bytes() {
        return Some(CONTROLLER_FILE.to_owned());
    }
    let fits = !name.is_empty() && name.len() <= IMAGE_NAME_MAX && name.iter().all(plain);
    fits.then(|| String::from_utf8_lossy(name).into_owned())
}
