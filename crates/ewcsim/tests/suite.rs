//! `ewcsim test` as a user runs it: the scenarios it finds, its output and its exit codes.

mod alike;
mod ended_early;
mod must_fail;
mod selected;
mod stored;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use ewcsim::suite::find;
use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{Called, call_in, command, snapshot};
use crate::common;

const SMALL: &str = include_str!("scenarios/small.yaml");
const SNAPSHOT: &str = "\nsnapshot: [show ap image, ap-1]\n";

/// Returns a scenario with snapshots.
fn kept() -> String {
    format!("{SMALL}{SNAPSHOT}")
}

/// Returns a scenario with an expectation that fails.
fn failing() -> String {
    SMALL.replace("running: 17.9.4.27, state", "running: 17.12.1.5, state")
}

/// Returns a scenario with an unknown key.
fn wrong() -> String {
    SMALL.replace("running: 17.3.3.26", "runing: 17.3.3.26")
}

/// Creates a directory with these files below `scenarios/`.
fn suite(files: &[(&str, String)]) -> TempDir {
    let directory = common::temporary();
    for (name, text) in files {
        write(&directory, &format!("scenarios/{name}.yaml"), text);
    }
    directory
}

fn write(directory: &TempDir, path: &str, text: &str) {
    let path = directory.path().join(path);
    fs::create_dir_all(path.parent().expect("it is below")).expect("the directory is ours");
    fs::write(path, text).expect("the directory is ours");
}

