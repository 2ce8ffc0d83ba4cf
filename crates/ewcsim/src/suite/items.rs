//! The items of a run that are compared with snapshots: the logs and `show` outputs that the scenario names, its timeline, its
//! events.

use std::fmt::Write as _;

use scenario::{Scenario, Snapshot};

use crate::clock::WallClock;
use crate::report::show_name;
use crate::verdict::Finished;
use crate::world::{Prepared, milestones};

/// A text of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The name of its file, without `.snap`: `timeline`, `events`, a host, or a command with dashes for blanks.
    pub name: String,
    /// The text that the run printed.
    pub text: String,
}

/// The source of an item's text.
enum Source<'a> {
    Timeline,
    Of(&'a Snapshot),
}

/// Returns the names of the items of a scenario; empty if it has no `snapshot`.
pub fn item_names(scenario: &Scenario) -> Vec<String> {
    sources(scenario).into_iter().map(|(name, _)| name).collect()
}

/// Returns the items of a run, in the order of [`item_names`].
pub fn items(prepared: &Prepared, finished: &Finished) -> Vec<Item> {
    let text = |source| match source {
        Source::Timeline => timeline(&prepared.scenario, finished),
        Source::Of(Snapshot::Events) => events(&prepared.scenario, finished),
        Source::Of(Snapshot::Log(host)) => log(finished, host),
        Source::Of(Snapshot::Show { command, .. }) => {
            let shows: Vec<_> = finished.shows_at_end(command).collect();
            match shows[..] {
                [one] => one.output.clone(),
                // More than one host answers: each output under the line that was typed.
                _ => {
                    shows.iter().map(|show| format!("{}# {}\n{}", show.host, command, show.output)).collect()
                }
            }
        }
    };
    sources(&prepared.scenario).into_iter().map(|(name, source)| Item { name, text: text(source) }).collect()
}

/// Returns the items with their sources, without duplicates.
fn sources(scenario: &Scenario) -> Vec<(String, Source<'_>)> {
    let mut all: Vec<(String, Source<'_>)> = Vec::new();
    if scenario.snapshot.is_empty() {
        return all;
    }
    all.push(("timeline".to_owned(), Source::Timeline));
    for snapshot in &scenario.snapshot {
        let name = match snapshot {
            // A host may be called `timeline` or `events`.
            Snapshot::Log(host) if host == "timeline" || host == "events" => format!("{host}-log"),
            Snapshot::Events => "events".to_owned(),
            Snapshot::Log(host) => host.clone(),
            Snapshot::Show { command, .. } => show_name(command),
        };
        if all.iter().all(|(taken, _)| *taken != name) {
            all.push((name, Source::Of(snapshot)));
        }
    }
    all
}

fn log(finished: &Finished, host: &str) -> String {
    let host = finished.record.host(host).expect("the hosts of a snapshot are in the run");
    let lines: Vec<&str> = finished.logs.of(host).iter().map(|line| line.text.as_str()).collect();
    lines.join("\n")
}

fn timeline(scenario: &Scenario, finished: &Finished) -> String {
    let clock = WallClock::new(scenario.start);
    milestones(&finished.record).iter().fold(String::new(), |mut out, milestone| {
        // Writing to a String does not fail.
        let _ = writeln!(out, "{} {}: {}", clock.time_of_day(milestone.at), milestone.host, milestone.text);
        out
    })
}

/// Returns the lines of `events.jsonl` in a shorter form: the time of day in milliseconds, and fields without quotes.
fn events(scenario: &Scenario, finished: &Finished) -> String {
    let clock = WallClock::new(scenario.start);
    let plain = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut out = String::new();
    for entry in finished.record.entries().iter() {
        let Ok(serde_json::Value::Object(mut fields)) = serde_json::to_value(&entry.event) else {
            unreachable!("every event is an object with a name");
        };
        let kind = fields.remove("event").expect("an event says what it is");
        let host = finished.record.who(entry);
        let _ = write!(out, "{} {host} {}", clock.time_of_day(entry.at), plain(&kind));
        for (name, value) in &fields {
            let _ = write!(out, " {name}={}", plain(value));
        }
        out.push('\n');
    }
    out
}
