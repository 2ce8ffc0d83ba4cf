//! A suite as JUnit XML, which CI servers read: one test case for each scenario, in one test suite for each directory. The name of a case
//! is that of its scenario, whatever its seed and outcome, so that CI servers keep its history.

use std::collections::BTreeMap;
use std::path::Path;

use super::human::{Human, changes};
use crate::ending::Ending;
use crate::junit::{Element, TestCase, TestResult, TestSuite, document};
use crate::suite::case::Case;
use crate::suite::whole::Totals;

/// Returns the document. It omits scenarios that were not run; a suite that was interrupted has an error, lest those that passed by then are
/// taken for all.
pub fn junit(cases: &[Case], totals: &Totals) -> String {
    let mut suites: BTreeMap<String, Vec<TestCase>> = BTreeMap::new();
    for case in cases {
        let directory = case.path.parent().unwrap_or(Path::new("")).to_string_lossy().into_owned();
        suites.entry(directory).or_default().push(test_case(case));
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
    if interrupted + totals.not_run > 0 {
        let message = format!("stopped by a signal: {interrupted} interrupted, {} not run", totals.not_run);
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
    let directory = case.path.parent().unwrap_or(Path::new("")).to_string_lossy();
    let result = match element(case.ending) {
        None if case.as_stated.is_empty() => TestResult::Passed(None),
        None => TestResult::Passed(Some(Human::default().stated(case))),
        Some(element) => {
            let message = match case.problems.first() {
                Some(problem) => problem.title.clone(),
                None if case.differences.is_empty() => case.ending.name().to_owned(),
                None => changes(&case.differences),
            };
            let text = format!("{}again: {}", Human::default().details(case), case.again);
            TestResult::NotPassed { element, kind: case.ending.name(), message, text }
        }
    };
    TestCase {
        class: directory.trim_matches('/').replace('/', "."),
        name: case.path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        seconds: case.took.as_secs_f64(),
        result,
    }
}
