//! Power fails at any instant of an upgrade, again and again, also with flash that goes bad: what boots is whole, signed and
//! for this model, and with power back the access point ends where it should.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::common::{Controller, Lab, access_point, bundle, version};
use ap::{Activity, ApEvent, Dialect, FactoryImages, Flash, FlashHandle, Geometry, Partition, Script, State};
use host::Entropy;
use image::Content;
use rand::{RngExt as _, SeedableRng as _};

const NEW: &str = "17.9.4.27";
/// Seeds that `ci/test` tries.
const SEEDS: u64 = 1000;
/// What an upgrade takes in [`lab`], from power to Run, and a little more.
const UPGRADE: Duration = Duration::from_millis(13_000);

/// An access point whose phases all take about a second, so that instants at random hit each of them; with blocks that are
/// small against its image of 40 KiB. It runs from part1 or from part2.
fn lab(image: &Content, factory: &FactoryImages, seed: u64) -> Lab {
    let mut access_point = access_point(Dialect::Newer, "8.10.130.0");
    let running = Partition::BOTH[(seed % 2) as usize];
    let (old, backup) = (version("17.3.3.26"), Some(version("8.10.130.0")));
    access_point.flash = FlashHandle::new(Flash::factory(factory, "ap1g8", old, backup, running, 256 << 20));
    let settings = &mut access_point.settings;
    settings.boot = catalogue::Spread::exactly(Duration::from_secs(1));
    settings.reload_delay = Duration::from_millis(500);
    settings.last_block_stored = Duration::from_millis(200);
    settings.verify_rate = 40_000;
    settings.flash_write_rate = 20_000;
    settings.flash_erase_rate = 100_000;
    settings.script.install_step = Duration::from_millis(300);
    access_point.flash.borrow_mut().set_geometry(Geometry { page: 512, block: 4096 });
    let mut lab = Lab::new(access_point, Controller::new(NEW, Some(image.clone())));
    lab.latency = Duration::from_millis(15);
    lab
}

/// Looks at everything that happens.
struct Watch {
    seed: u64,
    seen: usize,
    /// What it is doing, in the words of [`PHASES`].
    doing: &'static str,
    running: Option<Partition>,
    verified: bool,
    /// The partition that ACTIVATE found to be whole.
    checked: Option<Partition>,
    boots_nothing: bool,
}

const PHASES: [&str; 13] = [
    "booting",
    "discovering",
    "comparing",
    "downloading",
    "verifying",
    "preparing to write",
    "erasing",
    "writing flash",
    "syncing",
    "finishing",
    "boot variable",
    "reloading",
    "in service",
];

impl Watch {
    fn new(seed: u64) -> Self {
        Self {
            seed,
            seen: 0,
            doing: "booting",
            running: None,
            verified: false,
            checked: None,
            boots_nothing: false,
        }
    }

    /// Takes note of what happened since the last look; flash has not changed since.
    fn look(&mut self, lab: &Lab) {
        let events = lab.events_from(self.seen);
        self.seen += events.len();
        for (at, event) in events {
            self.note(lab, at, &event);
        }
    }

    fn note(&mut self, lab: &Lab, at: Duration, event: &ApEvent) {
        let seed = self.seed;
        let flash = lab.access_point.flash.borrow();
        match event {
            ApEvent::Booting { .. } => {
                (self.doing, self.running, self.boots_nothing) = ("booting", None, false);
            }
            ApEvent::Booted { partition, version } => {
                (self.doing, self.running) = ("discovering", Some(*partition));
                let info = flash.verify(*partition);
                let info =
                    info.unwrap_or_else(|error| panic!("seed {seed}, {at:?}: {partition} boots: {error}"));
                assert_eq!((info.image_type.as_str(), &info.version), ("ap1g8", version), "seed {seed}");
                assert!([NEW, "17.3.3.26", "8.10.130.0"].contains(&version.to_string().as_str()));
            }
            ApEvent::BootFailed => self.boots_nothing = true,
            ApEvent::StateChanged { state: State::ImageData } => self.doing = "comparing",
            ApEvent::ImageDataRequestSent { .. } => (self.doing, self.verified) = ("downloading", false),
            ApEvent::ImageDataComplete { .. } => self.doing = "verifying",
            ApEvent::ImageVerified { .. } => (self.doing, self.verified) = ("preparing to write", true),
            ApEvent::Untarring { partition } => {
                assert!(
                    self.verified,
                    "seed {seed}, {at:?}: {partition} is written and nothing was verified"
                );
                assert_ne!(self.running, Some(*partition), "seed {seed}, {at:?}: it is written and runs");
                self.doing = "writing flash";
            }
            ApEvent::UpgradeVersions { number: 2, .. }
            | ApEvent::ScriptCalled { script: Script::Activate } => {
                self.doing = "finishing";
            }
            ApEvent::VerifyingPartition { .. } => self.checked = None,
            ApEvent::PartitionVerified { partition } => {
                let verified = flash.verify(*partition);
                assert!(verified.is_ok(), "seed {seed}, {at:?}: {partition} is said to verify: {verified:?}");
                self.checked = Some(*partition);
            }
            ApEvent::Activated { partition } => {
                // What rots after it was looked at is found at boot.
                assert_eq!(self.checked, Some(*partition), "seed {seed}, {at:?}: activated and not verified");
            }
            ApEvent::Reloading { .. } => self.doing = "reloading",
            ApEvent::StateChanged { state: State::Run } => self.doing = "in service",
            _ => (),
        }
    }

