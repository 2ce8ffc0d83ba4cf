//! The sequences of an access point, with a pause before each step: a restart, and the verbs of `upgrade.sh`.
//!
//! Each is a list of pauses and steps. Most steps only print a line: they are the event itself.

use std::time::Duration;

use super::{Machine, Purpose};
use crate::{ApEvent, Dialect, ReloadReason, Script, State};

/// One thing that is done when its time comes.
#[derive(Debug)]
pub(super) enum Step {
    /// Emits the event, and changes nothing.
    Report(ApEvent),
    /// Calls the machine with the time of the step.
    Do(fn(&mut Machine, Duration)),
}

use Step::{Do, Report};

/// Steps, each with the pause before it.
pub(super) type Steps = Vec<(Duration, Step)>;

/// Returns the time that `bytes` take at `rate` bytes per second.
pub(super) fn time_for(bytes: u64, rate: u64) -> Duration {
    Duration::from_micros(bytes.saturating_mul(1_000_000) / rate)
}

impl Machine {
    pub(super) fn precheck(&self) -> Steps {
        let (script, dialect) = (&self.access_point.settings.script, self.access_point.dialect);
        let mut steps =
            self.call(Script::Precheck, script.precheck_start.of(dialect), script.precheck_do.of(dialect));
        if dialect == Dialect::Newer {
            steps.push((script.precheck_cleanup, Report(ApEvent::TmpCleaned)));
        }
        steps.extend([
            (script.precheck_tmp_space.of(dialect), Do(Self::check_tmp_space)),
            (script.precheck_open, Do(Self::open_image_file)),
            (script.precheck_request, Do(Self::request_image)),
        ]);
        steps
    }

    /// Returns the restart after a download was given up. If the image was `requested`, a second request reports it.
    pub(super) fn restart(&self, requested: bool) -> Steps {
        let script = &self.access_point.settings.script;
        let image = self.access_point.image_type.clone();
        let mut steps = vec![(script.restart_state_machine, Report(ApEvent::RestartingStateMachine))];
        if requested {
            steps.push((script.restart_second_request, Do(Self::send_image_data_request)));
        }
        steps.extend([
            (script.restart_teardown, Do(Self::start_teardown)),
            (script.restart_abort_image, Report(ApEvent::DownloadAborted { image })),
        ]);
        steps.extend(self.abort());
        steps.push((script.abort_event, Do(Self::discard_wtp_event)));
        steps
    }

    /// Returns the end of a session after the controller is lost. Its pace is assumed to be that of ABORT.
    pub(super) fn cancel(&self) -> Steps {
        let script = &self.access_point.settings.script;
        let mut steps = self.call(Script::Cancel, script.abort_start, script.abort_do);
        steps.extend([
            (script.abort_cleanup, Report(ApEvent::TmpCleaned)),
            (Duration::ZERO, Report(ApEvent::GoingBackToDiscovery)),
            (Duration::ZERO, Do(Self::start_teardown)),
        ]);
        steps
    }

    /// Returns the steps after a predownload that was given up: those of [`Machine::restart`], without the restart.
    pub(super) fn abort_predownload(&self) -> Steps {
        let script = &self.access_point.settings.script;
        let mut steps = vec![(script.restart_second_request, Do(Self::send_image_data_request))];
        steps.extend(self.abort());
        steps
    }

    /// Returns the steps from the last block to the verdict on the archive of `size` bytes.
    pub(super) fn install(&self, size: u64) -> Steps {
        let settings = &self.access_point.settings;
        let script = &settings.script;
        let (image, platform) = (self.access_point.image_type.clone(), self.access_point.platform.clone());
        let predownload = self.purpose == Purpose::Predownload;
        let verb = Script::Predownload;
        let mut steps = vec![
            (settings.last_block_stored, Report(ApEvent::LastBlockStored { predownload, write_task: 0 })),
            (script.out_of_band_flag, Report(ApEvent::OutOfBandFlagSet)),
            (settings.write_task_delay, Report(ApEvent::WriteTaskStarted { image, predownload })),
        ];
        steps.extend(self.call(verb, script.predownload_start, script.predownload_do));
        steps.extend([
            (script.predownload_before_log, Report(ApEvent::UpgradeLogCreated)),
            (script.predownload_upgrade, Report(ApEvent::UpgradeStarted { script: verb })),
            (script.predownload_using_image, Report(ApEvent::UsingImage { platform })),
            (time_for(size, settings.verify_rate), Do(Self::verify_image)),
        ]);
        steps
    }

