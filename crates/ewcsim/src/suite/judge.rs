//! Runs one scenario of a suite, judges it and compares its output.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use scenario::Choices;
use text::durations::short;

use super::case::{Case, Problem};
use super::compare::{Difference, compare};
use super::items::items;
use super::layout::Layout;
use super::select::Chosen;
use crate::allowed::Allowed;
use crate::capture::CaptureFile;
use crate::ending::Ending;
use crate::panics::message;
use crate::progress::{Progress, Stopwatch};
use crate::report::{
    CAPTURE, RunReport, again, path_word, remove_files, shell_word, write_files, write_files_with,
};
use crate::verdict::{EngineName, Finished, Options, RunError, run};
use crate::watch::{Ended, Watch};
use crate::world::{Prepared, load_with};

/// The settings for running the scenarios of a suite.
#[derive(Debug)]
pub struct Judge {
    /// The layout of the snapshots.
    pub layout: Layout,
    /// Overrides of the scenario: seed and parameters. A run that was chosen with a seed has that one.
    pub choices: Choices,
    /// The files that the scenarios may read.
    pub allowed: Allowed,
    /// The engine. Snapshots are those of the usual one.
    pub engine: EngineName,
    /// True to update snapshots.
    pub update: bool,
    /// True to run each scenario twice and compare the two runs.
    pub twice: bool,
    /// The limit on the real time of a run, if there is one.
    pub time_limit: Option<Duration>,
    /// True to keep reports.
    pub reports: bool,
    /// The directory for the files of scenarios that do not pass.
    pub out: Option<PathBuf>,
    /// True to repeat runs that do not pass, and to capture their packets there.
    pub captures: bool,
}

/// The end of a run.
enum Ran {
    /// It ended by itself, or by a signal.
    Finished(Box<Finished>),
    /// It was not at its end at the limit of its time. What it had done by then, if it heeded that.
    Late(Option<Box<Finished>>),
    /// It did not heed a signal.
    Stopped,
    /// It could not run.
    Refused(RunError),
    /// It panicked, with this message.
    Panicked(String),
}

impl Judge {
    /// Runs a scenario. A panic becomes an ending like any other.
    pub fn judge(&self, chosen: &Chosen, stop: &AtomicBool) -> Case {
        let watch = Stopwatch::start();
        let mut settings = self.choices.set.clone();
        let judged = catch_unwind(AssertUnwindSafe(|| self.judge_unguarded(chosen, stop, &mut settings)));
        let mut case = judged.unwrap_or_else(|panic| {
            let mut case = Case { chosen_seed: chosen.seed, ..Case::new(&chosen.path, Ending::Passed) };
            case.take_panic(&message(&*panic));
            case
        });
        // `ewcsim run` repeats an expectation that failed; other endings need `ewcsim test`.
        let is_of_run = matches!(case.ending, Ending::Passed | Ending::Failed | Ending::Inconclusive);
        if case.again.is_empty() || case.is_late || !is_of_run {
            case.again = self.again(chosen, &settings);
        }
        case.took = watch.elapsed();
        case
    }

    /// Runs it without catching panics. Stars the secrets in `settings`.
    fn judge_unguarded(
        &self,
        chosen: &Chosen,
        stop: &AtomicBool,
        settings: &mut Vec<(String, String)>,
    ) -> Case {
        let path = &chosen.path;
        let choices = Choices { seed: chosen.seed.or(self.choices.seed), ..self.choices.clone() };
        let prepared = match load_with(path, &self.allowed.files(path), &choices) {
            Ok(prepared) => Arc::new(prepared),
            Err(diagnostics) => {
                for (name, value) in settings {
                    if diagnostics.sources().is_secret(name) {
                        *value = "*".repeat(value.len());
                    }
                }
                let mut case = Case::new(path, Ending::InvalidInput);
                case.chosen_seed = chosen.seed;
                let problem = |item| Problem::of(item, diagnostics.sources());
                case.problems = diagnostics.shown().map(problem).collect();
                return case;
            }
        };
        let mut case = Case::new(path, Ending::Passed);
        case.chosen_seed = chosen.seed;
        let scenario = &prepared.scenario;
        *settings = scenario.set.iter().map(|set| (set.name.clone(), set.value.clone())).collect();
        case.warnings = scenario.diagnostics(prepared.warnings.clone()).render(false);
        case.expectations = scenario.expect.len();
        case.seed = Some(scenario.seed);
        let finished = match self.run(&prepared, Options::default(), stop) {
            Ran::Finished(finished) => {
                case.take_verdict(scenario, &finished);
                Some(finished)
            }
            other => self.take_other(&mut case, other),
        };
        if let Some(finished) = finished {
            self.take_run(chosen, &prepared, finished, stop, &mut case);
        }
        case
    }

