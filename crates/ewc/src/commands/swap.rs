//! `ap image swap`: access points in service boot their other image next.

use command_line::Command;

use super::{Answer, Effect, acts, acts_on};
use crate::PredownloadStatus;

pub(super) const OF_ALL: Command<Effect> = acts("ap image swap", |machine, now| {
    machine.registered().into_iter().for_each(|session| machine.swap(now, session));
    Answer::default()
});

/// Swaps the images of the access points whose predownload is complete.
pub(super) const OF_COMPLETED: Command<Effect> = acts("ap image swap completed", |machine, now| {
    for session in machine.registered() {
        if machine.predownload_status(session) == PredownloadStatus::Complete {
            machine.swap(now, session);
        }
    }
    Answer::default()
});

pub(super) const OF_ONE: Command<Effect> = acts_on("ap name NAME image swap", |machine, now, session| {
    if machine.is_registered(session) {
        machine.swap(now, session);
    }
});
