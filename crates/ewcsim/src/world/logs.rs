//! The log of each host: its events as its console or syslog prints them.

use std::time::Duration;

use scenario::{HostKind, Scenario};

use super::record::{Event, Record};
use crate::address::ipv4;
use crate::clock::WallClock;

/// The lines of every host's log.
#[derive(Clone, Debug, Default)]
pub struct Logs(Vec<Vec<Line>>);

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it was printed, since the start of the run.
    pub at: Duration,
    /// The event that it tells of: an index into the record.
    pub entry: usize,
    /// What it says.
    pub text: String,
}

impl Logs {
    /// Renders the record of a run of `scenario`.
    pub fn render(scenario: &Scenario, record: &Record) -> Self {
        let clock = WallClock::new(scenario.start);
        let dialects: Vec<Option<catalogue::Dialect>> = record
            .hosts()
            .iter()
            .map(|name| match scenario.host(name)?.kind {
                HostKind::AccessPoint(index) => Some(scenario.access_points[index].console),
                HostKind::Controller(_) | HostKind::Server(_) | HostKind::Stranger(_) => None,
            })
            .collect();
        let clocks: Vec<WallClock> = record
            .hosts()
            .iter()
            .map(|name| match scenario.host(name).map(|host| host.kind) {
                Some(HostKind::Server(index)) => clock.ahead(scenario.servers[index].clock),
                _ => clock,
            })
            .collect();
        let controller = ipv4(scenario.controllers[0].address);
        let mut logs = vec![Vec::new(); record.hosts().len()];
        for (index, entry) in record.entries().iter().enumerate() {
            let at = entry.at;
            let log = &mut logs[entry.host];
            let line = |text| Line { at, entry: index, text };
            match &entry.event {
                Event::AccessPoint(event) => {
                    let Some(dialect) = dialects[entry.host] else { continue };
                    let lines = ap::lines(event, dialect);
                    if !lines.is_empty() {
                        let time = clock.console(at);
                        log.extend(lines.iter().map(|printed| line(printed.at(&time).to_string())));
                    }
                }
                Event::Controller(event) => {
                    if let Some(message) = ewc::syslog::message(event, controller) {
                        log.push(line(ewc::syslog::line(&clock.ios(at), &message)));
                    }
                }
                Event::TftpdHpa(_) | Event::Tftpd64(_) | Event::OpenSsh(_) => {
                    let hostname = &record.hosts()[entry.host];
                    let clock = clocks[entry.host];
                    log.extend(server_line(&clock, at, hostname, &entry.event).map(line));
                }
                Event::World(_) => {}
            }
        }
        Self(logs)
    }

    /// The lines of the host with this index in the record.
    pub fn of(&self, host: usize) -> &[Line] {
        &self.0[host]
    }

    /// The log of a host as a file.
    pub fn text(&self, host: usize) -> String {
        self.0[host].iter().flat_map(|line| [line.text.as_str(), "\n"]).collect()
    }
}

/// What a server writes into its log about an event of its own, if anything.
pub(crate) fn server_line(clock: &WallClock, at: Duration, hostname: &str, event: &Event) -> Option<String> {
    match event {
        Event::TftpdHpa(event) => tftpd::tftpd_hpa::line(&clock.syslog(at), hostname, event),
        Event::Tftpd64(event) => tftpd::tftpd64::line(&clock.tftpd64(at), event),
        Event::OpenSsh(event) => openssh::line(&clock.syslog(at), hostname, event),
        Event::AccessPoint(_) | Event::Controller(_) | Event::World(_) => None,
    }
}
