//! Runs that recover after their faults, and runs that do not.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use scenario::{Faults, MemoryFiles};

use super::*;
use crate::progress::Progress;
use crate::testing;
use crate::verdict::{Options, run};
use crate::world::load;

fn finished(prepared: &Prepared) -> Finished {
    run(prepared, Options::default(), &mut Progress::none(), &AtomicBool::new(false)).expect("it runs")
}

/// Reads a scenario with these lines, and with a controller that has the image of its access points.
fn prepared(text: &str, lines: &str) -> Prepared {
    let text = text.replace("running: new }", "running: new, images: [ap1g8] }");
    let files = MemoryFiles::default().with("small.yaml", format!("{text}{lines}"));
    load(Path::new("small.yaml"), &files).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Judges the recovery of the small scenario with these lines, and a rule of a firewall between the access points and the controller.
fn judged(rules: &str, lines: &str) -> Recovery {
    let firewall = format!("network: {{ firewalls: [{{ name: dc, between: [b, ewc], rules: [{rules}] }}], ");
    let prepared =
        prepared(&testing::SMALL.replace("network: { ", &firewall).replace("until: 30m", "until: 1h"), lines);
    let calm = prepared.varied(1, Faults::None).expect("it is right");
    let able = Able::of(&calm, &finished(&calm));
    recovery(&prepared, &finished(&prepared), &able)
}

#[test]
fn what_heals_is_recovered_from() {
    let lines = "timeline:\n  - { at: 20m, link: { name: wan, state: down } }\n  - { at: 25m, link: { name: wan, state: up } }\n";
    assert_eq!(judged("", lines), Recovery::Shown);
    assert_eq!(judged("", ""), Recovery::Shown);
}

#[test]
fn what_stays_broken_is_not_judged() {
    let down = "timeline:\n  - { at: 20m, link: { name: wan, state: down } }\n";
    assert_eq!(judged("", down), Recovery::NotJudged("worse than at the start: link wan".to_owned()));
    let denied = "timeline:\n  - { at: 20m, deny: { firewall: dc, rule: udp/5246 } }\n";
    assert_eq!(judged("", denied), Recovery::NotJudged("worse than at the start: firewall dc".to_owned()));
}

#[test]
fn access_points_that_never_come_into_service_are_not_judged() {
    let lines = "timeline:\n  - { at: 20m, power_off: b-1 }\n  - { at: 25m, power_on: b-1 }\n";
    assert_eq!(judged("{ deny: udp/5246 }", lines), Recovery::Shown);
}

#[test]
fn what_is_late_without_a_reason_is_a_failure() {
    let prepared = prepared(
        testing::SMALL,
        "timeline:\n  - { at: 20m, power_off: b-1 }\n  - { at: 29m30s, power_on: b-1 }\n",
    );
    let finished = finished(&prepared);
    let names = prepared.scenario.access_points.iter().map(|point| point.name.clone());
    let able = |bound| Able { access_points: names.clone().collect(), bound: Duration::from_secs(bound) };
    // It boots for more than a minute.
    match recovery(&prepared, &finished, &able(20)) {
        Recovery::Failed { access_point, number, key, .. } => {
            assert_eq!((access_point.as_str(), number, key.kind), ("b-1", 1, FailureKind::Liveness));
        }
        other => panic!("{other:?}"),
    }
    let short = Recovery::NotJudged("the run ends before the bound".to_owned());
    assert_eq!(recovery(&prepared, &finished, &able(600)), short);
}
