//! The runs of all known causes: what each of their hosts prints.

use std::sync::atomic::AtomicBool;

use diagnosis::{Hypothesis, Log};
use scenario::Choices;

use super::causes;
use super::observed::Observed;
use super::scenarios;
use crate::lab::WithText;
use crate::pool::in_order;
use crate::progress::Progress;
use crate::verdict::{Finished, Options, run};
use crate::world::load_with;

/// The run of a scenario with a known cause.
pub(super) struct Run {
    /// The scenario, such as `bugs/wrong-path`.
    pub(super) scenario: &'static str,
    /// What its hosts print.
    pub(super) hypothesis: Hypothesis,
    /// The same as text, for each log and line.
    pub(super) texts: Vec<Vec<String>>,
}

/// Runs the scenarios of all causes. `None` if it was interrupted.
pub(super) fn all(jobs: usize, progress: &mut Progress, stop: &AtomicBool) -> Option<Vec<Run>> {
    let all: Vec<(&'static str, &'static str)> = causes::all()
        .flat_map(|(slug, known)| known.scenarios.iter().map(move |scenario| (slug, scenario.as_str())))
        .collect();
    let work = |index: usize| {
        let (cause, scenario) = all[index];
        let text = scenarios::text(scenario)?;
        let finished = finish(scenario, text.to_owned(), stop)?;
        Run::of(cause, scenario, &finished)
    };
    let mut runs = Vec::new();
    in_order(all.len(), jobs, stop, work, |result| match result {
        Some(result) => runs.push(result),
        None => progress.update(|| format!("simulating known causes: {} of {}", runs.len(), all.len())),
    });
    progress.clear();
    // One that is interrupted has an end that is not its own.
    let is_whole = runs.len() == all.len() && !stop.load(std::sync::atomic::Ordering::Relaxed);
    is_whole.then(|| runs.into_iter().flatten().collect())
}

/// Runs a text that stands in the place of a scenario; `None` if it is not right, or if it was interrupted.
pub(super) fn finish(scenario: &str, text: String, stop: &AtomicBool) -> Option<Finished> {
    let path = scenarios::path(scenario);
    let files = scenarios::files();
    let prepared = load_with(&path, &WithText::new(&files, &path, text), &Choices::default()).ok()?;
    let finished = run(&prepared, Options::default(), &mut Progress::none(), stop).ok()?;
    (!finished.interrupted).then_some(finished)
}

impl Run {
    /// Reads the logs of a run as if they were of the field; `None` if they are too long.
    fn of(cause: &str, scenario: &'static str, finished: &Finished) -> Option<Self> {
        let mut logs: Vec<Log> = Vec::new();
        let mut texts = Vec::new();
        for (host, name) in finished.record.hosts().iter().enumerate() {
            let printed = finished.logs.text(host);
            let lines: Vec<&str> = printed.lines().collect();
            let read = super::read(&[(name.clone(), printed.as_bytes().to_vec())]).ok()?;
            let observed = Observed::of(&read);
            for (log, places) in observed.logs.into_iter().zip(observed.places) {
                let text = |index: &usize| lines[read.lines[*index].place.line - 1].to_owned();
                texts.push(places.iter().map(text).collect());
                logs.push(Log { name: name.clone(), ..log });
            }
        }
        Some(Self { scenario, hypothesis: Hypothesis { cause: cause.to_owned(), logs }, texts })
    }
}
