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
