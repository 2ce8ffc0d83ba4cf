//! A run as data: `run.json` and `--format json`.

use std::time::Duration;

use engine::EngineKind;
use ewc::{ReleaseRow, Snapshot, UpgradeState};
use image::Version;
use indexmap::IndexMap;
use network::{FcsErrors, RuleDrops};
use scenario::{AccessPoint, FaultChoice, Faults, MustViolate, Scenario};
use serde::Serialize;

use crate::clock::WallClock;
use crate::report::again::again;
use crate::report::digest;
use crate::verdict::{
    Finished, InForce, Judgement, LastEvent, Outcome, Undecided, UnverifiedFact, UnverifiedText, Verdict,
    Violation,
};
use crate::world::{Event, NotModelled, Record};

/// A run and its verdict. Times are seconds since the start of the run.
#[derive(Clone, Debug, Serialize)]
pub struct RunReport {
    /// The path of the scenario, as given.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// The seed.
    pub seed: u64,
    /// The simulated wall clock at the start.
    pub start: String,
    /// The time when the run ended.
    pub end_s: f64,
    /// `passed`, `failed`, `inconclusive` or `interrupted`.
    pub verdict: String,
    /// Whether the failures are those that the scenario says must happen, if it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fails_as_stated: Option<bool>,
    /// The result of each expectation.
    pub expectations: Vec<ExpectationReport>,
    /// Invariants that the scenario says must be violated or waived.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub must_violate: Vec<MustViolateReport>,
    /// Violations of invariants.
    pub violations: Vec<Violation>,
    /// Violations of invariants that are due to damage done by the scenario.
    pub waived: Vec<Violation>,
    /// Each access point at the end.
    pub access_points: Vec<ApReport>,
    /// Each controller at the end.
    pub controllers: Vec<ControllerReport>,
    /// Parameters that were set, passwords starred.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<SettingReport>,
    /// What may matter and is not modelled, as accepted by the scenario.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_modelled: Vec<NotModelled>,
    /// The unverified facts that had their effect, unless the scenario states their values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unverified_facts: Vec<UnverifiedFact>,
    /// The unverified texts that expectations matched.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unverified_texts: Vec<UnverifiedText>,
    /// Known defects that something decides which the scenario does not state.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<Undecided>,
    /// Known defects in force at the start.
    pub quirks: Vec<InForce>,
    /// The values drawn from ranges.
    pub drawn: Vec<DrawnReport>,
    /// The faults of the timeline, and whether they are in the variant that was run; nothing if it is the whole scenario.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub swarm: Vec<FaultReport>,
    /// Warnings about the run: an engine whose clock moves in ticks, entries of the timeline that never happened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The packets that hosts sent, that arrived, and that were dropped on the way.
    pub packets: PacketsReport,
    /// The packets that firewalls dropped, by rule, in the order of the first packet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drops: Vec<DropsReport>,
    /// The frames that were damaged on links and dropped at their ends, by direction, in the order of the first frame.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fcs_errors: Vec<FcsErrorsReport>,
    /// SHA-256 over all events, logs and `show ap image`: equal for equal runs.
    pub digest: String,
    /// The command that repeats the run.
    pub again: String,
}

/// A fault of the timeline in a variant of a scenario.
#[derive(Clone, Debug, Serialize)]
pub struct FaultReport {
    /// The fault, with its line: `power off of floor (line 41)`.
    pub fault: String,
    /// True if it is in the variant.
    pub kept: bool,
}

/// A controller at the end of a run.
#[derive(Clone, Debug, Serialize)]
pub struct ControllerReport {
    /// Its name.
    pub name: String,
    /// The state of the upgrade of its network: `ap_predownload_complete`.
    pub upgrade: UpgradeState,
    /// The releases that it holds, the active one first.
    pub releases: Vec<ReleaseRow>,
    /// The rows of the table on its page *Software Upgrade*, each by the headings of the columns.
    pub page: Vec<IndexMap<&'static str, String>>,
}

/// The packets that one rule of a firewall dropped.
#[derive(Clone, Debug, Serialize)]
pub struct DropsReport {
    /// The firewall, or the translation of addresses.
    pub firewall: String,
    /// The rule, as the scenario or an access list has it, or `default`.
    pub rule: String,
    /// The number of packets.
    pub packets: u64,
    /// The time of the first.
    pub first_s: f64,
    /// The time of the last.
    pub last_s: f64,
}

/// The frames that one direction of a link damaged.
#[derive(Clone, Debug, Serialize)]
pub struct FcsErrorsReport {
    /// The link.
    pub link: String,
    /// The direction: `forward` or `reverse`.
    pub direction: String,
    /// The number of frames.
    pub frames: u64,
    /// The time of the first.
    pub first_s: f64,
    /// The time of the last.
    pub last_s: f64,
}

