//! The words of a configuration line, and their permitted values.

use std::net::IpAddr;

use super::Secret;
use super::problem::Problem;

/// The column of the problem, and the problem.
pub(super) type Wrong = (usize, Problem);

/// The words of one line, with their columns.
pub(super) struct Words<'a> {
    line: &'a str,
    at: usize,
    last: &'a str,
    /// True if the words read are not to be repeated in errors.
    secret: bool,
}

impl<'a> Words<'a> {
    /// Splits `command`, which is the end of `line`.
    pub(super) fn new(line: &'a str, command: &str) -> Self {
        Self { line, at: line.len() - command.len(), last: "", secret: false }
    }

    /// Returns the next word and its column.
    pub(super) fn next(&mut self, expected: &'static str) -> Result<(usize, &'a str), Wrong> {
        let rest = self.rest();
        let start = self.line.len() - rest.len();
        let word = rest.split_whitespace().next().ok_or((self.column(start), Problem::Missing(expected)))?;
        self.at = start + word.len();
        self.last = word;
        Ok((self.column(start), word))
    }

    /// Skips `word`, if it comes next.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let before = self.at;
        let taken = self.next("").is_ok_and(|(_, next)| next == word);
        if !taken {
            self.at = before;
        }
        taken
    }

    pub(super) fn address(&mut self) -> Result<IpAddr, Wrong> {
        let expected = "an IP address";
        let (column, word) = self.next(expected)?;
        word.parse().map_err(|_| self.unexpected(column, expected))
    }

    pub(super) fn password(&mut self) -> Result<Secret, Wrong> {
        self.secret = true;
        let (column, kind) = self.next("0 and a password")?;
        match kind {
            "0" => self.next("a password").map(|(_, password)| Secret::new(password)),
            // A single word is the password; a number in front of another word states how it is encrypted.
            _ if self.rest().is_empty() => Ok(Secret::new(kind)),
            _ => Err((column, Problem::EncryptedPassword)),
        }
    }

    /// Expects the end of the line.
    pub(super) fn end(&mut self) -> Result<(), Wrong> {
        match self.next("") {
            Ok((column, _)) => Err(self.unexpected(column, "the end of the line")),
            Err(_) => Ok(()),
        }
    }

    /// Returns the part that has not been read.
    pub(super) fn rest(&self) -> &'a str {
        self.line[self.at..].trim_start()
    }

    /// Returns the error for the word just read, which is not one of those expected at `column`.
    pub(super) fn unexpected(&self, column: usize, expected: &'static str) -> Wrong {
        let found = if self.secret { "*****" } else { self.last };
        (column, Problem::Unexpected { expected, found: found.to_owned() })
    }

    fn column(&self, byte: usize) -> usize {
        self.line[..byte].chars().count() + 1
    }
}
