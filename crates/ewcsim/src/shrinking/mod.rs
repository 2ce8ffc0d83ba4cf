//! The smallest scenario that fails as a given one does with a seed.
//!
//! `shrink` (the crate) makes scenarios smaller and knows no runs; here they are run. `failure` says in which ways a run fails, `help` what may
//! not be taken away, `runs` tries candidates on several threads, `text` writes the result.

mod failure;
mod help;
mod runs;
#[cfg(test)]
mod tests;
mod text;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use ::shrink::{MadeUp, Tree, shrink as make_smaller};
use scenario::{Choices, Diagnostics, Files, Value};

pub use ::shrink::Step;

use self::failure::{Failure, expectations, keys};
use self::runs::{Runner, Runs};
use crate::panics::message;
use crate::progress::Progress;
use crate::verdict::{FailureKey, Options, RunError, run};
use crate::world::{Prepared, load_with};

/// What is made smaller, and how long it may take.
#[derive(Debug, Clone)]
pub struct Request {
    /// The seed with which it fails, the parameters that are set, and the variant.
    pub choices: Choices,
    /// The failure that must stay, if it has several; by default the first.
    pub failure: Option<FailureKey>,
    /// The real time after which the smallest scenario so far is the result.
    pub time_limit: Duration,
    /// The number of scenarios that are tried at most.
    pub tries: u64,
    /// The number of threads. The result does not depend on it.
    pub jobs: usize,
}

/// A scenario that was made smaller.
#[derive(Debug, Clone)]
pub struct Shrunk {
    /// Its text. If nothing could be taken away, that of the original, as it is.
    pub text: String,
    /// What was taken away, in order; empty if nothing was.
    pub steps: Vec<Step>,
    /// The number of scenarios that were tried, as if one after the other.
    pub runs: u64,
    /// True if nothing more can be taken away; false if the time, the tries or the patience came to an end before.
    pub complete: bool,
    /// The failure that it has in common with the original.
    pub failure: FailureKey,
    /// The other failures of the original, which it may have or not.
    pub others: Vec<FailureKey>,
    /// The listings and directories that it names, relative to the directory of the original.
    pub files: Vec<String>,
}

/// The reason why a scenario is not made smaller.
#[derive(Debug, thiserror::Error)]
pub enum ShrinkError {
    /// It is wrong.
    #[error("the scenario is wrong")]
    Wrong(Diagnostics),
    /// It cannot run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// It does not fail, or not in the way that is asked for.
    #[error("{0}")]
    NoFailure(String),
    /// It was interrupted before its first run was over.
    #[error("interrupted")]
    Interrupted,
    /// It fails in another way, or not at all, with other passwords: they are not written.
    #[error("it does not fail in the same way with made-up passwords, and others are not written")]
    Secrets,
}

/// Makes the scenario at `path` smaller, as long as it fails in the same way.
///
/// Every scenario that is tried stands in memory, in the place of the original, whose other files it may name. Once `interrupted` is set,
/// the smallest so far is the result.
///
/// # Errors
/// See [`ShrinkError`].
pub fn shrink(
    path: &Path,
    files: &(dyn Files + Sync),
    request: &Request,
    progress: &mut Progress,
    interrupted: &AtomicBool,
) -> Result<Shrunk, ShrinkError> {
    let runner = |prepared: &Prepared, progress: &mut Progress, stop: &AtomicBool| {
        run(prepared, Options::default(), progress, stop)
    };
    shrink_by(&runner, (path, files), request, (progress, interrupted))
}

