//! One failure among forty access points and thirty events.

use std::fmt::Write as _;

use scenario::MemoryFiles;

use super::{check, load, number_of, number_of_access_points, request, shrunk_text, tree};

/// A night: the events are harmless, but for the last ones.
fn night(failure: &str) -> String {
    let mut text = include_str!("night.yaml").to_owned();
    let mut events: Vec<String> = Vec::new();
    for number in 1..=8 {
        let minute = 6 + number;
        events.push(format!("{{ at: {minute}m, power_off: hall-{number} }}"));
        events.push(format!("{{ at: {minute}m20s, power_on: hall-{number} }}"));
    }
    for number in 1..=4 {
        let minute = 12 + number;
        events.push(format!("{{ at: {minute}m, link: {{ name: hall-link, state: down }} }}"));
        events.push(format!("{{ at: {minute}m{number}.5s, link: {{ name: hall-link, state: up }} }}"));
    }
    for other in [
        "{ at: 5m, exec: { controller: ewc, command: show ap image } }",
        "{ at: 8m, server: { name: tftp-1, state: stopped } }",
        "{ at: 9m, server: { name: tftp-1, state: started } }",
        "{ at: 10m, reload: roof-2 }",
    ] {
        events.push(other.to_owned());
    }
    events.insert(13, failure.to_owned());
    for event in events {
        let _ = writeln!(text, "  - {event}");
    }
    text + "expect:\n  - { access_points: all, running: 17.9.4a, state: registered }\n  - { at: 4m, access_points: roof-1, state: registered }\n"
}

/// Makes the night smaller, and returns the result.
fn needle(failure: &str, seed: u64) -> String {
    needle_in(&night(failure), seed, 40)
}

/// Makes a night with this number of access points smaller, and returns the result.
fn needle_in(text: &str, seed: u64, access_points: usize) -> String {
    let text = text.to_owned();
    let files = MemoryFiles::default().with("s.yaml", text.clone());
    let before = tree(&load("s.yaml", &files, Some(seed)));
    assert_eq!((number_of_access_points(&before), number_of(&before, "timeline")), (access_points, 30));
    let small = shrunk_text(&text, &request(Some(seed), 2)).expect("it fails");
    assert!(small.complete);
    check("s.yaml", &files, Some(seed), &small);
    let after = tree(&load("s.yaml", &files.with("s.yaml", small.text.clone()), None));
    assert!(number_of_access_points(&after) <= 2, "{}", small.text);
    assert!(number_of(&after, "timeline") <= 3, "{}", small.text);
    small.text
}

#[test]
fn a_power_cut_in_mid_download_that_nobody_heals() {
    let text = needle(
        "{ after: { host: branch-17, event: image_data_started, delay: 300ms..500ms }, power_off: branch-17 }",
        3,
    );
    assert!(text.contains("power_off: branch-17"), "{text}");
    assert!(!text.contains("hall") && !text.contains("roof"), "{text}");
}

#[test]
fn a_rule_of_a_firewall() {
    let text = needle("{ at: 30s..50s, deny: { firewall: edge, rule: udp/5246 } }", 3);
    assert!(text.contains("deny: { firewall: edge, rule: udp/5246 }"), "{text}");
}

#[test]
fn a_file_that_was_cut() {
    let night = night("{ at: 1s, file: { server: tftp-1, path: /17.9.4a/ap1g8, truncate: 100000 } }");
    // All of the branch fetch the file again and again: 24 of them in the long run, and 4 otherwise.
    let text = if test_support::enlarged(1) > 1 {
        needle_in(&night, 3, 40)
    } else {
        needle_in(&night.replace("count: 24", "count: 4"), 3, 20)
    };
    assert!(text.contains("path: /17.9.4a/ap1g8, truncate:"), "{text}");
}

#[test]
fn a_link_that_goes_down() {
    let text = needle("{ at: 90s..200s, link: { name: wan, state: down } }", 3);
    assert!(text.contains("link: { name: wan, state: down }"), "{text}");
}

#[test]
fn the_result_is_the_same_with_any_number_of_threads() {
    let text = night("{ at: 90s..200s, link: { name: wan, state: down } }");
    let with = |jobs| shrunk_text(&text, &request(Some(5), jobs)).expect("it fails");
    let (one, three) = (with(1), with(3));
    assert_eq!((&one.text, &one.steps, one.runs), (&three.text, &three.steps, three.runs));
    // What is as small as it gets stays so.
    let again = shrunk_text(&one.text, &request(None, 2)).expect("it fails");
    let lines = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split(" # ").next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(lines(&again.text), lines(&one.text));
}

#[test]
fn a_budget_ends_it_with_the_best_so_far() {
    let text = night("{ at: 90s..200s, link: { name: wan, state: down } }");
    let with =
        |tries| shrunk_text(&text, &super::Request { tries, ..request(Some(3), 2) }).expect("it fails");
    let none = with(0);
    assert_eq!((none.text, none.complete, none.runs), (text.clone(), false, 0));
    let some = with(12);
    assert!(
        !some.complete && some.runs <= 12 && some.text.contains("It was not shrunk to the end"),
        "{}",
        some.text
    );
    check("s.yaml", &MemoryFiles::default().with("s.yaml", text.clone()), Some(3), &some);
}
