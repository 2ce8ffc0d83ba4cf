//! `explore --shrink`: each failure as a scenario of its own.

use super::{explore, files, with_lab};
use crate::cli::call_in;

#[test]
fn each_failure_becomes_a_scenario_that_fails_as_it_does() {
    let directory = with_lab(|text| text);
    let called = explore(directory.path(), "--seeds 1..6 --shrink --out out");
    assert_eq!(called.code, Some(1), "{}{}", called.stdout, called.stderr);
    let shrunk = files(&directory.path().join("out/shrunk"));
    assert!(!shrunk.is_empty(), "{}", called.stderr);
    for (name, text) in shrunk {
        let run = call_in(directory.path(), &["run", &format!("out/shrunk/{name}")]);
        assert_eq!(run.code, Some(1), "{name}: {text}\n{}", run.stdout);
        let lines =
            |text: &str| text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        assert!(lines(&text) <= lines(super::LAB), "{text}");
    }
}

#[test]
fn what_is_made_smaller_needs_a_place() {
    let directory = with_lab(|text| text);
    for words in ["--shrink", "--shrink --out out --shard 1/2"] {
        assert_eq!(explore(directory.path(), words).code, Some(2), "{words}");
    }
}
