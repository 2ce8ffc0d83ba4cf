//! `clear ap predownload statistics`: the results of finished predownloads are forgotten.

use command_line::Command;

use super::{Answer, Effect, acts};

pub(super) const COMMAND: Command<Effect> = acts("clear ap predownload statistics", |machine, _| {
    machine.clear_predownload_statistics();
    Answer::default()
});
