//! `scenarios/chaos/`: faults that slow an upgrade down or restart it, but do not stop it.

use crate::causes::{UPGRADED, depends_on_its_cause, fails, holds};
use crate::common::{Edited, lines};

#[test]
fn other_types_need_fetches_of_their_own() {
    let same = Edited::scenario("chaos/same-type");
    let fetches = |edited: &Edited| {
        let finished = holds(edited, UPGRADED);
        lines(&finished, "ewc").iter().filter(|line| line.contains("Completed install add")).count()
    };
    assert_eq!(fetches(&same), 1);
    let hall = "\n  - { name: hall, model: C9117AXI, address: 10.0.4.21, running: 17.3.3.26 }\n\ncatalogue:";
    let other = same
        .clone()
        .replace("ap1g8: 20480000", "ap1g6: 20480000, ap1g8: 20480000")
        .replace("\n\ncatalogue:", hall);
    assert_eq!(fetches(&other), 2);
    depends_on_its_cause(&same, &other);
}

#[test]
fn with_room_for_both_images_neither_fetch_fails() {
    let tight = Edited::scenario("chaos/competing-types");
    let roomy =
        tight.clone().replace("\ncatalogue:\n", "\ncatalogue:\n  ewc.ap-images-capacity: 200000KiB\n");
    depends_on_its_cause(&tight, &roomy);
    let finished = holds(&roomy, UPGRADED);
    assert!(!lines(&finished, "ewc").concat().contains("No space left on device"));
}

#[test]
fn with_power_the_upgrade_takes_half_the_time() {
    let cut = Edited::scenario("chaos/power-cut");
    let steady = cut.clone().replace("\n  - { at: 137.2s..138.1s, power_off: floor }", "");
    depends_on_its_cause(&cut, &steady);
    let in_time = "{ within: 4m, access_points: all, running: 17.9.4a, state: registered }";
    fails(&cut, in_time);
    holds(&steady, in_time);
}

#[test]
fn a_short_way_or_a_wide_window_is_fast() {
    let slow = Edited::scenario("chaos/slow-wan");
    let near = slow.clone().replace("latency: 50ms", "latency: 1ms");
    depends_on_its_cause(&slow, &near);
    let in_time = "{ within: 4m, access_points: all, running: 17.9.4a, state: registered }";
    fails(&slow, in_time);
    holds(&near, in_time);
    holds(&slow.clone().replace("\ntimeline:", "\ncapwap: { window: 10 }\n\ntimeline:"), in_time);
}

/// 2,048,000 bytes, 1,377 in a message of Cisco's layout and 1,024 in one of the RFC's.
#[test]
fn the_layout_decides_how_many_messages_there_are() {
    let near = Edited::scenario("chaos/slow-wan").replace("latency: 50ms", "latency: 1ms");
    let rfc = near.clone().replace("\ntimeline:", "\ncapwap: { image_data: rfc5415 }\n\ntimeline:");
    for (edited, messages) in [(near, "1488 msgs"), (rfc, "2000 msgs")] {
        let finished = holds(&edited, UPGRADED);
        assert!(lines(&finished, "branch").iter().any(|line| line.contains(messages)), "{messages}");
    }
}

#[test]
fn without_loss_and_damage_the_download_is_quick() {
    let lossy = Edited::scenario("chaos/lossy-wan");
    let clean = lossy.clone().replace(", loss: 2%", "").replace(", corruption: 0.5%", "");
    depends_on_its_cause(&lossy, &clean);
    let in_time = "{ within: 5m, access_points: all, running: 17.9.4a, state: registered }";
    fails(&lossy, in_time);
    holds(&clean, in_time);
}
