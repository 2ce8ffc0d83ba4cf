//! From the last block to the reload: verifying the archive, writing and activating the inactive partition.

use std::time::Duration;

use image::{Content, Info, Version};

use super::steps::{Step, time_for};
use super::{Machine, Purpose};
use crate::{ApEvent, FlashError, GiveUpReason, Pace, Partition, RefusedImage, WriteFailure};

/// An image that is being installed.
#[derive(Debug)]
pub(super) struct Installation {
    archive: Content,
    /// The image's type, version and files, once it has been verified.
    info: Option<Info>,
    /// The error that will end the write under way.
    failure: Option<FlashError>,
}

impl Installation {
    pub(super) fn archive(&self) -> &Content {
        &self.archive
    }

    /// Returns the number of bytes of the archive.
    pub(super) fn size(&self) -> u64 {
        self.archive.len()
    }
}

impl Machine {
    pub(super) fn start_installation(&mut self, now: Duration, archive: Content) {
        let steps = match self.purpose {
            Purpose::Join | Purpose::Predownload => self.install(archive.len()),
            Purpose::ControllerImage => self.install_controller(archive.len()),
        };
        self.installation = Some(Installation { archive, info: None, failure: None });
        self.plan(now, steps);
    }

    /// Verifies the signature of the archive and the digests of its files, and checks that it is for this model.
    pub(super) fn verify_image(&mut self, now: Duration) {
        let Some(installation) = &self.installation else { return };
        let refused = match image::verify(&installation.archive) {
            Err(error) => Some((RefusedImage::Signature, error.to_string())),
            Ok(info) if info.image_type != self.access_point.image_type => {
                Some((RefusedImage::WrongType, format!("image is for {}", info.image_type)))
            }
            Ok(info) if self.cannot_check(now, info.version) => {
                Some((RefusedImage::Signature, "certificate is not valid".to_owned()))
            }
            Ok(info) => {
                let (image, version) = (info.image_type.clone(), info.version);
                self.sink.emit(ApEvent::ImageVerified { image, version });
                self.plan_to_write(now, info);
                None
            }
        };
        if let Some((reason, error)) = refused {
            self.sink.emit(ApEvent::ImageRefused { reason, error: error.clone() });
            if !self.installs_unverified(now, reason, error) {
                self.give_up(now, GiveUpReason::NotVerified);
            }
        }
    }

    /// Plans to write the files of `info` to the inactive partition, and to activate it unless it is a predownload.
    fn plan_to_write(&mut self, now: Duration, info: Info) {
        let Some(installation) = &mut self.installation else { return };
        let size = installation.size();
        installation.info = Some(info);
        let mut steps = self.write_partition(size);
        if self.purpose == Purpose::Predownload {
            steps.push((Duration::ZERO, Step::Do(Self::finish_predownload)));
        } else {
            steps.extend(self.activate());
        }
        self.plan(now, steps);
    }

    /// Returns true if a quirk installs the archive that was refused: `upgrade.sh` ignores a failed verification, but stops if
    /// the image is for another access point.
    fn installs_unverified(&mut self, now: Duration, reason: RefusedImage, error: String) -> bool {
        let archive = self.installation.as_ref().map(|installation| &installation.archive);
        let info = archive.and_then(|archive| image::inspect(archive).ok());
        match info {
            Some(info) if reason == RefusedImage::Signature && self.ignores(error) => {
                self.plan_to_write(now, info);
                true
            }
            _ => false,
        }
    }

    pub(super) fn report_versions(&self, number: u8) {
        let partition = self.target();
        let installed = self.access_point.flash.borrow().version(partition).unwrap_or(Version::NONE);
        let image = self.installation.as_ref().and_then(|installation| installation.info.as_ref());
        let image = image.map_or(Version::NONE, |info| info.version);
        self.sink.emit(ApEvent::UpgradeVersions { number, partition, installed, image });
    }

    pub(super) fn report_backup(&mut self, _: Duration) {
        let version = self.backup().unwrap_or(Version::NONE);
        self.sink.emit(ApEvent::BackupVersion { version });
    }

    /// Starts to write the files over the old content of the partition. A write that will fail does so at the bad place.
    pub(super) fn untar(&mut self, now: Duration) {
        let partition = self.target();
        let Some(installation) = &mut self.installation else { return };
        let Some(info) = &installation.info else { return };
        self.sink.emit(ApEvent::Untarring { partition });
        let settings = &self.access_point.settings;
        let pace = Pace {
            takes: time_for(installation.archive.len(), settings.flash_write_rate),
            erase_rate: settings.flash_erase_rate,
        };
        let written =
            self.access_point.flash.borrow_mut().start_write(now, partition, info.members.clone(), pace);
        if let Err(WriteFailure { after, error }) = written {
            installation.failure = Some(error);
            self.plan(now, vec![(after, Step::Do(Self::fail_write))]);
        }
    }

    /// Fails the write under way. The partition is left as it is: the next attempt overwrites it.
    pub(super) fn fail_write(&mut self, now: Duration) {
        let partition = self.target();
        self.access_point.flash.borrow_mut().stop_write(now, partition);
        let failure = self.installation.as_mut().and_then(|installation| installation.failure.take());
        match failure {
            Some(FlashError::Full { required, room }) => {
                self.sink.emit(ApEvent::PartitionFull { partition, required, room });
                self.give_up(now, GiveUpReason::PartitionFull);
            }
            Some(FlashError::BadBlock { offset }) => {
                self.sink.emit(ApEvent::PartitionWriteFailed { partition, offset });
                self.give_up(now, GiveUpReason::WriteFailed);
            }
            Some(FlashError::NothingThere) | None => (),
        }
    }

    pub(super) fn start_sync(&mut self, now: Duration) {
        let takes = self.access_point.settings.script.install_step;
        self.access_point.flash.borrow_mut().start_sync(now, self.target(), takes);
        self.sink.emit(ApEvent::Syncing);
    }

    /// Reads the files, which are now durable, back and verifies them.
    pub(super) fn finish_sync(&mut self, now: Duration) {
        self.access_point.flash.borrow_mut().sync();
        self.check_partition(now);
    }

    pub(super) fn check_partition(&mut self, now: Duration) {
        let partition = self.target();
        match self.verify_partition(partition) {
            Ok(_) => self.sink.emit(ApEvent::PartitionVerified { partition }),
            Err(error) => {
                let error = error.to_string();
                self.sink.emit(ApEvent::PartitionRefused { partition, error: error.clone() });
                if !self.ignores(error) {
                    self.give_up(now, GiveUpReason::NotVerified);
                }
            }
        }
    }

    /// Plans ACTIVATE and the reload, for the image that the other partition holds.
    pub(super) fn start_activation(&mut self, now: Duration) {
        self.plan(now, self.activate());
    }

    /// Starts to write the boot variable. It is durable when the next step comes.
    pub(super) fn activate_partition(&mut self, now: Duration) {
        let partition = self.target();
        let takes = self.access_point.settings.script.install_step;
        self.access_point.flash.borrow_mut().write_boot(now, partition, takes);
        self.sink.emit(ApEvent::Activated { partition });
    }

    pub(super) fn report_versions_after_reload(&mut self, _: Duration) {
        self.access_point.flash.borrow_mut().sync();
        let primary = self.backup().unwrap_or(Version::NONE);
        self.sink.emit(ApEvent::VersionsAfterReload { primary, backup: self.running });
    }

    /// Returns the partition to write: never the active one.
    pub(super) fn target(&self) -> Partition {
        self.active.other()
    }
}
