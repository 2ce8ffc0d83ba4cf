//! Power fails at any moment of the upgrade of a network: afterwards every access point runs what the controller runs, and is in service.

use std::collections::BTreeSet;
use std::time::Duration;

use ewc::{ControllerEvent, UpgradeState};
use ewcsim::{Event, Finished, Verdict, WorldEvent};

use crate::common::{self, Edited};

/// The number of seeds that `ci/test` tries.
const SEEDS: u64 = 100;
/// The hosts whose power fails: the box, and the other access points.
const HOSTS: [&str; 3] = ["ewc", "hall", "yard"];
/// The times within which power fails, and how often each is tried: images are fetched and handed out, the access points swap and
/// reload, the network comes up and is committed, and what is after it. Back on within some minutes of the end of each.
const WINDOWS: [(&str, &str); 5] = [
    ("120s..128s", "129s..6m"),
    ("128s..150s", "151s..6m"),
    ("239s..252s", "253s..8m"),
    ("4m12s..12m10s", "12m11s..18m"),
    ("120s..13m", "13m1s..18m"),
];

const OLD: &str = "17.9.4a";
const NEW: &str = "17.12.1";

/// Returns the upgrade, in which the power of one host fails once.
fn scenario(host: &str, (off, on): (&str, &str)) -> Edited {
    Edited::scenario("upgrade/in-time")
        .replace("command: install activate", "command: install activate auto-abort-timer 30")
        .then(&format!("{{ at: {off}, power_off: {host} }}"))
        .then(&format!("{{ at: {on}, power_on: {host} }}"))
        // The timer has ended 34 minutes after the start, and the way back takes less than a quarter of an hour.
        .until("1h10m")
}

/// Every access point is in service on this release, the controller holds it committed, and only one release is active.
fn ended_on(release: &str) -> String {
    let controller = if release == OLD { "17.09.04a.0.6" } else { "17.12.01.0.5" };
    let summary = "show: show install summary";
    [
        format!("  - {{ access_points: [all, ewc-ap], running: {release}, state: registered }}"),
        "  - { controller: ewc, registered: 3 }".to_owned(),
        format!("  - {{ {summary}, row: {{ Filename/Version: {controller} }}, has: {{ St: C }} }}"),
        format!("  - {{ {summary}, row: {{ St: C }}, count: 1 }}"),
        format!("  - {{ {summary}, row: {{ St: U }}, count: 0 }}"),
        format!("  - {{ {summary}, row: {{ St: D }}, count: 0 }}"),
    ]
    .join("\n")
}

fn was_committed(finished: &Finished) -> bool {
    let is_commit =
        |event: &Event| matches!(event, Event::Controller(ControllerEvent::ReleaseCommitted { .. }));
    finished.record.entries().iter().any(|entry| is_commit(&entry.event))
}

/// Returns the state of the upgrade when power fails, and whether the network had been activated before.
fn interrupted(finished: &Finished) -> (&'static str, bool) {
    let (mut state, mut activated) = (UpgradeState::None, false);
    for entry in finished.record.entries().iter() {
        match &entry.event {
            Event::World(WorldEvent::PowerOff) if entry.at > Duration::ZERO => break,
            Event::Controller(ControllerEvent::UpgradeStateChanged { state: next }) => state = *next,
            Event::Controller(ControllerEvent::ActivationStarted { .. }) => activated = true,
            _ => {}
        }
    }
    (state.text(), activated)
}

#[test]
fn it_always_ends_on_one_release() {
    let prepared: Vec<_> = HOSTS
        .iter()
        .flat_map(|host| WINDOWS.map(|window| (*host, scenario(host, window))))
        .map(|(host, edited)| (host, OLD_AND_NEW.map(|release| edited.load_expecting(&ended_on(release)))))
        .collect();
    let (mut committed, mut taken_back, mut states) = (0, 0, BTreeSet::new());
    for seed in test_support::seeds(SEEDS) {
        let index = usize::try_from(seed).expect("it is small") % prepared.len();
        let (host, [old, new]) = &prepared[index];
        // Whether the operator's commands were refused is known only afterwards.
        let mut finished = common::run(new, Some(seed));
        if was_committed(&finished) {
            committed += 1;
        } else {
            taken_back += 1;
            assert_eq!(*host, "ewc", "seed {seed}: the controller had power, and commits");
            finished = common::run(old, Some(seed));
        }
        let interrupted = interrupted(&finished);
        assert_eq!(finished.violations, [], "seed {seed}, {host} cut while {interrupted:?}");
        assert_eq!(
            finished.verdict(),
            Verdict::Passed,
            "seed {seed}, {host} cut while {interrupted:?}: {:#?}",
            finished.judgements
        );
        states.insert(interrupted);
    }
    // Cuts in only one phase would show little.
    assert!(committed > 20 && taken_back > 10, "{committed} are committed, {taken_back} are not");
    for state in [
        UpgradeState::ControllerDownloadInProgress,
        UpgradeState::ApPredownloadInitiated,
        UpgradeState::ApPredownloadInProgress,
        UpgradeState::ControllerPredownloadComplete,
        UpgradeState::Activated,
    ] {
        let hit = states.iter().any(|(hit, _)| *hit == state.text());
        assert!(hit, "no seed cuts while {}; they do while {states:?}", state.text());
    }
    // The moment between the command and the reload.
    let swapping = (UpgradeState::ControllerPredownloadComplete.text(), true);
    assert!(states.contains(&swapping), "no seed cuts while images are swapped: {states:?}");
}

const OLD_AND_NEW: [&str; 2] = [OLD, NEW];
