//! Writes, cuts and faults of flash, partition by partition.

use std::time::Duration;

use rand::SeedableRng as _;

use super::*;

/// A write of one second, somewhat less than a tenth of which is erasing what the factory put there.
const PACE: Pace = Pace { takes: Duration::from_secs(1), erase_rate: 11 * image::BLOCKING * 10 };
const START: Duration = Duration::from_secs(100);

fn version(text: &str) -> Version {
    text.parse().expect("a version")
}

fn entropy(seed: u64) -> Entropy {
    Entropy::seed_from_u64(seed)
}

/// Runs from part2; blocks are small, so that images have many.
fn flash() -> Flash {
    let images = FactoryImages::default();
    let (running, backup) = (version("17.3.3.26"), version("8.10.130.0"));
    let mut flash = Flash::factory(&images, "ap1g8", running, Some(backup), Partition::Part2, 1 << 21);
    flash.set_geometry(Geometry { page: 512, block: 4096 });
    flash.activate(Partition::Part2);
    flash
}

fn new_image() -> Vec<Member> {
    FactoryImages::default().members("ap1g8", version("17.9.4.27"))
}

fn size(members: &[Member]) -> u64 {
    members.iter().map(|member| member.content.len()).sum()
}

fn start_write(flash: &mut Flash) {
    flash.start_write(START, Partition::Part1, new_image(), PACE).expect("it fits");
}

