//! The report of a suite for people: the problems, and the commands that repeat them.

use std::fmt::Write as _;

use crate::ending::Ending;
use crate::suite::alike::{Alike, Changes};
use crate::suite::case::Case;
use crate::suite::compare::{Change, Difference};
use crate::suite::whole::Totals;
use crate::verdict::Stated;
use text::numbers::count;

/// The number of lines of differences shown per scenario.
const LINES_MAX: usize = 60;
/// The number of lines shown of a change that several snapshots have.
const ALIKE_MAX: usize = 6;
/// The number of such snapshots, and of scenarios that were not run, that are named.
const NAMED_MAX: usize = 20;
/// The number of commands shown at the end.
const AGAIN_MAX: usize = 5;

/// The style of the report.
#[derive(Clone, Copy, Debug, Default)]
pub struct Human {
    /// True to use colours, for a terminal.
    pub color: bool,
    /// True to include scenarios that pass, and to show differences in full.
    pub verbose: bool,
}

impl Human {
    /// Returns the report of a scenario; empty if it passed. A change that `earlier` has is shown by the name of its first snapshot.
    pub fn case(self, case: &Case, earlier: &Changes) -> String {
        if case.ending == Ending::Passed && !case.updated && !self.verbose {
            return String::new();
        }
        let mut out = format!("{}  {}\n", self.word(case), headline(case));
        if self.verbose || case.ending != Ending::Passed {
            out.push_str(&case.warnings);
        }
        let stated = if self.verbose { self.stated(case) } else { String::new() };
        let earlier = (!self.verbose).then_some(earlier);
        let details = stated + &self.details(case, earlier);
        if !details.is_empty() {
            // An empty line before the next scenario.
            out.push_str(&details);
            out.push('\n');
        }
        out
    }

    /// Returns the failures that the scenario states, one line each.
    pub fn stated(self, case: &Case) -> String {
        let line =
            |stated: &Stated| format!("{}, as it must: {}; {}\n", stated.result, stated.what, stated.why);
        case.as_stated.iter().map(line).collect()
    }

    /// Returns all problems and differences of a scenario, without its name.
    pub fn details(self, case: &Case, earlier: Option<&Changes>) -> String {
        let mut out = String::new();
        for problem in &case.problems {
            let text = if self.color { &problem.colored } else { &problem.text };
            let _ = writeln!(out, "{text}");
        }
        let mut left = if self.verbose { usize::MAX } else { LINES_MAX };
        for difference in &case.differences {
            if case.updated && !self.verbose && !difference.is_unusable() {
                continue;
            }
            self.difference(&mut out, difference, earlier, &mut left);
        }
        if let Some(capture) = &case.capture {
            let _ = writeln!(out, "note: its packets are in {}", capture.display());
        }
        if case.kept_back {
            out.push_str("note: its snapshots are not updated, because the scenario did not pass\n");
        }
        if case.ending == Ending::SnapshotDiffers {
            if left == 0 {
                let _ = writeln!(out, "  = help: `{} -v` shows all lines", case.again);
            }
            let _ = writeln!(out, "  = help: `{} --update` accepts the change", case.again);
        }
        out
    }

    fn difference(
        self,
        out: &mut String,
        difference: &Difference,
        earlier: Option<&Changes>,
        left: &mut usize,
    ) {
        let file = difference.file.display();
        if let (Some(earlier), Change::Changed(diff)) = (earlier, &difference.change)
            && let Some(first) = earlier.first_like(&difference.file, diff)
        {
            let _ = writeln!(out, "{file}: changed as {}, above", first.display());
            return;
        }
        let _ = match &difference.change {
            Change::New => writeln!(out, "{file}: does not exist yet"),
            Change::Orphan => writeln!(out, "{file}: no longer produced by the scenario"),
            Change::Unusable(problem) => writeln!(out, "error: {problem}"),
            Change::Changed(diff) => {
                let _ = writeln!(out, "--- {file}\n+++ this run");
                let shown = diff.lines.len().min(*left);
                for line in &diff.lines[..shown] {
                    let _ = writeln!(out, "{}", self.diff_line(line));
                }
                *left -= shown;
                match diff.lines.len() - shown {
                    0 => Ok(()),
                    more => writeln!(
                        out,
                        "  … {}; in total {} added, {} removed",
                        count(more, "more line"),
                        diff.added,
                        diff.removed
                    ),
                }
            }
        };
    }

    fn diff_line(self, line: &str) -> String {
        let color = match line.as_bytes().first() {
            Some(b'-') => 31,
            Some(b'+') => 32,
            Some(b'@') => 36,
            _ => return line.to_owned(),
        };
        if self.color { format!("\x1b[{color}m{line}\x1b[0m") } else { line.to_owned() }
    }

    fn word(self, case: &Case) -> String {
        let (word, color) = match case.ending {
            Ending::Passed if case.updated => ("updated", 36),
            Ending::Passed => (case.ending.name(), 32),
            Ending::Inconclusive | Ending::Interrupted => (case.ending.name(), 33),
            ending => (ending.name(), 31),
        };
        if self.color { format!("\x1b[1;{color}m{word:<12}\x1b[0m") } else { format!("{word:<12}") }
    }

