//! Runs a whole suite: finds, selects, runs in parallel, counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::case::{Case, Judge};
use super::compare::{Difference, orphan};
use super::find::{FindError, Found, find};
use super::layout::is_gone;
use super::orphans::orphans;
use super::select::Selection;
use crate::ending::Ending;
use crate::pool::in_order;
use crate::progress::{Progress, Stopwatch};
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
    /// The settings for each scenario.
    pub judge: Judge,
}

/// The results of a suite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The number of scenarios by ending.
    pub endings: BTreeMap<Ending, usize>,
    /// The number of scenarios with updated snapshots.
    pub updated: usize,
    /// The number of selected scenarios that were not run, because the suite was interrupted.
    pub not_run: usize,
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
        let stopped = (self.not_run > 0).then_some(Ending::Interrupted);
        let endings = self.endings.keys().copied();
        endings.chain(orphans).chain(stopped).max().unwrap_or(Ending::Passed)
    }

    /// Returns the number of scenarios that were run.
    pub fn run(&self) -> usize {
        self.endings.values().sum()
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
    let found = find(&suite.paths)?;
    let chosen = suite.choose(&found)?;
    suite.check_places(&found.scenarios)?;
    let mut totals = Totals { labs: found.labs.len(), update: suite.judge.update, ..Totals::default() };
    let running = Mutex::new(BTreeMap::new());
    let running = || running.lock().unwrap_or_else(PoisonError::into_inner);
    let judge = |index: usize| {
        let path: &Path = &chosen[index];
        running().insert(index, path);
        let case = suite.judge.judge(path, stop);
        running().remove(&index);
        case
    };
    in_order(chosen.len(), suite.jobs, stop, judge, |case| match case {
        Some(case) => {
            progress.clear();
            totals.add(&case);
            done(case);
        }
        None => progress.update(|| {
            let names: Vec<String> = running().values().take(NAMED_MAX).map(|path| stem(path)).collect();
            let (run, all, s) = (totals.run(), chosen.len(), watch.elapsed().as_secs());
            format!("{run} of {all}, {s} s: {}", names.join(", "))
        }),
    });
    progress.clear();
    totals.not_run = chosen.len() - totals.run();
    if totals.not_run == 0 {
        totals.orphans = suite.other_orphans(&found)?;
    }
    totals.took = watch.elapsed();
    Ok(totals)
}

impl Suite {
    fn choose(&self, found: &Found) -> Result<Vec<PathBuf>, SuiteError> {
        let chosen = self.selection.choose(&found.scenarios);
        if !chosen.is_empty() {
            return Ok(chosen);
        }
        let paths: Vec<String> = self.paths.iter().map(|path| path.display().to_string()).collect();
        let (paths, there) = (paths.join(", "), count(found.scenarios.len(), "scenario"));
        let matching = Selection { shard: None, ..self.selection.clone() }.choose(&found.scenarios).len();
        Err(SuiteError::NothingSelected(if found.scenarios.is_empty() && found.labs.is_empty() {
            format!("there are no scenarios below {paths}")
        } else if found.scenarios.is_empty() {
            let labs = count(found.labs.len(), "lab");
            format!("there are no scenarios below {paths}, only {labs}")
        } else if matching == 0 {
            let filters: Vec<String> =
                self.selection.filters.iter().map(|text| format!("`{text}`")).collect();
            format!("none of the {there} below {paths} has {} in its path", filters.join(" or "))
        } else {
            // There are more parts than scenarios; the other parts have them all.
            return Ok(chosen);
        }))
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
        if is_others || !self.judge.compares() {
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
        totals.not_run = 1;
        assert_eq!(totals.worst(), Ending::Interrupted);
        let orphan = |change| Difference { item: "x".into(), file: "x.snap".into(), change };
        totals.orphans = vec![orphan(Change::Orphan)];
        assert_eq!(totals.worst(), Ending::SnapshotDiffers);
        totals.update = true;
        assert_eq!(totals.worst(), Ending::Interrupted);
        totals.orphans = vec![orphan(Change::Unusable("cannot be removed".into()))];
        assert_eq!(totals.worst(), Ending::InvalidInput);
    }
}
