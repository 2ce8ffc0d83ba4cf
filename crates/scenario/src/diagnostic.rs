//! Diagnostics: file, line, column, the line itself, a caret, and a suggestion.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::source::{Location, Sources, Span};
use text::visible;

/// The severity of a problem: whether the scenario can run in spite of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario cannot run.
    Error,
    /// The scenario uses something that may matter and is not modelled. It cannot run, unless it accepts that by its name.
    NotModelled,
    /// The scenario can run, but may not mean what its author thinks.
    Warning,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    severity: Severity,
    message: Box<str>,
    /// The name of what is not modelled.
    not_modelled: Option<Box<str>>,
    labels: Vec<(Span, String)>,
    notes: Vec<String>,
    helps: Vec<String>,
    /// Single lines that the message only counts, in the order of the text.
    details: Option<Box<Details>>,
    /// True if it is shown only with `--verbose`.
    if_verbose: bool,
}

/// Lines with their places.
type Details = Vec<(Span, String)>;

/// The end of a message about lines that it only counts.
const HINT: &str = "; --verbose lists them";

impl Diagnostic {
    /// Makes an error; `message` is a lower-case fragment.
    pub fn error(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            message: shown(message).into_boxed_str(),
            not_modelled: None,
            labels: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
            details: None,
            if_verbose: false,
        }
    }

    /// Makes a warning; `message` is a lower-case fragment.
    pub fn warning(message: impl Into<String>) -> Self {
        Self::error(message).of_severity(Severity::Warning)
    }

    /// Returns the same problem with another severity.
    #[must_use]
    pub(crate) fn of_severity(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }

    /// Makes a problem about something that may matter and is not modelled: an error, unless the scenario accepts `name`.
    pub fn not_modelled(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            not_modelled: Some(name.into().into_boxed_str()),
            ..Self::error(message).of_severity(Severity::NotModelled)
        }
    }

    /// Returns the same problem as one that does not keep the scenario from running.
    #[must_use]
    pub fn accepted(self) -> Self {
        self.of_severity(Severity::Warning)
    }

    /// Returns the name of what is not modelled, if the problem is about that.
    pub fn name_of_not_modelled(&self) -> Option<&str> {
        self.not_modelled.as_deref()
    }

    /// Adds a place; the first one is where the problem is, the others are related to it. The label may be empty.
    #[must_use]
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.labels.push((span, shown(label)));
        self
    }

    /// Adds a note with further information.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(shown(text));
        self
    }

    /// Adds a suggestion.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.helps.push(shown(text));
        self
    }

    /// Makes the message one about lines that are only counted, unless they are asked for: each with its place and a text.
    #[must_use]
    pub fn counting(mut self, lines: Vec<(Span, String)>) -> Self {
        self.message = format!("{}{HINT}", self.message).into();
        let lines = lines.into_iter().map(|(span, text)| (span, shown(text))).collect();
        self.details = Some(Box::new(lines));
        self
    }

    /// Returns the same problem as one that only `--verbose` shows: a remark, which changes nothing.
    #[must_use]
    pub(crate) fn if_verbose(self) -> Self {
        Self { if_verbose: true, ..self }
    }

    /// Returns the same problem as `--verbose` shows it.
    fn in_full(&self) -> Self {
        let message = self.message.strip_suffix(HINT).unwrap_or(&self.message).into();
        Self { message, ..self.clone() }
    }

    /// Writes the lines that the message counts, each with its file and line.
    fn write_details(&self, sources: &Sources, out: &mut String) {
        let details = self.details.iter().flat_map(|details| details.iter());
        let Some((first, _)) = details.clone().next() else { return };
        // Counting from the start of the file for each line would take time in the square of their number.
        let (mut line, mut before) = (sources.location(*first).line, *first);
        for (span, text) in details {
            let between = sources.text(span.file).get(before.start as usize..span.start as usize);
            line = match between.filter(|_| before.file == span.file) {
                Some(between) => line + between.bytes().filter(|byte| *byte == b'\n').count(),
                None => sources.location(*span).line,
            };
            before = *span;
            let _ = writeln!(out, "  {}:{line}: {}", sources.path(span.file), sources.censored(text));
        }
    }

    /// Returns the severity.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Returns the message, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the place of the problem.
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|(span, _)| *span)
    }

    /// Returns true if one of the labels points at exactly this place.
    pub(crate) fn points_at(&self, place: Span) -> bool {
        self.labels.iter().any(|(span, _)| *span == place)
    }

    /// Returns the line and column of the problem in `sources`.
    pub fn location(&self, sources: &Sources) -> Option<Location> {
        self.span().map(|span| sources.location(span))
    }

    /// Renders the problem as text, with or without colour.
    pub fn render(&self, sources: &Sources, color: bool) -> String {
        let level = match self.severity {
            Severity::Error | Severity::NotModelled => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let message = sources.censored(&self.message);
        let title = level.primary_title(message.as_ref());
        let mut group =
            if self.labels.is_empty() { Group::with_title(title) } else { self.snippets(title, sources) };
        for note in &self.notes {
            group = group.element(Level::NOTE.message(note.as_str()));
        }
        for help in &self.helps {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        if let Some(name) = self.not_modelled.as_deref().filter(|_| self.severity == Severity::NotModelled) {
            group = group.element(Level::HELP.message(format!(
                "to run without it, write `accept_unmodelled: [{}]`; the verdict is then at best inconclusive",
                in_yaml(name)
            )));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group])
    }

    /// Makes one snippet for each file that the labels point into, and for each distant place in it, in order of appearance.
    fn snippets<'a>(&'a self, title: annotate_snippets::Title<'a>, sources: &'a Sources) -> Group<'a> {
        let labels = self.labels_with_origins(sources);
        let mut group = Group::with_title(title);
        for near in clusters(&labels, sources) {
            let file = labels[near[0]].0.file;
            let text = sources.text(file);
            let ranges: Vec<_> = near.iter().map(|index| underlined(text, labels[*index].0)).collect();
            let lines = lines_around(text, &ranges);
            let shown = sources.shown(file, lines.clone());
            // Carriage returns before line ends would be shown as letters.
            let at = |at: usize| at - lines.start - shown[..at - lines.start].matches("\r\n").count();
            let annotations = near.iter().zip(&ranges).map(|(index, range)| {
                let kind = if *index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
                let annotation = kind.span(at(range.start)..at(range.end));
                let label = &labels[*index].1;
                if label.is_empty() { annotation } else { annotation.label(label.to_string()) }
            });
            let first_line = text[..lines.start].bytes().filter(|byte| *byte == b'\n').count() + 1;
            let plain = harmless(&shown.replace("\r\n", "\n"));
            let snippet = Snippet::source(Cow::<str>::Owned(plain.trim_end_matches('\r').to_owned()))
                .line_start(first_line)
                .path(sources.path(file));
            group = group.element(snippet.annotations(annotations));
        }
        group
    }
}

