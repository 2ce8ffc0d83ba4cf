//! Places in the text of a configuration.

use std::fmt;
use std::ops::Range;

/// A range of a configuration's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The offset of its start, in bytes.
    pub offset: usize,
    /// Its length, in bytes.
    pub length: usize,
    /// The line of its start, counted from 1.
    pub line: usize,
    /// The character of that line at which it starts, counted from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Returns the place of a range of `text` that begins and ends between characters.
pub(crate) fn locate(text: &str, range: Range<usize>) -> Place {
    let before = &text[..range.start];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Place {
        offset: range.start,
        length: range.len(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}
