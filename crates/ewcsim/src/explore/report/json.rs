//! An exploration as one JSON object (docs/explore.md). It has no real times.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::Seeds;
use super::super::found::Found;
use super::super::groups::{Group, Way, groups, kept};
use super::super::measure::Unit;
use super::super::spread::{Spread, spreads};
use super::words::{never_happened, not_judged, unverified_facts, whole_runs};
use crate::chance::at_most;
use crate::verdict::{Cause, FailureKind};

#[derive(Serialize)]
struct ExploreReport<'a> {
    tool: &'a str,
    scenario: &'a str,
    title: &'a str,
    digest: &'a str,
    seeds: Seeds,
    swarm: bool,
    outcome: &'static str,
    runs: usize,
    counts: BTreeMap<&'static str, usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failures_at_most: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    with_all_faults: Option<WholeReport>,
    groups: Vec<GroupReport<'a>>,
    recovery: RecoveryReport,
    never_happened: BTreeMap<String, usize>,
    unverified_facts: BTreeMap<String, usize>,
    numbers: Vec<NumberReport<'a>>,
    again: String,
}

#[derive(Serialize)]
struct WholeReport {
    runs: usize,
    passed: usize,
}

#[derive(Serialize)]
struct GroupReport<'a> {
    outcome: &'static str,
    slug: String,
    sentence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<FailureKind>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<&'a Cause>,
    runs: usize,
    first_seed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<FaultReport<'a>>,
    again: String,
}

#[derive(Serialize)]
struct FaultReport<'a> {
    fault: &'a str,
    runs: usize,
    of_all: usize,
}

#[derive(Serialize)]
struct RecoveryReport {
    access_points: usize,
    of: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    bound_s: Option<f64>,
    not_judged: BTreeMap<String, usize>,
}

#[derive(Serialize)]
struct NumberReport<'a> {
    name: &'a str,
    unit: Unit,
    runs: usize,
    min: f64,
    p5: f64,
    median: f64,
    p95: f64,
    max: f64,
    histogram: Vec<usize>,
}

/// Returns the object, followed by a line feed.
pub fn json(found: &Found) -> String {
    let (plan, groups, kept) = (&found.plan, groups(found), kept(found));
    let passed = found.passed();
    let report = ExploreReport {
        tool: &plan.tool,
        scenario: &plan.scenario,
        title: &plan.title,
        digest: &plan.digest,
        seeds: plan.seeds,
        swarm: plan.swarm,
        outcome: found.ending().name(),
        runs: found.rows.len(),
        counts: found.counts(),
        failures_at_most: (found.failed() == 0 && passed > 0).then(|| at_most(passed)),
        with_all_faults: plan.swarm.then(|| {
            let (runs, passed) = whole_runs(found);
            WholeReport { runs, passed }
        }),
        groups: groups.iter().map(|group| report_of(found, group, &kept)).collect(),
        recovery: RecoveryReport {
            access_points: plan.able.map_or(0, |(number, _)| number),
            of: plan.access_points,
            bound_s: plan.able.map(|(_, bound)| bound.as_secs_f64()),
            not_judged: not_judged(found),
        },
        never_happened: never_happened(found),
        unverified_facts: unverified_facts(found),
        numbers: spreads(found)
            .into_iter()
            .map(|(measure, spread)| number(&measure.name, measure.unit, spread))
            .collect(),
        again: plan.again_all(),
    };
    serde_json::to_string_pretty(&report).expect("reports serialize") + "\n"
}

fn report_of<'a>(found: &'a Found, group: &'a Group, kept: &[usize]) -> GroupReport<'a> {
    let key = match &group.way {
        Way::Failed(key) => Some(key),
        Way::Panicked(_) | Way::Unequal | Way::Invalid(_) | Way::Late | Way::Inconclusive(_) => None,
    };
    let faults = found.plan.faults.iter().zip(group.faults.iter().zip(kept));
    GroupReport {
        outcome: group.way.ending().name(),
        slug: group.way.slug(),
        sentence: group.sentence(found),
        kind: key.map(|key| key.kind),
        causes: key.into_iter().flat_map(|key| &key.causes).collect(),
        runs: group.runs,
        first_seed: group.first,
        file: group.place.as_ref().map(|(file, _)| file.clone()),
        line: group.place.as_ref().map(|(_, line)| *line),
        actual: group.actual.clone(),
        faults: faults
            .map(|(fault, (runs, of_all))| FaultReport { fault, runs: *runs, of_all: *of_all })
            .collect(),
        again: group.way.again(found, group.first),
    }
}

fn number(name: &str, unit: Unit, spread: Spread) -> NumberReport<'_> {
    let Spread { runs, min, p5, median, p95, max, bars } = spread;
    NumberReport { name, unit, runs, min, p5, median, p95, max, histogram: bars }
}
