//! Breaks each invariant once: a device that does something forbidden is reported.

use std::path::Path;

use ap::{FactoryImages, Flash};
use engine::EngineKind;
use scenario::MemoryFiles;

use super::*;

/// Returns the output for two access points, one of which has predownloaded.
fn shown() -> Fields {
    let counters = [
        ("Total number of APs", "2"),
        ("Initiated", "0"),
        ("Predownloading", "0"),
        ("Completed predownloading", "1"),
        ("Not Supported", "0"),
        ("Failed to Predownload", "0"),
        ("Downloading", "0"),
        ("Predownload in progress", "No"),
    ];
    let row = |name: &str, status: &str| vec![name.to_owned(), status.to_owned()];
    Fields {
        lines: counters.map(|(label, value)| (label, value.to_owned())).to_vec(),
        columns: &["AP Name", "Predownload Status"],
        rows: vec![row("ap-1", "Complete"), row("ap-2", "None")],
    }
}

#[test]
fn counters_are_held_against_rows() {
    let counters_equal_rows = |shown: &Fields| counters_equal_rows(shown, &ewc::Snapshot::default());
    assert_eq!(counters_equal_rows(&shown()), Ok(()));
    let mut lying = shown();
    lying.rows[0][1] = "None".to_owned();
    assert_eq!(
        counters_equal_rows(&lying),
        Err("`Completed predownloading` shows Some(1), the rows show 0".to_owned())
    );
    let mut lying = shown();
    lying.lines[0].1 = "3".to_owned();
    assert!(counters_equal_rows(&lying).is_err());
    let mut lying = shown();
    lying.rows[1][1] = "Not Supported".to_owned();
    assert!(counters_equal_rows(&lying).is_err());
    for (at, value) in [(6, "1"), (7, "Yes")] {
        let mut lying = shown();
        lying.lines[at].1 = value.to_owned();
        assert!(counters_equal_rows(&lying).is_err(), "{:?}", lying.lines[at]);
    }
    let mut lost = ewc::Snapshot::default();
    lost.predownload.lost = 1;
    assert!(super::counters_equal_rows(&shown(), &lost).is_err());
}

/// The time when the access point has upgraded: it runs from part1, and its old image is in part2.
const UPGRADED: Duration = Duration::from_secs(300);

/// A world without violations so far, and its watch.
struct Watched {
    world: World,
    watch: Watch,
    access_point: usize,
}

impl Watched {
    fn new() -> Self {
        let files =
            MemoryFiles::default().with("small.yaml", include_str!("../../../tests/scenarios/small.yaml"));
        let prepared = crate::world::load(Path::new("small.yaml"), &files).expect("it is right");
        let world = World::build(&prepared, EngineKind::Simnet, None).expect("the catalogue is whole");
        let mut watch = Watch::new(&prepared.scenario);
        while world.now() < UPGRADED {
            world.run_until(world.now() + Duration::from_secs(1));
            watch.look(&world);
        }
        assert_eq!(watch.violations, []);
        let flash = world.flash("ap-1").expect("an access point has flash");
        assert_eq!(flash.borrow().active(), Some(Partition::Part1));
        let access_point = world.record().host("ap-1").expect("it is in the scenario");
        Self { world, watch, access_point }
    }

    /// Records an event of the access point.
    fn claims(&self, event: ApEvent) {
        self.world.record().push(self.world.now(), self.access_point, Event::AccessPoint(event));
    }

    fn set_flash(&self, flash: Flash) {
        *self.world.flash("ap-1").expect("an access point has flash").borrow_mut() = flash;
    }

    /// Replaces the flash of the access point; it runs from part1.
    fn flash(&self, image_type: &str, running: &str) {
        let mut flash = Flash::factory(
            &FactoryImages::default(),
            image_type,
            version(running),
            Some(version("17.3.3.26")),
            Partition::Part1,
            1 << 30,
        );
        flash.activate(Partition::Part1);
        self.set_flash(flash);
    }

    /// Returns the invariants that were violated.
    fn broken(self) -> Vec<&'static str> {
        let violations = self.watch.finish(&self.world).violations;
        assert!(violations.iter().all(|violation| violation.host == "ap-1" && violation.at == UPGRADED));
        violations.iter().map(|violation| violation.invariant).collect()
    }
}

fn version(text: &str) -> Version {
    text.parse().expect("a version")
}

fn booted(text: &str) -> ApEvent {
    ApEvent::Booted { partition: Partition::Part1, version: version(text) }
}

fn verified() -> ApEvent {
    ApEvent::ImageVerified { image: "ap1g8".to_owned(), version: version("17.9.4.27") }
}

#[test]
fn a_world_that_behaves_breaks_none() {
    let world = Watched::new();
    world.claims(booted("17.9.4.27"));
    assert_eq!(world.broken(), [""; 0]);
}

#[test]
fn flash_that_boots_nothing() {
    let world = Watched::new();
    world.set_flash(Flash::new(1 << 30));
    assert_eq!(world.broken(), [BOOTABLE]);
}

#[test]
fn booting_nothing_with_a_sound_image() {
    let world = Watched::new();
    world.claims(ApEvent::BootFailed);
    assert_eq!(world.broken(), [SOUND]);
}

#[test]
fn a_boot_of_what_does_not_verify() {
    let world = Watched::new();
    let mut flash = Flash::new(1 << 30);
    flash.activate(Partition::Part1);
    world.set_flash(flash);
    world.claims(booted("17.9.4.27"));
    assert_eq!(world.broken(), [SIGNED, BOOTABLE]);
}

#[test]
fn a_boot_of_another_type() {
    let world = Watched::new();
    world.flash("ap1g7", "17.9.4.27");
    world.claims(booted("17.9.4.27"));
    assert_eq!(world.broken(), [OWN_TYPE, BOOTABLE]);
}

#[test]
fn writing_what_runs() {
    let world = Watched::new();
    world.claims(verified());
    world.claims(ApEvent::Untarring { partition: Partition::Part1 });
    assert_eq!(world.broken(), [INACTIVE]);
}

#[test]
fn writing_before_the_download_is_verified() {
    let world = Watched::new();
    let request = ApEvent::ImageDataRequestSent {
        to: [172, 16, 4, 26].into(),
        image: "ap1g8".to_owned(),
        replica_status: 0,
    };
    world.claims(request);
    world.claims(ApEvent::Untarring { partition: Partition::Part2 });
    assert_eq!(world.broken(), [COMPLETE]);
}

#[test]
fn storing_what_was_not_served() {
    let world = Watched::new();
    world.flash("ap1g8", "17.9.4.26");
    world.claims(verified());
    world.claims(ApEvent::Activated { partition: Partition::Part1 });
    assert_eq!(world.broken(), [AS_SERVED]);
}

#[test]
fn service_without_a_data_channel() {
    let world = Watched::new();
    let enters = |state| world.claims(ApEvent::StateChanged { state });
    enters(State::Run);
    enters(State::Join);
    world.claims(ApEvent::DataChannelOpened { to: [172, 16, 4, 26].into() });
    enters(State::Run);
    world.claims(ApEvent::DataChannelLost {
        to: [172, 16, 4, 26].into(),
        up: true,
        keep_alives: 6,
        unanswered_s: 60,
    });
    enters(State::Run);
    assert_eq!(world.broken(), [IN_SERVICE]);
}
