//! Text that knows its position in a configuration.

use std::ops::Range;

/// Text without quotes and escapes, whose characters know their positions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text(pub(super) Vec<(usize, char)>);

impl Text {
    pub(super) fn string(&self) -> String {
        self.0.iter().map(|&(_, character)| character).collect()
    }

    /// Returns the range from its first character to its last; empty at 0 for an empty text.
    pub(super) fn range(&self) -> Range<usize> {
        match (self.0.first(), self.0.last()) {
            (Some(&(start, _)), Some(&(last, character))) => start..last + character.len_utf8(),
            _ => 0..0,
        }
    }

    /// Splits it as the shell splits the value of an unquoted variable.
    pub(super) fn words(&self) -> Vec<Self> {
        let blank = |&(_, character): &(usize, char)| matches!(character, ' ' | '\t' | '\n');
        self.0.split(blank).filter(|word| !word.is_empty()).map(|word| Self(word.to_vec())).collect()
    }

    /// Returns the text after the first `count` characters.
    pub(super) fn after(&self, count: usize) -> Self {
        Self(self.0.get(count..).unwrap_or_default().to_vec())
    }
}
