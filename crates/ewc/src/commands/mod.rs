//! Commands of privileged mode, one file each: words and effect, and for a show command its fields and their layout.
//!
//! Sources: genieparser for `show`; the guides of the 9800 for the others.

mod clear_predownload_statistics;
mod dir_ap_images;
mod help;
mod install;
mod predownload;
mod reload;
mod reset;
mod show_ap_config_general;
mod show_ap_image;
mod show_ap_image_summary;
mod show_ap_join_summary;
mod show_ap_status;
mod show_ap_summary;
mod show_ap_tag_summary;
mod show_ap_uptime;
mod show_chassis;
mod show_clock;
mod show_image_download;
mod show_install;
mod show_inventory;
mod show_logging;
mod show_predownload_progress;
mod show_predownload_status;
mod show_redundancy;
mod show_running_config;
mod show_version;
mod swap;
pub(crate) mod view;
mod write_memory;

use std::time::Duration;

use command_line::{Command, Fields, Output, Table};

use self::view::View;
use crate::machine::Machine;
use crate::{Snapshot, unverified, web};

/// All commands. `NAME` is the name of an access point.
pub static COMMANDS: Table<Effect> = Table {
    commands: &[
        show_ap_image::COMMAND,
        show_ap_summary::COMMAND,
        show_predownload_status::COMMAND,
        show_predownload_progress::COMMAND,
        show_ap_config_general::OF_ALL,
        show_ap_config_general::OF_ONE,
        show_ap_image_summary::IMAGES,
        show_ap_image_summary::FILES,
        show_ap_join_summary::COMMAND,
        show_ap_status::COMMAND,
        show_ap_tag_summary::COMMAND,
        show_ap_uptime::COMMAND,
        show_chassis::COMMAND,
        show_clock::COMMAND,
        show_image_download::COMMAND,
        show_inventory::COMMAND,
        show_logging::COMMAND,
        show_redundancy::COMMAND,
        show_running_config::COMMAND,
        show_version::COMMAND,
        dir_ap_images::COMMAND,
        predownload::OF_ALL,
        predownload::OF_SITE,
        swap::OF_ALL,
        swap::OF_COMPLETED,
        predownload::OF_ONE,
        swap::OF_ONE,
        reset::COMMAND,
        clear_predownload_statistics::COMMAND,
        reload::COMMAND,
        install::ADD_PROFILE,
        install::ACTIVATE,
        install::ACTIVATE_WITHIN,
        install::COMMIT,
        install::ABORT,
        install::REMOVE_INACTIVE,
        install::ABORT_PREDOWNLOAD,
        show_install::SUMMARY,
        show_install::ACTIVE,
        show_install::INACTIVE,
        show_install::COMMITTED,
        show_install::UNCOMMITTED,
        show_install::LOG,
        write_memory::COMMAND,
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
    /// Prints a part of the whole controller.
    View { fields: fn(&View) -> Fields, text: fn(&Fields) -> String },
    /// Prints what is known of the access point `NAME`, given by its place.
    ViewOf { fields: fn(&View, usize) -> Fields, text: fn(&Fields) -> String },
    /// Changes the machine.
    Act(fn(&mut Machine, Duration) -> Answer),
    /// Changes the machine, by the word in capitals.
    ActWith(fn(&mut Machine, Duration, &str) -> Answer),
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
    /// True if the running configuration is saved now: its world has to keep it.
    pub saves: bool,
}

impl Answer {
    pub(crate) fn printed(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

/// Returns the output of the show command `line` for `snapshot`, of a controller of which nothing else is known; `None` if it is not a
/// show command, or one about an access point that it names.
pub fn show(snapshot: &Snapshot, line: &str) -> Option<Output> {
    show_view(snapshot, || View::of(snapshot), line)
}

/// Returns the output of the show command `line`; `None` as for [`show`]. `view` is called if the state alone does not suffice.
pub(crate) fn show_view(snapshot: &Snapshot, view: impl FnOnce() -> View, line: &str) -> Option<Output> {
    if line.split_whitespace().eq(web::PAGE.split(' ')) {
        return Some(web::page(snapshot));
    }
    let typed = COMMANDS.read(line).ok()?;
    let (fields, text) = match typed.command.effect.0 {
        Kind::Show { fields, text } => (fields(snapshot), text),
        Kind::View { fields, text } => (fields(&view()), text),
        Kind::ViewOf { .. } | Kind::Act(_) | Kind::ActWith(_) | Kind::ActOn(_) => return None,
    };
    Some(typed.output(text(&fields), fields))
}

/// Returns what is printed about the access point called `name`.
pub(crate) fn text_of(
    view: &View,
    name: &str,
    fields: fn(&View, usize) -> Fields,
    text: fn(&Fields) -> String,
) -> String {
    match view.state.aps.iter().position(|ap| ap.name == name) {
        Some(place) => text(&fields(view, place)),
        None => unverified::no_such_ap(name),
    }
}

/// Returns true if `line` names an access point.
pub fn names_access_point(line: &str) -> bool {
    COMMANDS.read(line).is_ok_and(|typed| typed.command.words.split(' ').any(|word| word == "NAME"))
}

/// Returns true if `line` orders the access point `name` to predownload, alone or with all others.
pub fn predownloads(line: &str, name: &str) -> bool {
    let Ok(typed) = COMMANDS.read(line) else { return false };
    match typed.command.words {
        words if words == predownload::OF_SITE.words => typed.argument == Some(predownload::SITE_TAG),
        words if words == predownload::OF_ALL.words || words == install::ADD_PROFILE.words => true,
        words if words == predownload::OF_ONE.words => typed.argument == Some(name),
        _ => false,
    }
}

/// Returns the show commands, written out, and the name of the page *Software Upgrade*.
pub fn show_commands() -> impl Iterator<Item = &'static str> {
    let shows =
        |command: &&Command<Effect>| matches!(command.effect.0, Kind::Show { .. } | Kind::View { .. });
    COMMANDS.commands.iter().filter(shows).map(|command| command.words).chain([web::PAGE])
}

/// Returns a time as hours, minutes and seconds: `01:49:42`.
pub(crate) fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Lays out a line of cells, each as wide as its column.
fn laid_out<const COLUMNS: usize>(cells: &[impl AsRef<str>], widths: [usize; COLUMNS]) -> String {
    let cells: String =
        cells.iter().zip(widths).map(|(cell, width)| format!("{:<width$}", cell.as_ref())).collect();
    cells + "\n"
}

/// Returns the regulatory domain of a model: that of `C9120AXE-D` is `D`, and `B` if the name states none.
fn domain(model: &str) -> &str {
    catalogue::regulatory_domain(model).unwrap_or("B")
}

const fn shows(
    words: &'static str,
    fields: fn(&Snapshot) -> Fields,
    text: fn(&Fields) -> String,
) -> Command<Effect> {
    Command { words, prints: true, effect: Effect(Kind::Show { fields, text }) }
}

const fn views(
    words: &'static str,
    fields: fn(&View) -> Fields,
    text: fn(&Fields) -> String,
) -> Command<Effect> {
    Command { words, prints: true, effect: Effect(Kind::View { fields, text }) }
}

const fn views_of(
    words: &'static str,
    fields: fn(&View, usize) -> Fields,
    text: fn(&Fields) -> String,
) -> Command<Effect> {
    Command { words, prints: true, effect: Effect(Kind::ViewOf { fields, text }) }
}

const fn acts(words: &'static str, act: fn(&mut Machine, Duration) -> Answer) -> Command<Effect> {
    Command { words, prints: false, effect: Effect(Kind::Act(act)) }
}

const fn acts_on(words: &'static str, act: fn(&mut Machine, Duration, usize)) -> Command<Effect> {
    Command { words, prints: false, effect: Effect(Kind::ActOn(act)) }
}

const fn acts_with(words: &'static str, act: fn(&mut Machine, Duration, &str) -> Answer) -> Command<Effect> {
    Command { words, prints: false, effect: Effect(Kind::ActWith(act)) }
}
