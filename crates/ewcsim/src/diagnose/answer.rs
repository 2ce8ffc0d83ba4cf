//! The answer, as data.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use ::logs::Read;
use diagnosis::{Fit, LineOf, apart};
use serde::Serialize;
use text::numbers::count;
use text::{printable, secrets};

use super::causes::{self, Check};
use super::decide::Decided;
use super::fitted::{self, Fitted};
use super::lab::NotOnLab;
use super::observed::counts;
use super::reproduction::Reproduction;
use super::runs::Run;
use super::{Compared, Request, shortened, shown};
use crate::report::path_word;

/// The most causes for which a scenario is written and a mend is tried.
const TRIED_MAX: usize = 5;
/// The largest number of lines of each sort in the answer, for a cause.
const LINES_MAX: usize = 200;

/// What is said of a lab that gives the logs as it is.
const LAB_SAYS: &str = "The lab as it is gives these logs: nothing has to be added to it.";
const LAB_MEND: &str =
    "Run the reproduction: its verdict names what keeps the access points from the release.";

/// What a log says of its cause.
#[derive(Debug, Serialize)]
pub(crate) struct Diagnosis {
    /// The version of the program.
    pub(crate) tool: String,
    /// The files.
    pub(crate) files: Vec<String>,
    /// The lines that were understood, by kind of device.
    pub(crate) understood: BTreeMap<String, usize>,
    /// `known`, or `unknown` if no cause explains the logs.
    pub(crate) outcome: &'static str,
    /// The causes, the best first.
    pub(crate) causes: Vec<Cause>,
    /// The number of causes that the logs do not tell apart: the first ones.
    pub(crate) equal: usize,
    /// The cause that explains most, if none explains enough.
    pub(crate) nearest: Option<Cause>,
    /// The causes that are not among the hypotheses on the lab, with the reason; empty without a lab.
    pub(crate) not_on_lab: Vec<NotOnLab>,
    /// What the reader of these logs has to know.
    pub(crate) notes: Vec<String>,
    /// What the times of the logs say of the pace of the network.
    pub(crate) fitted: Fitted,
    /// The lines that nothing prints.
    pub(crate) not_understood: Vec<FieldLine>,
    /// The command that repeats it.
    pub(crate) again: String,
}

/// A cause, and how well it explains the logs.
#[derive(Debug, Serialize)]
pub(crate) struct Cause {
    /// The stable name.
    pub(crate) cause: String,
    /// The cause in a sentence.
    pub(crate) says: String,
    /// The scenario of the project that has it.
    pub(crate) scenario: String,
    /// The part of what the logs say that it explains, from 0 to 1.
    pub(crate) share: f64,
    /// The share, less what is missing, late or out of order.
    pub(crate) score: f64,
    /// The lines that it explains.
    pub(crate) explains: Vec<FieldLine>,
    /// The lines that it prints between these, and the logs lack.
    pub(crate) missing: Vec<RunLine>,
    /// The lines that it does not print, or not there.
    pub(crate) contradicts: Vec<FieldLine>,
    /// What would tell it from the first cause.
    pub(crate) apart: Vec<Telling>,
    /// What to do to confirm it.
    pub(crate) check: Vec<Check>,
    /// What mends it.
    pub(crate) mend: String,
    /// True if the network was run without the cause, and has no such failure; none if it was not run.
    pub(crate) mended: Option<bool>,
    /// Where the cause is known from.
    pub(crate) source: String,
    /// What the logs call the names of the scenario.
    pub(crate) names: BTreeMap<String, String>,
    /// The scenario that reproduces the logs.
    pub(crate) reproduction: Option<String>,
    /// The files that it names.
    #[serde(skip)]
    pub(crate) beside: Vec<(&'static str, &'static str)>,
}

/// A line of the field logs.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FieldLine {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// A line that a run prints.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RunLine {
    /// The kind of device.
    pub(crate) speaker: String,
    pub(crate) text: String,
}

/// A line that one of two causes prints.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Telling {
    /// The kind of device whose log has it.
    pub(crate) speaker: String,
    /// True if that log was not given.
    pub(crate) is_new: bool,
    /// The cause that prints it.
    pub(crate) of: String,
    pub(crate) text: String,
}

/// Makes the answer. The first causes are run again with the names of the log, and without the cause.
pub(super) fn answer(
    request: &Request<'_>,
    compared: &Compared<'_>,
    decided: &Decided,
    stop: &AtomicBool,
) -> Diagnosis {
    let teller = Teller { compared };
    let Compared { read, observed, .. } = compared;
    let first = decided.causes.first();
    let causes = decided.causes.iter().enumerate().map(|(index, fit)| {
        let is_tried = index < TRIED_MAX;
        teller.cause(fit, first.filter(|_| index > 0 && index < decided.equal), is_tried.then_some(stop))
    });
    let mut words = request.files.iter().map(|(name, _)| path_word(name)).collect::<Vec<_>>().join(" ");
    if let Some(lab) = &request.lab {
        words.push_str(&format!(" --lab {}", path_word(&lab.name())));
    }
    let unknown = read.unknown.iter().map(|line| FieldLine {
        file: printable(&read.files[line.place.file]),
        line: line.place.line,
        text: secrets::starred(&line.text),
    });
    Diagnosis {
        tool: crate::cli::VERSION.to_owned(),
        files: read.files.iter().map(printable).collect(),
        understood: counts(&observed.logs).into_iter().map(|(who, count)| (who.to_owned(), count)).collect(),
        outcome: if decided.causes.is_empty() { "unknown" } else { "known" },
        causes: causes.collect(),
        equal: decided.equal,
        nearest: decided.nearest.as_ref().map(|fit| teller.cause(fit, None, None)),
        not_understood: unknown.collect(),
        not_on_lab: compared.runs.not_on_lab.clone(),
        notes: notes(read),
        fitted: fitted::fit(read),
        again: format!("ewcsim diagnose {words}"),
    }
}

