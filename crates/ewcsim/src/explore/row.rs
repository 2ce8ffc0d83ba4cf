//! What one run has shown: its outcome, the faults and values of its variant, and its numbers. The record is dropped with the run.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use scenario::{Diagnostics, Faults, Scenario, Severity};
use serde::{Deserialize, Serialize};

use super::Request;
use super::measure::values;
use crate::clock::elapsed;
use crate::progress::Progress;
use crate::report::RunReport;
use crate::verdict::{
    Able, FailureKey, FailureKind, Finished, Options, Outcome, Recovery, RunError, Verdict, failure_keys,
    recovery, run,
};
use crate::world::Prepared;

/// The longest text of a row, in bytes.
const TEXT_MAX: usize = 500;

/// One run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The seed.
    pub seed: u64,
    /// The outcome.
    pub outcome: RowOutcome,
    /// The reason why recovery was not judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_not_judged: Option<String>,
    /// Entries of the timeline that never happened, as what they wait for did not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub never_happened: Vec<String>,
    /// The keys of unverified facts that had their effect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unverified_facts: Vec<String>,
    /// True for each fault of the plan that was in the run.
    pub faults: Vec<bool>,
    /// The drawn values, by the plan's paths.
    pub drawn: Vec<Option<String>>,
    /// The numbers, by the plan's measures; times in nanoseconds.
    pub values: Vec<Option<u64>>,
}

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOutcome {
    /// All expectations and invariants held, and all that could came back into service.
    Passed,
    /// Some did not.
    Failed {
        /// Each failure, by key.
        failures: Vec<Failed>,
    },
    /// It could not be judged.
    Inconclusive {
        /// The reasons.
        reasons: Vec<String>,
    },
    /// It did not end within the limit of real time.
    Late,
    /// The simulator panicked.
    Panicked {
        /// The message.
        said: String,
    },
    /// Two runs with this seed differed.
    Unequal,
    /// The scenario cannot run with this seed.
    Invalid {
        /// The problem.
        problem: String,
    },
}

/// A failure of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// Its key.
    pub key: FailureKey,
    /// The file and the line of the expectation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<(String, usize)>,
    /// The actual state, with names and times.
    pub actual: String,
}

impl RowOutcome {
    /// Returns true if the run counts for `--until-failures`.
    pub(super) fn is_failure(&self) -> bool {
        match self {
            Self::Passed | Self::Inconclusive { .. } => false,
            Self::Failed { .. }
            | Self::Late
            | Self::Panicked { .. }
            | Self::Unequal
            | Self::Invalid { .. } => true,
        }
    }
}

/// Judges runs.
#[derive(Clone, Debug)]
pub(super) struct Judge {
    able: Option<Arc<Able>>,
    faults: Arc<Vec<String>>,
    drawn: Arc<Vec<String>>,
    twice: bool,
    allow_read: Arc<Vec<PathBuf>>,
}

impl Judge {
    /// Makes one for the runs of a scenario, whose first seed is `first`.
    pub(super) fn new(first: &Prepared, request: &Request, able: Option<Able>) -> Self {
        Self {
            able: able.map(Arc::new),
            faults: Arc::new(faults(&first.scenario)),
            drawn: Arc::new(drawn(&first.scenario)),
            twice: request.twice,
            allow_read: Arc::new(request.allow_read.clone()),
        }
    }

    /// Runs one seed and judges it. A run that was told to end early is late.
    pub(super) fn judge(&self, prepared: &Prepared, stop: &AtomicBool) -> Row {
        let mut row = Row::of(self, prepared);
        let finished = match self.run(prepared, false, stop) {
            Ok(finished) if finished.interrupted => return row,
            Ok(finished) => finished,
            Err(error) => return Row { outcome: RowOutcome::Invalid { problem: error.to_string() }, ..row },
        };
        row.values = values(&prepared.scenario, &finished);
        row.unverified_facts = finished.unverified_facts.iter().map(|fact| fact.key.clone()).collect();
        let lines = finished.untriggered.iter().map(|one| prepared.scenario.sources.location(one.span));
        row.never_happened = lines.map(|place| format!("{}:{}", place.file, place.line)).collect();
        let recovery = self.able.as_ref().map(|able| recovery(prepared, &finished, able));
        row.outcome = outcome(prepared, &finished, recovery.as_ref());
        row.recovery_not_judged = match recovery {
            None => Some("the run without faults did not end".to_owned()),
            Some(Recovery::NotJudged(why)) => Some(why),
            Some(Recovery::Shown | Recovery::Failed { .. }) => None,
        };
        if self.twice {
            let digest = |finished: &Finished| RunReport::new(&prepared.scenario, finished).digest;
            let first = digest(&finished);
            drop(finished);
            match self.run(prepared, true, stop) {
                Ok(second) if second.interrupted => row.outcome = RowOutcome::Late,
                Ok(second) if digest(&second) != first => row.outcome = RowOutcome::Unequal,
                Ok(_) => {}
                Err(error) => row.outcome = RowOutcome::Invalid { problem: error.to_string() },
            }
        }
        row
    }

