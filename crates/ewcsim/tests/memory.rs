//! Image bytes are stored once, regardless of the number of access points that hold them.

use std::path::Path;
use std::time::Duration;

use ewcsim::{EngineKind, World};
use scenario::MemoryFiles;

const SMALL: &str = include_str!("scenarios/small.yaml");
/// Size of the image in `small.yaml`.
const IMAGE: u64 = 1_024_000;

/// The image bytes in memory in a run of `count` access points: the maximum, and at its end.
struct Stored {
    peak: u64,
    end: u64,
}

fn stored(count: usize) -> Stored {
    let text = SMALL.replace("name: ap-1,", &format!("name: ap, count: {count},"));
    assert_ne!(text, SMALL);
    let files = MemoryFiles::default().with("many.yaml", text);
    let prepared = ewcsim::load(Path::new("many.yaml"), &files).expect("it is right");
    let world = World::build(&prepared, EngineKind::Simnet, None).expect("the catalogue is whole");
    let mut peak = 0;
    while world.now() < prepared.scenario.until {
        world.run_until(world.now() + Duration::from_millis(250));
        peak = peak.max(world.stored_bytes());
    }
    let served = world.images();
    let (_, image) = served.iter().find(|(name, _)| name == "ap1g8").expect("it was fetched");
    let members = image::inspect(image).expect("it is sound").members;
    let access_points: Vec<_> = world.access_points().take(count).collect();
    assert_eq!(access_points.len(), count);
    for (index, access_point) in access_points.iter().enumerate() {
        assert_eq!(access_point.running, "17.9.4.27".parse().ok(), "access point {index}");
        assert_eq!(access_point.downloads_completed, 1);
        let flash = world
            .flash(&prepared.scenario.access_points[index].name)
            .expect("an access point has flash")
            .borrow();
        let files = flash.files(flash.active().expect("it runs"));
        assert_eq!(files.len(), members.len());
        // Flash holds the server's bytes themselves, not equal copies.
        for (file, member) in files.iter().zip(&members) {
            assert!(file.content.same_storage(&member.content), "access point {index}: {}", file.name);
        }
    }
    Stored { peak, end: world.stored_bytes() }
}

#[test]
fn twenty_access_points_store_what_one_does() {
    let (one, twenty) = (stored(1), stored(20));
    // The image itself, once; the images that run from the start are made elsewhere and not counted.
    assert!((IMAGE..2 * IMAGE).contains(&one.end), "{}", one.end);
    assert_eq!(twenty.end, one.end);
    assert_eq!(twenty.peak, one.peak);
}
