//! The status of an access point, derived from its events alone.

use std::cell::{Ref, RefCell};
use std::rc::Rc;
use std::time::Duration;

use image::Version;

use crate::{ApEvent, Partition, PartitionError, ReloadReason, State};

/// The current state and the history of an access point. Times are since the start of the run.
///
/// It is the one model of an access point: its own `show` commands, expectations, invariants and reports read it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// True if it has power. Without power, the other fields keep their last values.
    pub power: bool,
    /// The state that it is in.
    pub state: State,
    /// The time at which it last started to boot.
    pub started: Duration,
    /// The reason for that boot.
    pub reload_reason: ReloadReason,
    /// The number of times that it has started to boot.
    pub boots: u64,
    /// The partition that runs, once booted.
    pub active: Option<Partition>,
    /// The partition that it boots first.
    pub boot: Partition,
    /// The version that runs, once booted.
    pub running: Option<Version>,
    /// The version in the partition that does not run.
    pub backup: Option<Version>,
    /// The versions in part1 and part2.
    pub partitions: [Option<Version>; 2],
    /// The reasons why part1 and part2 do not boot, as far as the last boot has checked them.
    pub refused: [Option<String>; 2],
    /// The name of the controller that it has joined.
    pub controller: Option<String>,
    /// The time at which it last came into service, while it is in service.
    pub in_service: Option<Duration>,
    /// The path MTU that it last learned, in bytes, if that was not the largest.
    pub path_mtu: Option<u16>,
    /// True if it has requested an image since it entered its state.
    pub image_requested: bool,
    /// The current download, or the last one.
    pub download: Option<Download>,
    /// The number of downloads requested.
    pub downloads_requested: u64,
    /// The number of downloads that were complete and verified.
    pub downloads_completed: u64,
    /// The number of downloads given up.
    pub downloads_failed: u64,
    /// True as long as it has not booted again since before the run: the time for which it was up then counts.
    pub(crate) up_since_before: bool,
    /// The controller that has answered, until it is joined.
    discovered: Option<String>,
    /// True if this boot has checked a partition.
    looked: bool,
    /// True if the file for an image is open, and the image not requested yet.
    file_open: bool,
    /// True if it has given up an image since it entered its state.
    giving_up: bool,
}

/// The progress of a download.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Download {
    /// The time at which the image was requested.
    pub requested: Duration,
    /// The time at which the last block came.
    pub completed: Option<Duration>,
    /// The size of the complete image, in bytes.
    pub bytes: u64,
    /// The number of its blocks.
    pub msgs: u64,
    /// True if the archive passed verification.
    pub verified: bool,
    /// The partition that it is written to.
    pub written: Option<Partition>,
}

impl Status {
    /// Returns an access point before it first gets power, with `running` in partition `boot` and `backup` in the other one.
    pub fn factory(running: Version, backup: Option<Version>, boot: Partition) -> Self {
        let mut partitions = [backup; 2];
        partitions[boot as usize] = Some(running);
        Self { boot, backup, partitions, ..Self::default() }
    }

