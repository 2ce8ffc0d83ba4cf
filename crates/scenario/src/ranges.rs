//! Ranges `a..b`: reading them, and drawing from them.

use std::sync::Arc;
use std::time::Duration;

use catalogue::units::UnitError;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

use crate::diagnostic::Diagnostic;
use crate::model::{DrawnValue, Ranged};
use crate::reader::Reader;
use crate::source::Span;
use crate::yaml::{Kind, Node};

impl Reader {
    /// A value with a unit, or a range of two; `path` says whose value it is.
    pub(crate) fn ranged<T: PartialOrd>(
        &mut self,
        node: &Node,
        path: &str,
        read: fn(&str) -> Result<T, UnitError>,
    ) -> Option<Ranged<T>> {
        let Kind::Scalar { text, .. } = &node.kind else {
            return self.unit(node, read).map(Ranged::Fixed);
        };
        let Some((low_text, high_text)) = text.split_once("..") else {
            return self.unit_text(text, node.span, read).map(Ranged::Fixed);
        };
        let low = self.unit_text(low_text, side(node.span, text, 0..low_text.len()), read);
        let high_start = low_text.len() + "..".len();
        let high = self.unit_text(high_text, side(node.span, text, high_start..text.len()), read);
        let (low, high) = (low?, high?);
        if low > high {
            let problem = Diagnostic::error(format!("the range `{text}` is empty"))
                .at(node.span, "ends before it starts");
            self.report(problem.help(format!("write `{}..{}`", high_text.trim(), low_text.trim())));
            return None;
        }
        Some(Ranged::Range { low, high, path: Arc::from(path) })
    }
}

/// The place of a part of a value that stands in the file as it is; else the whole.
fn side(whole: Span, text: &str, part: std::ops::Range<usize>) -> Span {
    if (whole.end - whole.start) as usize != text.len() {
        return whole;
    }
    let start = whole.start as usize;
    Span::new(whole.file, start + part.start..start + part.end)
}

/// A kind of value that can be drawn.
pub(crate) trait Draw: Copy {
    /// Evenly from `low` to `high`, both included.
    fn between(low: Self, high: Self, rng: &mut ChaCha8Rng) -> Self;
    /// For the report; reads back as the same value.
    fn show(self) -> String;
}

impl Draw for Duration {
    fn between(low: Self, high: Self, rng: &mut ChaCha8Rng) -> Self {
        let nanos = |duration: Self| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Self::from_nanos(in_steps(nanos(low), nanos(high), &[1_000_000, 1_000], rng))
    }

    fn show(self) -> String {
        let seconds = self.as_secs();
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        let rest = self - Self::from_secs(seconds / 60 * 60);
        let rest = (!rest.is_zero()).then(|| format!("{rest:?}").replace('µ', "u"));
        match (hours, minutes, rest) {
            (0, 0, rest) => rest.unwrap_or_else(|| "0s".to_owned()),
            (0, minutes, rest) => format!("{minutes}m{}", rest.unwrap_or_default()),
            (hours, minutes, rest) => format!("{hours}h{minutes}m{}", rest.unwrap_or_default()),
        }
    }
}

impl Draw for u64 {
    fn between(low: Self, high: Self, rng: &mut ChaCha8Rng) -> Self {
        in_steps(low, high, &[1_000], rng)
    }

    /// As a size; what else is a whole number has a [`Drawing::value_as`] of its own.
    fn show(self) -> String {
        match self {
            0 => "0B".to_owned(),
            bytes if bytes.is_multiple_of(1 << 20) => format!("{}MiB", bytes >> 20),
            bytes if bytes.is_multiple_of(1 << 10) => format!("{}KiB", bytes >> 10),
            bytes => format!("{bytes}B"),
        }
    }
}

impl Draw for f64 {
    /// In steps of a millionth.
    fn between(low: Self, high: Self, rng: &mut ChaCha8Rng) -> Self {
        let steps = rng.random_range(0..=((high - low) * 1e6) as u64);
        (low + steps as f64 / 1e6).min(high)
    }

