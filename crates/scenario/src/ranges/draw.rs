//! Drawing values from ranges, and formatting them.

use std::time::Duration;

use jiff::SignedDuration;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

/// Returns the generator of one value: the same for the same seed and path, regardless of other draws.
pub(crate) fn generator(seed: u64, path: &str) -> ChaCha8Rng {
    let digest = Sha256::new().chain_update(seed.to_le_bytes()).chain_update(path.as_bytes()).finalize();
    ChaCha8Rng::from_seed(digest.into())
}

/// A kind of value that can be drawn.
pub(super) trait Draw: Copy {
    /// Draws evenly from `low` to `high`, both included.
    fn between(low: Self, high: Self, rng: &mut ChaCha8Rng) -> Self;
    /// Formats the value for people.
    fn show(self) -> String;
    /// Formats the value for a scenario; it reads back as the same value.
    fn write(self) -> String {
        self.show()
    }
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

impl Draw for SignedDuration {
    fn between(low: Self, high: Self, rng: &mut ChaCha8Rng) -> Self {
        // Counted from the lower end, so that steps have no sign; whole seconds, as clocks differ by time zones and by drift.
        let nanos = |duration: Self| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        low + Self::from_nanos_i128(i128::from(in_steps(
            0,
            nanos(high - low),
            &[1_000_000_000, 1_000_000],
            rng,
        )))
    }

    fn show(self) -> String {
        let sign = if self.is_negative() { "-" } else { "" };
        format!("{sign}{}", self.unsigned_abs().show())
    }
}

/// Declares a whole number for each quantity.
macro_rules! numbers {
    ($($(#[$about:meta])* $name:ident: $show:expr, steps of $steps:expr;)*) => {
        $($(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) struct $name(pub(super) u64);

        impl Draw for $name {
            fn between(low: Self, high: Self, rng: &mut ChaCha8Rng) -> Self {
                Self(in_steps(low.0, high.0, $steps, rng))
            }

            fn show(self) -> String {
                let show: fn(u64) -> String = $show;
                show(self.0)
            }
        })*
    };
}

numbers! {
    /// A count.
    Count: |count| count.to_string(), steps of &[1_000];
    /// Bytes.
    Bytes: show_bytes, steps of &[1_000];
    /// Bits per second.
    BitRate: show_bit_rate, steps of &[1_000];
    /// Bytes per second.
    ByteRate: |bytes| format!("{bytes}B/s"), steps of &[1_000];
}

/// Bytes of an image file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Archive(pub(super) u64);

impl Draw for Archive {
    /// Draws the size of a tar archive between two such sizes.
    fn between(low: Self, high: Self, rng: &mut ChaCha8Rng) -> Self {
        let records = low.0.is_multiple_of(image::BLOCKING) && high.0.is_multiple_of(image::BLOCKING);
        let step = if records { image::BLOCKING } else { 1 };
        Self(in_steps(low.0 / step, high.0 / step, &[], rng) * step)
    }

    fn show(self) -> String {
        self.0.to_string()
    }
}

fn show_bytes(bytes: u64) -> String {
    match bytes {
        0 => "0B".to_owned(),
        bytes if bytes.is_multiple_of(1 << 20) => format!("{}MiB", bytes >> 20),
        bytes if bytes.is_multiple_of(1 << 10) => format!("{}KiB", bytes >> 10),
        bytes => format!("{bytes}B"),
    }
}

impl Draw for f64 {
    /// Draws in steps of a millionth, or of a billionth if that leaves fewer than a hundred values.
    fn between(low: Self, high: Self, rng: &mut ChaCha8Rng) -> Self {
        let steps_in_one = if (high - low) * 1e6 < 100.0 { 1e9 } else { 1e6 };
        let steps = rng.random_range(0..=((high - low) * steps_in_one) as u64);
        (low + steps as Self / steps_in_one).min(high)
    }

    fn show(self) -> String {
        let percent = format!("{:.4}", self * 100.0);
        format!("{}%", percent.trim_end_matches('0').trim_end_matches('.'))
    }

    /// Percent would lose the last digits.
    fn write(self) -> String {
        self.to_string()
    }
}

/// Draws evenly from `low` to `high`, in the first of `steps` that divides both and leaves a hundred values, otherwise in ones:
/// between round ends the values are round, which people can read.
fn in_steps(low: u64, high: u64, steps: &[u64], rng: &mut ChaCha8Rng) -> u64 {
    let fits = |step: &&u64| {
        low.is_multiple_of(**step) && high.is_multiple_of(**step) && (high - low) / **step >= 100
    };
    let step = steps.iter().find(fits).copied().unwrap_or(1);
    rng.random_range(low / step..=high / step) * step
}

/// Formats bits per second as in a scenario.
fn show_bit_rate(bits: u64) -> String {
    match bits {
        0 => "0bit".to_owned(),
        bits if bits.is_multiple_of(1_000_000_000) => format!("{}Gbit", bits / 1_000_000_000),
        bits if bits.is_multiple_of(1_000_000) => format!("{}Mbit", bits / 1_000_000),
        bits if bits.is_multiple_of(1_000) => format!("{}kbit", bits / 1_000),
        bits => format!("{bits}bit"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use text::units;

    use super::*;

    #[test]
    fn values_are_shown_as_people_write_them() {
        let shown = |text: &str| units::duration(text).expect("a duration").show();
        for text in ["0s", "250us", "1.5ms", "2m17.63s", "2m", "1h0m", "1h30m5s", "25h1m0.25s"] {
            assert_eq!(shown(text).replace("250ms", "0.25s"), text);
        }
        assert_eq!(show_bit_rate(2_345_000), "2345kbit");
        assert_eq!(show_bit_rate(10_000_000), "10Mbit");
        assert_eq!((Bytes(65_536).show(), Bytes(1_400).show()), ("64KiB".to_owned(), "1400B".to_owned()));
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

    #[test]
    fn narrow_shares_have_values_between_them() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let drawn: Vec<f64> = (0..100).map(|_| f64::between(1e-6, 1.5e-6, &mut rng)).collect();
        assert!(drawn.iter().all(|share| (1e-6..=1.5e-6).contains(share)));
        assert!(drawn.iter().any(|share| *share < 1.2e-6) && drawn.iter().any(|share| *share > 1.3e-6));
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(number in any::<u64>()) {
            let duration = Duration::from_nanos(number);
            prop_assert_eq!(units::duration(&duration.show()), Ok(duration));
            prop_assert_eq!(units::bytes(&Bytes(number).write()), Ok(number));
            let share = number as f64 / u64::MAX as f64;
            prop_assert_eq!(units::ratio(&share.write()), Ok(share));
            prop_assert_eq!(units::bit_rate(&show_bit_rate(number)), Ok(number));
        }
    }
}
