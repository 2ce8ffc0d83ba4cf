//! `write memory`: the running configuration becomes the one that the next start reads.

use command_line::Command;

use super::{Answer, Effect, acts};

pub(super) const COMMAND: Command<Effect> = acts("write memory", |machine, _| {
    machine.save();
    // The words of IOS.
    Answer { text: "Building configuration...\n[OK]\n".to_owned(), saves: true, reloads: false }
});
