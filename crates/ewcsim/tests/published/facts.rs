//! Facts about access points that decide a night: their flash, their boots, and the counters of a predownload.

use std::collections::BTreeSet;

use ewcsim::Verdict;

use super::plan::night;
use crate::common::{log, run};

/// Partitions hold 372 MiB and 520 MiB; an upgrade that is refused is tried again and again.
#[test]
fn what_the_flash_takes() {
    let fits = [
        "used: 100MB",
        "used: 371MiB",
        "partition: 80MB, used: 79MB",
        "active: part1, used: 372MiB",
        "active: part1, used: 519MiB",
        "tmp: 50000KiB",
        "tmp: 95MiB",
        "bad_block: { partition: part1, offset: 4MiB }",
    ];
    let fails = [
        ("used: 372MiB", "No space left on device"),
        ("active: part1, used: 520MiB", "No space left on device"),
        ("partition: 80MB, used: 79.6MB", "No space left on device"),
        ("tmp: 400KiB", "ap1g8"),
        ("tmp: 39000KiB", "ap1g8"),
        ("bad_block: { partition: part1, offset: 100KiB }", "ap1g8"),
    ];
    let with = |flash: &str| night("").edited("uptime: 0s", &format!("uptime: 0s, flash: {{ {flash} }}"));
    for flash in fits {
        with(flash).passes();
    }
    for (flash, why) in fails {
        with(flash).fails("floor", why);
    }
}

/// A boot takes 75 to 180 s, and not the same with each seed.
#[test]
fn boots_have_their_spread() {
    let prepared = night("").load().expect("it runs");
    let mut seen = BTreeSet::new();
    for seed in 0..12 {
        let finished = run(&prepared, Some(seed));
        let entries = log(&finished, "floor");
        let booted =
            entries.iter().map(|(at, _)| *at).find(|at| at.as_secs() > 0).expect("it says something");
        assert!((75..=181).contains(&booted.as_secs()), "{booted:?}");
        seen.insert(booted.as_secs());
    }
    assert!(seen.len() > 4, "{seen:?}");
}

/// A predownload whose session is lost has failed.
#[test]
fn lost_sessions_are_counted() {
    for count in 1..=4 {
        for (state, failed) in [("down", count), ("up", 0)] {
            let night = night(&format!(
                "network: {{ links: [{{ name: wan, between: [floor, ewc], latency: 500ms }}] }}\n\
                 timeline:\n  - {{ at: 5m, exec: {{ controller: ewc, command: ap image predownload }} }}\n  \
                 - {{ at: 6m, link: {{ name: wan, state: {state} }} }}\nsnapshot: [show ap image]\n"
            ))
            .edited(
                "servers:\n",
                "  next: { ap: 17.12.1.5, files: { ap1g7: 512000, ap1g8: 512000 } }\nservers:\n",
            )
            .edited("/EWC/17_9_4a: 17.9.4a", "/EWC/17_9_4a: next")
            .edited("name: floor, model", &format!("name: floor, count: {count}, model"))
            .edited(
                "address: 10.0.4.11, running: 17.3.3.26",
                "addresses: 10.0.4.11-10.0.4.14, running: 17.9.4a",
            )
            .edited("addresses: 10.0.4.11-10.0.4.14", &format!("addresses: 10.0.4.11-10.0.4.{}", 10 + count))
            .edited("until: 12m", "until: 10m");
            let finished = night.run();
            let expected = if state == "up" { Verdict::Passed } else { Verdict::Failed };
            assert_eq!(finished.verdict(), expected, "{}", night.text);
            let shown = finished.show("ewc", "show ap image").expect("it is in the snapshot");
            assert!(
                shown.contains(&format!("Failed to Predownload      : {failed}\n")),
                "{count} {state}\n{shown}"
            );
        }
    }
}

/// A controller's own access point joins it and counts.
#[test]
fn totals_count_the_access_point_of_the_controller() {
    const OWN: &str = "  - { access_points: all, running: 17.9.4a, state: registered }";
    for (total, expected) in [
        ("{ show: ap image, has: { Total number of APs: 2 } }", Verdict::Passed),
        ("{ show: ap image, has: { Total number of APs: 1 } }", Verdict::Failed),
        ("{ show: ap summary, has: { Number of APs: 2 } }", Verdict::Passed),
        ("{ show: ap summary, has: { Number of APs: 1 } }", Verdict::Failed),
        ("{ show: ap image, row: { AP Name: ewc-ap }, has: { Primary Image: 17.9.4.27 } }", Verdict::Passed),
    ] {
        assert_eq!(night("").edited(OWN, &format!("  - {total}")).run().verdict(), expected, "{total}");
    }
}
