//! What a failure has in common with the same failure of another access point, or at another time: the parts of its key.

use std::collections::BTreeSet;

use ap::Status;
use host::{EventField, FieldKind};
use scenario::{Check, EventPattern, Expectation, FieldPattern, LinePattern, Properties, ShownField, When};
use serde_json::Value;

use super::{Run, words};
use crate::verdict::failure::Cause;
use crate::verdict::track::{Tracked, TrackedController};
use crate::world::Entry;

/// The name of any access point.
const ACCESS_POINT: &str = "access point";

/// Fields whose numbers and texts are words: result codes, and known defects.
const CODES: [&str; 2] = ["result", "quirk"];

/// Fields whose words differ from one access point, or one attempt, to another.
const CHANGING: [&str; 1] = ["partition"];

impl Run<'_> {
    /// Returns the name of a host, unless it is an access point.
    pub(super) fn general_host(&self, name: &str) -> String {
        let is_point = self.scenario.access_points.iter().any(|point| point.name == name);
        if is_point { ACCESS_POINT.to_owned() } else { name.to_owned() }
    }

    /// Returns an entry of the record as a cause.
    pub(super) fn cause(&self, entry: &Entry) -> Cause {
        let who = self.record.who(entry);
        let kind = self.hosts.kind(who);
        let kinds = kind.map(|kind| kind.events()).unwrap_or_default();
        let fields = kinds
            .iter()
            .find(|kind| kind.variant == entry.event.variant())
            .map(|kind| kind.recorded_fields())
            .unwrap_or_default();
        let event = serde_json::to_value(&entry.event).expect("events serialize");
        let word = |field: &EventField| {
            if CHANGING.contains(&field.name) {
                return None;
            }
            let coded =
                CODES.contains(&field.name) || field.kind.is_word() || field.kind == FieldKind::Structure;
            word(event.get(field.name)?, coded)
        };
        Cause::Event {
            host: self.general_host(who),
            event: entry.event.name(),
            words: fields.iter().filter_map(word).collect(),
        }
    }

    /// Returns an expectation in words without single access points, times and places.
    pub(super) fn general(&self, expectation: &Expectation) -> String {
        let what = match &expectation.check {
            Check::AccessPoints { is, is_not, .. } => {
                format!("access points: {}", wanted::<Status>(is, is_not))
            }
            Check::Controller { name, is, is_not } => {
                format!("{name}: {}", wanted::<TrackedController>(is, is_not))
            }
            Check::Log { host, lines, count } => {
                let verb = if *count == (0..=0) { "lacks" } else { "has" };
                let line = match lines {
                    LinePattern::Text(text) => format!("\"{text}\""),
                    LinePattern::Pattern(pattern) => format!("/{}/", pattern.text()),
                };
                format!("log of {} {verb} {}", self.general_host(host), self.general_text(&line))
            }
            Check::Events { pattern, .. } => self.pattern(pattern),
            Check::Order(patterns) => {
                patterns.iter().map(|pattern| self.pattern(pattern)).collect::<Vec<_>>().join(", then ")
            }
            Check::Takes { from, to, .. } => {
                return format!("time from {} to {}", self.pattern(from), self.pattern(to));
            }
            Check::Link { link, direction, .. } => {
                let way = direction.map_or(String::new(), |way| format!(" {}", words::direction(way)));
                format!("traffic of link {link}{way}")
            }
            Check::Show { host, command, row, has, .. } => {
                let fields = |fields: &[ShownField]| {
                    let each = fields.iter().map(|field| format!("{} {}", field.name, field.matcher.text()));
                    self.general_text(&each.collect::<Vec<_>>().join(", "))
                };
                let row = if row.is_empty() { String::new() } else { format!(", rows with {}", fields(row)) };
                let has = if has.is_empty() { String::new() } else { format!(": {}", fields(has)) };
                format!("{command} on {}{row}{has}", self.general_host(host))
            }
        };
        let since = expectation.since.as_ref();
        let since = since.map_or(String::new(), |since| format!(", since {}", self.pattern(since)));
        format!("{what} {}{since}", when(expectation.when))
    }

    /// Describes an event pattern without a single access point.
    fn pattern(&self, pattern: &EventPattern) -> String {
        let with = |wanted: &FieldPattern| {
            format!("{} {}", wanted.field, self.general_text(&wanted.matcher.text().replace('\n', "\\n")))
        };
        let with: Vec<String> = pattern.with.iter().map(with).collect();
        let with = if with.is_empty() { String::new() } else { format!(" ({})", with.join(", ")) };
        format!("{}: {}{with}", self.general_host(&pattern.who), pattern.event)
    }

    /// Returns a text in which the names and addresses of single access points are replaced.
    fn general_text(&self, text: &str) -> String {
        let points = &self.scenario.access_points;
        let names: BTreeSet<String> = points
            .iter()
            .flat_map(|point| [point.name.clone(), point.mac.to_string(), point.address.to_string()])
            .collect();
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
        let mut out = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            let name = word.trim_end_matches(['.', ':']);
            if names.contains(name) {
                out.push_str(ACCESS_POINT);
                out.push_str(&word[name.len()..]);
            } else {
                out.push_str(word);
            }
            let next = after.find(is_part).unwrap_or(after.len());
            out.push_str(&after[..next]);
            rest = &after[next..];
        }
        out
    }
}

/// Returns a value of an event as a word; of a structure the name of its kind. Numbers and texts are words only if they are `coded`.
fn word(value: &Value, coded: bool) -> Option<String> {
    match value {
        Value::String(text) if coded => Some(text.clone()),
        Value::Number(number) if coded => Some(number.to_string()),
        Value::Object(inner) if coded && inner.len() == 1 => inner.keys().next().cloned(),
        Value::Null
        | Value::Bool(_)
        | Value::Array(_)
        | Value::Object(_)
        | Value::String(_)
        | Value::Number(_) => None,
    }
}

fn wanted<S: Tracked>(is: &Properties, is_not: &Properties) -> String {
    let mut parts = words::properties::<S>(is);
    parts.extend(words::properties::<S>(is_not).into_iter().map(|part| format!("not {part}")));
    parts.join(", ")
}

fn when(when: When) -> &'static str {
    match when {
        When::End => "at the end",
        When::At(_) => "at a time",
        When::Within(_) => "within a time",
        When::By(_) => "from a time on",
        When::During(..) => "throughout a time",
        When::Always => "always",
        When::Never => "never",
        When::Eventually => "eventually",
    }
}
