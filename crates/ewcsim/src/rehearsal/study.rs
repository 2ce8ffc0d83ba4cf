//! The rehearsals of a plan: many nights on all processors.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use catalogue::{Confidence, Fact};
use ewc::config::Mode;
use image::Version;

use super::PlanError;
use super::lab::Lab;
use super::night::{Night, NightEnd};
use super::outcome::Outcome;
use super::ways::{Refused, Way};
use crate::pool::in_order;
use crate::progress::{Progress, Stopwatch};
use crate::verdict::{Options, run};
use crate::world::Prepared;
use text::durations::short;

/// The number of seconds of a night that are of interest beyond its window, to say how long it would take.
pub(super) const LONGER: Duration = Duration::from_secs(24 * 3600);

/// The rehearsals of a plan.
pub(super) struct Study {
    /// The scenario of the nights with drawn values, as text.
    pub(super) scenario: String,
    /// The night with the most likely values.
    pub(super) nominal: Outcome,
    /// The nights with drawn values, one for each seed.
    pub(super) drawn: Vec<Outcome>,
    /// Each assumption at its two ends.
    pub(super) varied: Vec<Varied>,
    /// The alternatives that were asked for.
    pub(super) alternatives: Vec<Rehearsed>,
    /// The way back after an activation.
    pub(super) aborted: Option<Outcome>,
    /// The night with the most likely values, with a day for it, if its window was too short for it.
    pub(super) longer: Option<Outcome>,
}

/// An assumption with the outcome at the two ends of its range.
pub(super) struct Varied {
    /// The key of the fact, or the name of the lab's parameter.
    pub(super) key: String,
    /// True if it is a parameter of the lab.
    pub(super) is_parameter: bool,
    /// The two ends, as written.
    pub(super) ends: [String; 2],
    /// The nights.
    pub(super) outcomes: [Outcome; 2],
}

/// An alternative.
pub(super) struct Rehearsed {
    /// The change, or why it was not rehearsed.
    pub(super) change: Result<super::change::Change, Refused>,
    /// The night, if there was one.
    pub(super) outcome: Option<Outcome>,
}

/// Runs nights of a lab.
pub(super) struct Stage<'a> {
    /// The lab.
    pub(super) lab: &'a Lab<'a>,
    /// Set by a signal.
    pub(super) stop: &'a AtomicBool,
    /// The number of threads.
    pub(super) jobs: usize,
}

