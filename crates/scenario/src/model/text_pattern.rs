//! Regular expressions in scenarios: they always take time in proportion to the text.

use regex::{Regex, RegexBuilder};

/// The memory that a compiled pattern may take, in bytes.
const SIZE_MAX: usize = 1 << 20;

/// A regular expression, in the syntax of the `regex` crate.
#[derive(Debug, Clone)]
pub struct TextPattern(Regex);

/// The mistake in a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PatternError {
    /// A short message.
    pub(crate) message: String,
    /// Its place, in bytes of the pattern; the whole pattern if that is not known.
    pub(crate) range: std::ops::Range<usize>,
}

impl TextPattern {
    pub(crate) fn new(text: &str) -> Result<Self, PatternError> {
        let whole = 0..text.len();
        if let Err(error) = regex_syntax::parse(text) {
            let (message, span) = match &error {
                regex_syntax::Error::Parse(error) => (error.kind().to_string(), Some(error.span())),
                regex_syntax::Error::Translate(error) => (error.kind().to_string(), Some(error.span())),
                other => (other.to_string(), None),
            };
            let range = span.map_or(whole, |span| span.start.offset..span.end.offset);
            return Err(PatternError { message, range });
        }
        RegexBuilder::new(text).size_limit(SIZE_MAX).build().map(Self).map_err(|_| PatternError {
            message: "this pattern takes too much memory".to_owned(),
            range: whole,
        })
    }

    /// Returns the pattern as written.
    pub fn text(&self) -> &str {
        self.0.as_str()
    }

    /// Returns true if it matches in `line`.
    pub fn is_found_in(&self, line: &str) -> bool {
        self.0.is_match(line)
    }
}

impl PartialEq for TextPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for TextPattern {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_point_into_the_pattern() {
        let error = TextPattern::new("AP (a|b").expect_err("not closed");
        assert_eq!((error.message.as_str(), error.range), ("unclosed group", 3..4));
        let error = TextPattern::new("x{2,1}").expect_err("the wrong way round");
        assert_eq!(error.range, 1..6);
        assert!(TextPattern::new(r"(\w{500}){500}").is_err());
    }

    #[test]
    fn lines_are_searched() {
        let pattern = TextPattern::new(r"^\w+ \d+ .*Timed out$").expect("it is right");
        assert!(pattern.is_found_in("Jan 30 22:10:22.123: Timed out") && !pattern.is_found_in("Timed out"));
    }
}
