//! Runs scenarios to see whether they fail in the same way, several at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use ::shrink::{Step, Trials};
use scenario::{Choices, Faults, Files, Scenario};

use super::Request;
use super::failure::Failure;
use crate::lab::WithText;
use crate::panics::message;
use crate::pool::in_order;
use crate::progress::{Progress, Stopwatch};
use crate::verdict::{Finished, RunError};
use crate::world::{Prepared, load_with};

/// Runs a scenario from start to verdict. That of the program is [`run`](crate::verdict::run).
pub(super) type Runner<'a> =
    &'a (dyn Fn(&Prepared, &mut Progress, &AtomicBool) -> Result<Finished, RunError> + Sync);

/// Runs candidates.
pub(super) struct Runs<'a> {
    pub(super) runner: Runner<'a>,
    /// The path at which a candidate stands, in memory.
    path: &'a Path,
    files: &'a (dyn Files + Sync),
    jobs: usize,
    watch: Stopwatch,
    time_limit: Duration,
    interrupted: &'a AtomicBool,
    pub(super) progress: &'a mut Progress,
    /// The failure that a candidate must have.
    pub(super) wanted: Option<Failure>,
    /// The words of the progress line.
    status: String,
}

impl<'a> Runs<'a> {
    pub(super) fn new(
        path: &'a Path,
        files: &'a (dyn Files + Sync),
        request: &Request,
        (runner, progress, interrupted): (Runner<'a>, &'a mut Progress, &'a AtomicBool),
    ) -> Self {
        Self {
            runner,
            path,
            files,
            jobs: request.jobs,
            watch: Stopwatch::start(),
            time_limit: request.time_limit,
            interrupted,
            progress,
            wanted: None,
            status: "the original runs".to_owned(),
        }
    }

    /// Returns the scenario of a text; nothing if it is wrong.
    pub(super) fn scenario(&self, text: &str) -> Option<Scenario> {
        Some(self.candidate(None).load(text, Faults::All)?.scenario)
    }

    /// Returns true if a failed expectation passes in a run of this scenario without the faults of its timeline.
    pub(super) fn passes_without_faults(&self, failure: &Failure, text: &str) -> bool {
        self.candidate(Some(failure)).passes_without_faults(failure, text, self.interrupted) == Some(true)
    }

    fn candidate<'b>(&'b self, wanted: Option<&'b Failure>) -> Candidate<'b> {
        Candidate { runner: self.runner, path: self.path, files: self.files, wanted }
    }
}

impl Trials for Runs<'_> {
    fn first_failing(&mut self, texts: &[String]) -> Option<usize> {
        // One that comes after a failing one need not be run to its end.
        let stops: Vec<AtomicBool> = texts.iter().map(|_| AtomicBool::new(false)).collect();
        let stop_from =
            |first: usize| stops[first..].iter().for_each(|stop| stop.store(true, Ordering::Relaxed));
        let first = AtomicUsize::new(usize::MAX);
        let Self { runner, path, files, jobs, watch, time_limit, interrupted, progress, wanted, status } =
            self;
        let candidate = Candidate { runner: *runner, path, files: *files, wanted: wanted.as_ref() };
        let work = |index: usize| {
            let fails = candidate.fails(&texts[index], &stops[index]);
            if fails == Some(true) {
                first.fetch_min(index, Ordering::Relaxed);
                stop_from(index + 1);
            }
            fails
        };
        let is_late = || interrupted.load(Ordering::Relaxed) || watch.elapsed() >= *time_limit;
        // Nothing new is begun after a failing one, or once it is over.
        let halt = AtomicBool::new(false);
        let mut answers = Vec::new();
        in_order(texts.len(), *jobs, &halt, work, |answer| {
            answers.extend(answer);
            if first.load(Ordering::Relaxed) != usize::MAX && answers.contains(&Some(true)) {
                halt.store(true, Ordering::Relaxed);
            }
            if is_late() {
                halt.store(true, Ordering::Relaxed);
                stop_from(0);
            }
            progress.update(|| format!("{status}, {} s", watch.elapsed().as_secs()));
        });
        // Whatever was not run to its end might have failed.
        let known = answers.iter().take_while(|answer| answer.is_some());
        known.flatten().position(|fails| *fails)
    }

    fn should_stop(&mut self) -> bool {
        self.interrupted.load(Ordering::Relaxed) || self.watch.elapsed() >= self.time_limit
    }

    fn progress(&mut self, tries: u64, step: &Step) {
        self.status = format!("{tries} tried, {} values left: {}", step.size, step.what);
    }
}

/// What a candidate is compared with, shared by threads.
struct Candidate<'a> {
    runner: Runner<'a>,
    path: &'a Path,
    files: &'a (dyn Files + Sync),
    wanted: Option<&'a Failure>,
}

impl Candidate<'_> {
    /// Returns true if a scenario fails in the same way; nothing if it was stopped before that was known.
    fn fails(&self, text: &str, stop: &AtomicBool) -> Option<bool> {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let judged = catch_unwind(AssertUnwindSafe(|| {
            let Some(prepared) = self.load(text, Faults::All) else { return Some(false) };
            let Some(wanted) = self.wanted.filter(|wanted| wanted.can_be_in(&prepared.scenario)) else {
                return Some(false);
            };
            let Ok(finished) = (self.runner)(&prepared, &mut Progress::none(), stop) else {
                return Some(false);
            };
            if finished.interrupted {
                return None;
            }
            let fails = wanted.is_in(&finished);
            if fails && wanted.passes_without_faults {
                return self.passes_without_faults(wanted, text, stop);
            }
            Some(fails)
        }));
        // A bug of ours is another failure, unless it is the one that is looked for.
        judged.unwrap_or_else(|panic| {
            Some(self.wanted.is_some_and(|wanted| wanted.is_panic(&message(&*panic))))
        })
    }

    /// Returns true if the expectation passes without the faults of the timeline; nothing if the run was stopped.
    fn passes_without_faults(&self, wanted: &Failure, text: &str, stop: &AtomicBool) -> Option<bool> {
        let Some(prepared) = self.load(text, Faults::None) else { return Some(false) };
        let Ok(finished) = (self.runner)(&prepared, &mut Progress::none(), stop) else {
            return Some(false);
        };
        (!finished.interrupted).then(|| wanted.can_pass_without_faults(&finished))
    }

    fn load(&self, text: &str, faults: Faults) -> Option<Prepared> {
        let files = WithText::new(self.files, self.path, text.to_owned());
        load_with(self.path, &files, &Choices { faults, ..Choices::default() }).ok()
    }
}