    /// Applies an event.
    pub fn apply(&mut self, at: Duration, event: &ApEvent) {
        match event {
            ApEvent::WasUp => (self.power, self.started, self.up_since_before) = (true, at, true),
            ApEvent::Booting { reason } => {
                // A boot at the start of the run stands for the one of then.
                self.up_since_before = at.is_zero() && self.boots == 0;
                self.power = true;
                (self.started, self.reload_reason) = (at, *reason);
                self.boots += 1;
                (self.active, self.running) = (None, None);
                self.refused = [None, None];
                (self.looked, self.file_open) = (false, false);
            }
            ApEvent::BootVariableTorn { default } => self.look_at(*default),
            ApEvent::BootImageRefused { partition, error, .. } => self.refuse(*partition, error.clone()),
            ApEvent::BootImageUnreadable { partition, file, offset } => {
                let error = PartitionError::Unreadable { member: file.as_str().into(), offset: *offset };
                self.refuse(*partition, error.to_string());
            }
            ApEvent::BootRepeated { partition, .. } => self.look_at(*partition),
            ApEvent::Booted { partition, version } => {
                self.look_at(*partition);
                self.partitions[*partition as usize] = Some(*version);
                (self.active, self.running) = (Some(*partition), Some(*version));
                self.backup = self.partitions[partition.other() as usize];
            }
            ApEvent::StateChanged { state } => self.enter(at, *state),

            ApEvent::DiscoveryResponse { controller, .. } => self.discovered = Some(controller.clone()),
            ApEvent::PathMtuChanged { to, .. } => self.path_mtu = Some(*to),
            ApEvent::ControllerLost { .. } | ApEvent::DataChannelLost { .. } => self.in_service = None,

            ApEvent::ImageFileOpened { .. } => self.file_open = true,
            ApEvent::ImageDataRequestSent { .. } => {
                self.image_requested = true;
                if std::mem::take(&mut self.file_open) {
                    self.downloads_requested += 1;
                    self.download = Some(Download { requested: at, ..Download::default() });
                } else if let Some(download) = &mut self.download {
                    // It sends one more request to report that it gives up.
                    download.verified = false;
                }
            }
            ApEvent::ImageDataComplete { bytes, msgs, .. } => {
                if let Some(download) = &mut self.download {
                    (download.completed, download.bytes, download.msgs) = (Some(at), *bytes, *msgs);
                }
            }
            ApEvent::ImageVerified { .. } | ApEvent::ControllerImageStored { .. } => {
                self.downloads_completed += 1;
                if let Some(download) = &mut self.download {
                    download.verified = true;
                }
            }
            ApEvent::GivingUp { .. } | ApEvent::PredownloadFailed { .. } => {
                self.downloads_failed += 1;
                (self.giving_up, self.file_open) = (true, false);
            }
            ApEvent::PredownloadStarted { .. } => self.giving_up = false,
            ApEvent::Untarring { partition } => {
                self.hold(*partition, None);
                if let Some(download) = &mut self.download {
                    download.written = Some(*partition);
                }
            }
            ApEvent::UpgradeVersions { number: 2, partition, installed, .. } => {
                self.hold(*partition, Some(*installed));
            }
            ApEvent::Activated { partition } => self.boot = *partition,
            // Lines of the console.
            ApEvent::BootFailed
            | ApEvent::ControllerNotNamed
            | ApEvent::DiscoveryRequestSent { .. }
            | ApEvent::CertificateRefused { .. }
            | ApEvent::JoinRequestSent { .. }
            | ApEvent::JoinResponse { .. }
            | ApEvent::ControllerVersionMissing
            | ApEvent::MessageRefused { .. }
            | ApEvent::VersionMatch { .. }
            | ApEvent::VersionMismatch { .. }
            | ApEvent::Joined { .. }
            | ApEvent::DataChannelOpened { .. }
            | ApEvent::GoingBackToDiscovery
            | ApEvent::ImageFileClosed
            | ApEvent::ScriptCalled { .. }
            | ApEvent::ScriptStarted { .. }
            | ApEvent::TmpCleaned
            | ApEvent::PrecheckTmpSpace { .. }
            | ApEvent::PrecheckFailed { .. }
            | ApEvent::ImageDataResponse { .. }
            | ApEvent::ImageDataStarted
            | ApEvent::ImageDataProgress { .. }
            | ApEvent::ImageDataChecksumWrong { .. }
            | ApEvent::WtpEventDiscarded { .. }
            | ApEvent::RestartingStateMachine
            | ApEvent::DownloadAborted { .. }
            | ApEvent::LastBlockStored { .. }
            | ApEvent::OutOfBandFlagSet
            | ApEvent::WriteTaskStarted { .. }
            | ApEvent::UpgradeLogCreated
            | ApEvent::UpgradeStarted { .. }
            | ApEvent::UsingImage { .. }
            | ApEvent::ImageRefused { .. }
            | ApEvent::UpgradePartitionChosen { .. }
            | ApEvent::UpgradeVersions { .. }
            | ApEvent::Extracting { .. }
            | ApEvent::BoardChecked
            | ApEvent::Mounted { .. }
            | ApEvent::Syncing
            | ApEvent::PartitionVerified { .. }
            | ApEvent::PartitionRefused { .. }
            | ApEvent::PartitionFull { .. }
            | ApEvent::PartitionWriteFailed { .. }
            | ApEvent::BackupVersion { .. }
            | ApEvent::UpgradeFinished
            | ApEvent::UpgradeCleanup
            | ApEvent::UpgradeMarkCleaned
            | ApEvent::VerifyingPartition { .. }
            | ApEvent::VersionsAfterReload { .. }
            | ApEvent::PredownloadComplete { .. }
            | ApEvent::SwapStarted { .. }
            | ApEvent::SwapRefused { .. }
            | ApEvent::ControllerImageRefused { .. }
            | ApEvent::StandbyChosen { .. }
            | ApEvent::StandbyReady
            | ApEvent::ActiveControllerLost { .. }
            | ApEvent::Reloading { .. }
            | ApEvent::VerificationErrorIgnored { .. }
            | ApEvent::LogGrown { .. }
            | ApEvent::TmpKept { .. }
            | ApEvent::TmpFilled { .. }
            | ApEvent::SigningCertificateExpired { .. }
            | ApEvent::OwnCertificateWrong { .. } => (),
        }
    }

