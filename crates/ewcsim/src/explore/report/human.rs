//! An exploration for people.

use std::fmt::Write as _;
use std::time::Duration;

use text::durations::short;
use text::numbers::{count, grouped};
use text::printable;

use super::super::found::Found;
use super::super::groups::{Group, groups, kept};
use super::super::measure::Unit;
use super::super::spread::{Spread, spreads};
use super::words::{bound, caveats, counts, recovery, swarm};
use crate::ending::Ending;

/// The maximum number of groups that are told in full.
const GROUPS_MAX: usize = 20;

/// Returns the report.
pub fn human(found: &Found, color: bool) -> String {
    let plan = &found.plan;
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = writeln!(out, "{}", printable(&plan.title));
    let _ = writeln!(out, "{}, {}", printable(&plan.scenario), counts(found));
    for line in swarm(found).into_iter().chain([recovery(found)]).chain(caveats(found)).chain(bound(found)) {
        let _ = writeln!(out, "{line}");
    }
    let (groups, kept) = (groups(found), kept(found));
    for group in groups.iter().take(GROUPS_MAX) {
        let _ = one(&mut out, found, group, &kept, color);
    }
    if groups.len() > GROUPS_MAX {
        let _ =
            writeln!(out, "\n{}; `--format json` has all", count(groups.len() - GROUPS_MAX, "more group"));
    }
    numbers(&mut out, found);
    if found.ending() == Ending::InternalError {
        out.push_str("\nthis is a bug in ewcsim; please report it with the scenario and the seed\n");
    }
    let _ = writeln!(out, "\nagain: {}", plan.again_all());
    out
}

fn one(out: &mut String, found: &Found, group: &Group, kept: &[usize], color: bool) -> std::fmt::Result {
    let word = group.way.ending().name().replace('_', " ");
    let word = match (color, group.way.ending()) {
        (false, _) => word,
        (true, Ending::Inconclusive) => format!("\x1b[33m{word}\x1b[0m"),
        (true, _) => format!("\x1b[31m{word}\x1b[0m"),
    };
    let all = found.rows.len();
    writeln!(
        out,
        "\n{word} in {} of {}: {}",
        group.runs,
        count(all, "run"),
        printable(&group.sentence(found))
    )?;
    let place = group.place.as_ref().map_or(String::new(), |(file, line)| format!(", {file}:{line}"));
    let actual = group.actual.as_ref().map_or(String::new(), |actual| format!(": {actual}"));
    writeln!(out, "  first with seed {}{}", group.first, printable(&format!("{place}{actual}")))?;
    for (fault, (runs, of_all)) in found.plan.faults.iter().zip(group.faults.iter().zip(kept)) {
        if *runs == 0 && *of_all > 0 {
            // An expectation about a fault fails without it.
            let about = "the failure may be about that";
            writeln!(out, "  none of these had {fault}, which {of_all} of all {all} runs had: {about}")?;
        } else {
            writeln!(out, "  {runs} of these {} had {fault}, and {of_all} of all {all} runs", group.runs)?;
        }
    }
    writeln!(out, "  again: {}", group.way.again(found, group.first))
}

/// Writes the table of numbers. What is the same in all runs has one column.
fn numbers(out: &mut String, found: &Found) {
    // Numbers that are 0 in all runs are in the files only.
    let rows: Vec<[String; 7]> = spreads(found)
        .into_iter()
        .filter(|(_, spread)| spread.max > 0.0)
        .map(|(measure, spread)| {
            let shown = |value: f64| shown(measure.unit, value);
            let Spread { runs, min, p5, median, p95, max, .. } = spread;
            let range = format!("{}..{}", shown(min), shown(max));
            let range = if min == max { shown(min) } else { range };
            [
                measure.name.clone(),
                runs.to_string(),
                shown(p5),
                shown(median),
                shown(p95),
                range,
                spread.drawn(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    let head = ["", "runs", "5 %", "median", "95 %", "range", ""].map(str::to_owned);
    let all: Vec<&[String; 7]> = std::iter::once(&head).chain(&rows).collect();
    let width = |column: usize| all.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    out.push('\n');
    for row in all {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let width = widths[column];
            if column == 0 || column == 6 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

fn shown(unit: Unit, value: f64) -> String {
    match unit {
        // Tenths of a second are enough here; the files have all digits.
        Unit::Seconds => short(Duration::from_millis((value * 10.0).round() as u64 * 100)),
        Unit::Bytes | Unit::Count => grouped(value as u64),
    }
}
