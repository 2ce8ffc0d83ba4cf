//! The dates of listings, in the languages and orders that commands print them.

use super::words::Words;

/// The English names of the months, which file servers print.
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// What the names of the months begin with in other languages: German, French, Spanish, Portuguese, Italian, Dutch, Swedish.
const NAMES: [&[&str]; 12] = [
    &["jan", "jän", "ene", "gen"],
    &["feb", "fév", "fev"],
    &["mar", "mär", "mrz", "mrt", "maa"],
    &["apr", "avr", "abr"],
    &["may", "mai", "mei", "maj", "mag"],
    &["jun", "juin", "giu"],
    &["jul", "juil", "lug"],
    &["aug", "aoû", "aou", "ago"],
    &["sep", "set"],
    &["oct", "okt", "out", "ott"],
    &["nov"],
    &["dec", "dez", "déc", "dic"],
];
/// The longest abbreviation of a month.
const MONTH_MAX: usize = 12;

/// A date that was read.
pub(super) struct Date {
    /// The number of words it has.
    pub(super) words: usize,
    /// In the form of [`Entry::modified`](super::Entry::modified).
    pub(super) modified: String,
}

/// A month as it is written.
enum Month {
    Known(usize),
    /// A word that may be a month in a language that is not known.
    Unknown(String),
}

impl Month {
    fn read(word: &str) -> Option<Self> {
        let name = word.trim_end_matches('.').to_lowercase();
        if let Some(number) = name.strip_suffix(['月', '월']) {
            return number.parse().ok().filter(|month| (1..=12).contains(month)).map(Self::Known);
        }
        let known = |names: &&[&str]| names.iter().any(|start| name.starts_with(start));
        let is_name =
            !name.is_empty() && name.chars().count() <= MONTH_MAX && name.chars().all(char::is_alphabetic);
        is_name.then(|| {
            NAMES.iter().position(known).map_or_else(|| Self::Unknown(name.clone()), |at| Self::Known(at + 1))
        })
    }

    fn english(&self) -> &str {
        match self {
            Self::Known(month) => MONTHS[month - 1],
            Self::Unknown(word) => word,
        }
    }

    fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }
}

/// A time of the day.
struct Time {
    hour: u8,
    minute: u8,
    has_seconds: bool,
}

