//! Expectations of logs, events, links and show commands.

use super::{LINK, is_show, single_blanks};
use crate::diagnostic::Diagnostic;
use crate::language::{Expectation as Raw, Kind as _, Map, MapEntry, Word};
use crate::model::{Check, LinePattern, Link, Matcher, ShownField, TextPattern};
use crate::resolve::Loader;
use crate::source::Span;

impl Loader<'_> {
    pub(super) fn log(&mut self, raw: &Raw) -> Option<Check> {
        let host = self.host(raw.log.clone(), None);
        let places = [raw.has.place, raw.lacks.place, raw.matches.place];
        let written: Vec<_> = places.into_iter().flatten().collect();
        if written.len() != 1 {
            let problem =
                Diagnostic::error("an expectation of a log takes exactly one of has, lacks, matches");
            let at = written.get(1).map_or(raw.head, |second| second.key);
            self.reader.report(
                problem
                    .at(at, if written.is_empty() { "in the map that starts here" } else { "one too many" }),
            );
            return None;
        }
        let lines = if raw.matches.is_written() {
            raw.matches
                .clone()
                .and_then(|text, span| self.text_pattern(&text, span))
                .value
                .map(LinePattern::Pattern)
        } else {
            let has = raw.has.value.as_ref().and_then(|node| self.reader.text(node));
            raw.lacks.value.as_deref().or(has).map(|text| LinePattern::Text(text.to_owned()))
        };
        let lines = lines?;
        let count = match (raw.lacks.place, raw.count.place) {
            (Some(lacks), Some(count)) => {
                let problem = Diagnostic::error("`lacks` and `count` in the same expectation");
                let problem = problem.at(count.key, "one too many").at(lacks.key, "already given here");
                self.reader.report(problem.help("`lacks` already means a count of 0"));
                return None;
            }
            (Some(_), None) => 0..=0,
            (None, _) => raw.count.clone().optional()?.unwrap_or(1..=u64::MAX),
        };
        Some(Check::Log { host: host?, lines, count })
    }

    pub(super) fn events(&mut self, raw: &Raw) -> Option<Check> {
        let pattern = raw.event.value.clone().and_then(|raw| self.event_pattern(raw));
        let count = raw.count.clone().optional()?.unwrap_or(1..=u64::MAX);
        Some(Check::Events { pattern: pattern?, count })
    }

    pub(super) fn order(&mut self, raw: &Raw) -> Option<Check> {
        let (items, span) = raw.order.clone().placed()?;
        let count = items.len();
        let patterns: Vec<_> =
            items.into_iter().map(|item| item.and_then(|raw| self.event_pattern(raw))).collect();
        if count < 2 {
            let problem = Diagnostic::error("an order of fewer than two events");
            self.reader.report(problem.at(span, "").help("use `event:` for a single event"));
            return None;
        }
        Some(Check::Order(patterns.into_iter().collect::<Option<_>>()?))
    }

    pub(super) fn takes(&mut self, raw: &Raw) -> Option<Check> {
        let ends = raw.duration.value.clone();
        let (from, to) = ends.map(|raw| (raw.from.value, raw.to.value)).unwrap_or_default();
        let [from, to] = [from, to].map(|end| end.and_then(|raw| self.event_pattern(raw)));
        if !raw.takes.is_written() {
            self.nothing_expected(raw.head, "this duration", &["takes"]);
        }
        Some(Check::Takes { from: from?, to: to?, takes: raw.takes.value.clone()? })
    }

    pub(super) fn traffic(&mut self, raw: &Raw, links: &[Link]) -> Option<Check> {
        let (link, span) = raw.link.clone().placed()?;
        if !raw.bytes.is_written() && !raw.packets.is_written() {
            self.nothing_expected(raw.head, "this link", &LINK.first[1..]);
        }
        if !links.iter().any(|known| known.name == link) {
            self.no_such_link(&link, span, links);
            return None;
        }
        Some(Check::Link {
            link,
            direction: raw.direction.value,
            bytes: raw.bytes.value.clone(),
            packets: raw.packets.value.clone(),
        })
    }

    pub(super) fn show(&mut self, raw: &Raw) -> Option<Check> {
        let command = raw.show.value.as_ref().map(|text| {
            let words = single_blanks(text);
            if is_show(&words) { words } else { format!("show {words}") }
        });
        let host = match raw.host.place {
            Some(_) => self.host(raw.host.clone(), None),
            None => self.only_controller(raw),
        };
        let has = raw.has.value.as_ref().and_then(|node| Map::<Word>::read(&mut self.reader, node));
        let (row, has) = (shown_fields(raw.row.value.clone()), shown_fields(has));
        if has.is_empty() && !raw.count.is_written() {
            self.nothing_expected(raw.head, "this show command", &["has", "count"]);
            return None;
        }
        Some(Check::Show { host: host?, command: command?, row, has, count: raw.count.value.clone() })
    }

    /// Returns the controller, if there is only one; otherwise a host has to be written.
    fn only_controller(&mut self, raw: &Raw) -> Option<String> {
        if self.names.controllers().nth(1).is_some() {
            self.names_no_controller("expectation", raw.head, "add `host:` with one of");
            return None;
        }
        self.names.controllers().next().map(str::to_owned)
    }

    /// Reads a regular expression; an error points at the part that is wrong.
    fn text_pattern(&mut self, text: &str, whole: Span) -> Option<TextPattern> {
        match TextPattern::new(text) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let span = self.part(whole, text, error.range);
                let problem = Diagnostic::error("not a regular expression").at(span, error.message);
                self.reader.report(problem);
                None
            }
        }
    }

    /// Returns the place of a part of a scalar's text: exact if the file has the text as it is, otherwise the whole scalar.
    fn part(&self, whole: Span, text: &str, range: std::ops::Range<usize>) -> Span {
        let Some(offset) = self.texts.sources.slice(whole).find(text) else { return whole };
        let start = whole.start as usize + offset;
        Span::new(whole.file, start + range.start..start + range.end)
    }
}

fn shown_fields(raw: Option<Vec<MapEntry<String>>>) -> Vec<ShownField> {
    let fields = raw.unwrap_or_default().into_iter().filter_map(|entry| {
        Some(ShownField { name: entry.key, matcher: Matcher::new(&entry.value?), span: entry.key_span })
    });
    fields.collect()
}