impl Diagnostic {
    /// Returns the labels, and a label for the value of each parameter used in the lines that they underline.
    fn labels_with_origins<'a>(&'a self, sources: &'a Sources) -> Vec<(Span, Cow<'a, str>)> {
        let mut labels: Vec<(Span, Cow<'a, str>)> =
            self.labels.iter().map(|(span, label)| (*span, sources.censored(label))).collect();
        for (span, _) in &self.labels {
            let line = Span::new(span.file, underlined(sources.text(span.file), *span));
            for origin in sources.origins(line) {
                if !labels.iter().any(|(known, _)| *known == origin.from) {
                    labels.push((origin.from, format!("the value of `{}`", origin.name).into()));
                }
            }
        }
        labels
    }
}

/// Returns a part of a message, which may repeat untrusted text: a terminal would obey its control characters.
fn shown(text: impl Into<String>) -> String {
    let text = text.into();
    match visible(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(shown) => shown,
    }
}

/// Returns a text as an entry of a YAML list.
fn in_yaml(text: &str) -> Cow<'_, str> {
    let is_plain =
        text.chars().all(|character| character.is_ascii_alphanumeric() || "-_./".contains(character));
    if is_plain { text.into() } else { format!("{text:?}").into() }
}

/// Replaces what excerpts would show as it is, and a terminal obeys: the control characters beyond ASCII, and marks of direction. Places
/// do not move, as each replacement has as many bytes.
fn harmless(text: &str) -> String {
    let replaced = |character: char| match character {
        '\u{80}'..='\u{9f}' | '\u{61c}' => '¿',
        '\u{200e}' | '\u{200f}' => char::REPLACEMENT_CHARACTER,
        other => other,
    };
    text.chars().map(replaced).collect()
}

