//! `show` commands on the access point's own console, one file each: labelled lines, a table, and their layout.

mod boot;
mod capwap_client_rcb;
mod clock;
mod filesystems;
mod hardware;
mod image_integrity;
mod logging;
mod version;

use std::cell::Ref;
use std::time::Duration;

use command_line::{Command, Fields, Output, Table, Typed};
use image::Version;

use crate::render::unverified;
use crate::{AccessPoint, Flash, Partition, Status};

/// All commands.
pub static COMMANDS: Table<Effect> = Table {
    commands: &[
        version::COMMAND,
        boot::COMMAND,
        capwap_client_rcb::COMMAND,
        clock::COMMAND,
        filesystems::COMMAND,
        image_integrity::COMMAND,
        logging::COMMAND,
        Command { words: "reload", prints: false, effect: Effect(Kind::Reload) },
    ],
    help: &[unverified::HELP],
};

/// The effect of a command.
#[derive(Debug)]
pub struct Effect(pub(crate) Kind);

/// The effect, by the arguments that it needs.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Prints lines, a table, or both.
    Show(Show),
    /// The access point goes down in order and boots again.
    Reload,
}

/// Returns the show commands, written out.
pub fn show_commands() -> impl Iterator<Item = &'static str> {
    COMMANDS.commands.iter().filter(|command| command.prints).map(|command| command.words)
}

/// The output of a command: its labelled lines, its table, and all of its text.
#[derive(Debug)]
pub(crate) struct Show {
    lines: &'static [Line],
    columns: &'static [&'static str],
    rows: fn(&Console<'_>) -> Vec<Vec<String>>,
    text: fn(&Console<'_>, &Fields) -> String,
}

/// A label, and the function that reads its value.
type Line = (&'static str, fn(&Console<'_>) -> String);

impl Show {
    /// Creates a command that prints labelled lines.
    const fn lines(lines: &'static [Line], text: fn(&Console<'_>, &Fields) -> String) -> Self {
        Self { lines, columns: &[], rows: |_| Vec::new(), text }
    }

    /// Creates a command that prints a table.
    const fn table(
        columns: &'static [&'static str],
        rows: fn(&Console<'_>) -> Vec<Vec<String>>,
        text: fn(&Console<'_>, &Fields) -> String,
    ) -> Self {
        Self { lines: &[], columns, rows, text }
    }
}

/// Returns the row of a show command in the table of all.
const fn command(words: &'static str, show: Show) -> Command<Effect> {
    Command { words, prints: true, effect: Effect(Kind::Show(show)) }
}

/// The access point that is queried, at a moment.
pub(crate) struct Console<'a> {
    access_point: &'a AccessPoint,
    status: Ref<'a, Status>,
    flash: Ref<'a, Flash>,
    now: Duration,
    /// Formats a time since the start of the run, and a time before it.
    date: &'a dyn Fn(Duration, Duration) -> String,
}

/// Returns the output of the show command `line` at `now`; `None` if it is not one of [`show_commands`]. Lines without a label are
/// not among its fields.
///
/// `date` formats the time that lies the second duration before the first, a time since the start of the run, as `Tue Jan 23
/// 19:26:02 UTC 2024`. Lines of the real commands that this simulator has no data for (build dates) are left out.
pub fn show(
    access_point: &AccessPoint,
    now: Duration,
    line: &str,
    date: impl Fn(Duration, Duration) -> String,
) -> Option<Output> {
    output(access_point, now, &COMMANDS.read(line).ok()?, &date)
}

/// Returns the output of a parsed show command; `None` for any other.
pub(crate) fn output(
    access_point: &AccessPoint,
    now: Duration,
    typed: &Typed<'_, Effect>,
    date: &dyn Fn(Duration, Duration) -> String,
) -> Option<Output> {
    let Kind::Show(show) = &typed.command.effect.0 else { return None };
    let console = Console {
        access_point,
        status: access_point.status.borrow(),
        flash: access_point.flash.borrow(),
        now,
        date,
    };
    let fields = Fields {
        lines: show.lines.iter().map(|(label, value)| (*label, value(&console))).collect(),
        columns: show.columns,
        rows: (show.rows)(&console),
    };
    let text = (show.text)(&console, &fields);
    Some(typed.output(text, fields))
}

/// Returns the output of the show command `line` with empty values, without rows and without text; `None` if it is not one of
/// [`show_commands`].
pub fn show_labels(line: &str) -> Option<Output> {
    let typed = COMMANDS.read(line).ok()?;
    let Kind::Show(show) = &typed.command.effect.0 else { return None };
    let lines = show.lines.iter().map(|(label, _)| (*label, String::new())).collect();
    let fields = Fields { lines, columns: show.columns, rows: Vec::new() };
    Some(typed.output(String::new(), fields))
}

impl Console<'_> {
    /// Returns the partition that it boots first.
    fn primary(&self) -> Partition {
        self.flash.boot()
    }

    /// Returns the name of its controller; empty if it has none.
    fn controller(&self) -> &str {
        self.status.controller.as_deref().unwrap_or_default()
    }
}

/// Returns the version as the device prints it: zeros if there is none.
fn printed(version: Option<Version>) -> String {
    version.unwrap_or(Version::NONE).to_string()
}
