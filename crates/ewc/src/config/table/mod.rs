//! The lines of a configuration in three classes: modelled; may matter and is not modelled; does not matter here.
//!
//! A row is the first words of a line, as long as it is distinct; the reader and the abbreviation of words go by the same rows.
//! A line that is in no row is not about images: what decides which access points get in, what is served to them and what is
//! dropped has rows for its first words, so that what is unknown of it is in the second class.

mod global;
mod harmless;
mod interface;
mod profile;
mod section;

use command_line::{Expansion, expand};

use super::reader::Reader;
use super::sections::Section;
use super::words::{Words, Wrong};

/// Reads the words behind those of a row.
pub(super) type Read = fn(&mut Reader, &mut Words<'_>) -> Result<(), Wrong>;

/// A modelled line.
#[derive(Debug)]
pub(super) struct Modelled {
    pub(super) words: &'static str,
    pub(super) read: Read,
    /// The effect of the line behind `no` or `default`; the words behind it do not matter.
    pub(super) undo: Option<Read>,
}

/// A line that may matter and is not modelled.
#[derive(Debug)]
pub(super) struct Matters {
    pub(super) words: &'static str,
    /// What may stand behind the words without a difference to what is simulated; `MAC` stands for a MAC address and anything, a
    /// star at an end of a word for any letters there.
    pub(super) unless: &'static [&'static str],
    /// True if the line matters behind `no`, too: what it names is on by default.
    pub(super) negated: bool,
    /// The reason, a lower-case fragment.
    pub(super) why: &'static str,
}

/// Lines that do not matter here.
#[derive(Debug)]
pub(super) struct Harmless {
    pub(super) rows: &'static [&'static str],
    /// The section that these lines open.
    pub(super) opens: Option<Section>,
    /// The reason, a fragment that fits behind a colon.
    pub(super) why: &'static str,
}

/// The rows that are known at one place.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) modelled: &'static [Modelled],
    pub(super) matters: &'static [Matters],
    pub(super) harmless: &'static [Harmless],
}

