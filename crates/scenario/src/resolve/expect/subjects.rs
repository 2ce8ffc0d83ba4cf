//! What is expected of logs, events, links and show commands.

use super::{LINK, is_show};
use crate::bounds::TAKES;
use crate::diagnostic::Diagnostic;
use crate::language::FROM_TO;
use crate::model::{Check, LinePattern, Link, LinkDirection, Matcher, ShownField, TextPattern};
use crate::reader::Fields;
use crate::resolve::Loader;
use crate::source::Span;
use crate::yaml::{Kind, Node};

impl Loader<'_> {
    pub(super) fn log(&mut self, fields: &Fields<'_>) -> Option<Check> {
        let host = fields.node("log").and_then(|node| self.names.host(&mut self.reader, node, None));
        let written: Vec<_> =
            ["has", "lacks", "matches"].into_iter().filter_map(|key| fields.entry(key)).collect();
        let [entry] = written[..] else {
            let problem = Diagnostic::error("what is expected of a log is one of has, lacks, matches");
            let at = written.get(1).map_or(fields.head(), |second| second.key_span);
            self.reader.report(
                problem.at(at, if written.is_empty() { "in what starts here" } else { "one too many" }),
            );
            return None;
        };
        let lines = match entry.key.as_str() {
            "matches" => LinePattern::Pattern(self.text_pattern(&entry.value)?),
            _ => LinePattern::Text(self.reader.text(&entry.value)?.to_owned()),
        };
        let count = match (entry.key.as_str(), fields.entry("count")) {
            ("lacks", Some(count)) => {
                let problem = Diagnostic::error("`lacks` and `count` in the same expectation");
                let problem =
                    problem.at(count.key_span, "one too many").at(entry.key_span, "besides this one");
                self.reader.report(problem.help("what a log lacks, it has no line of"));
                return None;
            }
            ("lacks", None) => 0..=0,
            (_, Some(count)) => self.reader.amount(&count.value)?,
            (_, None) => 1..=u64::MAX,
        };
        Some(Check::Log { host: host?, lines, count })
    }

    pub(super) fn events(&mut self, fields: &Fields<'_>) -> Option<Check> {
        let pattern = fields.node("event").and_then(|node| self.event_pattern(node));
        let count = match fields.node("count") {
            Some(node) => self.reader.amount(node),
            None => Some(1..=u64::MAX),
        };
        Some(Check::Events { pattern: pattern?, count: count? })
    }

    pub(super) fn order(&mut self, fields: &Fields<'_>) -> Option<Check> {
        let node = fields.node("order")?;
        let items = self.reader.list(node);
        let patterns: Vec<_> = items.iter().map(|item| self.event_pattern(item)).collect();
        if items.len() < 2 && matches!(node.kind, Kind::Sequence(_)) {
            let problem = Diagnostic::error("an order of fewer than two events");
            self.reader.report(problem.at(node.span, "").help("`event:` is for one"));
            return None;
        }
        let patterns: Vec<_> = patterns.into_iter().collect::<Option<_>>()?;
        (!patterns.is_empty()).then_some(Check::Order(patterns))
    }

    pub(super) fn takes(&mut self, fields: &Fields<'_>) -> Option<Check> {
        let ends = fields.node("duration").and_then(|node| self.reader.fields(node, &FROM_TO));
        let mut end = |key| {
            let node = ends.as_ref()?.node(key)?;
            self.event_pattern(node)
        };
        let (from, to) = (end("from"), end("to"));
        let Some(node) = fields.node("takes") else {
            self.nothing_expected(fields, "this duration", &["takes"]);
            return None;
        };
        let takes = self.reader.period(node, TAKES);
        Some(Check::Takes { from: from?, to: to?, takes: takes? })
    }

    pub(super) fn traffic(&mut self, fields: &Fields<'_>, links: &[Link]) -> Option<Check> {
        let node = fields.node("link")?;
        let name = self.reader.text(node)?;
        let directions = [("forward", LinkDirection::Forward), ("reverse", LinkDirection::Reverse)];
        let direction = fields.node("direction").map(|node| self.reader.choice(node, &directions));
        let bytes = fields.node("bytes").map(|node| self.reader.bytes(node));
        let packets = fields.node("packets").map(|node| self.reader.amount(node));
        if bytes.is_none() && packets.is_none() {
            self.nothing_expected(fields, "this link", &LINK.keys[1..]);
        }
        if !links.iter().any(|link| link.name == name) {
            self.no_such_link(name, node.span, links);
            return None;
        }
        Some(Check::Link {
            link: name.to_owned(),
            direction: direction.flatten(),
            bytes: bytes.flatten(),
            packets: packets.flatten(),
        })
    }

    pub(super) fn show(&mut self, fields: &Fields<'_>) -> Option<Check> {
        let command = fields.node("show").and_then(|node| self.reader.text(node)).map(|text| {
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if is_show(&words) { words } else { format!("show {words}") }
        });
        let host = match fields.node("host") {
            Some(node) => self.names.host(&mut self.reader, node, None),
            None => self.names.controller().map(str::to_owned),
        };
        let row = fields.node("row").map(|node| self.shown_fields(node)).unwrap_or_default();
        let has = fields.node("has").map(|node| self.shown_fields(node)).unwrap_or_default();
        let count = fields.node("count").map(|node| self.reader.amount(node));
        if has.is_empty() && count.is_none() {
            self.nothing_expected(fields, "this show command", &["has", "count"]);
            return None;
        }
        Some(Check::Show { host: host?, command: command?, row, has, count: count.flatten() })
    }

    fn shown_fields(&mut self, node: &Node) -> Vec<ShownField> {
        let mut out = Vec::new();
        for entry in self.reader.map(node) {
            let Some(text) = self.reader.text(&entry.value) else { continue };
            out.push(ShownField {
                name: entry.key.clone(),
                matcher: Matcher::new(text),
                span: entry.key_span,
            });
        }
        out
    }

    /// A regular expression; what is wrong with it is pointed at in it.
    fn text_pattern(&mut self, node: &Node) -> Option<TextPattern> {
        let text = self.reader.text(node)?;
        match TextPattern::new(text) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let span = self.part(node, text, error.range);
                let problem = Diagnostic::error("not a regular expression").at(span, error.message);
                self.reader.report(problem);
                None
            }
        }
    }

    /// The place of a part of a scalar's text: exact where the file has the text as it is, else the whole scalar.
    fn part(&self, node: &Node, text: &str, range: std::ops::Range<usize>) -> Span {
        let Kind::Scalar { .. } = node.kind else { return node.span };
        let Some(offset) = self.texts.sources.slice(node.span).find(text) else { return node.span };
        let start = node.span.start as usize + offset;
        Span::new(node.span.file, start + range.start..start + range.end)
    }
}
