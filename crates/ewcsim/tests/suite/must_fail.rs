//! Scenarios that must fail: `ewcsim test` passes them only if exactly what they state fails.

use serde_json::Value;

use super::{SMALL, read, suite, test};
use crate::cli::{call_in, snapshot};

/// It holds, and must hold.
const HOLDS: &str = "  - { within: 9m, access_points: all, running: 17.9.4.27, state: registered";
/// It fails, as an access point boots for longer.
const SOON: &str = "  - { within: 1m, access_points: all, state: registered";
/// It cannot be judged, as the run ends before.
const LATE: &str = "  - { during: 6m..30m, access_points: all, state: registered";

/// Returns the small scenario with these expectations, each an opening of one and the reason why it must fail.
fn expecting(expectations: &[(&str, Option<&str>)]) -> String {
    let (head, _) = SMALL.split_once("expect:\n").expect("it is there");
    let one = |(opening, why): &(&str, Option<&str>)| match why {
        Some(why) => format!("{opening}, must_fail: {why} }}\n"),
        None => format!("{opening} }}\n"),
    };
    format!("{head}expect:\n{}", expectations.iter().map(one).collect::<String>())
}

/// Returns the exit code and the report for one scenario.
fn ending(text: String) -> (Option<i32>, String) {
    let directory = suite(&[("one", text)]);
    let called = test(&directory, &["-v"]);
    (called.code, called.stdout)
}

#[test]
fn exactly_what_is_stated_must_fail() {
    let why = Some("a boot takes longer");
    for (expectations, code, said) in [
        (
            vec![(SOON, why), (HOLDS, None)],
            0,
            "failed, as it must: ap-1: registered within 1m; a boot takes longer",
        ),
        // One that holds although it must fail.
        (vec![(SOON, why), (HOLDS, Some("x"))], 1, "error: must fail, and passed: ap-1: running 17.9.4.27"),
        (vec![(HOLDS, Some("x"))], 1, "error: must fail, and passed"),
        // Another one fails.
        (vec![(SOON, None), (SOON, why)], 1, "error: expectation failed: ap-1: registered within 1m"),
        // What cannot be judged has not failed.
        (vec![(SOON, why), (LATE, Some("x"))], 7, "could not be judged"),
        (vec![(SOON, why), (LATE, None)], 7, "could not be judged"),
        // A failure outweighs that.
        (vec![(HOLDS, Some("x")), (LATE, None)], 1, "must fail, and passed"),
    ] {
        let (ended, report) = ending(expecting(&expectations));
        assert_eq!(ended, Some(code), "{expectations:?}\n{report}");
        assert!(report.contains(said), "{expectations:?}\n{report}");
    }
}

#[test]
fn invariants_must_be_broken_if_that_is_stated() {
    let stated = "must_violate: { at least one partition boots: the scenario damages both }\n";
    let on = |host: &str| {
        format!(
            "must_violate: {{ at least one partition boots: {{ why: the scenario damages both, hosts: {host} }} }}\n"
        )
    };
    let sound = expecting(&[(HOLDS, None)]);
    let damage = "timeline:\n  - { at: 9m30s, flash: { access_points: ap-1, corrupt: both } }\n";
    let damaged = sound.replace("timeline:\n", damage);
    for (text, code, said) in [
        (
            format!("{damaged}{stated}"),
            0,
            "waived, as it must: at least one partition boots; the scenario damages both",
        ),
        (format!("{sound}{stated}"), 1, "error: must fail, and held: at least one partition boots"),
        // On the host that is stated, and on it alone.
        (format!("{damaged}{}", on("ap-1")), 0, "waived, as it must: ap-1: at least one partition boots"),
        (
            format!("{damaged}{}", on("ewc-1")),
            1,
            "error: must fail, and held: ewc-1: at least one partition boots",
        ),
        (damaged, 0, ": 1 expectation, 0 snapshots"),
    ] {
        let (ended, report) = ending(text);
        assert_eq!(ended, Some(code), "{report}");
        assert!(report.contains(said), "{report}");
    }
}

#[test]
fn what_is_not_modelled_is_no_failure_that_is_stated() {
    let accepted = "accept_unmodelled: [\"image-download-mode cco\"]\n";
    let text = expecting(&[(SOON, Some("a boot takes longer"))]);
    let text = text.replace("image-download-mode tftp", "image-download-mode cco");
    let (ended, report) = ending(format!("{text}{accepted}"));
    assert_eq!(ended, Some(7), "{report}");
}

#[test]
fn reports_say_what_failed_as_it_must() {
    let text = expecting(&[(SOON, Some("a <boot> takes longer")), (HOLDS, None)]) + super::SNAPSHOT;
    let directory = suite(&[("one", text)]);
    // Its snapshots are updated and compared like those of others.
    assert_eq!(test(&directory, &["--update"]).code, Some(0));
    assert!(directory.path().join("snapshots/one/ap-1.snap").is_file());
    let called = test(&directory, &["--format", "json", "--junit", "out.xml"]);
    assert_eq!(called.code, Some(0), "{}", called.stdout);
    let report: Value = serde_json::from_str(&called.stdout).expect("JSON");
    let case = &report["results"][0];
    assert_eq!(case["outcome"], "passed");
    assert_eq!(case["failed_as_stated"][0]["why"], "a <boot> takes longer");
    assert_eq!(case["failed_as_stated"][0]["result"], "failed");
    assert_eq!(case["run"]["verdict"], "failed");
    assert_eq!(case["run"]["fails_as_stated"], true);
    assert_eq!(case["run"]["expectations"][0]["must_fail"], "a <boot> takes longer");
    let xml = read(&directory, "out.xml");
    assert!(xml.contains("failures=\"0\""), "{xml}");
    let document = roxmltree::Document::parse(&xml).expect("it is XML");
    let said =
        document.descendants().find(|node| node.has_tag_name("system-out")).and_then(|node| node.text());
    assert_eq!(said, Some("failed, as it must: ap-1: registered within 1m; a <boot> takes longer\n"));

    let alone = call_in(directory.path(), &["run", "scenarios/one.yaml"]);
    assert_eq!(alone.code, Some(1));
    snapshot("must-fail", &alone.stdout);
}
