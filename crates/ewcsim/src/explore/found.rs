//! All runs of an exploration, in the order of seeds, and what they were asked.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use text::durations::short;

use super::measure::{Measure, measures};
use super::row::{Row, RowOutcome, drawn, faults};
use super::{Request, Seeds, TIME_LIMIT};
use crate::cli::VERSION;
use crate::ending::Ending;
use crate::report::{digest, path_word, shell_word};
use crate::verdict::{Able, FailureKey};
use crate::world::Prepared;

/// What was asked, and what is the same for all runs. Parts of one exploration have the same plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The version of this program.
    pub tool: String,
    /// The path of the scenario, as given.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// SHA-256 over its files and parameters.
    pub digest: String,
    /// The parameters that were set, passwords starred.
    pub set: Vec<(String, String)>,
    /// The paths that scenarios may read, too.
    pub allow_read: Vec<PathBuf>,
    /// The seeds.
    pub seeds: Seeds,
    /// True if each seed has a random subset of the faults.
    pub swarm: bool,
    /// The number of runs that do not pass after which it ends.
    pub until_failures: Option<u64>,
    /// The limit on the real time of a run.
    pub time_limit: Duration,
    /// True if each seed runs twice.
    pub twice: bool,
    /// The number of access points.
    pub access_points: usize,
    /// The number of those whose recovery is judged, and the bound; nothing if the run without faults did not end.
    pub able: Option<(usize, Duration)>,
    /// The faults of the timeline; none if all of them happen in each run.
    pub faults: Vec<String>,
    /// The paths of the ranges.
    pub drawn: Vec<String>,
    /// The numbers of a run.
    pub measures: Vec<Measure>,
}

/// The runs of an exploration.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What was asked.
    pub plan: Plan,
    /// The runs, in the order of seeds.
    pub rows: Vec<Row>,
    /// True if a signal ended it.
    pub interrupted: bool,
    failed: u64,
}

impl Plan {
    pub(super) fn new(first: &Prepared, request: &Request, able: Option<&Able>) -> Self {
        let scenario = &first.scenario;
        let set: Vec<(String, String)> =
            scenario.set.iter().map(|setting| (setting.name.clone(), setting.value.clone())).collect();
        let texts = scenario.sources.texts().flat_map(|(path, text)| [path, text]);
        let texts = texts.chain(set.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]));
        Self {
            tool: VERSION.to_owned(),
            scenario: scenario.path.clone(),
            title: scenario.title.clone(),
            digest: digest(texts),
            set,
            allow_read: request.allow_read.clone(),
            seeds: request.seeds,
            swarm: request.swarm,
            until_failures: request.until_failures,
            time_limit: request.time_limit,
            twice: request.twice,
            access_points: scenario.access_points.len(),
            able: able.map(|able| (able.access_points.len(), able.bound)),
            faults: faults(scenario),
            drawn: drawn(scenario),
            measures: measures(scenario),
        }
    }

    /// Returns the command that repeats one run.
    pub(crate) fn again(&self, seed: u64, command: &str) -> String {
        let mut again = format!("ewcsim {command} {} ", path_word(&self.scenario));
        again.push_str(&match command {
            "run" => format!("--seed {seed}"),
            _ => format!("--seeds {seed}..{seed}"),
        });
        again.push_str(&self.options());
        again
    }

    /// Returns the command that repeats all runs.
    pub(crate) fn again_all(&self) -> String {
        let seeds = match self.seeds {
            Seeds::Range { from, to } => format!("--seeds {from}..{to}"),
            Seeds::For { time, .. } => format!("--for {}", short(time)),
        };
        let mut again = format!("ewcsim explore {} {seeds}{}", path_word(&self.scenario), self.options());
        if let Some(failures) = self.until_failures {
            again.push_str(&format!(" --until-failures {failures}"));
        }
        if self.time_limit != TIME_LIMIT {
            again.push_str(&format!(" --time-limit {}", short(self.time_limit)));
        }
        if self.twice {
            again.push_str(" --twice");
        }
        again
    }

    fn options(&self) -> String {
        let mut options = String::new();
        if self.swarm {
            options.push_str(" --swarm");
        }
        for (name, value) in &self.set {
            options.push_str(&format!(" --set {}", shell_word(&format!("{name}={value}"))));
        }
        for path in &self.allow_read {
            options.push_str(&format!(" --allow-read {}", shell_word(&path.to_string_lossy())));
        }
        options
    }
}

impl Found {
    pub(super) fn new(plan: Plan) -> Self {
        Self { plan, rows: Vec::new(), interrupted: false, failed: 0 }
    }

    /// Adds the next run.
    pub(super) fn add(&mut self, row: Row) {
        self.failed += u64::from(row.outcome.is_failure());
        self.rows.push(row);
    }

    /// Returns the number of runs that count for `--until-failures`.
    pub(super) fn failed(&self) -> u64 {
        self.failed
    }

    /// Returns true once as many runs have failed as are wanted.
    pub(super) fn is_enough(&self) -> bool {
        self.plan.until_failures.is_some_and(|wanted| self.failed >= wanted)
    }

    /// Returns the number of runs with each outcome, by its name.
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for row in &self.rows {
            *counts.entry(name(&row.outcome)).or_default() += 1;
        }
        counts
    }

    /// Returns the number of runs that passed.
    pub(super) fn passed(&self) -> usize {
        self.counts().get("passed").copied().unwrap_or(0)
    }

    /// Returns the worst ending.
    pub fn ending(&self) -> Ending {
        let of = |row: &Row| match &row.outcome {
            RowOutcome::Passed => Ending::Passed,
            RowOutcome::Failed { .. } | RowOutcome::Late => Ending::Failed,
            RowOutcome::Inconclusive { .. } => Ending::Inconclusive,
            RowOutcome::Panicked { .. } => Ending::InternalError,
            RowOutcome::Unequal => Ending::Nondeterministic,
            RowOutcome::Invalid { .. } => Ending::InvalidInput,
        };
        let interrupted = self.interrupted.then_some(Ending::Interrupted);
        self.rows.iter().map(of).chain(interrupted).max().unwrap_or(Ending::Passed)
    }

    /// Returns each key of a failure, or of a panic, with the first seed that has it, for a search for a smaller scenario that has it, too.
    pub fn first_failures(&self) -> BTreeMap<FailureKey, u64> {
        let mut first = BTreeMap::new();
        for row in &self.rows {
            match &row.outcome {
                RowOutcome::Failed { failures } => {
                    for failed in failures {
                        first.entry(failed.key.clone()).or_insert(row.seed);
                    }
                }
                RowOutcome::Panicked { said } => {
                    first.entry(FailureKey::panic(said)).or_insert(row.seed);
                }
                RowOutcome::Passed
                | RowOutcome::Inconclusive { .. }
                | RowOutcome::Late
                | RowOutcome::Unequal
                | RowOutcome::Invalid { .. } => {}
            }
        }
        first
    }
}

/// Returns the name of an outcome for programs.
pub(super) fn name(outcome: &RowOutcome) -> &'static str {
    match outcome {
        RowOutcome::Passed => "passed",
        RowOutcome::Failed { .. } => "failed",
        RowOutcome::Inconclusive { .. } => "inconclusive",
        RowOutcome::Late => "late",
        RowOutcome::Panicked { .. } => "internal_error",
        RowOutcome::Unequal => "nondeterministic",
        RowOutcome::Invalid { .. } => "invalid",
    }
}
