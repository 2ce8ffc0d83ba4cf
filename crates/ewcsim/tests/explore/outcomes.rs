//! Failures by cause, runs that cannot be judged or do not end, and the end of an exploration.

use std::io::Read;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{explore, report, with_lab};
use crate::cli::{call_in, command};

#[test]
fn failures_are_grouped_and_the_printed_line_repeats_each() {
    let directory = with_lab(|text| text);
    let (code, all) = report(directory.path(), "--seeds 1..40");
    assert_eq!((code, &all["outcome"]), (Some(1), &Value::from("failed")));
    let [passed, failed] = ["passed", "failed"].map(|outcome| all["counts"][outcome].as_u64().expect("some"));
    assert_eq!((passed + failed, all["runs"].as_u64()), (40, Some(40)));
    assert!(all["failures_at_most"].is_null());
    let groups = all["groups"].as_array().expect("there are some");
    let runs: u64 = groups.iter().map(|group| group["runs"].as_u64().expect("a number")).sum();
    // One expectation: each failed run has one failure.
    assert!(runs == failed && groups.len() < failed as usize, "{groups:?}");
    for group in groups {
        assert_eq!(group["line"], 27, "{group}");
        let sentence = group["sentence"].as_str().expect("a text");
        assert!(!sentence.contains("branch-1") && !sentence.contains("branch-2"), "{sentence}");
        let seed = group["first_seed"].as_u64().expect("a seed");
        let again = group["again"].as_str().expect("a command");
        assert_eq!(again, format!("ewcsim run lab.yaml --seed {seed}"));
        let words: Vec<&str> = again.split(' ').skip(1).chain(["--format", "json"]).collect();
        let run = call_in(directory.path(), &words);
        let run: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
        assert_eq!(run["verdict"], "failed");
        let actual = run["expectations"][0]["actual"].as_str().expect("a text");
        assert!(group["actual"].as_str().is_some_and(|told| told.ends_with(actual)), "{group}");
    }
}

#[test]
fn no_failure_of_many_is_told_as_what_it_is() {
    let directory = with_lab(|text| text.replace("within: 5m", "within: 10m"));
    let explored = explore(directory.path(), "--seeds 1..20");
    assert_eq!(explored.code, Some(0), "{}", explored.stdout);
    let says = "none of 20 runs failed: at most 14 % of all seeds do, at 95 % confidence\n";
    assert!(explored.stdout.contains(says), "{}", explored.stdout);
    assert!(
        explored.stdout.ends_with("\nagain: ewcsim explore lab.yaml --seeds 1..20\n"),
        "{}",
        explored.stdout
    );
}

#[test]
fn it_ends_after_the_failures_that_were_asked_for() {
    let directory = with_lab(|text| text);
    let (_, all) = report(directory.path(), "--seeds 1..40");
    let (code, some) = report(directory.path(), "--seeds 1..40 --until-failures 2");
    assert_eq!((code, &some["counts"]["failed"]), (Some(1), &Value::from(2)));
    // Those with the lowest seeds: the first of all is among them.
    let first = |report: &Value| {
        let groups = report["groups"].as_array().expect("there are some").clone();
        groups.iter().map(|group| group["first_seed"].as_u64().expect("a seed")).min()
    };
    assert_eq!(first(&some), first(&all));
    assert!(some["runs"].as_u64() < all["runs"].as_u64());
}

#[test]
fn what_cannot_be_judged_has_not_passed() {
    let directory = with_lab(|text| text.replace("within: 5m", "at: 20m"));
    let (code, all) = report(directory.path(), "--seeds 1..3");
    assert_eq!((code, &all["outcome"]), (Some(7), &Value::from("inconclusive")));
    assert_eq!((&all["counts"]["inconclusive"], &all["counts"]["passed"]), (&Value::from(3), &Value::Null));
    let sentence = "could not be judged: access points: running 17.9.4.27, registered at a time";
    assert_eq!(
        (&all["groups"][0]["sentence"], &all["groups"][0]["runs"]),
        (&Value::from(sentence), &Value::from(3))
    );
    assert!(all["failures_at_most"].is_null());
}

