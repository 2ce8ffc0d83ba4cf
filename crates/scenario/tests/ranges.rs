//! Ranges: what is drawn, that a seed alone decides it, and that what is wrong at an end is told whatever the seed.

use std::path::Path;
use std::time::Duration;

use jiff::SignedDuration;
use network::Impairments;
use scenario::{Diagnostics, DrawnValue, MemoryFiles, Scenario, Template};

use crate::language::{EVERYTHING, load, template};

fn draw(template: &Template, seed: u64) -> Scenario {
    template.draw(Some(seed)).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn draws_depend_on_seed_and_path_alone() {
    let template = template(EVERYTHING);
    let (one, again, other) = (draw(&template, 1), draw(&template, 1), draw(&template, 2));
    assert_eq!(one.drawn, again.drawn);
    assert_ne!(one.drawn, other.drawn);

    // Equal ranges elsewhere are drawn on their own.
    let twin = "  links:\n    - { name: twin, between: [servers, servers], bandwidth: 2Mbit..10Mbit }\n";
    let twin = load(&EVERYTHING.replace("  links:\n", twin));
    assert_ne!(twin.links[0].forward.bandwidth, twin.links[1].forward.bandwidth);

    // Another link before it, and another range, change nothing about what is drawn for `wan`.
    let more = EVERYTHING
        .replace("  links:\n", "  links:\n    - { name: lan, between: [aps, aps], latency: 1us..9ms }\n");
    let more = draw(&self::template(&more), 1);
    assert_eq!(more.links[1].forward, one.links[0].forward);
    assert_eq!(more.drawn.len(), one.drawn.len() + 1);
}

/// The values that runs before this version printed: seeds that people noted down stay what they are.
#[test]
fn what_a_seed_means_does_not_change() {
    let drawn = draw(&template(EVERYTHING), 7).drawn;
    let shown: Vec<_> = drawn.iter().map(|drawn| format!("{} = {}", drawn.path, drawn.value)).collect();
    assert_eq!(shown, WITH_SEED_7);
}

const WITH_SEED_7: &[&str] = &[
    "network.links.wan.latency = 27.258ms",
    "network.links.wan.bandwidth = 4184kbit",
    "network.links.wan.loss = 0.2147%",
    "network.links.wan.reordering = 1.2669%",
    "network.links.wan.forward.latency = 7.268ms",
    "timeline[0].at = 1m58.996s",
    "timeline[7].link.latency = 87.464ms",
    "timeline[21].after.delay = 5.427s",
];

#[test]
fn draws_lie_in_their_range_and_are_reported() {
    let template = template(EVERYTHING);
    for seed in 0..50 {
        let scenario = draw(&template, seed);
        let wan = &scenario.links[0];
        assert!((Duration::from_millis(5)..=Duration::from_millis(9)).contains(&wan.forward.latency));
        assert!((Duration::from_millis(10)..=Duration::from_millis(50)).contains(&wan.reverse.latency));
        assert!((2_000_000..=10_000_000).contains(&wan.forward.bandwidth.expect("it has one")));
        assert!((0.001..=0.01).contains(&wan.forward.loss));
        assert_eq!((wan.reverse.bandwidth, wan.reverse.loss, wan.reverse.mtu), (Some(512_000), 0.0, 1400));
        let rare = |quality: &Impairments| {
            (quality.duplication, (0.01..=0.02).contains(&quality.reordering), quality.corruption)
        };
        assert_eq!(rare(&wan.forward), (0.0, true, 0.0001));
        assert_eq!(rare(&wan.reverse), (0.005, false, 0.01));
    }
    let drawn = draw(&template, 0).drawn;
    let paths: Vec<&str> = drawn.iter().map(|value| value.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "network.links.wan.latency",
            "network.links.wan.bandwidth",
            "network.links.wan.loss",
            "network.links.wan.reordering",
            "network.links.wan.forward.latency",
            "timeline[0].at",
            "timeline[7].link.latency",
            "timeline[21].after.delay",
        ]
    );
    assert_eq!(drawn[1].range, "2Mbit..10Mbit");
}