impl Time {
    fn read(word: &str) -> Option<Self> {
        let word = word.trim_end_matches(['a', 'p']);
        let mut parts = word.splitn(3, [':', '.']);
        let (hour, minute) = (parts.next()?, parts.next()?);
        let seconds = parts.next();
        let right =
            minute.len() == 2 && seconds.is_none_or(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let (hour, minute) = (small(hour, 23)?, small(minute, 59)?);
        right.then_some(Self { hour, minute, has_seconds: seconds.is_some() })
    }

    fn text(&self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }
}

/// Reads one or two digits of a number up to `max`.
fn small(word: &str, max: u8) -> Option<u8> {
    let right = (1..=2).contains(&word.len()) && word.bytes().all(|c| c.is_ascii_digit());
    word.parse().ok().filter(|number| right && *number <= max)
}

fn day(word: &str) -> Option<u8> {
    small(word.trim_end_matches(['.', '日', '일']), 31).filter(|day| *day > 0)
}

fn year(word: &str) -> Option<u16> {
    word.parse().ok().filter(|year| word.len() == 4 && (1970..2200).contains(year))
}

/// Reads the date of `ls -l` and its relatives at the word `at`. A month in an unknown language is read if `lenient`.
pub(super) fn of_unix(words: &Words<'_>, at: usize, lenient: bool) -> Option<Date> {
    in_numbers(words, at).or_else(|| of_month_and_day(words, at, lenient))
}

/// Reads `2023-10-20 11:04:33.0 +0200`, `2023-10-20 11:04`, `2023-10-20`, `20.10.2023 11:04`, `10-20 11:04`, `20.10. 11:04`.
pub(super) fn in_numbers(words: &Words<'_>, at: usize) -> Option<Date> {
    let time = Time::read(words.get(at + 1));
    let Some((year, month, day)) = numeric(words.get(at), false) else {
        let (month, day) = without_year(words.get(at))?;
        let modified = format!("{} {day} {}", MONTHS[usize::from(month) - 1], time?.text());
        return Some(Date { words: 2, modified });
    };
    let Some(time) = time else {
        return Some(Date { words: 1, modified: format!("{year:04}-{month:02}-{day:02} 00:00") });
    };
    let zone = time.has_seconds && is_zone(words.get(at + 2));
    let modified = format!("{year:04}-{month:02}-{day:02} {}", time.text());
    Some(Date { words: 2 + usize::from(zone), modified })
}

/// Reads month and day, in either order, then a time, a year, or both.
fn of_month_and_day(words: &Words<'_>, at: usize, lenient: bool) -> Option<Date> {
    let (first, second) = (words.get(at), words.get(at + 1));
    let month_first = || Month::read(first).zip(day(second));
    let (month, day) = month_first().or_else(|| Month::read(second).zip(day(first)))?;
    if !month.is_known() && !lenient {
        return None;
    }
    let (third, fourth) = (words.get(at + 2), words.get(at + 3));
    let month_day = format!("{} {day}", month.english());
    if let Some(year) = year(third) {
        // IOS: `Oct 20 2023 11:04:32 +00:00`.
        let time = Time::read(fourth).filter(|time| time.has_seconds);
        let zone = time.is_some() && is_zone(words.get(at + 4));
        let words = 3 + usize::from(time.is_some()) + usize::from(zone);
        return Some(Date { words, modified: with_year(&month, day, year, time.as_ref()) });
    }
    let time = Time::read(third)?;
    match year(fourth).filter(|_| time.has_seconds) {
        Some(year) => Some(Date { words: 4, modified: with_year(&month, day, year, Some(&time)) }),
        None => Some(Date { words: 3, modified: format!("{month_day} {}", time.text()) }),
    }
}

fn with_year(month: &Month, day: u8, year: u16, time: Option<&Time>) -> String {
    match (month, time) {
        (Month::Known(month), Some(time)) => format!("{year:04}-{month:02}-{day:02} {}", time.text()),
        _ => format!("{} {day} {year}", month.english()),
    }
}

/// Reads the date of Windows at the first words: in any order, the time with or without a mark of the half of the day.
pub(super) fn of_windows(words: &Words<'_>, at: usize) -> Option<Date> {
    // Hungarian and Korean dates have blanks: `2023. 10. 20.`.
    let spaced = format!("{}{}{}", words.get(at), words.get(at + 1), words.get(at + 2));
    let is_spaced = words.get(at).len() == 5 && words.get(at).ends_with('.');
    let (date, mut next) = if is_spaced { (spaced.as_str(), at + 3) } else { (words.get(at), at + 1) };
    let half = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_alphabetic() || c == '.');
    let mut american = false;
    if half(words.get(next)) {
        next += 1;
    }
    // It prints no seconds; tables of archives do.
    let time = Time::read(words.get(next)).filter(|time| !time.has_seconds)?;
    next += 1;
    // `AM`, `a. m.`.
    for _ in 0..2 {
        if half(words.get(next)) {
            american |= matches!(words.get(next), "AM" | "PM");
            next += 1;
        }
    }
    let (year, month, day) = numeric(date.trim_end_matches('.'), american)?;
    let modified = format!("{year:04}-{month:02}-{day:02} {}", time.text());
    Some(Date { words: next - at, modified })
}

/// Reads a date of three numbers. Where day and month cannot be told apart, the month is first in `10/20/2023` if `american`.
pub(super) fn numeric(word: &str, american: bool) -> Option<(u16, u8, u8)> {
    let mark = word.chars().find(|c| !c.is_ascii_digit()).filter(|c| matches!(c, '-' | '/' | '.'))?;
    let mut parts = word.split(mark);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = if let Some(year) = year(a) {
        (year, small(b, 12)?, small(c, 31)?)
    } else {
        let year =
            year(c).or_else(|| small(c, 99).filter(|_| c.len() == 2).map(|year| 2000 + u16::from(year)))?;
        let (a, b) = (small(a, 31)?, small(b, 31)?);
        if b > 12 || (a <= 12 && american) { (year, a, b) } else { (year, b, a) }
    };
    (month > 0 && month <= 12 && day > 0).then_some((year, month, day))
}

/// Reads month and day of `10-20` (`--time-style=iso`) and `20.10.`.
fn without_year(word: &str) -> Option<(u8, u8)> {
    let (month, day) = match word.split_once('-') {
        Some((month, day)) if month.len() == 2 && day.len() == 2 => (small(month, 12)?, small(day, 31)?),
        _ => {
            let (day, month) = word.strip_suffix('.')?.split_once('.')?;
            (small(month, 12)?, small(day, 31)?)
        }
    };
    (month > 0 && day > 0).then_some((month, day))
}

/// Returns true for `+0200`, `-05:30`, `UTC`.
fn is_zone(word: &str) -> bool {
    let digits = word.strip_prefix(['+', '-']).map(|zone| zone.replace(':', ""));
    matches!(word, "UTC" | "GMT" | "Z")
        || digits.is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|c| c.is_ascii_digit()))
}
