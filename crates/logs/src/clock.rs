//! The clock of a speaker: from the times that it prints to the time since its first line.

use std::time::Duration;

use crate::Stamp;
use crate::stamp::Uptime;

/// A clock that goes back by more than this was set; by less, lines of two processes were written in another order.
pub(crate) const DISORDER: Duration = Duration::from_secs(2);
/// The year that is assumed where none is printed, unless the log has a 29 February.
const YEAR: i64 = 2023;
const LEAP_YEAR: i64 = 2024;
/// A month that is so much less than the one before is one of the next year.
const MONTHS_BACK: u8 = 6;

/// The clock of one speaker.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    year: Option<i64>,
    month: u8,
    /// The last time, in nanoseconds since 1970 by the speaker's own clock.
    last: Option<i128>,
    since: Duration,
    /// The last stamp was of a clock that was not set yet.
    unset: bool,
}

/// The answer of a clock to a stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tick {
    pub(crate) since: Duration,
    pub(crate) set_back: Option<Duration>,
}

impl Clock {
    /// Returns the time of the last line.
    pub(crate) fn since(&self) -> Option<Duration> {
        self.last.map(|_| self.since)
    }

    /// Returns the moment of a stamp by this clock, in nanoseconds, and takes over its year; `None` if there is no such day, or if the
    /// stamp is an uptime in whole hours.
    pub(crate) fn moment(&mut self, stamp: &Stamp) -> Option<i128> {
        let (now, year) = self.read(stamp)?;
        (self.year, self.month) = (Some(year), stamp.month);
        Some(now)
    }

    fn read(&self, stamp: &Stamp) -> Option<(i128, i64)> {
        match stamp.uptime {
            Some(Uptime::Exact(uptime)) => return Some((i128::try_from(uptime.as_nanos()).ok()?, YEAR)),
            Some(Uptime::Coarse) => return None,
            None => {}
        }
        let year = match (stamp.year, self.year) {
            (Some(year), _) => i64::from(year),
            (None, None) if (stamp.month, stamp.day) == (2, 29) => LEAP_YEAR,
            (None, None) => YEAR,
            (None, Some(year)) if stamp.month + MONTHS_BACK < self.month => year + 1,
            // A line of the last days of a year may come behind one of the first.
            (None, Some(year)) if self.month + MONTHS_BACK < stamp.month => year - 1,
            (None, Some(year)) => year,
        };
        let day = day(year, stamp.month.into(), stamp.day.into())
            .or_else(|| day(LEAP_YEAR, stamp.month.into(), stamp.day.into()))?;
        let seconds = day * 86_400
            + i64::from(stamp.hour) * 3_600
            + i64::from(stamp.minute) * 60
            + i64::from(stamp.second)
            - i64::from(stamp.zone_minutes.unwrap_or_default()) * 60;
        Some((i128::from(seconds) * 1_000_000_000 + i128::from(stamp.nanos), year))
    }

    /// Reads a stamp; `None` if there is no such day, or if it says the time to the hour only.
    pub(crate) fn tick(&mut self, stamp: &Stamp) -> Option<Tick> {
        let (now, year) = self.read(stamp)?;
        // A clock that was not set yet counts from 1 March. The time from there to the first right time is not known.
        let is_set = std::mem::replace(&mut self.unset, stamp.is_unset()) && !stamp.is_unset();
        if is_set {
            self.last = None;
        }
        let mut set_back = None;
        let mut forget = true;
        if let Some(last) = self.last {
            let step = Duration::from_nanos(u64::try_from((now - last).unsigned_abs()).unwrap_or(u64::MAX));
            if now >= last {
                self.since = self.since.saturating_add(step);
            } else if step > DISORDER {
                set_back = Some(step);
            } else {
                forget = false;
            }
        }
        if forget {
            (self.last, self.year, self.month) = (Some(now), Some(year), stamp.month);
        }
        Some(Tick { since: self.since, set_back })
    }
}