const SMALL: &str = "
scenario: ranges
start: 2024-01-30T21:38:00Z
until: 10m
images: { r: { ap: 17.9.4.27, files: { ap1g7: 102400, ap1g8: 102400 } } }
servers: [{ name: s, software: tftpd64, address: 10.0.0.2, files: { /: r } }]
idle_clients: [{ name: x, address: 10.0.0.3, server: s }]
controller: { name: c, model: C9120AXI, address: 10.0.0.1, running: r }
access_points:
  - { name: a, count: 3, model: C9105AXI, address: 10.0.1.1, running: 17.3.3.26 }
timeline: [{ at: 1m, power_off: a }]
";

fn edited(from: &str, to: &str) -> String {
    assert_eq!(SMALL.matches(from).count(), 1, "`{from}` stands once");
    SMALL.replacen(from, to, 1)
}

fn problems(text: &str) -> Diagnostics {
    let files = MemoryFiles::default().with("s.yaml", text);
    Template::load(Path::new("s.yaml"), &files).expect_err("it is wrong")
}

#[test]
fn whatever_has_a_unit_can_be_a_range() {
    let text = SMALL
        .replace("until: 10m", "until: 10m..20m\ncapwap: { window: 2..50 }\ncatalogue: { ap.boot.duration: 60s..90s, ewc.tftp.blksize: 512..1428, ap.flash.write-rate: 5MB/s..10MB/s }")
        .replace("ap1g8: 102400", "ap1g8: 102400..10240000")
        .replace("files: { /: r }", "files: { /: r }, clock: -2h..2h")
        .replace("server: s }", "server: s, port: 1000..2000, connections: 1..9 }")
        .replace("count: 3", "count: 2..9");
    let template = template(&text);
    let mut counts = std::collections::BTreeSet::new();
    for seed in 0..20 {
        let scenario = draw(&template, seed);
        assert!((600..=1200).contains(&scenario.until.as_secs()));
        assert!((2..=50).contains(&scenario.catalogue.number("capwap.window").expect("a number")));
        assert!((512..=1428).contains(&scenario.catalogue.number("ewc.tftp.blksize").expect("a number")));
        assert!(
            (60..=90).contains(&scenario.catalogue.duration("ap.boot.duration").expect("a time").as_secs())
        );
        let size = scenario.images["r"].file("ap1g8").expect("it is listed").size;
        assert!(size.is_multiple_of(10_240) && (102_400..=10_240_000).contains(&size));
        assert!(
            (-SignedDuration::from_hours(2)..=SignedDuration::from_hours(2))
                .contains(&scenario.servers[0].clock)
        );
        assert!((1000..=2000).contains(&scenario.idle_clients[0].port));
        counts.insert(scenario.listed_access_points().count());
        assert_eq!(scenario.drawn.len(), 10);
    }
    assert!(counts.len() > 3 && counts.iter().all(|count| (2..=9).contains(count)), "{counts:?}");
    let shown = |scenario: &Scenario, path: &str| -> DrawnValue {
        scenario.drawn.iter().find(|drawn| drawn.path == path).expect("it was drawn").clone()
    };
    let scenario = draw(&template, 0);
    assert_eq!(shown(&scenario, "catalogue.ap.flash.write-rate").range, "5000000B/s..10000000B/s");
    assert_eq!(shown(&scenario, "servers.s.clock").range, "-2h0m..2h0m");
    assert_eq!(shown(&scenario, "access_points.a.count").range, "2..9");
    assert_eq!(shown(&scenario, "images.r.files.ap1g8").range, "102400..10240000");
}