/// Says what the reader of these logs has to know: consoles that are mixed, lines that came twice.
fn notes(read: &Read) -> Vec<String> {
    let mut notes = Vec::new();
    for (speaker, images) in &read.mixed {
        notes.push(format!(
            "{}: the lines are of several access points, which request {}, and nothing tells them apart; give each console by itself",
            printable(&read.files[read.speakers[*speaker].file]),
            images.join(" and ")
        ));
    }
    for (index, file) in read.files.iter().enumerate() {
        let several =
            read.speakers.iter().filter(|speaker| speaker.file == index && speaker.clock.is_some()).count();
        if several > 1 {
            notes.push(format!(
                "{}: the consoles of {several} access points, told apart by their clocks",
                printable(file)
            ));
        }
    }
    if read.doubled > 0 {
        notes.push(format!("{} read once that came twice", count(read.doubled, "line")));
    }
    notes
}

/// Puts fits into words.
struct Teller<'a> {
    compared: &'a Compared<'a>,
}

impl Teller<'_> {
    fn cause(&self, fit: &Fit, first: Option<&Fit>, tried: Option<&AtomicBool>) -> Cause {
        let runs = self.compared.runs;
        let run = &runs.runs[fit.hypothesis];
        let known = causes::known(&fit.cause);
        let reproduction =
            tried.and_then(|stop| Reproduction::of(known, run, &fit.names, runs.lab_is_well, stop));
        let explains = fit.explained.iter().map(|explained| self.field(explained.field));
        let names = fit.names.iter().map(|(run, field)| (run.to_owned(), printable(&field)));
        Cause {
            cause: fit.cause.clone(),
            says: known.map_or_else(|| LAB_SAYS.to_owned(), |known| known.cause.clone()),
            scenario: run.scenario.clone(),
            share: rounded(fit.share),
            score: rounded(fit.score),
            explains: explains.take(LINES_MAX).collect(),
            missing: fit.missing.iter().take(LINES_MAX).map(|line| run.line(*line)).collect(),
            contradicts: fit.contradicts.iter().take(LINES_MAX).map(|line| self.field(*line)).collect(),
            apart: first.map(|first| self.apart(first, fit)).unwrap_or_default(),
            check: known.map(|known| known.check.clone()).unwrap_or_default(),
            mend: known.map_or_else(|| LAB_MEND.to_owned(), |known| known.mend.clone()),
            mended: reproduction.as_ref().and_then(|reproduction| reproduction.mended),
            source: known.map(|known| known.source.clone()).unwrap_or_default(),
            names: names.collect(),
            beside: reproduction.as_ref().map(|reproduction| reproduction.files.clone()).unwrap_or_default(),
            reproduction: reproduction.map(|reproduction| reproduction.text),
        }
    }

    fn field(&self, line: LineOf) -> FieldLine {
        let read = &self.compared.read.lines[self.compared.observed.places[line.log][line.line]];
        let file = printable(&self.compared.read.files[read.place.file]);
        FieldLine { file, line: read.place.line, text: shown(read) }
    }

    /// Returns what tells a cause from the first one.
    fn apart(&self, first: &Fit, other: &Fit) -> Vec<Telling> {
        let (first_run, other_run) =
            (&self.compared.runs.runs[first.hypothesis], &self.compared.runs.runs[other.hypothesis]);
        let apart = apart(
            &first_run.hypothesis,
            &other_run.hypothesis,
            &self.compared.observed.logs,
            self.compared.weights,
        );
        let given = |speaker: &str| self.compared.observed.logs.iter().any(|log| log.speaker == speaker);
        let telling = |one: &diagnosis::Apart| {
            let (of, run) = if one.is_first { (first, first_run) } else { (other, other_run) };
            let line = run.line(LineOf { log: one.line.0, line: one.line.1 });
            Telling {
                is_new: !given(&one.speaker),
                speaker: line.speaker,
                of: of.cause.clone(),
                text: line.text,
            }
        };
        apart.iter().map(telling).collect()
    }
}

impl Run {
    fn line(&self, line: LineOf) -> RunLine {
        let speaker = self.hypothesis.logs[line.log].speaker.clone();
        RunLine { speaker, text: shortened(&self.texts[line.log][line.line]) }
    }
}

fn rounded(number: f64) -> f64 {
    (number * 1_000.0).round() / 1_000.0
}
