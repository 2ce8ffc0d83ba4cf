//! A change of a night: another profile, another server, a rule of a firewall, a file.

use std::fmt::Write as _;
use std::time::Duration;

use text::durations::short;
use text::secrets::starred;

/// The time between a change of the configuration and the first command.
const BEFORE: Duration = Duration::from_secs(120);

/// Something that is done in another way than the lab has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    /// What it is, in words.
    pub(super) what: String,
    /// The lines to type at the controller, in configuration mode.
    pub(super) config: Vec<String>,
    /// Further actions before the night, as entries of a timeline without their time: `permit: { ... }`.
    pub(super) actions: Vec<String>,
    /// Keys of the scenario, as YAML: another server, other links.
    pub(super) network: String,
    /// What has to be there for it.
    pub(super) note: Option<String>,
}

impl Change {
    /// Writes the entries of the timeline, which come a little before `lead`.
    pub(super) fn write_timeline(
        &self,
        out: &mut String,
        controller: &str,
        lead: Duration,
    ) -> std::fmt::Result {
        let at = short(lead.saturating_sub(BEFORE));
        for action in &self.actions {
            writeln!(out, "  - {{ at: {at}, {action} }}")?;
        }
        if self.config.is_empty() {
            return Ok(());
        }
        writeln!(out, "  - at: {at}\n    configure:\n      controller: {controller}\n      config: |")?;
        for line in &self.config {
            writeln!(out, "        {}", line.replace("${", "$${"))?;
        }
        let saved = short(lead.saturating_sub(BEFORE / 2));
        writeln!(out, "  - {{ at: {saved}, exec: {{ controller: {controller}, command: write memory }} }}")
    }

    /// Returns the commands as a runbook has them, without passwords.
    pub(super) fn commands(&self) -> Vec<String> {
        if self.config.is_empty() {
            return Vec::new();
        }
        let begin = ["configure terminal".to_owned()];
        let end = ["end".to_owned(), "write memory".to_owned()];
        let lines = self.config.iter().map(|line| starred(line));
        begin.into_iter().chain(lines).chain(end).collect()
    }
}
