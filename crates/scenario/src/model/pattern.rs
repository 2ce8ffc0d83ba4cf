//! Patterns of events and of the values of their fields.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::source::Span;

/// Events of some hosts: by name, and by values of their fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPattern {
    /// The hosts as written: a host, a group, or `any`.
    pub who: String,
    /// The hosts that these are.
    pub hosts: Arc<[String]>,
    /// The event's name in `events.jsonl`: `image_data_started`.
    pub event: String,
    /// Fields and their required values, in the order of writing.
    pub with: Vec<FieldPattern>,
    /// The place of the whole pattern.
    pub span: Span,
    /// The place of the event's name.
    pub event_span: Span,
}

/// A field and its required value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPattern {
    /// Its name; dots lead into nested fields: `reason.refused`.
    pub field: String,
    /// Its required value.
    pub matcher: Matcher,
    /// The place of the name.
    pub span: Span,
}

/// A required value: a text, letter for letter, or a number between two bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matcher {
    text: String,
    bounds: Option<RangeInclusive<u64>>,
}

impl Matcher {
    /// Reads a matcher: `10..20`, `10..` and `..20` are bounds, including sizes and whole numbers with or without a unit; anything
    /// else is the text itself.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), bounds: bounds(text) }
    }

    /// Returns the matcher as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns true if the value, as text, matches.
    pub fn accepts(&self, value: &str) -> bool {
        let number = || {
            value.parse().is_ok_and(|number: u64| self.bounds.as_ref().is_some_and(|b| b.contains(&number)))
        };
        value == self.text || number()
    }
}

fn bounds(text: &str) -> Option<RangeInclusive<u64>> {
    let number = |text: &str, open: u64| match text.trim() {
        "" => Some(open),
        text => text::units::bytes(text).ok(),
    };
    match text.split_once("..") {
        None => number(text, 0).filter(|_| !text.trim().is_empty()).map(|number| number..=number),
        Some((low, high)) if low.trim().is_empty() && high.trim().is_empty() => None,
        Some((low, high)) => Some(number(low, 0)?..=number(high, u64::MAX)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_numbers_and_bounds() {
        let accepts = |pattern: &str, value: &str| Matcher::new(pattern).accepts(value);
        assert!(accepts("ap1g8", "ap1g8") && !accepts("ap1g8", "ap1g7"));
        assert!(accepts("5", "5") && !accepts("5", "50") && accepts("1KiB", "1024"));
        assert!(accepts("2..4", "2") && accepts("2..4", "4") && !accepts("2..4", "5"));
        assert!(accepts("2..", "1000") && !accepts("2..", "1"));
        assert!(accepts("..1MB", "1000000") && !accepts("..1MB", "1000001"));
        assert!(accepts("true", "true") && !accepts("true", "1"));
        // A version does not look like a number, and dots alone are text.
        assert!(accepts("17.9.4.27", "17.9.4.27") && !accepts("17.9.4.27", "17"));
        assert!(accepts("..", "..") && !accepts("..", "7"));
        // Reversed bounds match nothing, and do not crash.
        assert!(!accepts("4..2", "3"));
    }
}