/// The result of one expectation.
#[derive(Clone, Debug, Serialize)]
pub struct ExpectationReport {
    /// The expectation in words.
    pub expected: String,
    /// `passed`, `failed` or `inconclusive`.
    pub outcome: &'static str,
    /// The reason why it must fail, if the scenario says that it must.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub must_fail: Option<String>,
    /// The time when it passed.
    pub at_s: Option<f64>,
    /// The actual state, if it did not pass.
    pub actual: Option<String>,
    /// For a failure of access points, the failure of an image on its way to the first of them, over all hosts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<LastEventReport>,
    /// For a failure, the nearest match to the expectation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near: Option<String>,
    /// For a failure, the drops by firewalls and of damaged frames that concern these hosts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drops: Vec<String>,
    /// For a failure, the last events on the hosts concerned before it was decided.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub last_events: Vec<LastEventReport>,
    /// The line of the scenario.
    pub line: usize,
}

/// An invariant that must be violated or waived.
#[derive(Clone, Debug, Serialize)]
pub struct MustViolateReport {
    /// The invariant.
    pub invariant: &'static str,
    /// The hosts on each of which it must be; any, if there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// The reason.
    pub why: String,
}

/// An event before a failure was decided.
#[derive(Clone, Debug, Serialize)]
pub struct LastEventReport {
    /// The time of the event.
    pub at_s: f64,
    /// The host.
    pub host: String,
    /// The event in words.
    pub text: String,
}

/// One access point at the end.
#[derive(Clone, Debug, Serialize)]
pub struct ApReport {
    /// Its name.
    pub name: String,
    /// Its model.
    pub model: String,
    /// The type of image that it runs.
    pub image_type: String,
    /// The controller that it joins, as the scenario says.
    pub controller: String,
    /// Its state.
    pub state: ap::State,
    /// The version that runs.
    pub running: String,
    /// The version in the other partition.
    pub backup: String,
    /// The reason why it cannot boot, if it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boots_nothing: Option<String>,
    /// The number of times it has booted.
    pub boots: u64,
    /// Downloads requested.
    pub downloads_requested: u64,
    /// Downloads that were complete and verified.
    pub downloads_completed: u64,
    /// Downloads that failed.
    pub downloads_failed: u64,
    /// The time from the request to the last byte of the last download, if that is complete.
    pub download_s: Option<f64>,
    /// The time when it last went into service.
    pub in_service_at_s: Option<f64>,
}

/// A parameter that was set.
#[derive(Clone, Debug, Serialize)]
pub struct SettingReport {
    /// Its name.
    pub name: String,
    /// Its value; stars if it is used as a password.
    pub value: String,
}

/// One value that was drawn from a range.
#[derive(Clone, Debug, Serialize)]
pub struct DrawnReport {
    /// The key: `network.links.wan.latency`.
    pub path: String,
    /// The range.
    pub range: String,
    /// The value drawn.
    pub value: String,
}

/// The counts of packets.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PacketsReport {
    /// Sent by hosts.
    pub sent: u64,
    /// Arrived.
    pub arrived: u64,
    /// Dropped by links and firewalls, or because no host has their destination.
    pub dropped: u64,
    /// Altered on the way, with checksums that fit.
    #[serde(skip_serializing_if = "is_zero")]
    pub altered: u64,
}

impl LastEventReport {
    fn of(event: &LastEvent) -> Self {
        Self { at_s: event.at.as_secs_f64(), host: event.host.clone(), text: event.text.clone() }
    }
}

impl RunReport {
    /// Builds the report of a run of `scenario`.
    pub fn new(scenario: &Scenario, finished: &Finished) -> Self {
        Self {
            scenario: scenario.path.clone(),
            title: scenario.title.clone(),
            seed: finished.seed,
            start: WallClock::new(scenario.start).rfc3339(Duration::ZERO),
            end_s: finished.end.as_secs_f64(),
            verdict: finished.verdict().to_string(),
            fails_as_stated: (!finished.stated().is_empty())
                .then(|| finished.verdict_as_test() == Verdict::Passed),
            expectations: expectations(scenario, finished),
            must_violate: finished.must_violate.iter().map(must_violate).collect(),
            violations: finished.violations.clone(),
            waived: finished.waived.clone(),
            access_points: scenario
                .access_points
                .iter()
                .zip(&finished.access_points)
                .map(|(setup, status)| access_point(scenario, setup, status))
                .collect(),
            controllers: finished.controllers.iter().map(controller).collect(),
            set: scenario
                .set
                .iter()
                .map(|set| SettingReport { name: set.name.clone(), value: set.value.clone() })
                .collect(),
            not_modelled: finished.not_modelled.clone(),
            unverified_facts: finished.unverified_facts.clone(),
            unverified_texts: finished.unverified_texts.clone(),
            undecided: finished.undecided.clone(),
            quirks: finished.quirks.clone(),
            swarm: swarm(scenario),
            drawn: finished
                .drawn
                .iter()
                .map(|drawn| DrawnReport {
                    path: drawn.path.clone(),
                    range: drawn.range.clone(),
                    value: drawn.value.clone(),
                })
                .collect(),
            warnings: caveat(finished)
                .into_iter()
                .chain(finished.untriggered.iter().map(|never| never.sentence(scenario)))
                .collect(),
            packets: PacketsReport {
                sent: finished.stats.sent,
                arrived: finished.stats.arrived,
                dropped: finished.stats.dropped,
                altered: finished.stats.altered,
            },
            drops: finished.drops.iter().map(drops).collect(),
            fcs_errors: finished.fcs_errors.iter().map(fcs_errors).collect(),
            digest: run_digest(scenario, finished),
            again: again(scenario, finished),
        }
    }
}

