//! Variants: each seed has its own subset of the faults, and one command repeats it.

use serde_json::Value;

use super::{files, report, with_lab};
use crate::cli::call_in;

#[test]
fn a_variant_is_repeated_by_one_command() {
    let directory = with_lab(|text| text);
    let (_, all) = report(directory.path(), "--seeds 1..24 --swarm --out out");
    let table = files(&directory.path().join("out"))["runs.csv"].clone();
    let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().expect("it has a head");
    let column =
        |name: &str| head.iter().position(|cell| *cell == name).unwrap_or_else(|| panic!("{name}: {head:?}"));
    let faults = ["fault: link wan down (line 21)", "fault: power off of branch-2 (line 23)"].map(column);
    let rows: Vec<Vec<&str>> = lines.collect();
    assert_eq!(rows.len(), 24);
    for fault in faults {
        let kept = rows.iter().filter(|row| row[fault] == "1").count();
        assert!((4..=20).contains(&kept), "{kept} of 24");
    }
    for row in rows.iter().take(6) {
        let words = ["run", "lab.yaml", "--seed", row[0], "--swarm", "--format", "json"];
        let run: Value = serde_json::from_str(&call_in(directory.path(), &words).stdout).expect("it is JSON");
        assert_eq!(run["again"], format!("ewcsim run lab.yaml --seed {} --swarm", row[0]));
        assert_eq!(run["verdict"], row[1], "seed {}", row[0]);
        let kept: Vec<&Value> =
            run["swarm"].as_array().expect("a list").iter().map(|fault| &fault["kept"]).collect();
        assert_eq!(
            kept,
            faults.map(|fault| if row[fault] == "1" { &Value::Bool(true) } else { &Value::Bool(false) })
        );
        for drawn in run["drawn"].as_array().expect("a list") {
            assert_eq!(drawn["value"], row[column(drawn["path"].as_str().expect("a path"))]);
        }
    }
    // It is said which of them were the whole scenario.
    let whole = rows.iter().filter(|row| faults.iter().all(|fault| row[*fault] == "1"));
    let passed = whole.clone().filter(|row| row[1] == "passed").count();
    let told = &all["with_all_faults"];
    assert_eq!((&told["runs"], &told["passed"]), (&Value::from(whole.count()), &Value::from(passed)));
}

#[test]
fn groups_say_how_many_of_their_runs_had_each_fault() {
    // Without the failing link it is not down.
    let expected = "  - { event: { host: network, event: changed, with: { what: link wan is down } } }\n";
    let directory = with_lab(|text| format!("{}{expected}", text.replace("within: 5m", "within: 10m")));
    let (code, all) = report(directory.path(), "--seeds 1..12 --swarm");
    assert_eq!(code, Some(1), "{all}");
    let group = &all["groups"][0];
    let link = &group["faults"][0];
    assert_eq!(
        (&link["fault"], &link["runs"]),
        (&Value::from("link wan down (line 21)"), &Value::from(0)),
        "{group}"
    );
    let of_all = link["of_all"].as_u64().expect("a number");
    assert_eq!(of_all + group["runs"].as_u64().expect("a number"), 12);
    let human = super::explore(directory.path(), "--seeds 1..12 --swarm").stdout;
    let says = format!(
        "none of these had link wan down (line 21), which {of_all} of all 12 runs had: the failure may be about that"
    );
    assert!(human.contains(&says), "{human}");
}

#[test]
fn without_it_each_run_has_all_faults() {
    let directory = with_lab(|text| text);
    let (_, all) = report(directory.path(), "--seeds 1..4");
    assert!(all["with_all_faults"].is_null() && all["swarm"] == false, "{all}");
    assert!(
        all["groups"].as_array().is_some_and(|groups| groups.iter().all(|group| group["faults"].is_null()))
    );
    let run = call_in(directory.path(), &["run", "lab.yaml", "--seed", "3", "--format", "json"]).stdout;
    let run: Value = serde_json::from_str(&run).expect("it is JSON");
    assert!(run["swarm"].is_null());
}
