//! The runs of all known causes: what each of their hosts prints.

use std::sync::atomic::{AtomicBool, Ordering};

use diagnosis::{Hypothesis, Log};
use scenario::Choices;

use super::causes::{self, NOTHING_WRONG};
use super::lab::{LAB_ITSELF, Lab, NotOnLab, OnLab, recipe};
use super::network::widened;
use super::observed::Observed;
use super::scenarios;
use crate::lab::WithText;
use crate::pool::in_order;
use crate::progress::Progress;
use crate::verdict::{Finished, Options, Verdict, run};
use crate::world::{Prepared, load_with};

/// The run of a scenario with a known cause.
#[derive(Debug)]
pub(super) struct Run {
    /// The scenario, such as `bugs/wrong-path`; the file of the lab for one on a lab.
    pub(super) scenario: String,
    /// Its text; for one on a lab it extends the lab.
    pub(super) text: String,
    /// If it has more access points than the scenario, the text of the scenario.
    pub(super) narrow: Option<String>,
    /// True if it is of the lab.
    pub(super) on_lab: bool,
    /// What its hosts print.
    pub(super) hypothesis: Hypothesis,
    /// The same as text, for each log and line.
    pub(super) texts: Vec<Vec<String>>,
}

/// All runs, and what was left out.
#[derive(Debug, Default)]
pub(super) struct Runs {
    pub(super) runs: Vec<Run>,
    /// The causes that are not among the hypotheses on the lab.
    pub(super) not_on_lab: Vec<NotOnLab>,
    /// With a lab, true if all its access points come to the release as it is.
    pub(super) lab_is_well: Option<bool>,
}

/// Which hypotheses there are.
pub(super) struct Wanted<'a> {
    /// The lab on which causes are brought about.
    pub(super) lab: Option<&'a Lab<'a>>,
    /// True if the logs have lines of Tftpd64: then causes of TFTP are run with it, too.
    pub(super) tftpd64: bool,
    /// The number of access points that the logs name: causes that are not brought about on a lab are run with as many.
    pub(super) points: usize,
}

/// A run that is to be made.
struct Task {
    cause: String,
    scenario: String,
    text: String,
    /// The text with fewer access points, if this one has more than the scenario.
    narrow: Option<String>,
    /// The scenario, if it is of the lab.
    prepared: Option<Prepared>,
}

impl Task {
    fn on(lab: &Lab<'_>, on_lab: OnLab) -> Self {
        let OnLab { cause, text, prepared } = on_lab;
        Self { cause, scenario: lab.name(), text, narrow: None, prepared: Some(prepared) }
    }
}

/// The scenarios that are to be run.
#[derive(Default)]
pub(super) struct Tasks {
    tasks: Vec<Task>,
    not_on_lab: Vec<NotOnLab>,
}

/// Runs the scenarios of all causes. `None` if it was interrupted.
pub(super) fn all(
    wanted: &Wanted<'_>,
    jobs: usize,
    progress: &mut Progress,
    stop: &AtomicBool,
) -> Option<Runs> {
    tasks(wanted).run(jobs, progress, stop)
}

/// Returns the scenarios of all causes.
pub(super) fn tasks(wanted: &Wanted<'_>) -> Tasks {
    let mut tasks = wanted.lab.map(on_lab).unwrap_or_default();
    let is_on_lab = |cause: &str| wanted.lab.is_some() && (recipe(cause).is_some() || cause == NOTHING_WRONG);
    for (slug, known) in causes::all().filter(|(slug, _)| !is_on_lab(slug)) {
        for scenario in &known.scenarios {
            let Some(text) = scenarios::text(scenario) else { continue };
            let task = |text: String, narrow: Option<String>| Task {
                cause: slug.to_owned(),
                scenario: scenario.clone(),
                text,
                narrow,
                prepared: None,
            };
            let texts = scenarios::with_tftpd64(text).filter(|_| wanted.tftpd64).into_iter();
            for text in texts.chain([text.to_owned()]) {
                let mut ways = widened(&text, wanted.points);
                ways.retain(|wider| prepare(scenario, wider.clone()).is_some());
                match ways.is_empty() {
                    true => tasks.tasks.push(task(text, None)),
                    false => {
                        let ways = ways.into_iter().map(|wider| task(wider, Some(text.clone())));
                        tasks.tasks.extend(ways);
                    }
                }
            }
        }
    }
    tasks
}

impl Tasks {
    /// Leaves only some causes.
    #[cfg(test)]
    pub(super) fn keep(&mut self, causes: &[&str]) {
        self.tasks.retain(|task| causes.contains(&task.cause.as_str()));
    }

    /// Returns one scenario of a lab.
    #[cfg(test)]
    pub(super) fn only(lab: &Lab<'_>, on_lab: OnLab) -> Self {
        Self { tasks: vec![Task::on(lab, on_lab)], not_on_lab: Vec::new() }
    }

