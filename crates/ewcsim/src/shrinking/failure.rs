//! The ways in which a run fails, and when two of them are the same.

use std::collections::BTreeMap;

use scenario::{Action, FileChange, LinkState, Pace, Scenario, TimelineEntry};

use super::help::keeps_help;
use crate::verdict::{FailureKey, FailureKind, Finished, Judgement, Outcome, failure_keys};

/// A failure that has to stay while the scenario becomes smaller.
#[derive(Debug)]
pub(super) struct Failure {
    /// Its key.
    key: FailureKey,
    /// The faults that the scenario never heals, with their number.
    unhealed: BTreeMap<String, usize>,
    /// The groups of access points, by the names of their members.
    groups: BTreeMap<String, String>,
    /// The scenario.
    original: Scenario,
    /// True if the original passes without the faults of its timeline.
    pub(super) passes_without_faults: bool,
}

impl Failure {
    /// Makes the failure of a scenario with this key.
    pub(super) fn new(key: FailureKey, scenario: Scenario) -> Self {
        let grouped = scenario
            .access_points
            .iter()
            .filter_map(|point| Some((point.name.clone(), point.group.clone()?)));
        let groups: BTreeMap<String, String> = grouped.collect();
        let unhealed = unhealed(&scenario, &groups);
        Self { key, unhealed, groups, original: scenario, passes_without_faults: false }
    }

    /// Returns its key, without what is no cause by itself.
    pub(super) fn key(&self) -> FailureKey {
        own(&self.key)
    }

    /// Returns false if a failure of a smaller scenario would be another one, whatever its run is like.
    ///
    /// A fault that the original heals may not stay: whatever heals it could be taken away. Nor may what could have helped an expectation
    /// be taken away, unless [`Failure::can_pass_without_faults`] shows what it needs.
    pub(super) fn can_be_in(&self, scenario: &Scenario) -> bool {
        // A panic is a bug whatever the scenario lacks.
        if self.key.kind == FailureKind::Panic {
            return true;
        }
        let mut left = unhealed(scenario, &self.groups).into_iter();
        left.all(|(fault, number)| self.unhealed.get(&fault).is_some_and(|known| number <= *known))
            && (self.passes_without_faults
                || !self.is_of_expectation()
                || keeps_help(&self.original, scenario))
    }

    /// Returns true for a failed expectation. An invariant holds in a run without anything.
    pub(super) fn is_of_expectation(&self) -> bool {
        self.key.kind == FailureKind::Expectation
    }

    /// Returns true if the expectation passed in a run without the faults of the timeline.
    pub(super) fn can_pass_without_faults(&self, finished: &Finished) -> bool {
        let mut same =
            finished.judgements.iter().filter(|judged| judged.key.what == self.key.what).peekable();
        same.peek().is_some() && same.all(|judged| matches!(judged.outcome, Outcome::Passed { .. }))
    }

    /// Returns true if the run of a smaller scenario fails in the same way: the same is expected, and lacks the same, for the same causes.
    ///
    /// Changes of the network are no cause by themselves, since the last of them is one, whatever it did.
    pub(super) fn is_in(&self, finished: &Finished) -> bool {
        keys(finished).iter().any(|key| own(key) == own(&self.key))
    }

    /// Returns true if it is a panic, and this message is one of it.
    pub(super) fn is_panic(&self, said: &str) -> bool {
        self.key == FailureKey::panic(said)
    }
}

/// Returns a key without the causes that are changes of the network.
fn own(key: &FailureKey) -> FailureKey {
    let causes = key.causes.iter().filter(|cause| !cause.is_change_of_network()).cloned();
    FailureKey { causes: causes.collect(), ..key.clone() }
}

/// Returns the key of the failure of an expectation, stated or not; nothing if it did not fail.
fn key(judged: &Judgement) -> Option<FailureKey> {
    // The key of what must fail is that of its not failing.
    let stated = || FailureKey { kind: FailureKind::Expectation, ..judged.key.clone() };
    let has_failed = matches!(judged.outcome, Outcome::Failed { .. });
    judged.failure().cloned().or_else(|| has_failed.then(stated))
}