fn controller(state: &Snapshot) -> ControllerReport {
    let page = ewc::show(state, ewc::web::PAGE).map(|page| page.fields).unwrap_or_default();
    let row = |row: &Vec<String>| page.columns.iter().copied().zip(row.iter().cloned()).collect();
    ControllerReport {
        name: state.name.clone(),
        upgrade: state.upgrade,
        releases: state.releases.clone(),
        page: page.rows.iter().map(row).collect(),
    }
}

fn must_violate(must: &MustViolate) -> MustViolateReport {
    let (invariant, hosts) = (must.invariant.word(), must.hosts.clone());
    MustViolateReport { invariant, hosts, why: must.why.clone() }
}

fn drops(drops: &RuleDrops) -> DropsReport {
    let [first_s, last_s] =
        [drops.first_ns, drops.last_ns].map(|at_ns| Duration::from_nanos(at_ns).as_secs_f64());
    let RuleDrops { firewall, rule, packets, .. } = drops.clone();
    DropsReport { firewall, rule, packets, first_s, last_s }
}

fn fcs_errors(errors: &FcsErrors) -> FcsErrorsReport {
    let [first_s, last_s] =
        [errors.first_ns, errors.last_ns].map(|at_ns| Duration::from_nanos(at_ns).as_secs_f64());
    let FcsErrors { link, way, frames, .. } = errors.clone();
    FcsErrorsReport { link, direction: way.to_string(), frames, first_s, last_s }
}

/// Returns the faults of a variant; none of the whole scenario.
fn swarm(scenario: &Scenario) -> Vec<FaultReport> {
    let report = |choice: &FaultChoice| FaultReport { fault: choice.name.clone(), kept: choice.is_kept };
    match scenario.variant {
        Faults::All => Vec::new(),
        Faults::Swarm | Faults::None => scenario.fault_choices.iter().map(report).collect(),
    }
}

/// Returns true for a count that is not worth writing.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Returns what the clock of the engine may have changed in the outcome; nothing for the usual engine.
pub(crate) fn caveat(finished: &Finished) -> Option<String> {
    let (engine, tick) = match finished.engine {
        EngineKind::Simnet => return None,
        EngineKind::SimnetInTicks(tick) => ("simnet", tick),
        EngineKind::Turmoil(tick) => ("turmoil", tick),
    };
    let tick = format!("{tick:?}").replace('µ', "u");
    Some(format!(
        "the engine is {engine}: all times are rounded up to ticks of {tick}, and a coarse tick can change an outcome"
    ))
}

/// Writes every event as a line of JSON.
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
        // Events hold only texts, numbers and addresses, all of which JSON can represent.
        out.push_str(&serde_json::to_string(&line).expect("events serialize"));
        out.push('\n');
    }
    out
}

fn run_digest(scenario: &Scenario, finished: &Finished) -> String {
    let events = events(scenario, &finished.record);
    let logs: Vec<String> = (0..finished.record.hosts().len()).map(|host| finished.logs.text(host)).collect();
    // Further `--show` commands do not make it another run.
    let outputs = finished.shows_at_end("show ap image").map(|show| show.output.as_str());
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
            must_fail: judgement.must_fail.clone(),
            at_s,
            actual,
            causes: judgement.causes.iter().map(LastEventReport::of).collect(),
            near: judgement.near.clone(),
            drops: judgement.drops.clone(),
            last_events: judgement.last_events.iter().map(LastEventReport::of).collect(),
            line: scenario.sources.location(judgement.span).line,
        }
    };
    finished.judgements.iter().map(report).collect()
}

fn access_point(scenario: &Scenario, setup: &AccessPoint, status: &ap::Status) -> ApReport {
    let download_s = status
        .download
        .and_then(|download| Some(download.completed?.saturating_sub(download.requested).as_secs_f64()));
    let version = |version: Option<Version>| version.unwrap_or(Version::NONE).to_string();
    let [_, backup] = status.after_reload();
    ApReport {
        name: setup.name.clone(),
        model: setup.model.clone(),
        image_type: setup.image_type.clone(),
        controller: scenario.controllers[setup.controller].name.clone(),
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

/// Returns the reason why it cannot boot: what is wrong with each partition.
fn boots_nothing(status: &ap::Status) -> Option<String> {
    let refused = |partition: ap::Partition| {
        Some(format!("{partition}: {}", status.refused[partition as usize].as_ref()?))
    };
    let why: Vec<String> = ap::Partition::BOTH.into_iter().filter_map(refused).collect();
    (status.state == ap::State::Halted).then(|| why.join("; "))
}