    /// The phase that a cut would interrupt now.
    fn phase(&self, lab: &Lab) -> &'static str {
        match lab.access_point.flash.borrow().activity(lab.now) {
            Activity::Idle => self.doing,
            Activity::Erasing => "erasing",
            Activity::Writing => "writing flash",
            Activity::Syncing => "syncing",
            Activity::SettingBoot => "boot variable",
        }
    }

    fn advance(&mut self, lab: &mut Lab, end: Duration) {
        lab.advance(end, |lab| self.look(lab));
        self.look(lab);
    }
}

/// Which partitions hold an image that may boot.
fn sound(lab: &Lab) -> Vec<Partition> {
    let flash = lab.access_point.flash.borrow();
    let sound = |partition: &Partition| flash.verify(*partition).is_ok_and(|info| info.image_type == "ap1g8");
    Partition::BOTH.into_iter().filter(sound).collect()
}

fn within(entropy: &mut Entropy, limit: Duration) -> Duration {
    Duration::from_micros(entropy.random_range(0..limit.as_micros() as u64))
}

#[test]
fn power_cuts_at_any_instant_never_leave_it_without_an_image() {
    let (image, factory) = (bundle("ap1g8", NEW, 4), FactoryImages::default());
    let mut hit: BTreeMap<&str, u32> = BTreeMap::new();
    let mut torn_variables = 0;
    for seed in test_support::seeds(SEEDS) {
        let mut entropy = Entropy::seed_from_u64(seed);
        let (mut lab, mut watch) = (lab(&image, &factory, seed), Watch::new(seed));
        for _ in 0..entropy.random_range(1..=4) {
            let end = lab.now + within(&mut entropy, UPGRADE);
            watch.advance(&mut lab, end);
            let phase = watch.phase(&lab);
            *hit.entry(phase).or_default() += 1;
            lab.power_cut(entropy.random());
            assert_ne!(sound(&lab), [], "seed {seed}: nothing is left after a cut while {phase}");
            torn_variables += u32::from(lab.access_point.flash.borrow().is_boot_torn());
            lab.now += within(&mut entropy, Duration::from_secs(3));
            lab.power_on();
        }
        let end = lab.now + 2 * UPGRADE;
        watch.advance(&mut lab, end);
        assert!(!watch.boots_nothing, "seed {seed}");
        assert_eq!((lab.state(), lab.running().as_str()), (State::Run, NEW), "seed {seed}");
    }
    for phase in PHASES {
        let hits = hit.get(phase).copied().unwrap_or_default();
        assert!(hits >= 20, "{hits} cuts while {phase}; {hit:?}");
    }
    assert!(torn_variables >= 10, "{torn_variables} torn boot variables");
}

/// One thing that goes wrong with flash, anywhere, at any time.
fn damage(lab: &Lab, entropy: &mut Entropy) {
    let mut flash = lab.access_point.flash.borrow_mut();
    let partition = Partition::BOTH[entropy.random_range(0..2)];
    let offset = entropy.random_range(0..50_000);
    match entropy.random_range(0..5) {
        0 => flash.set_bad_block(partition, offset),
        1 | 2 => {
            // Where nothing is stored nothing can rot.
            let _ = flash.corrupt(partition, offset);
        }
        3 => flash.set_other_use(partition, (256 << 20) - offset),
        _ => flash.set_tmp_size(offset),
    }
}

#[test]
fn with_one_sound_partition_it_boots_and_with_none_it_says_so() {
    let (image, factory) = (bundle("ap1g8", NEW, 4), FactoryImages::default());
    let (mut booted_other, mut booted_nothing) = (0, 0);
    for seed in test_support::seeds(SEEDS) {
        let mut entropy = Entropy::seed_from_u64(seed);
        let (mut lab, mut watch) = (lab(&image, &factory, seed), Watch::new(seed));
        for _ in 0..4 {
            for _ in 0..entropy.random_range(0..=2) {
                let end = lab.now + within(&mut entropy, UPGRADE);
                watch.advance(&mut lab, end);
                damage(&lab, &mut entropy);
            }
            let end = lab.now + within(&mut entropy, UPGRADE / 2);
            watch.advance(&mut lab, end);
            lab.power_cut(entropy.random());
            let (sound, first) = (sound(&lab), lab.access_point.flash.borrow().boot());
            lab.power_on();
            let end = lab.now + lab.access_point.settings.boot.draw(|| 0.5);
            watch.advance(&mut lab, end);
            if sound.is_empty() {
                assert!(
                    watch.boots_nothing && lab.state() == State::Halted,
                    "seed {seed}: {:?}",
                    lab.state()
                );
                assert!(lab.access_point.status.borrow().refused.iter().all(Option::is_some));
                let output = ap::show(&lab.access_point, lab.now, "show boot", |_, _| String::new());
                let text = output.expect("it is known").text;
                assert!(text.contains("part1 does not boot: ") && text.contains("part2 does not boot: "));
                assert!(lab.console().iter().any(|(_, line)| line.text.starts_with("No bootable image")));
                booted_nothing += 1;
                break;
            }
            let booted =
                watch.running.unwrap_or_else(|| panic!("seed {seed}: {sound:?} and it does not boot"));
            assert!(sound.contains(&booted), "seed {seed}");
            booted_other += u32::from(booted != first);
        }
    }
    assert!(booted_other >= 50 && booted_nothing >= 50, "{booted_other}, {booted_nothing}");
}