/// Returns the flash after a power cut this long after the start of a write to part1.
fn cut_after(after: Duration, seed: u64) -> Flash {
    let mut flash = flash();
    start_write(&mut flash);
    if after >= PACE.takes {
        flash.start_sync(START + PACE.takes, Partition::Part1, Duration::from_millis(50));
    }
    flash.power_cut(START + after, &mut entropy(seed));
    flash
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn factory_images_boot() {
    let flash = flash();
    assert_eq!(flash.boot(), Partition::Part2);
    assert_eq!(flash.version(Partition::Part2), Some(version("17.3.3.26")));
    assert_eq!(flash.verify(Partition::Part1).expect("sound").version, version("8.10.130.0"));
    assert!(Flash::new(1).verify(Partition::Part1).is_err());
}

#[test]
fn what_was_synced_survives_a_power_cut() {
    let mut flash = flash();
    start_write(&mut flash);
    assert_eq!(flash.verify(Partition::Part1), Err(PartitionError::BeingWritten));
    assert_eq!(flash.activity(START), Activity::Erasing);
    assert_eq!(flash.activity(START + PACE.takes), Activity::Writing);
    flash.write_boot(START + PACE.takes, Partition::Part1, millis(50));
    flash.sync();
    assert_eq!(flash.activity(START + PACE.takes), Activity::Idle);
    flash.power_cut(START, &mut entropy(1));
    assert_eq!((flash.boot(), flash.active()), (Partition::Part1, None));
    assert_eq!(flash.verify(Partition::Part1).expect("sound").version, version("17.9.4.27"));
}

#[test]
fn a_cut_while_erasing_leaves_a_part_of_the_old_image() {
    let mut errors = Vec::new();
    for seed in 0..40 {
        let flash = cut_after(millis(50), seed);
        let error = flash.verify(Partition::Part1).expect_err("half of it is gone");
        assert!(flash.verify(Partition::Part2).is_ok());
        let left: Vec<Member> = flash.files(Partition::Part1);
        assert!(left.iter().all(|member| member.content.len() < 11 * image::BLOCKING));
        errors.push(matches!(error, PartitionError::Unreadable { .. }));
    }
    assert!(errors.contains(&true), "no file is there that cannot be read");
    // At the very start one in three cuts finds the first block as it was.
    let whole =
        (0..60).filter(|seed| cut_after(Duration::ZERO, *seed).verify(Partition::Part1).is_ok()).count();
    assert!((8..35).contains(&whole), "{whole} of 60");
}

#[test]
fn a_cut_while_writing_leaves_a_part_of_the_new_image() {
    let all = size(&new_image());
    for (seed, after) in (110..990).step_by(11).enumerate() {
        let flash = cut_after(millis(after), seed as u64);
        assert!(flash.verify(Partition::Part1).is_err(), "after {after} ms");
        assert!(flash.verify(Partition::Part2).is_ok());
        let most = all * (after - 90) / 910 + 1024;
        let left = size(&flash.files(Partition::Part1));
        assert!(left <= most, "{left} bytes after {after} ms, at most {most} could be there");
        assert_eq!(flash.activity(START + millis(after)), Activity::Idle);
    }
}

#[test]
fn pages_that_are_torn_stay_or_are_done_or_cannot_be_read() {
    let unreadable = |seed: &u64| {
        let error = cut_after(millis(600), *seed).verify(Partition::Part1).expect_err("torn");
        matches!(error, PartitionError::Unreadable { .. })
    };
    let lost = (0..90).filter(unreadable).count();
    assert!((15..45).contains(&lost), "{lost} of 90");
}

#[test]
fn the_sync_makes_files_durable_one_after_the_other() {
    let whole = |after: u64| {
        (0..60).filter(move |seed| cut_after(millis(after), *seed).verify(Partition::Part1).is_ok())
    };
    let [at_first, late, at_last] = [1000, 1040, 1050].map(|after| whole(after).count());
    assert!(at_first < late && late < at_last, "{at_first}, {late}, {at_last}");
    assert_eq!(at_last, 60);
}

#[test]
fn a_full_partition_fails_when_it_is_full() {
    let mut flash = flash();
    let required = size(&new_image());
    flash.set_partition_size(Partition::Part1, required + 1000);
    flash.set_other_use(Partition::Part1, 1000 + required / 2);
    let failure = flash.start_write(START, Partition::Part1, new_image(), PACE).expect_err("too large");
    assert_eq!(failure.error, FlashError::Full { required, room: required - required / 2 });
    let half = millis(95) + millis(905) / 2;
    assert!(failure.after.abs_diff(half) < millis(3), "{:?}", failure.after);
    flash.stop_write(START + failure.after, Partition::Part1);
    assert_eq!(flash.activity(START), Activity::Idle);
    assert!(flash.verify(Partition::Part1).is_err());
    assert_eq!(flash.version(Partition::Part1), Some(version("17.9.4.27")), "its first file is there");
    // With room again the next attempt gets through.
    flash.set_other_use(Partition::Part1, 0);
    start_write(&mut flash);
    flash.sync();
    assert!(flash.verify(Partition::Part1).is_ok());
}

#[test]
fn a_bad_block_takes_no_writes_and_gives_no_bytes() {
    let mut flash = flash();
    flash.set_bad_block(Partition::Part1, 50_000);
    let error = flash.verify(Partition::Part1).expect_err("it cannot be read");
    let start_of_block = 50_000 / 4096 * 4096;
    assert!(
        matches!(error, PartitionError::Unreadable { offset, .. } if offset == start_of_block),
        "{error}"
    );
    let failure = flash.start_write(START, Partition::Part1, new_image(), PACE).expect_err("it is bad");
    assert_eq!(failure.error, FlashError::BadBlock { offset: start_of_block });
    assert!(failure.after > millis(100) && failure.after < PACE.takes);
    flash.stop_write(START + failure.after, Partition::Part1);
    assert!(size(&flash.files(Partition::Part1)) <= start_of_block);

    // A block beyond the files does not matter.
    flash.set_bad_block(Partition::Part2, 1 << 20);
    assert!(flash.verify(Partition::Part2).is_ok());
}

#[test]
fn a_block_that_goes_bad_behind_the_write_is_found_at_verification() {
    let mut flash = flash();
    start_write(&mut flash);
    flash.set_bad_block(Partition::Part1, 0);
    flash.sync();
    assert!(matches!(flash.verify(Partition::Part1), Err(PartitionError::Unreadable { offset: 0, .. })));
}

#[test]
fn bit_rot_is_found_in_every_file_also_of_the_active_partition() {
    for member in new_image() {
        let mut flash = flash();
        flash.corrupt_member(Partition::Part2, &member.name, 0).expect("there is one");
        assert!(flash.verify(Partition::Part2).is_err(), "{}", member.name);
        assert!(flash.verify(Partition::Part1).is_ok());
    }
    let mut flash = flash();
    flash.corrupt(Partition::Part1, 60_000).expect("there is one");
    assert!(matches!(flash.verify(Partition::Part1), Err(PartitionError::Image(_))));
    assert_eq!(flash.corrupt(Partition::Part1, 1 << 20), Err(FlashError::NothingThere));
    assert_eq!(flash.corrupt_member(Partition::Part1, "none", 0), Err(FlashError::NothingThere));
}

#[test]
#[should_panic(expected = "the active partition is never written")]
fn the_active_partition_is_never_written() {
    let _ = flash().start_write(START, Partition::Part2, new_image(), PACE);
}
