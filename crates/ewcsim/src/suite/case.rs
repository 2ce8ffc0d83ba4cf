//! The result of one scenario of a suite.

use std::path::{Path, PathBuf};
use std::time::Duration;

use scenario::{Diagnostic, Location, Scenario};
use text::durations::short;

use super::compare::Difference;
use crate::clock::elapsed;
use crate::ending::Ending;
use crate::report::RunReport;
use crate::verdict::{Finished, Judgement, Outcome, Stated, Unmet};

/// The result of one scenario.
#[derive(Clone, Debug)]
pub struct Case {
    /// The file of the scenario.
    pub path: PathBuf,
    /// The seed of the run; `None` if it was not run.
    pub seed: Option<u64>,
    /// The seed for which it was chosen, if each scenario runs with several.
    pub chosen_seed: Option<u64>,
    /// The ending.
    pub ending: Ending,
    /// True if it was not at its end at the limit of its real time.
    pub is_late: bool,
    /// The errors, and the expectations and invariants that failed. Those of `as_stated` are left out.
    pub problems: Vec<Problem>,
    /// The expectations and invariants that failed as the scenario says they must.
    pub as_stated: Vec<Stated>,
    /// The warnings, as text.
    pub warnings: String,
    /// Snapshots that differ; empty if it did not pass.
    pub differences: Vec<Difference>,
    /// True if the snapshots were updated.
    pub updated: bool,
    /// True if an update was requested but not made, because the scenario did not pass.
    pub kept_back: bool,
    /// The number of packets that its hosts sent, for measurements.
    pub packets: u64,
    /// The number of its expectations.
    pub expectations: usize,
    /// The number of items compared; `None` if there was no comparison.
    pub compared: Option<usize>,
    /// The content of `run.json`, if it was requested and there was a run.
    pub report: Option<RunReport>,
    /// The capture of its packets, if it was written.
    pub capture: Option<PathBuf>,
    /// The command that repeats it.
    pub again: String,
    /// The real time that it took.
    pub took: Duration,
}

/// A reason why a scenario does not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A short title.
    pub title: String,
    /// The place, if it has one.
    pub place: Option<Location>,
    /// The full text, of several lines.
    pub text: String,
    /// The full text in colour, for a terminal.
    pub colored: String,
}

impl Case {
    pub(super) fn new(path: &Path, ending: Ending) -> Self {
        Self {
            path: path.to_owned(),
            seed: None,
            chosen_seed: None,
            is_late: false,
            ending,
            problems: Vec::new(),
            as_stated: Vec::new(),
            warnings: String::new(),
            differences: Vec::new(),
            updated: false,
            kept_back: false,
            packets: 0,
            expectations: 0,
            compared: None,
            report: None,
            capture: None,
            again: String::new(),
            took: Duration::ZERO,
        }
    }

    pub(super) fn add(&mut self, ending: Ending, problem: Problem) {
        self.ending = self.ending.max(ending);
        self.problems.push(problem);
    }

    /// Notes that the simulator panicked with a message. The place of the panic is on standard error.
    pub(super) fn take_panic(&mut self, said: &str) {
        self.add(Ending::InternalError, Problem::plain(format!("the simulator panicked: {said}")));
    }

    /// Notes that the run was not at its end at the limit of its real time.
    pub(super) fn take_late(&mut self, limit: Duration) {
        self.is_late = true;
        let what = format!("hang: the run was not at its end after {} of real time", short(limit));
        self.add(Ending::Failed, Problem::plain(what));
    }

    /// Returns the name of its kind of failure: that of its ending, or `hang`.
    pub fn kind(&self) -> &'static str {
        if self.is_late { "hang" } else { self.ending.name() }
    }

    /// Compares the digests of two runs with the same seed, which must be equal.
    pub(super) fn compare_digests(&mut self, first: String, second: String) {
        if first != second {
            let what = format!("two runs with the same seed have the digests {first} and {second}");
            self.add(Ending::Nondeterministic, Problem::plain(what));
        }
    }

    pub(super) fn take_verdict(&mut self, scenario: &Scenario, finished: &Finished) {
        let interrupted = finished.interrupted;
        let as_stated = |judged: &&Judgement| {
            judged.must_fail.is_some() && matches!(judged.outcome, Outcome::Failed { .. })
        };
        let others = finished.judgements.iter().filter(|judged| !as_stated(judged));
        let missed = others.filter_map(|judged| judged.diagnostic(interrupted));
        self.problems.extend(
            scenario
                .diagnostics(missed.collect())
                .items()
                .iter()
                .map(|item| Problem::of(item, &scenario.sources)),
        );
        self.as_stated = finished.stated().into_iter().filter(Stated::is_met).collect();
        for unmet in finished.unmet() {
            if let Unmet::Held(Stated { what, why, result }) = unmet {
                self.problems.push(Problem::plain(format!("must fail, and {result}: {what}; {why}")));
            }
        }
        let violations = finished.violations.iter().filter(|violation| !finished.states(violation));
        self.problems.extend(violations.map(|violation| {
            let at = elapsed(violation.at);
            Problem::plain(format!(
                "{}: {} at {at}: {}",
                violation.invariant, violation.host, violation.actual
            ))
        }));
        let missing = finished.not_modelled.iter();
        self.problems
            .extend(missing.map(|it| Problem::plain(format!("not modelled: {}: {}", it.name, it.why))));
        self.ending = finished.verdict_as_test().into();
    }
}

impl Problem {
    pub(super) fn of(diagnostic: &Diagnostic, sources: &scenario::Sources) -> Self {
        Self {
            title: diagnostic.message().to_owned(),
            place: diagnostic.location(sources),
            text: diagnostic.render(sources, false),
            colored: diagnostic.render(sources, true),
        }
    }

    /// Creates a problem without a place in the scenario.
    pub(super) fn plain(text: String) -> Self {
        let line = format!("error: {text}");
        Self { title: text, place: None, text: line.clone(), colored: line }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_ending_counts() {
        let order = [
            Ending::Passed,
            Ending::Inconclusive,
            Ending::Interrupted,
            Ending::SnapshotDiffers,
            Ending::Failed,
            Ending::Nondeterministic,
            Ending::InvalidInput,
            Ending::InternalError,
        ];
        assert!(order.is_sorted());
    }

    #[test]
    fn two_results_of_one_seed_are_told() {
        let mut case = Case::new(Path::new("x.yaml"), Ending::Passed);
        case.compare_digests("ab".into(), "ab".into());
        assert_eq!((case.ending, case.problems.len()), (Ending::Passed, 0));
        case.compare_digests("ab".into(), "cd".into());
        assert_eq!(case.ending, Ending::Nondeterministic);
        assert!(case.problems[0].text.ends_with("have the digests ab and cd"));
    }
}
