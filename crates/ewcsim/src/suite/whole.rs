//! Runs a whole suite: finds, selects, runs in parallel, counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::case::Case;
use super::compare::{Difference, orphan};
use super::find::{FindError, Found, find};
use super::judge::Judge;
use super::layout::is_gone;
use super::orphans::orphans;
use super::select::{Chosen, Selection};
use crate::ending::Ending;
use crate::pool::in_order;
use crate::progress::{Progress, Stopwatch};
use crate::seeds::RUNS_MAX;
use crate::shard::Shard;
use text::numbers::count;

/// The number of runs named in the progress line.
const NAMED_MAX: usize = 3;

/// The scenarios to run, and the settings for running them.
#[derive(Debug)]
pub struct Suite {
    /// Scenarios, and directories of scenarios.
    pub paths: Vec<PathBuf>,
    /// The selection from those.
    pub selection: Selection,
    /// The number of scenarios to run in parallel.
    pub jobs: usize,
    /// True to end after the first one that does not pass, in their order.
    pub fail_fast: bool,
    /// The settings for each scenario.
    pub judge: Judge,
}

/// The results of a suite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The number of runs by ending.
    pub endings: BTreeMap<Ending, usize>,
    /// True if each scenario runs with several seeds.
    pub has_seeds: bool,
    /// The number of scenarios with updated snapshots.
    pub updated: usize,
    /// The runs that were selected and did not run, because the suite was interrupted or ended at the first failure.
    pub not_run: Vec<Chosen>,
    /// True if it ended at the first failure, as was asked.
    pub failed_fast: bool,
    /// The number of labs.
    pub labs: usize,
    /// Snapshots of scenarios that no longer exist; orphans of an existing scenario are among its differences.
    pub orphans: Vec<Difference>,
    /// True if snapshots were updated.
    pub update: bool,
    /// The real time that it took.
    pub took: Duration,
}

/// The reason why a suite is not run.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// Its files cannot be found.
    #[error(transparent)]
    Find(#[from] FindError),
    /// There are no scenarios, or none was selected.
    #[error("{0}")]
    NothingSelected(String),
    /// There are more runs than a suite may have.
    #[error("{} with {} seeds are more than {RUNS_MAX} runs, which is the limit", count(*.0, "scenario"), .1)]
    TooManyRuns(usize, usize),
    /// Two scenarios have the same place for their snapshots.
    #[error("{} and {} have their snapshots in the same place, {}", .0.display(), .1.display(), .2.display())]
    SharedPlace(PathBuf, PathBuf, PathBuf),
}

impl Totals {
    /// Returns the worst ending.
    pub fn worst(&self) -> Ending {
        let orphans = self.orphans.iter().map(|orphan| match (orphan.is_unusable(), self.update) {
            (true, _) => Ending::InvalidInput,
            (false, true) => Ending::Passed,
            (false, false) => Ending::SnapshotDiffers,
        });
        // What was not run after a failure makes that no worse.
        let is_stopped = !self.not_run.is_empty() && !self.failed_fast;
        let stopped = is_stopped.then_some(Ending::Interrupted);
        let endings = self.endings.keys().copied();
        endings.chain(orphans).chain(stopped).max().unwrap_or(Ending::Passed)
    }

    /// Returns the number of runs.
    pub fn run(&self) -> usize {
        self.endings.values().sum()
    }

    /// Returns the number of runs that were selected.
    pub fn selected(&self) -> usize {
        self.run() + self.not_run.len()
    }

    fn add(&mut self, case: &Case) {
        *self.endings.entry(case.ending).or_default() += 1;
        self.updated += usize::from(case.updated);
    }
}

/// Runs the suite. Each case is passed to `done` in the order of the files, regardless of which finishes first.
///
/// # Errors
/// See [`SuiteError`]; problems of one scenario are in its case.
pub fn run(
    suite: &Suite,
    stop: &AtomicBool,
    progress: &mut Progress,
    mut done: impl FnMut(Case),
) -> Result<Totals, SuiteError> {
    let watch = Stopwatch::start();
    let (found, chosen) = suite.choose()?;
    suite.check_places(&found.scenarios)?;
    let has_seeds = suite.selection.seeds.is_some();
    let mut totals =
        Totals { labs: found.labs.len(), update: suite.judge.update, has_seeds, ..Totals::default() };
    let running = Mutex::new(BTreeMap::new());
    let running = || running.lock().unwrap_or_else(PoisonError::into_inner);
    let halt = AtomicBool::new(false);
    let judge = |index: usize| {
        let one = &chosen[index];
        running().insert(index, one);
        let case = suite.judge.judge(one, &halt);
        running().remove(&index);
        case
    };
    let mut ran = 0;
    in_order(chosen.len(), suite.jobs, &halt, judge, |case| {
        let is_case = case.is_some();
        match case {
            // It ran beside the one that failed, and would not have without that.
            Some(_) if totals.failed_fast => suite.judge.forget(&chosen[ran]),
            Some(case) => {
                progress.clear();
                totals.add(&case);
                let is_failure = !matches!(case.ending, Ending::Passed | Ending::Interrupted);
                totals.failed_fast = suite.fail_fast && is_failure && ran + 1 < chosen.len();
                done(case);
            }
            None => progress.update(|| status(&running(), totals.run(), chosen.len(), watch)),
        }
        ran += usize::from(is_case);
        if stop.load(Ordering::Relaxed) || totals.failed_fast {
            halt.store(true, Ordering::Relaxed);
        }
    });
    progress.clear();
    totals.not_run = chosen[totals.run()..].to_vec();
    if totals.not_run.is_empty() {
        totals.orphans = suite.other_orphans(&found)?;
    }
    totals.took = watch.elapsed();
    Ok(totals)
}

