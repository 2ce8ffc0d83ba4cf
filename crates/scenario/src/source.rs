//! The texts a scenario was read from, and places in them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use crate::files::normal;
use text::visible;

/// One of the texts of a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A place in a text: a range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// Its first byte.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
}

/// A place in human terms: lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file's path as the scenario, or the command, names it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// The texts read so far. None is larger than 1 MiB. Cheap to clone.
#[derive(Clone, Default)]
pub struct Sources {
    texts: Vec<Source>,
    /// The places of secrets, which are never shown: starts and ends, none of which overlap.
    hidden: BTreeMap<(FileId, u32), u32>,
    /// The uses of parameters.
    origins: Vec<Origin>,
}

#[derive(Clone)]
struct Source {
    /// The path as it is shown.
    path: Arc<str>,
    /// The path by which the operating system finds it.
    file: Arc<Path>,
    text: Arc<str>,
}

/// A parameter used in a value, and the place its own value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The place where it is used.
    pub(crate) at: Span,
    pub(crate) name: String,
    /// The place where its value is written.
    pub(crate) from: Span,
}

impl Sources {
    /// Adds a text under its path.
    pub fn add(&mut self, path: &str, text: String) -> FileId {
        self.push(Source { path: visible(path).into(), file: Path::new(path).into(), text: text.into() })
    }

    /// Adds the text of a file; its path is shown in normal form.
    pub(crate) fn add_file(&mut self, path: &Path, text: String) -> FileId {
        let shown = normal(path).display().to_string();
        self.push(Source { path: visible(&shown).into(), file: path.into(), text: text.into() })
    }

    fn push(&mut self, source: Source) -> FileId {
        self.texts.push(source);
        FileId(u32::try_from(self.texts.len() - 1).expect("a scenario reads a bounded number of files"))
    }

    /// Returns the path of a text.
    pub fn path(&self, file: FileId) -> &str {
        &self.texts[file.0 as usize].path
    }

    /// Returns the directory of a file. It is not that of the path shown: links may lead elsewhere.
    pub(crate) fn directory(&self, file: FileId) -> &Path {
        self.texts[file.0 as usize].file.parent().unwrap_or(Path::new(""))
    }

    /// Returns a text.
    pub fn text(&self, file: FileId) -> &str {
        &self.texts[file.0 as usize].text
    }

