//! Keyed numbers with their source.

use std::time::Duration;

use serde::Deserialize;

use text::units;

use crate::Confidence;

/// One thing that is known, or believed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Dotted, device first: `ap.image-data-start-timer`.
    pub key: String,
    /// As written, with its unit.
    pub value: String,
    /// The least number that may replace it.
    #[serde(default)]
    pub min: Option<u64>,
    /// The greatest.
    #[serde(default)]
    pub max: Option<u64>,
    /// How well it is known.
    pub confidence: Confidence,
    /// From where.
    pub source: String,
    /// How it was reasoned, or what to be careful about.
    #[serde(default)]
    pub note: Option<String>,
}

/// A value by its kind. The way it is written decides: `5s`, `64KiB`, `9.88MB/s`, `5`, anything else.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// With a unit of time.
    Duration(Duration),
    /// With a unit of size.
    Bytes(u64),
    /// Bytes per second.
    Rate(u64),
    /// A whole number without unit.
    Number(u64),
    /// Anything else.
    Text(String),
}

impl Value {
    /// Reads a value; what is nothing else is text.
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

    /// The kind, with its article: "a duration".
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Duration(_) => "a duration",
            Self::Bytes(_) => "a size",
            Self::Rate(_) => "a rate",
            Self::Number(_) => "a whole number",
            Self::Text(_) => "a text",
        }
    }

    /// The error of a fact that has this value where one of another kind is wanted.
    pub(crate) fn is_not(&self, key: &str, found: &'static str) -> FactError {
        FactError::Kind { key: key.to_owned(), expected: self.kind(), found }
    }
}

impl Fact {
    /// Whether `number` is out of bounds.
    pub(crate) fn excludes(&self, number: u64) -> bool {
        self.min.is_some_and(|min| number < min) || self.max.is_some_and(|max| number > max)
    }

    /// The bounds in words: "at least 1", "from 1 to 50".
    pub fn bounds(&self) -> String {
        match (self.min, self.max) {
            (None, None) => "any number".to_owned(),
            (Some(min), None) => format!("at least {min}"),
            (None, Some(max)) => format!("at most {max}"),
            (Some(min), Some(max)) => format!("from {min} to {max}"),
        }
    }
}

/// Why a fact could not be had or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    /// No fact has this key.
    #[error("no catalogue fact {key:?}{}", did_you_mean(closest))]
    Unknown {
        /// As asked.
        key: String,
        /// Keys like it, best first.
        closest: Vec<String>,
    },
    /// The fact is of another kind than asked for, or than the value that shall replace it.
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
    /// An interval or a rate of nothing: time would stand still.
    #[error("catalogue fact {key} cannot be zero")]
    Zero {
        /// The fact.
        key: String,
    },
}

fn did_you_mean(closest: &[String]) -> String {
    if closest.is_empty() { String::new() } else { format!(", did you mean {}?", closest.join(" or ")) }
}
