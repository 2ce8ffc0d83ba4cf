//! `ewcsim diff`: two runs, two plans, two labs.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::cli::call_in;
use crate::common;

const SMALL: &str = include_str!("scenarios/small.yaml");

/// Creates a directory with these files.
fn with(files: &[(&str, &str)]) -> TempDir {
    let directory = common::temporary();
    for (name, text) in files {
        fs::write(directory.path().join(name), text).expect("the directory is ours");
    }
    directory
}

/// Compares two things as JSON.
fn diff(directory: &Path, code: i32) -> Value {
    let called = call_in(directory, &["diff", "a", "b", "--format", "json"]);
    assert_eq!((called.code, called.stderr.as_str()), (Some(code), ""), "{}", called.stdout);
    serde_json::from_str(&called.stdout).expect("it is JSON")
}

/// Returns what differs: section, names, and the values of both sides.
fn rows(diff: &Value) -> Vec<String> {
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let row = |it: &Value| {
        let names: Vec<String> = list(&it["names"]).iter().map(word).collect();
        let values = list(&it["values"]);
        let values = values
            .iter()
            .map(|value| format!("{}: {} -> {}", word(&value["what"]), word(&value["a"]), word(&value["b"])));
        format!("{} {}: {}", word(&it["section"]), names.join(" "), values.collect::<Vec<_>>().join(", "))
    };
    list(&diff["differences"]).iter().map(row).collect()
}

#[test]
fn two_runs() {
    let broken = SMALL.replace("tftp-image-path /images", "tftp-image-path /image");
    let directory = with(&[("right.yaml", SMALL), ("wrong.yaml", &broken)]);
    for (scenario, out, code) in [("right.yaml", "a", 0), ("right.yaml", "c", 0), ("wrong.yaml", "b", 1)] {
        let called = call_in(directory.path(), &["run", scenario, "--out", out]);
        assert_eq!(called.code, Some(code), "{}", called.stderr);
    }
    let same = call_in(directory.path(), &["diff", "a", "c"]);
    assert_eq!((same.code, same.stdout.as_str()), (Some(0), "nothing differs\n"), "{}", same.stderr);
    let found = diff(directory.path(), 1);
    let rows = rows(&found);
    let has = |text: &str| assert!(rows.iter().any(|row| row.contains(text)), "{text}: {rows:#?}");
    has("verdict: passed -> failed");
    has("access_point ap-1: ");
    has("running: 17.9.4.27 -> 17.3.3.26");
    has("phase ewc-1: fetch of ap1g8: takes in all: ");
    has("times: 1 -> 15, failed: 0 -> 15");
    has(
        "outcome: passed -> failed: ap-1 gives up: image download cannot start; tftp-1 answers error 1, File not found",
    );
    let first = found["first_event"][1].as_str().expect("there is one");
    assert!(
        first.contains("ewc-1 install_started") && first.contains("tftp://172.16.5.27/image/ap1g8"),
        "{first}"
    );
}

#[test]
fn two_labs() {
    let changed = SMALL
        .replace("model: C9105AXI", "model: C9130AXI")
        .replace("ap1g8: 1024000 }", "ap1g8: 1024000, ap1g6a: 2048000 }")
        .replace("     tftp-image-path /images", "     tftp-image-path /EWC\n     sftp-password 0 Sw0rdfish")
        .replace(
            "scenario:",
            "network: { links: [{ name: wan, between: [ewc-1, tftp-1], latency: 15ms }] }\n\
             capwap: { image_data: rfc5415 }\nquirks: { CSCwe97901: off }\nlab:",
        )
        .replace("catalogue:\n", "catalogue:\n  ap.reload.delay: 7s\n");
    let directory = with(&[("a", SMALL), ("b", &changed)]);
    let found = diff(directory.path(), 1);
    let rows = rows(&found);
    let has = |text: &str| assert!(rows.iter().any(|row| row.contains(text)), "{text}: {rows:#?}");
    has("access_point ap-1: model: C9105AXI -> C9130AXI, image type: ap1g8 -> ap1g6a");
    has("images 17.9.4a: ap1g6a: - -> 2,048,000 bytes");
    has("whole catalogue: ap.reload.delay: - -> 7s");
    has("whole capwap: image data: cisco -> rfc5415");
    has("whole known defects: CSCwe97901: - -> off");
    has("network link wan: between: - -> ewc-1 and tftp-1");
    has("/ tftp-image-path /images`: present -> -");
    assert!(!found.to_string().contains("Sw0rdfish"), "{found:#}");
    let human = call_in(directory.path(), &["diff", "a", "b"]);
    assert!(
        human.stdout.contains("access points\n  ap-1\n    model: C9105AXI -> C9130AXI\n"),
        "{}",
        human.stdout
    );
}

#[test]
fn two_plans() {
    let plan = |verdict: &str, cause: &str, median: &str| {
        format!(
            "{{\"verdict\": \"{verdict}\", \"access_points\": [{{\"name\": \"ap-1\", \"verdict\": \"{verdict}\", \"cause\": {cause}}},
               {{\"name\": \"ap-2\", \"verdict\": \"{verdict}\", \"cause\": {cause}}}, {{\"name\": \"ap-3\", \"verdict\": \"yes\"}}],
              \"phases\": [{{\"name\": \"predownload\", \"median_s\": {median}}}, {{\"name\": \"reload\", \"takes\": {{\"median_s\": 600}}}}]}}"
        )
    };
    let directory =
        with(&[("a.json", &plan("yes", "null", "90.5")), ("b.json", &plan("no", "\"no room\"", "150"))]);
    let called = call_in(directory.path(), &["diff", "a.json", "b.json"]);
    assert_eq!((called.code, called.stderr.as_str()), (Some(1), ""));
    assert_eq!(
        called.stdout,
        "the whole\n  plan\n    verdict: yes -> no\n\nphases\n  predownload\n    takes: 1m30.5s -> 2m30s\n\n\
         access points\n  ap-1, ap-2 (2 in all)\n    verdict: yes -> no\n    cause: - -> no room\n"
    );
}

#[test]
fn what_cannot_be_compared() {
    let plan = "{\"access_points\": [], \"phases\": []}";
    let directory = with(&[
        ("lab.yaml", SMALL),
        ("plan.json", plan),
        ("other.json", "{}"),
        ("broken.yaml", "scenario: ["),
    ]);
    fs::create_dir(directory.path().join("empty")).expect("the directory is ours");
    for (b, said) in [
        ("plan.json", "the first is a lab or a scenario, the second a plan"),
        ("other.json", "other.json is neither a run nor a plan"),
        ("empty", "empty is no run: run.json: "),
        ("broken.yaml", "broken.yaml:1"),
        ("none.yaml", "none.yaml"),
    ] {
        let called = call_in(directory.path(), &["diff", "lab.yaml", b]);
        assert_eq!((called.code, called.stdout.as_str()), (Some(2), ""), "{b}: {}", called.stderr);
        assert!(called.stderr.contains(said), "{b}: {}", called.stderr);
    }
}
