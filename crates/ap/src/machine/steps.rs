//! What an access point does one after another with a pause before each: a restart, and the verbs of `upgrade.sh`.

use std::time::Duration;

use image::Version;

use super::Machine;
use crate::{Dialect, Event, ReloadReason, Script, ScriptTimings, Settings};

/// One thing that is done when its time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    SendJoinRequest,
    SendConfigurationStatus,
    CompareVersions,

    CallScript(Script),
    StartScript(Script),
    CleanTmp,
    CheckTmpSpace,
    OpenImageFile,
    RequestImage,

    RestartStateMachine,
    TellOfGivingUp,
    GoBackToDiscovery,
    StartTeardown,
    AbortDownload,
    DiscardEvent,

    StoreLastBlock,
    SetOutOfBandFlag,
    StartWriteTask,
    CreateLog,
    StartUpgrade,
    UseImage,
    VerifyImage,

    ChoosePartition,
    ReportVersionsBefore,
    Extract,
    CheckBoard,
    Mount,
    Untar,
    FailWrite,
    StartSync,
    FinishSync,
    ReportVersionsAfter,
    ReportBackup,
    FinishUpgrade,
    CleanUpgrade,
    CleanMark,
    FinishPredownload,

    VerifyPartition,
    PartitionVerified,
    Activate,
    ReportVersionsAfterReload,
    Reload,

    SwapBoot,
    FinishSwap,
}

pub(super) fn precheck(script: &ScriptTimings, dialect: Dialect) -> Vec<(Duration, Step)> {
    let mut steps = vec![
        (script.precheck_start.of(dialect), Step::CallScript(Script::Precheck)),
        (script.precheck_do.of(dialect), Step::StartScript(Script::Precheck)),
    ];
    if dialect == Dialect::Newer {
        steps.push((script.precheck_cleanup, Step::CleanTmp));
    }
    steps.extend([
        (script.precheck_tmp_space.of(dialect), Step::CheckTmpSpace),
        (script.precheck_open, Step::OpenImageFile),
        (script.precheck_request, Step::RequestImage),
    ]);
    steps
}

/// The restart after a download was given up.
pub(super) fn restart(script: &ScriptTimings) -> Vec<(Duration, Step)> {
    vec![
        (script.restart_state_machine, Step::RestartStateMachine),
        (script.restart_second_request, Step::TellOfGivingUp),
        (script.restart_teardown, Step::StartTeardown),
        (script.restart_abort_image, Step::AbortDownload),
        (script.abort_start, Step::CallScript(Script::Abort)),
        (script.abort_do, Step::StartScript(Script::Abort)),
        (script.abort_cleanup, Step::CleanTmp),
        (script.abort_event, Step::DiscardEvent),
    ]
}

/// The end of a session whose controller is gone. Its pace is taken to be that of ABORT.
pub(super) fn cancel(script: &ScriptTimings) -> Vec<(Duration, Step)> {
    vec![
        (script.abort_start, Step::CallScript(Script::Cancel)),
        (script.abort_do, Step::StartScript(Script::Cancel)),
        (script.abort_cleanup, Step::CleanTmp),
        (Duration::ZERO, Step::GoBackToDiscovery),
        (Duration::ZERO, Step::StartTeardown),
    ]
}

/// From the last block to the verdict on the archive of `size` bytes.
pub(super) fn predownload(settings: &Settings, size: u64) -> Vec<(Duration, Step)> {
    let script = &settings.script;
    vec![
        (settings.last_block_stored, Step::StoreLastBlock),
        (script.out_of_band_flag, Step::SetOutOfBandFlag),
        (settings.write_task_delay, Step::StartWriteTask),
        (script.predownload_start, Step::CallScript(Script::Predownload)),
        (script.predownload_do, Step::StartScript(Script::Predownload)),
        (script.predownload_before_log, Step::CreateLog),
        (script.predownload_upgrade, Step::StartUpgrade),
        (script.predownload_using_image, Step::UseImage),
        (time_for(size, settings.verify_rate), Step::VerifyImage),
    ]
}

/// From there to the end of PREDOWNLOAD.
pub(super) fn write_partition(settings: &Settings, size: u64) -> Vec<(Duration, Step)> {
    let step = settings.script.install_step;
    vec![
        (step, Step::ChoosePartition),
        (step, Step::ReportVersionsBefore),
        (step, Step::Extract),
        (step, Step::CheckBoard),
        (step, Step::Mount),
        (step, Step::Untar),
        (time_for(size, settings.flash_write_rate), Step::StartSync),
        (step, Step::FinishSync),
        (step, Step::ReportVersionsAfter),
        (step, Step::ReportBackup),
        (step, Step::FinishUpgrade),
        (step, Step::CleanUpgrade),
        (step, Step::CleanMark),
        (step, Step::CleanTmp),
    ]
}

