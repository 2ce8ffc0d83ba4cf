//! Shortens a long timeline to a page or two: repeated lines are shown twice, then counted.
//!
//! An access point that cannot get its image tries again every half minute. Its first attempts show what is wrong, and other
//! lines must not get lost among the later ones.

use std::collections::BTreeMap;

use crate::world::Milestone;

/// The number of lines up to which nothing is left out.
const LINES: usize = 80;
/// The number of times that the same line of the same host is shown.
const TIMES: usize = 2;
/// The number of lines at the end that are always shown.
const LAST: usize = 12;

/// A row of a shortened timeline.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Row<'a> {
    /// A line.
    Line(&'a Milestone),
    /// The number of lines that repeat earlier ones of the same host.
    Repeated(usize),
    /// The number of lines for which there is no room.
    LeftOut(usize),
}

/// Returns at most about [`LINES`] rows: without repetitions, and without the middle if that is still too long.
pub(crate) fn shortened(milestones: &[Milestone]) -> Vec<Row<'_>> {
    if milestones.len() <= LINES {
        return milestones.iter().map(Row::Line).collect();
    }
    let mut said: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (index, milestone) in milestones.iter().enumerate() {
        let times = said.entry((&milestone.host, &milestone.text)).or_default();
        *times += 1;
        if *times <= TIMES || index + LAST >= milestones.len() {
            rows.push(Row::Line(milestone));
        } else if let Some(Row::Repeated(number)) = rows.last_mut() {
            *number += 1;
        } else {
            rows.push(Row::Repeated(1));
        }
    }
    if rows.len() <= LINES {
        return rows;
    }
    let left_out = LINES / 2..rows.len() - LINES / 2;
    let lines = rows[left_out.clone()].iter().map(|row| match row {
        Row::Line(_) => 1,
        Row::Repeated(number) | Row::LeftOut(number) => *number,
    });
    let number = lines.sum();
    rows.splice(left_out, [Row::LeftOut(number)]);
    rows
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn milestone(number: u64, text: &str) -> Milestone {
        Milestone { at: Duration::from_secs(number), host: "ap".to_owned(), text: text.to_owned() }
    }

    #[test]
    fn short_ones_stay_as_they_are() {
        let all: Vec<Milestone> = (0..80).map(|number| milestone(number, "asks")).collect();
        assert_eq!(shortened(&all).len(), 80);
    }

    #[test]
    fn what_repeats_is_counted_and_what_is_new_is_not_lost() {
        let text = |number| match number {
            100 => "in service",
            number if number % 2 == 0 => "asks",
            _ => "gives up",
        };
        let all: Vec<Milestone> = (0..201).map(|number| milestone(number, text(number))).collect();
        let rows = shortened(&all);
        let lines = rows.iter().filter(|row| matches!(row, Row::Line(_))).count();
        assert_eq!(lines, 2 * TIMES + 1 + LAST);
        assert_eq!(rows[4], Row::Repeated(96));
        assert_eq!(rows[5], Row::Line(&all[100]));
        assert_eq!(rows[6], Row::Repeated(88));
        assert_eq!(rows.last(), Some(&Row::Line(&all[200])));
    }

    #[test]
    fn of_what_does_not_repeat_the_middle_is_left_out() {
        let all: Vec<Milestone> = (0..200).map(|number| milestone(number, &format!("{number}"))).collect();
        let rows = shortened(&all);
        assert_eq!(rows.len(), LINES + 1);
        assert_eq!(rows[40], Row::LeftOut(120));
        assert_eq!(rows[41], Row::Line(&all[160]));
    }
}
