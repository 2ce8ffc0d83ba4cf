//! A scenario on standard input.

use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;

use super::{Called, SMALL, command, with_small};

/// Runs the command with a file as its standard input.
fn call_with(directory: &Path, args: &[&str], text: &str) -> Called {
    let path = directory.join("input.yaml.txt");
    fs::write(&path, text).expect("the directory is ours");
    let input = File::open(&path).expect("it was written");
    let output = command(directory, args).stdin(Stdio::from(input)).output().expect("the command starts");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Called { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn relative_paths_start_in_the_current_directory() {
    let directory = with_small(|text| text.replace("scenario: ", "lab: "));
    let text = "scenario: On standard input\nextends: small.yaml\n";
    let run = call_with(directory.path(), &["run", "-"], text);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("On standard input"), "{}", run.stdout);
    assert!(run.stdout.ends_with("again: ewcsim run - --seed 1\n"), "{}", run.stdout);
    let checked = call_with(directory.path(), &["check", "-", "small.yaml"], text);
    let lines: Vec<&str> = checked.stdout.lines().collect();
    assert_eq!(checked.code, Some(0), "{}", checked.stderr);
    assert!(lines[0].starts_with("-: 1 access point and "), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("small.yaml: a lab")), "{lines:?}");
}

#[test]
fn its_problems_have_places() {
    let directory = with_small(|text| text);
    let wrong = SMALL.replace("until: 10m", "untill: 10m");
    for command in ["run", "check"] {
        let called = call_with(directory.path(), &[command, "-"], &wrong);
        assert_eq!((called.code, called.stdout.as_str()), (Some(2), ""), "{command}");
        assert!(called.stderr.contains("--> -:") && called.stderr.contains("untill"), "{}", called.stderr);
    }
    let long = format!("{SMALL}# {}\n", "x".repeat(1 << 20));
    let called = call_with(directory.path(), &["run", "-"], &long);
    assert_eq!(called.code, Some(2), "{}", called.stderr);
    let refused = call_with(directory.path(), &["explore", "-", "--out", "x", "--shrink"], SMALL);
    assert_eq!(refused.code, Some(2), "{}", refused.stderr);
    assert!(refused.stderr.contains("write the scenario to a file"), "{}", refused.stderr);
}