    fn run(&self, prepared: &Prepared, every_packet: bool, stop: &AtomicBool) -> Result<Finished, RunError> {
        let options = Options { allow_read: self.allow_read.to_vec(), every_packet, ..Options::default() };
        run(prepared, options, &mut Progress::none(), stop)
    }
}

impl Row {
    /// Makes the row of a run that has not ended.
    pub(super) fn of(judge: &Judge, prepared: &Prepared) -> Self {
        let scenario = &prepared.scenario;
        let kept = |name: &String| {
            scenario.fault_choices.iter().any(|choice| choice.name == *name && choice.is_kept)
        };
        let value = |path: &String| {
            let found = scenario.drawn.iter().find(|drawn| drawn.path == *path)?;
            Some(found.value.clone())
        };
        Self {
            seed: scenario.seed,
            outcome: RowOutcome::Late,
            recovery_not_judged: None,
            never_happened: Vec::new(),
            unverified_facts: Vec::new(),
            faults: judge.faults.iter().map(kept).collect(),
            drawn: judge.drawn.iter().map(value).collect(),
            values: Vec::new(),
        }
    }

    /// Makes the row of a seed with which the scenario cannot run.
    pub(super) fn invalid(seed: u64, problems: &Diagnostics) -> Self {
        let error = problems.items().iter().find(|problem| problem.severity() == Severity::Error);
        let problem = error.map_or("no message", |problem| problem.message()).to_owned();
        Self {
            seed,
            outcome: RowOutcome::Invalid { problem },
            recovery_not_judged: None,
            never_happened: Vec::new(),
            unverified_facts: Vec::new(),
            faults: Vec::new(),
            drawn: Vec::new(),
            values: Vec::new(),
        }
    }
}

/// Returns the names of the faults of a scenario, each once.
pub(super) fn faults(scenario: &Scenario) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for choice in &scenario.fault_choices {
        if !names.contains(&choice.name) {
            names.push(choice.name.clone());
        }
    }
    if scenario.variant == Faults::Swarm { names } else { Vec::new() }
}

/// Returns the paths of the drawn values of a scenario.
pub(super) fn drawn(scenario: &Scenario) -> Vec<String> {
    scenario.drawn.iter().map(|drawn| drawn.path.clone()).collect()
}

fn outcome(prepared: &Prepared, finished: &Finished, recovery: Option<&Recovery>) -> RowOutcome {
    let mut failures: Vec<Failed> =
        failure_keys(finished).into_iter().map(|key| failed(prepared, finished, key)).collect();
    if let Some(Recovery::Failed { access_point, number, healed_at, key }) = recovery {
        let others =
            if *number > 1 { format!(" (other access points: {})", number - 1) } else { String::new() };
        let healed = elapsed(*healed_at);
        let actual = format!("{access_point} is not in service, the timeline ended at {healed}{others}");
        failures.push(Failed { key: key.clone(), place: None, actual });
    }
    let verdict = finished.verdict_as_test();
    match (failures.is_empty(), verdict) {
        (false, _) => RowOutcome::Failed { failures },
        (true, Verdict::Passed) => RowOutcome::Passed,
        (true, Verdict::Inconclusive) => RowOutcome::Inconclusive { reasons: reasons(finished) },
        // It must not pass for want of a key.
        (true, Verdict::Failed | Verdict::Interrupted) => {
            RowOutcome::Panicked { said: format!("{verdict} without a failure") }
        }
    }
}

/// Returns a failure with its place and the actual state.
fn failed(prepared: &Prepared, finished: &Finished, key: FailureKey) -> Failed {
    let sources = &prepared.scenario.sources;
    let judged = finished.judgements.iter().find(|judged| {
        judged.key == key && matches!(judged.outcome, Outcome::Failed { .. }) == judged.must_fail.is_none()
    });
    let place = judged.map(|judged| {
        let location = sources.location(judged.span);
        (location.file, location.line)
    });
    let violation = finished.violations.iter().find(|violation| violation.invariant == key.what);
    let actual = match (judged, key.kind, violation) {
        (Some(judged), ..) => match &judged.outcome {
            Outcome::Failed { actual } | Outcome::Inconclusive { actual } => {
                format!("{}: {actual}", judged.expected)
            }
            Outcome::Passed { .. } => format!("{}: it held", judged.expected),
        },
        (None, FailureKind::Invariant, Some(violation)) => {
            format!("{} at {}: {}", violation.host, elapsed(violation.at), violation.actual)
        }
        (None, _, _) => "it held".to_owned(),
    };
    Failed { key, place, actual: cut(actual) }
}

/// Returns the reasons why a run cannot be judged, without names and times of single access points.
fn reasons(finished: &Finished) -> Vec<String> {
    let open =
        finished.judgements.iter().filter(|judged| matches!(judged.outcome, Outcome::Inconclusive { .. }));
    let mut reasons: Vec<String> =
        open.map(|judged| format!("could not be judged: {}", judged.key.what)).collect();
    reasons.extend(finished.not_modelled.iter().map(|one| format!("not modelled: {}", one.name)));
    reasons.sort();
    reasons.dedup();
    reasons
}

/// Shortens a text that is too long for a row.
fn cut(mut text: String) -> String {
    if text.len() > TEXT_MAX {
        let mut end = TEXT_MAX;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}
