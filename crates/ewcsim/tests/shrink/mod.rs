//! The smallest scenario that fails in the same way.

mod command;
mod files;
mod forty;
mod healing;
mod must_fail;
mod random;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use ewcsim::shrinking::{Request, ShrinkError, Shrunk, shrink};
use ewcsim::{Cause, FailureKey, Finished, Outcome, Prepared, Progress};
use scenario::{Choices, Files, MemoryFiles, Tree, Value, members};

use crate::common;

/// Returns a request without limits that a test would reach.
fn request(seed: Option<u64>, jobs: usize) -> Request {
    let hour = Duration::from_secs(3600);
    let choices = Choices { seed, ..Choices::default() };
    Request { choices, failure: None, time_limit: hour, tries: u64::MAX, jobs }
}

fn shrunk(path: &str, files: &(dyn Files + Sync), request: &Request) -> Result<Shrunk, ShrinkError> {
    shrink(Path::new(path), files, request, &mut Progress::none(), &AtomicBool::new(false))
}

/// Makes a text smaller.
fn shrunk_text(text: &str, request: &Request) -> Result<Shrunk, ShrinkError> {
    shrunk("s.yaml", &MemoryFiles::default().with("s.yaml", text), request)
}

fn load(path: &str, files: &dyn Files, seed: Option<u64>) -> Prepared {
    let choices = Choices { seed, ..Choices::default() };
    ewcsim::load_with(Path::new(path), files, &choices).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Returns the failures of a run: what was expected, and the causes. Changes of the network are left out: the last one is a cause, whatever
/// it was.
fn failures(finished: &Finished) -> BTreeSet<(String, Vec<Cause>)> {
    let is_change = |cause: &&Cause| matches!(cause, Cause::Event { host, .. } if host == "network");
    let told = |key: &FailureKey| {
        (key.what.clone(), key.causes.iter().filter(|cause| !is_change(cause)).cloned().collect())
    };
    let failed = finished.judgements.iter().filter(|judged| matches!(judged.outcome, Outcome::Failed { .. }));
    failed.map(|judged| told(&judged.key)).collect()
}

fn tree(prepared: &Prepared) -> Tree {
    prepared.written_out(true).expect("it is drawn")
}

fn number_of_access_points(tree: &Tree) -> usize {
    let entries = tree.get("access_points").map(Tree::items).unwrap_or_default();
    entries.iter().map(|entry| members(entry).map_or(1, |members| members.len())).sum()
}

fn number_of(tree: &Tree, key: &str) -> usize {
    tree.get(key).map_or(0, |list| list.items().len())
}

/// Returns the scenario with an entry for each member of its groups.
fn expanded(tree: &Tree) -> Tree {
    let mut tree = tree.clone();
    if let Some(points) = tree.get_mut("access_points") {
        let each =
            points.items().iter().flat_map(|point| members(point).unwrap_or_else(|| vec![point.clone()]));
        points.value = Value::List(each.collect());
    }
    tree
}

/// Checks that a shrunk scenario is right, fails as the original does, and is not longer.
fn check(path: &str, files: &MemoryFiles, seed: Option<u64>, small: &Shrunk) {
    let original = load(path, files, seed);
    let after = files.clone().with(path, small.text.clone());
    let smaller = load(path, &after, None);
    let [before, now] = [&original, &smaller].map(|prepared| failures(&common::run(prepared, None)));
    assert!(before.intersection(&now).next().is_some(), "{before:?}\n{now:?}\n{}", small.text);
    let (before, now) = (tree(&original), tree(&smaller));
    let sizes = |tree: &Tree| {
        [
            number_of_access_points(tree),
            number_of(tree, "timeline"),
            number_of(tree, "expect"),
            number_of(tree, "servers"),
        ]
    };
    assert!(sizes(&before).iter().zip(sizes(&now)).all(|(before, now)| now <= *before), "{}", small.text);
    let lines = |tree: &Tree| expanded(tree).size();
    assert!(lines(&now) <= lines(&before), "{}", small.text);
    assert!(small.steps.windows(2).all(|steps| steps[1].tries >= steps[0].tries));
}