/// Does the same with another way to run scenarios.
fn shrink_by(
    runner: Runner<'_>,
    (path, files): (&Path, &(dyn Files + Sync)),
    request: &Request,
    (progress, interrupted): (&mut Progress, &AtomicBool),
) -> Result<Shrunk, ShrinkError> {
    let prepared = load_with(path, files, &request.choices).map_err(ShrinkError::Wrong)?;
    let mut runs = Runs::new(path, files, request, (runner, progress, interrupted));
    let original = Original::run(&prepared, request, &mut runs, interrupted)?;
    let beginnings = beginnings(&prepared);
    let made_up = beginnings.first();
    let failure =
        made_up.map_or_else(|| original.failure.clone(), |made_up| hidden(&original.failure, made_up));
    let only = beginnings.iter().map(|one| with_expectations(one.tree.clone(), &original.expectations));
    let only: Vec<Tree> = only.collect();
    let texts: Vec<String> = only.iter().map(Tree::to_string).collect();
    // With made-up passwords, if it can be written so.
    let written = texts.iter().find_map(|text| runs.scenario(text));
    let mut wanted = Failure::new(failure, written.unwrap_or_else(|| prepared.scenario.clone()));
    let told = wanted.key();
    wanted.passes_without_faults =
        wanted.is_of_expectation() && texts.iter().any(|text| runs.passes_without_faults(&wanted, text));
    runs.wanted = Some(wanted);
    let found = make_smaller(only, request.tries, &mut runs);
    let text = match &found.tree {
        Some(tree) => {
            let before = made_up.map_or(tree, |made_up| &made_up.tree);
            text::text(path, &prepared.scenario, (before, tree), &found, &told)
        }
        None if found.complete && made_up.is_some_and(MadeUp::is_any) => return Err(ShrinkError::Secrets),
        None => prepared.scenario.sources.texts().next().map(|(_, text)| text.to_owned()).unwrap_or_default(),
    };
    Ok(Shrunk {
        text,
        files: found.tree.as_ref().map(text::files).unwrap_or_default(),
        steps: found.steps,
        runs: found.tries,
        complete: found.complete && found.tree.is_some(),
        failure: original.failure,
        others: original.others,
    })
}

/// What the original does.
struct Original {
    /// The failure to keep.
    failure: FailureKey,
    /// Its other failures.
    others: Vec<FailureKey>,
    /// The indices of the expectations that fail in the way to keep.
    expectations: Vec<usize>,
}

impl Original {
    fn run(
        prepared: &Prepared,
        request: &Request,
        runs: &mut Runs<'_>,
        interrupted: &AtomicBool,
    ) -> Result<Self, ShrinkError> {
        let ran = catch_unwind(AssertUnwindSafe(|| (runs.runner)(prepared, runs.progress, interrupted)));
        let finished = match ran {
            Ok(finished) => finished?,
            Err(panic) => return Self::panicked(prepared, request, &message(&*panic)),
        };
        if finished.interrupted {
            return Err(ShrinkError::Interrupted);
        }
        let mut found = keys(&finished);
        let wanted = match &request.failure {
            Some(wanted) => found.iter().position(|key| key == wanted),
            None if found.is_empty() => None,
            None => Some(0),
        };
        let Some(wanted) = wanted else {
            let (seed, verdict) = (finished.seed, finished.verdict());
            let how = if found.is_empty() { "" } else { " in this way" };
            return Err(ShrinkError::NoFailure(format!(
                "with seed {seed} it does not fail{how}: it is {verdict}"
            )));
        };
        let failure = found.remove(wanted);
        Ok(Self { expectations: expectations(&finished, &failure), failure, others: found })
    }

    /// Keeps a panic. All expectations stay at first: judging one may be what panics.
    fn panicked(prepared: &Prepared, request: &Request, said: &str) -> Result<Self, ShrinkError> {
        let failure = FailureKey::panic(said);
        if request.failure.as_ref().is_some_and(|wanted| *wanted != failure) {
            let seed = prepared.scenario.seed;
            return Err(ShrinkError::NoFailure(format!(
                "with seed {seed} it does not fail in this way: {failure}"
            )));
        }
        let expectations = (0..prepared.scenario.expect.len()).collect();
        Ok(Self { failure, others: Vec::new(), expectations })
    }
}

/// Returns the scenario with these expectations alone.
fn with_expectations(mut tree: Tree, kept: &[usize]) -> Tree {
    if let Some(Value::List(items)) = tree.get_mut("expect").map(|expect| &mut expect.value) {
        let mut index = 0..;
        items.retain(|_| index.next().is_some_and(|index| kept.contains(&index)));
    }
    tree
}

/// Returns the key of a failure as it is with made-up passwords.
fn hidden(key: &FailureKey, made_up: &MadeUp) -> FailureKey {
    let text = serde_json::to_string(key).expect("a key is JSON");
    serde_json::from_str(&made_up.hide(&text)).unwrap_or_else(|_| key.clone())
}

/// Returns the ways to write a scenario in one text: with the sizes of files in place of listings, or with the listings.
fn beginnings(prepared: &Prepared) -> Vec<MadeUp> {
    let mut trees: Vec<MadeUp> = Vec::new();
    for listings in [false, true] {
        let made_up = prepared.written_out(listings).map(|tree| MadeUp::of(&tree));
        trees.extend(made_up.filter(|made_up| trees.iter().all(|other| other.tree != made_up.tree)));
    }
    trees
}