impl Stage<'_> {
    /// Rehearses one night with the lab's own seed.
    ///
    /// # Errors
    /// The night cannot run, or was interrupted.
    pub(super) fn night(&self, night: &Night) -> Result<Outcome, PlanError> {
        let outcome = rehearse(&self.load(night)?, self.lab.version(), self.stop)?;
        if outcome.interrupted { Err(PlanError::Interrupted) } else { Ok(outcome) }
    }

    fn load(&self, night: &Night) -> Result<Prepared, PlanError> {
        Ok(self.lab.load(night).map_err(PlanError::Lab)?.1)
    }

    /// Rehearses all nights of a plan.
    ///
    /// # Errors
    /// A night that cannot run, or an interruption.
    pub(super) fn study(
        &self,
        seeds: u64,
        ways: &[Way],
        progress: &mut Progress,
    ) -> Result<Study, PlanError> {
        let night = self.lab.night();
        let nominal = self.night(&night)?;
        let facts = self.open_facts(&nominal);
        let mut nights: Vec<(Prepared, Version)> = Vec::new();
        let target = self.lab.version();
        let mut ranges = night.clone();
        ranges.facts.extend(facts.iter().map(|(key, [low, high])| (key.clone(), format!("{low}..{high}"))));
        let (written, drawn) = self.lab.load(&ranges).map_err(PlanError::Lab)?;
        for seed in 1..=seeds {
            nights.push((drawn.reseeded(seed).map_err(PlanError::Lab)?, target));
        }
        for (key, ends) in &facts {
            for end in ends {
                let mut varied = night.clone();
                varied.facts.push((key.clone(), end.clone()));
                nights.push((self.load(&varied)?, target));
            }
        }
        let parameters: Vec<(String, [String; 2])> = self
            .lab
            .scenario()
            .ranged_parameters
            .iter()
            .map(|one| (one.name.clone(), [one.low.clone(), one.high.clone()]))
            .collect();
        for (name, ends) in &parameters {
            for end in ends {
                let mut varied = night.clone();
                varied.set.push((name.clone(), end.clone()));
                nights.push((self.load(&varied)?, target));
            }
        }
        let changes: Vec<Result<super::change::Change, Refused>> =
            ways.iter().map(|way| way.change(self.lab)).collect();
        for change in changes.iter().flatten() {
            // Some take longer than the window: how long is what is asked.
            let other =
                Night { changes: vec![change.clone()], window: night.window.max(LONGER), ..night.clone() };
            nights.push((self.load(&other)?, target));
        }
        let is_activated = nominal.activated.is_some();
        if is_activated {
            let mut back = night.clone();
            if let Some(upgrade) = &mut back.upgrade {
                upgrade.end = NightEnd::Abort;
            }
            // The way back need not end within the window.
            back.window += LONGER / 12;
            // Its target is the release before.
            nights.push((self.load(&back)?, self.lab.version_before().unwrap_or(target)));
        }
        // What fails again and again does not need more time.
        let is_short = !nominal.is_all_good() && !nominal.has_failed();
        if is_short {
            let longer = Night { window: night.window.max(LONGER), ..night.clone() };
            nights.push((self.load(&longer)?, target));
        }
        let mut outcomes = self.all(&nights, progress)?.into_iter();
        let mut next = || outcomes.next().ok_or(PlanError::Interrupted);
        let drawn = (0..seeds).map(|_| next()).collect::<Result<_, _>>()?;
        let mut varied = Vec::new();
        let assumed = facts.into_iter().map(|fact| (fact, false));
        for ((key, ends), is_parameter) in assumed.chain(parameters.into_iter().map(|one| (one, true))) {
            varied.push(Varied { key, is_parameter, ends, outcomes: [next()?, next()?] });
        }
        let mut alternatives = Vec::new();
        for change in changes {
            let outcome = if change.is_ok() { Some(next()?) } else { None };
            alternatives.push(Rehearsed { change, outcome });
        }
        let aborted = is_activated.then(&mut next).transpose()?;
        let longer = is_short.then(&mut next).transpose()?;
        Ok(Study { scenario: written.text(), nominal, drawn, varied, alternatives, aborted, longer })
    }

    /// Rehearses several nights on all threads, in order.
    fn all(
        &self,
        nights: &[(Prepared, Version)],
        progress: &mut Progress,
    ) -> Result<Vec<Outcome>, PlanError> {
        let watch = Stopwatch::start();
        let mut outcomes = Vec::new();
        let mut failed = None;
        let stop = self.stop;
        let work = |index: usize| {
            let (night, target): &(Prepared, Version) = &nights[index];
            rehearse(night, *target, stop)
        };
        in_order(nights.len(), self.jobs, stop, work, |result| match result {
            Some(Ok(outcome)) => outcomes.push(outcome),
            Some(Err(error)) => failed = Some(error),
            None => progress.update(|| status(outcomes.len(), nights.len(), watch.elapsed())),
        });
        progress.clear();
        match failed {
            Some(error) => Err(error),
            None if self.stop.load(Ordering::Relaxed) || outcomes.len() < nights.len() => {
                Err(PlanError::Interrupted)
            }
            None => Ok(outcomes),
        }
    }

    /// Returns the facts that are not known well and that the night depends on, with the ends of their ranges.
    fn open_facts(&self, nominal: &Outcome) -> Vec<(String, [String; 2])> {
        let catalogue = self.catalogue();
        let mode = self.lab.profile().map(|profile| profile.mode);
        let is_met = |fact: &&Fact| match fact.confidence {
            Confidence::Unverified => nominal.facts.contains(&fact.key),
            // No event shows them: they count wherever the device does what they are about.
            Confidence::Inferred | Confidence::Confirmed => {
                let is_sftp = fact.key.starts_with("ewc.sftp.") || fact.key.starts_with("ewc.ssh.");
                !is_sftp || mode == Some(Mode::Sftp)
            }
        };
        let ends = |fact: &Fact| {
            let range = catalogue.range(&fact.key).ok().flatten()?;
            Some((fact.key.clone(), [range.low.clone(), range.high.clone()]))
        };
        catalogue.facts().filter(is_met).filter_map(ends).collect()
    }

    /// Returns the catalogue with the values of the release that the controller runs.
    pub(super) fn catalogue(&self) -> catalogue::Catalogue {
        let catalogue = &self.lab.scenario().catalogue;
        self.lab.version_before().map_or_else(|| catalogue.clone(), |version| catalogue.for_release(version))
    }
}

/// Runs a night, and reads what it has shown of the way to `target`.
fn rehearse(prepared: &Prepared, target: Version, stop: &AtomicBool) -> Result<Outcome, PlanError> {
    let finished = run(prepared, Options::default(), &mut Progress::none(), stop)
        .map_err(|error| PlanError::call(error.to_string(), "a lab that passes `check` has no such value"))?;
    Ok(Outcome::of(&prepared.scenario, target, &finished))
}

/// Returns the progress line.
fn status(done: usize, all: usize, elapsed: Duration) -> String {
    let left = match u32::try_from(done).ok().filter(|done| *done > 0) {
        Some(count) => {
            let seconds = (elapsed / count * u32::try_from(all - done).unwrap_or(u32::MAX)).as_secs();
            format!(", about {} left", short(Duration::from_secs(seconds)))
        }
        None => String::new(),
    };
    format!("rehearsing: {done} of {all} nights{left}")
}
