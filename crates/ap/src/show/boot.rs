//! `show boot`: the partition that it boots first (genielibs: `BOOT path-list:      part2`).

use command_line::{Command, Fields};

use super::{Console, Effect, Line, Show, command};
use crate::{Partition, State};

pub(super) const COMMAND: Command<Effect> = command("show boot", Show::lines(LINES, text));

const LINES: &[Line] = &[("BOOT path-list", |console| console.flash.boot().to_string())];

/// Lays out the path. A halted device has no command line; its answer is in this simulator's words.
fn text(console: &Console<'_>, fields: &Fields) -> String {
    let mut text: String =
        fields.lines.iter().map(|(label, value)| format!("{label}:      {value}\n")).collect();
    if console.status.state == State::Halted {
        for partition in Partition::BOTH {
            let why = console.status.refused[partition as usize].as_deref().unwrap_or("not looked at");
            text.push_str(&format!("{partition} does not boot: {why}\n"));
        }
    }
    text
}
