//! A controller image on its way to an access point of type EWC.
//!
//! ```text
//!   Configuration Update Request (C9800-AP-iosxe-wlc.bin) ─▶ Image Data Request (Initiate Download) ─▶ blocks
//!      ─▶ write it, verify it ─▶ WTP Event Request (its version)
//! ```
//!
//! (That such an access point gets the controller image from its controller, after its own image, is Cisco, EWC configuration guide 17.3. How
//! is **unverified**; it is taken to be as a predownload, past `/tmp`, which has no room for it.)

use std::time::Duration;

use image::{CONTROLLER_FILE, verify_controller};

use super::steps::{Step, Steps, time_for};
use super::{Machine, Purpose};
use crate::{ApEvent, GiveUpReason};

impl Machine {
    pub(super) fn start_controller_image(&mut self, now: Duration) {
        self.purpose = Purpose::ControllerImage;
        self.sink.emit(ApEvent::PredownloadStarted { image: CONTROLLER_FILE.to_owned() });
        let script = &self.access_point.settings.script;
        let steps = vec![
            (script.precheck_open, Step::Do(Self::open_image_file)),
            (script.precheck_request, Step::Do(Self::request_image)),
        ];
        self.plan(now, steps);
    }

    /// Returns the name of the image that it requests.
    pub(super) fn wanted_image(&self) -> String {
        match self.purpose {
            Purpose::Join | Purpose::Predownload => self.access_point.image_type.clone(),
            Purpose::ControllerImage => CONTROLLER_FILE.to_owned(),
        }
    }

    /// Returns the bytes that the image under way may have.
    pub(super) fn room(&self) -> u64 {
        match self.purpose {
            Purpose::Join | Purpose::Predownload => self.tmp_size(),
            Purpose::ControllerImage => self.access_point.settings.controller_image_max,
        }
    }

    /// Returns the steps from the last block of a controller image to the verdict on it.
    pub(super) fn install_controller(&self, size: u64) -> Steps {
        let takes = time_for(size, self.access_point.settings.flash_write_rate);
        vec![(takes, Step::Do(Self::finish_controller_image))]
    }

    fn finish_controller_image(&mut self, now: Duration) {
        let Some(installation) = &self.installation else { return };
        let image = match verify_controller(installation.archive()) {
            Ok(image) => image,
            Err(error) => {
                self.sink.emit(ApEvent::ControllerImageRefused { error: error.to_string() });
                return self.give_up(now, GiveUpReason::NotVerified);
            }
        };
        self.installation = None;
        self.purpose = Purpose::Join;
        let version = image.version.clone();
        if let Some(images) = &self.access_point.controller_images {
            images.store(image, self.running);
        }
        self.sink.emit(ApEvent::ControllerImageStored { version: version.clone() });
        match self.channel {
            // With another request outstanding, it is reported with the next event.
            Some(_) => {
                self.stored_controller = Some(version);
                self.handle_wtp_event(now);
            }
            None => self.start_teardown(now),
        }
    }
}
