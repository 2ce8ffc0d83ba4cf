//! `ewcsim compare`: a field log beside a simulated one, aligned by events.

use std::fmt::Write as _;
use std::time::Duration;

use ::logs::Read;
use diagnosis::{Fit, Hypothesis, LineOf, Weights, rank};
use serde::Serialize;
use text::numbers::count;
use text::{printable, secrets};

use super::observed::Observed;

/// A difference of times that is shorter says nothing: logs have whole seconds at times.
const CLOSE: f64 = 1.0;
/// A part of the run's time within which a time is as good as equal.
const CLOSE_PART: f64 = 0.1;

/// Logs of the field beside those of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison {
    /// The logs, in the order of the field's.
    pub(crate) logs: Vec<Beside>,
    /// The number of lines that both have, that only the field has, that only the run has, and whose times differ.
    pub(crate) both: usize,
    pub(crate) only_field: usize,
    pub(crate) only_run: usize,
    pub(crate) other_time: usize,
    /// The lines of the field that nothing prints.
    pub(crate) not_understood: Vec<Side>,
}

/// A log of the field beside the log of a host of the run.
#[derive(Debug, Serialize)]
pub(crate) struct Beside {
    /// The kind of device.
    pub(crate) speaker: String,
    /// The host or the file of the field.
    pub(crate) field: String,
    /// The host of the run; none if no host of this kind prints any of its lines.
    pub(crate) run: Option<String>,
    pub(crate) rows: Vec<Row>,
}

/// A line that both have, or only one of them.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) field: Option<Side>,
    pub(crate) run: Option<Side>,
    /// By how many seconds the time since the row before is longer in the field than in the run.
    pub(crate) differs_s: Option<f64>,
}

/// A line of one side.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Side {
    pub(crate) file: String,
    pub(crate) line: usize,
    /// The time since the first line of the log, in seconds.
    pub(crate) at_s: Option<f64>,
    pub(crate) text: String,
}

/// What was read of one side.
struct Files {
    read: Read,
    observed: Observed,
}

/// Compares logs of the field with the logs of a run: names, and bytes.
///
/// # Errors
/// There is too much to read.
pub(crate) fn compare(
    field: &[(String, Vec<u8>)],
    run: &[(String, Vec<u8>)],
) -> Result<Comparison, ::logs::LimitExceeded> {
    let (field, run) = (Files::read(field)?, Files::read(run)?);
    let hypotheses = [Hypothesis { cause: String::new(), logs: run.observed.logs.clone() }];
    let fits = rank(&field.observed.logs, &hypotheses, &Weights::of(&hypotheses));
    let fit = fits.into_iter().next();
    let logs: Vec<Beside> =
        (0..field.observed.logs.len()).map(|log| beside(log, &field, &run, fit.as_ref())).collect();
    let number = |is: fn(&&Row) -> bool| logs.iter().flat_map(|log| &log.rows).filter(is).count();
    let unknown = field.read.unknown.iter().map(|line| Side {
        file: printable(&field.read.files[line.place.file]),
        line: line.place.line,
        at_s: None,
        text: secrets::starred(&line.text),
    });
    Ok(Comparison {
        both: number(|row| row.field.is_some() && row.run.is_some()),
        only_field: number(|row| row.run.is_none()),
        only_run: number(|row| row.field.is_none()),
        other_time: number(|row| row.is_late()),
        not_understood: unknown.collect(),
        logs,
    })
}

impl Files {
    fn read(files: &[(String, Vec<u8>)]) -> Result<Self, ::logs::LimitExceeded> {
        let read = super::read(files)?;
        let observed = Observed::of(&read);
        Ok(Self { read, observed })
    }

    fn side(&self, line: LineOf) -> Side {
        let read = &self.read.lines[self.observed.places[line.log][line.line]];
        let place = read.place;
        Side {
            file: printable(&self.read.files[place.file]),
            line: place.line,
            at_s: read.since.map(|since| since.as_secs_f64()),
            text: super::shown(read),
        }
    }

