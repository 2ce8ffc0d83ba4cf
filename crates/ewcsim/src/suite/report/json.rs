//! A suite as one JSON object (docs/reference.md).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::report::RunReport;
use crate::suite::alike::{Alike, Changes};
use crate::suite::case::Case;
use crate::suite::compare::{Change, Difference};
use crate::suite::select::Chosen;
use crate::suite::whole::Totals;

#[derive(Serialize)]
struct SuiteReport<'a> {
    outcome: &'static str,
    counts: BTreeMap<&'static str, usize>,
    not_run: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    skipped: Vec<ChosenReport>,
    updated: usize,
    labs: usize,
    results: Vec<CaseReport<'a>>,
    orphans: Vec<SnapshotReport<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alike: Vec<AlikeReport<'a>>,
}

#[derive(Serialize)]
struct ChosenReport {
    scenario: String,
    seed: Option<u64>,
}

#[derive(Serialize)]
struct AlikeReport<'a> {
    lines: Vec<&'a str>,
    snapshots: Vec<String>,
}

#[derive(Serialize)]
struct CaseReport<'a> {
    scenario: String,
    seed: Option<u64>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failed_as_stated: Vec<StatedReport<'a>>,
    problems: Vec<ProblemReport<'a>>,
    snapshots: Vec<SnapshotReport<'a>>,
    updated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    capture: Option<String>,
    again: &'a str,
    run: Option<&'a RunReport>,
}

#[derive(Serialize)]
struct StatedReport<'a> {
    what: &'a str,
    why: &'a str,
    result: &'static str,
}

#[derive(Serialize)]
struct ProblemReport<'a> {
    title: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    text: &'a str,
}

#[derive(Serialize)]
struct SnapshotReport<'a> {
    item: &'a str,
    file: String,
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a [String]>,
}

/// Returns the object, followed by a line feed.
pub fn json(cases: &[Case], totals: &Totals, changes: &Changes) -> String {
    let report = SuiteReport {
        outcome: totals.worst().name(),
        counts: totals.endings.iter().map(|(ending, number)| (ending.name(), *number)).collect(),
        not_run: totals.not_run.len(),
        skipped: totals.not_run.iter().filter(|_| totals.failed_fast).map(chosen).collect(),
        updated: totals.updated,
        labs: totals.labs,
        results: cases.iter().map(case).collect(),
        orphans: totals.orphans.iter().map(snapshot).collect(),
        alike: changes.shared().map(alike).collect(),
    };
    serde_json::to_string_pretty(&report).expect("reports serialize") + "\n"
}

fn chosen(one: &Chosen) -> ChosenReport {
    ChosenReport { scenario: one.path.display().to_string(), seed: one.seed }
}

fn alike(group: &Alike) -> AlikeReport<'_> {
    AlikeReport {
        lines: group.changed_lines().collect(),
        snapshots: group.files.iter().map(|file| file.display().to_string()).collect(),
    }
}

fn case(case: &Case) -> CaseReport<'_> {
    let problems = case.problems.iter().map(|problem| ProblemReport {
        title: &problem.title,
        file: problem.place.as_ref().map(|place| place.file.as_str()),
        line: problem.place.as_ref().map(|place| place.line),
        column: problem.place.as_ref().map(|place| place.column),
        text: &problem.text,
    });
    let stated = case.as_stated.iter().map(|stated| StatedReport {
        what: &stated.what,
        why: &stated.why,
        result: stated.result,
    });
    CaseReport {
        failed_as_stated: stated.collect(),
        scenario: case.path.display().to_string(),
        seed: case.seed,
        outcome: case.ending.name(),
        problems: problems.collect(),
        snapshots: case.differences.iter().map(snapshot).collect(),
        updated: case.updated,
        capture: case.capture.as_ref().map(|path| path.display().to_string()),
        again: &case.again,
        run: case.report.as_ref(),
    }
}

fn snapshot(difference: &Difference) -> SnapshotReport<'_> {
    let (mut problem, mut line, mut lines) = (None, None, None);
    match &difference.change {
        Change::New | Change::Orphan => {}
        Change::Changed(diff) => (line, lines) = (Some(diff.first), Some(diff.lines.as_slice())),
        Change::Unusable(text) => problem = Some(text.as_str()),
    }
    SnapshotReport {
        item: &difference.item,
        file: difference.file.display().to_string(),
        change: difference.change.name(),
        problem,
        line,
        diff: lines,
    }
}
