//! What a suite runs: lists, filters, seeds.

use serde_json::{Value, json};

use super::{SMALL, failing, read, suite, test, wrong};
use crate::cli::snapshot;

#[test]
fn a_list_has_what_would_run_and_runs_nothing() {
    let seeded = SMALL.replace("scenario: A small upgrade", "seed: 7\nscenario: 'Another: one'");
    let lab = "lab: all of it\n".to_owned();
    let directory = suite(&[("a", SMALL.to_owned()), ("b/c", seeded), ("lab", lab), ("wrong", wrong())]);
    let listed = test(&directory, &["--list"]);
    assert_eq!((listed.code, listed.stderr.as_str()), (Some(0), ""));
    snapshot("test-list", &listed.stdout);
    let seeds = ["--list", "--seeds", "3..6", "--shard", "2/2", "--filter", "a*", "--format", "json"];
    let part: Value = serde_json::from_str(&test(&directory, &seeds).stdout).expect("JSON");
    let only =
        json!({ "scenario": "scenarios/a.yaml", "title": "A small upgrade", "seeds": [4, 6], "valid": true });
    assert_eq!(part, json!({ "scenarios": [only], "runs": 2, "labs": 1 }));
    assert_eq!(test(&directory, &["--list", "--filter", "none"]).code, Some(4));
    assert_eq!(test(&directory, &["--list", "--out", "x"]).code, Some(2));
}

#[test]
fn filters_are_words_or_globs_of_paths_and_titles() {
    let titled = |title: &str| SMALL.replace("A small upgrade", title);
    let directory = suite(&[
        ("own-image", titled("First")),
        ("stuck-downloading", titled("The second of them")),
        ("x/third", titled("Third")),
    ]);
    let chosen = |filter: &str| {
        let called = test(&directory, &["--list", "--filter", filter]);
        let lines = called.stdout.lines().filter(|line| line.starts_with("scenarios/"));
        lines.map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let all = ["own-image", "stuck-downloading", "x/third"].map(|name| format!("scenarios/{name}.yaml"));
    assert_eq!(chosen("own"), all[..2]);
    assert_eq!(chosen("own*"), all[..1]);
    assert_eq!(chosen("scenarios/*"), all);
    assert_eq!(chosen("*/x/*.yaml"), all[2..]);
    assert_eq!(chosen("second of"), all[1..2]);
    assert_eq!(chosen("T*"), all[1..]);
    let bad = test(&directory, &["--filter", "[x"]);
    assert_eq!(bad.code, Some(2));
    assert!(bad.stderr.contains("no glob at byte 0"), "{}", bad.stderr);
}

#[test]
fn each_scenario_runs_with_each_seed() {
    let directory = suite(&[("a", SMALL.to_owned()), ("b", failing())]);
    let args = ["--seeds", "3..5", "--junit", "out.xml", "--out", "runs"];
    let called = test(&directory, &args);
    assert_eq!(called.code, Some(1), "{}", called.stderr);
    assert!(called.stderr.starts_with("note: 6 runs in "), "{}", called.stderr);
    assert!(called.stdout.contains("failed        scenarios/b.yaml, seed 4\n"), "{}", called.stdout);
    let ends = "6 runs: 3 passed, 3 failed\n".to_owned()
        + &[3, 4, 5].map(|seed| format!("again: ewcsim run scenarios/b.yaml --seed {seed}\n")).concat();
    assert!(called.stdout.ends_with(&ends), "{}", called.stdout);
    for seed in 3..=5 {
        assert!(read(&directory, &format!("runs/scenarios/b/seed-{seed}/run.json")).contains("\"failed\""));
    }
    assert!(!directory.path().join("runs/scenarios/a").exists());
    let junit = read(&directory, "out.xml");
    assert!(junit.contains("name=\"a, seed 3\"") && junit.contains("name=\"b, seed 5\""), "{junit}");
    // Parts take the runs in turn.
    let part = test(&directory, &["--seeds", "3..5", "--shard", "2/4"]);
    assert!(part.stdout.contains("2 runs: 1 passed, 1 failed"), "{}", part.stdout);
    let none = test(&directory, &["--seeds", "3..5", "--shard", "7/7"]);
    assert_eq!((none.code, none.stdout.as_str()), (Some(0), "0 runs\n"));
    assert!(none.stderr.starts_with("note: part 7/7 has none of the runs"), "{}", none.stderr);
    assert_eq!(test(&directory, &["--seeds", "1..2", "--update"]).code, Some(2));
    let many = test(&directory, &["--seeds", "1..100000"]);
    assert_eq!(many.code, Some(2));
    let said = "error: 2 scenarios with 100000 seeds are more than 100000 runs, which is the limit\n";
    assert!(many.stderr.starts_with(said), "{}", many.stderr);
}
