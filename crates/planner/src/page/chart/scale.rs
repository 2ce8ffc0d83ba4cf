//! The axis of time.

use crate::clock::Clock;
use crate::words::duration;
use crate::{Answer, Spread};

/// The distances between ticks, in seconds.
const STEPS: [f64; 12] =
    [10.0, 30.0, 60.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 10_800.0, 21_600.0, 86_400.0];
/// The largest number of ticks.
const TICKS_MAX: f64 = 9.0;

/// From this many times as long as what happens in it, the end of the window is left out, so that there is room for what happens.
const FAR: f64 = 2.2;

/// The axis: from the beginning of the night to the end of the window, or of what takes longer.
pub(super) struct Scale {
    end_s: f64,
}

impl Scale {
    /// Creates the axis on which all times of an answer have room.
    pub(super) fn new(answer: &Answer) -> Self {
        let phases =
            answer.phases.iter().map(|phase| phase.begins_s + phase.takes.map_or(0.0, |takes| takes.p95_s));
        let spreads = answer.access_points.iter().flat_map(|ap| [ap.predownloaded, ap.on_target]).flatten();
        let times = phases.chain(spreads.map(|spread| spread.p95_s));
        let last = times.filter(|seconds| seconds.is_finite()).fold(0.0, f64::max);
        let window = if answer.window_s.is_finite() { answer.window_s } else { 0.0 };
        let end_s = match window <= last * FAR || last <= 0.0 {
            true => last.max(window) * 1.02,
            false => last * FAR / 1.5,
        };
        Self { end_s: end_s.max(1.0) }
    }

    /// Returns true if a time is on the axis.
    pub(super) fn shows(&self, seconds: f64) -> bool {
        seconds <= self.end_s
    }

    /// Returns the place of a time, as a share of the width.
    pub(super) fn share(&self, seconds: f64) -> f64 {
        if seconds.is_finite() { (seconds / self.end_s).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Returns the place of a time: `12.500%`.
    pub(super) fn x(&self, seconds: f64) -> String {
        format!("{:.3}%", 100.0 * self.share(seconds))
    }

    /// Returns the places of a spread: its lower end, its median, its upper end.
    pub(super) fn spread(&self, spread: &Spread) -> [String; 3] {
        [spread.p5_s, spread.median_s, spread.p95_s].map(|seconds| self.x(seconds))
    }

    /// Returns the width from one time to another.
    pub(super) fn width(&self, from: f64, to: f64) -> String {
        format!("{:.3}%", 100.0 * (self.share(to) - self.share(from)).max(0.0))
    }

    /// Returns the ticks with their labels: round times of day, or round times since the beginning where there is no clock.
    pub(super) fn ticks(&self, clock: &Clock) -> Vec<(f64, String)> {
        let fits = |step: &&f64| self.end_s / **step <= TICKS_MAX;
        let longest = self.end_s / TICKS_MAX;
        let step = STEPS.iter().find(fits).copied().unwrap_or(longest);
        let offset = clock.since_midnight().unwrap_or(0.0);
        let mut at = (offset / step).ceil() * step - offset;
        let mut ticks = Vec::new();
        // A time that close to the end has no room for its label.
        while at < self.end_s * 0.97 {
            let time = clock.time(at).map(|time| time.split(' ').next().unwrap_or_default().to_owned());
            ticks.push((at, time.unwrap_or_else(|| format!("+{}", duration(at)))));
            at += step;
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_times_of_day() {
        let scale = Scale { end_s: 6.0 * 3600.0 };
        let labels = |clock: &str| -> Vec<String> {
            scale.ticks(&Clock::new(clock)).into_iter().map(|(_, label)| label).collect()
        };
        assert_eq!(labels("2024-01-30T22:00:00Z"), ["22:00", "23:00", "00:00", "01:00", "02:00", "03:00"]);
        assert_eq!(labels("2024-01-30T22:45:00Z"), ["23:00", "00:00", "01:00", "02:00", "03:00", "04:00"]);
        assert_eq!(labels(""), ["+0s", "+1h00m", "+2h00m", "+3h00m", "+4h00m", "+5h00m"]);
        assert!(Scale { end_s: 1e12 }.ticks(&Clock::new("")).len() <= 10);
    }

    #[test]
    fn what_is_beyond_the_axis_is_at_its_end() {
        let scale = Scale { end_s: 100.0 };
        assert_eq!(
            [-1.0, 12.5, 1e9, f64::NAN].map(|at| scale.x(at)),
            ["0.000%", "12.500%", "100.000%", "0.000%"]
        );
        assert_eq!(scale.width(90.0, 200.0), "10.000%");
        assert_eq!(scale.width(90.0, 20.0), "0.000%");
    }
}