/// Returns the indices of the expectations that fail in this way. The others did not fail so, and might in a smaller scenario for another
/// reason.
pub(super) fn expectations(finished: &Finished, wanted: &FailureKey) -> Vec<usize> {
    let failing = finished.judgements.iter().enumerate();
    failing.filter(|(_, judged)| key(judged).as_ref() == Some(wanted)).map(|(index, _)| index).collect()
}

/// Returns the keys of the failures of a run, those first that its scenario does not state, in the order of the scenario. A scenario that
/// must fail fails, too: what it states comes last.
pub(super) fn keys(finished: &Finished) -> Vec<FailureKey> {
    let unstated = failure_keys(finished);
    let written = finished.judgements.iter().map(|judged| &judged.key).filter(|key| unstated.contains(key));
    let stated = finished.judgements.iter().filter(|judged| judged.must_fail.is_some()).filter_map(key);
    let violated = finished.violations.iter().chain(&finished.waived);
    let violated = violated.filter(|violation| finished.states(violation));
    let violated = violated.map(|violation| FailureKey::invariant(violation.invariant));
    let mut keys: Vec<FailureKey> = Vec::new();
    for key in written.cloned().chain(unstated.iter().cloned()).chain(stated).chain(violated) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// Returns the faults that the timeline leaves at its end, and their number: hosts without power, by group, links that are down, servers that
/// are stopped or slow, files that are not as they were.
fn unhealed(scenario: &Scenario, groups: &BTreeMap<String, String>) -> BTreeMap<String, usize> {
    let mut last: BTreeMap<(String, &str), bool> = BTreeMap::new();
    let mut entries: Vec<&TimelineEntry> = scenario.timeline.iter().collect();
    // What waits for an event comes after all that has a time, as far as that can be known.
    entries.sort_by_key(|entry| entry.at().unwrap_or(std::time::Duration::MAX));
    for entry in entries {
        let faults: Vec<(String, &str, bool)> = match &entry.action {
            Action::PowerOn(hosts) => {
                hosts.iter().map(|host| (format!("power of {host}"), host.as_str(), false)).collect()
            }
            Action::PowerOff(hosts) => {
                hosts.iter().map(|host| (format!("power of {host}"), host.as_str(), true)).collect()
            }
            Action::Links(changes) => changes
                .iter()
                .filter_map(|change| {
                    Some((format!("link {}", change.link), "", change.state? == LinkState::Down))
                })
                .collect(),
            Action::Server { server, running } => vec![(format!("server {server}"), "", !running)],
            Action::ServerPace { server, pace } => {
                let is_slow = match pace {
                    Pace::Delay(delay) => !delay.is_zero(),
                    Pace::Rate(rate) => rate.is_some(),
                };
                vec![(format!("pace of {server}"), "", is_slow)]
            }
            Action::Files { server, paths, change } => {
                let is_changed = *change != FileChange::Restore;
                paths.iter().map(|path| (format!("file {path} of {server}"), "", is_changed)).collect()
            }
            // The rule that drops a packet is among the causes; the others heal by nothing that the timeline says.
            Action::Reload(_)
            | Action::Firewall { .. }
            | Action::AddRule { .. }
            | Action::RemoveRule { .. }
            | Action::NewHostKey { .. }
            | Action::Flash { .. }
            | Action::Exec(_)
            | Action::Web(_)
            | Action::Configure { .. } => Vec::new(),
        };
        last.extend(faults.into_iter().map(|(what, host, is_fault)| ((what, host), is_fault)));
    }
    let mut unhealed = BTreeMap::new();
    for ((what, host), _) in last.into_iter().filter(|(_, is_fault)| *is_fault) {
        let what = groups.get(host).map_or(what, |group| format!("power of {group}"));
        *unhealed.entry(what).or_default() += 1;
    }
    unhealed
}
