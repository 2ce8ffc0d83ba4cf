//! The times that lines begin or end with.

use std::time::Duration;

/// A time as a line prints it, by the clock and in the zone of the speaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The text.
    pub text: String,
    /// The year, where printed.
    pub year: Option<i32>,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month.
    pub day: u8,
    /// The hour.
    pub hour: u8,
    /// The minute.
    pub minute: u8,
    /// The second; 60 in a leap second.
    pub second: u8,
    /// The nanoseconds.
    pub nanos: u32,
    /// The zone's distance from UTC in minutes, where printed as a number or as `Z`.
    pub zone_minutes: Option<i16>,
    /// The time since the start of the device, where IOS prints that (`service timestamps log uptime`). Month, day and hour are then 0.
    pub uptime: Option<Uptime>,
}

/// The time since the start of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uptime {
    /// `00:00:46`, in the first day.
    Exact(Duration),
    /// `3d04h`, `2w1d` or `1y3w`: to the hour at best.
    Coarse,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A reader of one text.
struct Cursor<'a> {
    rest: &'a str,
}

impl Stamp {
    /// Reads a time at the start of `text`; also returns its length. There are these layouts:
    ///
    /// - `[*01/30/2024 21:41:35.1120]` of an access point;
    /// - `Feb  1 20:52:08.742`, with a year behind the day or none, of IOS and RFC 3164;
    /// - `00:00:46` and `3d04h`, an uptime of IOS, if `: ` stands behind it;
    /// - `2024-02-01T20:52:08.742+01:00`, with a blank for the `T` or no zone, of RFC 3339 and rsyslog.
    pub fn at_start(text: &str) -> Option<(Self, usize)> {
        [Self::of_console, Self::of_syslog, Self::of_rfc3339, Self::of_uptime].iter().find_map(|read| {
            let mut cursor = Cursor { rest: text };
            let stamp = read(&mut cursor)?;
            let length = text.len() - cursor.rest.len();
            Some((Self { text: text[..length].to_owned(), ..stamp }, length))
        })
    }

    /// Reads the time at the end of a line of Tftpd64, ` [31/01 12:32:58.042]`; also returns the place where it begins.
    pub fn at_end(text: &str) -> Option<(Self, usize)> {
        let start = text.rfind(" [")?;
        let mut cursor = Cursor { rest: &text[start + 2..] };
        let day = cursor.number(2)?;
        cursor.word("/")?;
        let month = cursor.number(2)?;
        cursor.word(" ")?;
        let stamp = cursor.time(None, month, day)?;
        (cursor.rest == "]")
            .then(|| (Self { text: text[start + 2..text.len() - 1].to_owned(), ..stamp }, start))
    }

    fn of_console(cursor: &mut Cursor<'_>) -> Option<Self> {
        cursor.word("[")?;
        let _ = cursor.word("*");
        let month = cursor.number(2)?;
        cursor.word("/")?;
        let day = cursor.number(2)?;
        cursor.word("/")?;
        let year = cursor.number(4)?;
        cursor.word(" ")?;
        let stamp = cursor.time(Some(year), month, day)?;
        cursor.word("]")?;
        Some(stamp)
    }

    fn of_syslog(cursor: &mut Cursor<'_>) -> Option<Self> {
        let name = cursor.rest.get(..3)?.to_ascii_lowercase();
        let month = u32::try_from(MONTHS.iter().position(|month| *month == name)?).ok()? + 1;
        cursor.rest = &cursor.rest[3..];
        cursor.blanks()?;
        let day = cursor.number(2)?;
        cursor.blanks()?;
        let year = if cursor.rest.get(4..5) == Some(" ") { Some(cursor.number(4)?) } else { None };
        if year.is_some() {
            cursor.blanks()?;
        }
        cursor.time(year, month, day)
    }

    fn of_rfc3339(cursor: &mut Cursor<'_>) -> Option<Self> {
        let year = cursor.number(4)?;
        cursor.word("-")?;
        let month = cursor.number(2)?;
        cursor.word("-")?;
        let day = cursor.number(2)?;
        cursor.word("T").or_else(|| cursor.word(" "))?;
        let stamp = cursor.time(Some(year), month, day)?;
        let zone = cursor.zone();
        Some(Self { zone_minutes: zone, ..stamp })
    }
}

impl Stamp {
    /// Reads an uptime of IOS.
    fn of_uptime(cursor: &mut Cursor<'_>) -> Option<Self> {
        let first = u64::from(cursor.number(4)?);
        let uptime = if cursor.word(":").is_some() {
            let minutes = cursor.number(2)?;
            cursor.word(":")?;
            let seconds = cursor.number(2)?;
            let fits = first < 24 && minutes < 60 && seconds < 60;
            let whole = first * 3_600 + u64::from(minutes) * 60 + u64::from(seconds);
            fits.then(|| Uptime::Exact(Duration::from_secs(whole)))?
        } else {
            let units = ["y", "w", "d", "h"];
            let larger = units.iter().position(|unit| cursor.word(unit).is_some())?;
            cursor.number(2)?;
            cursor.word(units.get(larger + 1)?)?;
            Uptime::Coarse
        };
        let none = Self {
            text: String::new(),
            year: None,
            month: 0,
            day: 0,
            hour: 0,
            minute: 0,
            second: 0,
            nanos: 0,
            zone_minutes: None,
            uptime: Some(uptime),
        };
        cursor.rest.starts_with(": ").then_some(none)
    }

