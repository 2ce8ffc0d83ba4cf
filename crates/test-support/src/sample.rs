//! The size of a sample: a fixed one in `ci/test`, a multiple of it in `ci/long`.

use std::ops::Range;

/// The variable of the environment that enlarges samples: a whole number.
const VARIABLE: &str = "EWCSIM_LONG";

/// `count`, or as many times that as `EWCSIM_LONG` says.
///
/// # Panics
/// If `EWCSIM_LONG` is not a whole number above 0.
pub fn enlarged(count: u64) -> u64 {
    let Ok(factor) = std::env::var(VARIABLE) else { return count };
    let factor: Option<u64> = factor.parse().ok().filter(|factor| *factor > 0);
    count * factor.unwrap_or_else(|| panic!("{VARIABLE} is not a whole number above 0"))
}

/// Seeds from 0: `count` of them, or as many times that as `EWCSIM_LONG` says.
pub fn seeds(count: u64) -> Range<u64> {
    0..enlarged(count)
}
