//! The distribution of a number over runs.

use super::found::Found;
use super::measure::Measure;

/// The number of bars of a histogram.
const BARS: usize = 20;

/// The distribution of a number over the runs that have it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spread {
    /// The number of runs.
    pub(super) runs: usize,
    /// The lowest value.
    pub(super) min: f64,
    /// The value below which 5 % are: one that was seen, as all of them.
    pub(super) p5: f64,
    /// The one in the middle.
    pub(super) median: f64,
    /// The value below which 95 % are.
    pub(super) p95: f64,
    /// The highest value.
    pub(super) max: f64,
    /// The numbers of runs in equal steps from the lowest value to the highest; one step if all values are equal.
    pub(super) bars: Vec<usize>,
}

impl Spread {
    /// Returns the distribution of some values; nothing if there are none.
    pub(super) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let at = |share: f64| values[(share * (values.len() - 1) as f64).round() as usize];
        let mut bars = vec![0; if max > min { BARS } else { 1 }];
        for value in &values {
            let step = ((value - min) / (max - min) * BARS as f64) as usize;
            // The highest value is in the last step; equal values are in the only one.
            let last = bars.len() - 1;
            bars[step.min(last)] += 1;
        }
        Some(Self { runs: values.len(), min, p5: at(0.05), median: at(0.5), p95: at(0.95), max, bars })
    }

    /// Returns the histogram as one line of bars.
    pub(super) fn drawn(&self) -> String {
        const HEIGHTS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        let highest = self.bars.iter().copied().max().unwrap_or(0).max(1);
        // A single run must show.
        self.bars.iter().map(|bar| HEIGHTS[(bar * 8).div_ceil(highest)]).collect()
    }
}

/// Returns the distributions of all numbers that a run has, in the order of the plan.
pub(super) fn spreads(found: &Found) -> Vec<(&Measure, Spread)> {
    let measures = found.plan.measures.iter().enumerate();
    measures
        .filter_map(|(index, measure)| {
            let values = found.rows.iter().filter_map(|row| row.values.get(index).copied().flatten());
            Some((measure, Spread::of(values.map(|value| measure.unit.value(value)))?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_of_values_that_were_seen() {
        assert_eq!(Spread::of([]), None);
        let spread = Spread::of((0..=100).rev().map(f64::from)).expect("there are some");
        assert_eq!(
            (spread.min, spread.p5, spread.median, spread.p95, spread.max),
            (0.0, 5.0, 50.0, 95.0, 100.0)
        );
        assert_eq!(spread.bars.iter().sum::<usize>(), 101);
        assert_eq!((spread.bars[0], spread.bars[19]), (5, 6));
    }

    #[test]
    fn a_histogram_shows_each_run() {
        let one = Spread::of([3.0, 3.0]).expect("there are some");
        assert_eq!((one.bars.clone(), one.drawn()), (vec![2], "█".to_owned()));
        let two = Spread::of((0..100).map(|_| 0.0).chain([10.0])).expect("there are some").drawn();
        assert!(two.starts_with('█') && two.ends_with('▁') && two.chars().count() == BARS, "{two}");
    }
}
