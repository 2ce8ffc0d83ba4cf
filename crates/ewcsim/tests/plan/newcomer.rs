//! A planner's first evening: pasted outputs and a listing, and no line of YAML written by hand.

use std::fs;
use std::path::Path;

use crate::cli::{Called, call_in};
use crate::common;

/// The outputs that a planner has pasted: three files.
const PASTED: &str = "crates/ewcsim/tests/import/tftp";

/// Copies the outputs, with images of a fiftieth of their sizes and, if `only_ipv4`, without the access point of IPv6.
fn paste(directory: &Path, only_ipv4: bool) {
    for name in ["terminal.log", "running.txt", "server.log"] {
        let text =
            fs::read_to_string(common::workspace().join(PASTED).join(name)).expect("it is in the repository");
        let kept = text.lines().filter(|line| !only_ipv4 || !line.starts_with("IPv6-only"));
        let lines = kept.map(|line| smaller(line).replace(": 6", if only_ipv4 { ": 5" } else { ": 6" }));
        fs::write(directory.join(name), lines.collect::<Vec<_>>().join("\n") + "\n")
            .expect("the directory is ours");
    }
}

/// Returns a line of a listing with a fiftieth of its size, in whole records of tar.
fn smaller(line: &str) -> String {
    let size = line.split_whitespace().nth(4).filter(|_| line.starts_with("-rw-"));
    let Some((word, size)) = size.and_then(|word| Some((word, word.parse::<u64>().ok()?))) else {
        return line.to_owned();
    };
    if size < 1_000_000 {
        return line.to_owned();
    }
    let fiftieth = (size / 50 / 10_240 * 10_240).to_string();
    line.replacen(word, &format!("{fiftieth:>width$}", width = word.len()), 1)
}

fn call(directory: &Path, commands: &mut usize, words: &[&str]) -> Called {
    *commands += 1;
    call_in(directory, words)
}

#[test]
fn outputs_become_a_plan_without_any_yaml_by_hand() {
    let directory = common::temporary();
    let here = directory.path();
    paste(here, true);
    let mut commands = 0;
    let imported = call(
        here,
        &mut commands,
        &["import", "terminal.log", "running.txt", "server.log", "--out", "lab.yaml"],
    );
    assert_eq!(imported.code, Some(0), "{}", imported.stderr);
    // The lines to the server and to the access points are in no output: whether the window is enough depends on them.
    let plan = ["plan", "lab.yaml", "--seeds", "2", "--window", "33m", "--format", "json"];
    let first = call(here, &mut commands, &plan);
    assert_eq!(first.code, Some(7), "{}", first.stderr);
    let answer: planner::Answer = serde_json::from_str(&first.stdout).expect("it is JSON");
    assert!(answer.sentence.contains("server-latency = 40ms"), "{}", answer.sentence);
    let latency = answer.assumptions.iter().find(|one| one.key == "server-latency").expect("it was varied");
    assert!(latency.flips && latency.basis.contains("`--set server-latency=VALUE` states it"), "{latency:?}");
    // Measured, they are set.
    let measured = ["--set", "server-latency=3ms", "--set", "server-bandwidth=100Mbit"];
    let near = ["--set", "ap-latency=1ms", "--set", "ap-bandwidth=1Gbit", "--html", "plan.html"];
    let second = call(here, &mut commands, &[&plan[..], &measured, &near].concat());
    let answer: planner::Answer = serde_json::from_str(&second.stdout).expect("it is JSON");
    assert_eq!(second.code, Some(0), "{}", answer.sentence);
    let names: Vec<&str> = answer.access_points.iter().map(|point| point.name.as_str()).collect();
    assert_eq!(names, ["wall", "lobby-1", "lobby-2", "hall", "9120-EWC-AP"]);
    assert!(answer.again.ends_with("--set ap-latency=1ms --set ap-bandwidth=1Gbit"), "{}", answer.again);
    let page = fs::read_to_string(here.join("plan.html")).expect("it was written");
    assert!(page.contains("9120-EWC-AP") && page.contains("17.12.1"));
    assert!(commands <= 9);
}

#[test]
fn an_access_point_of_ipv6_is_named_and_not_told() {
    let directory = common::temporary();
    let here = directory.path();
    paste(here, false);
    let mut commands = 0;
    let imported = call(here, &mut commands, &["import", ".", "--out", "lab.yaml"]);
    assert_eq!(imported.code, Some(0), "{}", imported.stderr);
    let lan = ["--set", "server-latency=1ms", "--set", "server-bandwidth=1Gbit", "--set", "ap-latency=1ms"];
    let words = ["plan", "lab.yaml", "--seeds", "1", "--set", "ap-bandwidth=1Gbit", "--format", "csv"];
    let plan = call(here, &mut commands, &[&words[..], &lan].concat());
    assert_eq!(plan.code, Some(7), "{}", plan.stdout);
    let told: Vec<&str> = plan.stdout.lines().filter(|line| line.contains("cannot tell")).collect();
    assert!(
        matches!(told[..], [one] if one.starts_with("IPv6-only,") && one.contains("IPv6 is not modelled")),
        "{told:?}"
    );
    assert_eq!(plan.stdout.lines().filter(|line| line.contains(",yes,")).count(), 5, "{}", plan.stdout);
}
