//! The answer for people.

use std::fmt::Write as _;

use text::numbers::count;

use super::answer::{Cause, Diagnosis, FieldLine, Telling};
use super::causes::NOTHING_WRONG;

/// The most lines of each sort that are shown.
const SHOWN_MAX: usize = 5;
/// The most causes that are told at length, and the most that are named.
const TOLD_MAX: usize = 3;
const NAMED_MAX: usize = 12;

/// Returns the answer.
pub(crate) fn human(diagnosis: &Diagnosis) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write(&mut out, diagnosis);
    out
}

fn write(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    writeln!(out, "{}", sentence(diagnosis))?;
    writeln!(out, "{}\n", read(diagnosis))?;
    for (index, cause) in diagnosis.causes.iter().take(told(diagnosis)).enumerate() {
        told_cause(out, cause, index)?;
    }
    let more: Vec<&str> =
        diagnosis.causes.iter().skip(told(diagnosis)).map(|cause| cause.cause.as_str()).collect();
    if !more.is_empty() {
        let named = more.iter().take(NAMED_MAX).copied().collect::<Vec<_>>().join(", ");
        let rest = more.len().saturating_sub(NAMED_MAX);
        let rest = if rest > 0 { format!(", and {rest} more") } else { String::new() };
        writeln!(out, "also possible: {named}{rest}\n")?;
    }
    if let Some(nearest) = &diagnosis.nearest {
        writeln!(out, "nearest: {}, which explains {}", nearest.cause, percent(nearest.share))?;
        writeln!(out, "  {}", nearest.says)?;
        lines(out, "it does not print", &nearest.contradicts)?;
        writeln!(out)?;
    }
    for note in &diagnosis.notes {
        writeln!(out, "note: {note}")?;
    }
    for not in &diagnosis.not_on_lab {
        writeln!(out, "not on this lab: {}: {}", not.cause, not.why)?;
    }
    lines(out, "not understood", &diagnosis.not_understood)?;
    writeln!(out, "again: {}", diagnosis.again)
}

/// Returns the number of causes that are told at length: those that the logs do not tell apart, or else the first.
fn told(diagnosis: &Diagnosis) -> usize {
    diagnosis.equal.clamp(1, TOLD_MAX).min(diagnosis.causes.len())
}

/// Returns the answer in one sentence.
pub(super) fn sentence(diagnosis: &Diagnosis) -> String {
    match (diagnosis.causes.as_slice(), diagnosis.equal) {
        ([], _) if diagnosis.understood.is_empty() => {
            "I do not know: no line of these logs is one that these devices and servers print.".to_owned()
        }
        ([], _) => "I do not know: no known cause explains these logs.".to_owned(),
        ([first, ..], 1) => format!("{}: {}", first.cause, first.says),
        ([first, ..], equal) if first.cause == NOTHING_WRONG => format!(
            "These logs do not show how an attempt ends: they fit a network in which nothing is wrong, and {} of failures.",
            count(equal - 1, "cause")
        ),
        ([first, ..], equal) => format!(
            "{}, or {} that these logs do not tell apart from it: {}",
            first.cause,
            count(equal - 1, "other cause"),
            first.says
        ),
    }
}

/// Says what was read.
pub(super) fn read(diagnosis: &Diagnosis) -> String {
    let parts: Vec<String> =
        diagnosis.understood.iter().map(|(who, lines)| format!("{lines} of {who}")).collect();
    let understood = if parts.is_empty() { "no line".to_owned() } else { parts.join(", ") };
    format!("understood: {understood}; not understood: {}", count(diagnosis.not_understood.len(), "line"))
}

fn told_cause(out: &mut String, cause: &Cause, index: usize) -> std::fmt::Result {
    writeln!(out, "{}. {} explains {} of what the logs say", index + 1, cause.cause, percent(cause.share))?;
    writeln!(out, "   {}", cause.says)?;
    writeln!(out, "   mend: {}{}", cause.mend, tried(cause))?;
    for check in &cause.check {
        writeln!(out, "   check: {}: {}", check.what, check.says)?;
    }
    for telling in cause.apart.iter().take(SHOWN_MAX) {
        writeln!(out, "   {}", apart(telling))?;
    }
    for line in cause.contradicts.iter().take(SHOWN_MAX) {
        writeln!(out, "   it does not print {}:{}: {}", line.file, line.line, line.text)?;
    }
    for line in cause.missing.iter().take(SHOWN_MAX) {
        writeln!(out, "   missing, {}: {}", line.speaker, line.text)?;
    }
    writeln!(out, "   scenario: {}; source: {}\n", cause.scenario, cause.source)
}

/// Says whether the mend was shown to work.
pub(super) fn tried(cause: &Cause) -> &'static str {
    match cause.mended {
        Some(true) => " (simulated: then there is no such failure)",
        Some(false) => " (simulated: that alone does not mend this network)",
        None => "",
    }
}

/// Says what tells two causes apart.
pub(super) fn apart(telling: &Telling) -> String {
    let whose = if telling.is_new { "which is not here" } else { "at another time" };
    format!("with {} the log of {}, {whose}, has: {}", telling.of, telling.speaker, telling.text)
}

fn lines(out: &mut String, what: &str, lines: &[FieldLine]) -> std::fmt::Result {
    for line in lines.iter().take(SHOWN_MAX) {
        writeln!(out, "{what}: {}:{}: {}", line.file, line.line, line.text)?;
    }
    match lines.len().saturating_sub(SHOWN_MAX) {
        0 => Ok(()),
        more => writeln!(out, "{what}: {} more (`--format json` has them)", count(more, "line")),
    }
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
