//! A suite as GitHub annotations: workflow commands that GitHub shows beside the lines of a change; and as the summary of a job.
//!
//! Source: <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>. GitHub shows ten annotations of a step, so
//! that snapshots that changed alike share one.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use super::human::{Human, counts};
use crate::ending::Ending;
use crate::github::{annotation, cell};
use crate::suite::alike::{Alike, Changes};
use crate::suite::case::Case;
use crate::suite::compare::Change;
use crate::suite::whole::Totals;
use text::numbers::count;

/// The maximum number of rows of the table in a summary.
const ROWS_MAX: usize = 200;
/// The maximum number of items and snapshots that are named for a change.
const NAMED_MAX: usize = 20;

/// Workflow commands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Github;

impl Github {
    /// Returns one command for each problem of a scenario. Snapshots that differ follow in the summary.
    pub fn case(self, case: &Case) -> String {
        let mut out = String::new();
        let file = case.path.to_string_lossy();
        for problem in &case.problems {
            let place = problem.place.as_ref();
            let file = place.map_or(&*file, |place| place.file.as_str());
            let at = place.map(|place| (place.line, place.column));
            let again =
                if case.chosen_seed.is_some() { format!("\nagain: {}", case.again) } else { String::new() };
            let text = format!("{}{again}", problem.text);
            annotation(&mut out, level(case.ending), file, at, &problem.title, &text);
        }
        for difference in &case.differences {
            if let Change::Unusable(problem) = &difference.change {
                let stored = difference.file.to_string_lossy();
                let title = format!("snapshot {}: {}", difference.change.name(), difference.item);
                annotation(&mut out, "error", &stored, Some((1, 1)), &title, problem);
            }
        }
        let is_told = case.ending == Ending::SnapshotDiffers || !out.is_empty();
        if !is_told && case.ending != Ending::Passed {
            let (title, text) = (case.ending.name(), Human::default().case(case, &Changes::default()));
            annotation(&mut out, level(case.ending), &file, None, title, &text);
        }
        out
    }

    /// Returns one command for each change of snapshots, the orphans, the counts, and the commands that repeat the failures.
    pub fn summary(self, totals: &Totals, changes: &Changes, again: &[String]) -> String {
        let mut out = String::new();
        changes.groups().iter().for_each(|group| changed(&mut out, group));
        let orphans: Vec<_> =
            totals.orphans.iter().filter(|orphan| !totals.update || orphan.is_unusable()).collect();
        let mut gone: Vec<PathBuf> = Vec::new();
        for orphan in orphans {
            if let Change::Unusable(problem) = &orphan.change {
                let file = orphan.file.to_string_lossy();
                annotation(&mut out, "error", &file, Some((1, 1)), "orphaned snapshot", problem);
            } else {
                gone.push(orphan.file.clone());
            }
        }
        if let Some(first) = gone.first() {
            let message = format!(
                "its scenario no longer exists; the same command with `--update` removes it{}",
                others(&gone)
            );
            let title = if gone.len() > 1 {
                format!("{} orphaned snapshots", gone.len())
            } else {
                "orphaned snapshot".to_owned()
            };
            annotation(&mut out, "error", &first.to_string_lossy(), Some((1, 1)), &title, &message);
        }
        let _ = writeln!(out, "{}", counts(totals));
        for command in again {
            let _ = writeln!(out, "again: {command}");
        }
        out
    }
}

/// Writes the command for snapshots that changed alike.
fn changed(out: &mut String, group: &Alike) {
    let first = group.files[0].to_string_lossy();
    let items = named(&group.items);
    let (file, line, message) = match group.kind {
        // A missing snapshot has no line, so this points to its scenario.
        "new" => (group.scenario.to_string_lossy(), 1, format!("{first} does not exist yet")),
        "orphan" => (first, 1, "no longer produced by the scenario".to_owned()),
        _ => (first, group.line, group.lines.join("\n")),
    };
    let (title, accepts) = if group.files.len() > 1 {
        let title = format!("{} {} alike: {items}", count(group.files.len(), "snapshot"), group.kind);
        (title, "the same command with `--update` accepts all changes".to_owned())
    } else {
        (
            format!("snapshot {}: {items}", group.kind),
            format!("`{} --update` accepts the change", group.again),
        )
    };
    let message = format!("{message}{}\n{accepts}", others(&group.files));
    annotation(out, "error", &file, Some((line, 1)), &title, &message);
}

fn named(items: &BTreeSet<String>) -> String {
    let more = if items.len() > NAMED_MAX { ", …" } else { "" };
    let some: Vec<&str> = items.iter().take(NAMED_MAX).map(String::as_str).collect();
    format!("{}{more}", some.join(", "))
}

/// Names the other files of a group.
fn others(files: &[PathBuf]) -> String {
    let mut out = String::new();
    for file in files.iter().skip(1).take(NAMED_MAX) {
        let _ = write!(out, "\nalso {}", file.display());
    }
    if files.len() > NAMED_MAX + 1 {
        let _ = write!(out, "\nalso {} more", files.len() - NAMED_MAX - 1);
    }
    out
}

/// The summary of a job, as Markdown.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    rows: Vec<String>,
    left_out: usize,
}

impl Summary {
    /// Adds a scenario; only those that did not pass have a row.
    pub fn add(&mut self, case: &Case) {
        if case.ending == Ending::Passed {
            return;
        }
        if self.rows.len() == ROWS_MAX {
            self.left_out += 1;
            return;
        }
        let why = case.problems.first().map_or_else(String::new, |problem| cell(&problem.title));
        let why = if why.is_empty() { super::human::changes(&case.differences) } else { why };
        let seed = case.seed.map_or(String::new(), |seed| seed.to_string());
        let (kind, path) = (case.kind(), cell(&case.path.to_string_lossy()));
        self.rows.push(format!("| {kind} | {path} | {seed} | {why} | `{}` |\n", cell(&case.again)));
    }

    /// Returns the text.
    pub fn text(&self, totals: &Totals, changes: &Changes) -> String {
        let mut out = format!("### Scenarios\n\n{}\n", counts(totals));
        if !self.rows.is_empty() {
            out.push_str("\n| outcome | scenario | seed | | again |\n|---|---|---|---|---|\n");
            out.push_str(&self.rows.concat());
        }
        if self.left_out > 0 {
            let _ = writeln!(out, "\n… {}", count(self.left_out, "more row"));
        }
        for group in changes.shared() {
            let _ = writeln!(out, "\n{} changed alike:\n\n```diff", count(group.files.len(), "snapshot"));
            // A fence in a log would end this one.
            group.changed_lines().for_each(|line| _ = writeln!(out, "{}", line.replace("```", "'''")));
            out.push_str("```\n");
        }
        out
    }
}

/// Returns the level of an annotation: an expectation that can be judged later is not an error.
fn level(ending: Ending) -> &'static str {
    if matches!(ending, Ending::Inconclusive | Ending::Interrupted) { "warning" } else { "error" }
}