#[test]
fn members_of_a_group_draw_for_themselves() {
    let scenario =
        load(&edited("running: 17.3.3.26", "running: 17.3.3.26, flash: { used: 10MB..70MB, tmp: 96MB }"));
    let used: Vec<u64> = scenario.listed_access_points().map(|ap| ap.flash.used).collect();
    assert!(used[0] != used[1] && used[1] != used[2], "{used:?}");
    assert!(scenario.listed_access_points().all(|ap| ap.flash.tmp == Some(96_000_000)));
    let paths: Vec<&str> = scenario.drawn.iter().map(|drawn| drawn.path.as_str()).collect();
    assert_eq!(
        paths,
        ["access_points.a-1.flash.used", "access_points.a-2.flash.used", "access_points.a-3.flash.used"]
    );
    // One more member changes nothing for those that were there.
    let more = load(&edited(
        "count: 3, model: C9105AXI, address: 10.0.1.1, running: 17.3.3.26",
        "count: 4, model: C9105AXI, address: 10.0.1.1, running: 17.3.3.26, flash: { used: 10MB..70MB }",
    ));
    assert_eq!(more.drawn[..3], scenario.drawn);
}

#[test]
fn a_seed_does_not_decide_whether_a_scenario_is_right() {
    for (from, to, message, end) in [
        (
            "at: 1m",
            "at: 1m..11m",
            "this event comes after the end of the run",
            "`11m`, one end of the range `1m..11m`",
        ),
        ("count: 3", "count: 0..3", "invalid value `0`", "`0`, one end of the range `0..3`"),
        ("power_off: a", "power_off: a-3", "", ""),
        (
            "until: 10m",
            "until: 30s..10m",
            "this event comes after the end of the run",
            "`30s`, one end of the range",
        ),
        (
            "ap1g8: 102400",
            "ap1g8: 102401..204800",
            "the size of `ap1g8` is not a multiple of 10240",
            "`102401`, one end",
        ),
    ] {
        let text = edited(from, to);
        if message.is_empty() {
            // Who is not there with the lower count is missed at its own place.
            let problems = problems(&text.replace("count: 3", "count: 2..9"));
            assert_eq!(problems.items().len(), 1, "{problems}");
            let shown = problems.render(false);
            assert!(shown.contains("no host or group is called `a-3`"), "{shown}");
            assert!(shown.contains("this occurs with ranges at their low ends"), "{shown}");
            continue;
        }
        let problems = problems(&text);
        assert_eq!(problems.items().len(), 1, "{to}: {problems}");
        let shown = problems.render(false);
        assert!(shown.contains(message) && shown.contains(end), "{shown}");
    }
}

#[test]
fn what_is_wrong_at_both_ends_is_told_once() {
    let problems = problems(&edited("power_off: a", "power_off: b").replace("at: 1m", "at: 1m..2m"));
    assert_eq!(problems.items().len(), 1, "{problems}");
    assert!(!problems.render(false).contains("range"), "{problems}");
}

#[test]
fn ranges_that_are_none_are_told_once() {
    for (to, message) in [
        ("2m..1m", "the range `2m..1m` is empty"),
        ("1..2", "invalid value `1`"),
        ("1m..soon", "invalid value `soon`"),
        ("1m..2m..3m", "invalid value `2m..3m`"),
    ] {
        let text = edited("at: 1m", &format!("at: {to}"));
        let problems = problems(&text);
        assert_eq!(problems.items()[0].message(), message);
        assert_eq!(problems.items().len(), if to == "1..2" { 2 } else { 1 }, "{problems}");
    }
}

#[test]
fn what_must_hold_and_what_things_are_called_is_no_range() {
    for (from, to) in [
        ("start: 2024-01-30T21:38:00Z", "start: 2024-01-30T21:38:00Z..2024-01-31T21:38:00Z"),
        ("running: 17.3.3.26", "running: 17.3.3.26..17.9.4.27"),
        ("until: 10m", "until: 10m\nseed: 1..9"),
        ("until: 10m", "until: 10m\nexpect: [{ within: 1m..2m, access_points: all, running: r }]"),
    ] {
        assert_eq!(problems(&edited(from, to)).items().len(), 1, "{to}");
    }
}
