//! The arguments of a keyword.

use std::ops::Range;
use std::time::Duration;

use super::algorithms::Kind;
use super::line::Word;
use super::release::Release;
use super::{ConfigProblem, values};
use crate::syslog::Facility;

/// A problem and its position: that of the directive, unless there is a closer one.
pub(super) type Bad = (Option<Range<usize>>, ConfigProblem);

/// The arguments that are not yet consumed.
pub(super) struct Arguments {
    pub(super) release: Release,
    pub(super) keyword: Word,
    pub(super) words: std::vec::IntoIter<Word>,
}

impl Arguments {
    /// Returns the next argument, which must exist.
    pub(super) fn next(&mut self, missing: impl FnOnce(String) -> ConfigProblem) -> Result<Word, Bad> {
        let word = self.words.next().filter(|word| !word.text.is_empty());
        word.ok_or_else(|| (None, missing(self.keyword.text.clone())))
    }

    pub(super) fn one_of<T: Copy>(&mut self, choices: &[(&str, T)]) -> Result<T, Bad> {
        let word = self.next(|_| ConfigProblem::Missing("argument."))?;
        let chosen = choices.iter().find(|(name, _)| word.text.eq_ignore_ascii_case(name));
        let (_, value) = chosen.ok_or((Some(word.range), ConfigProblem::Unsupported(word.text)))?;
        Ok(*value)
    }

    pub(super) fn flag(&mut self) -> Result<bool, Bad> {
        self.one_of(&[("yes", true), ("no", false)])
    }

    pub(super) fn integer(&mut self) -> Result<u32, Bad> {
        let word = self.words.next();
        let keyword = self.keyword.text.clone();
        let text = word.as_ref().map_or("", |word| &word.text);
        values::integer(text)
            .map_err(|why| (word.map(|word| word.range), ConfigProblem::BadInteger { keyword, why }))
    }

    pub(super) fn time(&mut self) -> Result<Duration, Bad> {
        let word = self.next(|_| ConfigProblem::Missing("time value."))?;
        values::time(&word.text).ok_or((Some(word.range), ConfigProblem::BadTime))
    }

    /// Returns an argument of any kind.
    pub(super) fn text(&mut self) -> Result<String, Bad> {
        self.next(ConfigProblem::MissingArgument).map(|word| word.text)
    }

    pub(super) fn facility(&mut self) -> Result<Facility, Bad> {
        let text = self.words.next().map_or("<NONE>".into(), |word| word.text);
        Facility::from_name(&text).ok_or((None, ConfigProblem::BadFacility(text)))
    }

    pub(super) fn file(&mut self) -> Result<Word, Bad> {
        self.next(|_| ConfigProblem::Missing("file name."))
    }

    pub(super) fn algorithms(&mut self, kind: Kind, what: &'static str) -> Result<Vec<String>, Bad> {
        let word = self.next(ConfigProblem::MissingArgument)?;
        kind.assemble(&word.text, self.release)
            .ok_or((Some(word.range), ConfigProblem::BadAlgorithms { what, names: word.text }))
    }

    /// Parses numbers separated by colons.
    pub(super) fn numbers(&mut self) -> Result<Vec<u32>, Bad> {
        let word = self.next(ConfigProblem::MissingArgument)?;
        let numbers = word.text.split(':').map(|number| values::integer(number).ok());
        let bad = ConfigProblem::BadSpec(self.keyword.text.clone());
        numbers.collect::<Option<Vec<_>>>().ok_or((Some(word.range), bad))
    }

    pub(super) fn rest(&mut self) -> Vec<Word> {
        self.words.by_ref().collect()
    }
}