/// Returns the progress line.
fn status(running: &BTreeMap<usize, &Chosen>, run: usize, all: usize, watch: Stopwatch) -> String {
    let names: Vec<String> = running.values().take(NAMED_MAX).map(|one| stem(&one.path)).collect();
    format!("{run} of {all}, {} s: {}", watch.elapsed().as_secs(), names.join(", "))
}

impl Suite {
    /// Finds the scenarios, and selects the runs.
    pub(super) fn choose(&self) -> Result<(Found, Vec<Chosen>), SuiteError> {
        let found = find(&self.paths)?;
        let filtered = self.selection.filtered(&found.scenarios);
        if filtered.is_empty() {
            return Err(self.nothing(&found));
        }
        let seeds = self.selection.seeds.map_or(1, |seeds| seeds.of(None).count());
        if filtered.len().saturating_mul(seeds) as u64 > RUNS_MAX {
            return Err(SuiteError::TooManyRuns(filtered.len(), seeds));
        }
        // There may be more parts than runs; the other parts have them all.
        let chosen = self.selection.runs(&filtered);
        Ok((found, chosen))
    }

    /// Says why there is no scenario.
    fn nothing(&self, found: &Found) -> SuiteError {
        let paths: Vec<String> = self.paths.iter().map(|path| path.display().to_string()).collect();
        let (paths, there) = (paths.join(", "), count(found.scenarios.len(), "scenario"));
        SuiteError::NothingSelected(if found.scenarios.is_empty() && found.labs.is_empty() {
            format!("there are no scenarios below {paths}")
        } else if found.scenarios.is_empty() {
            format!("there are no scenarios below {paths}, only {}", count(found.labs.len(), "lab"))
        } else {
            let filters = self.selection.filters.iter().map(|filter| format!("`{}`", filter.text()));
            let filters: Vec<String> = filters.collect();
            format!("none of the {there} below {paths} has {} in its path or title", filters.join(" or "))
        })
    }

    /// Checks that no two scenarios overwrite each other's snapshots.
    fn check_places(&self, scenarios: &[PathBuf]) -> Result<(), SuiteError> {
        let mut places: BTreeMap<PathBuf, &PathBuf> = BTreeMap::new();
        for path in scenarios {
            let place = self.judge.layout.of(path).directory;
            if let Some(other) = places.insert(place.clone(), path) {
                return Err(SuiteError::SharedPlace(other.clone(), path.clone(), place));
            }
        }
        Ok(())
    }

    /// Returns the snapshots below the paths without a scenario. Only the first shard looks for them, and only without
    /// `--filter`.
    fn other_orphans(&self, found: &Found) -> Result<Vec<Difference>, FindError> {
        let is_others =
            !self.selection.filters.is_empty() || !self.selection.shard.is_none_or(Shard::is_first);
        if is_others || self.selection.seeds.is_some() || !self.judge.compares() {
            return Ok(Vec::new());
        }
        let places: BTreeSet<PathBuf> =
            found.scenarios.iter().map(|path| self.judge.layout.of(path).directory).collect();
        let mut files = BTreeSet::new();
        for path in self.paths.iter().filter(|path| path.is_dir()) {
            files.extend(orphans(&self.judge.layout, path, |_, scenario| !is_gone(scenario))?);
        }
        files.retain(|file| file.parent().is_none_or(|directory| !places.contains(directory)));
        let orphan = |file: PathBuf| {
            let top = self.judge.layout.top_of(&file);
            orphan(file, &top, self.judge.update)
        };
        Ok(files.into_iter().map(orphan).collect())
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::compare::Change;

    #[test]
    fn orphans_and_what_was_not_run_count_too() {
        let mut totals = Totals::default();
        assert_eq!(totals.worst(), Ending::Passed);
        totals.endings = [(Ending::Passed, 3), (Ending::Inconclusive, 1)].into();
        assert_eq!((totals.worst(), totals.run()), (Ending::Inconclusive, 4));
        totals.not_run = vec![Chosen { path: "x.yaml".into(), seed: None }];
        assert_eq!(totals.worst(), Ending::Interrupted);
        assert_eq!((Totals { failed_fast: true, ..totals.clone() }).worst(), Ending::Inconclusive);
        let orphan = |change| Difference { item: "x".into(), file: "x.snap".into(), change };
        totals.orphans = vec![orphan(Change::Orphan)];
        assert_eq!(totals.worst(), Ending::SnapshotDiffers);
        totals.update = true;
        assert_eq!(totals.worst(), Ending::Interrupted);
        totals.orphans = vec![orphan(Change::Unusable("cannot be removed".into()))];
        assert_eq!(totals.worst(), Ending::InvalidInput);
    }
}
