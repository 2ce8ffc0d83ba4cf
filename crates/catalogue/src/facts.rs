//! Keyed numbers with their source.

use std::time::Duration;

use serde::Deserialize;

use text::{Version, units};

use crate::Confidence;

/// A piece of knowledge, certain or not.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Dotted, device first: `ap.image-data-start-timer`.
    pub key: String,
    /// The value as written, with its unit.
    pub value: String,
    /// The values of later releases of the controller, the earliest first.
    #[serde(default)]
    pub releases: Vec<OfRelease>,
    /// The minimum of a number that replaces it.
    #[serde(default)]
    pub min: Option<u64>,
    /// The maximum of such a number.
    #[serde(default)]
    pub max: Option<u64>,
    /// The range over which a plan varies the value, where it is not known well.
    #[serde(default)]
    pub range: Option<Range>,
    /// The confidence in it.
    pub confidence: Confidence,
    /// The events that show that a run leans on it. An unverified fact has some.
    #[serde(default)]
    pub signs: Vec<Sign>,
    /// The source.
    pub source: String,
    /// The reasoning behind it, or a caveat.
    #[serde(default)]
    pub note: Option<String>,
}

/// The value of a fact from a release of the controller on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfRelease {
    /// The first version that has it.
    #[serde(deserialize_with = "crate::quirks::beginning")]
    pub from: Version,
    /// The value as written, with its unit.
    pub value: String,
    /// The range of this value, in place of the fact's own.
    #[serde(default)]
    pub range: Option<Range>,
}

/// Two ends of a range, as written, with their units: `4m..12m`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Range {
    /// The lower end.
    pub low: String,
    /// The higher end.
    pub high: String,
}

impl TryFrom<String> for Range {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let ends = text.split_once("..").filter(|(low, high)| !low.is_empty() && !high.is_empty());
        let (low, high) = ends.ok_or_else(|| format!("`{text}` is not a range"))?;
        Ok(Self { low: low.to_owned(), high: high.to_owned() })
    }
}

/// An event whose time, or whose presence, depends on a fact.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// Its name in records, of the device that the fact is about.
    pub event: String,
    /// Texts that its fields contain, where not every such event depends on the fact.
    #[serde(default)]
    pub containing: Vec<String>,
}

/// A value by its kind, which depends on its form: `5s`, `64KiB`, `9.88MB/s`, `5`, anything else.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A duration, with a unit of time.
    Duration(Duration),
    /// A size, with a unit of size.
    Bytes(u64),
    /// A rate in bytes per second.
    Rate(u64),
    /// A whole number without a unit.
    Number(u64),
    /// Anything else.
    Text(String),
}

impl Value {
    /// Reads a value; anything without another kind is text.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if let Ok(number) = units::number(text) {
            Self::Number(number)
        } else if let Ok(duration) = units::duration(text) {
            Self::Duration(duration)
        } else if let Ok(bytes) = units::bytes(text) {
            Self::Bytes(bytes)
        } else if let Ok(rate) = units::byte_rate(text) {
            Self::Rate(rate)
        } else {
            Self::Text(text.to_owned())
        }
    }

    /// Returns the kind, with its article: "a duration".
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Duration(_) => "a duration",
            Self::Bytes(_) => "a size",
            Self::Rate(_) => "a rate",
            Self::Number(_) => "a whole number",
            Self::Text(_) => "a text",
        }
    }

    /// Makes the error for a fact that has this value where another kind is needed.
    pub(crate) fn is_not(&self, key: &str, found: &'static str) -> FactError {
        FactError::Kind { key: key.to_owned(), expected: self.kind(), found }
    }
}

impl Fact {
    /// Returns the device that it is about: the first word of its key.
    pub fn device(&self) -> &str {
        self.key.split('.').next().unwrap_or_default()
    }

    /// Returns the value of a release, as written.
    pub(crate) fn of_release(&self, version: Version) -> &str {
        let of = self.releases.iter().rev().find(|release| release.from <= version);
        of.map_or(&self.value, |release| &release.value)
    }

    /// Returns the range of the value of a release, if it is varied.
    pub(crate) fn range_of_release(&self, version: Version) -> Option<&Range> {
        let of = self.releases.iter().rev().find(|release| release.from <= version);
        of.map_or(self.range.as_ref(), |release| release.range.as_ref())
    }

    /// Returns true if `number` is out of bounds.
    pub(crate) fn excludes(&self, number: u64) -> bool {
        self.min.is_some_and(|min| number < min) || self.max.is_some_and(|max| number > max)
    }

    /// Returns the bounds in words: "at least 1", "from 1 to 50".
    pub fn bounds(&self) -> String {
        match (self.min, self.max) {
            (None, None) => "any number".to_owned(),
            (Some(min), None) => format!("at least {min}"),
            (None, Some(max)) => format!("at most {max}"),
            (Some(min), Some(max)) => format!("from {min} to {max}"),
        }
    }
}

/// The reason that a fact could not be read or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    /// No fact has this key.
    #[error("no catalogue fact {key:?}{}", did_you_mean(closest))]
    Unknown {
        /// The key as requested.
        key: String,
        /// Similar keys, best first.
        closest: Vec<String>,
    },
    /// The fact is of another kind than requested, or than the value that would replace it.
    #[error("catalogue fact {key} is {expected}, not {found}")]
    Kind {
        /// The fact.
        key: String,
        /// Its kind.
        expected: &'static str,
        /// The other kind.
        found: &'static str,
    },
    /// The number is out of the fact's bounds.
    #[error("catalogue fact {key} is {bounds}, not {found}")]
    OutOfBounds {
        /// The fact.
        key: String,
        /// Its bounds, in words.
        bounds: String,
        /// The number.
        found: u64,
    },
    /// An interval or a rate of zero, with which time would stand still.
    #[error("catalogue fact {key} cannot be zero")]
    Zero {
        /// The fact.
        key: String,
    },
}

fn did_you_mean(closest: &[String]) -> String {
    if closest.is_empty() { String::new() } else { format!(", did you mean {}?", closest.join(" or ")) }
}