    /// Runs them all. `None` if it was interrupted.
    pub(super) fn run(self, jobs: usize, progress: &mut Progress, stop: &AtomicBool) -> Option<Runs> {
        let Self { tasks, mut not_on_lab } = self;
        let work = |index: usize| {
            let task = &tasks[index];
            let finished = match &task.prepared {
                Some(prepared) => finish_prepared(prepared, stop)?,
                None => finish(&task.scenario, task.text.clone(), stop)?,
            };
            Some((Run::of(task, &finished)?, finished.verdict()))
        };
        let mut results = Vec::new();
        in_order(tasks.len(), jobs, stop, work, |result| match result {
            Some(result) => results.push(result),
            None => {
                progress.update(|| format!("simulating known causes: {} of {}", results.len(), tasks.len()));
            }
        });
        progress.clear();
        // One that is interrupted has an end that is not its own.
        if results.len() < tasks.len() || stop.load(Ordering::Relaxed) {
            return None;
        }
        let mut runs: Vec<Run> = Vec::new();
        let mut lab_is_well = None;
        for (mut run, verdict) in results.into_iter().flatten() {
            if run.hypothesis.cause == LAB_ITSELF {
                let is_well = verdict == Verdict::Passed;
                lab_is_well = Some(is_well);
                if is_well {
                    run.hypothesis.cause = NOTHING_WRONG.to_owned();
                }
            }
            runs.push(run);
        }
        leave_out_equals(&mut runs, &mut not_on_lab);
        not_on_lab.sort_by(|a, b| a.cause.cmp(&b.cause));
        Some(Runs { runs, not_on_lab, lab_is_well })
    }
}

/// Returns the lab as it is, and each cause that can be brought about on it.
pub(super) fn on_lab(lab: &Lab<'_>) -> Tasks {
    let mut all = Tasks::default();
    let task = |on_lab: OnLab| Task::on(lab, on_lab);
    let not = |cause: &str, why: String| NotOnLab { cause: cause.to_owned(), why };
    match lab.itself() {
        Ok(itself) => all.tasks.push(task(itself)),
        Err(why) => all.not_on_lab.push(not(LAB_ITSELF, why)),
    }
    for (slug, _) in causes::all() {
        let Some(recipe) = recipe(slug) else { continue };
        match lab.with(slug, recipe) {
            Ok(with) => all.tasks.push(task(with)),
            Err(why) => all.not_on_lab.push(not(slug, why)),
        }
    }
    all
}

/// Removes the runs of the lab that print the same events as the lab itself: there the cause makes no difference.
fn leave_out_equals(runs: &mut Vec<Run>, not_on_lab: &mut Vec<NotOnLab>) {
    let kinds = |run: &Run| -> Vec<Vec<String>> {
        let logs = run.hypothesis.logs.iter();
        logs.map(|log| log.lines.iter().map(|line| line.kind().to_owned()).collect()).collect()
    };
    let is_itself = |run: &Run| run.on_lab && [LAB_ITSELF, NOTHING_WRONG].contains(&&*run.hypothesis.cause);
    let Some(itself) = runs.iter().find(|run| is_itself(run)).map(kinds) else { return };
    runs.retain(|run| {
        let is_equal = run.on_lab && !is_itself(run) && kinds(run) == itself;
        if is_equal {
            let why = "it makes no difference on this lab".to_owned();
            not_on_lab.push(NotOnLab { cause: run.hypothesis.cause.clone(), why });
        }
        !is_equal
    });
}

/// Runs a text that stands in the place of a scenario; `None` if it is not right, or if it was interrupted.
pub(super) fn finish(scenario: &str, text: String, stop: &AtomicBool) -> Option<Finished> {
    finish_prepared(&prepare(scenario, text)?, stop)
}

/// Reads a text that stands in the place of a scenario; `None` if it is not right.
pub(super) fn prepare(scenario: &str, text: String) -> Option<Prepared> {
    let path = scenarios::path(scenario);
    let files = scenarios::files();
    load_with(&path, &WithText::new(&files, &path, text), &Choices::default()).ok()
}

fn finish_prepared(prepared: &Prepared, stop: &AtomicBool) -> Option<Finished> {
    let finished = run(prepared, Options::default(), &mut Progress::none(), stop).ok()?;
    (!finished.interrupted).then_some(finished)
}

impl Run {
    /// Reads the logs of a run as if they were of the field; `None` if they are too long.
    fn of(task: &Task, finished: &Finished) -> Option<Self> {
        let mut logs: Vec<Log> = Vec::new();
        let mut texts = Vec::new();
        for (host, name) in finished.record.hosts().iter().enumerate() {
            let printed = finished.logs.text(host);
            let read = super::read(&[(name.clone(), printed.as_bytes().to_vec())]).ok()?;
            let observed = Observed::of(&read);
            for (log, places) in observed.logs.into_iter().zip(observed.places) {
                let text = |index: &usize| read.lines[*index].text.clone();
                texts.push(places.iter().map(text).collect());
                logs.push(Log { name: name.clone(), ..log });
            }
        }
        Some(Self {
            scenario: task.scenario.clone(),
            text: task.text.clone(),
            narrow: task.narrow.clone(),
            on_lab: task.prepared.is_some(),
            hypothesis: Hypothesis { cause: task.cause.clone(), logs },
            texts,
        })
    }
}
