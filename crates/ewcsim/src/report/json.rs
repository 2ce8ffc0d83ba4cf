//! A run as data: `run.json` and `--format json`.

use std::time::Duration;

use image::Version;
use scenario::{AccessPoint, Scenario};
use serde::Serialize;

use crate::clock::WallClock;
use crate::report::digest;
use crate::verdict::{Finished, InForce, Judgement, Outcome, Violation};
use crate::world::{Event, Record};

/// A run and its verdict. Times are seconds since the start of the run.
#[derive(Clone, Debug, Serialize)]
pub struct RunReport {
    /// The scenario's file, as given.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// The seed.
    pub seed: u64,
    /// The simulated wall clock at the start.
    pub start: String,
    /// When the run ended.
    pub end_s: f64,
    /// `passed`, `failed`, `inconclusive` or `interrupted`.
    pub verdict: String,
    /// Each expectation.
    pub expectations: Vec<ExpectationReport>,
    /// Invariants that did not hold.
    pub violations: Vec<Violation>,
    /// Invariants that did not hold because of damage which the scenario did.
    pub waived: Vec<Violation>,
    /// Each access point at the end.
    pub access_points: Vec<ApReport>,
    /// Parameters that were set, passwords starred.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<SettingReport>,
    /// Known defects in force at the start.
    pub quirks: Vec<InForce>,
    /// What ranges came to.
    pub drawn: Vec<DrawnReport>,
    /// What a person should know of the run: entries of the timeline that never happened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Packets that hosts sent, that arrived, and that were dropped on the way.
    pub packets: PacketsReport,
    /// SHA-256 over all events, logs and `show ap image`: equal for equal runs.
    pub digest: String,
    /// The command that repeats the run.
    pub again: String,
}

/// One expectation.
#[derive(Clone, Debug, Serialize)]
pub struct ExpectationReport {
    /// In words.
    pub expected: String,
    /// `passed`, `failed` or `inconclusive`.
    pub outcome: &'static str,
    /// When it held.
    pub at_s: Option<f64>,
    /// What was the case instead.
    pub actual: Option<String>,
    /// Of a failure, what comes near to what was wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near: Option<String>,
    /// Of a failure, the last things that happened on the hosts concerned before it was decided.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub last_events: Vec<LastEventReport>,
    /// Line of the scenario.
    pub line: usize,
}

/// Something that happened before a failure was decided.
#[derive(Clone, Debug, Serialize)]
pub struct LastEventReport {
    /// When.
    pub at_s: f64,
    /// On which host.
    pub host: String,
    /// What.
    pub text: String,
}

/// One access point at the end.
#[derive(Clone, Debug, Serialize)]
pub struct ApReport {
    /// Its name.
    pub name: String,
    /// Its model.
    pub model: String,
    /// The image file it takes.
    pub image_type: String,
    /// What it is doing.
    pub state: ap::State,
    /// The version that runs.
    pub running: String,
    /// The version in the other partition.
    pub backup: String,
    /// Why it boots nothing, if that is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boots_nothing: Option<String>,
    /// How often it has started.
    pub boots: u64,
    /// Downloads asked for.
    pub downloads_requested: u64,
    /// Downloads that were complete and verified.
    pub downloads_completed: u64,
    /// Downloads given up.
    pub downloads_failed: u64,
    /// From the request to the last byte of the last download, if it is complete.
    pub download_s: Option<f64>,
    /// When it was last in service.
    pub in_service_at_s: Option<f64>,
}

/// A parameter that was set.
#[derive(Clone, Debug, Serialize)]
pub struct SettingReport {
    /// Its name.
    pub name: String,
    /// Its value; stars where it ends as a password.
    pub value: String,
}

/// One value that was drawn from a range.
#[derive(Clone, Debug, Serialize)]
pub struct DrawnReport {
    /// Whose: `network.links.wan.latency`.
    pub path: String,
    /// What it was drawn from.
    pub range: String,
    /// What came out.
    pub value: String,
}

/// Packets, counted.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PacketsReport {
    /// Sent by hosts.
    pub sent: u64,
    /// Arrived.
    pub arrived: u64,
    /// Dropped by links and firewalls, or without a host to go to.
    pub dropped: u64,
}

impl RunReport {
    /// The report of a run of `scenario`.
    pub fn new(scenario: &Scenario, finished: &Finished) -> Self {
        Self {
            scenario: scenario.path.clone(),
            title: scenario.title.clone(),
            seed: finished.seed,
            start: WallClock::new(scenario.start).rfc3339(Duration::ZERO),
            end_s: finished.end.as_secs_f64(),
            verdict: finished.verdict().to_string(),
            expectations: expectations(scenario, finished),
            violations: finished.violations.clone(),
            waived: finished.waived.clone(),
            access_points: scenario
                .access_points
                .iter()
                .zip(&finished.access_points)
                .map(|(setup, status)| access_point(setup, status))
                .collect(),
            set: scenario
                .set
                .iter()
                .map(|set| SettingReport { name: set.name.clone(), value: set.value.clone() })
                .collect(),
            quirks: finished.quirks.clone(),
            drawn: finished
                .drawn
                .iter()
                .map(|drawn| DrawnReport {
                    path: drawn.path.clone(),
                    range: drawn.range.clone(),
                    value: drawn.value.clone(),
                })
                .collect(),
            warnings: finished.untriggered.iter().map(|never| never.sentence(scenario)).collect(),
            packets: PacketsReport {
                sent: finished.stats.sent,
                arrived: finished.stats.arrived,
                dropped: finished.stats.dropped,
            },
            digest: run_digest(scenario, finished),
            again: again(scenario, finished),
        }
    }
}

