//! `ewcsim diagnose`: from the log of a field failure to its cause.
//!
//! ```text
//!   files ─▶ logs::read ─▶ observed ─┐
//!                                    ├─▶ diagnosis::rank ─▶ decide ─▶ answer ─▶ human | markdown | JSON
//!   causes ─▶ runs ─────▶ observed ──┘                        └─ reproduction: the scenario, renamed; the same, mended
//! ```
//!
//! A cause is known if a scenario of the project has it (`causes.yaml`). Each of these scenarios is run, and what its hosts print is read
//! by the same reader as the field log: the two are compared by events, not by text. A cause that explains too little of the log is none:
//! then the answer is that the cause is not known.

mod answer;
mod causes;
mod compare;
mod decide;
mod fitted;
mod human;
mod lab;
mod markdown;
mod network;
mod observed;
mod reproduction;
mod runs;
mod scenarios;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};

use ::logs::{File, Read, ReadLine, Role};
use diagnosis::{Hypothesis, Weights, rank};
use text::secrets;

pub(crate) use self::answer::Diagnosis;
pub(crate) use self::compare::compare;
pub(crate) use self::human::human;
pub(crate) use self::lab::Lab;
pub(crate) use self::markdown::markdown;
use self::observed::Observed;
use self::runs::Wanted;
use crate::progress::Progress;

/// The most characters of a line that are shown.
const LINE_MAX: usize = 300;

/// What is to be diagnosed.
pub(crate) struct Request<'a> {
    /// The logs: names, and bytes.
    pub(crate) files: &'a [(String, Vec<u8>)],
    /// The lab that the logs are of.
    pub(crate) lab: Option<Lab<'a>>,
    /// The number of threads.
    pub(crate) jobs: usize,
}

/// What was read, and the runs with which it was compared.
struct Compared<'a> {
    read: &'a Read,
    observed: &'a Observed,
    runs: &'a runs::Runs,
    weights: &'a Weights,
}

/// The reason why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DiagnoseError {
    /// The logs are too long.
    #[error(transparent)]
    Limit(#[from] ::logs::LimitExceeded),
    /// A signal came.
    #[error("interrupted")]
    Interrupted,
}

/// Diagnoses logs.
///
/// # Errors
/// See [`DiagnoseError`].
pub(crate) fn diagnose(
    mut request: Request<'_>,
    progress: &mut Progress,
    stop: &AtomicBool,
) -> Result<Diagnosis, DiagnoseError> {
    let read = read(request.files)?;
    let observed = Observed::of(&read);
    request.lab = request.lab.map(|lab| lab.observed_in(&observed));
    let tftpd64 = read.speakers.iter().any(|speaker| speaker.role == Role::Tftpd64);
    let points = network::number_of_access_points(&read);
    let wanted = Wanted { lab: request.lab.as_ref(), tftpd64, points };
    // Nothing explains what was not understood.
    let runs = match read.lines.is_empty() {
        true => runs::Runs::default(),
        false => runs::all(&wanted, request.jobs, progress, stop).ok_or(DiagnoseError::Interrupted)?,
    };
    let hypotheses: Vec<Hypothesis> = runs.runs.iter().map(|run| run.hypothesis.clone()).collect();
    let weights = Weights::of(&hypotheses);
    let decided = decide::decide(&observed, rank(&observed.logs, &hypotheses, &weights));
    let compared = Compared { read: &read, observed: &observed, runs: &runs, weights: &weights };
    let diagnosis = answer::answer(&request, &compared, &decided, stop);
    if stop.load(Ordering::Relaxed) { Err(DiagnoseError::Interrupted) } else { Ok(diagnosis) }
}

/// Reads logs, of the field or of a run.
fn read(files: &[(String, Vec<u8>)]) -> Result<Read, ::logs::LimitExceeded> {
    let files: Vec<File<'_>> = files.iter().map(|(name, bytes)| File { name, bytes }).collect();
    ::logs::read(&files)
}

/// Returns the beginning of a line, safe for a terminal and without passwords.
fn shown(line: &ReadLine) -> String {
    secrets::starred(&shortened(&line.text))
}

/// Returns the beginning of a text, safe for a terminal.
fn shortened(text: &str) -> String {
    let text = text::printable(&text.trim_end());
    let mut short: String = text.chars().take(LINE_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
