//! `show clock`. No source shows its layout: it is in the table of unverified texts.

use command_line::{Command, Fields};

use super::{Console, Effect, Line, Show, command};
use crate::render::unverified;

pub(super) const COMMAND: Command<Effect> = command("show clock", Show::lines(LINES, text));

/// The label is ours: the device prints the time alone.
const LINES: &[Line] = &[("Clock", |console| {
    text::calendar::format(console.access_point.clock, console.now, unverified::CLOCK)
})];

fn text(_: &Console<'_>, fields: &Fields) -> String {
    fields.lines.iter().map(|(_, value)| format!("{value}\n")).collect()
}
