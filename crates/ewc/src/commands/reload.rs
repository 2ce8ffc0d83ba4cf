//! `reload`: the controller boots again.

use command_line::Command;

use super::{Answer, Effect, acts};

pub(super) const COMMAND: Command<Effect> = acts("reload", |machine, _| {
    machine.reload();
    // The question is IOS's; that it is answered is taken for granted.
    Answer { text: "Proceed with reload? [confirm]\n".into(), reloads: true }
});
