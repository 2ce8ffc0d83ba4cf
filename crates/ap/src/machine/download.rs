//! Image Data: comparing versions, requesting the image, receiving its blocks, giving up.

use std::time::Duration;

use capwap::{
    Element, ImageData, ImageInformation, Message, MessageType, Opcode, ResultCode, find, result_code,
};
use image::{Content, Writer};
use rand::RngExt as _;

use super::steps::Step;
use super::{Machine, Purpose};
use crate::{ApEvent, GiveUpReason, State, elements};

/// An image on its way to /tmp/part.tar.
#[derive(Debug)]
pub(super) struct Transfer {
    pub(super) writer: Writer,
    /// The size and digest that the controller has announced, if it has.
    announced: Option<ImageInformation>,
    pub(super) msgs: u64,
    /// The number of messages until the next dot, and from one dot to the next.
    until_dot: u64,
    per_dot: u64,
    /// The number of dots in the line that is not printed yet, that of a full line, and whether it is the first line.
    dots: u32,
    dots_max: u32,
    first_line: bool,
}

impl Transfer {
    /// Counts a message. Returns the number of dots of the line that is to be printed, and whether it is the first line.
    fn count(&mut self) -> Option<(u32, bool)> {
        self.msgs += 1;
        self.until_dot -= 1;
        if self.until_dot > 0 {
            return None;
        }
        self.until_dot = self.per_dot;
        // A full line is printed when the next dot comes, so that the end can be appended to it.
        let full = (self.dots == self.dots_max).then(|| {
            let dots = std::mem::take(&mut self.dots);
            (dots, std::mem::replace(&mut self.first_line, false))
        });
        self.dots += 1;
        full
    }

    /// Returns the number of messages until a line of dots is printed, without the one with which it is.
    pub(super) fn silent(&self) -> u64 {
        u64::from(self.dots_max - self.dots) * self.per_dot + self.until_dot - 1
    }

    /// Receives `count` blocks at once, each the next of the shared content. At most [`Transfer::silent`].
    pub(super) fn skip(&mut self, count: u64, block_size: u64) {
        self.writer.append_shared(count * block_size);
        self.msgs += count;
        let Some(past) = count.checked_sub(self.until_dot) else {
            self.until_dot -= count;
            return;
        };
        self.dots += 1 + (past / self.per_dot) as u32;
        self.until_dot = self.per_dot - past % self.per_dot;
    }
}

impl Machine {
    pub(super) fn start_image_data(&mut self, now: Duration) {
        self.enter(State::ImageData);
        self.timers.state = None;
        self.plan(
            now,
            vec![(self.access_point.settings.script.version_check, Step::Do(Self::compare_versions))],
        );
    }

    /// Compares the versions: an access point must run its controller's version, newer or older than its own.
    pub(super) fn compare_versions(&mut self, now: Duration) {
        let Some(controller) = self.controller.version else { return };
        let (running, backup) = (self.running, self.backup().unwrap_or(image::Version::NONE));
        if running == controller {
            self.sink.emit(ApEvent::VersionMatch { running, backup, controller });
            return self.start_configure(now);
        }
        self.sink.emit(ApEvent::VersionMismatch { running, backup, controller });
        // RFC 5415, 9.1, case 2: the image is there and only has to be started.
        if self.verify_partition(self.active.other()) == Ok(controller) {
            self.start_activation(now);
            return;
        }
        self.sink.emit(ApEvent::ImageFileClosed);
        self.plan(now, self.precheck());
    }

    pub(super) fn check_tmp_space(&mut self, now: Duration) {
        let size = self.tmp_size();
        let (available, required) = (
            self.left_of_tmp(now).map_or(size, |left| left.min(size)) >> 10,
            self.access_point.settings.tmp_required.of(self.access_point.dialect) >> 10,
        );
        if available < required {
            self.sink.emit(ApEvent::PrecheckFailed { available, required });
            self.give_up(now, GiveUpReason::NoSpace);
        } else {
            self.sink.emit(ApEvent::PrecheckTmpSpace { available, required });
        }
    }

    /// Returns the bytes of /tmp that are available to a download.
    pub(super) fn tmp_size(&self) -> u64 {
        let usual = self.access_point.settings.tmp_available.of(self.access_point.dialect);
        let size = self.access_point.flash.borrow().tmp_size().unwrap_or(usual);
        size.saturating_sub(self.tmp_kept)
    }

