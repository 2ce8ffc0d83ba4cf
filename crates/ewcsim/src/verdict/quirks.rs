//! Known defects in force in a scenario, and their hosts.

use std::collections::BTreeSet;
use std::fmt;

use ap::{ApEvent, Script};
use catalogue::Switch;
use host::EventKind;
use scenario::{AccessPoint, Scenario};
use serde::Serialize;

use crate::world::vocabulary::{KINDS, Kind};
use crate::world::{Entry, Event, Prepared, Record};
use text::numbers::count;

/// A quirk that is in force at the start of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InForce {
    /// Its id.
    pub id: String,
    /// The defect, in one line.
    pub title: String,
    /// The hosts that have it.
    pub hosts: Vec<String>,
}

impl fmt::Display for InForce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} (", self.id, self.title)?;
        write!(f, "{})", named(&self.hosts))
    }
}

/// A known defect that something decides which the scenario does not state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Undecided {
    /// Its id.
    pub defect: String,
    /// What is missing: `uptime`.
    pub missing: &'static str,
    /// The hosts that have the defect and lack it.
    pub hosts: Vec<String>,
    /// True if the scenario switches the defect on: then the verdict depends on it.
    #[serde(skip)]
    pub is_switched_on: bool,
}

/// Returns the defects in force that had no effect in a run, and that an uptime decides which is not stated. They show when an access
/// point is to store an image: those that began no download do not count.
pub(super) fn undecided(scenario: &Scenario, in_force: &[InForce], record: &Record) -> Vec<Undecided> {
    let met = quirks_met(record);
    let began = |entry: &Entry| {
        let begins = ApEvent::ScriptCalled { script: Script::Precheck };
        matches!(&entry.event, Event::AccessPoint(event) if *event == begins).then_some(entry.host)?
    };
    let began: BTreeSet<&str> =
        record.entries().iter().filter_map(began).map(|host| &*record.hosts()[host]).collect();
    let lacks = |host: &String| {
        let lacks = |point: &AccessPoint| {
            point.name == *host && scenario.lacks_uptime(point) && began.contains(&**host)
        };
        scenario.access_points.iter().any(lacks)
    };
    let of = |quirk: &InForce| {
        let known = scenario.catalogue.quirks().find(|known| known.id == quirk.id)?;
        let hosts: Vec<String> = quirk.hosts.iter().filter(|host| lacks(host)).cloned().collect();
        let is_open = known.effect.depends_on_uptime() && !met.contains(&known.id) && !hosts.is_empty();
        is_open.then(|| Undecided {
            defect: known.id.clone(),
            missing: "uptime",
            hosts,
            is_switched_on: scenario.catalogue.switch(known) == Some(Switch::On),
        })
    };
    in_force.iter().filter_map(of).collect()
}

/// Names the hosts, or counts them if there are many.
pub(crate) fn named(hosts: &[String]) -> String {
    if hosts.len() > NAMED_MAX { count(hosts.len(), "host") } else { hosts.join(", ") }
}

/// If there are more hosts than this, they are counted instead of named.
const NAMED_MAX: usize = 4;

/// Returns the quirks in force at the start of a run of `prepared`, in the order of the catalogue.
pub fn quirks_in_force(prepared: &Prepared) -> Vec<InForce> {
    let Prepared { scenario, hosts, .. } = prepared;
    let by_host: Vec<(&str, Vec<String>)> =
        hosts.iter().map(|(name, host)| (name, host.quirks(scenario))).collect();
    scenario
        .catalogue
        .quirks()
        .map(|quirk| {
            let has = |(_, ids): &&(&str, Vec<String>)| ids.contains(&quirk.id);
            let hosts = by_host.iter().filter(has).map(|(host, _)| (*host).to_owned());
            InForce { id: quirk.id.clone(), title: quirk.title.clone(), hosts: hosts.collect() }
        })
        .filter(|in_force| !in_force.hosts.is_empty())
        .collect()
}

/// Returns the ids of the quirks that had an effect in a run: each effect is an event with the id.
pub(crate) fn quirks_met(record: &Record) -> BTreeSet<String> {
    let has_id = |kind: &&EventKind| kind.fields.iter().any(|field| field.name == "quirk");
    let kinds = KINDS.iter().copied().flat_map(Kind::events).filter(has_id);
    let telling: BTreeSet<&str> = kinds.map(|kind| kind.variant).collect();
    let entries = record.entries();
    let told = entries.iter().filter(|entry| telling.contains(entry.event.variant()));
    let id = |entry: &Entry| {
        // Events hold only texts, numbers and addresses, all of which JSON can represent.
        let event = serde_json::to_value(&entry.event).expect("events serialize");
        event["quirk"].as_str().map(str::to_owned)
    };
    told.filter_map(id).collect()
}