    /// Returns the steps from there to the end of PREDOWNLOAD.
    pub(super) fn write_partition(&self, size: u64) -> Steps {
        let settings = &self.access_point.settings;
        let (step, partition) = (settings.script.install_step, self.target());
        vec![
            (step, Report(ApEvent::UpgradePartitionChosen { partition })),
            (step, Do(|machine, _| machine.report_versions(1))),
            (step, Report(ApEvent::Extracting { partition })),
            (step, Report(ApEvent::BoardChecked)),
            (step, Report(ApEvent::Mounted { partition })),
            (step, Do(Self::untar)),
            (time_for(size, settings.flash_write_rate), Do(Self::start_sync)),
            (step, Do(Self::finish_sync)),
            (step, Do(|machine, _| machine.report_versions(2))),
            (step, Do(Self::report_backup)),
            (step, Report(ApEvent::UpgradeFinished)),
            (step, Report(ApEvent::UpgradeCleanup)),
            (step, Report(ApEvent::UpgradeMarkCleaned)),
            (step, Report(ApEvent::TmpCleaned)),
        ]
    }

    /// Returns the steps of ACTIVATE and the reload.
    pub(super) fn activate(&self) -> Steps {
        let script = &self.access_point.settings.script;
        let (step, partition) = (script.install_step, self.target());
        let mut steps = self.call(Script::Activate, script.activate_start, script.activate_do);
        steps.extend([
            (step, Report(ApEvent::Mounted { partition })),
            (step, Report(ApEvent::VerifyingPartition { partition })),
            (step, Do(Self::check_partition)),
            (step, Do(Self::activate_partition)),
            (step, Do(Self::report_versions_after_reload)),
            (step, Do(|machine, now| machine.start_reload(now, ReloadReason::ImageUpgrade))),
        ]);
        steps
    }

    /// Returns the steps of a swap: ACTIVATE without a reload. Running the script for it is inferred.
    pub(super) fn swap(&self) -> Steps {
        let script = &self.access_point.settings.script;
        let mut steps = self.call(Script::Activate, script.activate_start, script.activate_do);
        steps.extend([
            (script.install_step, Do(Self::swap_boot)),
            (script.install_step, Do(Self::finish_swap)),
        ]);
        steps
    }

    fn abort(&self) -> Steps {
        let script = &self.access_point.settings.script;
        let mut steps = self.call(Script::Abort, script.abort_start, script.abort_do);
        steps.push((script.abort_cleanup, Report(ApEvent::TmpCleaned)));
        steps
    }

    /// Returns the steps by which `upgrade.sh` is called with a verb and starts.
    fn call(&self, script: Script, start: Duration, begin: Duration) -> Steps {
        vec![
            (start, Report(ApEvent::ScriptCalled { script })),
            (begin, Report(ApEvent::ScriptStarted { script, active: self.active })),
        ]
    }

    /// Replaces the planned steps by `steps`.
    pub(super) fn plan(&mut self, now: Duration, steps: Steps) {
        self.steps = steps.into();
        self.timers.step = self.steps.front().map(|(pause, _)| now + *pause);
    }

    /// Takes the steps that are due at `now`.
    pub(super) fn take_steps(&mut self, now: Duration) {
        while let Some(due) = self.timers.step.filter(|due| *due <= now) {
            let Some((_, step)) = self.steps.pop_front() else { break };
            // Counted from the time the step was due, not the time it was noticed, so that delays do not add up.
            self.timers.step = self.steps.front().map(|(pause, _)| due + *pause);
            match step {
                Report(event) => self.sink.emit(event),
                Do(step) => step(self, due),
            }
        }
    }

    /// Discards a WTP Event that comes due in the middle of a restart. The sample shows that it is not sent.
    fn discard_wtp_event(&mut self, _: Duration) {
        let state: State = self.state;
        self.sink.emit(ApEvent::WtpEventDiscarded { state });
    }
}
