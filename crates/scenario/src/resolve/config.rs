//! Configurations: a file, or a block of text, with the place of each line.

use crate::diagnostic::Diagnostic;
use crate::model::ConfigText;
use crate::resolve::Loader;
use crate::source::{Sources, Span};
use crate::yaml::{Kind, Node, Style};
use text::secrets::in_config_lines;

impl Loader<'_> {
    /// Resolves a configuration: `config: |` and anything with a line end is the text itself; a single line names a file.
    ///
    /// Passwords in it are hidden.
    pub(super) fn config(&mut self, node: &Node) -> Option<ConfigText> {
        let config = self.config_text(node)?;
        self.hide_secrets(&config);
        Some(config)
    }

    fn config_text(&mut self, node: &Node) -> Option<ConfigText> {
        let text = self.reader.text(node)?;
        let Kind::Scalar { style, .. } = node.kind else { return None };
        match style {
            Style::Literal => {
                let written = self.raw.get(&node.span).map_or(text, String::as_str);
                let mut lines = literal_lines(&self.texts.sources, node.span, written);
                if written.lines().count() != text.lines().count() {
                    lines.clear(); // A parameter of several lines.
                }
                let differ = written.lines().zip(text.lines()).map(|(written, read)| written != read);
                Some(ConfigText {
                    text: text.to_owned(),
                    span: node.span,
                    is_file: false,
                    inexact: differ.collect(),
                    lines,
                })
            }
            _ if text.contains('\n') => Some(ConfigText {
                text: text.to_owned(),
                span: node.span,
                is_file: false,
                lines: Vec::new(),
                inexact: Vec::new(),
            }),
            // A single configuration line is easily mistaken for the text itself; no file has such a name.
            _ if text.contains(' ') && !text.contains(['/', '.']) => {
                let problem = Diagnostic::error("a one-line `config` is a file name")
                    .at(node.span, "not a file name")
                    .help(
                        "write configuration lines as a block: `config: |`, then each line indented below it",
                    );
                self.reader.report(problem);
                None
            }
            _ => self.whole_file(text, node.span),
        }
    }

    /// Reads a file, which is named at `span`, as a configuration. Passwords in it are hidden.
    pub(super) fn config_file(&mut self, path: &str, span: Span) -> Option<ConfigText> {
        let config = self.whole_file(path, span)?;
        self.hide_secrets(&config);
        Some(config)
    }

    fn whole_file(&mut self, path: &str, span: Span) -> Option<ConfigText> {
        let file = self.named_text(path, span)?;
        Some(ConfigText {
            text: self.texts.sources.text(file).to_owned(),
            span: Span::new(file, 0..self.texts.sources.text(file).len()),
            is_file: true,
            lines: self.texts.sources.lines(file),
            inexact: Vec::new(),
        })
    }

    fn hide_secrets(&mut self, config: &ConfigText) {
        for (index, secret) in in_config_lines(&config.text) {
            self.texts.sources.hide(config.part_span(index + 1, secret));
        }
    }
}

/// Returns the places of the lines of a literal block; its span starts at its first letter.
fn literal_lines(sources: &Sources, span: Span, text: &str) -> Vec<Span> {
    let source = sources.text(span.file);
    let first = source[..span.start as usize].rfind('\n').map_or(0, |newline| newline + 1);
    let indent = span.start as usize - first;
    let blank = text.len() - text.trim_start_matches('\n').len();

    let mut lines = vec![span; blank];
    let mut at = first;
    for (line, wanted) in source[first..].split_inclusive('\n').zip(text[blank..].lines()) {
        let whole = line.trim_end_matches(['\n', '\r']);
        let start = indent.min(whole.len());
        // If the rule does not hold (because of an indentation indicator, say), the whole block is better than a wrong line.
        let matches = whole.get(start..).is_some_and(|shown| shown == wanted);
        lines.push(if matches { Span::new(span.file, at + start..at + whole.len()) } else { span });
        at += line.len();
    }
    lines
}
