//! Compares a text with a pattern, in time that grows with the product of their lengths.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Form, Pattern, Segment};
use crate::Told;

/// A match of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// The place of each matched segment in the text. If the text is cropped, the last one may be incomplete.
    places: Vec<Range<usize>>,
    /// True if the text ends before the pattern.
    pub(crate) cropped: bool,
}

impl Pattern {
    /// Matches the whole of `text`.
    pub(crate) fn whole(&self, text: &str) -> Option<Match> {
        self.run(text, false)
    }

    /// Matches `text` as the beginning of a line that was cropped.
    pub(crate) fn cropped(&self, text: &str) -> Option<Match> {
        self.run(text, true)
    }

    fn run(&self, text: &str, cropped: bool) -> Option<Match> {
        let mut run = Run {
            pattern: self,
            text,
            cropped,
            places: Vec::new(),
            failed: vec![usize::MAX; self.segments.len()],
        };
        run.from(0, 0).then_some(Match { places: run.places, cropped })
    }
}

impl Match {
    /// Returns the number of letters of the pattern's literals that stand in the text.
    pub(crate) fn literal(&self, pattern: &Pattern, text: &str) -> usize {
        let of = |(place, segment): (&Range<usize>, &Segment)| match segment {
            Segment::Literal(_) => text[place.clone()].chars().filter(|c| !c.is_whitespace()).count(),
            Segment::Hole(_) | Segment::Same(_) => 0,
        };
        self.places.iter().zip(&pattern.segments).map(of).sum()
    }

    /// Returns the values that the text shows, by the paths of their fields.
    pub(crate) fn told(&self, pattern: &Pattern, text: &str) -> BTreeMap<String, Told> {
        let mut all = BTreeMap::new();
        for capture in &pattern.captures {
            let Some(first) = self.places.get(capture.segments.start) else { continue };
            let last = &self.places[capture.segments.end.min(self.places.len()) - 1];
            let shown = &text[first.start..last.end];
            // A value at the cropped end may go on.
            let open = self.cropped && last.end == text.len() && capture.segments.end >= self.places.len();
            let told = if open { Some(Told::Beginning(shown.to_owned())) } else { capture.form.told(shown) };
            let Some(told) = told else { continue };
            match (all.remove(&capture.path), told) {
                (Some(Told::Address(address)), Told::Port(port))
                | (Some(Told::Port(port)), Told::Address(address)) => {
                    let endpoint = std::net::SocketAddr::from((address, port)).to_string();
                    all.insert(capture.path.clone(), Told::Value(endpoint.into()));
                }
                // The Ethernet address says more than that of the radio.
                (Some(before @ Told::Value(_)), _) => {
                    all.insert(capture.path.clone(), before);
                }
                (_, told) => {
                    all.insert(capture.path.clone(), told);
                }
            }
        }
        all
    }
}

struct Run<'a> {
    pattern: &'a Pattern,
    text: &'a str,
    cropped: bool,
    places: Vec<Range<usize>>,
    /// For each text segment, the first place from which the rest does not match: it matches from no later one either.
    failed: Vec<usize>,
}

impl Run<'_> {
    fn from(&mut self, index: usize, at: usize) -> bool {
        let rest = &self.text[at..];
        let Some(segment) = self.pattern.segments.get(index) else {
            return !self.cropped && (rest.is_empty() || self.pattern.goes_on(rest));
        };
        if rest.is_empty() && self.cropped {
            return true;
        }
        match segment {
            Segment::Literal(literal) => {
                if rest.starts_with(literal.as_str()) {
                    return self.go_on(index, at, at + literal.len());
                }
                self.cropped && literal.starts_with(rest) && self.end(index, at)
            }
            Segment::Same(same) => {
                let before = self.text[self.places[*same].clone()].to_owned();
                if rest.starts_with(&before) {
                    return self.go_on(index, at, at + before.len());
                }
                self.cropped && before.starts_with(rest) && self.end(index, at)
            }
            Segment::Hole(form) => match form.length(rest) {
                Some(length) => self.value(*form, index, at, length),
                None => self.any_text(*form, index, at),
            },
        }
    }

    /// Matches a value that ends by itself.
    fn value(&mut self, form: Form, index: usize, at: usize, length: usize) -> bool {
        let shown = &self.text[at..at + length];
        if form.fits(shown) && length > 0 && self.go_on(index, at, at + length) {
            return true;
        }
        self.cropped && at + length == self.text.len() && self.end(index, at)
    }

    /// Matches a text that ends where the rest of the pattern matches.
    fn any_text(&mut self, form: Form, index: usize, at: usize) -> bool {
        if self.failed[index] <= at {
            return false;
        }
        let next = match self.pattern.segments.get(index + 1) {
            Some(Segment::Literal(literal)) => Some(literal.clone()),
            Some(_) => Some(String::new()),
            None => None,
        };
        let matched = match next {
            None => form.fits(&self.text[at..]) && !self.cropped && self.go_on(index, at, self.text.len()),
            Some(next) => {
                let text = self.text;
                let mut ends = text[at..].match_indices(next.as_str()).map(|(found, _)| at + found);
                ends.any(|end| form.fits(&text[at..end]) && self.go_on(index, at, end))
            }
        };
        if !matched && !self.pattern.segments.iter().any(|segment| matches!(segment, Segment::Same(_))) {
            self.failed[index] = at;
        }
        matched || (self.cropped && self.end(index, at))
    }

    fn go_on(&mut self, index: usize, at: usize, end: usize) -> bool {
        self.places.truncate(index);
        self.places.push(at..end);
        self.from(index + 1, end)
    }

    /// The text ends within a segment.
    fn end(&mut self, index: usize, at: usize) -> bool {
        self.places.truncate(index);
        self.places.push(at..self.text.len());
        true
    }
}
