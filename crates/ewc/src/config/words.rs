//! The words of a configuration line, and their permitted values.

use std::net::IpAddr;

use command_line::{Expansion, expand};

use super::problem::Problem;
use super::{Secret, type7};

/// The column of the problem, and the problem.
pub(super) type Wrong = (usize, Problem);

/// The words of one line, with their columns.
#[derive(Clone)]
pub(super) struct Words<'a> {
    line: &'a str,
    /// The start of the command behind the prompt.
    command: usize,
    at: usize,
    last: &'a str,
    /// True if the words read are not to be repeated in errors.
    secret: bool,
}

impl<'a> Words<'a> {
    /// Splits `command`, which is the end of `line`.
    pub(super) fn new(line: &'a str, command: &str) -> Self {
        let at = line.len() - command.len();
        Self { line, command: at, at, last: "", secret: false }
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

    /// Returns the next word without reading it.
    pub(super) fn peek(&self) -> Option<&'a str> {
        self.rest().split_whitespace().next()
    }

    /// Returns true if the next words are these, written out.
    pub(super) fn begin_with(&self, row: &str) -> bool {
        let mut words = self.rest().split_whitespace();
        row.split(' ').all(|word| words.next().is_some_and(|next| next.eq_ignore_ascii_case(word)))
    }

    /// Returns the column of the next word, or of the end.
    pub(super) fn next_column(&self) -> usize {
        self.column(self.line.len() - self.rest().len())
    }

    /// Returns the column of the word just read.
    pub(super) fn last_column(&self) -> usize {
        self.column(self.at - self.last.len())
    }

    /// Returns the next word written out; it may be abbreviated among `known`.
    pub(super) fn choice(
        &mut self,
        known: &[&'static str],
        expected: &'static str,
    ) -> Result<&'static str, Wrong> {
        let (column, word) = self.next(expected)?;
        match expand(word, known.iter().copied()) {
            Expansion::Word(word) => Ok(word),
            Expansion::Ambiguous => Err((column, self.ambiguous())),
            Expansion::Unknown => Err(self.unexpected(column, expected)),
        }
    }

    pub(super) fn address(&mut self) -> Result<IpAddr, Wrong> {
        let expected = "an IP address";
        let (column, word) = self.next(expected)?;
        word.parse().map_err(|_| self.unexpected(column, expected))
    }

    /// Reads a password: alone, or behind a digit for the type of its encryption. Types 0 and 7 can be read; types 6 and 8
    /// are encrypted with a key of the device, types 5 and 9 are digests.
    pub(super) fn password(&mut self) -> Result<Secret, Wrong> {
        self.secret = true;
        let (column, kind) = self.next("0 and a password")?;
        let digit = match kind.as_bytes() {
            [digit @ b'0'..=b'9'] => char::from(*digit),
            _ if self.rest().is_empty() => return Ok(Secret::new(kind)),
            _ => return Err((column, self.unexpected(column, "0 and a password, or a password alone").1)),
        };
        let (behind, password) = self.next("a password")?;
        match digit {
            '0' => Ok(Secret::new(password)),
            '7' => type7::decrypt(password).map(Secret::new).ok_or((behind, Problem::NotType7)),
            _ => Err((column, Problem::UnreadablePassword(digit))),
        }
    }

    /// Reads all words that are left.
    pub(super) fn skip(&mut self) {
        self.at = self.line.len();
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

    /// Returns the problem of an ambiguous word, with the command in which secrets are starred.
    pub(super) fn ambiguous(&self) -> Problem {
        Problem::Ambiguous(text::secrets::starred(self.line[self.command..].trim()))
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
