//! The formats for CI servers.

use std::fs;

use super::{explore, with_lab};
use crate::cli::command;

#[test]
fn annotations_point_at_the_expectation_and_the_job_has_a_summary() {
    let directory = with_lab(|text| text);
    let summary = directory.path().join("summary.md");
    fs::write(&summary, "of another step\n").expect("it is ours");
    let words = ["explore", "lab.yaml", "--seeds", "1..20", "--format", "github"];
    let output =
        command(directory.path(), &words).env("GITHUB_STEP_SUMMARY", &summary).output().expect("it starts");
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8(output.stdout).expect("it is text");
    assert!(printed.starts_with("::error file=lab.yaml,line=27,col=1,title="), "{printed}");
    assert!(printed.contains("%0Aagain: ewcsim run lab.yaml --seed "), "{printed}");
    assert!(printed.ends_with("again: ewcsim explore lab.yaml --seeds 1..20\n"), "{printed}");
    let text = fs::read_to_string(&summary).expect("it is there");
    assert!(text.starts_with("of another step\n### A restless branch\n"), "{text}");
    assert!(text.contains("\n| failed | "), "{text}");
}

#[test]
fn each_seed_is_a_test_case() {
    let directory = with_lab(|text| text);
    explore(directory.path(), "--seeds 1..20 --junit results.xml");
    let text = fs::read_to_string(directory.path().join("results.xml")).expect("it is written");
    let document = roxmltree::Document::parse(&text).expect("it is XML");
    let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).expect("there is one");
    assert_eq!(suite.attribute("tests"), Some("20"));
    let cases: Vec<_> = suite.children().filter(|node| node.has_tag_name("testcase")).collect();
    assert_eq!(cases[6].attribute("name"), Some("seed 7"));
    let failures: Vec<_> = document.descendants().filter(|node| node.has_tag_name("failure")).collect();
    assert_eq!(suite.attribute("failures"), Some(failures.len().to_string().as_str()));
    let failure = failures.first().expect("some seeds fail");
    assert!(
        failure.attribute("message").is_some_and(|it| it.starts_with("expectation failed: access points: "))
    );
    assert!(failure.text().is_some_and(|text| text.contains("again: ewcsim run lab.yaml --seed ")));
}
