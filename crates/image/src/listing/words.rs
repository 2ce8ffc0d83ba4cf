//! The words of a line: columns, sizes, names.

use super::may_be_image;

/// The most words of a line that are looked at: no form has as many columns before the name.
const WORDS_MAX: usize = 24;
/// The maximum length of a word that a message repeats.
const SHOWN_MAX: usize = 40;

/// The first words of a line, with the rest of it after each.
pub(super) struct Words<'a> {
    line: &'a str,
    /// The start and the end of each.
    places: Vec<(usize, usize)>,
}

impl<'a> Words<'a> {
    pub(super) fn of(line: &'a str) -> Self {
        let mut places = Vec::new();
        let mut at = 0;
        while places.len() < WORDS_MAX {
            let Some(start) = line[at..].find(|c| !is_blank(c)).map(|found| at + found) else { break };
            let end = line[start..].find(is_blank).map_or(line.len(), |found| start + found);
            places.push((start, end));
            at = end;
        }
        Self { line, places }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns the word at `index`; an empty one after the last.
    pub(super) fn get(&self, index: usize) -> &'a str {
        self.places.get(index).map_or("", |(start, end)| &self.line[*start..*end])
    }

    /// Returns the text from the word at `index` on, without the blanks before it.
    pub(super) fn from(&self, index: usize) -> &'a str {
        self.places.get(index).map_or("", |(start, _)| &self.line[*start..])
    }

    /// Returns the text after the word at `index` and one blank: a name that may itself begin with blanks.
    pub(super) fn after(&self, index: usize) -> &'a str {
        let rest = self.places.get(index).map_or("", |(_, end)| &self.line[*end..]);
        rest.strip_prefix(is_blank).unwrap_or(rest)
    }
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

/// A size in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Size {
    /// The number of bytes.
    Bytes(u64),
    /// A rounded one, such as `41M`.
    Rounded(String),
}

/// Reads a size: digits, digits in groups as in `1,024,000`, or a rounded one.
pub(super) fn size(word: &str) -> Option<Size> {
    if let Some(bytes) = word.strip_suffix('B').or(Some(word)).and_then(grouped) {
        return Some(Size::Bytes(bytes));
    }
    let number = word.trim_end_matches("iB").trim_end_matches('B');
    let number = number.strip_suffix(['k', 'K', 'M', 'G', 'T', 'P'])?;
    let digits = number.bytes().all(|c| c.is_ascii_digit() || matches!(c, b'.' | b','));
    (digits && number.starts_with(|c: char| c.is_ascii_digit())).then(|| Size::Rounded(short(word)))
}

/// Reads digits that may stand in groups: the last of three, the others of two (as in India) or three, one mark between all.
pub(super) fn grouped(word: &str) -> Option<u64> {
    if word.bytes().all(|c| c.is_ascii_digit()) {
        return word.parse().ok();
    }
    let mark = word.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(mark, ',' | '.' | '\'' | '\u{2019}' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{fffd}' | 'ÿ')
    {
        return None;
    }
    let groups: Vec<&str> = word.split(mark).collect();
    let [first, .., last] = groups[..] else { return None };
    let middle = &groups[1..groups.len() - 1];
    let right = (1..=3).contains(&first.len())
        && last.len() == 3
        && middle.iter().all(|group| matches!(group.len(), 2 | 3))
        && groups.iter().all(|group| group.bytes().all(|c| c.is_ascii_digit()));
    if right { groups.concat().parse().ok() } else { None }
}

/// Returns true for a line such as `total 727100`, the disk blocks of all files, in any language.
pub(super) fn is_total(line: &str) -> bool {
    let words = Words::of(line);
    let word = words.get(0).trim_end_matches(':');
    words.len() == 2
        && !word.is_empty()
        && word.chars().all(char::is_alphabetic)
        && !may_be_image(word)
        && size(words.get(1)).is_some()
}

/// Returns true if one of the names in a line is that of an image.
pub(super) fn names_image(line: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    line.split(|c: char| !is_of_name(c)).any(|name| may_be_image(name.trim_end_matches(['.', '-'])))
}

/// Removes what a terminal does not show: the escape sequences of colours, backspaces, other control characters.
pub(super) fn without_controls(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' && characters.next_if_eq(&'[').is_some() {
            while characters.next_if(|c| matches!(c, ' '..='?')).is_some() {}
            characters.next_if(|c| matches!(c, '@'..='~'));
        } else if character == '\t' || !character.is_control() && character != '\u{feff}' {
            shown.push(character);
        }
    }
    shown
}

/// Shortens `text` for a message.
pub(super) fn short(text: &str) -> String {
    text.chars().take(SHOWN_MAX).collect()
}
