//! Known defects in force in a scenario, and their hosts.

use std::collections::BTreeSet;
use std::fmt;

use host::EventKind;
use serde::Serialize;

use crate::world::vocabulary::{KINDS, Kind};
use crate::world::{Entry, Prepared, Record};
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
        match self.hosts.as_slice() {
            hosts if hosts.len() > NAMED_MAX => f.write_str(&count(hosts.len(), "host"))?,
            hosts => f.write_str(&hosts.join(", "))?,
        }
        f.write_str(")")
    }
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
