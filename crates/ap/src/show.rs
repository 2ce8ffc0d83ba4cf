//! `show` commands on the access point's own console.

use std::cell::Ref;
use std::time::Duration;

use command_line::{Command, Fields, Output, Table, Typed};
use image::Version;
use sha2::{Digest as _, Sha512};

use crate::render::unverified;
use crate::{AccessPoint, Flash, Partition, State, Status};

/// All commands.
pub static COMMANDS: Table<Effect> = Table {
    commands: &[
        shows("show version", VERSION, version),
        shows("show boot", BOOT, boot),
        shows("show capwap client rcb", CLIENT_RCB, client_rcb),
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
    /// Prints labelled lines, and all of its text.
    Show { rows: &'static [Row], text: fn(&Console<'_>, &Lines) -> String },
    /// The access point goes down in order and boots again.
    Reload,
}

const fn shows(
    words: &'static str,
    rows: &'static [Row],
    text: fn(&Console<'_>, &Lines) -> String,
) -> Command<Effect> {
    Command { words, prints: true, effect: Effect(Kind::Show { rows, text }) }
}

/// Returns the show commands, written out.
pub fn show_commands() -> impl Iterator<Item = &'static str> {
    COMMANDS.commands.iter().filter(|command| command.prints).map(|command| command.words)
}

/// A label, and the function that reads its value.
type Row = (&'static str, fn(&Console<'_>) -> String);
/// Labels and values.
type Lines = Vec<(&'static str, String)>;

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
/// `date` formats the time that lies the second duration before the first, a time since the start of the run, as `Tue Jan 23 19:26:02 UTC 2024`. Lines of the
/// real commands that this simulator has no data for (radio drivers, processor, build dates) are left out.
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
    let Kind::Show { rows, text } = typed.command.effect.0 else { return None };
    let console = Console {
        access_point,
        status: access_point.status.borrow(),
        flash: access_point.flash.borrow(),
        now,
        date,
    };
    let lines = rows.iter().map(|(label, value)| (*label, value(&console))).collect();
    let text = text(&console, &lines);
    Some(typed.output(text, Fields { lines, ..Fields::default() }))
}

/// Returns the output of the show command `line` with empty values and without text; `None` if it is not one of
/// [`show_commands`].
pub fn show_labels(line: &str) -> Option<Output> {
    let typed = COMMANDS.read(line).ok()?;
    let Kind::Show { rows, .. } = typed.command.effect.0 else { return None };
    let lines = rows.iter().map(|(label, _)| (*label, String::new())).collect();
    let fields = Fields { lines, ..Fields::default() };
    Some(typed.output(String::new(), fields))
}

const BOOT: &[Row] = &[("BOOT path-list", |console| console.flash.boot().to_string())];

/// Returns the boot path. A halted device has no command line; its answer is in this simulator's words.
fn boot(console: &Console<'_>, lines: &Lines) -> String {
    let mut text: String = lines.iter().map(|(label, value)| format!("{label}:      {value}\n")).collect();
    if console.status.state == State::Halted {
        for partition in Partition::BOTH {
            let why = console.status.refused[partition as usize].as_deref().unwrap_or("not looked at");
            text.push_str(&format!("{partition} does not boot: {why}\n"));
        }
    }
    text
}

const RUNNING: &str = "AP Running Image";

const VERSION: &[Row] = &[
    ("Last reload time", |console| (console.date)(console.status.started, console.access_point.up_before())),
    ("Last reload reason", |console| console.status.reload_reason.to_string()),
    (RUNNING, |console| printed(console.status.running)),
    ("Primary Boot Image", |console| printed(console.flash.version(console.primary()))),
    ("Backup Boot Image", |console| printed(console.flash.version(console.primary().other()))),
    ("Primary Boot Image Hash", |console| hash(&console.flash, console.primary())),
    ("Backup  Boot Image Hash", |console| hash(&console.flash, console.primary().other())),
];

/// Lays out `show version` as in genieparser, cheetah ShowVersion.
fn version(console: &Console<'_>, lines: &Lines) -> String {
    let AccessPoint { name, model, serial, image_type, .. } = console.access_point;
    let up =
        console.now.saturating_sub(console.status.started).saturating_add(console.access_point.up_before());
    let minutes = up.as_secs() / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let mut text = format!(
        "\
Cisco AP Software, ({image_type}), [simulated]
Technical Support: http://www.cisco.com/techsupport

ROM: Bootstrap program is U-Boot boot loader

{name} uptime is {days} days, {hours} hours, {minutes} minutes
"
    );
    for (label, value) in lines {
        let width = if label.starts_with("Last") { 18 } else { 20 };
        // A label that is too long has no blank before the colon.
        let blank = if label.len() > width { "" } else { " " };
        if *label == RUNNING {
            text += &format!("\ncisco {model}\nProcessor board ID {serial}\n");
        }
        text += &format!("{label:<width$}{blank}: {value}\n");
    }
    text
}

const CLIENT_RCB: &[Row] = &[
    ("AdminState", |_| "ADMIN_ENABLED".to_owned()),
    ("OperationState", |console| console.status.state.operation_state().to_owned()),
    ("Name", |console| console.access_point.name.clone()),
    ("SwVer", |console| printed(console.status.running)),
    ("HwVer", |_| "1.0.0.0".to_owned()),
    ("MwarApMgrIp", |console| match console.controller() {
        "" => "::".to_owned(),
        _ => console.access_point.controller.to_string(),
    }),
    ("MwarName", |console| console.controller().to_owned()),
    ("MwarHwVer", |_| "0.0.0.0".to_owned()),
    ("Location", |_| "default location".to_owned()),
    ("ApMode", |_| "Local".to_owned()),
    ("ApSubMode", |_| "Not Configured".to_owned()),
    ("CAPWAP Path MTU", |console| console.path_mtu().to_string()),
    ("Software Initiated Reload Reason", |console| console.status.reload_reason.to_string()),
];

/// Lays out `show capwap client rcb` as in genieparser, cheetah ShowCapwapClientRcb.
fn client_rcb(_: &Console<'_>, lines: &Lines) -> String {
    lines.iter().map(|(key, value)| format!("{key:<34} : {value}").trim_end().to_owned() + "\n").collect()
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

    /// Returns the path MTU in use, in bytes.
    fn path_mtu(&self) -> u16 {
        let settings = &self.access_point.settings;
        match self.status.state {
            State::Boot | State::Halted => 0,
            _ if self.status.controller.is_none() => settings.path_mtu_discovery,
            _ => self.status.path_mtu.unwrap_or(settings.channel.path_mtu),
        }
    }
}

/// Returns the version as the device prints it: zeros if there is none.
fn printed(version: Option<Version>) -> String {
    version.unwrap_or(Version::NONE).to_string()
}

/// Returns a hash of the image. The input of the real hash is unknown; this one depends on every byte of the image.
fn hash(flash: &Flash, partition: Partition) -> String {
    let mut hash = Sha512::new();
    for member in flash.files(partition) {
        hash.update(member.content.sha256());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
