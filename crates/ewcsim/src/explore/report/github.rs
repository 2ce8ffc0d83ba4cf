//! An exploration as GitHub annotations, and as the summary of a job.

use std::fmt::Write as _;

use super::super::found::Found;
use super::super::groups::{Group, groups};
use super::words::{bound, caveats, counts, recovery, swarm};
use crate::ending::Ending;
use crate::github::{annotation, cell};

/// Returns one annotation for each group, and the counts.
pub fn github(found: &Found) -> String {
    let mut out = String::new();
    for group in groups(found) {
        let level = if group.way.ending() == Ending::Inconclusive { "warning" } else { "error" };
        let (file, line) = match &group.place {
            Some((file, line)) => (file.as_str(), Some((*line, 1))),
            None => (found.plan.scenario.as_str(), None),
        };
        let title = format!("{} of {} runs: {}", group.runs, found.rows.len(), group.sentence(found));
        annotation(&mut out, level, file, line, &title, &message(found, &group));
    }
    let _ = writeln!(out, "{}, {}", found.plan.scenario, counts(found));
    if let Some(line) = bound(found) {
        let _ = writeln!(out, "{line}");
    }
    let _ = writeln!(out, "again: {}", found.plan.again_all());
    out
}

fn message(found: &Found, group: &Group) -> String {
    let actual = group.actual.as_ref().map_or(String::new(), |actual| format!(": {actual}"));
    format!("first with seed {}{actual}\nagain: {}", group.first, group.way.again(found, group.first))
}

/// Returns the summary of a job, as Markdown.
pub fn summary(found: &Found) -> String {
    let mut out =
        format!("### {}\n\n`{}`, {}\n\n", cell(&found.plan.title), found.plan.scenario, counts(found));
    for line in swarm(found).into_iter().chain([recovery(found)]).chain(caveats(found)).chain(bound(found)) {
        let _ = writeln!(out, "{line}\n");
    }
    let groups = groups(found);
    if !groups.is_empty() {
        out.push_str("| outcome | runs | first seed | |\n|---|---|---|---|\n");
    }
    for group in &groups {
        let (outcome, sentence) = (group.way.ending().name(), cell(&group.sentence(found)));
        let _ = writeln!(out, "| {outcome} | {} | {} | {sentence} |", group.runs, group.first);
    }
    out
}
