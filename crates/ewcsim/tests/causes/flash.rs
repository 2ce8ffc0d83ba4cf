//! `scenarios/bugs/`: full flash, and damaged flash.

use crate::causes::{UPGRADED, depends_on_its_cause, fails, holds};
use crate::common::Edited;

/// Checks that `from` is the cause: with `to` in its place, the access point is upgraded.
fn is_upgraded_with(name: &str, from: &str, to: &str) {
    let sick = Edited::scenario(name);
    let healthy = sick.clone().replace(from, to);
    depends_on_its_cause(&sick, &healthy);
    fails(&sick.until("10m"), UPGRADED);
    holds(&healthy.until("10m"), UPGRADED);
}

#[test]
fn with_the_usual_tmp_the_image_fits() {
    is_upgraded_with("bugs/tmp-full", "tmp: 60000KiB", "tmp: 96064KiB");
}

#[test]
fn with_room_in_the_partition_the_image_fits() {
    is_upgraded_with("bugs/partition-full", "used: 79.5MB", "used: 70MB");
}

#[test]
fn a_bad_block_behind_the_image_does_no_harm() {
    is_upgraded_with("bugs/bad-block", "offset: 512KiB", "offset: 4MiB");
}

#[test]
fn one_good_partition_is_enough() {
    let both = Edited::scenario("bugs/both-partitions-bad").until("10m");
    let backup = both.clone().replace("corrupt: both", "corrupt: part1");
    let active = both.clone().replace("corrupt: both", "corrupt: part2");
    for one in [&backup, &active] {
        depends_on_its_cause(&both, one);
        assert_eq!(holds(one, UPGRADED).waived, []);
    }
    // The report names the cause of the damage, and no device is blamed.
    let finished = fails(&both, UPGRADED);
    let [waived] = finished.waived.as_slice() else { panic!("{:?}", finished.waived) };
    assert_eq!(waived.invariant, "at least one partition boots");
    assert!(waived.actual.ends_with("the scenario damaged part1 and part2"), "{}", waived.actual);
}