/// The command that repeats a run.
pub(crate) fn again(scenario: &Scenario, finished: &Finished) -> String {
    let mut again = format!("ewcsim run {} --seed {}", shell_word(&scenario.path), finished.seed);
    for setting in &scenario.set {
        again.push_str(" --set ");
        again.push_str(&shell_word(&format!("{}={}", setting.name, setting.value)));
    }
    again
}

/// Every event as a line of JSON.
pub(crate) fn events(scenario: &Scenario, record: &Record) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        at_s: f64,
        time: String,
        host: &'a str,
        #[serde(flatten)]
        event: &'a Event,
    }
    let clock = WallClock::new(scenario.start);
    let mut out = String::new();
    for entry in record.entries().iter() {
        let line = Line {
            at_s: entry.at.as_secs_f64(),
            time: clock.rfc3339(entry.at),
            host: record.who(entry),
            event: &entry.event,
        };
        // Events hold texts, numbers and addresses: nothing that JSON cannot.
        out.push_str(&serde_json::to_string(&line).expect("events serialize"));
        out.push('\n');
    }
    out
}

fn run_digest(scenario: &Scenario, finished: &Finished) -> String {
    let events = events(scenario, &finished.record);
    let logs: Vec<String> = (0..finished.record.hosts().len()).map(|host| finished.logs.text(host)).collect();
    // What else was asked to be shown does not make it another run.
    let outputs =
        finished.shows.iter().filter(|show| show.command == "show ap image").map(|show| show.output.as_str());
    digest(std::iter::once(events.as_str()).chain(logs.iter().map(String::as_str)).chain(outputs))
}

fn expectations(scenario: &Scenario, finished: &Finished) -> Vec<ExpectationReport> {
    let report = |judgement: &Judgement| {
        let (outcome, at_s, actual) = match &judgement.outcome {
            Outcome::Passed { at } => ("passed", Some(at.as_secs_f64()), None),
            Outcome::Failed { actual } => ("failed", None, Some(actual.clone())),
            Outcome::Inconclusive { actual } => ("inconclusive", None, Some(actual.clone())),
        };
        ExpectationReport {
            expected: judgement.expected.clone(),
            outcome,
            at_s,
            actual,
            near: judgement.near.clone(),
            last_events: judgement
                .last_events
                .iter()
                .map(|event| LastEventReport {
                    at_s: event.at.as_secs_f64(),
                    host: event.host.clone(),
                    text: event.text.clone(),
                })
                .collect(),
            line: scenario.sources.location(judgement.span).line,
        }
    };
    finished.judgements.iter().map(report).collect()
}

fn access_point(setup: &AccessPoint, status: &ap::Status) -> ApReport {
    let download_s = status
        .download
        .and_then(|download| Some(download.completed?.saturating_sub(download.requested).as_secs_f64()));
    let version = |version: Option<Version>| version.unwrap_or(Version::NONE).to_string();
    let [_, backup] = status.after_reload();
    ApReport {
        name: setup.name.clone(),
        model: setup.model.clone(),
        image_type: setup.image_type.clone(),
        state: status.state,
        running: version(status.running),
        backup: version(backup),
        boots_nothing: boots_nothing(status),
        boots: status.boots,
        downloads_requested: status.downloads_requested,
        downloads_completed: status.downloads_completed,
        downloads_failed: status.downloads_failed,
        download_s,
        in_service_at_s: status.in_service.map(|at| at.as_secs_f64()),
    }
}

/// Why it boots nothing: what is wrong with each partition.
fn boots_nothing(status: &ap::Status) -> Option<String> {
    let refused = |partition: ap::Partition| {
        Some(format!("{partition}: {}", status.refused[partition as usize].as_ref()?))
    };
    let why: Vec<String> = ap::Partition::BOTH.into_iter().filter_map(refused).collect();
    (status.state == ap::State::Halted).then(|| why.join("; "))
}

/// A path as a shell takes it.
pub(crate) fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::shell_word;

    #[test]
    fn paths_survive_a_shell() {
        assert_eq!(shell_word("scenarios/field/tftp-join.yaml"), "scenarios/field/tftp-join.yaml");
        assert_eq!(shell_word("my plan.yaml"), "'my plan.yaml'");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
    }
}
