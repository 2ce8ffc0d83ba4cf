//! Exchanges that the network carries on change nothing but the time that a run takes: every output is that of a run with every packet.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use engine::Capture;
use ewcsim::report::files;
use ewcsim::{Finished, Options, Prepared, WallClock};
use proptest::prelude::*;
use scenario::MemoryFiles;

use crate::common;
use crate::common::Written;

/// The number of tests that the scenarios are divided among.
const SHARDS: usize = 4;
/// One in so many instants is disturbed, in each way; all of them in `ci/long`.
const SAMPLE: usize = 72;

/// Runs a scenario with every packet, or with exchanges where they are possible.
fn run(prepared: &Prepared, every_packet: bool) -> Finished {
    common::run_with(prepared, Options { every_packet, ..Options::default() })
}

/// Checks that both ways write the same files. Returns the share of packets that were steps of exchanges.
fn compare(what: &str, prepared: &Prepared) -> f64 {
    let (steps, packets) = (run(prepared, false), run(prepared, true));
    assert_eq!(packets.stats.express, 0, "{what}");
    assert_eq!(
        (steps.stats.sent, steps.stats.arrived),
        (packets.stats.sent, packets.stats.arrived),
        "{what}"
    );
    let written = |finished| files(&prepared.scenario, finished);
    for ((name, steps), (other, packets)) in written(&steps).into_iter().zip(written(&packets)) {
        assert_eq!(name, other, "{what}");
        let differs = steps.lines().zip(packets.lines()).find(|(steps, packets)| steps != packets);
        assert!(steps == packets, "{what}: {}: {differs:#?}", Path::new(&name).display());
    }
    steps.stats.express as f64 / steps.stats.sent.max(1) as f64
}

/// Returns the scenarios of the repository, but for the plans, which are long.
fn scenarios() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for directory in ["bugs", "chaos", "field", "firewalls", "must-fail", "redundancy", "upgrade"] {
        let directory = common::workspace().join("scenarios").join(directory);
        let entries = directory.read_dir().expect("a directory");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        found.extend(paths.filter(|path| path.extension().is_some_and(|it| it == "yaml")));
    }
    found.retain(|path| !path.ends_with("lab.yaml"));
    found.sort();
    found
}

fn compare_shard(shard: usize) {
    let all = scenarios();
    assert!(all.len() > 100, "{}", all.len());
    for path in all.iter().skip(shard).step_by(SHARDS) {
        let name = path.strip_prefix(common::workspace()).expect("it is below").display().to_string();
        compare(&name, &common::load(&name));
    }
}

#[test]
fn every_scenario_is_the_same_1() {
    compare_shard(0);
}

#[test]
fn every_scenario_is_the_same_2() {
    compare_shard(1);
}

#[test]
fn every_scenario_is_the_same_3() {
    compare_shard(2);
}

#[test]
fn every_scenario_is_the_same_4() {
    compare_shard(3);
}

/// A small network of three access points, and what happens to it.
struct Small<'a> {
    /// The parameters of the link between the controller and the access points.
    link: &'a str,
    timeline: &'a str,
    more: &'a str,
    access_points: usize,
    seed: u64,
}

impl Small<'_> {
    fn load(&self) -> Prepared {
        let Self { link, timeline, more, access_points, seed } = self;
        let mut text = format!(
            "scenario: A small network\nstart: 2024-01-30T21:38:00Z\nuntil: 6m\nseed: {seed}\n\
             images:\n  new: {{ ap: 17.9.4.27, files: {{ ap1g7: 276480, ap1g8: 276480, ap3g3: 276480 }} }}\n\
             network:\n  links:\n    - {{ name: lan, between: [aps, ewc], {link} }}\n  firewalls:\n    - {{ name: fw, between: [aps, ewc] }}\n\
             servers:\n  - {{ name: server, software: tftpd-hpa, address: 10.0.5.27, files: {{ /images: new }} }}\n\
             controller:\n  name: ewc\n  model: C9120AXI\n  address: 10.0.4.2\n  running: new\n  config: |\n    \
             wireless profile image-download default\n     image-download-mode tftp\n     tftp-image-server 10.0.5.27\n     \
             tftp-image-path /images\naccess_points:\n"
        );
        for (index, model) in
            ["C9105AXI", "C9120AXI", "AIR-AP3802I-B-K9", "C9105AXI"].iter().take(*access_points).enumerate()
        {
            let _ = writeln!(
                text,
                "  - {{ name: ap-{index}, model: {model}, address: 10.0.4.{}, running: 17.3.3.26, backup: 8.10.130.0, \
                 uptime: 0s }}",
                10 + index
            );
        }
        let _ = write!(
            text,
            "{more}\ntimeline:\n  - {{ at: 0s, power_on: all }}\n{timeline}\
             expect:\n  - {{ access_points: all, running: 17.9.4.27, state: registered }}\n"
        );
        let files = MemoryFiles::default().with("lab.yaml", text);
        ewcsim::load(Path::new("lab.yaml"), &files)
            .unwrap_or_else(|problems| panic!("{}", problems.render(false)))
    }
}

const BOOTS: &str = "catalogue: { ap.boot.duration: 75s }";
const LAN: &str = "latency: 250us";

/// Returns the times at which packets are sent while images are on their way, in nanoseconds.
fn instants(prepared: &Prepared) -> BTreeSet<u64> {
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let epoch_ns = WallClock::new(prepared.scenario.start).epoch_ns();
    let capture = Capture::new(Written(Arc::clone(&bytes)), epoch_ns);
    common::run_with(prepared, Options { capture: Some(capture), ..Options::default() });
    let bytes = bytes.lock().expect("no thread panicked");
    packet_times(&bytes).map(|at| at - epoch_ns).collect()
}

