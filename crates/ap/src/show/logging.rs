//! `show logging`: the lines of the console since the boot, as the kernel's log has them (Cisco 221975:
//! `Feb 13 11:11:21 kernel: [*02/13/2024 11:11:21.4662] …`).

use command_line::{Command, Fields};
use text::calendar;

use super::{Console, Effect, Show, command};

pub(super) const COMMAND: Command<Effect> = command("show logging", Show::table(COLUMNS, rows, text));

/// The column's name is ours: the device prints no header.
const COLUMNS: &[&str] = &["Line"];

fn rows(console: &Console<'_>) -> Vec<Vec<String>> {
    let start = console.access_point.clock;
    let mut rows = Vec::new();
    console.access_point.console.each_line(|at, line| {
        let syslog = calendar::format(start, at, "%b %e %H:%M:%S");
        // The fourth digit is always 0, as on the console.
        let stamp = calendar::format(start, at, "%m/%d/%Y %H:%M:%S%.3f0");
        rows.push(vec![format!("{syslog} kernel: {}", line.at(&stamp))]);
    });
    rows
}

fn text(_: &Console<'_>, fields: &Fields) -> String {
    fields.rows.iter().flatten().map(|line| format!("{line}\n")).collect()
}