    /// Returns the end of the report: changes that several snapshots have, orphaned snapshots, what was not run, counts, and the
    /// commands that repeat the first failures.
    pub fn summary(self, totals: &Totals, changes: &Changes, again: &[String]) -> String {
        let mut out = String::new();
        changes.shared().for_each(|group| self.alike(&mut out, group));
        for orphan in &totals.orphans {
            let file = orphan.file.display();
            let _ = match &orphan.change {
                Change::Unusable(problem) => writeln!(out, "orphan        {problem}"),
                _ if totals.update => writeln!(out, "removed       {file}: its scenario no longer exists"),
                _ => writeln!(
                    out,
                    "orphan        {file}: its scenario no longer exists; `--update` removes it"
                ),
            };
        }
        if totals.failed_fast {
            self.not_run(&mut out, totals);
        }
        let _ = writeln!(out, "{}", counts(totals));
        if totals.worst() == Ending::InternalError {
            out.push_str("this is a bug in ewcsim; please report it with the scenario and the seed\n");
        }
        for command in again.iter().take(AGAIN_MAX) {
            let _ = writeln!(out, "again: {command}");
        }
        if again.len() > AGAIN_MAX {
            // The `again:` lines are for copying, so this line goes before them.
            let what = if totals.has_seeds { "run" } else { "scenario" };
            let more = format!("{} did not pass; the first {AGAIN_MAX}:\n", count(again.len(), what));
            let at = out.find("again: ").unwrap_or(out.len());
            out.insert_str(at, &more);
        }
        out
    }

    /// Tells a change that several snapshots have, with the list of them.
    fn alike(self, out: &mut String, group: &Alike) {
        let _ = writeln!(out, "{} changed alike:", count(group.files.len(), "snapshot"));
        for line in group.changed_lines().take(ALIKE_MAX) {
            let (sign, text) = line.split_at(1);
            let _ = writeln!(out, "  {}", self.diff_line(&format!("{sign} {text}")));
        }
        let shown = if self.verbose { usize::MAX } else { NAMED_MAX };
        for file in group.files.iter().take(shown) {
            let _ = writeln!(out, "  {}", file.display());
        }
        if group.files.len() > shown {
            let _ = writeln!(out, "  … {}", count(group.files.len() - shown, "more snapshot"));
        }
        out.push('\n');
    }

    /// Lists what was not run after the first failure.
    fn not_run(self, out: &mut String, totals: &Totals) {
        let shown = if self.verbose { usize::MAX } else { NAMED_MAX };
        for one in totals.not_run.iter().take(shown) {
            let seed = one.seed.map_or(String::new(), |seed| format!(", seed {seed}"));
            let _ = writeln!(out, "{:<12}  {}{seed}", "not run", one.path.display());
        }
        if totals.not_run.len() > shown {
            let _ = writeln!(out, "{:<12}  … {} more", "not run", totals.not_run.len() - shown);
        }
    }
}

/// Returns the counts: `38 scenarios: 36 passed, 2 failed; 1 lab left out`.
pub(super) fn counts(totals: &Totals) -> String {
    let mut parts: Vec<String> =
        totals.endings.iter().map(|(ending, number)| format!("{number} {}", ending.name())).collect();
    if !totals.not_run.is_empty() {
        parts.push(format!("{} not run", totals.not_run.len()));
    }
    let mut out = count(totals.selected(), if totals.has_seeds { "run" } else { "scenario" });
    if !parts.is_empty() {
        let _ = write!(out, ": {}", parts.join(", "));
    }
    if totals.failed_fast {
        out.push_str("; ended at the first failure");
    }
    if totals.updated > 0 {
        let _ = write!(out, "; snapshots of {} updated", totals.updated);
    }
    if !totals.orphans.is_empty() {
        let verb = if totals.update { " removed" } else { "" };
        let _ = write!(out, "; {}{verb}", count(totals.orphans.len(), "orphaned snapshot"));
    }
    if totals.labs > 0 {
        let _ = write!(out, "; {} left out", count(totals.labs, "lab"));
    }
    out
}

/// Returns the path of the scenario with its main result.
fn headline(case: &Case) -> String {
    let path = case.path.display();
    match (case.ending, case.seed) {
        (Ending::Passed, _) if case.updated => format!("{path}: {}", changes(&case.differences)),
        (Ending::Passed, _) => {
            let compared = case.compared.map(|number| format!(", {}", count(number, "snapshot")));
            let stated = match case.as_stated.len() {
                0 => String::new(),
                number => format!(", {number} failed as it must"),
            };
            let expectations = count(case.expectations, "expectation");
            format!("{path}: {expectations}{stated}{}", compared.unwrap_or_default())
        }
        (Ending::SnapshotDiffers, _) => format!("{path}: {}", changes(&case.differences)),
        (_, Some(seed)) => format!("{path}, seed {seed}"),
        (_, None) => path.to_string(),
    }
}

/// Counts differences by kind: `2 changed (timeline, events), 1 new (ap-1)`.
pub(super) fn changes(differences: &[Difference]) -> String {
    let kinds = [("changed", "changed"), ("new", "new"), ("orphan", "orphaned"), ("unusable", "unusable")];
    let parts = kinds.iter().filter_map(|(name, word)| {
        let items = differences.iter().filter(|difference| difference.change.name() == *name);
        let items: Vec<&str> = items.map(|difference| difference.item.as_str()).collect();
        (!items.is_empty()).then(|| format!("{} {word} ({})", items.len(), items.join(", ")))
    });
    parts.collect::<Vec<_>>().join(", ")
}
