//! Durations in the words of devices: `5 days 19 hours 55 minutes 17 seconds`, `4 weeks, 6 days, 21 hours, 48 minutes`.

use std::time::Duration;

/// The units, and their seconds.
const UNITS: [(&str, u64); 6] = [
    ("year", 365 * 86_400),
    ("week", 7 * 86_400),
    ("day", 86_400),
    ("hour", 3600),
    ("minute", 60),
    ("second", 1),
];

/// Reads a duration from the first of these words on: returns it, and the number of words that it takes. It ends where a unit is not
/// smaller than the one before: there the next duration begins.
pub(crate) fn read(words: &[&str]) -> Option<(Duration, usize)> {
    let mut seconds: u64 = 0;
    let mut last = usize::MAX;
    let mut taken = 0;
    while let [number, unit, ..] = words[taken..] {
        let Ok(number) = number.parse::<u64>() else { break };
        let unit = unit.trim_end_matches(',').to_ascii_lowercase();
        let unit = unit.strip_suffix('s').unwrap_or(&unit);
        let Some(index) = UNITS.iter().position(|(name, _)| *name == unit) else { break };
        if last != usize::MAX && index <= last {
            break;
        }
        last = index;
        seconds = seconds.checked_add(number.checked_mul(UNITS[index].1)?)?;
        taken += 2;
    }
    (taken > 0).then(|| (Duration::from_secs(seconds), taken))
}

/// Reads a whole text as a duration.
pub(crate) fn whole(text: &str) -> Option<Duration> {
    let words: Vec<&str> = text.split_whitespace().take(2 * UNITS.len() + 1).collect();
    read(&words).filter(|(_, taken)| *taken == words.len()).map(|(duration, _)| duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_end_where_the_next_begins() {
        let words: Vec<&str> =
            "1 day 2 hours 0 minutes 5 seconds 2 hours 1 minute 4 seconds".split(' ').collect();
        assert_eq!(read(&words), Some((Duration::from_secs(93_605), 8)));
        assert_eq!(read(&words[8..]), Some((Duration::from_secs(7264), 6)));
        assert_eq!(
            whole("4 weeks, 6 days, 21 hours, 48 minutes"),
            Some(Duration::from_secs(((34 * 24 + 21) * 60 + 48) * 60))
        );
        assert_eq!(whole("31 minutes"), Some(Duration::from_secs(1860)));
        for wrong in ["", "N/A", "5", "5 apples", "99999999999999999 years", "1 day x"] {
            assert_eq!(whole(wrong), None, "{wrong}");
        }
    }
}
