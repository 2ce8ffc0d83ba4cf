//! Where a value was found.

/// A line of one of the files that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The index of the file among those that were passed in.
    pub file: usize,
    /// The line, from 1.
    pub line: usize,
}

/// A value, and the line that states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// The line.
    pub at: Place,
}

impl<T> Found<T> {
    pub(crate) fn new(value: T, at: Place) -> Self {
        Self { value, at }
    }
}
