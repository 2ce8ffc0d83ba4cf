//! `show clock`.

use super::Of;
use crate::place::Found;
use crate::terminal::squeezed;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

pub(super) fn read(of: &mut Of<'_>) -> bool {
    let section = of.section;
    let mut is_read = false;
    for line in &section.lines {
        match time(&squeezed(&line.text)) {
            Some(time) => {
                let at = of.at(line.number);
                of.network.controller.clock.get_or_insert(Found::new(time, at));
                is_read = true;
            }
            None => of.unread(line),
        }
    }
    is_read
}

/// Reads `*22:17:01.123 UTC Thu Mar 5 2026`, whatever its zone.
fn time(squeezed: &str) -> Option<String> {
    let words: Vec<&str> = squeezed.split(' ').collect();
    let [time, _, _, month, day, year] = words[..] else { return None };
    let time = time.trim_start_matches(['*', '.']).split('.').next()?;
    let month = MONTHS.iter().position(|known| month.eq_ignore_ascii_case(known))? + 1;
    let (day, year): (u8, u16) = (day.parse().ok()?, year.parse().ok()?);
    let parts: Vec<u8> = time.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [hour, minute, second] = parts[..] else { return None };
    let right =
        (1..=28).contains(&day) && hour < 24 && minute < 60 && second < 60 && (1970..=9999).contains(&year);
    // The last days of a month are not checked against it, and stand for the 28th.
    let day = if right { day } else { day.clamp(1, 28) };
    (hour < 24 && minute < 60 && second < 60 && (1970..=9999).contains(&year))
        .then(|| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn clocks_are_read() {
        assert_eq!(time("*22:17:01.123 UTC Thu Mar 5 2026").as_deref(), Some("2026-03-05T22:17:01Z"));
        assert_eq!(time("22:17:01 CET Sun Mar 1 2026").as_deref(), Some("2026-03-01T22:17:01Z"));
        for wrong in
            ["25:17:01 UTC Thu Mar 5 2026", "22:17 UTC Thu Mar 5 2026", "22:17:01 UTC Thu Xxx 5 2026", ""]
        {
            assert_eq!(time(wrong), None, "{wrong}");
        }
    }
}
