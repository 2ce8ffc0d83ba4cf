//! Each invariant, broken once: a world in which a device does what it must not do is noticed.

use std::path::Path;

use ap::{FactoryImages, Flash};
use scenario::MemoryFiles;

use super::*;

const OUTPUT: &str = "Total number of APs  : 2\n\n\nNumber of APs \n        Initiated                  : 0\n        \
    Predownloading             : 0\n        Completed predownloading   : 1\n        \
    Not Supported              : 0\n        Failed to Predownload      : 0\n\
    AP Name   Primary Image   Backup Image   Predownload Status\n------\n\
    ap-1      17.9.4.27       17.12.1.5      Complete     17.12.1.5  N/A  0  N/A\n\
    ap-2      17.9.4.27       8.10.130.0     None         0.0.0.0    N/A  0  N/A\n";

#[test]
fn counters_are_held_against_rows() {
    assert_eq!(counters_equal_rows(OUTPUT), Ok(()));
    let lying = OUTPUT.replace("Complete     ", "None         ");
    assert_eq!(
        counters_equal_rows(&lying),
        Err("`Completed predownloading` says Some(1), the rows say 0".to_owned())
    );
    assert!(counters_equal_rows(&OUTPUT.replace("APs  : 2", "APs  : 3")).is_err());
}

/// When the access point has upgraded, runs from part1, and its old image is in part2.
const UPGRADED: Duration = Duration::from_secs(300);

/// A world that has behaved so far, and who watched it.
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
        let world = World::build(&prepared, None).expect("the catalogue is whole");
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

    /// Has the access point say that something happened.
    fn claims(&self, event: ApEvent) {
        self.world.record().push(self.world.now(), self.access_point, Event::AccessPoint(event));
    }

    fn set_flash(&self, flash: Flash) {
        *self.world.flash("ap-1").expect("an access point has flash").borrow_mut() = flash;
    }

    /// Puts other flash into the access point; it runs from part1.
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

    /// What is found.
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
