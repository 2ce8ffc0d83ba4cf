//! An exploration as JUnit XML: one test case for each seed. It has no real times, so that parts put together give the same.

use std::path::Path;

use super::super::found::{Found, name};
use super::super::row::{Row, RowOutcome};
use crate::junit::{Element, TestCase, TestResult, TestSuite, document};

/// Returns the document. One that was interrupted has an error, lest the seeds that passed by then are taken for all.
pub fn junit(found: &Found) -> String {
    let path = Path::new(&found.plan.scenario);
    let directory = path.parent().unwrap_or(Path::new("")).to_string_lossy();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let class = format!("{}.{stem}", directory.trim_matches('/').replace('/', "."));
    let class = class.trim_start_matches('.').to_owned();
    let case = |row: &Row| TestCase {
        class: class.clone(),
        name: format!("seed {}", row.seed),
        seconds: 0.0,
        result: result(found, row),
    };
    let mut cases: Vec<TestCase> = found.rows.iter().map(case).collect();
    if found.interrupted {
        let message = format!("stopped by a signal after {} runs", found.rows.len());
        let result = TestResult::NotPassed {
            element: Element::Error,
            kind: "interrupted",
            message,
            text: String::new(),
        };
        cases.push(TestCase { class: class.clone(), name: "interrupted".to_owned(), seconds: 0.0, result });
    }
    document(&[TestSuite { name: found.plan.scenario.clone(), cases }])
}

fn result(found: &Found, row: &Row) -> TestResult {
    let run = || found.plan.again(row.seed, "run");
    let (element, message, text) = match &row.outcome {
        RowOutcome::Passed => return TestResult::Passed(None),
        RowOutcome::Failed { failures } => {
            let texts: Vec<String> =
                failures.iter().map(|failed| format!("{}\n  {}\n", failed.key, failed.actual)).collect();
            let message = failures.first().map_or(String::new(), |failed| failed.key.to_string());
            (Element::Failure, message, texts.concat())
        }
        RowOutcome::Inconclusive { reasons } => {
            let message = reasons.first().cloned().unwrap_or_default();
            (Element::Failure, message, reasons.iter().map(|reason| format!("{reason}\n")).collect())
        }
        RowOutcome::Late => {
            (Element::Failure, "not at its end within the limit of real time".to_owned(), String::new())
        }
        RowOutcome::Panicked { said } => {
            (Element::Error, format!("the simulator panicked: {said}"), String::new())
        }
        RowOutcome::Unequal => (Element::Error, "two runs with this seed differ".to_owned(), String::new()),
        RowOutcome::Invalid { problem } => (Element::Error, problem.clone(), String::new()),
    };
    let text = format!("{text}again: {}", run());
    TestResult::NotPassed { element, kind: name(&row.outcome), message, text }
}
