//! Commands of privileged mode, one file each: words and effect, and for a show command its fields and their layout.
//!
//! Sources: genieparser for `show`; the guides of the 9800 for the others.

mod clear_predownload_statistics;
mod help;
mod predownload;
mod reload;
mod reset;
mod show_ap_image;
mod show_ap_summary;
mod show_predownload_status;
mod swap;

use std::time::Duration;

use command_line::{Command, Fields, Output, Table};

use crate::machine::Machine;
use crate::{Snapshot, unverified};

/// All commands. `NAME` is the name of an access point.
pub static COMMANDS: Table<Effect> = Table {
    commands: &[
        show_ap_image::COMMAND,
        show_ap_summary::COMMAND,
        show_predownload_status::COMMAND,
        predownload::OF_ALL,
        swap::OF_ALL,
        swap::OF_COMPLETED,
        predownload::OF_ONE,
        swap::OF_ONE,
        reset::COMMAND,
        clear_predownload_statistics::COMMAND,
        reload::COMMAND,
    ],
    help: &[help::KNOWN, unverified::HELP],
};

/// The effect of a command.
#[derive(Debug)]
pub struct Effect(pub(crate) Kind);

/// The effect, by the arguments that it needs.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Prints a part of the state: its fields, and their layout as text.
    Show { fields: fn(&Snapshot) -> Fields, text: fn(&Fields) -> String },
    /// Changes the machine.
    Act(fn(&mut Machine, Duration) -> Answer),
    /// Changes the session of the access point `NAME`, given by its index.
    ActOn(fn(&mut Machine, Duration, usize)),
}

/// The effect of a command on the terminal, and on the device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The text that is printed.
    pub text: String,
    /// True if the controller goes down now: its world has to start it again.
    pub reloads: bool,
}

impl Answer {
    pub(crate) fn printed(text: String) -> Self {
        Self { text, reloads: false }
    }
}

/// Returns the output of the show command `line` for `snapshot`; `None` if it is not a show command.
pub fn show(snapshot: &Snapshot, line: &str) -> Option<Output> {
    let typed = COMMANDS.read(line).ok()?;
    let Kind::Show { fields, text } = typed.command.effect.0 else { return None };
    let fields = fields(snapshot);
    Some(typed.output(text(&fields), fields))
}

/// Returns true if `line` orders the access point `name` to predownload, alone or with all others.
pub fn predownloads(line: &str, name: &str) -> bool {
    let Ok(typed) = COMMANDS.read(line) else { return false };
    match typed.command.words {
        words if words == predownload::OF_ALL.words => true,
        words if words == predownload::OF_ONE.words => typed.argument == Some(name),
        _ => false,
    }
}

/// Returns the show commands, written out.
pub fn show_commands() -> impl Iterator<Item = &'static str> {
    let shows = |command: &&Command<Effect>| matches!(command.effect.0, Kind::Show { .. });
    COMMANDS.commands.iter().filter(shows).map(|command| command.words)
}

const fn shows(
    words: &'static str,
    fields: fn(&Snapshot) -> Fields,
    text: fn(&Fields) -> String,
) -> Command<Effect> {
    Command { words, prints: true, effect: Effect(Kind::Show { fields, text }) }
}

const fn acts(words: &'static str, act: fn(&mut Machine, Duration) -> Answer) -> Command<Effect> {
    Command { words, prints: false, effect: Effect(Kind::Act(act)) }
}

const fn acts_on(words: &'static str, act: fn(&mut Machine, Duration, usize)) -> Command<Effect> {
    Command { words, prints: false, effect: Effect(Kind::ActOn(act)) }
}
