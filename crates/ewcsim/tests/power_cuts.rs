//! Power fails at any moment of an upgrade: afterwards the access point boots, and reaches its final state.

use std::collections::BTreeSet;
use std::time::Duration;

use ap::ApEvent;
use ewcsim::{Event, Finished, Verdict, WorldEvent};

use crate::common;

/// The number of seeds that `ci/test` tries.
const SEEDS: u64 = 100;
/// The time to erase the factory image at the scenario's rate; its size is 112,640 bytes less the archive's headers.
const ERASE: Duration = Duration::from_millis(900);

/// Returns the phase of the access point at each power failure.
fn interrupted(finished: &Finished) -> Vec<&'static str> {
    let (mut doing, mut untarring) = ("nothing", Duration::ZERO);
    let mut cuts = Vec::new();
    for entry in finished.record.entries().iter() {
        match &entry.event {
            Event::World(WorldEvent::PowerOff)
                if doing == "writing flash" && entry.at < untarring + ERASE =>
            {
                cuts.push("erasing");
            }
            Event::World(WorldEvent::PowerOff) => cuts.push(doing),
            Event::AccessPoint(event) => match event {
                ApEvent::Booting { .. } => doing = "booting",
                ApEvent::Booted { .. } => doing = "joining",
                ApEvent::ImageDataRequestSent { .. } => doing = "waiting for image data",
                ApEvent::ImageDataStarted => doing = "receiving",
                ApEvent::ImageDataComplete { .. } => doing = "verifying",
                ApEvent::Untarring { .. } => (doing, untarring) = ("writing flash", entry.at),
                ApEvent::Syncing => doing = "syncing",
                ApEvent::UpgradeVersions { number: 2, .. } => doing = "finishing",
                ApEvent::Activated { .. } => doing = "changing the boot variable",
                ApEvent::VersionsAfterReload { .. } => doing = "reloading",
                _ => {}
            },
            _ => {}
        }
    }
    cuts
}

#[test]
fn it_always_ends_upgraded() {
    let prepared = common::load("crates/ewcsim/tests/scenarios/power-cuts.yaml");
    let mut phases = BTreeSet::new();
    for seed in test_support::seeds(SEEDS) {
        let finished = common::run(&prepared, Some(seed));
        let cuts = interrupted(&finished);
        assert_eq!(cuts.len(), 2, "seed {seed}");
        assert_eq!(finished.violations, [], "seed {seed}, cut while {cuts:?}");
        assert_eq!(
            finished.verdict(),
            Verdict::Passed,
            "seed {seed}, cut while {cuts:?}: {:#?}",
            finished.judgements
        );
        phases.extend(cuts);
    }
    // Cuts in only one phase would show little.
    let phases_hit = [
        "waiting for image data",
        "receiving",
        "verifying",
        "erasing",
        "writing flash",
        "syncing",
        "finishing",
        "changing the boot variable",
        "booting",
    ];
    for phase in phases_hit {
        assert!(phases.contains(phase), "no seed cuts while {phase}; they do while {phases:?}");
    }
}

/// A cut in the middle of writing leaves a partition that does not boot, and one that does.
#[test]
fn a_cut_while_writing_leaves_the_old_image() {
    let prepared = common::load("crates/ewcsim/tests/scenarios/power-cuts.yaml");
    let torn: Vec<Finished> = (0..60)
        .map(|seed| common::run(&prepared, Some(seed)))
        .filter(|finished| interrupted(finished)[0] == "writing flash")
        .collect();
    assert!(torn.len() >= 3, "{} seeds", torn.len());
    for finished in torn {
        let entries = finished.record.entries();
        let cut = entries.iter().position(|entry| entry.event == Event::World(WorldEvent::PowerOff));
        let booted = entries[cut.expect("there is one")..].iter().find_map(|entry| match &entry.event {
            Event::AccessPoint(ApEvent::Booted { version, .. }) => Some(version.to_string()),
            _ => None,
        });
        assert_eq!(booted.as_deref(), Some("17.3.3.26"), "seed {}", finished.seed);
    }
}

/// Neither its session nor the time of its boot is the one of the boot before.
#[test]
fn an_access_point_draws_anew_after_a_power_cut() {
    let mut scenario = common::Edited::scenario("field/own-image");
    for (off, on) in [("6m", "7m"), ("12m", "13m")] {
        scenario = scenario
            .then(&format!("{{ at: {off}, power_off: all }}"))
            .then(&format!("{{ at: {on}, power_on: all }}"));
    }
    let finished = scenario.until("20m").with_drawn_boots().expecting("{ access_points: all, boots: 3.. }");
    let entries = finished.record.entries();
    let times = |is: fn(&ApEvent) -> bool| -> Vec<Duration> {
        // The controller's own has booted before the run.
        let listed = 0..finished.record.hosts().len() - 1;
        let of_ap = |entry: &ewcsim::Entry| {
            entry.host.is_some_and(|host| listed.contains(&host))
                && matches!(&entry.event, Event::AccessPoint(event) if is(event))
        };
        entries.iter().filter(|entry| of_ap(entry)).map(|entry| entry.at).collect()
    };
    let boots = times(|event| matches!(event, ApEvent::Booting { .. }));
    let booted = times(|event| matches!(event, ApEvent::Booted { .. }));
    let took: BTreeSet<Duration> = booted.iter().zip(&boots).map(|(end, start)| *end - *start).collect();
    assert!(boots.len() >= 3 && took.len() == booted.len(), "{took:?}");
}
