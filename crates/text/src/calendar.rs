//! Dates and times of day on the clocks of devices, which show UTC.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Formats, as strftime(3) does, the time `at` after `start`, which counts from 1970.
pub fn format(start: Duration, at: Duration, format: &str) -> String {
    let since_1970 = SignedDuration::try_from(start.saturating_add(at)).unwrap_or(SignedDuration::MAX);
    let at = Timestamp::from_duration(since_1970).unwrap_or(Timestamp::MAX);
    at.to_zoned(TimeZone::UTC).strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_count_from_the_start_of_the_run() {
        let start = Duration::from_secs(1_706_650_895);
        let at = Duration::from_millis(112);
        assert_eq!(format(start, at, "%m/%d/%Y %H:%M:%S%.3f"), "01/30/2024 21:41:35.112");
        // A time that no calendar has is its last one.
        assert_eq!(format(Duration::MAX, at, "%Y"), "9999");
    }
}
