//! Versions of software, such as `17.9.4.27`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const NUMBERS_MIN: usize = 4;
const NUMBERS_MAX: usize = 6;

/// The version of an access point image, four to six numbers as in `17.9.4.27` or `8.10.130.0`; or the first numbers of one, as
/// in tables of releases: `17.9`, which is below all versions that begin with it.
///
/// Versions compare number by number. They serialize as the text that devices print.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    // Missing numbers are 0; `count` comes last, so that it decides only between equals.
    numbers: [u32; NUMBERS_MAX],
    count: u8,
}

impl Version {
    /// The version that devices print if there is no image: `0.0.0.0`.
    pub const NONE: Self = Self { numbers: [0; NUMBERS_MAX], count: NUMBERS_MIN as u8 };

    /// Returns the numbers, most significant first.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers[..usize::from(self.count)]
    }

    /// Reads one to six numbers: a version, or the beginning of one.
    ///
    /// # Errors
    /// See [`VersionError`].
    pub fn beginning(text: &str) -> Result<Self, VersionError> {
        Self::read(text, 1)
    }

    fn read(text: &str, at_least: usize) -> Result<Self, VersionError> {
        let found = text.split('.').count();
        if !(at_least..=NUMBERS_MAX).contains(&found) {
            return Err(VersionError::Count(found));
        }
        let mut numbers = [0; NUMBERS_MAX];
        for (number, part) in numbers.iter_mut().zip(text.split('.')) {
            // `u32::from_str` accepts a sign; a version has none.
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            *number = part
                .parse()
                .ok()
                .filter(|_| digits)
                .ok_or_else(|| VersionError::Number(part.chars().take(32).collect()))?;
        }
        Ok(Self { numbers, count: found as u8 })
    }
}

/// The reason why a text is not a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// It has the wrong count of numbers.
    #[error("expected 4 to 6 numbers separated by dots, found {0}")]
    Count(usize),
    /// A part is not a number, or one beyond 32 bits.
    #[error("`{0}` is not a number")]
    Number(String),
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        Self::read(text, NUMBERS_MIN)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        let mut text = String::new();
        for (at, number) in self.numbers().iter().enumerate() {
            let dot = if at == 0 { "" } else { "." };
            write!(text, "{dot}{number}")?;
        }
        f.pad(&text) // Tables give it a width.
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn orders_by_number() {
        let version = |text: &str| text.parse::<Version>().expect("a version");
        assert!(version("8.10.130.0") < version("17.3.3.26"));
        assert!(version("17.9.4.27") < version("17.12.1.5"));
        assert_eq!(version("0.0.0.0"), Version::NONE);
        assert_eq!(version("17.9.4.27").numbers(), [17, 9, 4, 27]);
    }

    #[test]
    fn a_beginning_is_below_every_version_that_begins_with_it() {
        let line = Version::beginning("17.9").expect("two numbers");
        assert!(
            line < "17.9.0.0".parse().expect("a version") && line > "17.8.9.9".parse().expect("a version")
        );
        assert_eq!(line.to_string(), "17.9");
        assert_eq!(Version::beginning("17."), Err(VersionError::Number(String::new())));
    }

    #[test]
    fn refuses_what_is_no_version() {
        assert_eq!("17.9.4".parse::<Version>(), Err(VersionError::Count(3)));
        assert_eq!("17.9.4a.27".parse::<Version>(), Err(VersionError::Number("4a".into())));
        assert_eq!("17.9.+4.27".parse::<Version>(), Err(VersionError::Number("+4".into())));
        assert_eq!("17.9..27".parse::<Version>(), Err(VersionError::Number(String::new())));
    }

    proptest! {
        #[test]
        fn prints_what_it_parsed(numbers in prop::collection::vec(any::<u32>(), 4..=6)) {
            let text = numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
            prop_assert_eq!(text.parse::<Version>().expect("a version").to_string(), text);
        }

        #[test]
        fn any_text_is_answered(text in ".{0,40}") {
            let _ = text.parse::<Version>();
        }
    }
}
