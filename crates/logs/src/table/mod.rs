//! All patterns, made once from the specimens of the devices and servers.

mod build;
mod printed;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::pattern::{Match, Pattern};
use crate::{Candidate, Reading, Role};

/// A program that prints lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Voice {
    AccessPoint,
    Controller,
    TftpdHpa,
    Tftpd64,
    Sshd,
    SftpServer,
}

impl Voice {
    pub(crate) const ALL: [Self; 6] =
        [Self::AccessPoint, Self::Controller, Self::TftpdHpa, Self::Tftpd64, Self::Sshd, Self::SftpServer];

    /// Returns the voice of a program that a syslog server names.
    pub(crate) fn of_program(name: &str) -> Option<Self> {
        Some(match name {
            "in.tftpd" => Self::TftpdHpa,
            "sshd" | "sshd-session" | "sshd-auth" => Self::Sshd,
            "sftp-server" | "internal-sftp" => Self::SftpServer,
            _ => return None,
        })
    }

    pub(crate) fn role(self) -> Role {
        match self {
            Self::AccessPoint => Role::AccessPoint,
            Self::Controller => Role::Controller,
            Self::TftpdHpa => Role::TftpdHpa,
            Self::Tftpd64 => Role::Tftpd64,
            Self::Sshd | Self::SftpServer => Role::OpenSsh,
        }
    }
}

/// A pattern with the events that print such a line.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) pattern: Pattern,
    weight: usize,
    /// With the values that the literal words of the line tell.
    candidates: Vec<Candidate>,
}

/// The patterns of one voice.
#[derive(Debug, Default)]
pub(crate) struct Book {
    entries: Vec<Entry>,
    /// Indices of patterns by the first byte of their literal beginning.
    by_first: BTreeMap<u8, Vec<usize>>,
    /// Indices of patterns that begin with a value.
    open: Vec<usize>,
    /// The events that print an empty line, behind a time.
    empty: Vec<Candidate>,
    kinds: Vec<&'static str>,
}

static BOOKS: LazyLock<BTreeMap<Voice, Book>> = LazyLock::new(build::books);

/// Returns the patterns of a voice.
pub(crate) fn book(voice: Voice) -> &'static Book {
    &BOOKS[&voice]
}

/// A reading, and how much it rests on.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) reading: Reading,
    /// The number of letters that stand literally in the line and in its pattern.
    pub(crate) weight: usize,
    /// True if the pattern ends in a value, which may go on in the next line.
    pub(crate) ends_in_value: bool,
}

/// A line that is cropped behind fewer literal letters than these is not understood.
const CROPPED_LETTERS: usize = 8;

/// A line that is shorter is not taken for the end of the line before.
const TAIL_LETTERS: usize = 6;

impl Book {
    /// Reads a whole line. Only one with a header is read by patterns that begin with a value, which may be any words.
    pub(crate) fn whole(&self, text: &str, has_header: bool) -> Option<Found> {
        if text.is_empty() {
            let reading = Reading { candidates: self.empty.clone(), cropped: false };
            return (!self.empty.is_empty()).then_some(Found { reading, weight: 0, ends_in_value: false });
        }
        let matches =
            self.possible(text, has_header).filter_map(|entry| Some((entry, entry.pattern.whole(text)?)));
        let matches: Vec<(&Entry, Match)> = matches.collect();
        let weight = matches.iter().map(|(entry, _)| entry.weight).max()?;
        let best: Vec<(&Entry, Match)> =
            matches.into_iter().filter(|(entry, _)| entry.weight == weight).collect();
        let ends_in_value = best.iter().all(|(entry, _)| entry.pattern.ends_in_value());
        let candidates = best.iter().flat_map(|(entry, found)| entry.told(found, text)).collect();
        let reading = Reading { candidates: merged(candidates), cropped: false };
        Some(Found { reading, weight, ends_in_value })
    }

    /// Reads a line whose end is missing. With `tail`, only lines that end in this text are considered.
    pub(crate) fn cropped(&self, text: &str, tail: Option<&str>, has_header: bool) -> Option<Found> {
        let possible = self
            .by_first(text, has_header)
            .filter(|entry| tail.is_none_or(|tail| ends_in(&entry.pattern, tail)));
        let matches = possible.filter_map(|entry| Some((entry, entry.pattern.cropped(text)?)));
        let matches: Vec<(&Entry, Match)> = matches.collect();
        let weight = |(entry, found): &(&Entry, Match)| found.literal(&entry.pattern, text);
        let most = matches.iter().map(weight).max().filter(|most| *most >= CROPPED_LETTERS)?;
        let best: Vec<(&Entry, Match)> = matches.into_iter().filter(|found| weight(found) == most).collect();
        let candidates = merged(best.iter().flat_map(|(entry, found)| entry.told(found, text)).collect());
        let mut kinds: Vec<&str> = candidates.iter().map(|candidate| candidate.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let few = kinds.len() <= Reading::MOST_KINDS;
        let reading = Reading { candidates, cropped: true };
        few.then_some(Found { reading, weight: most, ends_in_value: false })
    }

    /// Returns the kinds of events of which there is a pattern.
    pub(crate) fn kinds(&self) -> &[&'static str] {
        &self.kinds
    }

    fn possible(&self, text: &str, has_header: bool) -> impl Iterator<Item = &Entry> {
        self.by_first(text, has_header).filter(move |entry| text.starts_with(entry.pattern.beginning()))
    }

    /// Returns the patterns that can begin like `text`, by its first byte.
    fn by_first(&self, text: &str, has_header: bool) -> impl Iterator<Item = &Entry> {
        let literal = text.bytes().next().and_then(|first| self.by_first.get(&first));
        let open = has_header.then_some(&self.open);
        literal.into_iter().chain(open).flatten().map(|index| &self.entries[*index])
    }
}

/// Returns true if a line of this pattern ends in `tail`, as whole words.
fn ends_in(pattern: &Pattern, tail: &str) -> bool {
    tail.len() >= TAIL_LETTERS && pattern.end().strip_suffix(tail).is_some_and(|before| before.ends_with(' '))
}

impl Entry {
    /// Returns the candidates, each with the values that the line tells.
    fn told(&self, found: &Match, text: &str) -> Vec<Candidate> {
        let shown = found.told(&self.pattern, text);
        // What the end of a line would tell, a cropped one does not.
        let literal =
            |candidate: &Candidate| if found.cropped { BTreeMap::new() } else { candidate.told.clone() };
        let of = |candidate: &Candidate| {
            let mut told = literal(candidate);
            told.extend(shown.clone());
            Candidate { told, ..candidate.clone() }
        };
        self.candidates.iter().map(of).collect()
    }
}

/// Makes one of candidates for the same line of the same event: of their values those that agree.
fn merged(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        let same = |other: &&mut Candidate| {
            (other.kind, other.line, other.of) == (candidate.kind, candidate.line, candidate.of)
        };
        match all.iter_mut().find(same) {
            Some(other) => other.told.retain(|path, told| candidate.told.get(path) == Some(told)),
            None => all.push(candidate),
        }
    }
    all
}
