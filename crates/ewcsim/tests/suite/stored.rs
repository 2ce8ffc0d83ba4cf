//! Stored snapshots: those of other scenarios, moved ones, and those that cannot be written; and the command
//! that repeats a scenario.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;

use serde_json::Value;

use super::{SMALL, kept, read, suite, test, write, wrong};
use crate::cli::command;

/// Returns a snapshot with this head.
fn stored(input_file: &str) -> String {
    format!("---\nsource: {input_file}\ninput_file: {input_file}\n---\ntext\n")
}

#[test]
fn part_of_a_tree_has_the_orphans_of_that_part() {
    let directory = suite(&[("field", wrong()), ("field/x", wrong())]);
    write(&directory, "plans/two.yaml", &wrong());
    let other = suite(&[("a", wrong())]);
    let elsewhere = other.path().join("scenarios").display().to_string();
    for (path, input_file) in [
        ("snapshots/field/timeline.snap", "scenarios/field.yaml"),
        ("snapshots/field/gone/timeline.snap", "scenarios/field/gone.yaml"),
        ("deep/kept/plans/two/timeline.snap", "plans/two.yaml"),
        ("deep/kept/plans/gone/timeline.snap", "plans/gone.yaml"),
        ("deep/kept/a/timeline.snap", "scenarios/a.yaml"),
        ("deep/gone/timeline.snap", "scenarios/gone.yaml"),
    ] {
        write(&directory, path, &stored(input_file));
    }
    let is_there = |path: &str| directory.path().join(path).exists();
    let found = test(&directory, &["scenarios/field", "--format", "github"]);
    let said = "::its scenario no longer exists; the same command with `--update` removes it\n";
    assert_eq!(found.stdout.matches(said).count(), 1, "{}", found.stdout);
    assert!(
        test(&directory, &["scenarios/field", "--update"])
            .stdout
            .contains("removed       snapshots/field/gone/")
    );
    assert!(is_there("snapshots/field/timeline.snap") && !is_there("snapshots/field/gone"));
    // With `--snapshots` too, wherever its scenarios are.
    test(&directory, &[&elsewhere, "--snapshots", "deep/kept", "--update"]);
    assert!(is_there("deep/kept/a/timeline.snap"));
    test(&directory, &["scenarios", "--snapshots", "deep/kept", "--update"]);
    assert!(is_there("deep/kept/plans/two/timeline.snap") && is_there("deep/kept/plans/gone/timeline.snap"));
    assert!(!is_there("deep/kept/a"));
    // The named directory stays.
    test(&directory, &["scenarios", "--snapshots", "deep", "--update"]);
    assert!(is_there("deep") && !is_there("deep/gone"));
    fs::remove_dir_all(directory.path().join("deep")).expect("it is there");
    write(&directory, "deep/kept/gone/timeline.snap", &stored("scenarios/gone.yaml"));
    test(&directory, &["scenarios", "--snapshots", "deep/kept", "--update"]);
    assert!(is_there("deep/kept") && !is_there("deep/kept/gone"));
}

#[test]
fn snapshots_move_with_their_scenario() {
    let directory = suite(&[("one", kept())]);
    assert_eq!(test(&directory, &["--update"]).code, Some(0));
    for (from, to) in [("scenarios/one.yaml", "scenarios/two.yaml"), ("snapshots/one", "snapshots/two")] {
        let [from, to] = [from, to].map(|path| directory.path().join(path));
        fs::rename(from, to).expect("it is there");
    }
    write(&directory, "snapshots/two/old.snap", &stored("scenarios/one.yaml"));
    write(&directory, "snapshots/two/other.snap", &stored("tests/one.txt"));
    let moved = test(&directory, &[]);
    assert_eq!(moved.code, Some(6));
    assert!(moved.stdout.contains("1 orphaned (old)\n"), "{}", moved.stdout);
    let updated = test(&directory, &["--update"]);
    assert!(updated.stdout.contains("3 changed (timeline, show-ap-image, ap-1), 1 orphaned (old)\n"));
    let head = "---\nsource: scenarios/one.yaml\ninput_file: scenarios/two.yaml\n---\n";
    assert!(read(&directory, "snapshots/two/timeline.snap").starts_with(head));
    assert!(directory.path().join("snapshots/two/other.snap").exists());
    assert_eq!(test(&directory, &[]).code, Some(0));
}

#[test]
fn what_cannot_be_written_is_not_updated() {
    let directory = suite(&[("one", kept())]);
    write(&directory, "snapshots", "no directory\n");
    let called = test(&directory, &["--update", "--format", "json"]);
    assert_eq!(called.code, Some(2));
    let report: Value = serde_json::from_str(&called.stdout).expect("JSON");
    assert_eq!(
        (&report["updated"], &report["results"][0]["updated"]),
        (&Value::from(0), &Value::from(false))
    );
    let github = test(&directory, &["--update", "--format", "github"]);
    assert!(
        github.stdout.contains("::error file=snapshots/one/timeline.snap,line=1,col=1"),
        "{}",
        github.stdout
    );
    assert!(!github.stdout.contains("accepts the change"));
}

#[test]
fn what_is_done_again_comes_to_the_same() {
    let secret = wrong().replace(
        "\ncontroller:",
        "  - { name: s, software: openssh, address: 172.16.5.28, users: [{ name: u, password: \"${word}\" }] }\n\ncontroller:",
    );
    let secret = format!("{secret}\nparameters: {{ word: x }}\n");
    let directory = suite(&[("one", SMALL.to_owned()), ("secret", secret)]);
    let again = |args: &[&str], code: i32| {
        let called = test(&directory, args);
        assert_eq!(called.code, Some(code), "{}", called.stdout);
        called
            .stdout
            .lines()
            .last()
            .and_then(|line| line.strip_prefix("again: "))
            .expect("the last")
            .to_owned()
    };
    let one = "scenarios/one.yaml";
    assert_eq!(
        again(&[one, "--seed", "7", "--set", "nope=1"], 2),
        "ewcsim test scenarios/one.yaml --seed 7 --set nope=1"
    );
    assert_eq!(again(&["scenarios/secret.yaml", "--set", "word=Swordfish"], 2).find("fish"), None);
    // A word that is not Unicode must not cause a panic.
    write(&directory, "snapshots/gone/x.snap", &stored("scenarios/gone.yaml"));
    fs::remove_file(directory.path().join("scenarios/secret.yaml")).expect("it is there");
    let output = command(directory.path(), &["test", "--out"])
        .arg(OsStr::from_bytes(b"o\xff"))
        .output()
        .expect("the command starts");
    assert_eq!(output.status.code(), Some(6), "{}", String::from_utf8_lossy(&output.stderr));
}
