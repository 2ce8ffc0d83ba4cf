//! The scenario of a night: the lab, the operator's commands, and what each access point is to run in the end.
//!
//! It is a scenario like any other, as text: `ewcsim run` repeats a rehearsed night from it.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use text::durations::short;

use super::change::Change;

/// The time from the start of a run to the first command: access points that boot at the start are in service by then.
pub(crate) const LEAD: Duration = Duration::from_secs(600);

/// The time that the operator takes to look at a result before the next command.
const LOOK: Duration = Duration::from_secs(60);

/// The time from the activation to the commit. A controller and its access points are back in a quarter of an hour or so; the auto-abort
/// timer has two hours.
pub(super) const COMMIT_AFTER: Duration = Duration::from_secs(30 * 60);

/// The window of a network that does not run.
const UNBOUNDED: Duration = Duration::from_secs(300 * 86_400);

/// The first command of a night.
pub(super) const ADD: &str = "install add profile default";

/// The states in which an upgrade is ready to be activated, or as ready as it becomes.
const READY: [&str; 4] = [
    "controller_predownload_complete",
    "controller_predownload_failed",
    "ap_predownload_failed",
    "ap_predownload_unsupported",
];

/// The scenario of a night, before it is written.
#[derive(Clone, Debug)]
pub(super) struct Night {
    /// The lab's file, as the scenario names it.
    pub(super) lab: String,
    /// Its title.
    pub(super) title: String,
    /// The wall clock at the first command; that of the lab if there is none.
    pub(super) start: Option<Timestamp>,
    /// The length of the window, from the first command.
    pub(super) window: Duration,
    /// What is to be rehearsed; without it, only the network is there.
    pub(super) upgrade: Option<Upgrade>,
    /// Parameters of the lab that are set, beside those that the caller has set.
    pub(super) set: Vec<(String, String)>,
    /// Facts of the catalogue with their values or ranges.
    pub(super) facts: Vec<(String, String)>,
    /// What is not modelled, and accepted.
    pub(super) accepted: Vec<String>,
    /// What is done in another way than the lab has it.
    pub(super) changes: Vec<Change>,
}

/// The commands of the night, and what is to come of them.
#[derive(Clone, Debug)]
pub(super) struct Upgrade {
    /// The controller.
    pub(super) controller: String,
    /// The access points, the controller's own included.
    pub(super) access_points: Vec<String>,
    /// The version that they are to run.
    pub(super) version: String,
    /// How the night ends.
    pub(super) end: NightEnd,
}

/// The way in which a night ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NightEnd {
    /// The release is committed.
    Commit,
    /// The upgrade is activated and then aborted: the way back.
    Abort,
}

impl Night {
    /// Writes the scenario.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a String does not fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "scenario: {}", quoted(&self.title))?;
        writeln!(out, "extends: {}", quoted(&self.lab))?;
        if let Some(start) = self.start {
            let before = start.checked_sub(LEAD).unwrap_or(start);
            writeln!(out, "start: {before}")?;
        }
        // Without an upgrade nothing runs: whatever the lab plans for itself has its place then.
        let window = if self.upgrade.is_some() { self.window } else { UNBOUNDED };
        writeln!(out, "until: {}", written(LEAD + window))?;
        if !self.accepted.is_empty() {
            let names: Vec<String> = self.accepted.iter().map(|name| quoted(name)).collect();
            writeln!(out, "accept_unmodelled: [{}]", names.join(", "))?;
        }
        if !self.facts.is_empty() {
            writeln!(out, "catalogue:")?;
            for (key, value) in &self.facts {
                writeln!(out, "  {key}: {value}")?;
            }
        }
        for change in &self.changes {
            out.push_str(&change.network);
        }
        let Some(upgrade) = &self.upgrade else { return writeln!(out, "expect: []") };
        let controller = quoted(&upgrade.controller);
        writeln!(out, "timeline:")?;
        for change in &self.changes {
            change.write_timeline(out, &controller, LEAD)?;
        }
        let exec = |command: &str| format!("exec: {{ controller: {controller}, command: {command} }}");
        writeln!(out, "  - {{ at: {}, {} }}", written(LEAD), exec(ADD))?;
        for state in READY {
            let event =
                format!("host: {controller}, event: upgrade_state_changed, with: {{ state: {state} }}");
            let look = written(LOOK);
            writeln!(out, "  - {{ after: {{ {event}, delay: {look} }}, {} }}", exec("install activate"))?;
        }
        // What does not fit in the window is not typed, and shows in the verdict.
        if COMMIT_AFTER >= self.window {
            return self.write_expectations(out, upgrade);
        }
        let event = format!("host: {controller}, event: activation_started");
        let (command, wait) = match upgrade.end {
            NightEnd::Commit => ("install commit", COMMIT_AFTER),
            NightEnd::Abort => ("install abort", COMMIT_AFTER),
        };
        writeln!(out, "  - {{ after: {{ {event}, delay: {} }}, {} }}", written(wait), exec(command))?;
        self.write_expectations(out, upgrade)
    }

    fn write_expectations(&self, out: &mut String, upgrade: &Upgrade) -> std::fmt::Result {
        writeln!(out, "expect:")?;
        for name in &upgrade.access_points {
            let (name, version) = (quoted(name), &upgrade.version);
            writeln!(out, "  - {{ access_points: {name}, running: {version}, state: registered }}")?;
        }
        Ok(())
    }
}

/// Writes a text between quotes, with nothing in it that YAML or parameters would replace.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON").replace("${", "$${")
}

/// Writes a duration as scenarios have it.
fn written(duration: Duration) -> String {
    short(duration).replace(' ', "")
}
