//! Parts that several sections have: headings, verdicts, times with their spread, scrolling tables.

use crate::clock::Clock;
use crate::words::{duration, nights, range, time_range};
use crate::{PlanVerdict, Spread};

use super::html::Html;

/// Begins a section with its heading, to which the contents lead.
pub(super) fn section(out: &mut Html, id: &str, title: &str) {
    let heading = format!("h-{id}");
    out.open("section", &[("id", id), ("aria-labelledby", &heading)]);
    out.element("h2", &[("id", &heading)], title);
    out.raw("\n");
}

/// Begins a table that scrolls by itself where it is wider than the screen.
pub(super) fn table(out: &mut Html, class: &str, name: &str, titles: &[(&str, &str)]) {
    out.open("div", &[("class", "scroll"), ("role", "region"), ("tabindex", "0"), ("aria-label", name)]);
    out.open("table", &[("class", class)]);
    out.element("caption", &[], name);
    out.raw("<thead><tr>");
    for (title, class) in titles {
        out.element("th", &[("scope", "col"), ("class", class)], title);
    }
    out.raw("</tr></thead>\n<tbody>\n");
}

/// Ends a table.
pub(super) fn end_table(out: &mut Html) {
    out.raw("</tbody></table></div>\n");
}

/// Returns the class of a verdict.
pub(super) fn class(verdict: PlanVerdict) -> &'static str {
    match verdict {
        PlanVerdict::Yes => "yes",
        PlanVerdict::CannotTell => "cannot-tell",
        PlanVerdict::AtRisk => "at-risk",
        PlanVerdict::No => "no",
    }
}

/// Returns the sign of a verdict, beside which the word always stands.
pub(super) fn sign(verdict: PlanVerdict) -> &'static str {
    match verdict {
        PlanVerdict::Yes => "✓",
        PlanVerdict::CannotTell => "?",
        PlanVerdict::AtRisk => "!",
        PlanVerdict::No => "✕",
    }
}

/// Writes a verdict with its sign, and the nights that fail if it is at risk.
pub(super) fn verdict(out: &mut Html, verdict: PlanVerdict, failed: Option<(u64, u64)>) {
    out.open("span", &[("class", &format!("verdict {}", class(verdict)))]);
    out.element("span", &[("class", "sign"), ("aria-hidden", "true")], sign(verdict));
    out.text(verdict.words());
    out.raw("</span>");
    if let (PlanVerdict::AtRisk, Some((failed, seeds))) = (verdict, failed) {
        out.raw(" ");
        out.element("span", &[("class", "range")], &format!("{failed} of {}", nights(seeds)));
    }
}

/// Writes a cell with a duration: the median, and below it the range.
pub(super) fn duration_cell(out: &mut Html, spread: Option<&Spread>) {
    let range = spread.and_then(range);
    spread_cell(out, spread.map(|spread| (spread.median_s, duration(spread.median_s))), range);
}

/// Writes a cell with a time of day: that of the median, and below it the range.
pub(super) fn time_cell(out: &mut Html, clock: &Clock, spread: Option<&Spread>) {
    let shown = |seconds| clock.time(seconds).unwrap_or_else(|| format!("+{}", duration(seconds)));
    let range = spread.and_then(|spread| match clock.time(spread.p5_s) {
        Some(_) => time_range(clock, spread),
        None => range(spread),
    });
    spread_cell(out, spread.map(|spread| (spread.median_s, shown(spread.median_s))), range);
}

fn spread_cell(out: &mut Html, median: Option<(f64, String)>, range: Option<String>) {
    let Some((seconds, median)) = median else {
        out.raw("<td class=\"num none\" data-sort=\"\"><span aria-hidden=\"true\">–</span><span class=\"unseen\">none</span></td>");
        return;
    };
    out.open("td", &[("class", "num"), ("data-sort", &format!("{seconds:.3}"))]);
    out.element("span", &[("class", "median")], &median);
    if let Some(range) = range {
        out.raw(" ");
        out.element("span", &[("class", "range")], &range.replace(" to ", "–"));
    }
    out.raw("</td>");
}

/// Writes a cell with a sentence.
pub(super) fn prose_cell(out: &mut Html, text: &str) {
    out.raw("<td>");
    out.prose(text);
    out.raw("</td>");
}

/// Writes names in a row, which break at their hyphens only where they are longer than a line.
pub(super) fn whole_words(out: &mut Html, names: &[String]) {
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            out.raw(", ");
        }
        out.element("span", &[("class", "whole-word")], name);
    }
}

/// Writes commands, each in its line.
pub(super) fn commands(out: &mut Html, commands: &[String]) {
    if !commands.is_empty() {
        out.block("command", commands.iter().flat_map(|command| command.lines()));
    }
}
