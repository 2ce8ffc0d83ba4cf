//! Scenarios that must fail: what they state is a failure like any other.

use std::fs;

use ewcsim::Verdict;
use scenario::MemoryFiles;

use super::{check, load, request, shrunk};
use crate::common;

#[test]
fn each_scenario_that_must_fail_has_a_smaller_one() {
    let directory = common::workspace().join("scenarios/must-fail");
    let mut files = MemoryFiles::default();
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).expect("it is there") {
        let path = entry.expect("it can be read").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("it is UTF-8").to_owned();
        files = files.with(&name, fs::read(&path).expect("it can be read"));
        names.push(name);
    }
    names.retain(|name| name != "lab.yaml");
    names.sort();
    assert_eq!(names.len(), 4);
    for name in names {
        let small = shrunk(&name, &files, &request(None, 2)).expect("it fails");
        assert!(small.complete && small.text.contains(", must_fail: "), "{}", small.text);
        check(&name, &files, None, &small);
        // As a test it passes, as the original does.
        let smaller = load(&name, &files.clone().with(&name, small.text.clone()), None);
        let finished = common::run(&smaller, None);
        assert_eq!(
            (finished.verdict(), finished.verdict_as_test()),
            (Verdict::Failed, Verdict::Passed),
            "{}",
            small.text
        );
        assert_eq!(smaller.scenario.expect.len(), 1, "{}", small.text);
    }
}
