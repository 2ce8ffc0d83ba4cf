//! Modification times of files.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

/// The age, in seconds, from which `ls -l` shows the year instead of the hour: half a year.
const HALF_A_YEAR: i64 = 365 * 24 * 60 * 60 / 2;

/// The modification time of a file, as far as it is known. Clocks of machines show UTC here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Modified {
    /// The words of a listing, which may leave out the year: `Oct 20 11:04`, `Oct 20  2023`, `2023-10-20 11:04`.
    Listed(String),
    /// The seconds since 1970.
    At(i64),
}

impl Default for Modified {
    fn default() -> Self {
        Self::At(0)
    }
}

impl Modified {
    /// Returns the seconds since 1970, if it is now `now`: a day without a year is the latest in the past. Words in none of the
    /// three forms count as 1970.
    pub fn seconds(&self, now: i64) -> i64 {
        match self {
            Self::At(seconds) => *seconds,
            Self::Listed(words) => parse(words, now).map_or(0, seconds),
        }
    }

    /// Returns the words of `ls -l` of OpenSSH's sftp-server at `now`: `Oct 20 11:04`, and `Oct 20  2023` if older than half a
    /// year or in the future.
    pub fn words(&self, now: i64) -> String {
        let at = self.seconds(now);
        let format = if now - HALF_A_YEAR < at && at <= now { "%b %e %H:%M" } else { "%b %e  %Y" };
        Timestamp::from_second(at)
            .ok()
            .and_then(|at| strtime::format(format, &at.to_zoned(TimeZone::UTC)).ok())
            .unwrap_or_default()
    }
}

fn parse(words: &str, now: i64) -> Option<DateTime> {
    let words: Vec<&str> = words.split_ascii_whitespace().collect();
    match words[..] {
        [date, time] => DateTime::strptime("%Y-%m-%d %H:%M", format!("{date} {}", time.get(..5)?)).ok(),
        [month, day, time] if time.contains(':') => {
            let year = Timestamp::from_second(now).ok()?.to_zoned(TimeZone::UTC).year();
            // The 29th of February is in every fourth year only, at most eight years ago.
            (0..=8)
                .filter_map(|ago| {
                    DateTime::strptime("%Y %b %d %H:%M", format!("{} {month} {day} {time}", year - ago)).ok()
                })
                .find(|at| seconds(*at) <= now)
        }
        [month, day, year] => {
            let date = Date::strptime("%Y %b %d", format!("{year} {month} {day}")).ok()?;
            Some(date.at(0, 0, 0, 0))
        }
        _ => None,
    }
}

fn seconds(at: DateTime) -> i64 {
    at.to_zoned(TimeZone::UTC).map_or(0, |at| at.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-01-30 21:41:35 UTC.
    const NOW: i64 = 1_706_650_895;

    fn both(words: &str) -> (i64, String) {
        let modified = Modified::Listed(words.into());
        (modified.seconds(NOW), modified.words(NOW))
    }

    #[test]
    fn listings_are_read_as_of_now() {
        assert_eq!(both("Oct 20 11:04"), (1_697_799_840, "Oct 20 11:04".into()));
        assert_eq!(both("2023-10-20 11:04"), (1_697_799_840, "Oct 20 11:04".into()));
        assert_eq!(both("Jan 5 09:00"), (1_704_445_200, "Jan  5 09:00".into()));
        assert_eq!(both("Oct 20  2022"), (1_666_224_000, "Oct 20  2022".into()));
        // The last one was almost four years ago.
        assert_eq!(both("Feb 29 12:00"), (1_582_977_600, "Feb 29  2020".into()));
        // Not yet this year.
        assert_eq!(both("Jan 31 00:00").1, "Jan 31  2023");
    }

    #[test]
    fn what_is_no_date_is_1970() {
        for words in [
            "",
            "yesterday",
            "Oct 99 11:04",
            "20 Oct 11:04",
            "Oct 20 11:04 more",
            "2023-10-20 \u{e9}\u{e9}\u{e9}",
        ] {
            assert_eq!(both(words), (0, "Jan  1  1970".into()), "{words}");
        }
    }

    #[test]
    fn what_is_to_come_has_its_year() {
        assert_eq!(Modified::At(NOW + 60).words(NOW), "Jan 30  2024");
        assert_eq!(Modified::At(NOW).words(NOW), "Jan 30 21:41");
        assert_eq!(Modified::At(i64::MAX).words(NOW), "");
    }
}