    pub(super) fn open_image_file(&mut self, _: Duration) {
        self.transfer = Some(Transfer {
            writer: self.access_point.pool.writer(),
            announced: None,
            msgs: 0,
            until_dot: self.access_point.settings.progress_dot_messages,
            per_dot: self.access_point.settings.progress_dot_messages,
            dots: 0,
            dots_max: self.access_point.settings.progress_line_dots,
            first_line: true,
        });
        let fd = self.entropy.random_range(1..1 << 26);
        self.sink.emit(ApEvent::ImageFileOpened { image: self.wanted_image(), fd });
    }

    pub(super) fn request_image(&mut self, now: Duration) {
        self.send_image_data_request(now);
        self.timers.state = Some(now + self.access_point.settings.image_data_start);
    }

    /// Requests the image. As in the sample, a second request, with status 1, reports that the download was given up.
    pub(super) fn send_image_data_request(&mut self, now: Duration) {
        if self.channel.is_none() {
            return; // The controller was lost while the image was being installed.
        }
        let (image, replica_status) = (self.wanted_image(), self.replica_status);
        let layout = self.access_point.settings.image_data_layout;
        let mut elements = elements::image_data_request(layout, &image, replica_status);
        // RFC 5415, 9.1, case 3.
        elements.extend((self.purpose != Purpose::Join).then_some(Element::InitiateDownload));
        self.send_request(now, MessageType::ImageDataRequest, elements);
        self.sink.emit(ApEvent::ImageDataRequestSent { to: self.peer, image, replica_status });
    }

    pub(super) fn handle_image_data_response(&mut self, now: Duration, elements: &[Element]) {
        // The response to the request that reports giving up is not printed.
        let Some(transfer) = &mut self.transfer else { return };
        transfer.announced = transfer.announced.or_else(|| find!(elements, ImageInformation).copied());
        let result = result_code(elements);
        self.sink.emit(ApEvent::ImageDataResponse { from: self.peer, result: result.into() });
        if result != ResultCode::Success {
            self.give_up(now, GiveUpReason::Refused);
        }
    }

    /// Handles one block. This is the hot path: 51,208 times for one image.
    pub(super) fn handle_image_data_request(&mut self, now: Duration, request: Message) {
        let data = find!(request.elements, ImageData);
        let room = self.room();
        let (result, give_up) = match (data, &mut self.transfer) {
            (None, _) => (ResultCode::MissingMandatoryElement, None),
            (Some(_), None) => (ResultCode::MessageUnexpected, None),
            (Some(data), Some(transfer)) => match data.opcode {
                Opcode::Error => (ResultCode::Success, Some(GiveUpReason::Refused)),
                Opcode::Other(_) => (ResultCode::ImageDataOtherError, Some(GiveUpReason::BadOpcode)),
                Opcode::Data | Opcode::Last if !data.checksum_holds() => {
                    self.sink.emit(ApEvent::ImageDataChecksumWrong { offset: transfer.writer.len() });
                    (ResultCode::ImageDataInvalidChecksum, None)
                }
                Opcode::Data | Opcode::Last => {
                    let free = room.saturating_sub(transfer.writer.len());
                    if data.data.len() as u64 > free {
                        (ResultCode::ImageDataOtherError, Some(GiveUpReason::NoSpace))
                    } else {
                        self.take_block(now, data)
                    }
                }
            },
        };
        self.respond(now, &request, result);
        if let Some(reason) = give_up {
            self.give_up(now, reason);
        }
    }

    /// Handles the end of ImageDataStartTimer: no block came for too long.
    pub(super) fn handle_image_data_timeout(&mut self, now: Duration) {
        let started = self.transfer.as_ref().is_some_and(|transfer| transfer.msgs > 0);
        let reason = if started { GiveUpReason::Stalled } else { GiveUpReason::CannotStart };
        self.give_up(now, reason);
    }

