//! The clocks of one file: consoles of several access points that were logged into one file, without the names of their hosts.
//!
//! The times of one access point only go forwards, but for a clock that is set. In the lines of several, whose clocks differ, the times go
//! back and forth between as many sequences, each of which goes forwards. A clock that was set back once looks like a second sequence to
//! which nothing ever returns; so two sequences are two access points only if the lines return to one that was left before, and do so
//! again and again: an access point that boots with an old clock each time does so once in a boot. Clocks that agree cannot be told apart in this way.

use crate::Stamp;
use crate::clock::{Clock, DISORDER};

/// The most sequences that are followed. A console server that logs more consoles into one file without their names is not known.
const CLOCKS_MAX: usize = 16;
/// The number of returns to an earlier sequence from which on the sequences are of several access points.
const RETURNS_MIN: usize = 3;
/// At least one line in so many returns: a boot has more lines.
const LINES_OF_RETURN: usize = 12;

/// A sequence of times that goes forwards: the indices of its lines, with their times in nanoseconds.
type Sequence = Vec<(usize, i128)>;

/// Returns for each of the times that belong to one of several clocks the number of its clock, from 0; nothing if there is one clock.
pub(super) fn clocks<'a>(stamps: impl Iterator<Item = (usize, &'a Stamp)>) -> Vec<(usize, usize)> {
    let mut reader = Clock::default();
    let mut sequences: Vec<Sequence> = Vec::new();
    let (mut last, mut returns) = (0, 0);
    let disorder = i128::try_from(DISORDER.as_nanos()).unwrap_or(i128::MAX);
    for (line, stamp) in stamps {
        let Some(at) = reader.moment(stamp) else { continue };
        let end = |sequence: &Sequence| sequence.last().map_or(i128::MIN, |(_, end)| *end);
        let is_possible = |(_, sequence): &(usize, &Sequence)| end(sequence) <= at + disorder;
        let possible = sequences.iter().enumerate().filter(is_possible);
        let best = possible.min_by_key(|(_, sequence)| (at - end(sequence)).abs()).map(|(index, _)| index);
        let chosen = match best {
            Some(best) => {
                let went_back = sequences.get(last).is_some_and(|own| end(own) > at + disorder);
                returns += usize::from(went_back && best != last);
                best
            }
            None if sequences.len() == CLOCKS_MAX => return Vec::new(),
            None => {
                let begun = beginning(&mut sequences, at);
                sequences.push(begun);
                sequences.len() - 1
            }
        };
        sequences[chosen].push((line, at));
        last = chosen;
    }
    let lines: usize = sequences.iter().map(Vec::len).sum();
    if returns < RETURNS_MIN || returns * LINES_OF_RETURN < lines {
        return Vec::new();
    }
    // The access point that speaks first is the first one.
    sequences.retain(|sequence| !sequence.is_empty());
    sequences.sort_by_key(|sequence| sequence.first().map(|(line, _)| *line));
    let of = |(number, sequence): (usize, Sequence)| {
        sequence.into_iter().map(move |(line, _)| (line, number)).collect::<Vec<_>>()
    };
    sequences.into_iter().enumerate().flat_map(of).collect()
}

/// Takes the lines out of the sequences that a new one begins with: those in front of a leap across its first time.
fn beginning(sequences: &mut [Sequence], at: i128) -> Sequence {
    for sequence in sequences {
        let leap = sequence.windows(2).rposition(|pair| pair[0].1 <= at && at < pair[1].1);
        if let Some(leap) = leap {
            let rest = sequence.split_off(leap + 1);
            return std::mem::replace(sequence, rest);
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(times: &[&str]) -> Vec<usize> {
        let stamp = |time: &&str| Stamp::at_start(&format!("[*01/30/2024 {time}]")).expect("a time").0;
        let stamps: Vec<Stamp> = times.iter().map(stamp).collect();
        let mut all = clocks(stamps.iter().enumerate());
        all.sort_unstable();
        all.into_iter().map(|(_, number)| number).collect()
    }

    #[test]
    fn lines_that_alternate_between_two_clocks_are_of_two_access_points() {
        let times = [
            "10:00:00.0",
            "12:00:00.0",
            "10:00:01.0",
            "12:00:02.0",
            "10:00:03.0",
            "10:00:04.0",
            "12:00:04.0",
            "10:00:05.0",
            "12:00:05.0",
            "10:00:06.0",
        ];
        assert_eq!(numbers(&times), [0, 1, 0, 1, 0, 0, 1, 0, 1, 0]);
    }

    #[test]
    fn three_clocks_are_three() {
        let times = [
            "10:00:00.0",
            "08:00:00.0",
            "09:00:00.0",
            "10:00:01.0",
            "08:00:01.0",
            "09:00:01.0",
            "08:00:02.0",
            "09:00:02.0",
            "08:00:03.0",
            "10:00:02.0",
            "09:00:03.0",
        ];
        assert_eq!(numbers(&times), [0, 1, 2, 0, 1, 2, 1, 2, 1, 0, 2]);
    }

    #[test]
    fn a_clock_that_is_set_is_one_clock() {
        for times in [
            vec!["10:00:00.0", "10:00:30.0", "09:00:00.0", "09:30:00.0", "10:10:00.0", "10:10:01.0"],
            vec!["10:00:00.0", "10:00:30.0", "10:00:00.0", "10:00:40.0", "10:00:00.0", "10:00:20.0"],
            vec!["10:00:00.0", "10:00:01.0", "10:00:00.5", "10:00:01.5", "10:00:01.0"],
            // Each boot begins with the time that was saved.
            vec![
                "10:00:00.0",
                "10:30:00.0",
                "10:00:00.0",
                "10:35:00.0",
                "10:30:00.0",
                "10:40:00.0",
                "10:35:00.0",
            ],
            vec![],
        ] {
            assert_eq!(numbers(&times), [0; 0], "{times:?}");
        }
    }
}
