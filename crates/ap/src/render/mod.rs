//! Every event as text: as AP-COS prints it on the console, in two dialects, and as the timeline of a run words it.
//!
//! The console is verbatim from the field samples (`tests/field/`), from Cisco's genielibs and from unicon's
//! `cheetah_reload.txt`. A text that no source shows is in `unverified.rs` and nowhere else.

mod console;
mod timeline;
pub(crate) mod unverified;
mod words;

pub use unverified::is_unverified;

use std::borrow::Cow;
use std::{fmt, mem};

use crate::{ApEvent, Dialect};

/// One line of a console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The text, possibly empty.
    pub text: Cow<'static, str>,
    /// True if the line starts with the time. Few lines do not.
    pub stamped: bool,
    /// False if no source shows the text.
    pub verified: bool,
}

impl Line {
    /// Returns the line as the console prints it; `time` is formatted as `01/30/2024 21:41:35.1120`.
    pub fn at<'a>(&'a self, time: &'a str) -> impl fmt::Display + 'a {
        fmt::from_fn(move |f| match (self.stamped, &*self.text) {
            (false, text) => f.write_str(text),
            (true, "") => write!(f, "[*{time}]"),
            (true, text) => write!(f, "[*{time}] {text}"),
        })
    }
}

/// Returns the lines that `event` prints on the console, in order; none for events that print nothing.
pub fn lines(event: &ApEvent, dialect: Dialect) -> Vec<Line> {
    let mut lines = Lines { dialect, lines: Vec::new(), verified: true };
    console::print(event, &mut lines);
    lines.lines
}

/// The lines collected so far.
struct Lines {
    dialect: Dialect,
    lines: Vec<Line>,
    /// False if the next line is marked as unverified.
    verified: bool,
}

impl Lines {
    /// Marks the next line as unverified.
    fn unverified(&mut self) -> &mut Self {
        self.verified = false;
        self
    }

    fn stamped(&mut self, text: impl Into<Cow<'static, str>>) {
        self.push(text.into(), true);
    }

    fn unstamped(&mut self, text: impl Into<Cow<'static, str>>) {
        self.push(text.into(), false);
    }

    fn push(&mut self, text: Cow<'static, str>, stamped: bool) {
        let verified = mem::replace(&mut self.verified, true);
        self.lines.push(Line { text, stamped, verified });
    }

    /// Adds a line of `upgrade.sh` that is relayed with its name; the newer text wraps it in `status '…'`.
    fn script(&mut self, text: impl fmt::Display) {
        self.status(format_args!("upgrade.sh: {text}"));
    }

    fn status(&mut self, text: impl fmt::Display) {
        self.stamped(match self.dialect {
            Dialect::Older => text.to_string(),
            Dialect::Newer => format!("status '{text}'"),
        });
    }

    fn is_newer(&self) -> bool {
        self.dialect == Dialect::Newer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_carry_the_time_or_not() {
        let line = |text: &'static str, stamped| Line { text: text.into(), stamped, verified: true };
        let at = |line: Line| line.at("07/12/2023 07:41:29.7500").to_string();
        assert_eq!(at(line("a b", true)), "[*07/12/2023 07:41:29.7500] a b");
        assert_eq!(at(line("", true)), "[*07/12/2023 07:41:29.7500]");
        assert_eq!(at(line("a b", false)), "a b");
    }
}
