//! `install …`: the upgrade of the network, its activation, and the commit or the way back.

use std::time::Duration;

use command_line::Command;

use super::{Answer, Effect, acts, acts_with};
use crate::machine::upgrade::Refusal;
use crate::{RollbackReason, unverified};

/// Fetches all images of the profile and hands them out (YANG `install-use-profile`).
pub(super) const ADD_PROFILE: Command<Effect> = acts("install add profile default", |machine, now| {
    answer(machine.start_upgrade(now), "install_add: START\n")
});

pub(super) const ACTIVATE: Command<Effect> = acts("install activate", |machine, now| {
    let auto_abort = machine.controller().settings.auto_abort;
    answer(machine.activate(now, auto_abort), "install_activate: START\n")
});

/// The time is in minutes, 30 to 1200 (YANG install-rpc).
pub(super) const ACTIVATE_WITHIN: Command<Effect> =
    acts_with("install activate auto-abort-timer MINUTES", |machine, now, minutes| {
        match minutes.parse::<u64>() {
            Ok(minutes) if MINUTES.contains(&minutes) => {
                let auto_abort = Duration::from_secs(60 * minutes);
                answer(machine.activate(now, auto_abort), "install_activate: START\n")
            }
            _ => Answer::printed(unverified::WRONG_TIMER.to_owned()),
        }
    });

/// The times that the auto-abort timer takes, in minutes.
const MINUTES: std::ops::RangeInclusive<u64> = 30..=1200;

pub(super) const COMMIT: Command<Effect> =
    acts("install commit", |machine, now| answer(machine.commit(now), "install_commit: SUCCESS\n"));

/// Goes back to the release before.
pub(super) const ABORT: Command<Effect> = acts("install abort", |machine, now| {
    answer(machine.roll_back(now, RollbackReason::Aborted), "install_abort: START\n")
});

pub(super) const REMOVE_INACTIVE: Command<Effect> = acts("install remove inactive", |machine, now| {
    answer(machine.remove_inactive(now), "install_remove: SUCCESS\n")
});

/// Stops the fetches and the predownloads under way.
pub(super) const ABORT_PREDOWNLOAD: Command<Effect> = acts("ap image predownload abort", |machine, now| {
    if !machine.cancel_upgrade(now) {
        machine.abort_predownloads();
    }
    Answer::default()
});

fn answer(result: Result<(), Refusal>, done: &str) -> Answer {
    Answer::printed(match result {
        Ok(()) => done.to_owned(),
        Err(refusal) => unverified::refused(refusal),
    })
}
