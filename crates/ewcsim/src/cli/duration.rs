//! Durations on the command line.

use std::time::Duration;

use text::units;

/// Reads a duration of more than zero.
///
/// # Errors
/// What to write instead.
pub(super) fn duration(text: &str) -> Result<Duration, &'static str> {
    let wrong = "write a duration of more than zero, such as 60s or 10m";
    units::duration(text).ok().filter(|duration| !duration.is_zero()).ok_or(wrong)
}
