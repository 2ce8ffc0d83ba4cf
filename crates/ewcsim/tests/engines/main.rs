//! The same scenarios on both engines. `simnet` runs with a clock that moves in ticks, as turmoil's does, so that comparing needs
//! no tolerance: over UDP alone, all output files are equal, byte for byte. Over TCP, which turmoil simplifies, the events of each
//! subject on each host are the same, in the same order. `exceptions` lists what differs; `docs/engines.md` says why.

#[path = "../common/mod.rs"]
mod common;

mod exceptions;
mod labs;
mod pair;

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use engine::EngineKind;
use ewcsim::{Options, Prepared, Progress, RunError, suite};
use libtest_mimic::{Arguments, Failed, Trial};
use scenario::{FileSource, MemoryFiles};

use self::common::Edited;
use self::exceptions::Exception;
use self::pair::Pair;

/// Images above this size are made smaller, by this factor: what is compared does not depend on their size.
const LARGE: u64 = 12_000_000;
const SMALLER: u64 = 64;

/// The lengths up to which scenarios run in ticks of so many milliseconds; longer ones have ticks of 5 ms. Times are the same for
/// any tick, but exceptions of TCP are those of 1 ms.
const TICKS: [(Duration, u64); 2] = [(Duration::from_secs(5 * 60), 1), (Duration::from_secs(12 * 60), 2)];

/// Scenarios beside those below `scenarios/`.
const OTHERS: &[&str] = &[
    "crates/ewcsim/src/cli/new/sftp.yaml",
    "crates/ewcsim/src/cli/new/tftp.yaml",
    "crates/ewcsim/tests/scenarios/lossy.yaml",
    "crates/ewcsim/tests/scenarios/power-cuts.yaml",
    "crates/ewcsim/tests/scenarios/small.yaml",
    "docs/examples/first.yaml",
    "docs/examples/port-69-only.yaml",
    "docs/examples/power-cut.yaml",
];

/// Scenarios with a change in their text.
const VARIANTS: &[(&str, &str, &str)] = &[
    (
        "bugs/firewall-without-alg",
        "[{ permit: udp/69 }]",
        "[{ permit: udp/69 }, { permit: udp, from: tftp-1 }]",
    ),
    ("bugs/firewall-without-alg", "permit: udp/69", "deny: udp/69"),
    (
        "bugs/firewall-without-alg",
        "{ at: 0s, power_on: all }",
        "{ at: 0s, power_on: all }\n  - { after: { host: network, event: packets_dropped, with: { packets: 10 } }, permit: { firewall: dc, rule: udp } }",
    ),
    ("bugs/firewall-without-alg", "permit: udp/69", "reject: udp/69"),
    ("bugs/mtu-black-hole", "reverse: { mtu: 1400, pmtud: blackhole }", "mtu: 1400"),
    ("bugs/mtu-black-hole", "pmtud: blackhole", "pmtud: icmp"),
    ("field/tftp-blocked", "deny: udp/69", "reject: udp/69"),
    ("firewalls/fragments-dropped", "fragments: drop", "fragments: pass"),
    ("firewalls/mtu-icmp-denied", "permit tcp any any", "permit ip any any"),
];

/// The scenarios that last for days, which turmoil passes a millisecond at a time.
const DAYS: &[&str] = &["scenarios/bugs/cscwf25731-log-fills-part2"];

/// The scenarios of bugs, those that show what the judge notices, and those of nights and of their failures, which are compared in the
/// long run: the others have the same networks. `redundancy/` and `upgrade/` are of one kind with `field/upgrade`.
const JUDGED: &[&str] = &[
    "scenarios/bugs/",
    "scenarios/chaos/competing-types",
    "scenarios/chaos/damaged-file",
    "scenarios/chaos/limit-of-the-relay",
    "scenarios/chaos/predownload",
    "scenarios/chaos/restless-branch",
    "scenarios/chaos/restless-service",
    "scenarios/chaos/same-type",
    "scenarios/chaos/swap",
    "scenarios/chaos/two-controllers",
    "scenarios/checks/",
    "scenarios/field/predownload",
    "scenarios/field/upgrade",
    "scenarios/must-fail/",
    "scenarios/plans/",
    "scenarios/redundancy/",
    "scenarios/upgrade/",
];

