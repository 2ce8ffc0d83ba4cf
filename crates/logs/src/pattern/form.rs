//! The forms in which lines show values.

use std::net::IpAddr;

use serde_json::Value;
use text::{MacAddress, Version};

use crate::Told;

/// The longest number that is read, in digits: that of 64 bits.
const DIGITS: usize = 20;

/// The longest address, in bytes: one of IPv6 that ends in one of IPv4.
const ADDRESS: usize = 45;

/// A form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// A decimal number.
    Number,
    /// The lower 16 bits of a number, decimal.
    Low16,
    /// An octal number.
    Octal,
    /// sshd's duration: `00:05:00`, `1d02h03m`, `01w2d03h`.
    TimeFrame,
    /// sftp-server's time: `20240130-21:41:35`.
    ModTime,
    /// So many dots.
    Dots,
    /// An address.
    Address,
    /// The address of an endpoint.
    AddressOf,
    /// The port of an endpoint.
    PortOf,
    /// An Ethernet MAC address.
    Mac,
    /// The base radio MAC address that belongs to an Ethernet one.
    BaseRadio,
    /// A version.
    Version,
    /// `name=value,` and so on.
    Pairs,
    /// Any text, as short as possible.
    Text,
}

impl Form {
    /// Returns the length of the longest value of this form at the start of `text`, 0 if there is none; `None` if the form has no end of
    /// its own.
    pub(crate) fn length(self, text: &str) -> Option<usize> {
        let run = |is: fn(u8) -> bool| text.bytes().take_while(|byte| is(*byte)).count();
        Some(match self {
            Self::Number | Self::Low16 | Self::PortOf => run(|byte| byte.is_ascii_digit()).min(DIGITS),
            Self::Octal => run(|byte| matches!(byte, b'0'..=b'7')).min(DIGITS),
            Self::TimeFrame => {
                run(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'w' | b'd' | b'h' | b'm'))
            }
            Self::ModTime => run(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'-')),
            Self::Dots => run(|byte| byte == b'.'),
            Self::Address | Self::AddressOf => {
                let long = run(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')).min(ADDRESS);
                // A dot or a colon may follow.
                (1..=long).rev().find(|length| text[..*length].parse::<IpAddr>().is_ok()).unwrap_or(long)
            }
            Self::Mac | Self::BaseRadio => run(|byte| byte.is_ascii_hexdigit() || byte == b'.').min(14),
            Self::Version => {
                text[..run(|byte| byte.is_ascii_digit() || byte == b'.')].trim_end_matches('.').len()
            }
            Self::Pairs | Self::Text => return None,
        })
    }

    /// Returns true if `text` is a value of this form.
    pub(crate) fn fits(self, text: &str) -> bool {
        match self {
            Self::Pairs => text.is_empty() || (text.ends_with(',') && text.contains('=')),
            _ => self.told(text).is_some(),
        }
    }

    /// Returns the value that a line shows as `text`; `None` if it is not of this form.
    pub(crate) fn told(self, text: &str) -> Option<Told> {
        Some(match self {
            Self::Number => Told::Value(text.parse::<u64>().ok()?.into()),
            Self::Low16 => Told::Low16(text.parse().ok()?),
            Self::Octal => Told::Value(u64::from_str_radix(text, 8).ok()?.into()),
            Self::TimeFrame => seconds(text)?,
            Self::ModTime => Told::Value(mod_time(text)?.into()),
            Self::Dots => Told::Value(text.len().into()),
            Self::Address => Told::Value(text.parse::<IpAddr>().ok()?.to_string().into()),
            Self::AddressOf => Told::Address(text.parse().ok()?),
            Self::PortOf => Told::Port(text.parse().ok()?),
            Self::Mac => Told::Value(MacAddress::parse(text)?.to_string().into()),
            Self::BaseRadio => Told::BaseRadio(MacAddress::parse(text)?),
            Self::Version => Told::Value(text.parse::<Version>().ok()?.to_string().into()),
            Self::Pairs => Told::Value(pairs(text)),
            Self::Text => Told::Value(text.into()),
        })
    }
}

fn pairs(text: &str) -> Value {
    let pairs = text.split_terminator(',').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| Value::from(vec![name, value])).collect()
}

/// Reads sshd's duration. From a day on it leaves out seconds, from a week on minutes.
fn seconds(text: &str) -> Option<Told> {
    let parts = |separators: &[char], units: &[u64]| {
        let mut total = 0_u64;
        let mut words = text.split_terminator(separators);
        for unit in units {
            total = total.checked_add(words.next()?.parse::<u64>().ok()?.checked_mul(*unit)?)?;
        }
        words.next().is_none().then_some(total)
    };
    if text.contains(':') {
        return parts(&[':'], &[3_600, 60, 1]).map(|seconds| Told::Value(seconds.into()));
    }
    if text.contains('w') {
        let least = parts(&['w', 'd', 'h'], &[604_800, 86_400, 3_600])?;
        return Some(Told::Between(least, least.saturating_add(3_599)));
    }
    let least = parts(&['d', 'h', 'm'], &[86_400, 3_600, 60])?;
    Some(Told::Between(least, least.saturating_add(59)))
}

/// Reads `20240130-21:41:35`, in seconds since 1970.
fn mod_time(text: &str) -> Option<u64> {
    let (date, time) = text.split_once('-')?;
    let number = |text: &str, range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    let day = crate::clock::day(
        i64::from(number(date, 0..4)?),
        number(date, 4..6)?,
        number(date, 6..8).filter(|_| date.len() == 8)?,
    )?;
    let (hour, minute, second) = (number(time, 0..2)?, number(time, 3..5)?, number(time, 6..8)?);
    let of_day = u64::from(hour) * 3_600 + u64::from(minute) * 60 + u64::from(second);
    u64::try_from(day * 86_400).ok()?.checked_add(of_day).filter(|_| time.len() == 8)
}
