//! The timeline in a world: entries that wait for events, entries that repeat, and each action.

use std::time::Duration;

use crate::common::{self, Edited};
use ewcsim::{Event, Finished, WorldEvent};

const SECOND: Duration = Duration::from_secs(1);
const IN_SERVICE: &str = "{ access_points: all, running: 17.9.4.27, state: registered }";

/// Returns a scenario with three access points in service, a server, and no other activity.
fn quiet(until: &str) -> Edited {
    let entry = |at: &str, command: &str| {
        format!("\n  - {{ at: {at}, exec: {{ controller: 9120-EWC, command: {command} }} }}")
    };
    Edited::scenario("field/predownload")
        .replace(&entry("5m", "ap image predownload"), "")
        .replace(&entry("12m", "ap image swap completed"), "")
        .replace(&entry("13m", "show ap image"), "")
        .replace(&entry("14m", "ap name 9105-hall reset"), "")
        .until(until)
}

fn predownload(until: &str) -> Edited {
    quiet(until).then("{ at: 2m, exec: { controller: 9120-EWC, command: ap image predownload } }")
}

/// Returns the times of the events of a host that `wanted` accepts.
fn times(finished: &Finished, host: &str, wanted: impl Fn(&Event) -> bool) -> Vec<Duration> {
    let host = finished.record.host(host).expect("a host");
    let entries = finished.record.entries();
    entries
        .iter()
        .filter(|entry| entry.host == Some(host) && wanted(&entry.event))
        .map(|entry| entry.at)
        .collect()
}

fn power_off(event: &Event) -> bool {
    *event == Event::World(WorldEvent::PowerOff)
}

fn joined(event: &Event) -> bool {
    matches!(event, Event::AccessPoint(ap::ApEvent::Joined { .. }))
}

fn typed(event: &Event) -> bool {
    matches!(event, Event::World(WorldEvent::Typed { .. }))
}

/// Returns the versions in the other partitions of the access points that the scenario lists.
fn backups(finished: &Finished) -> Vec<String> {
    let backup = |access_point: &ap::Status| {
        access_point.after_reload()[1].map_or_else(|| "0.0.0.0".to_owned(), |version| version.to_string())
    };
    let (_own, listed) = finished.access_points.split_last().expect("the controller has one");
    listed.iter().map(backup).collect()
}

#[test]
fn it_happens_after_the_event_at_that_instant() {
    let finished = predownload("10m")
        .then("{ after: { host: 9105-hall, event: image_data_started }, power_off: 9105-hall }")
        .expecting(IN_SERVICE);
    let started = |event: &Event| matches!(event, Event::AccessPoint(ap::ApEvent::ImageDataStarted));
    assert_eq!(times(&finished, "9105-hall", power_off), times(&finished, "9105-hall", started));
    assert_eq!(finished.untriggered, []);
}

#[test]
fn events_are_counted_and_what_waits_can_repeat() {
    let finished = quiet("10m")
        .then("{ after: { host: any, event: joined, count: 2, delay: 5s }, every: 1m, times: 3, exec: { controller: 9120-EWC, command: show ap summary } }")
        .expecting(IN_SERVICE);
    let mut all: Vec<Duration> = ["9105-hall", "9120-desk", "3802-door"]
        .into_iter()
        .flat_map(|host| times(&finished, host, joined))
        .collect();
    all.sort();
    let first = all[1] + 5 * SECOND;
    assert_eq!(times(&finished, "9120-EWC", typed), [first, first + 60 * SECOND, first + 120 * SECOND]);
}

#[test]
fn what_never_came_is_told() {
    let edited = quiet("5m")
        .then("{ after: { host: 9105-hall, event: boot_failed }, power_off: 9105-hall }")
        .then("{ after: { host: 9105-hall, event: joined, delay: 4m }, power_off: 9105-hall }");
    let finished = edited.expecting(IN_SERVICE);
    let whats: Vec<&str> = finished.untriggered.iter().map(|never| never.what.as_str()).collect();
    assert_eq!(
        whats,
        [
            "waits for `boot_failed` of 9105-hall: 0 of 1",
            "waits for `joined` of 9105-hall: 1 of 1, and the run ended within the delay",
        ]
    );
    assert_eq!(times(&finished, "9105-hall", power_off), []);
}

#[test]
fn a_repetition_ends_with_its_until() {
    let finished = quiet("10m")
        .then("{ at: 2m, every: 90s, until: 5m, exec: { controller: 9120-EWC, command: show ap image } }")
        .expecting(IN_SERVICE);
    assert_eq!(times(&finished, "9120-EWC", typed), [120, 210, 300].map(|seconds| seconds * SECOND));
}

#[test]
fn access_points_and_the_controller_reload() {
    let finished = quiet("12m").then("{ at: 2m, reload: [9105-hall, 9120-EWC] }").expecting(IN_SERVICE);
    let hall = &finished.access_points[0];
    assert_eq!((hall.boots, hall.reload_reason), (2, ap::ReloadReason::ReloadCommand));
    assert_eq!(finished.access_points[1].boots, 1, "the others only lose their controller");
    assert!(times(&finished, "9120-desk", joined).len() == 2);
    assert_eq!(
        times(&finished, "9120-EWC", |event| *event == Event::Controller(ewc::ControllerEvent::Reloading)),
        [120 * SECOND]
    );
}

