//! A fault that the original heals is not the failure, and neither is a run that ends too early, even if nothing would distinguish them.

use std::path::Path;

use ewcsim::shrinking::Request;
use scenario::{Choices, Faults, MemoryFiles};

use super::{request, shrunk_text};

const LAB: &str = "scenario: Two faults, one of which heals
start: 2024-03-05T22:00:00Z
until: 15m
images: { new: { ap: 17.9.4.27, files: { ap1g7: 102400, ap1g8: 102400 } } }
network: { links: [{ name: one, between: [a, ewc] }, { name: two, between: [b, ewc] }] }
controller: { name: ewc, model: C9120AXI, address: 10.0.4.2, running: new }
access_points:
  - { name: a, model: C9105AXI, address: 10.0.4.11, running: new }
  - { name: b, model: C9105AXI, address: 10.0.4.12, running: new }
expect: [{ access_points: all, state: registered }]
timeline:
";

/// Makes the lab with these events smaller.
fn smaller(events: &str) -> String {
    shrunk_text(&format!("{LAB}{events}"), &request(Some(2), 2)).expect("it fails").text
}

#[test]
fn power_that_comes_back_stays() {
    let text = smaller(
        "  - { at: 4m, power_off: a }\n  - { at: 5m30s, power_on: a }\n  - { at: 12m, power_off: b }\n",
    );
    assert!(text.contains("power_off: b }") && !text.contains("power_off: a"), "{text}");
}

#[test]
fn a_link_that_comes_up_again_does() {
    let text = smaller(
        "  - { at: 4m, link: { name: one, state: down } }\n  - { at: 9m30s, link: { name: one, state: up } }\n  \
         - { at: 11m, link: { name: two, state: down } }\n",
    );
    assert!(text.contains("name: two, state: down") && !text.contains("name: one, state: down"), "{text}");
}

#[test]
fn a_failure_without_a_known_cause_keeps_its_time() {
    let expected = LAB.replace("new: {", "newer: { ap: 17.12.1.5, files: { ap1g7: 102400 } }, new: {");
    let expected = expected.replace("state: registered", "running: newer");
    let text = shrunk_text(
        &format!("{expected}  - {{ at: 4m, power_off: a }}\n  - {{ at: 5m, power_on: a }}\n"),
        &request(Some(2), 2),
    )
    .expect("it fails")
    .text;
    // Ten minutes after the last event, as in the original; the access point is in service by then, with another version.
    assert!(text.contains("until: 10m\n") && !text.contains("timeline"), "{text}");
}

#[test]
fn a_variant_has_its_own_faults_alone() {
    let text = format!("{LAB}  - {{ at: 4m, power_off: a }}\n  - {{ at: 5m, power_off: b }}\n");
    let files = MemoryFiles::default().with("s.yaml", text.clone());
    let choices = |seed| Choices { seed: Some(seed), faults: Faults::Swarm, ..Choices::default() };
    let kept = |seed: &u64| {
        let prepared = ewcsim::load_with(Path::new("s.yaml"), &files, &choices(*seed)).expect("it is right");
        prepared.scenario.fault_choices.iter().map(|fault| fault.is_kept).collect::<Vec<_>>() == [false, true]
    };
    let seed = (1..).find(kept).expect("one in four");
    let small =
        shrunk_text(&text, &Request { choices: choices(seed), ..request(None, 2) }).expect("it fails");
    assert!(small.text.contains("power_off: b") && !small.text.contains("power_off: a"), "{}", small.text);
    assert!(small.text.contains(&format!("with seed {seed} and `--swarm`")), "{}", small.text);
}
