//! `clear ap predownload statistics`: what became of predownloads that are over is forgotten.

use command_line::Command;

use super::{Answer, Effect, acts};

pub(super) const COMMAND: Command<Effect> = acts("clear ap predownload statistics", |machine, _| {
    machine.clear_predownload_statistics();
    Answer::default()
});