/// ACTIVATE and the reload.
pub(super) fn activate(script: &ScriptTimings) -> Vec<(Duration, Step)> {
    let step = script.install_step;
    vec![
        (script.activate_start, Step::CallScript(Script::Activate)),
        (script.activate_do, Step::StartScript(Script::Activate)),
        (step, Step::Mount),
        (step, Step::VerifyPartition),
        (step, Step::PartitionVerified),
        (step, Step::Activate),
        (step, Step::ReportVersionsAfterReload),
        (step, Step::Reload),
    ]
}

/// After a predownload that was given up: as [`restart`], without the restart.
pub(super) fn abort_predownload(script: &ScriptTimings) -> Vec<(Duration, Step)> {
    vec![
        (script.restart_second_request, Step::TellOfGivingUp),
        (script.abort_start, Step::CallScript(Script::Abort)),
        (script.abort_do, Step::StartScript(Script::Abort)),
        (script.abort_cleanup, Step::CleanTmp),
    ]
}

/// A swap: ACTIVATE without a reload. That the script does it is inferred.
pub(super) fn swap(script: &ScriptTimings) -> Vec<(Duration, Step)> {
    vec![
        (script.activate_start, Step::CallScript(Script::Activate)),
        (script.activate_do, Step::StartScript(Script::Activate)),
        (script.install_step, Step::SwapBoot),
        (script.install_step, Step::FinishSwap),
    ]
}

/// How long `bytes` take at `rate` bytes per second.
pub(super) fn time_for(bytes: u64, rate: u64) -> Duration {
    Duration::from_micros(bytes.saturating_mul(1_000_000) / rate)
}

impl Machine {
    pub(super) fn take_step(&mut self, now: Duration, step: Step) {
        let image = || self.unit.image_type.clone();
        let partition = self.target();
        match step {
            Step::SendJoinRequest => self.send_join_request(now),
            Step::SendConfigurationStatus => self.send_configuration_status(now),
            Step::CompareVersions => self.compare_versions(now),

            Step::CallScript(script) => self.call_script(script),
            Step::StartScript(script) => self.start_script(script),
            Step::CleanTmp => self.sink.emit(Event::TmpCleaned),
            Step::CheckTmpSpace => self.check_tmp_space(now),
            Step::OpenImageFile => self.open_image_file(),
            Step::RequestImage => self.request_image(now),

            Step::RestartStateMachine => self.sink.emit(Event::RestartingStateMachine),
            Step::TellOfGivingUp => self.send_image_data_request(now),
            Step::GoBackToDiscovery => self.sink.emit(Event::GoingBackToDiscovery),
            Step::StartTeardown => self.start_teardown(now),
            Step::AbortDownload => self.sink.emit(Event::DownloadAborted { image: image() }),
            Step::DiscardEvent => self.sink.emit(Event::WtpEventDiscarded { state: self.state }),

            Step::StoreLastBlock => {
                self.sink.emit(Event::LastBlockStored { predownload: self.predownload, write_task: 0 });
            }
            Step::SetOutOfBandFlag => self.sink.emit(Event::OutOfBandFlagSet),
            Step::StartWriteTask => {
                let predownload = self.predownload;
                self.sink.emit(Event::WriteTaskStarted { image: image(), predownload });
            }
            Step::CreateLog => self.sink.emit(Event::UpgradeLogCreated),
            Step::StartUpgrade => self.sink.emit(Event::UpgradeStarted { script: Script::Predownload }),
            Step::UseImage => self.sink.emit(Event::UsingImage { platform: self.unit.platform.clone() }),
            Step::VerifyImage => self.verify_image(now),

            Step::ChoosePartition => self.sink.emit(Event::UpgradePartitionChosen { partition }),
            Step::ReportVersionsBefore => self.report_versions(1),
            Step::Extract => self.sink.emit(Event::Extracting { partition }),
            Step::CheckBoard => self.sink.emit(Event::BoardChecked),
            Step::Mount => self.sink.emit(Event::Mounted { partition }),
            Step::Untar => self.untar(now),
            Step::FailWrite => self.fail_write(now),
            Step::StartSync => self.start_sync(now),
            Step::FinishSync => self.finish_sync(now),
            Step::ReportVersionsAfter => self.report_versions(2),
            Step::ReportBackup => {
                let version = self.backup().unwrap_or(Version::NONE);
                self.sink.emit(Event::BackupVersion { version });
            }
            Step::FinishUpgrade => self.sink.emit(Event::UpgradeFinished),
            Step::CleanUpgrade => self.sink.emit(Event::UpgradeCleanup),
            Step::CleanMark => self.sink.emit(Event::UpgradeMarkCleaned),
            Step::FinishPredownload => self.finish_predownload(now),

            Step::VerifyPartition => self.sink.emit(Event::VerifyingPartition { partition }),
            Step::PartitionVerified => self.check_partition(now),
            Step::Activate => self.activate_partition(now),
            Step::ReportVersionsAfterReload => self.report_versions_after_reload(),
            Step::Reload => self.start_reload(now, ReloadReason::ImageUpgrade),

            Step::SwapBoot => self.swap_boot(now),
            Step::FinishSwap => self.finish_swap(),
        }
    }
}
