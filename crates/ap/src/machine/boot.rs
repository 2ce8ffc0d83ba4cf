//! Boot and reload.

use std::time::Duration;

use image::{ImageError, Version};
use rand::RngExt as _;

use super::{Machine, Purpose};
use crate::{ApEvent, Partition, PartitionError, ReloadReason, State};

impl Machine {
    pub(super) fn start_boot(&mut self, now: Duration, reason: ReloadReason) {
        self.sink.emit(ApEvent::Booting { reason });
        self.replica_status = 0;
        self.running = Version::NONE;
        self.tmp_kept = 0;
        self.end_role();
        self.timers.log = None;
        self.started = now;
        self.enter(State::Boot);
        let boot = self.access_point.settings.boot.draw(|| self.entropy.random());
        self.timers.state = Some(now + boot);
    }

    /// Boots the partition that the boot variable names if it verifies, else the other one.
    pub(super) fn boot(&mut self, now: Duration) {
        let (first, torn) = {
            let flash = self.access_point.flash.borrow();
            (flash.boot(), flash.is_boot_torn())
        };
        if torn {
            self.sink.emit(ApEvent::BootVariableTorn { default: first });
        }
        for partition in [first, first.other()] {
            match self.verify_partition(partition) {
                Ok(version) => {
                    self.access_point.flash.borrow_mut().activate(partition);
                    self.active = partition;
                    self.running = version;
                    self.sink.emit(ApEvent::Booted { partition, version });
                    self.start_log(now);
                    self.start_discovery(now);
                    return;
                }
                Err(error) => self.refuse(partition, error),
            }
            if partition == first && self.repeats_boot(first) {
                return self.start_boot(now, self.reload_reason);
            }
        }
        self.sink.emit(ApEvent::BootFailed);
        self.enter(State::Halted);
        self.timers = super::Timers::default();
    }

    fn refuse(&self, partition: Partition, error: PartitionError) {
        let text = error.to_string();
        self.sink.emit(match error {
            PartitionError::Unreadable { member, offset } => {
                ApEvent::BootImageUnreadable { partition, file: member.to_string(), offset }
            }
            error => ApEvent::BootImageRefused { partition, file: suspect(&error), error: text },
        });
    }

    /// Goes down to reboot after a while.
    pub(super) fn start_reload(&mut self, now: Duration, reason: ReloadReason) {
        self.sink.emit(ApEvent::Reloading { reason });
        self.close_channel();
        self.plan(now, Vec::new());
        self.transfer = None;
        self.installation = None;
        self.purpose = Purpose::Join;
        self.end_role();
        self.reload_reason = reason;
        self.enter(State::Reload);
        self.timers.echo = None;
        self.timers.state = Some(now + self.access_point.settings.reload_delay);
    }

    pub(super) fn reload(&mut self, now: Duration) {
        // A write that is still under way stops where it is, as with a power cut.
        self.access_point.flash.power_cut(now, &mut self.entropy);
        self.start_boot(now, self.reload_reason);
    }

    /// Returns the version in `partition`, if it is a whole, signed image for this model.
    pub(super) fn verify_partition(&self, partition: Partition) -> Result<Version, PartitionError> {
        let info = self.access_point.flash.borrow().verify(partition)?;
        // This device never wrote files of another model's image; the boot loader would not start them.
        if info.image_type != self.access_point.image_type {
            return Err(ImageError::BadInfo { field: "image_family" }.into());
        }
        Ok(info.version)
    }

    /// Returns the version in the partition that does not run.
    pub(super) fn backup(&self) -> Option<Version> {
        self.access_point.flash.borrow().version(self.active.other())
    }
}

/// Returns the file that an error is about.
fn suspect(error: &PartitionError) -> String {
    let PartitionError::Image(error) = error else { return "image.manifest".to_owned() };
    match error {
        ImageError::BadDigest { member } | ImageError::RepeatedMember { member } => member.to_string(),
        ImageError::MissingMember { member } => (*member).to_owned(),
        ImageError::BadInfo { .. } => "info.ver".to_owned(),
        _ => "image.manifest".to_owned(),
    }
}
