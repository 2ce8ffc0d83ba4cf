//! The seeds of an exploration, or of a suite.

use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::shard::Shard;

/// The maximum number of runs.
pub const RUNS_MAX: u64 = 100_000;

/// The seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seeds {
    /// From the first to the last, both included.
    Range {
        /// The first.
        from: u64,
        /// The last.
        to: u64,
    },
    /// From the first on, for a real time: their number depends on the machine.
    For {
        /// The first.
        from: u64,
        /// The time.
        time: Duration,
    },
}

impl Seeds {
    /// The seeds if none are named.
    pub const DEFAULT: Self = Self::Range { from: 1, to: 200 };

    /// Returns the seeds from 1 on for a real time.
    pub fn within(time: Duration) -> Self {
        Self::For { from: 1, time }
    }

    /// Returns the seeds of a part, in order. Parts take them in turn.
    pub fn of(self, part: Option<Shard>) -> impl Iterator<Item = u64> {
        let (from, to) = match self {
            Self::Range { from, to } => (from, to),
            Self::For { from, .. } => (from, from.saturating_add(RUNS_MAX - 1)),
        };
        (from..=to)
            .enumerate()
            .filter(move |(index, _)| part.is_none_or(|part| part.has(*index)))
            .map(|(_, seed)| seed)
    }
}

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let says = || "write the first and the last seed, such as 1..200, or one seed".to_owned();
        let read = |text: &str| text.trim().parse::<u64>().map_err(|_| says());
        let (from, to) = match text.split_once("..") {
            Some((from, to)) => (read(from)?, read(to)?),
            None => (read(text)?, read(text)?),
        };
        if from > to {
            return Err(format!("the range is empty: write {to}..{from}"));
        }
        if to - from >= RUNS_MAX {
            return Err(format!("these are more than {RUNS_MAX} seeds, which is the limit"));
        }
        Ok(Self::Range { from, to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_seeds_and_parts_take_them_in_turn() {
        let seeds: Seeds = "3..9".parse().expect("a range");
        assert_eq!(seeds.of(None).collect::<Vec<_>>(), [3, 4, 5, 6, 7, 8, 9]);
        let part = |text: &str| Some(text.parse().expect("a part"));
        assert_eq!(seeds.of(part("1/3")).collect::<Vec<_>>(), [3, 6, 9]);
        assert_eq!(seeds.of(part("3/3")).collect::<Vec<_>>(), [5, 8]);
        assert_eq!(seeds.of(part("9/9")).count(), 0);
        assert_eq!("7".parse(), Ok(Seeds::Range { from: 7, to: 7 }));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        assert_eq!("9..3".parse::<Seeds>(), Err("the range is empty: write 3..9".to_owned()));
        for text in ["", "..", "1..", "a..b", "-1..3", "1..1000000"] {
            assert!(text.parse::<Seeds>().is_err(), "{text}");
        }
        let last = u64::MAX;
        assert!(format!("{last}..{last}").parse::<Seeds>().is_ok_and(|seeds| seeds.of(None).count() == 1));
    }
}