    /// Returns all texts with the paths under which they are shown, in the order in which they were read.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|source| (&*source.path, &*source.text))
    }

    /// Hides the text at `span`: from now on stars are shown in its place.
    ///
    /// A parameter that is used there becomes a secret itself.
    pub(crate) fn hide(&mut self, span: Span) {
        if self.covers(span) {
            return;
        }
        self.hide_text(span);
        let used: Vec<Span> = self.origins(span).map(|origin| origin.from).collect();
        used.into_iter().for_each(|from| self.hide_text(from));
    }

    /// Records that a parameter is used.
    pub(crate) fn note_origin(&mut self, origin: Origin) {
        if self.is_hidden(origin.at) {
            self.hide_text(origin.from);
        }
        self.origins.push(origin);
    }

    fn hide_text(&mut self, span: Span) {
        let Span { file, mut start, mut end } = span;
        while let Some(known) = self.last_hidden(Span { file, start, end }) {
            self.hidden.remove(&(file, known.start));
            (start, end) = (start.min(known.start), end.max(known.end));
        }
        if start < end {
            self.hidden.insert((file, start), end);
        }
    }

    /// Returns the last hidden place that overlaps `span`.
    fn last_hidden(&self, span: Span) -> Option<Span> {
        let ((file, start), end) = self.hidden.range(..(span.file, span.end)).next_back()?;
        let place = Span { file: *file, start: *start, end: *end };
        place.overlaps(span).then_some(place)
    }

    fn is_hidden(&self, span: Span) -> bool {
        self.last_hidden(span).is_some()
    }

    fn covers(&self, span: Span) -> bool {
        self.last_hidden(span).is_some_and(|place| place.covers(span))
    }

    /// Returns the parameters that are used in `span`.
    pub(crate) fn origins(&self, span: Span) -> impl Iterator<Item = &Origin> {
        self.origins.iter().filter(move |origin| origin.at.overlaps(span))
    }

    /// Returns true if the parameter is used in a password.
    pub fn is_secret(&self, parameter: &str) -> bool {
        let mut origins = self.origins.iter().filter(|origin| origin.name == parameter);
        origins.any(|origin| self.is_hidden(origin.from))
    }

    /// Returns a message in which stars replace the values of parameters that are used in passwords.
    pub(crate) fn censored<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut shown = Cow::Borrowed(text);
        for origin in self.origins.iter().filter(|origin| self.is_hidden(origin.from)) {
            // Messages have no control characters, secrets may.
            let secret = visible(self.slice(origin.from).trim_matches(['"', '\'']));
            if !secret.is_empty() && shown.contains(&*secret) {
                shown = Cow::Owned(shown.replace(&*secret, &"*".repeat(secret.len())));
            }
        }
        shown
    }

    /// Returns the text at `range`, in which stars replace the bytes of secrets.
    pub(crate) fn shown(&self, file: FileId, range: Range<usize>) -> String {
        let place = Span::new(file, range.clone());
        let mut shown = self.text(file)[range.clone()].to_owned();
        let mut left = place;
        while left.start < left.end
            && let Some(secret) = self.last_hidden(left)
        {
            left.end = secret.start.max(place.start);
            let part = (left.end - place.start) as usize..(secret.end.min(place.end) - place.start) as usize;
            let Some(secret) = shown.get(part.clone()) else { continue };
            // Line ends are kept, so that places do not move.
            let stars: String = secret
                .chars()
                .map(|c| if matches!(c, '\n' | '\r') { c.to_string() } else { "*".repeat(c.len_utf8()) })
                .collect();
            shown.replace_range(part, &stars);
        }
        shown
    }

    /// Returns the text at `span`.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.range()).unwrap_or_default()
    }

    /// Returns the line and column at which `span` starts.
    pub fn location(&self, span: Span) -> Location {
        let before = &self.text(span.file)[..floor_boundary(self.text(span.file), span.start as usize)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Location {
            file: self.path(span.file).to_owned(),
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// Returns the places of the lines of a text, without their line ends.
    pub(crate) fn lines(&self, file: FileId) -> Vec<Span> {
        let mut start = 0;
        let mut lines = Vec::new();
        for line in self.text(file).split_inclusive('\n') {
            lines.push(Span::new(file, start..start + line.trim_end_matches(['\n', '\r']).len()));
            start += line.len();
        }
        lines
    }
}

/// Shows names alone: the texts may hold secrets.
impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.texts.iter().map(|source| &source.path)).finish()
    }
}

impl Span {
    /// Makes a place from a range of bytes of `file`.
    pub(crate) fn new(file: FileId, range: Range<usize>) -> Self {
        let offset = |at: usize| u32::try_from(at).expect("texts are at most 1 MiB");
        Self { file, start: offset(range.start), end: offset(range.end) }
    }

    /// Returns true if it contains all of `other`.
    pub(crate) fn covers(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    fn overlaps(self, other: Self) -> bool {
        self.file == other.file && self.start < other.end && other.start < self.end
    }

    /// Returns the range of bytes.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Returns the last character boundary at or before `at`.
fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", "first\nµ: 250µs\n".to_owned());
        let at = sources.text(file).find("250").expect("it is there");
        let location = sources.location(Span::new(file, at..at + 3));
        assert_eq!((location.line, location.column), (2, 4));
        assert_eq!(
            sources.lines(file).iter().map(|line| sources.slice(*line)).collect::<Vec<_>>(),
            ["first", "µ: 250µs"]
        );
    }
}
