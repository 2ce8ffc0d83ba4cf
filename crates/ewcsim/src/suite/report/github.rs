//! A suite as GitHub annotations: workflow commands that GitHub shows beside the lines of a change.
//!
//! Source: <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use std::fmt::Write as _;

use super::human::{Human, counts};
use crate::ending::Ending;
use crate::suite::case::Case;
use crate::suite::compare::Change;
use crate::suite::whole::Totals;

/// The maximum size of a message in bytes. GitHub has a limit of its own; `--format human` prints the full text.
const MESSAGE_MAX: usize = 4_000;

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

fn annotation(
    out: &mut String,
    level: &str,
    file: &str,
    at: Option<(usize, usize)>,
    title: &str,
    message: &str,
) {
    let _ = write!(out, "::{level} file={}", property(file));
    if let Some((line, column)) = at {
        let _ = write!(out, ",line={line},col={column}");
    }
    let mut end = message.len().min(MESSAGE_MAX);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    let more = if end < message.len() { "\n…" } else { "" };
    let _ = writeln!(out, ",title={}::{}", property(title), data(&format!("{}{more}", &message[..end])));
}

/// Escapes a message.
fn data(text: &str) -> String {
    text.trim_end().replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property, which would end at a comma or colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        let mut out = String::new();
        annotation(&mut out, "error", "a,b:c.yaml", Some((3, 7)), "50 %: a, b", "one\r\ntwo: 50 %, x\n");
        assert_eq!(
            out,
            "::error file=a%2Cb%3Ac.yaml,line=3,col=7,title=50 %25%3A a%2C b::one%0D%0Atwo: 50 %25, x\n"
        );
    }

    #[test]
    fn long_messages_are_cut_between_characters() {
        let mut out = String::new();
        annotation(&mut out, "warning", "x", None, "t", &format!("a{}", "ü".repeat(MESSAGE_MAX)));
        assert!(out.starts_with("::warning file=x,title=t::aüü"), "{out}");
        assert!(out.ends_with("ü%0A…\n") && out.len() < MESSAGE_MAX + 50, "{out}");
    }
}
