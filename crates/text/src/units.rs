//! Parses values with units: `250us`, `10Mbit`, `0.1%`, `100000KiB`.
//!
//! Decimal fractions are read exactly, without floating point, so `28.74s` is 28,740,000,000 ns.

use std::time::Duration;

/// The error for a text that is not such a value; it states the expected form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct UnitError {
    /// The form of a valid value, with examples.
    pub expected: &'static str,
}

const DURATION: UnitError = UnitError { expected: "a duration such as 250us, 5ms, 30s, 15m" };
const BYTES: UnitError = UnitError { expected: "a size in bytes such as 70512640, 64KiB, 80MB" };
const BIT_RATE: UnitError = UnitError { expected: "a bandwidth such as 512kbit, 10Mbit, 1Gbit" };
const BYTE_RATE: UnitError = UnitError { expected: "a rate such as 148262B/s, 9.88MB/s" };
const RATIO: UnitError = UnitError { expected: "a share such as 0.1%, 50%, or a number from 0 to 1" };
const NUMBER: UnitError = UnitError { expected: "a whole number" };

/// The number of nanoseconds in each unit of time.
const TIMES: &[(&str, u64)] = &[
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("min", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

const SIZES: &[(&str, u64)] = &[
    ("", 1),
    ("B", 1),
    ("KB", 1_000),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

const BITS: &[(&str, u64)] = &[
    ("bit", 1),
    ("kbit", 1_000),
    ("Kbit", 1_000),
    ("Mbit", 1_000_000),
    ("Gbit", 1_000_000_000),
    ("bps", 1),
    ("kbps", 1_000),
    ("Kbps", 1_000),
    ("Mbps", 1_000_000),
    ("Gbps", 1_000_000_000),
];

/// Parses a duration: one or more numbers with a unit (`ns`, `us`, `ms`, `s`, `m`, `h`, `d`), in any order: `1h30m`.
///
/// # Errors
/// Anything else, including a bare number other than 0.
pub fn duration(text: &str) -> Result<Duration, UnitError> {
    let mut rest = text.trim();
    if rest == "0" {
        return Ok(Duration::ZERO);
    }
    let mut nanos = 0u64;
    loop {
        let (number, after) = split_number(rest);
        let unit_end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, next) = after.split_at(unit_end);
        let part = scale(number, unit, TIMES).ok_or(DURATION)?;
        nanos = nanos.checked_add(part).ok_or(DURATION)?;
        if next.is_empty() {
            return Ok(Duration::from_nanos(nanos));
        }
        rest = next;
    }
}

/// Parses a number of bytes: plain, decimal (`KB`, `MB`, `GB`) or binary (`KiB`, `MiB`, `GiB`).
///
/// # Errors
/// Anything else, including fractions of a byte.
pub fn bytes(text: &str) -> Result<u64, UnitError> {
    scaled(text, SIZES).ok_or(BYTES)
}

/// Parses bits per second: `bit`, `kbit`, `Mbit`, `Gbit` (also `bps`, `kbps`, …), with or without `/s`.
///
/// # Errors
/// Anything else.
pub fn bit_rate(text: &str) -> Result<u64, UnitError> {
    let text = text.trim();
    scaled(text.strip_suffix("/s").unwrap_or(text), BITS).ok_or(BIT_RATE)
}

/// Parses bytes per second: a size with `/s`.
///
/// # Errors
/// Anything else.
pub fn byte_rate(text: &str) -> Result<u64, UnitError> {
    let size = text.trim().strip_suffix("/s").ok_or(BYTE_RATE)?;
    scaled(size, SIZES).ok_or(BYTE_RATE)
}

/// Parses a share from 0 to 1, plain or in per cent.
///
/// # Errors
/// Anything else.
pub fn ratio(text: &str) -> Result<f64, UnitError> {
    let text = text.trim();
    let (number, divisor) = match text.strip_suffix('%') {
        Some(percent) => (percent.trim_end(), 100.0),
        None => (text, 1.0),
    };
    let plain = number.starts_with(|c: char| c.is_ascii_digit()) && !number.ends_with('.');
    let value = number.parse::<f64>().ok().filter(|_| plain).ok_or(RATIO)? / divisor;
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(RATIO) }
}

/// Parses a whole number without a unit.
///
/// # Errors
/// Anything else.
pub fn number(text: &str) -> Result<u64, UnitError> {
    let digits = text.trim();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NUMBER);
    }
    digits.parse().map_err(|_| NUMBER)
}

fn scaled(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let (number, unit) = split_number(text.trim());
    scale(number, unit, units)
}

/// Splits after the leading digits and decimal point.
fn split_number(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len()))
}

/// Returns `number` times the size of `unit`; `None` if either is not valid or the result is not a whole `u64`.
fn scale(number: &str, unit: &str, units: &[(&str, u64)]) -> Option<u64> {
    let unit = unit.trim();
    let factor = units.iter().find(|(name, _)| *name == unit)?.1;
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() && !fraction.contains('.') => (whole, fraction),
        Some(_) => return None,
        None => (number, ""),
    };
    let whole: u64 = whole.parse().ok()?;
    let mut total = whole.checked_mul(factor)?;
    if !fraction.is_empty() {
        let fraction = fraction.trim_end_matches('0');
        let digits = u32::try_from(fraction.len()).ok().filter(|digits| *digits <= 18)?;
        let parts: u128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
        let scaled = parts * u128::from(factor);
        let divisor = 10u128.pow(digits);
        if !scaled.is_multiple_of(divisor) {
            return None;
        }
        total = total.checked_add(u64::try_from(scaled / divisor).ok()?)?;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration("28.74s"), Ok(Duration::from_millis(28_740)));
        assert_eq!(duration("250us"), Ok(Duration::from_micros(250)));
        assert_eq!(duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(duration("0"), Ok(Duration::ZERO));
        for wrong in
            ["", "5", "5 parsecs", "s", "1.s", "1..5s", "-5s", ".5s", "0.1ns", "99999999999999d", "5ms-"]
        {
            assert_eq!(duration(wrong), Err(DURATION), "{wrong}");
        }
    }

    #[test]
    fn sizes_and_rates() {
        assert_eq!(bytes("70512640"), Ok(70_512_640));
        assert_eq!(bytes("100000KiB"), Ok(102_400_000));
        assert_eq!(bytes("1.5 MiB"), Ok(1_572_864));
        assert_eq!(byte_rate("9.88MB/s"), Ok(9_880_000));
        assert_eq!(bit_rate("10Mbit"), Ok(10_000_000));
        assert_eq!(bit_rate("10Mbit/s"), Ok(10_000_000));
        for wrong in ["10M", "ten", "1.5", "18446744073709551616", "MiB"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
        assert!(bit_rate("10").is_err());
        assert!(byte_rate("10MB").is_err());
    }

    #[test]
    fn shares() {
        assert_eq!(ratio("0.1%"), Ok(0.001));
        assert_eq!(ratio("1"), Ok(1.0));
        for wrong in ["101%", "1.1", "-1%", "NaN", "inf", "", "%", "1."] {
            assert!(ratio(wrong).is_err(), "{wrong}");
        }
    }
}
