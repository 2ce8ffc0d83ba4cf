//! One scenario of a suite: runs it, judges it and compares its output.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use scenario::{Choices, Diagnostic, Location, Scenario};

use super::compare::{Difference, compare};
use super::items::items;
use super::layout::Layout;
use crate::allowed::Allowed;
use crate::clock::elapsed;
use crate::ending::Ending;
use crate::panics::message;
use crate::progress::{Progress, Stopwatch};
use crate::report::{RunReport, again, path_word, remove_files, shell_word, write_files};
use crate::verdict::{EngineName, Finished, Judgement, Options, Outcome, RunError, Stated, Unmet, run};
use crate::world::{Prepared, load_with};

/// The result of one scenario.
#[derive(Clone, Debug)]
pub struct Case {
    /// The file of the scenario.
    pub path: PathBuf,
    /// The seed of the run; `None` if it was not run.
    pub seed: Option<u64>,
    /// The ending.
    pub ending: Ending,
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

/// The settings for running the scenarios of a suite.
#[derive(Debug)]
pub struct Judge {
    /// The layout of the snapshots.
    pub layout: Layout,
    /// Overrides of the scenario: seed and parameters.
    pub choices: Choices,
    /// The files that the scenarios may read.
    pub allowed: Allowed,
    /// The engine. Snapshots are those of the usual one.
    pub engine: EngineName,
    /// True to update snapshots.
    pub update: bool,
    /// True to run each scenario twice and compare the two runs.
    pub twice: bool,
    /// True to keep reports.
    pub reports: bool,
    /// The directory for the files of scenarios that do not pass.
    pub out: Option<PathBuf>,
}

impl Judge {
    /// Runs the scenario at `path`. A panic becomes an ending like any other.
    pub fn judge(&self, path: &Path, stop: &AtomicBool) -> Case {
        let watch = Stopwatch::start();
        let mut settings = self.choices.set.clone();
        let mut case = guarded(path, || self.judge_unguarded(path, stop, &mut settings));
        // `ewcsim run` repeats an expectation that failed; other endings need `ewcsim test`.
        if case.again.is_empty()
            || !matches!(case.ending, Ending::Passed | Ending::Failed | Ending::Inconclusive)
        {
            case.again = self.again(path, &settings);
        }
        case.took = watch.elapsed();
        case
    }

    /// Runs it without catching panics. Stars the secrets in `settings`.
    fn judge_unguarded(&self, path: &Path, stop: &AtomicBool, settings: &mut Vec<(String, String)>) -> Case {
        let prepared = match load_with(path, &self.allowed.files(path), &self.choices) {
            Ok(prepared) => prepared,
            Err(diagnostics) => {
                for (name, value) in settings {
                    if diagnostics.sources().is_secret(name) {
                        *value = "*".repeat(value.len());
                    }
                }
                let mut case = Case::new(path, Ending::InvalidInput);
                let problem = |item| Problem::of(item, diagnostics.sources());
                case.problems = diagnostics.shown().map(problem).collect();
                return case;
            }
        };
        let mut case = Case::new(path, Ending::Passed);
        let scenario = &prepared.scenario;
        *settings = scenario.set.iter().map(|set| (set.name.clone(), set.value.clone())).collect();
        case.warnings = scenario.diagnostics(prepared.warnings.clone()).render(false);
        case.expectations = scenario.expect.len();
        let finished = match self.run(&prepared, stop) {
            Ok(finished) => finished,
            Err(error) => {
                case.add(Ending::InvalidInput, Problem::plain(error.to_string()));
                return case;
            }
        };
        case.packets = finished.stats.sent;
        case.seed = Some(finished.seed);
        case.again = again(scenario, &finished);
        case.take_verdict(scenario, &finished);
        if self.twice && case.ending == Ending::Passed {
            self.run_again(&prepared, &finished, stop, &mut case);
        }
        if case.ending == Ending::Passed && self.compares() {
            self.compare(&prepared, &finished, &mut case);
        } else {
            case.kept_back = self.update && !scenario.snapshot.is_empty();
        }
        if let Some(out) = &self.out {
            let directory = out.join(self.below(path));
            let written = match case.ending {
                // What an earlier run left there is no longer so.
                Ending::Passed => remove_files(&directory),
                _ => write_files(&directory, scenario, &finished),
            };
            if let Err(error) = written {
                case.add(Ending::InvalidInput, Problem::plain(error.to_string()));
            }
        }
        case.report = self.reports.then(|| RunReport::new(scenario, &finished));
        case
    }

