//! `show clock`, as IOS prints it. The star is that of the field sample's log: no time server has set the clock.

use command_line::{Command, Fields};

use super::view::View;
use super::{Effect, views};

pub(super) const COMMAND: Command<Effect> = views("show clock", fields, text);

/// The label is ours: the device prints the time alone.
fn fields(view: &View) -> Fields {
    let time = view.time(view.now, "*%H:%M:%S%.3f UTC %a %b %-d %Y");
    Fields { lines: vec![("Clock", time)], ..Fields::default() }
}

fn text(fields: &Fields) -> String {
    fields.lines.iter().map(|(_, value)| format!("{value}\n")).collect()
}
