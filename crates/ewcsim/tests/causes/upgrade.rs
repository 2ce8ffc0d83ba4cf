//! The upgrade of a network: each failure of `scenarios/upgrade/` has one cause.

use std::collections::BTreeSet;

use ewc::{ControllerEvent, UpgradeState};
use ewcsim::Event;

use crate::causes::{depends_on_its_cause, is_due_to, is_mended_by};
use crate::common::{self, Edited};

/// Every access point, the controller's own among them, runs the new release.
const NEW: &str = "{ access_points: [all, ewc-ap], running: 17.12.1, backup: 17.9.4a, state: registered }";

#[test]
fn it_is_committed_in_time() {
    is_due_to("upgrade/in-time", "command: install commit", "command: show install summary");
    is_due_to("upgrade/sftp", "command: install commit", "command: show install summary");
    is_due_to("upgrade/from-the-web", "command: install commit", "command: show install summary");
}

#[test]
fn without_a_commit_the_network_goes_back() {
    let cause = ("command: show install summary", "command: install commit");
    is_mended_by("upgrade/no-commit", cause, "50m", NEW);
}

#[test]
fn an_abort_takes_the_network_back() {
    is_mended_by("upgrade/abort", ("command: install abort", "command: install commit"), "25m", NEW);
}

#[test]
fn the_controllers_image_has_to_be_there_and_whole() {
    let faults = [
        ("upgrade/no-controller-image", "remove: true"),
        ("upgrade/controller-image-damaged", "corrupt: 900000"),
        ("upgrade/controller-image-truncated", "truncate: 600000"),
    ];
    for (name, fault) in faults {
        is_mended_by(name, (fault, "restore: true"), "15m", NEW);
    }
    is_mended_by("upgrade/backup-image-full", ("900kB", "9MB"), "15m", NEW);
}

#[test]
fn the_images_of_access_points_have_to_be_there() {
    is_due_to("upgrade/type-missing", "remove: true", "restore: true");
    is_mended_by("upgrade/own-type-missing", ("remove: true", "restore: true"), "30m", NEW);
    is_mended_by("upgrade/ap-images-full", ("600kB", "6MB"), "30m", NEW);
}

/// With the access point images of the controller image's version there, all is activated.
#[test]
fn the_images_of_a_folder_have_to_be_of_one_version() {
    let whole_folder = ("path: /EWC/C9800-AP-iosxe-wlc.bin, replace", "path: /EWC, replace");
    is_mended_by("upgrade/mixed-versions", whole_folder, "15m", NEW);
}

#[test]
fn a_server_that_is_away_is_asked_again() {
    let cause = "server: { name: tftp-1, state: stopped }";
    is_mended_by("upgrade/server-away", (cause, "server: { name: tftp-1, state: started }"), "17m", NEW);
    is_due_to("upgrade/server-away", "{ at: 3m, server", "{ at: 15m, server");
}

#[test]
fn a_configuration_has_to_be_saved() {
    is_due_to("upgrade/unsaved", "command: show install summary", "command: write memory");
    is_due_to(
        "upgrade/unsaved",
        "{ at: 5m, exec: { controller: ewc, command: write memory } }",
        "{ at: 5m, power_on: ewc }",
    );
}

#[test]
fn commands_out_of_order_are_refused() {
    is_due_to("upgrade/nothing-added", "command: install activate", "command: install add profile default");
    is_due_to("upgrade/add-twice", "at: 2m4s", "at: 3m");
}

#[test]
fn a_cancel_ends_the_upgrade_in_each_phase() {
    for name in ["upgrade/cancel-controller", "upgrade/cancel-fetch", "upgrade/cancel-send"] {
        is_due_to(name, "command: ap image predownload abort", "command: show clock");
    }
}

#[test]
fn the_controllers_power_fails_in_each_phase() {
    let cuts = [
        ("upgrade/power-fetch", "2m2500ms", "3m"),
        ("upgrade/power-predownload", "2m7s", "3m"),
        ("upgrade/power-activation", "4m2s", "5m"),
        ("upgrade/power-uncommitted", "30m", "40m"),
    ];
    for (name, off, on) in cuts {
        let sick = Edited::scenario(name);
        let without = sick.clone().replace(&format!("\n  - {{ at: {off}, power_off: ewc }}"), "");
        let without = without.replace(&format!("\n  - {{ at: {on}, power_on: ewc }}"), "");
        depends_on_its_cause(&sick, &without);
    }
}

#[test]
fn access_points_come_and_go_in_each_phase() {
    for (name, off) in [("one", "2m1s"), ("two", "2m11s"), ("three", "2m15s"), ("five", "6m")] {
        let cut = format!("{{ at: {off}, power_off: {name} }}");
        // Without it, the access point has no power from the start.
        is_due_to("upgrade/restless", &cut, "{ at: 0s, exec: { controller: ewc, command: show clock } }");
    }
    is_due_to("upgrade/restless", "reload: seven", "power_on: seven");
}

/// The box goes down with its access point: another's reload leaves it alone.
#[test]
fn a_reload_of_the_box_is_one_of_both() {
    is_due_to("upgrade/one-box", "reload: ewc-ap", "reload: floor");
}

/// One state is never reached: each access point is of a known model, for which there is an image.
#[test]
fn every_other_state_is_reached() {
    let scenarios = common::workspace().join("scenarios");
    let mut reached = BTreeSet::new();
    let upgrades = std::fs::read_dir(scenarios.join("upgrade")).expect("it is there");
    let upgrades = upgrades.map(|entry| entry.expect("it is read").path());
    for path in upgrades.chain([scenarios.join("redundancy/controller-image-lost.yaml")]) {
        let finished = common::run(&common::load(&path.display().to_string()), None);
        reached.extend(finished.record.entries().iter().filter_map(|entry| match &entry.event {
            Event::Controller(ControllerEvent::UpgradeStateChanged { state }) => Some(state.text()),
            _ => None,
        }));
    }
    let unreached =
        UpgradeState::ALL.map(UpgradeState::text).into_iter().filter(|text| !reached.contains(text));
    let unreached: Vec<_> = unreached.collect();
    assert_eq!(unreached, [UpgradeState::ApPredownloadUnsupported.text()]);
}