    /// Marks the loss of power. All other fields keep their values for inspection.
    pub fn power_off(&mut self) {
        self.power = false;
    }

    /// Returns [`ApEvent::summary`] of the next event. A request that reports giving up has a wording of its own.
    pub fn summary(&self, event: &ApEvent) -> Option<String> {
        match event {
            ApEvent::ImageDataRequestSent { image, replica_status, .. } if self.giving_up => {
                let text = format!(
                    "requests {image} once more to report that it gives up (replica status {replica_status})"
                );
                (self.state != State::Run).then_some(text)
            }
            event => event.summary(),
        }
    }

    /// Returns the version that runs; none without power and while it boots.
    pub fn runs(&self) -> Option<Version> {
        self.running.filter(|_| self.power)
    }

    /// Returns the phase that it is in, as one of the words that scenarios use.
    pub fn phase(&self) -> &'static str {
        match self.state {
            _ if !self.power => "off",
            State::Boot | State::Discovery | State::DtlsSetup | State::Join => "discovery",
            State::ImageData if self.image_requested => "downloading",
            State::ImageData | State::Configure | State::DataCheck => "joined",
            State::Run => "registered",
            State::DtlsTeardown | State::Reload => "discovery",
            State::Halted => "off",
        }
    }

    /// Returns the version in the partition that it boots first, and the version in the other one.
    pub fn after_reload(&self) -> [Option<Version>; 2] {
        [self.boot, self.boot.other()].map(|partition| self.partitions[partition as usize])
    }

    fn enter(&mut self, at: Duration, state: State) {
        self.state = state;
        (self.image_requested, self.giving_up) = (false, false);
        match state {
            State::Boot => (self.controller, self.in_service) = (None, None),
            State::Discovery => self.controller = None,
            State::ImageData => self.controller = self.discovered.take(),
            State::Run => self.in_service = Some(at),
            State::DtlsTeardown | State::Reload => self.in_service = None,
            State::DtlsSetup | State::Join | State::Configure | State::DataCheck | State::Halted => (),
        }
    }

    /// Records that a boot checks a partition. The first one checked is the one that the boot variable names.
    fn look_at(&mut self, partition: Partition) {
        if !std::mem::replace(&mut self.looked, true) {
            self.boot = partition;
        }
    }

    fn refuse(&mut self, partition: Partition, error: String) {
        self.look_at(partition);
        self.partitions[partition as usize] = None;
        self.refused[partition as usize] = Some(error);
    }

    /// Records a version. Only the inactive partition is ever written.
    fn hold(&mut self, partition: Partition, version: Option<Version>) {
        self.partitions[partition as usize] = version;
        self.backup = version;
    }
}

/// The status of one access point while it runs. Clones are the same status.
#[derive(Debug, Clone)]
pub struct StatusHandle(Rc<RefCell<Status>>);

impl StatusHandle {
    /// Creates a handle to `status`.
    pub fn new(status: Status) -> Self {
        Self(Rc::new(RefCell::new(status)))
    }

    /// Borrows the status.
    pub fn borrow(&self) -> Ref<'_, Status> {
        self.0.borrow()
    }

    /// See [`Status::apply`].
    pub fn apply(&self, at: Duration, event: &ApEvent) {
        self.0.borrow_mut().apply(at, event);
    }

    /// See [`Status::power_off`].
    pub fn power_off(&self) {
        self.0.borrow_mut().power_off();
    }
}
