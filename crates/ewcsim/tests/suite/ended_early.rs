//! Suites that end at the first failure, runs that end at the limit of their time, and the captures of what fails.

use std::fs;

use serde_json::{Value, json};

use super::{SMALL, failing, kept, read, suite, test};
use crate::cli::call_in;

#[test]
fn what_comes_after_the_first_failure_is_not_run_and_not_green() {
    let directory =
        suite(&[("a", SMALL.to_owned()), ("b", failing()), ("c", failing()), ("d", SMALL.to_owned())]);
    let call = |jobs: &str, more: &[&str]| {
        test(
            &directory,
            &[&["--fail-fast", "--jobs", jobs, "--junit", "out.xml", "--out", "runs"], more].concat(),
        )
    };
    for jobs in ["1", "4"] {
        let called = call(jobs, &[]);
        assert_eq!(called.code, Some(1), "{}", called.stderr);
        let ends = "not run       scenarios/c.yaml\nnot run       scenarios/d.yaml\n\
            4 scenarios: 1 passed, 1 failed, 2 not run; ended at the first failure\n\
            again: ewcsim run scenarios/b.yaml --seed 1\n";
        assert!(called.stdout.ends_with(ends), "{}", called.stdout);
        assert!(!called.stdout.contains("failed        scenarios/c.yaml"), "{}", called.stdout);
        let junit = read(&directory, "out.xml");
        assert!(junit.contains("tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"2\""), "{junit}");
        assert!(directory.path().join("runs/scenarios/b/run.json").is_file());
        assert!(!directory.path().join("runs/scenarios/c/run.json").exists());
    }
    let report: Value = serde_json::from_str(&call("4", &["--format", "json"]).stdout).expect("JSON");
    assert_eq!((&report["outcome"], &report["not_run"]), (&json!("failed"), &json!(2)));
    let skipped = |name: &str| json!({ "scenario": format!("scenarios/{name}.yaml"), "seed": null });
    assert_eq!(report["skipped"], json!([skipped("c"), skipped("d")]));
    // If the last one fails, nothing is left out.
    let last = test(&directory, &["--fail-fast", "scenarios/a.yaml", "scenarios/b.yaml"]);
    assert!(last.stdout.contains("2 scenarios: 1 passed, 1 failed\n"), "{}", last.stdout);
    assert_eq!(test(&directory, &["--fail-fast", "--filter", "a.yaml"]).code, Some(0));
    assert_eq!(test(&directory, &["--fail-fast", "--update"]).code, Some(2));
}

#[test]
fn a_run_that_does_not_end_is_a_hang() {
    let directory = suite(&[("long", SMALL.replace("until: 10m", "until: 1000000h"))]);
    let called = test(&directory, &["--time-limit", "10ms", "--junit", "out.xml"]);
    assert_eq!(called.code, Some(1), "{}", called.stderr);
    let said = "error: hang: the run was not at its end after 0.01s of real time\n";
    assert!(called.stdout.contains(said), "{}", called.stdout);
    let again = "again: ewcsim test scenarios/long.yaml --time-limit 0.01s\n";
    assert!(called.stdout.ends_with(&format!("1 scenario: 1 failed\n{again}")), "{}", called.stdout);
    assert!(read(&directory, "out.xml").contains("<failure type=\"hang\" message=\"hang: "));
    assert_eq!(test(&directory, &["--time-limit", "0s"]).code, Some(2));
    // A run that ends in time is as it was.
    let directory = suite(&[("one", SMALL.to_owned())]);
    assert_eq!(test(&directory, &["--time-limit", "1h"]).stdout, "1 scenario: 1 passed\n");
}

#[test]
fn the_packets_of_what_fails_are_captured() {
    let directory = suite(&[("a", SMALL.to_owned()), ("b", failing()), ("c", kept())]);
    let called = test(&directory, &["--out", "runs", "--pcap"]);
    assert_eq!(called.code, Some(1), "{}", called.stdout);
    for name in ["b", "c"] {
        let said = format!("note: its packets are in runs/scenarios/{name}/capture.pcapng\n");
        assert!(called.stdout.contains(&said), "{}", called.stdout);
    }
    assert!(!directory.path().join("runs/scenarios/a").exists());
    assert_eq!(
        call_in(directory.path(), &["run", "scenarios/b.yaml", "--out", "one", "--pcap"]).code,
        Some(1)
    );
    let capture = |path: &str| fs::read(directory.path().join(path)).expect("it is there");
    let captured = capture("runs/scenarios/b/capture.pcapng");
    assert!(captured.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]) && captured == capture("one/capture.pcapng"));
    for refused in [&["--pcap"][..], &["--pcap", "--out", "x", "--engine", "turmoil"]] {
        assert_eq!(test(&directory, refused).code, Some(2));
    }
}