/// A row that was found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Row {
    Modelled(&'static Modelled),
    Matters(&'static Matters),
    Harmless(&'static Harmless),
}

/// The result of a search.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found {
    /// The row, and its words.
    Row(Row, &'static str),
    /// A word is the start of several, and one of them would be of the first two classes.
    Ambiguous,
    /// No row fits.
    Nothing,
}

/// The global mode.
pub(super) static GLOBAL: Table =
    Table { modelled: global::MODELLED, matters: global::MATTERS, harmless: harmless::GLOBAL };
/// Below `wireless profile image-download default`.
pub(super) static PROFILE: Table = Table { modelled: profile::MODELLED, matters: &[], harmless: &[] };
/// Below `interface`.
pub(super) static INTERFACE: Table =
    Table { modelled: interface::MODELLED, matters: interface::MATTERS, harmless: interface::HARMLESS };
/// Below `control-plane`.
pub(super) static CONTROL_PLANE: Table =
    Table { modelled: &[], matters: section::CONTROL_PLANE, harmless: &[] };
/// Below `wireless management interface`, before those of any other line.
pub(super) static MANAGEMENT: Table = Table { modelled: section::MANAGEMENT, matters: &[], harmless: &[] };
/// Below `crypto pki trustpool policy`.
pub(super) static TRUSTPOOL: Table = Table { modelled: section::TRUSTPOOL, matters: &[], harmless: &[] };
/// Below any other line.
pub(super) static SECTION: Table =
    Table { modelled: &[], matters: section::MATTERS, harmless: section::HARMLESS };

impl Table {
    fn rows(&self) -> impl Iterator<Item = (&'static str, Row)> + '_ {
        let modelled = self.modelled.iter().map(|row| (row.words, Row::Modelled(row)));
        let matters = self.matters.iter().map(|row| (row.words, Row::Matters(row)));
        let harmless = self
            .harmless
            .iter()
            .flat_map(|harmless| harmless.rows.iter().map(move |words| (*words, Row::Harmless(harmless))));
        modelled.chain(matters).chain(harmless)
    }

    /// Returns true if a row begins with this word, written out.
    pub(super) fn begins_with(&self, word: &str) -> bool {
        self.rows()
            .any(|(row, _)| row.split(' ').next().is_some_and(|first| first.eq_ignore_ascii_case(word)))
    }

    /// Finds the row with which the next words begin, the longest one, and reads its words.
    pub(super) fn find(&self, words: &mut Words<'_>) -> Found {
        self.walk(words).0
    }

    /// Does the same as [`find`](Self::find), and returns the number of words that rows know, whether or not one is complete.
    fn walk(&self, words: &mut Words<'_>) -> (Found, usize) {
        let mut found = Found::Nothing;
        let mut known = 0;
        let mut ahead = words.clone();
        // The rows that fit so far, each with its words that are left.
        let mut open: Vec<(&'static str, (&'static str, Row))> = Vec::new();
        while let Some(next) = ahead.peek() {
            let fits =
                |left: &str| left.get(..next.len()).is_some_and(|start| start.eq_ignore_ascii_case(next));
            if known == 0 {
                open.extend(self.rows().filter(|(row, _)| fits(row)).map(|row| (row.0, row)));
            } else {
                open.retain(|(left, _)| fits(left));
            }
            let word = match expand(next, open.iter().map(|(left, _)| first_word(left))) {
                Expansion::Word(word) => word,
                Expansion::Unknown => break,
                Expansion::Ambiguous => {
                    if open.iter().any(|(_, (_, row))| !matches!(row, Row::Harmless(_))) {
                        return (Found::Ambiguous, known);
                    }
                    break;
                }
            };
            let _ = ahead.next("");
            known += 1;
            open.retain(|(left, _)| first_word(left) == word);
            for (left, _) in &mut open {
                *left = left[word.len()..].trim_start();
            }
            if let Some((_, (of_row, row))) = open.iter().find(|(left, _)| left.is_empty()) {
                found = Found::Row(*row, of_row);
                *words = ahead.clone();
            }
        }
        (found, known)
    }

    /// Returns the modelled command that the next words nearly are, and the number of words in front of the misspelt one.
    pub(super) fn near(&self, words: &Words<'_>) -> Option<(&'static str, usize)> {
        let (_, known) = self.walk(&mut words.clone());
        let typed: Vec<&str> = words.rest().split_whitespace().take(NEAR_WORDS_MAX).collect();
        let is_near = |index: usize, word: &'static str| {
            let Some(typed) = typed.get(index) else { return false };
            let is_it = matches!(expand(typed, [word]), Expansion::Word(_));
            // Short words are near to too many.
            is_it || (index == known && word.len() >= NEAR_MIN && !text::closest(typed, [word]).is_empty())
        };
        let near = self.modelled.iter().map(|row| row.words).find(|row| {
            row.split(' ').count() > known
                && row.split(' ').enumerate().all(|(index, word)| is_near(index, word))
        });
        near.map(|row| (row, known))
    }
}

impl Matters {
    /// Returns true if the part behind the words makes no difference to what is simulated.
    pub(super) fn is_as_simulated(&self, rest: &str) -> bool {
        let rest = rest.split_whitespace().collect::<Vec<_>>();
        let is_mac = |word: &&str| text::MacAddress::parse(word).is_some();
        self.unless.iter().any(|values| match *values {
            "MAC" => rest.first().is_some_and(is_mac),
            values => {
                let values: Vec<&str> = values.split_whitespace().collect();
                values.len() == rest.len()
                    && values.iter().zip(&rest).all(|(value, word)| is_like(word, value))
            }
        })
    }
}

/// Returns true if `word` is `value`, which may have a star at one end.
fn is_like(word: &str, value: &str) -> bool {
    let (word, value) = (word.to_ascii_lowercase(), value.to_ascii_lowercase());
    match (value.strip_prefix('*'), value.strip_suffix('*')) {
        (Some(end), _) => word.ends_with(end),
        (None, Some(start)) => word.starts_with(start),
        (None, None) => word == value,
    }
}

fn first_word(row: &'static str) -> &'static str {
    row.split(' ').next().unwrap_or_default()
}

/// The number of words of the longest row.
const NEAR_WORDS_MAX: usize = 6;
/// The number of letters of the shortest word that may be misspelt.
const NEAR_MIN: usize = 5;

#[cfg(test)]
mod tests;