    /// Returns true if runs can be compared with snapshots: if nothing overrides the scenario, and the engine is the usual one.
    pub fn compares(&self) -> bool {
        self.choices == Choices::default() && self.engine == EngineName::default()
    }

    /// Returns the command that repeats one scenario with the same settings.
    fn again(&self, path: &Path, settings: &[(String, String)]) -> String {
        let mut words = vec!["ewcsim".to_owned(), "test".to_owned(), path_word(&path.to_string_lossy())];
        let mut option = |name: &str, value: String| words.extend([name.to_owned(), shell_word(&value)]);
        if let Some(seed) = self.choices.seed {
            option("--seed", seed.to_string());
        }
        settings.iter().for_each(|(name, value)| option("--set", format!("{name}={value}")));
        let allowed = self.allowed.to_repeat(path).into_iter();
        allowed.for_each(|path| option("--allow-read", path.to_string_lossy().into_owned()));
        if self.engine == EngineName::Turmoil {
            option("--engine", "turmoil".to_owned());
        }
        if let Some(out) = &self.out {
            option("--out", out.to_string_lossy().into_owned());
        }
        if let Some(root) = self.layout.root() {
            option("--snapshots", root.to_string_lossy().into_owned());
        }
        if self.twice {
            words.push("--twice".to_owned());
        }
        words.join(" ")
    }

    /// Returns the directory for the files of a scenario's run: the parts of its path that can stand below another one.
    fn below(&self, path: &Path) -> PathBuf {
        let path = self.layout.shown(&self.layout.resolved(path));
        let parts = path.components().filter(|part| matches!(part, Component::Normal(_)));
        parts.collect::<PathBuf>().with_extension("")
    }

    fn run(&self, prepared: &Prepared, stop: &AtomicBool) -> Result<Finished, RunError> {
        let scenario = &prepared.scenario;
        let options = Options {
            engine: self.engine.kind(scenario),
            allow_read: self.allowed.to_repeat(Path::new(&scenario.path)),
            ..Options::default()
        };
        run(prepared, options, &mut Progress::none(), stop)
    }

    fn run_again(&self, prepared: &Prepared, first: &Finished, stop: &AtomicBool, case: &mut Case) {
        let digest = |finished| RunReport::new(&prepared.scenario, finished).digest;
        match self.run(prepared, stop) {
            Ok(second) if second.interrupted => case.ending = Ending::Interrupted,
            Ok(second) => case.compare_digests(digest(first), digest(&second)),
            Err(error) => case.add(Ending::InvalidInput, Problem::plain(error.to_string())),
        }
    }

    fn compare(&self, prepared: &Prepared, finished: &Finished, case: &mut Case) {
        let items = items(prepared, finished);
        case.compared = Some(items.len());
        case.differences = compare(&self.layout.of(&case.path), &items, self.update);
        case.updated = self.update && case.differences.iter().any(|difference| !difference.is_unusable());
        if case.differences.iter().any(Difference::is_unusable) {
            case.ending = Ending::InvalidInput;
        } else if !self.update && !case.differences.is_empty() {
            case.ending = Ending::SnapshotDiffers;
        }
    }
}

impl Case {
    fn new(path: &Path, ending: Ending) -> Self {
        Self {
            path: path.to_owned(),
            seed: None,
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
            again: String::new(),
            took: Duration::ZERO,
        }
    }

