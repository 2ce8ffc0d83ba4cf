//! A line as words, each with its columns.

use std::ops::Range;

use super::Place;

/// The words of a line.
#[derive(Debug, Clone)]
pub(super) struct Words<'a> {
    line: usize,
    indented: bool,
    words: Vec<(&'a str, Range<usize>)>,
}

impl<'a> Words<'a> {
    /// Splits line number `line` from byte `from` on.
    pub(super) fn of(line: usize, text: &'a str, from: usize) -> Self {
        let mut words = Vec::new();
        let mut rest = &text[from..];
        while let Some(start) = rest.find(|letter: char| !letter.is_whitespace()) {
            let at = text.len() - rest.len() + start;
            let word = text[at..].split(char::is_whitespace).next().unwrap_or_default();
            words.push((word, at..at + word.len()));
            rest = &text[at + word.len()..];
        }
        Self { line, indented: text[from..].starts_with([' ', '\t']), words }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub(super) fn is_indented(&self) -> bool {
        self.indented
    }

    /// Returns true if the first word begins with the first of these, and the next ones are equal.
    pub(super) fn starts_with(&self, words: &[&str]) -> bool {
        let same = |(index, wanted): (usize, &&str)| match self.words.get(index) {
            Some((word, _)) if *wanted == "!" => word.starts_with('!'),
            Some((word, _)) => word == wanted,
            None => false,
        };
        words.iter().enumerate().all(same)
    }

    /// Returns true if the line begins with these words, which have one space between them.
    pub(super) fn begins(&self, words: &str) -> bool {
        self.starts_with(&words.split(' ').collect::<Vec<_>>())
    }

    pub(super) fn texts(&self) -> Vec<&'a str> {
        self.words.iter().map(|(word, _)| *word).collect()
    }

    pub(super) fn get(&self, index: usize) -> Option<&'a str> {
        self.words.get(index).map(|(word, _)| *word)
    }

    /// Returns the words from the one with this index on.
    pub(super) fn after(&self, count: usize) -> Self {
        Self { words: self.words.iter().skip(count).cloned().collect(), ..self.clone() }
    }

    /// Returns the place of the whole line, without its indentation.
    pub(super) fn place(&self) -> Place {
        let start = self.words.first().map_or(0, |(_, columns)| columns.start);
        let end = self.words.last().map_or(start, |(_, columns)| columns.end);
        Place { line: self.line, columns: start..end }
    }

    /// Returns the place of a word; behind the last word, the end of the line.
    pub(super) fn place_of(&self, index: usize) -> Place {
        match self.words.get(index) {
            Some((_, columns)) => Place { line: self.line, columns: columns.clone() },
            None => self.place(),
        }
    }
}

/// Returns the byte after a prompt such as `R1(config-ext-nacl)#`, or 0.
pub(super) fn without_prompt(line: &str) -> usize {
    let Some(end) = line.find(['#', '>']) else { return 0 };
    let prompt = &line[..end];
    let (host, mode) = prompt.split_once('(').unwrap_or((prompt, ""));
    let is_name = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let has_mode = mode.is_empty() || mode.strip_suffix(')').is_some_and(is_name);
    if host.is_empty() || !is_name(host) || !has_mode { 0 } else { end + 1 }
}