fn read(directory: &TempDir, path: &str) -> String {
    fs::read_to_string(directory.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Runs `ewcsim test` in it.
fn test(directory: &TempDir, args: &[&str]) -> Called {
    call_in(directory.path(), &[&["test"], args].concat())
}

/// Creates a directory with one scenario of each kind: passing, with a snapshot that differs, failing, and wrong.
fn mixed() -> TempDir {
    let directory =
        suite(&[("a-fine", kept()), ("b/differs", kept()), ("b/fails", failing()), ("wrong", wrong())]);
    let stored = test(&directory, &["scenarios/a-fine.yaml", "scenarios/b/differs.yaml", "--update"]);
    assert_eq!(stored.code, Some(0), "{}", stored.stderr);
    let timeline = "snapshots/b/differs/timeline.snap";
    write(&directory, timeline, &read(&directory, timeline).replace("ap-1: boots", "ap-1: shoots"));
    directory
}

#[test]
fn what_is_stored_is_compared() {
    let directory = suite(&[("one", kept()), ("more/two", SMALL.to_owned())]);
    let new = test(&directory, &[]);
    assert_eq!(new.code, Some(6), "{}", new.stderr);
    snapshot("test-new", &new.stdout);
    let updated = test(&directory, &["--update"]);
    assert_eq!(updated.code, Some(0), "{}", updated.stderr);
    snapshot("test-updated", &updated.stdout);
    let head = "---\nsource: scenarios/one.yaml\ninput_file: scenarios/one.yaml\n---\n";
    assert!(read(&directory, "snapshots/one/ap-1.snap").starts_with(head));
    let held = test(&directory, &["-v"]);
    assert_eq!(held.code, Some(0));
    snapshot("test-passed", &held.stdout);
    assert!(held.stderr.starts_with("note: 2 scenarios in "), "{}", held.stderr);
    assert_eq!(test(&directory, &["--twice"]).stdout, "2 scenarios: 2 passed\n");
}

#[test]
fn a_snapshot_that_differs_is_6() {
    let directory = suite(&[("one", kept())]);
    assert_eq!(test(&directory, &["--update"]).code, Some(0));
    let path = "snapshots/one/timeline.snap";
    let was = read(&directory, path);
    let head = "---\nsource: some/test.rs\ninput_file: scenarios/one.yaml\n---\n";
    let (_, text) = was.split_at(was.find("21:38").expect("the first line"));
    write(&directory, path, &format!("{head}{}", text.replace("ap-1: boots", "ap-1: shoots")));
    let differs = test(&directory, &[]);
    assert_eq!(differs.code, Some(6), "{}", differs.stderr);
    snapshot("test-differs", &differs.stdout);
    assert_eq!(differs.stdout.lines().last(), Some("again: ewcsim test scenarios/one.yaml"));
    // With another seed it is another run, which has no snapshot.
    assert_eq!(test(&directory, &["--seed", "2"]).code, Some(0));
    assert_eq!(test(&directory, &["--update"]).code, Some(0));
    // The head is kept as it was written.
    assert_eq!(read(&directory, path), format!("{head}{text}"));
    assert_eq!(test(&directory, &[]).code, Some(0));
}

#[test]
fn one_of_each_ends_as_the_worst() {
    let directory = mixed();
    let all = test(&directory, &[]);
    assert_eq!(all.code, Some(2), "{}", all.stderr);
    snapshot("test-mixed", &all.stdout);
    let code = |args: &[&str]| test(&directory, args).code;
    assert_eq!(code(&["scenarios/b"]), Some(1));
    assert_eq!(code(&["--filter", "a-fine", "--filter", "differs"]), Some(6));
    assert_eq!(code(&["--filter", "a-fine"]), Some(0));
    let mut threads = [&["--jobs", "1"], &["--jobs", "4"]].map(|jobs| test(&directory, &jobs[..]).stdout);
    assert_eq!(threads[0], threads[1]);
    assert_eq!(threads[0], all.stdout);
    for format in ["json", "github"] {
        threads = ["1", "4"].map(|jobs| test(&directory, &["--jobs", jobs, "--format", format]).stdout);
        assert_eq!(threads[0], threads[1], "{format}");
    }
    snapshot("test-github", &threads[0]);
}

#[test]
fn json_has_the_report_of_each_run() {
    let directory = mixed();
    let called = test(&directory, &["--format", "json"]);
    assert_eq!(called.code, Some(2));
    let report: Value = serde_json::from_str(&called.stdout).expect("JSON");
    assert_eq!(report["outcome"], "invalid");
    assert_eq!(report["counts"], serde_json::json!({ "differs": 1, "failed": 1, "invalid": 1, "passed": 1 }));
    let results = report["results"].as_array().expect("a list");
    let of = |key: &str| results.iter().map(|result| result[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("outcome"), ["passed", "differs", "failed", "invalid"]);
    assert_eq!(results[1]["snapshots"][0]["item"], "timeline");
    assert_eq!(results[1]["snapshots"][0]["change"], "changed");
    assert!(results[1]["snapshots"][0]["line"].is_number() && results[1]["snapshots"][0]["diff"].is_array());
    assert_eq!(results[2]["run"]["verdict"], "failed");
    assert_eq!(results[2]["problems"][0]["file"], "scenarios/b/fails.yaml");
    assert!(results[2]["problems"][0]["line"].is_number());
    assert_eq!(results[3]["run"], Value::Null);
    // The same as the output of `run`.
    let alone = call_in(directory.path(), &["run", "scenarios/a-fine.yaml", "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&alone.stdout).expect("JSON"), results[0]["run"]);
}

#[test]
fn junit_has_a_test_case_for_each() {
    let directory = mixed();
    assert_eq!(test(&directory, &["--junit", "out.xml", "--out", "runs"]).code, Some(2));
    let text = read(&directory, "out.xml");
    let document = roxmltree::Document::parse(&text).expect("it is XML");
    let number = |node: roxmltree::Node<'_, '_>, name| node.attribute(name).expect("it is there").to_owned();
    let root = document.root_element();
    let numbers = ["tests", "failures", "errors", "skipped"].map(|name| number(root, name));
    assert_eq!(numbers, ["4", "2", "1", "0"]);
    let cases: Vec<String> = document
        .descendants()
        .filter(|node| node.has_tag_name("testcase"))
        .map(|case| {
            let inside: Vec<&str> = case
                .children()
                .filter(|child| child.is_element())
                .map(|child| child.tag_name().name())
                .collect();
            assert!(number(case, "time").parse::<f64>().is_ok());
            format!("{} {} {inside:?}", number(case, "classname"), number(case, "name"))
        })
        .collect();
    assert_eq!(
        cases,
        [
            "scenarios a-fine []",
            "scenarios wrong [\"error\"]",
            "scenarios.b differs [\"failure\"]",
            "scenarios.b fails [\"failure\"]",
        ]
    );
    let said = |kind: &str| {
        let is = |node: &roxmltree::Node<'_, '_>| node.attribute("type") == Some(kind);
        document.descendants().find(is).and_then(|node| node.text()).expect("it says why").to_owned()
    };
    assert!(said("differs").contains("-21:38:00.000 ap-1: shoots"), "{text}");
    assert!(said("failed").contains("scenarios/b/fails.yaml:33:5"), "{text}");
    assert!(said("invalid").contains("runing"), "{text}");
    // Only files of runs that did not pass.
    assert!(directory.path().join("runs/scenarios/b/fails/run.json").is_file());
    assert!(directory.path().join("runs/scenarios/b/differs/logs/ap-1.log").is_file());
    assert!(!directory.path().join("runs/scenarios/a-fine").exists());
    // When one passes again, only its own files are removed.
    write(&directory, "scenarios/b/fails.yaml", SMALL);
    write(&directory, "runs/scenarios/b/fails/notes", "mine");
    write(&directory, "runs/scenarios/b/fails/show/other/x.md", "mine");
    assert_eq!(test(&directory, &["--filter", "fails", "--out", "runs"]).code, Some(0));
    let left = directory.path().join("runs/scenarios/b/fails");
    assert!(left.join("notes").is_file() && left.join("show/other/x.md").is_file());
    for name in ["run.json", "events.jsonl", "logs", "show/ewc-1"] {
        assert!(!left.join(name).exists(), "{name}");
    }
}

#[test]
fn more_parts_than_scenarios_are_no_failure() {
    let directory = suite(&[("one", SMALL.to_owned())]);
    let none = test(&directory, &["--shard", "3/4", "--junit", "new/out.xml"]);
    assert_eq!((none.code, none.stdout.as_str()), (Some(0), "0 scenarios\n"), "{}", none.stderr);
    assert!(none.stderr.starts_with("note: part 3/4 has none of the scenarios"), "{}", none.stderr);
    assert!(read(&directory, "new/out.xml").contains("tests=\"0\""));
}

#[test]
fn snapshots_that_nothing_prints_are_found() {
    let directory = suite(&[("gone", kept()), ("one", kept())]);
    assert_eq!(test(&directory, &["--update"]).code, Some(0));
    fs::remove_file(directory.path().join("scenarios/gone.yaml")).expect("it is there");
    write(&directory, "scenarios/one.yaml", &kept().replace("[show ap image, ap-1]", "[show ap image]"));
    // Snapshots of other tests.
    let other = "---\nsource: crates/x/tests/y.rs\n---\ntext\n";
    write(&directory, "snapshots/one/other.snap", other);
    write(&directory, "snapshots/wrong/x.snap", "---\ninput_file: elsewhere/wrong/x.yaml\n---\ntext\n");
    let found = test(&directory, &[]);
    assert_eq!(found.code, Some(6));
    snapshot("test-orphans", &found.stdout);
    // With one scenario selected, only that one is reported.
    for args in [&["scenarios/one.yaml"][..], &["--filter", "one"]] {
        let alone = test(&directory, args);
        assert_eq!(alone.code, Some(6));
        assert!(alone.stdout.contains("snapshots/one/ap-1.snap") && !alone.stdout.contains("gone"));
    }
    let first = test(&directory, &["--shard", "1/1"]);
    assert_eq!((first.code, first.stdout), (Some(6), found.stdout));
    let removed = test(&directory, &["--update"]);
    assert_eq!(removed.code, Some(0), "{}", removed.stdout);
    snapshot("test-orphans-removed", &removed.stdout);
    assert!(!directory.path().join("snapshots/gone").exists());
    assert!(!directory.path().join("snapshots/one/ap-1.snap").exists());
    assert_eq!(read(&directory, "snapshots/one/other.snap"), other);
    assert_eq!(test(&directory, &[]).code, Some(0));
}

#[test]
fn nothing_is_accepted_of_what_does_not_hold() {
    let directory = suite(&[("one", format!("{}{SNAPSHOT}", failing())), ("two", failing())]);
    let called = test(&directory, &["--update"]);
    assert_eq!(called.code, Some(1));
    let said = "\nnote: its snapshots are not updated, because the scenario did not pass\n";
    // Once, because the other has no snapshots.
    assert_eq!(called.stdout.matches(said).count(), 1, "{}", called.stdout);
    assert!(!directory.path().join("snapshots").exists());
}

#[test]
fn shards_are_the_whole() {
    let names = ["a", "b", "c", "d/e", "f"];
    let directory = suite(&names.map(|name| (name, wrong())));
    let run = |args: &[&str]| {
        let called = test(&directory, args);
        assert_eq!(called.code, Some(2));
        let lines = called.stdout.lines().filter_map(|line| line.strip_prefix("invalid       "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut together: Vec<String> =
        ["1/3", "2/3", "3/3"].iter().flat_map(|shard| run(&["--shard", shard])).collect();
    together.sort();
    assert_eq!(together, run(&[]));
    assert_eq!(together.len(), names.len());
}

#[test]
fn scenarios_are_found_in_order_and_caches_are_left_alone() {
    let directory = suite(&[("b", wrong()), ("a/z", wrong()), ("lab", "# all of it\nlab: x\n".to_owned())]);
    for (path, text) in [
        ("scenarios/c.yml", "scenario: it is not about a\nlab: x\n"),
        ("scenarios/listing.txt", ""),
        ("scenarios/.hidden/x.yaml", ""),
        ("scenarios/target/CACHEDIR.TAG", ""),
        ("scenarios/target/x.yaml", ""),
        ("other.txt", ""),
    ] {
        write(&directory, path, text);
    }
    // This would be a cycle if links were followed.
    std::os::unix::fs::symlink("..", directory.path().join("scenarios/up")).expect("the directory is ours");
    let root = directory.path();
    let found = |paths: &[&str]| {
        let paths: Vec<_> = paths.iter().map(|path| root.join(path)).collect();
        let found = find(&paths).expect("they can be read");
        let short =
            |path: &std::path::PathBuf| path.strip_prefix(root).expect("it is below").display().to_string();
        let [scenarios, labs] =
            [found.scenarios, found.labs].map(|list| list.iter().map(short).collect::<Vec<_>>());
        (scenarios, labs)
    };
    let labs = vec!["scenarios/lab.yaml".to_owned()];
    let all = ["scenarios/a/z.yaml", "scenarios/b.yaml", "scenarios/c.yml"].map(str::to_owned).to_vec();
    assert_eq!(found(&["scenarios"]), (all.clone(), labs.clone()));
    // Each file once, and a named file under any name.
    let (scenarios, _) =
        found(&["scenarios/b.yaml", ".", "scenarios/./a", "other.txt", "scenarios/a/../b.yaml"]);
    assert_eq!(scenarios, [vec!["other.txt".to_owned()], all].concat());
}

#[test]
fn nothing_selected_is_4() {
    let directory = suite(&[("one", wrong()), ("lab", "lab: all of it\n".to_owned())]);
    fs::create_dir(directory.path().join("empty")).expect("the directory is ours");
    let mut said = String::new();
    for args in [
        &["--filter", "two"][..],
        &["--shard", "2/2", "--filter", "two"],
        &["empty"],
        &["scenarios/lab.yaml"],
    ] {
        let called = test(&directory, args);
        assert_eq!((called.code, called.stdout.as_str()), (Some(4), ""), "{args:?}");
        said.push_str(&called.stderr);
    }
    // A path that does not exist is invalid input.
    for args in [&["none"][..], &["scenarios/none.yaml"]] {
        let called = test(&directory, args);
        assert_eq!((called.code, called.stdout.as_str()), (Some(2), ""), "{args:?}");
        said.push_str(&called.stderr);
    }
    snapshot("test-nothing", &said);
}

#[test]
fn files_that_are_no_snapshots_are_2_and_named() {
    let directory = suite(&[("one", kept())]);
    assert_eq!(test(&directory, &["--update"]).code, Some(0));
    let path = "snapshots/one/timeline.snap";
    write(&directory, path, "no head\n");
    let said = |directory: &TempDir| {
        let called = test(directory, &[]);
        assert_eq!(called.code, Some(2), "{}", called.stdout);
        called.stdout.lines().find(|line| line.starts_with("error: ")).expect("it says what").to_owned()
    };
    let expected =
        "error: snapshots/one/timeline.snap: not a snapshot: it has no head between `---` and `---`";
    assert_eq!(said(&directory), expected);
    fs::write(directory.path().join(path), [0xff; 9]).expect("the directory is ours");
    assert_eq!(said(&directory), "error: snapshots/one/timeline.snap: not UTF-8");
    fs::File::create(directory.path().join(path)).and_then(|file| file.set_len(1 << 40)).expect("sparse");
    assert!(said(&directory).contains("more than the limit of 67108864"));
    fs::remove_file(directory.path().join(path)).expect("it is there");
    fs::create_dir(directory.path().join(path)).expect("the directory is ours");
    assert!(said(&directory).starts_with("error: snapshots/one/timeline.snap: is a directory"));
}

#[test]
fn two_scenarios_may_not_share_their_snapshots() {
    let directory = suite(&[("one", wrong())]);
    write(&directory, "scenarios/one.yml", &wrong());
    let called = test(&directory, &[]);
    assert_eq!((called.code, called.stdout.as_str()), (Some(2), ""));
    let expected = "error: scenarios/one.yaml and scenarios/one.yml have their snapshots in the same place, snapshots/one\n";
    assert!(called.stderr.starts_with(expected), "{}", called.stderr);
}

#[test]
fn snapshots_can_be_elsewhere() {
    let directory = suite(&[("one", kept())]);
    write(&directory, "plans/two.yaml", &kept());
    let args = ["scenarios", "plans", "--snapshots", "kept"];
    assert_eq!(test(&directory, &[&args[..], &["--update"]].concat()).code, Some(0));
    assert_eq!(test(&directory, &args).code, Some(0));
    assert!(directory.path().join("kept/one/timeline.snap").is_file());
    assert!(directory.path().join("kept/plans/two/timeline.snap").is_file());
    // From another directory they are the same files.
    let called = call_in(&directory.path().join("plans"), &["test", "two.yaml", "--update"]);
    assert_eq!(called.code, Some(0));
    assert_eq!(test(&directory, &["plans/two.yaml"]).code, Some(0));
}

#[test]
fn an_interrupted_suite_says_what_it_knows() {
    for signal in ["INT", "TERM"] {
        interrupt_a_suite(signal);
    }
}

fn interrupt_a_suite(signal: &str) {
    let long = SMALL.replace("until: 10m", "until: 100000h");
    let directory = suite(&[("1-wrong", wrong()), ("2-long", long.clone()), ("3-long", long)]);
    let args = ["test", "--filter", "long", "--jobs", "1", "--junit", "new/out.xml", "--out", "runs"];
    let child = command(directory.path(), &args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // The lock exists as soon as signals are handled.
    wait_for(&directory.path().join("runs/.ewcsim.lock"));
    // Meanwhile nobody else writes there.
    let second = test(&directory, &["--filter", "wrong", "--out", "runs"]);
    assert_eq!((second.code, second.stdout.as_str()), (Some(2), ""));
    let expected =
        format!("error: runs: another ewcsim, process {}, writes into this directory\n", child.id());
    assert_eq!(second.stderr, expected);
    let killed = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
    assert!(killed.expect("kill is there").success());
    let output = child.wait_with_output().expect("it ends");
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(output.status.code(), Some(130), "{stdout}");
    assert!(stdout.contains("2 scenarios: ") && stdout.contains(" not run"), "{stdout}");
    let junit = read(&directory, "new/out.xml");
    assert!(junit.ends_with("</testsuites>\n"));
    assert!(junit.contains("<error type=\"interrupted\" message=\"stopped by a signal: "), "{junit}");
    assert!(!directory.path().join("runs/.ewcsim.lock").exists());
}

/// Waits for a file, at most two minutes.
fn wait_for(path: &Path) {
    for _ in 0..12_000 {
        if path.exists() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{} does not come", path.display());
}
