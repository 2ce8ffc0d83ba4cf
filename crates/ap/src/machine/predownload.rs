//! Predownload: an image is received in Run, written to the inactive partition, and booted when the controller sends a reset.
//!
//! ```text
//!   Configuration Update Request (Image Identifier) ─▶ PRECHECK ─▶ Image Data Request (Initiate Download) ─▶ blocks
//!      ─▶ PREDOWNLOAD: verify, write the other partition ─▶ WTP Event Request (version of the backup)
//!      └─ no image ─▶ Image Data Request without Initiate Download, ABORT
//!   Configuration Update Request (swap) ─▶ the boot variable names the other partition; the next Join Request reports it
//!   Reset Request ─▶ Reload
//! ```
//!
//! (RFC 5415, 9.1, case 3. How the end of a predownload and a swap are reported is **unverified**: [`capwap::cisco`].)

use std::time::Duration;

use capwap::{Element, ResultCode, cisco, find};
use image::{CONTROLLER_FILE, Version};

use super::{Machine, Purpose};
use crate::{ApEvent, GiveUpReason, State};

impl Machine {
    /// Acts on a Configuration Update Request and returns the result to answer it with. Unsimulated elements are accepted.
    pub(super) fn update_configuration(&mut self, now: Duration, elements: &[Element]) -> ResultCode {
        let image = find!(elements, ImageIdentifier).map(|identifier| identifier.data.to_str().into_owned());
        let swap = cisco::has_image_swap(elements);
        if (image.is_some() || swap) && (self.state != State::Run || self.is_busy()) {
            return ResultCode::MessageUnexpected;
        }
        match image {
            Some(image) if image == CONTROLLER_FILE && self.access_point.controller_images.is_some() => {
                self.start_controller_image(now);
                ResultCode::Success
            }
            Some(image) if image != self.access_point.image_type => ResultCode::ImageDataOtherError,
            Some(image) => {
                self.purpose = Purpose::Predownload;
                self.sink.emit(ApEvent::PredownloadStarted { image });
                self.plan(now, self.precheck());
                ResultCode::Success
            }
            None if swap => self.start_swap(now),
            None => match cisco::find_standby_role(elements) {
                Some(role) => self.take_role(now, role),
                None => ResultCode::Success,
            },
        }
    }

    /// Handles the end of the write: the image is in flash. If the controller was lost meanwhile, the session ends now.
    pub(super) fn finish_predownload(&mut self, now: Duration) {
        self.installation = None;
        self.purpose = Purpose::Join;
        let partition = self.target();
        if let Some(version) = self.backup() {
            self.predownloaded = Some(version);
            self.sink.emit(ApEvent::PredownloadComplete { partition, version });
        }
        match self.channel {
            // With another request outstanding, it is reported with the next event.
            Some(_) => self.handle_wtp_event(now),
            None => self.start_teardown(now),
        }
    }

    /// Drops the image and stays in service.
    pub(super) fn give_up_predownload(&mut self, now: Duration, reason: GiveUpReason) {
        self.sink.emit(ApEvent::PredownloadFailed { reason });
        self.abandon_transfer();
        self.purpose = Purpose::Join;
        self.timers.state = None;
        if self.channel.is_none() {
            // There is no controller to report to, and nothing more is written.
            self.plan(now, Vec::new());
            return self.start_teardown(now);
        }
        self.plan(now, self.abort_predownload());
    }

    /// Starts to write the boot variable. It is durable when the next step comes.
    pub(super) fn swap_boot(&mut self, now: Duration) {
        let partition = self.access_point.flash.borrow().boot().other();
        let takes = self.access_point.settings.script.install_step;
        self.access_point.flash.borrow_mut().write_boot(now, partition, takes);
        self.sink.emit(ApEvent::Activated { partition });
    }

    pub(super) fn finish_swap(&mut self, _: Duration) {
        let mut flash = self.access_point.flash.borrow_mut();
        flash.sync();
        let version = |partition| flash.version(partition).unwrap_or(Version::NONE);
        let (primary, backup) = (version(flash.boot()), version(flash.boot().other()));
        self.sink.emit(ApEvent::VersionsAfterReload { primary, backup });
    }

    /// Returns true if the inactive image is booted next. An image that fails verification does not count: a boot may have
    /// refused it.
    pub(super) fn is_swapped(&self) -> bool {
        let boot = self.access_point.flash.borrow().boot();
        boot != self.active && self.verify_partition(boot).is_ok()
    }

    /// Returns true if an image or a swap is under way.
    fn is_busy(&self) -> bool {
        self.purpose != Purpose::Join || self.installation.is_some() || !self.steps.is_empty()
    }

    /// Starts a swap, if the other partition boots.
    fn start_swap(&mut self, now: Duration) -> ResultCode {
        let partition = self.access_point.flash.borrow().boot().other();
        if let Err(error) = self.verify_partition(partition) {
            self.sink.emit(ApEvent::SwapRefused { partition, error: error.to_string() });
            return ResultCode::ImageDataOtherError;
        }
        self.sink.emit(ApEvent::SwapStarted { partition });
        self.plan(now, self.swap());
        ResultCode::Success
    }
}
