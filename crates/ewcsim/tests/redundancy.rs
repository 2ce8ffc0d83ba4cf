//! The standby of a controller: what a take-over depends on, and what is said where the outcome is not known.

use std::collections::BTreeSet;

use ewcsim::{Event, Finished, Verdict, WorldEvent};

use crate::causes::is_due_to;
use crate::common::{self, Edited};

/// The number of seeds that `ci/test` tries.
const SEEDS: u64 = 24;
/// The times within which power fails: before there is a standby, while images are handed out, while all reload, and afterwards.
const WINDOWS: [&str; 4] = ["1m..8m", "10m..11m", "11m50s..22m", "22m1s..32m"];

/// The lines of `take-over.yaml` by which the controller loses power, and gets it back.
const DOWN: &str = "  - { at: 15m, power_off: ewc }";
const BACK: &str = "  # The box that was the active one joins the other.\n  - { at: 25m, power_on: ewc }";

const ALL_SERVE: &str = "{ access_points: all, state: registered }";

fn names(finished: &Finished) -> Vec<&str> {
    finished.not_modelled.iter().map(|one| one.name.as_str()).collect()
}

fn leans_on_types(finished: &Finished) -> bool {
    finished.unverified_facts.iter().any(|fact| fact.key == "ap_type")
}

#[test]
fn the_standby_takes_over_as_it_is_of_type_ewc() {
    is_due_to(
        "redundancy/take-over",
        "running: 17.9.4a, ap_type: ewc-ap",
        "running: 17.9.4a, ap_type: capwap",
    );
}

#[test]
fn a_controller_that_goes_down_without_a_standby_leaves_the_outcome_open() {
    let early = Edited::scenario("redundancy/take-over").replace("at: 15m, power_off", "at: 4m, power_off");
    let finished = early.expecting(ALL_SERVE);
    assert_eq!((names(&finished), finished.verdict()), (vec!["election"], Verdict::Inconclusive));
    // Without access points that could be elected there is nothing open.
    let none = early.replace("ap_type: ewc-ap", "ap_type: capwap").expecting(ALL_SERVE);
    assert_eq!((names(&none), leans_on_types(&none)), (vec![], false));
}

#[test]
fn an_access_point_that_boots_while_its_controller_is_off_leaves_the_outcome_open() {
    let outage = |back: &str| {
        Edited::scenario("redundancy/take-over")
            .replace(
                &format!("{DOWN}\n{BACK}"),
                &format!("  - {{ at: 15m, power_off: [ewc, floor] }}\n  - {{ at: 20m, power_on: floor }}\n  - {{ at: {back}, power_on: ewc }}"),
            )
            .expecting(ALL_SERVE)
    };
    assert_eq!(names(&outage("25m")), ["election"]);
    assert_eq!(names(&outage("20m")), [""; 0], "all have power again at once");
}

#[test]
fn types_that_are_not_stated_are_named_if_the_controller_goes_down() {
    let unstated = Edited::scenario("redundancy/take-over").replace(", ap_type: ewc-ap", "");
    assert!(leans_on_types(&unstated.expecting(ALL_SERVE)));
    let serves = unstated.replace(&format!("{DOWN}\n{BACK}"), "  - { at: 15m, reload: yard }");
    assert!(!leans_on_types(&serves.expecting(ALL_SERVE)), "the controller serves throughout");
}

#[test]
fn a_standby_that_loses_sight_of_the_active_controller_leaves_the_outcome_open() {
    let link = "network: { links: [{ name: floor, between: [ewc, floor], latency: 1ms }] }";
    let away = |state: &str| {
        Edited::scenario("redundancy/take-over")
            .replace(
                &format!("{DOWN}\n{BACK}"),
                &format!("  - {{ at: 15m, link: {{ name: floor, state: {state} }} }}"),
            )
            .replace("\ntimeline:", &format!("\n{link}\n\ntimeline:"))
            .expecting("{ access_points: yard, state: registered }")
    };
    let finished = away("down");
    let found = (names(&finished), finished.verdict());
    assert_eq!(found, (vec!["two active controllers"], Verdict::Inconclusive));
    assert_eq!(away("up").verdict(), Verdict::Passed);
}

#[test]
fn a_take_over_before_the_commit_leaves_the_outcome_open() {
    let early = Edited::scenario("redundancy/upgrade").replace("at: 22m, exec", "at: 35m, exec");
    let finished = early.expecting(ALL_SERVE);
    assert_eq!(names(&finished), ["take-over before the commit"]);
    assert_eq!(finished.verdict(), Verdict::Inconclusive);
}

#[test]
fn both_reload_if_the_controller_is_told_to() {
    let reload = Edited::scenario("redundancy/take-over")
        .replace(&format!("{DOWN}\n{BACK}"), "  - { at: 15m, reload: ewc }");
    let finished = reload.expecting("{ access_points: [all, ewc-ap], state: registered, boots: 1.. }");
    assert_eq!((names(&finished), finished.verdict()), (vec![], Verdict::Passed));
    let moved = |event: &Event| matches!(event, Event::World(WorldEvent::TookOver { .. }));
    assert!(!finished.record.entries().iter().any(|entry| moved(&entry.event)));
}

#[test]
fn what_is_typed_at_a_controller_that_boots_is_lost() {
    let typed = |at: &str| {
        Edited::scenario("redundancy/take-over")
            .replace(&format!("{DOWN}\n{BACK}"), "  - { at: 15m, reload: ewc }")
            .then(&format!("{{ at: {at}, configure: {{ controller: ewc, config: \"hostname typed\\n\" }} }}"))
            .expecting(ALL_SERVE)
    };
    let lost = |finished: &Finished| {
        let is_lost = |event: &Event| matches!(event, Event::World(WorldEvent::Changed { what }) if what.contains("is lost: it does not serve"));
        finished.record.entries().iter().any(|entry| is_lost(&entry.event))
    };
    assert!(lost(&typed("18m")) && !lost(&typed("1m")));
}

/// Whatever fails when: with power back, all are in service, or the run says what it does not know.
#[test]
fn a_loss_of_power_at_any_time_ends_in_service_or_says_what_is_open() {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let (mut passed, mut moved) = (0, 0);
    for seed in test_support::seeds(SEEDS) {
        let index = usize::try_from(seed).expect("it is small");
        let (host, window) = (["ewc", "floor"][index % 2], WINDOWS[index / 2 % WINDOWS.len()]);
        let cut = Edited::scenario("redundancy/upgrade")
            .replace("  - { at: 33m, power_off: ewc }", &format!("  - {{ at: {window}, power_off: {host} }}"))
            .then(&format!("{{ at: 34m, power_on: {host} }}"))
            .until("2h50m");
        let prepared = cut.load_expecting(&format!("  - {ALL_SERVE}"));
        let finished = common::run(&prepared, Some(seed));
        assert_eq!(finished.violations, [], "seed {seed}, {host} cut within {window}");
        let expected = if names(&finished).is_empty() { Verdict::Passed } else { Verdict::Inconclusive };
        assert_eq!(finished.verdict(), expected, "seed {seed}, {host}, {window}: {:#?}", finished.judgements);
        passed += usize::from(expected == Verdict::Passed);
        let took_over = |event: &Event| matches!(event, Event::World(WorldEvent::TookOver { .. }));
        moved += usize::from(finished.record.entries().iter().any(|entry| took_over(&entry.event)));
        seen.extend(names(&finished).into_iter().map(str::to_owned));
    }
    assert!(passed > 8 && moved > 2, "{passed} passed, {moved} moved");
    assert!(seen.contains("election"), "{seen:?}");
}
