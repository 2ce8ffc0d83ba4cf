//! Releases of OpenSSH: which directives each one knows.

use std::fmt;

/// A release of OpenSSH: 8.9, 9.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    major: u8,
    minor: u8,
}

impl Release {
    /// The oldest release that is simulated, and the default: that of Ubuntu 22.04.
    pub const OLDEST: Self = Self::new(8, 9);
    /// The newest release whose directives are known here.
    pub const NEWEST: Self = Self::new(10, 0);

    pub(super) const fn new(major: u8, minor: u8) -> Self {
        Self { major, minor }
    }

    /// Reads a release that is simulated: `8.9`, `9.6p1`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.split_once('p').map_or(text, |(number, _)| number);
        let (major, minor) = text.split_once('.')?;
        let release = Self::new(major.parse().ok()?, minor.parse().ok()?);
        (Self::OLDEST..=Self::NEWEST).contains(&release).then_some(release)
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_ordered_as_they_came() {
        let release = |text| Release::parse(text).expect("it is one");
        assert!(release("8.9") < release("9.0") && release("9.9p1") < release("10.0"));
        for text in ["7.4", "8.8", "11.0", "9", "9.x", "", "9.6 Ubuntu"] {
            assert_eq!(Release::parse(text), None, "{text}");
        }
    }
}