#[test]
fn a_slow_server_takes_longer_and_one_that_is_healed_does_not() {
    let fetched = |pace: &str| {
        let finished = predownload("20m").then(pace).expecting(IN_SERVICE);
        let done = |event: &Event| matches!(event, Event::Controller(ewc::ControllerEvent::Prepared { .. }));
        times(&finished, "9120-EWC", done)[0] - 120 * SECOND
    };
    let quick = fetched("{ at: 1m, server: { name: tftp-1, rate: none } }");
    assert!(quick < 5 * SECOND, "{quick:?}");
    // 1,228,800 bytes and their headers.
    let slow = fetched("{ at: 1m, server: { name: tftp-1, rate: 100kB/s } }");
    assert!((14 * SECOND..18 * SECOND).contains(&slow), "{slow:?}");
    // 2,400 blocks, one by one.
    let late = fetched("{ at: 1m, server: { name: tftp-1, delay: 10ms } }");
    assert!((24 * SECOND..30 * SECOND).contains(&late), "{late:?}");
}

#[test]
fn a_directory_is_removed_and_restored() {
    let gone =
        predownload("6m").then("{ at: 1m, file: { server: tftp-1, path: /EWC/17_12_1, remove: true } }");
    let finished = gone.clone().expecting(IN_SERVICE);
    assert_eq!(backups(&finished), ["17.3.3.26", "0.0.0.0", "8.10.130.0"]);
    assert!(
        common::lines(&finished, "9120-EWC").iter().any(|line| line.contains("No such file or directory"))
    );
    let back = gone.clone().then("{ at: 150s, file: { server: tftp-1, path: /EWC/17_12_1, restore: true } }");
    assert_eq!(backups(&back.expecting(IN_SERVICE)), ["17.12.1.5"; 3]);
    let other = gone.clone().then("{ at: 150s, file: { server: tftp-1, path: /EWC/17_12_1, add: 17.9.4a } }");
    let finished = other.expecting(IN_SERVICE);
    assert_eq!(backups(&finished), ["17.3.3.26", "0.0.0.0", "8.10.130.0"], "what they run they do not take");
}

#[test]
fn a_firewall_gets_other_rules() {
    let edited = predownload("8m").replace(
        "servers:\n",
        "network:\n  firewalls: [{ name: dc, between: [9120-EWC, tftp-1] }]\n\nservers:\n",
    );
    let closed = edited.then("{ at: 1m, firewall: { name: dc, rules: [{ permit: icmp }], default: deny } }");
    let finished = closed.clone().expecting(IN_SERVICE);
    assert!(common::lines(&finished, "9120-EWC").iter().any(|line| line.contains("Timed out")));
    let open = closed.then("{ at: 3m, firewall: { name: dc, rules: [{ permit: udp }] } }");
    assert_eq!(backups(&open.expecting(IN_SERVICE)), ["17.12.1.5"; 3]);
}

#[test]
fn full_flash_takes_no_image() {
    let edited = predownload("8m").then("{ at: 1m, flash: { access_points: 9105-hall, full: true } }");
    let finished = edited.expecting(IN_SERVICE);
    // The old content was erased first, as the real script does.
    assert_eq!(backups(&finished)[1..], ["17.12.1.5"; 2]);
    let full = |event: &Event| matches!(event, Event::AccessPoint(ap::ApEvent::PartitionFull { .. }));
    assert!(!times(&finished, "9105-hall", full).is_empty());
    assert_eq!(finished.access_points[0].boots, 1);
}

/// Returns the commands typed at a host, and their outputs.
fn answers(finished: &Finished, host: &str) -> Vec<(String, Option<String>)> {
    let host = finished.record.host(host).expect("a host");
    let entries = finished.record.entries();
    let typed =
        entries.iter().filter(|entry| entry.host == Some(host)).filter_map(|entry| match &entry.event {
            Event::World(WorldEvent::Typed { command, output }) => Some((command.clone(), output.clone())),
            _ => None,
        });
    typed.collect()
}

#[test]
fn access_points_and_the_controller_answer() {
    let finished = quiet("10m")
        .then("{ at: 4m, exec: { host: 9105-hall, command: sh boot | inc BOOT } }")
        .then("{ at: 4m, exec: { host: 9105-hall, command: 'show cap ?' } }")
        .then("{ at: 4m, exec: { host: 9105-hall, command: show boat, refused: invalid } }")
        .then("{ at: 4m, exec: { host: 9120-EWC, command: show ap image | count ^9 } }")
        .then("{ at: 5m, power_off: 9105-hall }")
        .then("{ at: 6m, exec: { host: 9105-hall, command: show boot } }")
        .then("{ at: 6m, exec: { host: 9120-desk, command: reload } }")
        .expecting("{ access_points: 9120-desk, boots: 2 }");
    let printed = |command: &str, output: &str| (command.to_owned(), Some(output.to_owned()));
    let caret = format!("{:16}^\n% Invalid input detected at '^' marker.\n\n", "");
    assert_eq!(
        answers(&finished, "9105-hall"),
        [
            printed("sh boot | inc BOOT", "BOOT path-list:      part2\n"),
            printed("show cap ?", "  client  CAPWAP client information\n"),
            printed("show boat", &caret.replacen(' ', "  ", 1)),
            ("show boot".to_owned(), None),
        ]
    );
    let count = "Number of lines which match regexp = 3\n";
    assert_eq!(answers(&finished, "9120-EWC"), [printed("show ap image | count ^9", count)]);
    assert_eq!(finished.access_points[1].reload_reason, ap::ReloadReason::ReloadCommand);
    assert_eq!(finished.verdict(), ewcsim::Verdict::Passed);
}
