//! `ewcsim diagnose` and `ewcsim compare` as a user calls them. Which cause is found is tested beside the code.

use std::fs;

use serde_json::Value;

use crate::cli::{call_in, snapshot};
use crate::common;

/// A lab with a release to go to.
const LAB: &str = "lab: A desk
images:
  17.9.4a: { ap: 17.9.4.27, files: { ap1g7: 1024000 } }
  17.12.1: { ap: 17.12.1.5, files: { ap1g7: 1024000 } }
controller: { name: ewc, model: C9120AXI, address: 10.0.4.2, running: 17.9.4a }
access_points: [{ name: desk, model: C9120AXI, address: 10.0.4.11, running: 17.9.4a, uptime: 20d }]
";

/// The controller's log of Cisco 221705: a TFTP path that the server does not have.
const WRONG_PATH: &str = include_str!("field/ewc-tftp-wrong-path.log");

#[test]
fn a_cause_comes_with_the_scenario_that_reproduces_it() {
    let directory = common::temporary();
    fs::write(directory.path().join("ewc.log"), WRONG_PATH).expect("the directory is ours");
    let words = ["diagnose", "ewc.log", "--format", "json", "--out", "causes", "--catalogue", "pilot.yaml"];
    let called = call_in(directory.path(), &words);
    assert_eq!((called.code, called.stderr.as_str()), (Some(0), ""));
    let answer: Value = serde_json::from_str(&called.stdout).expect("it is JSON");
    let first = &answer["causes"][0];
    assert_eq!((&answer["outcome"], &first["cause"]), (&"known".into(), &"wrong-path".into()));
    assert_eq!(first["mended"], true);
    assert_eq!(first["explains"][2]["line"], 4);
    assert_eq!(first["contradicts"].as_array().map(Vec::len), Some(0));
    // It has the server's address of the log, and runs by itself.
    let scenario =
        fs::read_to_string(directory.path().join("causes/wrong-path.yaml")).expect("it is written");
    assert!(scenario.contains("tftp-image-server 172.16.5.27"), "{scenario}");
    let run = call_in(directory.path(), &["run", "causes/wrong-path.yaml"]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    // What the times say goes into a plan; what they do not say is named.
    let facts = fs::read_to_string(directory.path().join("pilot.yaml")).expect("it is written");
    assert!(facts.contains("\n  ewc.install.retry: 3.15"), "{facts}");
    assert!(facts.contains("\n# ap.boot.duration: no console shows"), "{facts}");
    fs::write(directory.path().join("lab.yaml"), LAB).expect("the directory is ours");
    let plan = call_in(directory.path(), &["plan", "lab.yaml", "--catalogue", "pilot.yaml", "--seeds", "1"]);
    assert!(
        plan.stderr.is_empty() && plan.stdout.contains("ewc.install.retry"),
        "{}{}",
        plan.stdout,
        plan.stderr
    );
}

#[test]
fn what_no_cause_explains_is_not_known() {
    let directory = common::temporary();
    let log =
        "*Feb 1 20:52:11.894: %SYS-2-MALLOCFAIL: Memory allocation of 65536 bytes failed\nsecret 0 hunter2\n";
    fs::write(directory.path().join("ewc.log"), log).expect("the directory is ours");
    let called = call_in(directory.path(), &["diagnose", "ewc.log"]);
    assert_eq!((called.code, called.stderr.as_str()), (Some(7), ""));
    snapshot("diagnose-unknown", &called.stdout);
    for (words, says) in [(["diagnose", "absent.log"], "absent.log"), (["diagnose", "."], "is a directory")] {
        let called = call_in(directory.path(), &words);
        assert!(called.code == Some(2) && called.stderr.contains(says), "{words:?}: {}", called.stderr);
    }
}

#[test]
fn a_log_is_laid_beside_a_run() {
    let directory = common::temporary();
    let scenario = common::workspace().join("scenarios/bugs/wrong-path.yaml");
    let scenario = scenario.to_str().expect("a plain path");
    let run = call_in(directory.path(), &["run", scenario, "--out", "run"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    // The run's own log.
    let same = call_in(directory.path(), &["compare", "run/logs/ewc.log", "run"]);
    assert_eq!((same.code, same.stderr.as_str()), (Some(0), ""), "{}", same.stdout);
    // The field's: other names, other times.
    fs::write(directory.path().join("ewc.log"), WRONG_PATH).expect("the directory is ours");
    let other = call_in(directory.path(), &["compare", "ewc.log", "run"]);
    assert_eq!(other.code, Some(1), "{}", other.stderr);
    snapshot("compare-field", &other.stdout);
    let called = call_in(directory.path(), &["compare", "ewc.log", "absent"]);
    assert!(called.code == Some(2) && called.stderr.contains("absent"), "{}", called.stderr);
}
