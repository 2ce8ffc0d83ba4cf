//! The log of each host: its events as printed on its console or in its syslog.

use std::time::Duration;

use super::device::{Blueprint, Hosts};
use super::record::Record;

/// The lines of every host's log.
#[derive(Clone, Debug, Default)]
pub struct Logs(Vec<Vec<Line>>);

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The time when it was printed, since the start of the run.
    pub at: Duration,
    /// The event that it reports: an index into the record.
    pub entry: usize,
    /// The text.
    pub text: String,
    /// False if no source shows it.
    pub verified: bool,
}

/// A line as a host prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Printed {
    /// The text, with the time in front of it.
    pub(crate) text: String,
    /// False if no source shows it.
    pub(crate) verified: bool,
}

impl Logs {
    /// Renders the record of a run of these hosts.
    pub fn render(hosts: &Hosts, record: &Record) -> Self {
        let hosts: Vec<Option<&dyn Blueprint>> = record.hosts().iter().map(|name| hosts.get(name)).collect();
        let mut logs = vec![Vec::new(); hosts.len()];
        for (index, entry) in record.entries().iter().enumerate() {
            let Some((host, log)) = entry.host.and_then(|host| Some((hosts[host]?, &mut logs[host]))) else {
                continue;
            };
            let line = |Printed { text, verified }| Line { at: entry.at, entry: index, text, verified };
            log.extend(host.lines(entry.at, &entry.event).into_iter().map(line));
        }
        Self(logs)
    }

    /// Returns the lines of the host with this index in the record.
    pub fn of(&self, host: usize) -> &[Line] {
        &self.0[host]
    }

    /// Returns the log of a host as a file.
    pub fn text(&self, host: usize) -> String {
        self.0[host].iter().flat_map(|line| [line.text.as_str(), "\n"]).collect()
    }
}
