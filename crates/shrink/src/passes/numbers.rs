//! Rounder numbers and times.

use std::time::Duration;

use scenario::{Shape, Tree, Unit, Value};
use text::{durations, units};

use crate::search::{Candidate, Search};
use crate::walk::{Path, Spot, at, is_below, spots, with};

/// Steps of times, in milliseconds, from coarse to fine.
const STEPS: [u64; 13] =
    [3_600_000, 1_800_000, 600_000, 300_000, 60_000, 30_000, 10_000, 5_000, 1_000, 500, 100, 10, 1];
/// Round shares.
const SHARES: [&str; 6] = ["100%", "50%", "20%", "10%", "5%", "1%"];

/// Makes each number rounder: the roundest one that still fails.
pub(super) fn numbers(search: &mut Search<'_>) {
    let tree = search.tree().clone();
    let is_meant =
        |spot: &Spot| !is_below(&spot.path, &["expect", "must_violate", "images", "seed", "until", "tick"]);
    for spot in spots(&tree).into_iter().filter(is_meant) {
        match spot.shape {
            Shape::Number(number) => {
                // The number of a group is that of its access points.
                let is_group =
                    spot.key.is_some_and(|(table, key)| table.name == "access point" && key.name == "count");
                if !is_group {
                    round(search, &spot.path, number.unit, number.within.map_or(0, |(least, _)| least));
                }
            }
            Shape::Facts => {
                let keys: Vec<String> = at(&tree, &spot.path).map(keys).unwrap_or_default();
                for key in keys {
                    let mut path = spot.path.clone();
                    path.push(crate::walk::Part::Key(key));
                    round(search, &path, Unit::Time, 0);
                }
            }
            _ => {}
        }
    }
}

fn keys(tree: &Tree) -> Vec<String> {
    tree.entries().iter().map(|(key, _)| key.clone()).collect()
}

fn round(search: &mut Search<'_>, path: &Path, unit: Unit, least: u64) {
    let tree = search.tree().clone();
    let Some(text) = at(&tree, path).and_then(Tree::as_text) else { return };
    let rounder = match unit {
        Unit::Time => times(text),
        Unit::Size => amounts(text, |text| units::bytes(text).ok(), size),
        Unit::BitRate => amounts(text, |text| units::bit_rate(text).ok(), bit_rate),
        Unit::Share => shares(text),
        Unit::Count => counts(text, least),
        // Sizes of images have a pass of their own; clocks and permissions are removed or stay.
        Unit::ArchiveSize | Unit::Offset | Unit::Mode => Vec::new(),
    };
    let candidates = rounder.into_iter().map(|number| {
        let what = format!("{text} is {number}");
        Candidate { tree: with(&tree, path, Value::Text(number)), what }
    });
    search.first(candidates);
}

/// Returns rounder times, the roundest first: below and above.
fn times(text: &str) -> Vec<String> {
    let Ok(time) = units::duration(text) else { return Vec::new() };
    let known = time.as_nanos();
    let mut found = Vec::new();
    if known > 0 {
        found.push(Duration::ZERO);
    }
    for step in STEPS {
        let (milliseconds, nanos) = (u128::from(step), u128::from(step) * 1_000_000);
        if known.is_multiple_of(nanos) {
            break;
        }
        let below = known / nanos;
        let is_near = |count: &u128| *count > 0 && count * nanos <= known * 2;
        let near = [below, below + 1].into_iter().filter(is_near);
        let near =
            near.filter_map(|count| u64::try_from(count * milliseconds).ok()).map(Duration::from_millis);
        for time in near {
            if !found.contains(&time) {
                found.push(time);
            }
        }
    }
    found.into_iter().map(durations::short).collect()
}

/// Returns numbers with one digit that is not 0, then with two, below and above; none that are not rounder.
fn amounts(text: &str, read: fn(&str) -> Option<u64>, write: fn(u64) -> String) -> Vec<String> {
    let Some(known) = read(text).filter(|known| *known > 0) else { return Vec::new() };
    let digits = known.to_string().trim_end_matches('0').len();
    let powers = |left: usize| {
        10_u64.checked_pow(u32::try_from(known.to_string().len().saturating_sub(left)).unwrap_or(0))
    };
    let mut found = Vec::new();
    for left in 1..digits.min(3) {
        let Some(power) = powers(left) else { continue };
        let below = known / power * power;
        found.extend([below, below.saturating_add(power)]);
    }
    found.into_iter().map(write).collect()
}

fn size(bytes: u64) -> String {
    match bytes {
        bytes if bytes > 0 && bytes.is_multiple_of(1_000_000) => format!("{}MB", bytes / 1_000_000),
        bytes => bytes.to_string(),
    }
}

fn bit_rate(bits: u64) -> String {
    match bits {
        bits if bits.is_multiple_of(1_000_000_000) => format!("{}Gbit", bits / 1_000_000_000),
        bits if bits.is_multiple_of(1_000_000) => format!("{}Mbit", bits / 1_000_000),
        bits if bits.is_multiple_of(1_000) => format!("{}kbit", bits / 1_000),
        bits => format!("{bits}bit"),
    }
}

/// Returns rounder shares, the largest first: what is lost always is easier to see than what is lost sometimes.
fn shares(text: &str) -> Vec<String> {
    let Ok(known) = units::ratio(text) else { return Vec::new() };
    let is_known = |share: &&str| units::ratio(share).is_ok_and(|share| share == known);
    let rounder = SHARES.iter().take_while(|share| !is_known(share));
    rounder.map(|share| (*share).to_owned()).collect()
}

/// Returns smaller numbers.
fn counts(text: &str, least: u64) -> Vec<String> {
    let Ok(known) = units::number(text) else { return Vec::new() };
    let smaller =
        [least, 1, 2, 5, 10, 20, 50, 100].into_iter().filter(|count| *count >= least && *count < known);
    smaller.map(|count| count.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounder_times_come_first() {
        assert_eq!(
            times("137.63s"),
            [
                "0s", "2m", "3m", "2m30s", "2m10s", "2m20s", "2m15s", "2m17s", "2m18s", "2m17.5s", "2m17.6s",
                "2m17.7s"
            ]
        );
        assert_eq!(times("2m"), ["0s"]);
        assert!(times("0").is_empty());
    }

    #[test]
    fn rounder_amounts_have_fewer_digits() {
        let sizes = |text| amounts(text, |text| units::bytes(text).ok(), size);
        assert_eq!(sizes("1234567"), ["1MB", "2MB", "1200000", "1300000"]);
        assert_eq!(sizes("120"), ["100", "200"]);
        assert!(sizes("1MB").is_empty() && sizes("0").is_empty());
        assert_eq!(counts("40", 1), ["1", "1", "2", "5", "10", "20"]);
        assert_eq!(shares("1.73%").first().map(String::as_str), Some("100%"));
        assert_eq!(shares("50%"), ["100%"]);
    }
}
