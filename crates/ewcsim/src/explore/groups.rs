//! Runs that did not pass, by the way in which they did not.

use std::collections::BTreeMap;

use super::found::Found;
use super::row::RowOutcome;
use crate::ending::Ending;
use crate::verdict::FailureKey;

/// A way of not passing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// A bug: a panic with this message.
    Panicked(String),
    /// Two runs with one seed differed.
    Unequal,
    /// The scenario cannot run with some seeds, for this reason.
    Invalid(String),
    /// It did not end within the limit of real time.
    Late,
    /// A failure with this key.
    Failed(FailureKey),
    /// It could not be judged, for this reason.
    Inconclusive(String),
}

/// The runs that did not pass in the same way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    /// The way.
    pub(super) way: Way,
    /// The number of runs.
    pub(super) runs: usize,
    /// The first seed.
    pub(super) first: u64,
    /// The place of the expectation.
    pub(super) place: Option<(String, usize)>,
    /// The actual state in the run with the first seed.
    pub(super) actual: Option<String>,
    /// The number of these runs that had each fault of the plan.
    pub(super) faults: Vec<usize>,
}

impl Way {
    /// Returns a short name for files and tables.
    pub(super) fn slug(&self) -> String {
        match self {
            Self::Panicked(_) => "internal_error".to_owned(),
            Self::Unequal => "nondeterministic".to_owned(),
            Self::Invalid(_) => "invalid".to_owned(),
            Self::Late => "late".to_owned(),
            Self::Failed(key) => key.slug(),
            Self::Inconclusive(_) => "inconclusive".to_owned(),
        }
    }

    /// Returns the ending of a run that has it.
    pub(super) fn ending(&self) -> Ending {
        match self {
            Self::Panicked(_) => Ending::InternalError,
            Self::Unequal => Ending::Nondeterministic,
            Self::Invalid(_) => Ending::InvalidInput,
            Self::Late | Self::Failed(_) => Ending::Failed,
            Self::Inconclusive(_) => Ending::Inconclusive,
        }
    }

    /// Returns the command that repeats a run in which it shows.
    pub(super) fn again(&self, found: &Found, seed: u64) -> String {
        let plan = &found.plan;
        match self {
            Self::Unequal => format!("{} --twice", plan.again(seed, "explore")),
            // `run` judges what the scenario states, and not this.
            Self::Failed(key) if key.kind == crate::verdict::FailureKind::Liveness => {
                plan.again(seed, "explore")
            }
            Self::Panicked(_) | Self::Invalid(_) | Self::Late | Self::Failed(_) | Self::Inconclusive(_) => {
                plan.again(seed, "run")
            }
        }
    }
}

impl Group {
    /// Says in which way its runs did not pass.
    pub(super) fn sentence(&self, found: &Found) -> String {
        match &self.way {
            Way::Panicked(said) => format!("a bug in ewcsim, the simulator panicked: {said}"),
            Way::Unequal => "a bug in ewcsim, two runs with one seed differ".to_owned(),
            Way::Invalid(problem) => format!("the scenario cannot run: {problem}"),
            Way::Late => {
                let limit = text::durations::short(found.plan.time_limit);
                format!("not at its end after {limit} of real time")
            }
            Way::Failed(key) => key.to_string(),
            Way::Inconclusive(reason) => reason.clone(),
        }
    }
}

/// Returns the groups: bugs first, then failures, then what could not be judged, each from the largest on.
pub(super) fn groups(found: &Found) -> Vec<Group> {
    let mut groups: BTreeMap<Way, Group> = BTreeMap::new();
    for row in &found.rows {
        let mut add = |way: Way, place: Option<&(String, usize)>, actual: Option<&String>| {
            let group = groups.entry(way.clone()).or_insert_with(|| Group {
                way,
                runs: 0,
                first: row.seed,
                place: place.cloned(),
                actual: actual.cloned(),
                faults: vec![0; found.plan.faults.len()],
            });
            group.runs += 1;
            for (count, kept) in group.faults.iter_mut().zip(&row.faults) {
                *count += usize::from(*kept);
            }
        };
        match &row.outcome {
            RowOutcome::Passed => {}
            RowOutcome::Failed { failures } => failures.iter().for_each(|failed| {
                add(Way::Failed(failed.key.clone()), failed.place.as_ref(), Some(&failed.actual));
            }),
            RowOutcome::Inconclusive { reasons } => {
                reasons.iter().for_each(|reason| add(Way::Inconclusive(reason.clone()), None, None));
            }
            RowOutcome::Late => add(Way::Late, None, None),
            RowOutcome::Panicked { said } => add(Way::Panicked(said.clone()), None, None),
            RowOutcome::Unequal => add(Way::Unequal, None, None),
            RowOutcome::Invalid { problem } => add(Way::Invalid(problem.clone()), None, None),
        }
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|group| (std::cmp::Reverse(group.way.ending()), std::cmp::Reverse(group.runs)));
    groups
}

/// Returns the number of runs that had each fault of the plan.
pub(super) fn kept(found: &Found) -> Vec<usize> {
    let has = |index: usize| found.rows.iter().filter(|row| row.faults.get(index) == Some(&true)).count();
    (0..found.plan.faults.len()).map(has).collect()
}
