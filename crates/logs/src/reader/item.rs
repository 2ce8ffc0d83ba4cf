//! A line with its header, and the ways to understand its text.

use std::cell::OnceCell;

use crate::header::{Header, header};
use crate::lines::{RawLine, is_no_log};
use crate::table::{Found, Voice, book};

/// A line without a header is understood if so many letters of it stand literally in a pattern.
const LETTERS: usize = 12;
/// The same, if the voice has spoken in this file before.
const LETTERS_HEARD: usize = 8;
/// The same for one that was cropped.
const LETTERS_CROPPED: usize = 16;

/// A line of a file, or several that were put together.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) number: usize,
    pub(super) column: usize,
    pub(super) text: String,
    pub(super) header: Header,
    /// The reading of the line by itself, once it is known.
    alone: OnceCell<Option<(Voice, Found)>>,
}

impl Item {
    pub(super) fn new(line: RawLine) -> Self {
        let header = header(&line.text);
        Self { number: line.number, column: line.column, text: line.text, header, alone: OnceCell::new() }
    }

    /// Puts lines together.
    pub(super) fn joined(items: &[Self], blank: &str) -> Self {
        let texts: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
        let text = texts.join(blank);
        Self::new(RawLine { number: items[0].number, column: items[0].column, text })
    }

    /// Returns the text behind the header.
    pub(super) fn body(&self) -> &str {
        &self.text[self.header.start..self.header.end.max(self.header.start)]
    }

    pub(super) fn columns(&self) -> usize {
        self.text.chars().count() + self.column - 1
    }

    pub(super) fn is_no_log(&self) -> bool {
        self.header.stamp.is_none() && self.header.voice.is_none() && is_no_log(&self.text)
    }
}

/// Understands single lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sense<'a> {
    /// The voices that have spoken in this file.
    pub(super) heard: &'a [Voice],
}

impl Sense<'_> {
    /// Reads a whole line.
    pub(super) fn whole(self, item: &Item) -> Option<(Voice, Found)> {
        item.alone.get_or_init(|| self.read_whole(item)).clone()
    }

    fn read_whole(self, item: &Item) -> Option<(Voice, Found)> {
        let body = item.body();
        let has_header = item.header.voice.is_some();
        let found = self.best(item, |voice| {
            let read = |text: &str| book(voice).whole(text, has_header);
            // Blanks at the end get lost on the way.
            let trimmed =
                || Some(body.trim_end()).filter(|trimmed| trimmed.len() < body.len()).and_then(read);
            read(body).or_else(trimmed).or_else(|| read(&format!("{body} ")))
        });
        found.filter(|(voice, found)| {
            let least = if self.heard.contains(voice) { LETTERS_HEARD } else { LETTERS };
            has_header || found.weight >= least
        })
    }

    /// Reads a line that was cropped; with `tail`, one that ends in this text.
    pub(super) fn cropped(self, item: &Item, tail: Option<&str>) -> Option<(Voice, Found)> {
        let (body, has_header) = (item.body(), item.header.voice.is_some());
        if body.is_empty() {
            return None;
        }
        let found = self.best(item, |voice| book(voice).cropped(body, tail, has_header));
        found.filter(|(_, found)| has_header || found.weight >= LETTERS_CROPPED)
    }

    /// Reads a line of dots of an access point, also one that another message interrupts.
    pub(super) fn interrupted(self, item: &Item) -> Option<Vec<(Voice, Found, usize)>> {
        let voice = Voice::AccessPoint;
        let body = item.body();
        let opening = usize::from(body.starts_with('<'));
        let dots = body[opening..].bytes().take_while(|byte| *byte == b'.').count();
        let is_heard =
            item.header.voice == Some(voice) || (item.header.voice.is_none() && self.heard.contains(&voice));
        if dots == 0 || !is_heard {
            return None;
        }
        // Without a header, a line of dots is one of an access point only where one speaks.
        if let Some(found) = book(voice).whole(body, true) {
            return Some(vec![(voice, found, 0)]);
        }
        let (before, rest) = body.split_at(opening + dots);
        let first = book(voice).whole(before, true)?;
        let second = book(voice).whole(rest, true).or_else(|| book(voice).cropped(rest, None, true))?;
        Some(vec![(voice, first, 0), (voice, second, before.len())])
    }

    /// Returns true if a line may be the rest of the one before it: it has no header, and says nothing by itself.
    pub(super) fn is_loose(self, item: &Item) -> bool {
        let header = &item.header;
        header.stamp.is_none() && header.voice.is_none() && !item.is_no_log() && self.whole(item).is_none()
    }

    /// Returns the reading that rests on most.
    fn best(self, item: &Item, read: impl Fn(Voice) -> Option<Found>) -> Option<(Voice, Found)> {
        if let Some(voice) = item.header.voice {
            return read(voice).map(|found| (voice, found));
        }
        let all = Voice::ALL.iter().filter_map(|voice| Some((*voice, read(*voice)?)));
        all.max_by_key(|(voice, found)| (found.weight, self.heard.contains(voice), std::cmp::Reverse(*voice)))
    }
}