fn main() {
    let arguments = Arguments::from_args();
    let root = common::workspace();
    let found =
        suite::find(&[root.join("scenarios")]).expect("the repository's folder of scenarios").scenarios;
    let others = OTHERS.iter().map(|path| root.join(path));
    let named = |path: PathBuf| {
        let name = path.strip_prefix(&root).expect("they lie below it").with_extension("");
        (name.display().to_string(), path)
    };
    let all: Vec<(String, PathBuf)> = found.into_iter().chain(others).map(named).collect();
    for name in DAYS.iter().copied().chain(exceptions::all()) {
        assert!(all.iter().any(|(known, _)| known == name), "there is no scenario {name}");
    }
    let is_left_out = |name: &str| {
        DAYS.contains(&name)
            || (test_support::enlarged(1) == 1 && JUDGED.iter().any(|part| name.starts_with(part)))
    };
    let compared = all.into_iter().filter(|(name, _)| !is_left_out(name));
    let mut trials: Vec<Trial> = compared
        .map(|(name, path)| {
            Trial::test(name.clone(), move || {
                compare(common::load(&path.display().to_string()), exceptions::of(&name))
            })
        })
        .collect();
    trials.extend(VARIANTS.iter().map(|(scenario, from, to)| {
        let variant = move || compare(Edited::scenario(scenario).replace(from, to).load(), &[]);
        Trial::test(format!("{scenario} with {}", to.replace('\n', "")), variant)
    }));
    // In the long run: each tick visits every pair of hosts.
    if test_support::enlarged(1) > 1 {
        trials.push(Trial::test("thirty access points", thirty));
    }
    trials.extend(labs::trials());
    libtest_mimic::run(&arguments, trials).exit();
}

/// Runs a scenario on both engines, and compares.
fn compare(mut prepared: Prepared, allowed: &'static [Exception]) -> Result<(), Failed> {
    if prepared.translates_tcp() {
        return refused(&prepared);
    }
    make_images_small(&mut prepared);
    let until = prepared.scenario.until;
    let tick = match TICKS.iter().find(|(length, _)| until <= *length) {
        Some(_) if pair::speaks_tcp(&prepared) => 1,
        Some((_, tick)) => *tick,
        None => 5,
    };
    Pair::run(&prepared, Duration::from_millis(tick), allowed).compare(&prepared)
}

/// Checks that turmoil does not run what it would do otherwise.
fn refused(prepared: &Prepared) -> Result<(), Failed> {
    let options = Options { engine: EngineKind::Turmoil(Duration::from_millis(1)), ..Options::default() };
    match ewcsim::run(prepared, options, &mut Progress::none(), &AtomicBool::new(false)) {
        Err(RunError::TranslatedTcp) => Ok(()),
        other => Err(format!("{:?}", other.map(|finished| finished.verdict())).into()),
    }
}

/// Compares thirty access points that download at the same time, in ticks of 5 ms: each tick visits every pair of hosts.
fn thirty() -> Result<(), Failed> {
    let small = include_str!("../scenarios/small.yaml");
    let text = small.replace("name: ap-1,", "name: ap, count: 30,").replace("until: 10m", "until: 5m");
    let files = MemoryFiles::default().with("thirty.yaml", text);
    let prepared = ewcsim::load("thirty.yaml".as_ref(), &files).map_err(|problems| problems.render(false))?;
    Pair::run(&prepared, Duration::from_millis(5), &[]).compare(&prepared)
}

fn make_images_small(prepared: &mut Prepared) {
    let files = prepared.scenario.images.values_mut().flat_map(|set| &mut set.files);
    let large = files.filter(|file| file.source == FileSource::Synthetic && file.size > LARGE);
    // Of whole blocks: tar has no others, and access points refuse what is cut short.
    large.for_each(|file| file.size = (file.size / SMALLER).next_multiple_of(image::BLOCKING));
}
