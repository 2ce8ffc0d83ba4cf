//! Texts of a command line that no source shows. Correct them here once a real one has been seen.

use crate::help::Row;

/// The help of the words behind `| section`.
pub(crate) const SECTIONS: [Row<'static>; 2] =
    [("exclude", "Exclude entire section(s) of output"), ("include", "Include entire section(s) of output")];

/// The answer to a regular expression that is none.
pub(crate) const NO_EXPRESSION: &str = "% Failed to compile regular expression.\n";
