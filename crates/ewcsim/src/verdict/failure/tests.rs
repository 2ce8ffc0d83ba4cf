//! Runs that fail, and the keys of their failures.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use scenario::MemoryFiles;

use super::*;
use crate::progress::Progress;
use crate::testing;
use crate::verdict::{Options, run};
use crate::world::load;

/// Runs the small scenario with these lines, and returns the keys of its failures.
fn keys(lines: &str) -> Vec<FailureKey> {
    keys_of(&format!("{}{lines}", served()))
}

/// Returns the small scenario with a controller that has the image of its access points.
fn served() -> String {
    testing::SMALL.replace("running: new }", "running: new, images: [ap1g8] }")
}

fn keys_of(text: &str) -> Vec<FailureKey> {
    let files = MemoryFiles::default().with("small.yaml", text);
    let prepared = load(Path::new("small.yaml"), &files).unwrap_or_else(|problems| panic!("{problems}"));
    let finished = run(&prepared, Options::default(), &mut Progress::none(), &AtomicBool::new(false));
    failure_keys(&finished.expect("it runs")).into_iter().collect()
}

/// Returns lines in which an access point loses its power and is expected to be in service.
fn off(name: &str, at: &str) -> String {
    format!(
        "timeline:\n  - {{ at: {at}, power_off: {name} }}\nexpect:\n  - {{ access_points: {name}, state: registered }}\n"
    )
}

#[test]
fn the_same_failure_of_another_access_point_at_another_time_has_the_same_key() {
    let first = keys(&off("b-1", "20m"));
    assert_eq!(first, keys(&off("b-2", "25m")));
    let [key] = &first[..] else { panic!("{first:?}") };
    assert_eq!(
        key.to_string(),
        "expectation failed: access points: registered at the end; state; access point power off"
    );
    assert!(key.slug().starts_with("expectation-access-points-registered-at-the-"), "{}", key.slug());
}

#[test]
fn other_causes_and_other_expectations_have_other_keys() {
    let off = keys(&off("b-1", "20m"));
    let network = "network: { firewalls: [{ name: dc, between: [b, ewc], rules: [{ deny: udp/5246 }] }], ";
    let expect = "expect:\n  - { access_points: b, state: registered }\n";
    let blocked = keys_of(&format!("{}{expect}", served().replace("network: { ", network)));
    let [key] = &blocked[..] else { panic!("{blocked:?}") };
    assert!(
        key.causes.contains(&Cause::Dropped { firewall: "dc".into(), rule: "deny udp/5246".into() }),
        "{key:?}"
    );
    assert_ne!(off, blocked);
    assert_ne!(off[0].slug(), blocked[0].slug());
    assert!(keys(expect).is_empty());
}

#[test]
fn what_holds_and_must_fail_has_a_key_and_what_fails_as_it_must_has_none() {
    let must = |state: &str| {
        keys(&format!("expect:\n  - {{ access_points: b, state: {state}, must_fail: it is only a test }}\n"))
    };
    let held = must("registered");
    assert!(matches!(&held[..], [FailureKey { kind: FailureKind::Held, .. }]), "{held:?}");
    assert!(must("off").is_empty());
}

#[test]
fn a_key_is_stored_and_read_back() {
    for key in keys(&off("b-1", "20m")) {
        let text = serde_json::to_string(&key).expect("a key is JSON");
        assert_eq!(serde_json::from_str::<FailureKey>(&text).expect("it is a key"), key);
    }
}