    fn show(self) -> String {
        let percent = format!("{:.4}", self * 100.0);
        format!("{}%", percent.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// Evenly from `low` to `high` in the first of `steps` that divides both and leaves a hundred values to choose from, else by ones:
/// round ends have round values between them, which people can read.
fn in_steps(low: u64, high: u64, steps: &[u64], rng: &mut ChaCha8Rng) -> u64 {
    let fits = |step: &&u64| {
        low.is_multiple_of(**step) && high.is_multiple_of(**step) && (high - low) / **step >= 100
    };
    let step = steps.iter().find(fits).copied().unwrap_or(1);
    rng.random_range(low / step..=high / step) * step
}

/// Bits per second as a scenario writes them.
pub(crate) fn show_bit_rate(bits: u64) -> String {
    match bits {
        0 => "0bit".to_owned(),
        bits if bits.is_multiple_of(1_000_000_000) => format!("{}Gbit", bits / 1_000_000_000),
        bits if bits.is_multiple_of(1_000_000) => format!("{}Mbit", bits / 1_000_000),
        bits if bits.is_multiple_of(1_000) => format!("{}kbit", bits / 1_000),
        bits => format!("{bits}bit"),
    }
}

/// Draws values for one seed, and keeps what it drew.
pub(crate) struct Drawing {
    pub(crate) seed: u64,
    pub(crate) values: Vec<DrawnValue>,
}

impl Drawing {
    /// The value; the same for the same seed and path, whatever else is drawn.
    pub(crate) fn value<T: Draw>(&mut self, ranged: &Ranged<T>) -> T {
        self.value_as(ranged, T::show)
    }

    /// The same, reported as `show` writes it.
    pub(crate) fn value_as<T: Draw>(&mut self, ranged: &Ranged<T>, show: fn(T) -> String) -> T {
        let (low, high, path) = match ranged {
            Ranged::Fixed(value) => return *value,
            Ranged::Range { low, high, path } => (low, high, path),
        };
        let digest =
            Sha256::new().chain_update(self.seed.to_le_bytes()).chain_update(path.as_bytes()).finalize();
        let value = T::between(*low, *high, &mut ChaCha8Rng::from_seed(digest.into()));
        if !self.values.iter().any(|drawn| drawn.path == **path) {
            let range = format!("{}..{}", show(*low), show(*high));
            self.values.push(DrawnValue { path: path.to_string(), range, value: show(value) });
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use catalogue::units;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_shown_as_people_write_them() {
        let shown = |text: &str| units::duration(text).expect("a duration").show();
        for text in ["0s", "250us", "1.5ms", "2m17.63s", "2m", "1h0m", "1h30m5s", "25h1m0.25s"] {
            assert_eq!(shown(text).replace("250ms", "0.25s"), text);
        }
        assert_eq!(show_bit_rate(2_345_000), "2345kbit");
        assert_eq!(show_bit_rate(10_000_000), "10Mbit");
        assert_eq!((65_536u64.show(), 1_400u64.show()), ("64KiB".to_owned(), "1400B".to_owned()));
    }

    #[test]
    fn round_ends_have_round_values_between_them() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for _ in 0..100 {
            let value = in_steps(137_500_000_000, 138_700_000_000, &[1_000_000, 1_000], &mut rng);
            assert!(value.is_multiple_of(1_000_000) && (137_500_000_000..=138_700_000_000).contains(&value));
            // Too few whole milliseconds to choose from.
            assert!(in_steps(1_000_000, 5_000_000, &[1_000_000, 1_000], &mut rng).is_multiple_of(1_000));
            assert!((3..=7).contains(&in_steps(3, 7, &[1_000], &mut rng)));
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(number in any::<u64>()) {
            let duration = Duration::from_nanos(number);
            prop_assert_eq!(units::duration(&duration.show()), Ok(duration));
            prop_assert_eq!(units::bytes(&number.show()), Ok(number));
            prop_assert_eq!(units::bit_rate(&show_bit_rate(number)), Ok(number));
        }
    }
}
