//! `reload`: the controller boots again.

use command_line::Command;

use super::{Answer, Effect, acts};

pub(super) const COMMAND: Command<Effect> = acts("reload", |machine, _| {
    machine.reload();
    // The question is IOS's; an answer to it is assumed.
    Answer { text: "Proceed with reload? [confirm]\n".into(), reloads: true, saves: false }
});
