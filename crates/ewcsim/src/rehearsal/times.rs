//! Durations over several nights.

use std::time::Duration;

use planner::Spread;

/// Returns the spread of durations; nothing if there are none.
pub(super) fn spread(durations: impl IntoIterator<Item = Duration>) -> Option<Spread> {
    let mut seconds: Vec<f64> = durations.into_iter().map(|duration| duration.as_secs_f64()).collect();
    seconds.sort_by(f64::total_cmp);
    let last = seconds.len().checked_sub(1)?;
    // The nearest rank: a value that was seen, so that one night of five is told by its own.
    let at = |share: f64| seconds[(share * last as f64).round() as usize];
    Some(Spread { p5_s: at(0.05), median_s: at(0.5), p95_s: at(0.95) })
}

/// Returns the time that is covered by at least one of the intervals, within `from..to`.
pub(super) fn covered(intervals: &[(Duration, Duration)], from: Duration, to: Duration) -> Duration {
    let mut all: Vec<(Duration, Duration)> = intervals
        .iter()
        .map(|(begin, end)| (*begin.max(&from), *end.min(&to)))
        .filter(|(begin, end)| begin < end)
        .collect();
    all.sort_unstable();
    let (mut sum, mut until) = (Duration::ZERO, from);
    for (begin, end) in all {
        sum += end.saturating_sub(begin.max(until));
        until = until.max(end);
    }
    sum
}

/// Returns the time that is covered by the first intervals and by none of the second, within `from..to`.
pub(super) fn covered_alone(
    these: &[(Duration, Duration)],
    those: &[(Duration, Duration)],
    from: Duration,
    to: Duration,
) -> Duration {
    let both: Vec<(Duration, Duration)> = these.iter().chain(those).copied().collect();
    covered(&both, from, to).saturating_sub(covered(those, from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_spread_is_of_values_that_were_seen() {
        assert_eq!(spread([]), None);
        let one = spread([s(7)]).expect("there is one");
        assert_eq!((one.p5_s, one.median_s, one.p95_s), (7.0, 7.0, 7.0));
        let many = spread((0..=100).rev().map(s)).expect("there are some");
        assert_eq!((many.p5_s, many.median_s, many.p95_s), (5.0, 50.0, 95.0));
    }

    #[test]
    fn overlapping_intervals_count_once() {
        let these = [(s(5), s(10)), (s(0), s(6)), (s(20), s(30))];
        assert_eq!(covered(&these, s(0), s(100)), s(20));
        assert_eq!(covered(&these, s(4), s(22)), s(8));
        assert_eq!(covered_alone(&these, &[(s(8), s(25))], s(0), s(100)), s(8 + 5));
        assert_eq!(covered(&[], s(0), s(100)), s(0));
    }
}
