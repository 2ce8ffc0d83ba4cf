//! A suite as GitHub annotations: workflow commands that GitHub shows beside the lines of a change.
//!
//! Source: <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use std::fmt::Write as _;

use super::human::{Human, counts};
use crate::ending::Ending;
use crate::github::annotation;
use crate::suite::case::Case;
use crate::suite::compare::Change;
use crate::suite::whole::Totals;

/// Workflow commands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Github;

impl Github {
    /// Returns one command for each problem and difference of a scenario.
    pub fn case(self, case: &Case) -> String {
        let mut out = String::new();
        let file = case.path.to_string_lossy();
        for problem in &case.problems {
            let place = problem.place.as_ref();
            let file = place.map_or(&*file, |place| place.file.as_str());
            let at = place.map(|place| (place.line, place.column));
            annotation(&mut out, level(case.ending), file, at, &problem.title, &problem.text);
        }
        for difference in &case.differences {
            let stored = difference.file.to_string_lossy();
            let title = format!("snapshot {}: {}", difference.change.name(), difference.item);
            let (file, line, message) = match &difference.change {
                Change::Unusable(problem) => {
                    annotation(&mut out, "error", &stored, Some((1, 1)), &title, problem);
                    continue;
                }
                _ if case.updated => continue,
                // A missing snapshot has no line, so this points to its scenario.
                Change::New => (&*file, 1, format!("{stored} does not exist yet")),
                Change::Changed(diff) => (&*stored, diff.first, diff.lines.join("\n")),
                Change::Orphan => (&*stored, 1, "no longer produced by the scenario".to_owned()),
            };
            let message = format!("{message}\n`{} --update` accepts the change", case.again);
            annotation(&mut out, "error", file, Some((line, 1)), &title, &message);
        }
        if out.is_empty() && case.ending != Ending::Passed {
            annotation(
                &mut out,
                level(case.ending),
                &file,
                None,
                case.ending.name(),
                &Human::default().case(case),
            );
        }
        out
    }

    /// Returns the orphans, the counts, and the commands that repeat the failures.
    pub fn summary(self, totals: &Totals, again: &[String]) -> String {
        let mut out = String::new();
        for orphan in totals.orphans.iter().filter(|orphan| !totals.update || orphan.is_unusable()) {
            let message = match &orphan.change {
                Change::Unusable(problem) => problem.as_str(),
                _ => "its scenario no longer exists; the same command with `--update` removes it",
            };
            let file = orphan.file.to_string_lossy();
            annotation(&mut out, "error", &file, Some((1, 1)), "orphaned snapshot", message);
        }
        let _ = writeln!(out, "{}", counts(totals));
        for command in again {
            let _ = writeln!(out, "again: {command}");
        }
        out
    }
}

/// Returns the level of an annotation: an expectation that can be judged later is not an error.
fn level(ending: Ending) -> &'static str {
    if matches!(ending, Ending::Inconclusive | Ending::Interrupted) { "warning" } else { "error" }
}
