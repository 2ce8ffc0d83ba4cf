//! The wall clock of the night.

use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, civil};

/// Shows times since the beginning of the night as times of day, in the zone in which the beginning is written.
pub(crate) struct Clock {
    /// Nothing if the beginning is no timestamp: then no time of day is shown.
    start: Option<(Timestamp, Offset)>,
}

impl Clock {
    /// Creates a clock that shows `start`, which is RFC 3339, at the beginning.
    pub(crate) fn new(start: &str) -> Self {
        let offset = Pieces::parse(start).ok().and_then(|pieces| pieces.to_numeric_offset());
        Self { start: start.parse().ok().map(|start| (start, offset.unwrap_or(Offset::UTC))) }
    }

    /// Returns the time of day, `22:14`, with the number of days by which it is later than the beginning: `01:05 +1d`.
    pub(crate) fn time(&self, seconds: f64) -> Option<String> {
        let (first, at) = (self.civil(0.0)?, self.civil(seconds)?);
        let days = first.date().until(at.date()).map_or(0, |span| span.get_days());
        let later = if days > 0 { format!(" +{days}d") } else { String::new() };
        Some(format!("{}{later}", at.strftime("%H:%M")))
    }

    /// Returns the date of the beginning, with the day of the week: `Tue 2024-01-30`.
    pub(crate) fn date(&self) -> Option<String> {
        Some(self.civil(0.0)?.strftime("%a %Y-%m-%d").to_string())
    }

    /// Returns the seconds from midnight to the beginning.
    pub(crate) fn since_midnight(&self) -> Option<f64> {
        let time = self.civil(0.0)?.time();
        Some(f64::from(time.hour()) * 3600.0 + f64::from(time.minute()) * 60.0 + f64::from(time.second()))
    }

    /// Returns the zone: `UTC`, or `UTC+01:00`.
    pub(crate) fn zone(&self) -> String {
        match self.start {
            Some((_, offset)) if !offset.is_zero() => {
                let minutes = offset.seconds() / 60;
                let sign = if minutes < 0 { '-' } else { '+' };
                format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
            _ => "UTC".to_owned(),
        }
    }

    fn civil(&self, seconds: f64) -> Option<civil::DateTime> {
        let (start, offset) = self.start?;
        let at = start.checked_add(SignedDuration::try_from_secs_f64(seconds).ok()?).ok()?;
        Some(offset.to_datetime(at))
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;

    #[test]
    fn times_are_those_of_the_zone_in_which_the_beginning_is_written() {
        let clock = Clock::new("2024-01-30T22:00:00Z");
        assert_eq!(clock.time(0.0).as_deref(), Some("22:00"));
        assert_eq!(clock.time(3599.9).as_deref(), Some("22:59"));
        assert_eq!(clock.time(3.0 * 3600.0).as_deref(), Some("01:00 +1d"));
        assert_eq!(clock.date().as_deref(), Some("Tue 2024-01-30"));
        assert_eq!(clock.zone(), "UTC");
        let west = Clock::new("2024-01-30T22:00:00-03:30");
        assert_eq!(west.time(60.0).as_deref(), Some("22:01"));
        assert_eq!(west.zone(), "UTC-03:30");
        assert_eq!(west.since_midnight(), Some(22.0 * 3600.0));
    }

    #[test]
    fn what_is_no_time_shows_none() {
        assert_eq!(Clock::new("tonight").time(0.0), None);
        let clock = Clock::new("2024-01-30T22:00:00Z");
        assert_eq!(clock.time(f64::NAN), None);
        assert_eq!(clock.time(1e300), None);
    }
}
