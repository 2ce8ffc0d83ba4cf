//! Liveness: once all faults have healed, each access point that can come into service does, within a bound.
//!
//! A run without the faults of the timeline shows which access points can, and how long they take from the start of the run. The bound is
//! [`SLOWER`] times the longest of that, and [`LEEWAY`] more: what is repaired later takes as long as from the start, and some timers of
//! devices have to run out first. A run that ends before the bound is not judged, unless they are in service by then.

use std::collections::BTreeSet;
use std::time::Duration;

use ap::State;
use scenario::{ApState, Broken, Check, Expectation, Wanted, When};

use super::failure::{FailureKey, FailureKind};
use super::judge::{Outcome, causes_at_end};
use super::quirks::quirks_met;
use super::track::note;
use super::{Finished, Verdict};
use crate::world::{Prepared, before_power};

/// The number of times as long that recovery may take as the way into service without faults.
const SLOWER: u32 = 2;

/// The time beyond that.
const LEEWAY: Duration = Duration::from_secs(10 * 60);

/// The access points that can come into service, and the time in which they must.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Able {
    /// Their names.
    pub(crate) access_points: BTreeSet<String>,
    /// The time from the last change of the timeline on.
    pub(crate) bound: Duration,
}

/// What a run has shown of recovery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recovery {
    /// Each access point that can come into service did.
    Shown,
    /// Something stays broken, or cannot be judged, for this reason.
    NotJudged(String),
    /// These did not, for these reasons.
    Failed {
        /// The first of them, in the order of the scenario.
        access_point: String,
        /// Their number.
        number: usize,
        /// The time of the last change of the timeline.
        healed_at: Duration,
        /// The key of the failure.
        key: FailureKey,
    },
}

impl Able {
    /// Reads a run without faults.
    pub(crate) fn of(prepared: &Prepared, finished: &Finished) -> Self {
        let points = prepared.scenario.access_points.iter().zip(&finished.access_points);
        let in_service = points.filter(|(_, status)| status.state == State::Run && status.power);
        let (names, times): (BTreeSet<String>, Vec<Duration>) = in_service
            .map(|(point, status)| (point.name.clone(), status.in_service.unwrap_or_default()))
            .unzip();
        let longest = times.into_iter().max().unwrap_or_default();
        // Whole seconds, which people read.
        let bound = longest * SLOWER + LEEWAY;
        Self { access_points: names, bound: Duration::from_secs(bound.as_secs() + 1) }
    }
}

/// Judges whether all that can come into service did, once all faults of a run had healed.
pub(crate) fn recovery(prepared: &Prepared, finished: &Finished, able: &Able) -> Recovery {
    let scenario = &prepared.scenario;
    let mut broken = Broken::at_start(scenario);
    let mut healed_at = Duration::ZERO;
    for (at, index) in &finished.happened {
        broken.apply(&scenario.timeline[*index].action);
        healed_at = *at;
    }
    if let Some(first) = broken.told().first() {
        return Recovery::NotJudged(format!("worse than at the start: {first}"));
    }
    if let Some(defect) = quirks_met(&finished.record).first() {
        return Recovery::NotJudged(format!("the known defect {defect} had its effect"));
    }
    let stays_out = |name: &str| {
        let judged = scenario.expect.iter().zip(&finished.judgements);
        judged.filter(|(_, judged)| !matches!(judged.outcome, Outcome::Inconclusive { .. })).any(
            |(expectation, judged)| {
                matches!(judged.outcome, Outcome::Passed { .. }) == judged.must_fail.is_none()
                    && states_absence(expectation, name)
            },
        )
    };
    let late: Vec<&str> = scenario
        .access_points
        .iter()
        .map(|point| point.name.as_str())
        .filter(|name| able.access_points.contains(*name) && !broken.damaged_flash().contains(*name))
        .filter(|name| !came_into_service(prepared, finished, name, healed_at, able.bound))
        .filter(|name| !stays_out(name))
        .collect();
    let Some(first) = late.first() else { return Recovery::Shown };
    if finished.end < healed_at.saturating_add(able.bound) || finished.verdict() == Verdict::Interrupted {
        return Recovery::NotJudged("the run ends before the bound".to_owned());
    }
    let key = FailureKey {
        kind: FailureKind::Liveness,
        what: "access point in service after all faults have healed".to_owned(),
        causes: causes_at_end(prepared, finished, first),
    };
    Recovery::Failed { access_point: (*first).to_owned(), number: late.len(), healed_at, key }
}

/// Returns true if an access point was in service at some moment from `healed_at` to the bound after it.
fn came_into_service(
    prepared: &Prepared,
    finished: &Finished,
    name: &str,
    healed_at: Duration,
    bound: Duration,
) -> bool {
    let Some(point) = prepared.scenario.access_points.iter().find(|point| point.name == name) else {
        return true;
    };
    let host = finished.record.host(name);
    let mut status = before_power(point);
    let last = healed_at.saturating_add(bound);
    let is_in_service = |status: &ap::Status| status.phase() == ApState::Registered.word();
    let mut now = Duration::ZERO;
    for entry in finished.record.entries().iter().filter(|entry| entry.host.is_some() && entry.host == host) {
        // A state counts once all events of its moment have happened.
        if entry.at > now && entry.at > healed_at && is_in_service(&status) {
            return true;
        }
        if entry.at > last {
            return false;
        }
        now = entry.at;
        note(&mut status, entry);
    }
    is_in_service(&status)
}

/// Returns true if an expectation says that this access point is not in service in the end.
fn states_absence(expectation: &Expectation, name: &str) -> bool {
    let Check::AccessPoints { names, is, is_not } = &expectation.check else { return false };
    let reaches_end = match expectation.when {
        When::End | When::Always | When::By(_) => true,
        When::At(_) | When::Within(_) | When::During(..) | When::Never | When::Eventually => false,
    };
    let in_service = Wanted::Word(ApState::Registered.word());
    let out = is.get("state").is_some_and(|state| *state != in_service)
        || is_not.get("state").is_some_and(|state| *state == in_service);
    reaches_end && out && names.iter().any(|known| known == name)
}

#[cfg(test)]
mod tests;