    /// Drops the image and starts over with a new session.
    pub(super) fn give_up(&mut self, now: Duration, reason: GiveUpReason) {
        if self.purpose != Purpose::Join {
            return self.give_up_predownload(now, reason);
        }
        self.sink.emit(ApEvent::GivingUp { reason });
        let requested = self.abandon_transfer();
        self.timers.state = None;
        self.plan(now, self.restart(requested));
    }

    /// Drops the image, if there is one. Returns true if there was.
    pub(super) fn abandon_transfer(&mut self) -> bool {
        let (transfer, installation) = (self.transfer.take(), self.installation.take());
        let requested = transfer.is_some() || installation.is_some();
        if requested {
            let written = transfer.map_or(0, |transfer| transfer.writer.len())
                + installation.map_or(0, |installation| installation.size());
            self.keep_tmp(written);
            self.replica_status = 1;
        }
        requested
    }

    /// Stores a block. Returns the result to answer it with, and the reason for giving up the image, if any.
    fn take_block(&mut self, now: Duration, data: &ImageData) -> (ResultCode, Option<GiveUpReason>) {
        let Some(transfer) = &mut self.transfer else { return (ResultCode::MessageUnexpected, None) };
        transfer.writer.append(&data.data);
        let line = transfer.count();
        let is_first = transfer.msgs == 1;
        self.await_block(now);
        if is_first {
            self.sink.emit(ApEvent::ImageDataStarted);
        }
        if let Some((dots, first)) = line {
            self.sink.emit(ApEvent::ImageDataProgress { dots, first });
        }
        if data.opcode == Opcode::Last {
            return self.complete_transfer(now, data.data.len() as u64);
        }
        (ResultCode::Success, None)
    }

    /// Waits for the block after the one that came at `last`.
    pub(super) fn await_block(&mut self, last: Duration) {
        self.timers.state = Some(last + self.access_point.settings.image_data_start);
    }

    fn complete_transfer(&mut self, now: Duration, last: u64) -> (ResultCode, Option<GiveUpReason>) {
        let Some(transfer) = self.transfer.take() else { return (ResultCode::MessageUnexpected, None) };
        let Transfer { writer, announced, msgs, dots, first_line: first, .. } = transfer;
        let bytes = writer.len();
        self.sink.emit(ApEvent::ImageDataComplete { bytes, msgs, last, dots, first });
        self.timers.state = None;
        let archive = writer.finish();
        let verdict =
            announced.map_or((ResultCode::Success, None), |announced| compare(&announced, &archive));
        self.start_installation(now, archive);
        verdict
    }
}

/// Compares `archive` with its announcement (RFC 5415, 9.1). Returns the answer to its last block, and the reason for giving up.
fn compare(announced: &ImageInformation, archive: &Content) -> (ResultCode, Option<GiveUpReason>) {
    if u64::from(announced.size) != archive.len() {
        (ResultCode::ImageDataInvalidLength, Some(GiveUpReason::BadLength))
    } else if announced.md5 != archive.md5() {
        (ResultCode::ImageDataInvalidChecksum, Some(GiveUpReason::BadDigest))
    } else {
        (ResultCode::Success, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transfer() -> Transfer {
        let pool = image::Pool::new();
        let content = Content::from_vec(vec![7; 1_000]);
        pool.insert(content.clone());
        let mut writer = pool.writer();
        writer.append(&content.bytes()[..1]);
        let (announced, first_line) = (None, true);
        Transfer { writer, announced, msgs: 0, until_dot: 5, per_dot: 5, dots: 0, dots_max: 4, first_line }
    }

    #[test]
    fn skipped_messages_count_as_received_ones() {
        for (before, skipped) in (0..24).flat_map(|before| (0..25).map(move |skipped| (before, skipped))) {
            let [mut skips, mut counts] = [(); 2].map(|()| transfer());
            for transfer in [&mut skips, &mut counts] {
                (0..before).for_each(|_| _ = transfer.count());
            }
            let silent = skips.silent();
            let lines = (0..skipped).filter(|_| counts.count().is_some()).count();
            assert_eq!(lines == 0, skipped <= silent, "{before} before, {skipped}");
            if skipped <= silent {
                skips.skip(skipped, 1);
                let state = |it: &Transfer| (it.msgs, it.until_dot, it.dots, it.first_line);
                assert_eq!(state(&skips), state(&counts), "{before} before, {skipped}");
            }
        }
    }
}
