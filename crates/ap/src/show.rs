//! `show` commands on the access point's own console.

use std::time::Duration;

use command_line::{Command, Fields, Output, Table};

use crate::{Partition, State, StateSnapshot};

/// The commands that [`show`] knows.
pub static COMMANDS: Table<Show> = Table(&[
    Command { words: "show version", effect: Show { lines: version_lines, text: version } },
    Command { words: "show boot", effect: Show { lines: boot_lines, text: boot } },
    Command { words: "show capwap client rcb", effect: Show { lines: rcb_lines, text: capwap_client_rcb } },
]);

/// What a command shows: its labelled lines, and all of its text.
#[derive(Debug)]
pub struct Show {
    lines: fn(&StateSnapshot, Date<'_>) -> Lines,
    text: fn(&StateSnapshot, &Lines) -> String,
}

type Lines = Vec<(&'static str, String)>;

/// Formats a time since the start of the run.
type Date<'a> = &'a dyn Fn(Duration) -> String;

/// What the show command `line` prints; `None` if it is none of [`COMMANDS`]. By field, lines that have no label are left out.
///
/// `date` formats a time since the start of the run as `Tue Jan 23 19:26:02 UTC 2024`. A `| include` is not known. Lines of the
/// real commands that this simulator has nothing for (radio drivers, processor, build dates) are left out.
pub fn show(state: &StateSnapshot, line: &str, date: impl Fn(Duration) -> String) -> Option<Output> {
    let command = COMMANDS.read(line).ok()?.command;
    let lines = (command.effect.lines)(state, &date);
    let text = (command.effect.text)(state, &lines);
    Some(Output { command: command.words, text, fields: Fields { lines, ..Fields::default() } })
}

const BOOT_PATH: &str = "BOOT path-list";

fn boot_lines(state: &StateSnapshot, _: Date<'_>) -> Lines {
    vec![(BOOT_PATH, state.boot.to_string())]
}

/// A device that boots nothing has no command line; what it is asked is answered in this simulator's words.
fn boot(state: &StateSnapshot, lines: &Lines) -> String {
    let mut text: String = lines.iter().map(|(label, value)| format!("{label}:      {value}\n")).collect();
    if state.state == State::Halted {
        for partition in Partition::BOTH {
            let why = state.refused[partition as usize].as_deref().unwrap_or("not looked at");
            text.push_str(&format!("{partition} does not boot: {why}\n"));
        }
    }
    text
}

/// Layout: genieparser, cheetah ShowVersion.
fn version(state: &StateSnapshot, lines: &Lines) -> String {
    let StateSnapshot { name, model, serial, image_type, .. } = state;
    let minutes = state.now.saturating_sub(state.started).as_secs() / 60;
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
        // Where the label is longer than that, nothing stands before the colon.
        let blank = if label.len() > width { "" } else { " " };
        if *label == RUNNING {
            text += &format!("\ncisco {model}\nProcessor board ID {serial}\n");
        }
        text += &format!("{label:<width$}{blank}: {value}\n");
    }
    text
}

const RUNNING: &str = "AP Running Image";

/// The labelled lines of `show version`.
fn version_lines(state: &StateSnapshot, date: Date<'_>) -> Lines {
    let [primary_hash, backup_hash] = state.hashes.clone();
    vec![
        ("Last reload time", date(state.started)),
        ("Last reload reason", state.reload_reason.to_string()),
        (RUNNING, state.running.to_string()),
        ("Primary Boot Image", state.primary.to_string()),
        ("Backup Boot Image", state.backup.to_string()),
        ("Primary Boot Image Hash", primary_hash),
        ("Backup  Boot Image Hash", backup_hash),
    ]
}

/// Layout: genieparser, cheetah ShowCapwapClientRcb.
fn capwap_client_rcb(_: &StateSnapshot, lines: &Lines) -> String {
    lines.iter().map(|(key, value)| format!("{key:<34} : {value}").trim_end().to_owned() + "\n").collect()
}

fn rcb_lines(state: &StateSnapshot, _: Date<'_>) -> Lines {
    let joined = !state.controller.is_empty();
    vec![
        ("AdminState", "ADMIN_ENABLED".to_owned()),
        ("OperationState", state.state.operation_state().to_owned()),
        ("Name", state.name.clone()),
        ("SwVer", state.running.to_string()),
        ("HwVer", "1.0.0.0".to_owned()),
        ("MwarApMgrIp", if joined { state.controller_address.to_string() } else { "::".to_owned() }),
        ("MwarName", state.controller.clone()),
        ("MwarHwVer", "0.0.0.0".to_owned()),
        ("Location", "default location".to_owned()),
        ("ApMode", "Local".to_owned()),
        ("ApSubMode", "Not Configured".to_owned()),
        ("CAPWAP Path MTU", state.path_mtu.to_string()),
        ("Software Initiated Reload Reason", state.reload_reason.to_string()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ReloadReason;

    fn state() -> StateSnapshot {
        StateSnapshot {
            now: Duration::from_secs(2 * 86_400 + 3 * 3600 + 4 * 60 + 5),
            started: Duration::ZERO,
            name: "AP5C5A.C752.01DC".into(),
            state: State::Run,
            reload_reason: ReloadReason::ImageUpgrade,
            boot: Partition::Part2,
            running: "17.15.0.10".parse().expect("a version"),
            primary: "17.15.0.10".parse().expect("a version"),
            hashes: ["12ab".into(), String::new()],
            ..StateSnapshot::default()
        }
    }

    fn shown(command: &str) -> Option<String> {
        show(&state(), command, |_| "Tue Jan 23 19:26:02 UTC 2024".into()).map(|output| output.text)
    }

    #[test]
    fn show_version_has_the_lines_that_upgrades_are_judged_by() {
        let text = shown("show version").expect("known");
        for line in [
            "AP5C5A.C752.01DC uptime is 2 days, 3 hours, 4 minutes",
            "Last reload time   : Tue Jan 23 19:26:02 UTC 2024",
            "Last reload reason : Image Upgrade",
            "AP Running Image     : 17.15.0.10",
            "Primary Boot Image   : 17.15.0.10",
            "Backup Boot Image    : 0.0.0.0",
            "Primary Boot Image Hash: 12ab",
            "Backup  Boot Image Hash: ",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} not in\n{text}");
        }
    }

    #[test]
    fn show_boot_and_rcb() {
        assert_eq!(shown("show  boot").as_deref(), Some("BOOT path-list:      part2\n"));
        let rcb = shown("show capwap client rcb").expect("known");
        assert!(rcb.contains("OperationState                     : UP\n"), "{rcb}");
        assert_eq!(shown("show clock"), None);
        assert_eq!(shown("sh cap cl rcb"), shown("show capwap client rcb"));
    }
}