/// Returns the number of days from 1970 to a day; `None` if there is no such day.
pub(crate) fn day(year: i64, month: u32, day: u32) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let month = usize::try_from(month).ok()?.checked_sub(1)?;
    if !(1..=*lengths.get(month)?).contains(&day) || !(1..=9999).contains(&year) {
        return None;
    }
    let before = year - 1;
    let days = before * 365 + before / 4 - before / 100 + before / 400;
    const OF_1970: i64 = 719_162;
    Some(days - OF_1970 + i64::from(lengths[..month].iter().sum::<u32>()) + i64::from(day) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tick(clock: &mut Clock, text: &str) -> (u64, Option<u64>) {
        let (stamp, _) = Stamp::at_start(text).expect("a time");
        let tick = clock.tick(&stamp).expect("a day");
        (tick.since.as_secs(), tick.set_back.map(|back| back.as_secs()))
    }

    #[test]
    fn days_count_from_1970() {
        for (date, expected) in [
            ((1970, 1, 1), Some(0)),
            ((2000, 3, 1), Some(11_017)),
            ((2024, 2, 29), Some(19_782)),
            ((2023, 2, 29), None),
            ((2023, 13, 1), None),
            ((2023, 0, 1), None),
        ] {
            assert_eq!(day(date.0, date.1, date.2), expected, "{date:?}");
        }
    }

    #[test]
    fn a_clock_that_is_set_back_stands_still() {
        let mut clock = Clock::default();
        assert_eq!(tick(&mut clock, "Feb  1 20:52:08"), (0, None));
        assert_eq!(tick(&mut clock, "Feb  1 20:52:18"), (10, None));
        assert_eq!(tick(&mut clock, "Feb  1 20:52:17"), (10, None));
        assert_eq!(tick(&mut clock, "Feb  1 20:00:18"), (10, Some(3_120)));
        assert_eq!(tick(&mut clock, "Feb  1 20:00:19"), (11, None));
    }

    #[test]
    fn years_follow_one_another() {
        let mut clock = Clock::default();
        assert_eq!(tick(&mut clock, "Dec 31 23:59:59"), (0, None));
        assert_eq!(tick(&mut clock, "Jan  1 00:00:01"), (2, None));
        assert_eq!(tick(&mut clock, "Dec 31 23:59:59"), (2, None));
        let mut leap = Clock::default();
        assert_eq!(tick(&mut leap, "Feb 29 23:59:59"), (0, None));
        assert_eq!(tick(&mut leap, "Mar  1 00:00:00"), (1, None));
    }

    #[test]
    fn a_clock_that_was_not_set_says_nothing_of_the_time_until_it_is() {
        let mut clock = Clock::default();
        assert_eq!(tick(&mut clock, "*Mar  1 00:00:12.345".trim_start_matches('*')), (0, None));
        assert_eq!(tick(&mut clock, "Mar  1 00:01:12.345"), (60, None));
        assert_eq!(tick(&mut clock, "Feb  1 20:52:08"), (60, None));
        assert_eq!(tick(&mut clock, "Feb  1 20:52:18"), (70, None));
    }

    #[test]
    fn uptimes_count_from_the_start() {
        let mut clock = Clock::default();
        assert_eq!(tick(&mut clock, "00:00:46: %SYS-5-RESTART: x"), (0, None));
        assert_eq!(tick(&mut clock, "00:01:46: %SYS-5-RESTART: x"), (60, None));
        let (coarse, _) = Stamp::at_start("3d04h: %SYS-5-RESTART: x").expect("an uptime");
        assert_eq!(clock.tick(&coarse), None);
    }

    #[test]
    fn zones_are_taken_into_account() {
        let mut clock = Clock::default();
        assert_eq!(tick(&mut clock, "2024-02-01T20:52:08+01:00"), (0, None));
        assert_eq!(tick(&mut clock, "2024-02-01T19:52:09Z"), (1, None));
    }
}