    fn add(&mut self, ending: Ending, problem: Problem) {
        self.ending = self.ending.max(ending);
        self.problems.push(problem);
    }

    /// Compares the digests of two runs with the same seed, which must be equal.
    fn compare_digests(&mut self, first: String, second: String) {
        if first != second {
            let what = format!("two runs with the same seed have the digests {first} and {second}");
            self.add(Ending::Nondeterministic, Problem::plain(what));
        }
    }

    fn take_verdict(&mut self, scenario: &Scenario, finished: &Finished) {
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
    fn of(diagnostic: &Diagnostic, sources: &scenario::Sources) -> Self {
        Self {
            title: diagnostic.message().to_owned(),
            place: diagnostic.location(sources),
            text: diagnostic.render(sources, false),
            colored: diagnostic.render(sources, true),
        }
    }

    /// Creates a problem without a place in the scenario.
    fn plain(text: String) -> Self {
        let line = format!("error: {text}");
        Self { title: text, place: None, text: line.clone(), colored: line }
    }
}

/// Returns the result of `judge`, or its panic message. The place of the panic is printed on standard error.
fn guarded(path: &Path, judge: impl FnOnce() -> Case) -> Case {
    catch_unwind(AssertUnwindSafe(judge)).unwrap_or_else(|panic| bug(path, &*panic))
}

fn bug(path: &Path, panic: &(dyn Any + Send)) -> Case {
    let said = message(panic);
    let mut case = Case::new(path, Ending::Passed);
    case.add(Ending::InternalError, Problem::plain(format!("the simulator panicked: {said}")));
    case
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
    fn a_panic_says_what_it_was() {
        let said = |panic: fn() -> Case| {
            let case = guarded(Path::new("x.yaml"), panic);
            assert_eq!(case.ending, Ending::InternalError);
            case.problems[0].title.clone()
        };
        assert_eq!(said(|| panic!("a bug")), "the simulator panicked: a bug");
        assert_eq!(said(|| panic!("bug {}", 2)), "the simulator panicked: bug 2");
        assert_eq!(said(|| std::panic::panic_any(3)), "the simulator panicked: no message");
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

    fn judge(choices: Choices, twice: bool, [out, root]: [Option<&str>; 2]) -> Judge {
        let layout = Layout::new(root.map(PathBuf::from)).expect("there is a directory");
        Judge {
            layout,
            choices,
            allowed: Allowed::default(),
            engine: EngineName::Simnet,
            update: false,
            twice,
            reports: false,
            out: out.map(PathBuf::from),
        }
    }

    #[test]
    fn files_of_a_run_stay_below_their_directory() {
        let judge = judge(Choices::default(), false, [None; 2]);
        assert_eq!(judge.below(Path::new("scenarios/f/a.b.yaml")), Path::new("scenarios/f/a.b"));
        assert_eq!(judge.below(Path::new("x/.././a.yaml")), Path::new("a"));
        assert_eq!(judge.below(Path::new("/etc/../x.yaml")), Path::new("x"));
    }

    #[test]
    fn what_is_done_again_is_done_as_it_was() {
        let set = vec![("mtu".to_owned(), "14 00".to_owned())];
        let choices = Choices { seed: Some(7), set: set.clone(), ..Choices::default() };
        let all = judge(choices, true, [Some("o"), Some("k")]);
        let again = "ewcsim test a.yaml --seed 7 --set 'mtu=14 00' --out o --snapshots k --twice";
        assert_eq!(all.again(Path::new("a.yaml"), &set), again);
        let none = judge(Choices::default(), false, [None; 2]);
        assert_eq!(none.again(Path::new("a b.yaml"), &[]), "ewcsim test 'a b.yaml'");
        let allowed = Allowed::new(&[], &["..".into()]).expect("it is there");
        let more = Judge { allowed, ..none };
        assert_eq!(more.again(Path::new("a.yaml"), &[]), "ewcsim test a.yaml --allow-read ..");
    }
}
