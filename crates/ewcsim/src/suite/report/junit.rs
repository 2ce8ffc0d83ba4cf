//! A suite as JUnit XML, which CI servers read: one test case for each scenario, in one test suite for each directory. The name of a case
//! is that of its scenario, whatever its seed and outcome, so that CI servers keep its history.

use std::collections::BTreeMap;
use std::path::Path;

use super::human::{Human, changes};
use crate::ending::Ending;
use crate::junit::{Element, TestCase, TestResult, TestSuite, document};
use crate::suite::case::Case;
use crate::suite::select::Chosen;
use crate::suite::whole::Totals;

/// Returns the document. It omits scenarios that an interruption kept from running, and has an error in place of them, lest those that passed
/// by then are taken for all. What was not run after the first failure is skipped.
pub fn junit(cases: &[Case], totals: &Totals) -> String {
    let mut suites: BTreeMap<String, Vec<TestCase>> = BTreeMap::new();
    for case in cases {
        suites.entry(directory_of(&case.path)).or_default().push(test_case(case));
    }
    let skipped = totals.not_run.iter().filter(|_| totals.failed_fast);
    for one in skipped {
        suites.entry(directory_of(&one.path)).or_default().push(not_run(one));
    }
    let named = |(directory, cases): (String, Vec<TestCase>)| TestSuite {
        name: if directory.is_empty() { ".".to_owned() } else { directory },
        cases,
    };
    let mut suites: Vec<TestSuite> = suites.into_iter().map(named).collect();
    let orphans = totals.orphans.iter().filter(|orphan| !totals.update || orphan.is_unusable());
    let orphans: Vec<String> = orphans.map(|orphan| orphan.file.display().to_string()).collect();
    if !orphans.is_empty() {
        let message = "their scenarios no longer exist".to_owned();
        let text = orphans.join("\n");
        suites.push(alone("snapshots", "orphans", (Element::Failure, "orphan"), message, text));
    }
    let interrupted = totals.endings.get(&Ending::Interrupted).copied().unwrap_or(0);
    let left = if totals.failed_fast { 0 } else { totals.not_run.len() };
    if interrupted + left > 0 {
        let message = format!("stopped by a signal: {interrupted} interrupted, {left} not run");
        suites.push(alone("suite", "interrupted", (Element::Error, "interrupted"), message, String::new()));
    }
    document(&suites)
}

/// Makes a suite of one test case.
fn alone(
    suite: &str,
    name: &str,
    (element, kind): (Element, &'static str),
    message: String,
    text: String,
) -> TestSuite {
    let result = TestResult::NotPassed { element, kind, message, text };
    let case = TestCase { class: suite.to_owned(), name: name.to_owned(), seconds: 0.0, result };
    TestSuite { name: suite.to_owned(), cases: vec![case] }
}

/// Returns the JUnit element of a scenario that did not pass.
fn element(ending: Ending) -> Option<Element> {
    match ending {
        Ending::Passed | Ending::NothingSelected => None,
        Ending::Inconclusive | Ending::SnapshotDiffers | Ending::Failed => Some(Element::Failure),
        Ending::Nondeterministic | Ending::InvalidInput | Ending::InternalError => Some(Element::Error),
        Ending::Interrupted => Some(Element::Skipped),
    }
}

fn test_case(case: &Case) -> TestCase {
    let result = match element(case.ending) {
        None if case.as_stated.is_empty() => TestResult::Passed(None),
        None => TestResult::Passed(Some(Human::default().stated(case))),
        Some(element) => {
            let message = match case.problems.first() {
                Some(problem) => problem.title.clone(),
                None if case.differences.is_empty() => case.ending.name().to_owned(),
                None => changes(&case.differences),
            };
            let text = format!("{}again: {}", Human::default().details(case, None), case.again);
            TestResult::NotPassed { element, kind: case.kind(), message, text }
        }
    };
    named(&case.path, case.chosen_seed, case.took.as_secs_f64(), result)
}

/// Returns the test case of a run that did not begin.
fn not_run(one: &Chosen) -> TestCase {
    let result = TestResult::NotPassed {
        element: Element::Skipped,
        kind: "not_run",
        message: "not run: the suite ended at the first failure".to_owned(),
        text: String::new(),
    };
    named(&one.path, one.seed, 0.0, result)
}

/// Returns a test case with the name of its scenario, and with the seed if each scenario runs with several.
fn named(path: &Path, seed: Option<u64>, seconds: f64, result: TestResult) -> TestCase {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    TestCase {
        class: directory_of(path).trim_matches('/').replace('/', "."),
        name: seed.map_or_else(|| stem.to_string(), |seed| format!("{stem}, seed {seed}")),
        seconds,
        result,
    }
}

fn directory_of(path: &Path) -> String {
    path.parent().unwrap_or(Path::new("")).to_string_lossy().into_owned()
}
