//! The runs and the distributions as tables for spreadsheets (RFC 4180).

use std::borrow::Cow;

use super::super::found::{Found, name};
use super::super::groups::groups;
use super::super::row::{Row, RowOutcome};
use super::super::spread::spreads;

/// Returns one line for each run: seed, outcome, the slugs of its failures, faults, drawn values, numbers.
pub(in crate::explore) fn runs_csv(found: &Found) -> String {
    let plan = &found.plan;
    let mut out = String::new();
    let faults = plan.faults.iter().map(|fault| format!("fault: {fault}"));
    let head: Vec<String> = ["seed", "outcome", "failures"].map(str::to_owned).into();
    let measures = plan.measures.iter().map(|measure| measure.name.clone());
    line(&mut out, head.into_iter().chain(faults).chain(plan.drawn.iter().cloned()).chain(measures));
    for row in &found.rows {
        let faults = (0..plan.faults.len()).map(|index| match row.faults.get(index) {
            Some(true) => "1".to_owned(),
            Some(false) => "0".to_owned(),
            None => String::new(),
        });
        let drawn =
            (0..plan.drawn.len()).map(|index| row.drawn.get(index).cloned().flatten().unwrap_or_default());
        let values = plan.measures.iter().enumerate().map(|(index, measure)| {
            let value = row.values.get(index).copied().flatten();
            value.map_or(String::new(), |value| measure.unit.value(value).to_string())
        });
        let head = [row.seed.to_string(), name(&row.outcome).to_owned(), slugs(row)];
        line(&mut out, head.into_iter().chain(faults).chain(drawn).chain(values));
    }
    out
}

/// Returns one line for each number, and one for each way of not passing.
pub(in crate::explore) fn distributions_csv(found: &Found) -> String {
    let mut out = String::new();
    let head = ["what", "unit", "runs", "min", "p5", "median", "p95", "max"];
    line(&mut out, head.map(str::to_owned));
    for (measure, spread) in spreads(found) {
        let unit = match measure.unit {
            super::super::measure::Unit::Seconds => "s",
            super::super::measure::Unit::Bytes => "bytes",
            super::super::measure::Unit::Count => "",
        };
        let numbers =
            [spread.min, spread.p5, spread.median, spread.p95, spread.max].map(|value| value.to_string());
        let words = [measure.name.clone(), unit.to_owned(), spread.runs.to_string()];
        line(&mut out, words.into_iter().chain(numbers));
    }
    for group in groups(found) {
        let words = [group.way.slug(), "runs".to_owned(), group.runs.to_string()];
        line(&mut out, words.into_iter().chain(std::iter::repeat_n(String::new(), 5)));
    }
    out
}

fn slugs(row: &Row) -> String {
    match &row.outcome {
        RowOutcome::Failed { failures } => {
            failures.iter().map(|failed| failed.key.slug()).collect::<Vec<_>>().join(" ")
        }
        RowOutcome::Passed
        | RowOutcome::Inconclusive { .. }
        | RowOutcome::Late
        | RowOutcome::Panicked { .. }
        | RowOutcome::Unequal
        | RowOutcome::Invalid { .. } => String::new(),
    }
}

fn line(out: &mut String, cells: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = cells.into_iter().map(|cell| quoted(&cell).into_owned()).collect();
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}

fn quoted(cell: &str) -> Cow<'_, str> {
    if cell.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\"")).into()
    } else {
        cell.into()
    }
}