/// Returns the range to underline: at most one line, on character boundaries.
fn underlined(text: &str, span: Span) -> Range<usize> {
    let start =
        (0..=(span.start as usize).min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let line_end = text[start..].find(['\n', '\r']).map_or(text.len(), |newline| start + newline);
    let end =
        (start..=(span.end as usize).clamp(start, line_end)).rev().find(|at| text.is_char_boundary(*at));
    start..end.unwrap_or(start)
}

/// The maximum number of lines between two labels of a snippet. More lines take time to lay out, and are left out in the end.
const GAP_MAX: usize = 100;

/// Groups nearby labels of the same file, by their indices. The first label is in the first group.
fn clusters(labels: &[(Span, Cow<'_, str>)], sources: &Sources) -> Vec<Vec<usize>> {
    let mut by_place: Vec<usize> = (0..labels.len()).collect();
    by_place.sort_by_key(|index| labels[*index].0);
    let mut clusters: Vec<Vec<usize>> = Vec::new();
    for index in by_place {
        let here = labels[index].0;
        let last = clusters.last().and_then(|cluster| cluster.last()).map(|last| labels[*last].0);
        let is_near = |last: Span| {
            let between = sources.text(here.file).get(last.start as usize..here.start as usize);
            last.file == here.file
                && between.is_some_and(|text| text.matches('\n').take(GAP_MAX).count() < GAP_MAX)
        };
        match clusters.last_mut() {
            Some(cluster) if last.is_some_and(is_near) => cluster.push(index),
            _ => clusters.push(vec![index]),
        }
    }
    for cluster in &mut clusters {
        cluster.sort_unstable();
    }
    clusters.sort_by_key(|cluster| cluster[0]);
    clusters
}

/// The maximum length laid out after the last label of a line: a line may be a whole file, and the rest would not be shown.
const TAIL_MAX: usize = 1_000;

/// Returns the lines that hold all of `ranges`: laying out the rest of a large file would only take time.
fn lines_around(text: &str, ranges: &[Range<usize>]) -> Range<usize> {
    let first = ranges.iter().map(|range| range.start).min().unwrap_or(0);
    let last = ranges.iter().map(|range| range.end).max().unwrap_or(0);
    let start = text[..first].rfind('\n').map_or(0, |newline| newline + 1);
    let tail =
        (0..=(last + TAIL_MAX).min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(last);
    start..text[last..tail].find('\n').map_or(tail, |newline| last + newline)
}

/// All problems of a scenario, with the texts they point into.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    sources: Sources,
    items: Vec<Diagnostic>,
    verbose: bool,
}

impl Diagnostics {
    /// Sorts the problems by file, then by place.
    pub fn new(sources: Sources, mut items: Vec<Diagnostic>) -> Self {
        items.sort_by_key(Diagnostic::span);
        Self { sources, items, verbose: false }
    }

    /// Returns the same problems; if `verbose`, each line that a message counts is listed below it.
    #[must_use]
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }

    /// Returns the problems.
    pub fn items(&self) -> &[Diagnostic] {
        &self.items
    }

    /// Returns the problems that are shown: all of them if `verbose`.
    pub fn shown(&self) -> impl Iterator<Item = &Diagnostic> {
        self.items.iter().filter(|item| self.verbose || !item.if_verbose)
    }

    /// Returns the texts they point into.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Returns true if one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(|item| item.severity() != Severity::Warning)
    }

    /// Renders all of them as text, separated by empty lines.
    pub fn render(&self, color: bool) -> String {
        let mut out = String::new();
        for item in self.shown() {
            if !out.is_empty() {
                out.push('\n');
            }
            let shown = if self.verbose { item.in_full() } else { item.clone() };
            out.push_str(&shown.render(&self.sources, color));
            out.push('\n');
            if self.verbose {
                item.write_details(&self.sources, &mut out);
            }
        }
        out
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}