#[test]
fn a_run_that_does_not_end_is_a_finding() {
    let directory = with_lab(|text| text.replace("until: 12m", "until: 9000d"));
    let explored = explore(directory.path(), "--seeds 1..2 --time-limit 10ms");
    assert_eq!(explored.code, Some(1), "{}", explored.stdout);
    let says = "failed in 2 of 2 runs: not at its end after 0.01s of real time\n  first with seed 1\n";
    assert!(explored.stdout.contains(says), "{}", explored.stdout);
    let not_judged = "recovery is not judged: the run without faults did not end\n";
    assert!(explored.stdout.contains(not_judged), "{}", explored.stdout);
}

#[test]
fn a_time_says_how_many_seeds_run_and_which_is_not_repeatable() {
    let directory = with_lab(|text| text.replace("within: 5m", "within: 10m"));
    let explored = explore(directory.path(), "--for 1ms --twice");
    assert_eq!(explored.code, Some(0), "{}{}", explored.stdout, explored.stderr);
    let says = "lab.yaml, seeds from 1 on, as many as 0.001s of real time allow, ";
    assert!(explored.stdout.contains(says), "{}", explored.stdout);
    assert!(
        explored.stdout.ends_with("again: ewcsim explore lab.yaml --for 0.001s --twice\n"),
        "{}",
        explored.stdout
    );
}

#[test]
fn what_never_happened_is_named() {
    let waits =
        "  - { after: { host: branch-1, event: going_back_to_discovery, count: 99 }, power_off: branch-1 }\n";
    let directory = with_lab(|text| text.replace("\nexpect:", &format!("{waits}\nexpect:")));
    let (_, all) = report(directory.path(), "--seeds 1..3");
    assert_eq!(all["never_happened"], serde_json::json!({ "lab.yaml:25": 3 }), "{all}");
    let human = explore(directory.path(), "--seeds 1..3").stdout;
    assert!(human.contains("never happened, as what they wait for did not: lab.yaml:25\n"), "{human}");
}

#[test]
fn an_interruption_tells_what_was_found_so_far() {
    let directory = with_lab(|text| text.replace("within: 5m", "within: 10m"));
    let words = ["explore", "lab.yaml", "--seeds", "1..100000", "--out", "out", "--format", "json"];
    let mut child = command(directory.path(), &words).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let child = child.as_mut().expect("it starts");
    // Its lock is there once it handles signals.
    let lock = directory.path().join("out/.ewcsim.lock");
    while !lock.exists() {
        std::thread::yield_now();
    }
    let sent = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status();
    assert!(sent.expect("kill is there").success());
    let mut stdout = String::new();
    child.stdout.take().expect("it is piped").read_to_string(&mut stdout).expect("it is text");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let all: Value = serde_json::from_str(&stdout).expect("it is JSON");
    assert_eq!(all["outcome"], "interrupted");
    assert_eq!(all["counts"]["passed"].as_u64().unwrap_or(0), all["runs"].as_u64().expect("a number"));
    // The rest of the seeds is missing.
    let merged = call_in(directory.path(), &["merge", "out"]);
    assert!(merged.code == Some(2) && merged.stderr.contains("was interrupted"), "{}", merged.stderr);
}

#[test]
fn wrong_calls_and_wrong_scenarios() {
    let directory = with_lab(|text| text.replace("state: down", "state: dwon"));
    for (words, says) in [
        ("", "down"),
        ("--seeds 9..3", "the range is empty: write 3..9"),
        ("--seeds 1..3 --for 1s", "cannot be used with"),
        ("--for 0s", "write a duration"),
        ("--shard 4/3", "write the part"),
        ("--until-failures 0", "0 is not in"),
        ("--junit /absent/x.xml", "down"),
    ] {
        let explored = explore(directory.path(), words);
        assert_eq!((explored.code, explored.stdout.as_str()), (Some(2), ""), "{words}");
        assert!(explored.stderr.contains(says), "{words}: {}", explored.stderr);
    }
}
