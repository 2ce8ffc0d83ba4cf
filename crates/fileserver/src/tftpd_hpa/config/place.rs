//! Where in a configuration something stands.

use std::fmt;
use std::ops::Range;

/// A stretch of a configuration's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where it begins, in bytes.
    pub offset: usize,
    /// How long it is, in bytes.
    pub length: usize,
    /// The line in which it begins, counted from 1.
    pub line: usize,
    /// The character of that line with which it begins, counted from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// The place of a range of `text` that begins and ends between characters.
pub(super) fn locate(text: &str, range: Range<usize>) -> Place {
    let before = &text[..range.start];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Place {
        offset: range.start,
        length: range.len(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

/// Text whose characters know where they stand, for quotes and escapes are gone from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text(pub(super) Vec<(usize, char)>);

impl Text {
    pub(super) fn string(&self) -> String {
        self.0.iter().map(|&(_, character)| character).collect()
    }

    /// From its first character to its last; empty at 0 for no text.
    pub(super) fn range(&self) -> Range<usize> {
        match (self.0.first(), self.0.last()) {
            (Some(&(start, _)), Some(&(last, character))) => start..last + character.len_utf8(),
            _ => 0..0,
        }
    }

    /// Split as the shell splits the value of a variable that is not quoted.
    pub(super) fn words(&self) -> Vec<Self> {
        let blank = |&(_, character): &(usize, char)| matches!(character, ' ' | '\t' | '\n');
        self.0.split(blank).filter(|word| !word.is_empty()).map(|word| Self(word.to_vec())).collect()
    }

    /// What follows the first `count` characters.
    pub(super) fn after(&self, count: usize) -> Self {
        Self(self.0.get(count..).unwrap_or_default().to_vec())
    }
}