    /// Compares a run whose verdict is known with a second one and with snapshots, and writes its files.
    fn take_run(
        &self,
        chosen: &Chosen,
        prepared: &Arc<Prepared>,
        finished: Box<Finished>,
        stop: &AtomicBool,
        case: &mut Case,
    ) {
        let scenario = &prepared.scenario;
        case.packets = finished.stats.sent;
        case.again = again(scenario, &finished);
        if self.twice && case.ending == Ending::Passed {
            self.run_again(prepared, &finished, stop, case);
        }
        if case.ending == Ending::Passed && chosen.seed.is_none() && self.compares() {
            self.compare(prepared, &finished, case);
        } else {
            case.kept_back = self.update && !scenario.snapshot.is_empty();
        }
        case.report = self.reports.then(|| RunReport::new(scenario, &finished));
        if let Some(directory) = self.directory_of(chosen) {
            let written = match case.ending {
                // What an earlier run left there is no longer so.
                Ending::Passed => remove_files(&directory),
                _ if self.captures && !case.is_late && !finished.interrupted => {
                    self.write_captured(&directory, prepared, *finished, stop, case)
                }
                _ => write_files(&directory, scenario, &finished),
            };
            if let Err(error) = written {
                case.add(Ending::InvalidInput, Problem::plain(error.to_string()));
            }
        }
    }

    /// Repeats a run, which is equal as its seed is, with a capture, and writes its files with that.
    fn write_captured(
        &self,
        directory: &Path,
        prepared: &Arc<Prepared>,
        first: Finished,
        stop: &AtomicBool,
        case: &mut Case,
    ) -> io::Result<()> {
        let scenario = &prepared.scenario;
        let digest = RunReport::new(scenario, &first).digest;
        let file = CaptureFile::create(directory)?;
        let recorder = file.recorder(scenario)?;
        match self.run(prepared, Options { capture: Some(recorder), ..Options::default() }, stop) {
            Ran::Finished(second) if !second.interrupted => {
                drop(first);
                case.compare_digests(digest, RunReport::new(scenario, &second).digest);
                write_files_with(directory, scenario, &second, Some(file.finish()?))?;
                case.capture = Some(directory.join(CAPTURE));
                Ok(())
            }
            // Whatever ended it, the first run counts.
            _ => write_files(directory, scenario, &first),
        }
    }

    /// Removes the files of a run that does not count.
    pub(super) fn forget(&self, chosen: &Chosen) {
        if let Some(directory) = self.directory_of(chosen) {
            // They are left over at worst.
            let _ = remove_files(&directory);
        }
    }

    /// Returns true if runs can be compared with snapshots: if nothing overrides the scenario, and the engine is the usual one.
    pub fn compares(&self) -> bool {
        self.choices == Choices::default() && self.engine == EngineName::default()
    }

    /// Returns the command that repeats one run with the same settings.
    fn again(&self, chosen: &Chosen, settings: &[(String, String)]) -> String {
        let path = &chosen.path;
        let mut words = vec!["ewcsim".to_owned(), "test".to_owned(), path_word(&path.to_string_lossy())];
        let mut option = |name: &str, value: String| words.extend([name.to_owned(), shell_word(&value)]);
        if let Some(seed) = chosen.seed.or(self.choices.seed) {
            option("--seed", seed.to_string());
        }
        settings.iter().for_each(|(name, value)| option("--set", format!("{name}={value}")));
        let allowed = self.allowed.to_repeat(path).into_iter();
        allowed.for_each(|path| option("--allow-read", path.to_string_lossy().into_owned()));
        if self.engine == EngineName::Turmoil {
            option("--engine", "turmoil".to_owned());
        }
        if let Some(limit) = self.time_limit {
            option("--time-limit", short(limit));
        }
        if let Some(out) = &self.out {
            option("--out", out.to_string_lossy().into_owned());
        }
        if let Some(root) = self.layout.root() {
            option("--snapshots", root.to_string_lossy().into_owned());
        }
        words.extend(self.captures.then(|| "--pcap".to_owned()));
        words.extend(self.twice.then(|| "--twice".to_owned()));
        words.join(" ")
    }

    /// Returns the directory for the files of a run, if they are wanted.
    fn directory_of(&self, chosen: &Chosen) -> Option<PathBuf> {
        let directory = self.out.as_ref()?.join(self.below(&chosen.path));
        Some(match chosen.seed {
            Some(seed) => directory.join(format!("seed-{seed}")),
            None => directory,
        })
    }

    /// Returns the directory for the files of a scenario: the parts of its path that can stand below another one.
    fn below(&self, path: &Path) -> PathBuf {
        let path = self.layout.shown(&self.layout.resolved(path));
        let parts = path.components().filter(|part| matches!(part, Component::Normal(_)));
        parts.collect::<PathBuf>().with_extension("")
    }

