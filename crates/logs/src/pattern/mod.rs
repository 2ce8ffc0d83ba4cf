//! Patterns of lines: literal texts and typed holes, made from rendered specimens.

mod form;
mod make;
mod matching;

pub(crate) use form::Form;
pub(crate) use make::{Leaf, leaves, pattern};
pub(crate) use matching::Match;

/// A pattern of one line, without its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(crate) segments: Vec<Segment>,
    pub(crate) captures: Vec<Capture>,
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// This text.
    Literal(String),
    /// A value of this form.
    Hole(Form),
    /// The text that the segment with this index has matched.
    Same(usize),
}

/// A field of the event that a pattern shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Capture {
    /// The path of the field: `peer`, or `who.user` for a value inside one.
    pub(crate) path: String,
    /// The way in which the value is printed.
    pub(crate) form: Form,
    /// The segments that show it: several if the value is a text around other values.
    pub(crate) segments: std::ops::Range<usize>,
}

impl Pattern {
    /// Returns the number of letters and digits that stand in it literally, which tells how much a match says.
    pub(crate) fn weight(&self) -> usize {
        let of = |segment: &Segment| match segment {
            Segment::Literal(text) => text.chars().filter(|c| !c.is_whitespace()).count(),
            Segment::Hole(Form::Dots) => 1,
            Segment::Hole(_) | Segment::Same(_) => 0,
        };
        self.segments.iter().map(of).sum()
    }

    /// Returns its literal beginning.
    pub(crate) fn beginning(&self) -> &str {
        match self.segments.first() {
            Some(Segment::Literal(text)) => text,
            _ => "",
        }
    }

    /// Returns its literal end.
    pub(crate) fn end(&self) -> &str {
        match self.segments.last() {
            Some(Segment::Literal(text)) => text,
            _ => "",
        }
    }

    /// Returns true if a device may print `rest` behind it: the source of the line is cropped in the middle of a name.
    fn goes_on(&self, rest: &str) -> bool {
        self.end().ends_with('_') && rest.starts_with(|c: char| c.is_ascii_alphanumeric())
    }

    /// Returns true if a value stands at its end.
    pub(crate) fn ends_in_value(&self) -> bool {
        !matches!(self.segments.last(), Some(Segment::Literal(_)) | None)
    }
}