    fn at(&self, line: LineOf) -> Option<Duration> {
        self.observed.logs[line.log].lines[line.line].at()
    }
}

/// Lays one log of the field beside the log of the run that is most like it.
fn beside(log: usize, field: &Files, run: &Files, fit: Option<&Fit>) -> Beside {
    let of_field = &field.observed.logs[log];
    let pairs: Vec<(LineOf, LineOf)> = fit
        .into_iter()
        .flat_map(|fit| &fit.explained)
        .filter(|explained| explained.field.log == log)
        .map(|explained| (explained.field, explained.run))
        .collect();
    let mut rows = Vec::new();
    let mut pairs_left = pairs.iter().peekable();
    let mut before: Option<(LineOf, LineOf)> = None;
    for line in 0..of_field.lines.len() {
        let own = LineOf { log, line };
        let Some((_, other)) = pairs_left.next_if(|(field, _)| *field == own) else {
            rows.push(Row { field: Some(field.side(own)), run: None, differs_s: None });
            continue;
        };
        let forward = before.filter(|(_, last)| last.line < other.line);
        for passed in forward.map_or(0..0, |(_, last)| last.line + 1..other.line) {
            let passed = LineOf { log: other.log, line: passed };
            rows.push(Row { field: None, run: Some(run.side(passed)), differs_s: None });
        }
        let took = |files: &Files, from: LineOf, to: LineOf| {
            Some(files.at(to)?.checked_sub(files.at(from)?)?.as_secs_f64())
        };
        let differs_s = forward.and_then(|(field_before, run_before)| {
            let (field, run) = (took(field, field_before, own)?, took(run, run_before, *other)?);
            let differs = field - run;
            (differs.abs() > CLOSE && differs.abs() > CLOSE_PART * run).then_some(differs)
        });
        rows.push(Row { field: Some(field.side(own)), run: Some(run.side(*other)), differs_s });
        before = Some((own, *other));
    }
    let host = pairs.first().map(|(_, other)| run.observed.logs[other.log].name.clone());
    Beside { speaker: of_field.speaker.clone(), field: printable(&of_field.name), run: host, rows }
}

impl Row {
    fn is_late(&self) -> bool {
        self.differs_s.is_some()
    }
}

impl Comparison {
    /// Returns true if nothing differs but names.
    pub(crate) fn is_same(&self) -> bool {
        self.only_field + self.only_run + self.other_time == 0
    }

    /// Returns the comparison for people.
    pub(crate) fn human(&self) -> String {
        let mut out = String::new();
        // Writing to a String does not fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        for log in &self.logs {
            let run = log.run.as_deref().unwrap_or("nothing of the run");
            writeln!(out, "{} ({}) beside {run}", log.field, log.speaker)?;
            writeln!(out, "  {:>10} {:>10} {:>9}", "field s", "run s", "differs")?;
            for row in &log.rows {
                let at = |side: &Option<Side>| match side {
                    Some(Side { at_s: Some(at), .. }) => format!("{at:.3}"),
                    Some(_) => "?".to_owned(),
                    None => "-".to_owned(),
                };
                let differs = row.differs_s.map(|differs| format!("{differs:+.1}")).unwrap_or_default();
                let text = row.field.as_ref().or(row.run.as_ref()).map_or("", |side| &side.text);
                writeln!(out, "  {:>10} {:>10} {differs:>9} {text}", at(&row.field), at(&row.run))?;
            }
            writeln!(out)?;
        }
        for side in &self.not_understood {
            writeln!(out, "not understood: {}:{}: {}", side.file, side.line, side.text)?;
        }
        writeln!(
            out,
            "{} in both, {} only in the field, {} only in the run, {} at another time, {} not understood",
            count(self.both, "line"),
            self.only_field,
            self.only_run,
            self.other_time,
            self.not_understood.len(),
        )
    }
}