    /// Returns true if it is of a clock of IOS that was not set yet: it counts from 1 March, and prints no year.
    pub(crate) fn is_unset(&self) -> bool {
        self.uptime.is_none() && self.year.is_none() && (self.month, self.day) == (3, 1)
    }
}

impl Cursor<'_> {
    fn word(&mut self, word: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    fn blanks(&mut self) -> Option<()> {
        let rest = self.rest.trim_start_matches(' ');
        let some = rest.len() < self.rest.len();
        self.rest = rest;
        some.then_some(())
    }

    /// Reads a number of one to `most` digits.
    fn number(&mut self, most: usize) -> Option<u32> {
        let digits = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let number = self.rest[..digits].parse().ok()?;
        self.rest = &self.rest[digits..];
        Some(number)
    }

    /// Reads `20:52:08`, with a fraction behind a dot or a comma, or without.
    fn time(&mut self, year: Option<u32>, month: u32, day: u32) -> Option<Stamp> {
        let hour = self.number(2)?;
        self.word(":")?;
        let minute = self.number(2)?;
        self.word(":")?;
        let second = self.number(2)?;
        let mut nanos = 0;
        let fraction = self
            .rest
            .strip_prefix(['.', ','])
            .map(|rest| rest.bytes().take_while(u8::is_ascii_digit).count());
        if let Some(digits @ 1..=9) = fraction {
            nanos = self.rest[1..=digits].parse::<u32>().ok()? * 10_u32.pow(9 - u32::try_from(digits).ok()?);
            self.rest = &self.rest[digits + 1..];
        }
        let small = |number: u32, least: u32, most: u32| {
            (least..=most).contains(&number).then(|| u8::try_from(number).ok()).flatten()
        };
        Some(Stamp {
            text: String::new(),
            year: year.map(i32::try_from).transpose().ok()?,
            month: small(month, 1, 12)?,
            day: small(day, 1, 31)?,
            hour: small(hour, 0, 23)?,
            minute: small(minute, 0, 59)?,
            second: small(second, 0, 60)?,
            nanos,
            zone_minutes: None,
            uptime: None,
        })
    }

    /// Reads `Z`, `+01:00` or `+0100`.
    fn zone(&mut self) -> Option<i16> {
        if self.word("Z").is_some() {
            return Some(0);
        }
        let sign = match self.rest.bytes().next()? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let mut ahead = Cursor { rest: &self.rest[1..] };
        let hours = ahead.number(2)?;
        let _ = ahead.word(":");
        let minutes = ahead.number(2)?;
        let zone = i16::try_from(hours * 60 + minutes).ok().filter(|_| hours <= 14 && minutes < 60)?;
        self.rest = ahead.rest;
        Some(sign * zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_each_layout() {
        for (text, length, expected) in [
            ("[*01/30/2024 21:41:35.1120] CAPWAP", 27, (Some(2024), 1, 30, 21, 112_000_000, None)),
            ("Feb 1 20:52:08.742: %INSTALL", 18, (None, 2, 1, 20, 742_000_000, None)),
            ("Feb  1 20:52:08 host", 15, (None, 2, 1, 20, 0, None)),
            ("Feb  1 2024 20:52:08.742 UTC: %X", 24, (Some(2024), 2, 1, 20, 742_000_000, None)),
            ("2024-02-01T20:52:08.123456+01:00 host", 32, (Some(2024), 2, 1, 20, 123_456_000, Some(60))),
            ("2024-02-01T20:52:08Z h", 20, (Some(2024), 2, 1, 20, 0, Some(0))),
            ("2024-02-01 20:52:08,5 h", 21, (Some(2024), 2, 1, 20, 500_000_000, None)),
            ("2024-02-01T20:52:08-0500 h", 24, (Some(2024), 2, 1, 20, 0, Some(-300))),
        ] {
            let (stamp, end) = Stamp::at_start(text).unwrap_or_else(|| panic!("{text}"));
            let found = (stamp.year, stamp.month, stamp.day, stamp.hour, stamp.nanos, stamp.zone_minutes);
            assert_eq!((end, found), (length, expected), "{text}");
        }
        let (stamp, start) = Stamp::at_end("Using local port 5 [31/01 12:32:58.042]").expect("a time");
        assert_eq!((stamp.month, stamp.day, stamp.nanos, start), (1, 31, 42_000_000, 18));
    }

    #[test]
    fn uptimes_of_ios_are_read_in_front_of_a_colon() {
        let read = |text: &str| Stamp::at_start(text).map(|(stamp, length)| (stamp.uptime, length));
        assert_eq!(read("00:12:46: %X"), Some((Some(Uptime::Exact(Duration::from_secs(766))), 8)));
        for text in ["3d04h: %X", "2w1d: %X", "1y03w: %X"] {
            assert_eq!(read(text), Some((Some(Uptime::Coarse), text.len() - 4)), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_times() {
        for text in [
            "00:12:46",
            "24:12:46: %X",
            "3d04w: %X",
            "3d04h",
            "12: %X",
            "",
            "Feb",
            "Feb 1",
            "Feb 1 20:52",
            "Mai 1 20:52:08",
            "[*13/30/2024 21:41:35.1120]",
            "2024-02-01",
            "é",
            "[*é",
        ] {
            assert_eq!(Stamp::at_start(text), None, "{text}");
        }
        assert_eq!(Stamp::at_end("x [31/13 12:32:58.042]"), None);
    }
}
