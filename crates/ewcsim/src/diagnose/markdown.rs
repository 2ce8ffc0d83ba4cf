//! The answer for a ticket.

use std::fmt::Write as _;

use super::answer::{Cause, Diagnosis};
use super::human::{apart, percent, read, sentence, tried};

/// The most lines of each sort that are shown.
const SHOWN_MAX: usize = 10;

/// Returns the answer as Markdown.
pub(crate) fn markdown(diagnosis: &Diagnosis) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write(&mut out, diagnosis);
    out
}

fn write(out: &mut String, diagnosis: &Diagnosis) -> std::fmt::Result {
    writeln!(out, "**{}**\n\n{}.\n", escaped(&sentence(diagnosis)), escaped(&read(diagnosis)))?;
    if !diagnosis.causes.is_empty() {
        writeln!(out, "| cause | explains | missing | contradicts | what it is |\n|---|--:|--:|--:|---|")?;
    }
    for cause in &diagnosis.causes {
        let (missing, contradicts) = (cause.missing.len(), cause.contradicts.len());
        let (share, says) = (percent(cause.share), escaped(&cause.says));
        writeln!(out, "| {} | {share} | {missing} | {contradicts} | {says} |", cause.cause)?;
    }
    for cause in diagnosis.causes.iter().take(diagnosis.equal) {
        one(out, cause)?;
    }
    if let Some(nearest) = &diagnosis.nearest {
        writeln!(
            out,
            "\nNearest: {}, which explains {}. It does not print:\n",
            nearest.cause,
            percent(nearest.share)
        )?;
        fenced(out, nearest.contradicts.iter().map(|line| line.text.as_str()))?;
    }
    for note in &diagnosis.notes {
        writeln!(out, "\n{}", escaped(note))?;
    }
    if !diagnosis.not_on_lab.is_empty() {
        writeln!(out, "\nNot on this lab:\n")?;
    }
    for not in &diagnosis.not_on_lab {
        writeln!(out, "- {}: {}", not.cause, escaped(&not.why))?;
    }
    writeln!(out, "\n`{}`, ewcsim {}", diagnosis.again.replace('`', "'"), diagnosis.tool)
}

fn one(out: &mut String, cause: &Cause) -> std::fmt::Result {
    writeln!(out, "\n## {}\n\n{}\n", cause.cause, escaped(&cause.says))?;
    writeln!(out, "- Mend: {}{}", escaped(&cause.mend), tried(cause))?;
    for check in &cause.check {
        writeln!(out, "- Check: {}: {}", escaped(&check.what), escaped(&check.says))?;
    }
    for telling in &cause.apart {
        writeln!(out, "- {}", escaped(&apart(telling)))?;
    }
    if !cause.contradicts.is_empty() {
        writeln!(out, "\nIt does not print:\n")?;
        fenced(out, cause.contradicts.iter().map(|line| line.text.as_str()))?;
    }
    if !cause.missing.is_empty() {
        writeln!(out, "\nMissing in the logs:\n")?;
        fenced(out, cause.missing.iter().map(|line| line.text.as_str()))?;
    }
    Ok(())
}

/// Writes lines as they are. A fence is longer than any in them.
fn fenced<'a>(out: &mut String, lines: impl Iterator<Item = &'a str> + Clone) -> std::fmt::Result {
    let longest = lines.clone().flat_map(|line| line.split(|c| c != '`').map(str::len)).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    writeln!(out, "{fence}text")?;
    for line in lines.take(SHOWN_MAX) {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{fence}")
}

/// Escapes what Markdown would format, but not code in backquotes of our own data.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '|' | '<' | '>' | '*' | '_' | '[' | ']' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
