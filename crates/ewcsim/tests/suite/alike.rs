//! Snapshots that change in the same way, and the summary of a job.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use super::{failing, kept, read, suite, test, write};
use crate::cli::{command, snapshot};

/// Creates a directory with three scenarios whose timelines changed in the same word, one that changed in another, and one that fails.
fn changed() -> TempDir {
    let names = ["a", "b", "c/d", "e"];
    let directory = suite(&names.map(|name| (name, kept())));
    assert_eq!(test(&directory, &["--update"]).code, Some(0));
    for (name, word) in names.into_iter().zip(["shoots", "shoots", "shoots", "roots"]) {
        let path = format!("snapshots/{name}/timeline.snap");
        let stored = read(&directory, &path);
        assert!(stored.contains("ap-1: boots"), "{stored}");
        write(&directory, &path, &stored.replace("ap-1: boots", &format!("ap-1: {word}")));
    }
    write(&directory, "scenarios/fails.yaml", &failing());
    directory
}

#[test]
fn one_change_of_many_snapshots_is_shown_once() {
    let directory = changed();
    let called = test(&directory, &[]);
    assert_eq!(called.code, Some(1));
    snapshot("test-alike", &called.stdout);
    let verbose = test(&directory, &["-v"]);
    assert_eq!(verbose.stdout.matches("\n-21:38:00.000 ap-1: shoots\n").count(), 3, "{}", verbose.stdout);
    let report: Value = serde_json::from_str(&test(&directory, &["--format", "json"]).stdout).expect("JSON");
    let alike = report["alike"].as_array().expect("a list");
    assert_eq!(alike.len(), 1, "{alike:?}");
    let files = ["a", "b", "c/d"].map(|name| format!("snapshots/{name}/timeline.snap"));
    assert_eq!(alike[0]["snapshots"], serde_json::json!(files));
}

#[test]
fn a_change_is_one_annotation_and_the_job_has_a_summary() {
    let directory = changed();
    write(&directory, "summary.md", "of another step\n");
    let summary = directory.path().join("summary.md");
    let words = ["test", "--format", "github"];
    let output = command(directory.path(), &words).env("GITHUB_STEP_SUMMARY", &summary).output();
    let output = output.expect("it starts");
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8(output.stdout).expect("it is text");
    let titles: Vec<&str> = printed
        .lines()
        .filter_map(|line| line.strip_prefix("::error ")?.split_once(",title="))
        .map(|(_, rest)| rest.split("::").next().unwrap_or_default())
        .collect();
    assert_eq!(
        titles,
        [
            "expectation failed%3A ap-1%3A running 17.12.1.5%2C registered within 9m",
            "3 snapshots changed alike%3A timeline",
            "snapshot changed%3A timeline",
        ]
    );
    assert!(printed.contains("%0Aalso snapshots/c/d/timeline.snap%0A"), "{printed}");
    snapshot("test-summary", &fs::read_to_string(&summary).expect("it is there"));
    // Other formats leave it alone.
    let plain = command(directory.path(), &["test"]).env("GITHUB_STEP_SUMMARY", &summary).output();
    assert_eq!(plain.expect("it starts").status.code(), Some(1));
    assert_eq!(read(&directory, "summary.md").matches("### Scenarios").count(), 1);
}
