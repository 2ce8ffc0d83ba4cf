//! Formats of simulated time for people and devices.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The wall clock of a run: its start, and the time formats of the devices.
#[derive(Clone, Copy, Debug)]
pub struct WallClock {
    start: Timestamp,
}

impl WallClock {
    /// Creates a clock that shows `start` at the start of the run.
    pub fn new(start: Timestamp) -> Self {
        Self { start }
    }

    /// Returns a clock that is `ahead` of this one.
    #[must_use]
    pub fn ahead(self, ahead: SignedDuration) -> Self {
        // A clock that cannot be so far ahead is not ahead.
        Self { start: self.start.checked_add(ahead).unwrap_or(self.start) }
    }

    /// Returns the nanoseconds since 1970 at the start of the run; 0 for a start before that.
    pub fn epoch_ns(&self) -> u64 {
        u64::try_from(self.start.as_nanosecond()).unwrap_or(0)
    }

    /// Formats as RFC 3339 in UTC with milliseconds: `2024-01-30T21:41:35.112Z`.
    pub fn rfc3339(&self, at: Duration) -> String {
        self.strftime(at, "%Y-%m-%dT%H:%M:%S%.3fZ")
    }

    /// Formats the time of day: `21:41:35.112`.
    pub fn time_of_day(&self, at: Duration) -> String {
        self.strftime(at, "%H:%M:%S%.3f")
    }

    /// Formats as an access point's console does: `01/30/2024 21:41:35.1120`. The fourth digit is always 0 (domain: samples of
    /// both dialects).
    pub fn console(&self, at: Duration) -> String {
        format!("{}0", self.strftime(at, "%m/%d/%Y %H:%M:%S%.3f"))
    }

    /// Formats as IOS-XE does without a time zone: `Feb  1 20:29:14.108`.
    pub fn ios(&self, at: Duration) -> String {
        self.strftime(at, "%b %e %H:%M:%S%.3f")
    }

    /// Formats the time that lies `before` a time since the start as date(1) and AP-COS do: `Tue Jan 23 19:26:02 UTC 2024`.
    pub fn date(&self, at: Duration, before: Duration) -> String {
        let start = self.start.checked_sub(before).unwrap_or(self.start);
        Self { start }.strftime(at, "%a %b %e %H:%M:%S UTC %Y")
    }

    /// Formats as strftime(3) does, in UTC.
    pub fn strftime(&self, at: Duration, format: &str) -> String {
        // A scenario with times beyond the range of a timestamp is rejected, so this fallback is never used.
        let at = self.start.checked_add(at).unwrap_or(self.start);
        at.to_zoned(TimeZone::UTC).strftime(format).to_string()
    }
}

/// Formats a time since the start with the precision a reader needs: `+0.350s`, `+28.740s`, `+5m12.3s`, `+2h03m04s`.
pub fn elapsed(at: Duration) -> String {
    let seconds = at.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    if hours > 0 {
        format!("+{hours}h{minutes:02}m{:02}s", seconds % 60)
    } else if minutes > 0 {
        let tenths = at.subsec_millis() / 100;
        format!("+{minutes}m{:02}.{tenths}s", seconds % 60)
    } else {
        format!("+{seconds}.{:03}s", at.subsec_millis())
    }
}

#[cfg(test)]
mod tests {
    use daemon::DaemonEvent as _;

    use super::*;

    #[test]
    fn each_device_prints_its_own_way() {
        let clock = WallClock::new("2024-02-01T20:29:14Z".parse().expect("a timestamp"));
        let at = Duration::from_micros(108_999);
        assert_eq!(clock.console(at), "02/01/2024 20:29:14.1080");
        assert_eq!(clock.ios(at), "Feb  1 20:29:14.108");
        assert_eq!(clock.strftime(at, tftpd::tftpd_hpa::TftpdHpaEvent::TIME), "Feb  1 20:29:14");
        assert_eq!(clock.strftime(at, tftpd::tftpd64::Tftpd64Event::TIME), "01/02 20:29:14.108");
        assert_eq!(clock.rfc3339(at), "2024-02-01T20:29:14.108Z");
        assert_eq!(clock.epoch_ns(), 1_706_819_354_000_000_000);
        assert_eq!(
            clock.ahead(SignedDuration::from_hours(-6)).strftime(at, openssh::SshdEvent::TIME),
            "Feb  1 14:29:14"
        );
    }

    #[test]
    fn elapsed_times_are_short() {
        let printed = |ms| elapsed(Duration::from_millis(ms));
        assert_eq!(printed(0), "+0.000s");
        assert_eq!(printed(28_740), "+28.740s");
        assert_eq!(printed(312_340), "+5m12.3s");
        assert_eq!(printed(7_384_000), "+2h03m04s");
    }
}
