//! Obstacles to a predownload: whatever happens, the access points stay in service.

use crate::causes::{fails, holds};
use crate::common::{self, Edited};
use ewcsim::Cause;

const PREDOWNLOAD: &str = "{ at: 5m, exec: { controller: 9120-EWC, command: ap image predownload } }";
const SWAP: &str = "{ at: 12m, exec: { controller: 9120-EWC, command: ap image swap completed } }";
const DONE: &str =
    "{ within: 12m, access_points: all, running: 17.9.4.27, backup: 17.12.1.5, state: registered }";

fn scenario() -> Edited {
    Edited::scenario("field/predownload")
}

/// Returns the same scenario up to the predownload, which is all that matters here.
fn without_reset() -> Edited {
    scenario()
        .replace("\n  - { at: 14m, exec: { controller: 9120-EWC, command: ap name 9105-hall reset } }", "")
        .until("15m")
}

#[test]
fn without_the_command_nothing_is_taken() {
    let edited = without_reset()
        .replace(PREDOWNLOAD, "{ at: 5m, exec: { controller: 9120-EWC, command: show ap image } }");
    let finished = fails(&edited, DONE);
    assert!(finished.access_points.iter().all(|access_point| access_point.downloads_requested == 0));
}

#[test]
fn without_the_swap_a_reset_starts_what_ran() {
    let edited = scenario()
        .until("18m")
        .replace(SWAP, "{ at: 12m, exec: { controller: 9120-EWC, command: show ap image } }");
    let finished = fails(&edited, "{ within: 18m, access_points: 9105-hall, running: 17.12.1.5 }");
    assert!(finished.access_points[0].boots == 2);
}

#[test]
fn a_server_that_is_down_for_a_while_is_asked_again() {
    let down = |until: &str| {
        without_reset()
            .then("{ at: 4m, server: { name: tftp-1, state: stopped } }")
            .then(&format!("{{ at: {until}, server: {{ name: tftp-1, state: started }} }}"))
    };
    let finished = holds(&down("7m"), DONE);
    let failed = "Timed out";
    assert!(common::lines(&finished, "9120-EWC").iter().any(|line| line.contains(failed)));
    let finished = fails(&down("14m"), DONE);
    let shown = finished.show("9120-EWC", "show ap image").expect("it is always shown");
    assert!(shown.contains("Failed to Predownload      : 4\n"), "{shown}");
    assert!(finished.access_points.iter().all(|access_point| access_point.boots <= 1), "all stay in service");
}

/// What fails once the image is there has another cause.
#[test]
fn a_fetch_that_failed_is_a_cause_until_the_image_comes() {
    let is_cause = |until: &str| {
        let down = without_reset()
            .then("{ at: 4m, server: { name: tftp-1, state: stopped } }")
            .then(&format!("{{ at: {until}, server: {{ name: tftp-1, state: started }} }}"));
        // Nobody boots the other partition.
        let finished = fails(&down, "{ access_points: all, running: 17.12.1.5 }");
        let failed = |cause: &Cause| matches!(cause, Cause::Event { event, .. } if event == "install_failed");
        finished.judgements[0].key.causes.iter().any(failed)
    };
    assert_eq!([is_cause("7m"), is_cause("14m")], [false, true]);
}

/// The other access points get their image and swap. The controller still knows of the swap after one was away for a while.
#[test]
fn a_link_that_is_lost_in_the_middle_ends_it_for_one() {
    let edited = without_reset()
        .replace(
            "servers:\n",
            "network:\n  links:\n    - { name: hall, between: [9105-hall, 9120-EWC] }\n    \
             - { name: desk, between: [9120-desk, 9120-EWC] }\n\nservers:\n",
        )
        .then("{ at: 5m12s, link: { name: hall, state: down } }")
        .then("{ at: 8m, link: { name: hall, state: up } }")
        .then("{ at: 12m10s, link: { name: desk, state: down } }")
        .then("{ at: 13m30s, link: { name: desk, state: up } }");
    let finished = fails(&edited, DONE);
    let hall = &finished.access_points[0];
    assert_eq!((hall.boots, hall.after_reload()[1]), (1, "17.3.3.26".parse().ok()));
    for (index, other) in finished.access_points.iter().enumerate().skip(1) {
        assert_eq!(other.after_reload()[0], "17.12.1.5".parse().ok(), "access point {index}");
    }
    let shown = finished.show("9120-EWC", "show ap image").expect("it is always shown");
    let row = |name: &str| {
        let line = shown.lines().find(|line| line.starts_with(name)).expect("it is back");
        line.split_whitespace().skip(1).take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(row("9120-desk"), ["17.12.1.5", "17.9.4.27"]);
    assert_eq!(row("9105-hall"), ["17.9.4.27", "17.3.3.26"]);
}

#[test]
fn a_controller_that_reloads_forgets_it_and_is_back() {
    let edited = without_reset()
        .then("{ at: 5m12s, exec: { controller: 9120-EWC, command: reload } }")
        .then("{ at: 13m, exec: { controller: 9120-EWC, command: ap image predownload } }");
    fails(&edited, DONE);
    holds(&edited, "{ access_points: all, running: 17.9.4.27, backup: 17.12.1.5, state: registered }");
}