/// Returns the times of the packets of a capture, in nanoseconds since 1970 (pcapng, Enhanced Packet Block).
fn packet_times(capture: &[u8]) -> impl Iterator<Item = u64> {
    let word =
        |at: usize| capture.get(at..at + 4).map(|it| u32::from_le_bytes(it.try_into().expect("four bytes")));
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let (kind, length) = (word(at)?, word(at + 4)?);
            let time = u64::from(word(at + 12)?) << 32 | u64::from(word(at + 16)?);
            at += length as usize;
            if kind == 6 {
                return Some(time);
            }
        }
    })
}

/// Disturbs the network at instants at which something is sent, and compares both ways.
fn disturb(timeline: impl Fn(u64) -> String) {
    let quiet = Small { link: LAN, timeline: "", more: BOOTS, access_points: 3, seed: 1 };
    let prepared = quiet.load();
    let share = compare("undisturbed", &prepared);
    assert!(share > 0.25, "{share}: the rest is TFTP");
    let all = instants(&prepared);
    assert!(all.len() > 1_000, "{}", all.len());
    let sample = if test_support::enlarged(1) > 1 { 1 } else { SAMPLE };
    for (index, at_ns) in all.into_iter().enumerate().filter(|(index, _)| index % sample == 0) {
        // At the instant itself, just before it, and just after it.
        let timeline = timeline((at_ns + index as u64 / sample as u64 % 3).saturating_sub(1));
        compare(&timeline, &Small { timeline: &timeline, ..quiet }.load());
    }
}

#[test]
fn an_access_point_loses_its_power_at_any_instant() {
    disturb(|at_ns| format!("  - {{ at: {at_ns}ns, power_off: ap-1 }}\n  - {{ at: 4m, power_on: ap-1 }}\n"));
}

#[test]
fn the_controller_loses_its_power_at_any_instant() {
    disturb(|at_ns| format!("  - {{ at: {at_ns}ns, power_off: ewc }}\n  - {{ at: 3m, power_on: ewc }}\n"));
}

#[test]
fn a_link_changes_at_any_instant() {
    disturb(|at_ns| {
        let back = at_ns + 7_000_000;
        format!(
            "  - {{ at: {at_ns}ns, link: {{ name: lan, latency: 3ms, bandwidth: 2Mbit, queue: 3kB }} }}\n  \
             - {{ at: {back}ns, link: {{ name: lan, latency: 250us, loss: 10% }} }}\n"
        )
    });
}

#[test]
fn a_command_is_typed_at_any_instant() {
    disturb(|at_ns| {
        format!("  - {{ at: {at_ns}ns, exec: {{ controller: ewc, command: show ap image }} }}\n")
    });
}

/// A network drawn at random.
#[derive(Clone, Debug)]
struct Drawn {
    access_points: usize,
    link: String,
    more: String,
    timeline: String,
    seed: u64,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let link = (
        1..30_000_u32,
        prop::option::of(2..200_u32),
        prop::option::of(3..40_u32),
        0..3_000_u32,
        any::<bool>(),
    )
        .prop_map(|(latency, bandwidth, queue, jitter, jitters)| {
            let mut text = format!("latency: {latency}us");
            let _ = bandwidth.map(|mbit| write!(text, ", bandwidth: {mbit}Mbit"));
            let _ = queue.filter(|_| bandwidth.is_some()).map(|kb| write!(text, ", queue: {kb}kB"));
            if jitters {
                let _ = write!(text, ", jitter: {jitter}us");
            }
            text
        });
    let event = (70_000..180_000_u32, 0..5_u8, 0..3_u8).prop_map(|(at, kind, ap)| match kind {
        0 => format!("  - {{ at: {at}ms, power_off: ap-0 }}\n  - {{ at: {}ms, power_on: ap-0 }}\n", at + 20_000),
        1 => format!("  - {{ at: {at}ms, power_off: ewc }}\n  - {{ at: {}ms, power_on: ewc }}\n", at + 20_000),
        2 => format!("  - {{ at: {at}ms, link: {{ name: lan, latency: {}ms }} }}\n", 1 + ap),
        3 => format!("  - {{ at: {at}ms, reject: {{ firewall: fw, rule: udp/5246 }} }}\n  - {{ at: {}ms, remove: {{ firewall: fw, rule: udp/5246 }} }}\n", at + 9_000),
        _ => format!("  - {{ at: {at}ms, exec: {{ controller: ewc, command: ap image predownload }} }}\n"),
    });
    let settings = (1..40_u32, prop_oneof![3 => Just(1_u8), 1 => 2..8_u8], 50..3_000_u32, 75..90_u32);
    let lists = prop::collection::vec(event, 0..4);
    (1..5_usize, link, settings, lists, 0..1_000_u64).prop_map(|(access_points, link, settings, events, seed)| {
        let (echo, window, rate, boot) = settings;
        let more = format!(
            "capwap: {{ window: {window} }}\ncatalogue: {{ ap.capwap.echo-interval: {echo}s, ewc.relay.rate: {rate}, \
             ap.boot.duration: {boot}s, ap.boot.duration-min: 75s }}"
        );
        Drawn { access_points, link, more, timeline: events.concat(), seed }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: test_support::enlarged(24) as u32, ..ProptestConfig::default() })]
    #[test]
    fn any_network_is_the_same(drawn in drawn()) {
        let Drawn { access_points, link, more, timeline, seed } = &drawn;
        let small = Small { link, timeline, more, access_points: *access_points, seed: *seed };
        compare(&format!("{drawn:?}"), &small.load());
    }
}