    /// Runs a scenario to its end, to the limit of its time, or to a signal.
    fn run(&self, prepared: &Arc<Prepared>, choices: Options, stop: &AtomicBool) -> Ran {
        let scenario = &prepared.scenario;
        let options = Options {
            engine: self.engine.kind(scenario),
            allow_read: self.allowed.to_repeat(Path::new(&scenario.path)),
            ..choices
        };
        let Some(limit) = self.time_limit else {
            return match run(prepared, options, &mut Progress::none(), stop) {
                Ok(finished) => Ran::Finished(Box::new(finished)),
                Err(error) => Ran::Refused(error),
            };
        };
        let prepared = Arc::clone(prepared);
        let task = move |end: &AtomicBool| run(&prepared, options, &mut Progress::none(), end);
        match (Watch { limit, stop }).watch(task) {
            // Both the limit and a signal stop a run.
            Ended::Done(Ok(finished)) if finished.interrupted && !stop.load(Ordering::Relaxed) => {
                Ran::Late(Some(Box::new(finished)))
            }
            Ended::Done(Ok(finished)) => Ran::Finished(Box::new(finished)),
            Ended::Done(Err(error)) => Ran::Refused(error),
            Ended::Late => Ran::Late(None),
            Ended::Stopped => Ran::Stopped,
            Ended::Panicked(said) => Ran::Panicked(said),
        }
    }

    /// Notes the end of a run that has no verdict, and returns what it has done, if that is known.
    fn take_other(&self, case: &mut Case, ran: Ran) -> Option<Box<Finished>> {
        match ran {
            Ran::Finished(finished) => return Some(finished),
            Ran::Late(finished) => {
                case.take_late(self.time_limit.unwrap_or_default());
                return finished;
            }
            Ran::Stopped => case.ending = case.ending.max(Ending::Interrupted),
            Ran::Refused(error) => {
                case.seed = None;
                case.add(Ending::InvalidInput, Problem::plain(error.to_string()));
            }
            Ran::Panicked(said) => case.take_panic(&said),
        }
        None
    }

    fn run_again(&self, prepared: &Arc<Prepared>, first: &Finished, stop: &AtomicBool, case: &mut Case) {
        let digest = |finished| RunReport::new(&prepared.scenario, finished).digest;
        // The second run has every packet.
        let choices = Options { every_packet: true, ..Options::default() };
        match self.run(prepared, choices, stop) {
            Ran::Finished(second) if second.interrupted => case.ending = Ending::Interrupted,
            Ran::Finished(second) => case.compare_digests(digest(first), digest(&second)),
            other => _ = self.take_other(case, other),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(choices: Choices, twice: bool, [out, root]: [Option<&str>; 2]) -> Judge {
        let layout = Layout::new(root.map(PathBuf::from)).expect("there is a directory");
        Judge {
            layout,
            choices,
            allowed: Allowed::default(),
            engine: EngineName::Simnet,
            update: false,
            twice,
            time_limit: None,
            reports: false,
            out: out.map(PathBuf::from),
            captures: false,
        }
    }

    fn chosen(path: &str, seed: Option<u64>) -> Chosen {
        Chosen { path: path.into(), seed }
    }

    #[test]
    fn a_panic_is_a_bug() {
        let mut case = Case::new(Path::new("x.yaml"), Ending::Passed);
        let judge = judge(Choices::default(), false, [None; 2]);
        assert!(judge.take_other(&mut case, Ran::Panicked("a bug".to_owned())).is_none());
        assert_eq!(case.ending, Ending::InternalError);
        assert_eq!(case.problems[0].title, "the simulator panicked: a bug");
    }

    #[test]
    fn files_of_a_run_stay_below_their_directory() {
        let judge = judge(Choices::default(), false, [Some("o"), None]);
        let of = |path: &str, seed| judge.directory_of(&chosen(path, seed)).expect("it is wanted");
        assert_eq!(of("scenarios/f/a.b.yaml", None), Path::new("o/scenarios/f/a.b"));
        assert_eq!(of("x/.././a.yaml", Some(7)), Path::new("o/a/seed-7"));
        assert_eq!(of("/etc/../x.yaml", None), Path::new("o/x"));
    }

    #[test]
    fn what_is_done_again_is_done_as_it_was() {
        let set = vec![("mtu".to_owned(), "14 00".to_owned())];
        let choices = Choices { seed: Some(7), set: set.clone(), ..Choices::default() };
        let all = Judge {
            captures: true,
            time_limit: Some(Duration::from_secs(90)),
            ..judge(choices, true, [Some("o"), Some("k")])
        };
        let again = "ewcsim test a.yaml --seed 7 --set 'mtu=14 00' --time-limit 1m30s --out o --snapshots k --pcap --twice";
        assert_eq!(all.again(&chosen("a.yaml", None), &set), again);
        assert_eq!(all.again(&chosen("a.yaml", Some(8)), &set), again.replace("seed 7", "seed 8"));
        let none = judge(Choices::default(), false, [None; 2]);
        assert_eq!(none.again(&chosen("a b.yaml", None), &[]), "ewcsim test 'a b.yaml'");
        let allowed = Allowed::new(&[], &["..".into()]).expect("it is there");
        let more = Judge { allowed, ..none };
        assert_eq!(more.again(&chosen("a.yaml", None), &[]), "ewcsim test a.yaml --allow-read ..");
    }
}
