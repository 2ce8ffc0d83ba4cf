//! `ewcsim plan` as a command: its files, formats and exit codes.

use std::fs;

use super::BRANCH;
use crate::cli::{Called, call_in};

fn ewcsim(directory: &std::path::Path, words: &[&str]) -> (Option<i32>, String, String) {
    let Called { code, stdout, stderr } = call_in(directory, words);
    (code, stdout, stderr)
}

#[test]
fn a_night_of_a_plan_is_the_run_of_its_scenario() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("branch.yaml"), BRANCH).expect("it is written");
    let words = [
        "plan",
        "branch.yaml",
        "--seeds",
        "1",
        "--window",
        "1h",
        "--format",
        "json",
        "--scenario",
        "night.yaml",
        "--html",
        "plan.html",
    ];
    let (code, json, errors) = ewcsim(directory.path(), &words);
    assert_eq!(code, Some(0), "{errors}");
    let answer: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    assert!(
        fs::read_to_string(directory.path().join("plan.html"))
            .expect("it is written")
            .starts_with("<!DOCTYPE html>")
    );
    let (code, run, errors) =
        ewcsim(directory.path(), &["run", "night.yaml", "--seed", "1", "--format", "json"]);
    assert_eq!(code, Some(0), "{errors}");
    let run: serde_json::Value = serde_json::from_str(&run).expect("it is JSON");
    // The expectations are about one access point each: from when on it was in service with the target.
    let expectations = run["expectations"].as_array().expect("there are some");
    let points = answer["access_points"].as_array().expect("there are some");
    assert_eq!((expectations.len(), points.len()), (3, 3));
    assert!(points.iter().all(|point| point["verdict"] == "yes" && point["name"].is_string()));
    let ends: Vec<f64> =
        points.iter().map(|point| point["on_target"]["median_s"].as_f64().expect("a time")).collect();
    // The run begins ten minutes before the night.
    for (expectation, end) in expectations.iter().zip(&ends) {
        let at = expectation["at_s"].as_f64().expect("it holds") - 600.0;
        assert!((at - end).abs() < 1e-6, "{expectation}: {end}");
    }
}

#[test]
fn formats_and_exit_codes() {
    let directory = tempfile::tempdir().expect("a directory");
    let wrong = BRANCH.replace("tftp-image-path /EWC/new", "tftp-image-path /EWC/nwe");
    fs::write(directory.path().join("wrong.yaml"), wrong).expect("it is written");
    let common = ["plan", "wrong.yaml", "--seeds", "1", "--window", "1h"];
    let (code, human, _) = ewcsim(directory.path(), &common);
    assert_eq!(code, Some(1));
    assert!(human.starts_with("No: 3 of 3 access points will not run 17.12.1.5"), "{human}");
    assert!(human.contains("\nA branch\n"), "{human}");
    assert!(human.trim_end().ends_with("again: ewcsim plan wrong.yaml --seeds 1 --window 1h"), "{human}");
    let (code, csv, _) = ewcsim(directory.path(), &[&common[..], &["--format", "csv"]].concat());
    assert_eq!((code, csv.lines().count()), (Some(1), 4), "{csv}");
    for (words, says) in [
        (["plan", "absent.yaml"], "absent.yaml"),
        (["plan", "--window=0s"], "write a duration"),
        (["plan", "--compare=ftp"], "is no way"),
    ] {
        let (code, _, errors) = ewcsim(directory.path(), &words);
        assert_eq!(code, Some(2), "{errors}");
        assert!(errors.contains(says), "{errors}");
    }
}

#[test]
fn several_labs_are_one_table_the_worst_first() {
    let directory = tempfile::tempdir().expect("a directory");
    let here = directory.path();
    let wrong = BRANCH.replace("tftp-image-path /EWC/new", "tftp-image-path /EWC/nwe");
    let later = BRANCH.replace("2026-03-05", "2026-03-06");
    for (name, lab) in [("right.yaml", BRANCH), ("wrong.yaml", &wrong), ("later.yaml", &later)] {
        fs::write(here.join(name), lab).expect("it is written");
    }
    let facts: String = super::still().iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
    fs::write(here.join("facts.yaml"), facts).expect("it is written");
    let common = ["--seeds", "1", "--window", "2h", "--catalogue", "facts.yaml"];
    let plan = |labs: &[&str], more: &[&str]| ewcsim(here, &[&["plan"], labs, &common, more].concat());
    let (code, table, errors) = plan(&["right.yaml", "wrong.yaml"], &[]);
    assert_eq!(code, Some(1), "{errors}");
    assert!(table.starts_with("No: 1 of 2 labs yes\n"), "{table}");
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().take(2).collect()).collect();
    let row =
        |wanted: [&str; 2]| rows.iter().position(|row| *row == wanted).unwrap_or_else(|| panic!("{table}"));
    assert!(row(["no", "wrong.yaml"]) < row(["yes", "right.yaml"]), "{table}");
    assert!(table.contains("what gives yes in the most likely night: fetch from"), "{table}");
    // One server at the same time: together they have not been rehearsed.
    assert!(table.contains("10.99.5.27 is the server of right.yaml, wrong.yaml at the same time"), "{table}");
    let (code, table, _) = plan(&["right.yaml", "right.yaml"], &[]);
    assert_eq!((code, table.starts_with("Cannot tell: 2 of 2 labs yes")), (Some(7), true), "{table}");
    let (code, json, _) = plan(&["right.yaml", "later.yaml"], &["--format", "json"]);
    let all: planner::Branches = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!((code, all.shared.len(), all.plans.len()), (Some(0), 0, 2), "{json}");
    let (code, _, errors) = plan(&["right.yaml", "later.yaml"], &["--html", "page.html"]);
    assert_eq!((code, here.join("page.html").exists()), (Some(2), false));
    assert!(errors.contains("`--html` is for one lab"), "{errors}");
}
