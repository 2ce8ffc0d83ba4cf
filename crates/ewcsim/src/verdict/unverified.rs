//! What a run leans on without evidence: unverified facts that had their effect, unverified texts that an expectation matched.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::time::Duration;

use ap::ApEvent;
use catalogue::{Confidence, Fact, Quirk, QuirkDevice};
use scenario::{Check, HostKind, Scenario};
use serde::Serialize;

use super::quirks::InForce;
use super::redundancy;
use crate::world::{Entry, Event, Logs, Prepared, Record};

/// An unverified fact that had its effect in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnverifiedFact {
    /// Its key.
    pub key: String,
    /// The value in force, as written.
    pub value: String,
    /// What is known of it.
    pub basis: String,
}

/// An unverified text that an expectation matched in a log, or names as a value of a `show` command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnverifiedText {
    /// The host that prints it.
    pub host: String,
    /// The first such line; or the field, the value and the command.
    pub text: String,
}

/// Returns the unverified facts that had their effect, in the order of the catalogue. A value that the scenario states is its own.
pub(super) fn facts(scenario: &Scenario, in_force: &[InForce], record: &Record) -> Vec<UnverifiedFact> {
    let catalogue = &scenario.catalogue;
    let is_stated = |fact: &Fact| catalogue.overrides().any(|(key, _)| key == fact.key);
    let mut open: Vec<&Fact> = catalogue
        .facts()
        .filter(|fact| fact.confidence == Confidence::Unverified && !is_stated(fact))
        .collect();
    let devices = devices(scenario, record);
    let mut met: Vec<&Fact> = Vec::new();
    for entry in record.entries().iter() {
        // What is so from the start on took no time.
        let Some(device) = entry.host.and_then(|host| devices[host]).filter(|_| entry.at > Duration::ZERO)
        else {
            continue;
        };
        let name = entry.event.name();
        let is_met = |fact: &mut &Fact| fact.device() == device && shows(fact, &name, entry);
        met.extend(open.extract_if(.., is_met));
    }
    let limits = limits(scenario, in_force, record);
    met.extend(open.extract_if(.., |fact| limits.contains(fact.key.as_str())));
    met.sort_by_key(|fact| &fact.key);
    let met = met.into_iter().map(|fact| UnverifiedFact {
        key: fact.key.clone(),
        value: fact.value.clone(),
        basis: fact.source.clone(),
    });
    met.chain(redundancy::unstated_type(scenario, record)).collect()
}

/// Returns the keys of the facts that say when a known defect in force comes, where the run came to the point at which they decide.
/// If they kept the defect away, no event shows it.
fn limits<'a>(scenario: &'a Scenario, in_force: &[InForce], record: &Record) -> BTreeSet<&'a str> {
    let entries = record.entries();
    let is_image =
        |entry: &&Entry| matches!(entry.event, Event::AccessPoint(ApEvent::ImageDataComplete { .. }));
    let got_image: BTreeSet<&str> = entries.iter().filter(is_image).map(|entry| record.who(entry)).collect();
    let was_up = |name: &str| {
        let is_it = |point: &&scenario::AccessPoint| point.name == name;
        scenario.access_points.iter().find(is_it).and_then(|point| point.uptime) > Some(Duration::ZERO)
    };
    let decided = |quirk: &Quirk, hosts: &[String]| match quirk.device {
        QuirkDevice::Controller => !got_image.is_empty(),
        QuirkDevice::AccessPoint => hosts.iter().any(|host| {
            got_image.contains(host.as_str()) && (!quirk.effect.depends_on_uptime() || was_up(host))
        }),
    };
    let of = |quirk: &&Quirk| in_force.iter().any(|one| one.id == quirk.id && decided(quirk, &one.hosts));
    scenario.catalogue.quirks().filter(of).flat_map(|quirk| &quirk.parameters).map(String::as_str).collect()
}

/// Returns the first word of the keys of facts about each host of the record; none for servers.
fn devices(scenario: &Scenario, record: &Record) -> Vec<Option<&'static str>> {
    let kind = |name: &String| scenario.hosts().find(|host| host.name == name.as_str()).map(|host| host.kind);
    let device = |name| match kind(name)? {
        HostKind::AccessPoint(_) => Some("ap"),
        HostKind::Controller(_) => Some("ewc"),
        HostKind::Server(_) | HostKind::IdleClient(_) => None,
    };
    record.hosts().iter().map(device).collect()
}

/// Returns true if this event, of this name, shows that `fact` had its effect.
fn shows(fact: &Fact, name: &str, entry: &Entry) -> bool {
    fact.signs.iter().filter(|sign| sign.event == name).any(|sign| {
        // Events hold only texts, numbers and addresses, all of which JSON can represent.
        let written = LazyCell::new(|| serde_json::to_string(&entry.event).expect("events serialize"));
        sign.containing.iter().all(|text| written.contains(text.as_str()))
    })
}

/// Returns the unverified texts that expectations match in logs, and those that they name as values of `show` commands, each once.
pub(super) fn texts(prepared: &Prepared, record: &Record, logs: &Logs) -> Vec<UnverifiedText> {
    let mut found: Vec<UnverifiedText> = Vec::new();
    let mut add = |host: &str, text: String| {
        let text = UnverifiedText { host: host.to_owned(), text };
        if !found.contains(&text) {
            found.push(text);
        }
    };
    for expectation in &prepared.scenario.expect {
        match &expectation.check {
            Check::Log { host, lines: pattern, .. } => {
                let lines = record.host(host).map(|host| logs.of(host)).unwrap_or_default();
                let matched: Vec<_> = lines.iter().filter(|line| pattern.selects(&line.text)).collect();
                // A pattern that a known text matches does not depend on the unverified ones.
                if let Some(line) = matched.first().filter(|_| matched.iter().all(|line| !line.verified)) {
                    add(host, line.text.clone());
                }
            }
            // A value that was never shown decides as well: a real device may show it in other words.
            Check::Show { host, command, row, has, .. } => {
                let Some(device) = prepared.hosts.get(host) else { continue };
                let fields = row.iter().chain(has);
                for field in fields.filter(|field| device.is_unverified(&field.name, field.matcher.text())) {
                    add(host, format!("{} `{}` of {command}", field.name, field.matcher.text()));
                }
            }
            Check::AccessPoints { .. }
            | Check::Controller { .. }
            | Check::Events { .. }
            | Check::Order(_)
            | Check::Takes { .. }
            | Check::Link { .. } => {}
        }
    }
    found
}
