//! From the last block to the reload: verifying the archive, writing the partition that is not active, activating it.

use std::time::Duration;

use image::{Content, Info, Version};

use super::Machine;
use super::steps::{self, Step};
use crate::{Event, FlashError, GiveUpReason, Pace, Partition, RefusedImage, WriteFailure};

/// An image that is being installed.
#[derive(Debug)]
pub(super) struct Installation {
    archive: Content,
    /// What it is, once it has been verified.
    info: Option<Info>,
    /// Why the write to the partition that is under way will fail.
    failure: Option<FlashError>,
}

impl Machine {
    pub(super) fn start_installation(&mut self, now: Duration, archive: Content) {
        let steps = steps::predownload(&self.unit.settings, archive.len());
        self.installation = Some(Installation { archive, info: None, failure: None });
        self.plan(now, steps);
    }

    /// The signature of the archive, the digests of its files, and whether it is for this model.
    pub(super) fn verify_image(&mut self, now: Duration) {
        let Some(installation) = &mut self.installation else { return };
        let refused = match image::verify(&installation.archive) {
            Err(error) => Some((RefusedImage::Signature, error.to_string())),
            Ok(info) if info.image_type != self.unit.image_type => {
                Some((RefusedImage::WrongType, format!("image is for {}", info.image_type)))
            }
            Ok(info) => {
                let (image, version) = (info.image_type.clone(), info.version);
                self.sink.emit(Event::ImageVerified { image, version });
                self.unit.status.borrow_mut().downloads_completed += 1;
                let mut steps = steps::write_partition(&self.unit.settings, installation.archive.len());
                if self.predownload {
                    steps.push((Duration::ZERO, Step::FinishPredownload));
                } else {
                    steps.extend(steps::activate(&self.unit.settings.script));
                }
                installation.info = Some(info);
                self.plan(now, steps);
                None
            }
        };
        if let Some((reason, error)) = refused {
            self.sink.emit(Event::ImageRefused { reason, error });
            self.give_up(now, GiveUpReason::NotVerified);
        }
    }

    pub(super) fn report_versions(&self, number: u8) {
        let partition = self.target();
        let installed = self.unit.flash.borrow().version(partition).unwrap_or(Version::NONE);
        let image = self.installation.as_ref().and_then(|installation| installation.info.as_ref());
        let image = image.map_or(Version::NONE, |info| info.version);
        self.sink.emit(Event::UpgradeVersions { number, partition, installed, image });
    }

    /// Starts to write the files, over what the partition held. A write that fails does so when it comes to the place.
    pub(super) fn untar(&mut self, now: Duration) {
        let partition = self.target();
        let Some(installation) = &mut self.installation else { return };
        let Some(info) = &installation.info else { return };
        self.sink.emit(Event::Untarring { partition });
        let settings = &self.unit.settings;
        let pace = Pace {
            takes: steps::time_for(installation.archive.len(), settings.flash_write_rate),
            erase_rate: settings.flash_erase_rate,
        };
        let written = self.unit.flash.borrow_mut().start_write(now, partition, info.members.clone(), pace);
        if let Err(WriteFailure { after, error }) = written {
            installation.failure = Some(error);
            self.plan(now, vec![(after, Step::FailWrite)]);
        }
    }

    /// What was planned to fail fails. The partition is left as it is: the next attempt writes over it.
    pub(super) fn fail_write(&mut self, now: Duration) {
        let partition = self.target();
        self.unit.flash.borrow_mut().stop_write(now, partition);
        self.note_partitions();
        let failure = self.installation.as_mut().and_then(|installation| installation.failure.take());
        match failure {
            Some(FlashError::Full { required, room }) => {
                self.sink.emit(Event::PartitionFull { partition, required, room });
                self.give_up(now, GiveUpReason::PartitionFull);
            }
            Some(FlashError::BadBlock { offset }) => {
                self.sink.emit(Event::PartitionWriteFailed { partition, offset });
                self.give_up(now, GiveUpReason::WriteFailed);
            }
            Some(FlashError::NothingThere) | None => (),
        }
    }

    pub(super) fn start_sync(&mut self, now: Duration) {
        let takes = self.unit.settings.script.install_step;
        self.unit.flash.borrow_mut().start_sync(now, self.target(), takes);
        self.sink.emit(Event::Syncing);
    }

    /// The files are durable; they are read back and verified.
    pub(super) fn finish_sync(&mut self, now: Duration) {
        self.unit.flash.borrow_mut().sync();
        self.note_partitions();
        self.check_partition(now);
    }

    pub(super) fn check_partition(&mut self, now: Duration) {
        let partition = self.target();
        match self.verify_partition(partition) {
            Ok(_) => self.sink.emit(Event::PartitionVerified { partition }),
            Err(error) => {
                self.sink.emit(Event::PartitionRefused { partition, error: error.to_string() });
                self.give_up(now, GiveUpReason::NotVerified);
            }
        }
    }

    /// Plans ACTIVATE and the reload, for the image that the other partition holds.
    pub(super) fn start_activation(&mut self, now: Duration) {
        self.plan(now, steps::activate(&self.unit.settings.script));
    }

    /// Starts to write the boot variable. It is durable when the next step comes.
    pub(super) fn activate_partition(&mut self, now: Duration) {
        let partition = self.target();
        let takes = self.unit.settings.script.install_step;
        self.unit.flash.borrow_mut().write_boot(now, partition, takes);
        self.sink.emit(Event::Activated { partition });
    }

    pub(super) fn report_versions_after_reload(&mut self) {
        self.unit.flash.borrow_mut().sync();
        self.note_partitions();
        let primary = self.backup().unwrap_or(Version::NONE);
        self.sink.emit(Event::VersionsAfterReload { primary, backup: self.running });
    }

    /// The partition to write: never the active one.
    pub(super) fn target(&self) -> Partition {
        self.active.other()
    }
}
