//! Expectations and snapshots.

mod properties;
mod subjects;
mod when;

use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, Severity};
use crate::language::{
    self, ApProperties, ControllerProperties, Expectation as Raw, MapEntry, Named, Place, Record, Table,
    TextOrValue,
};
use crate::model::{Check, Expectation, ImageSet, Invariant, Link, MustViolate, Snapshot, When};
use crate::resolve::Loader;
use crate::source::Span;
use when::Times;

/// The definitions that expectations can refer to.
pub(super) struct Known<'a> {
    pub(super) images: &'a IndexMap<String, ImageSet>,
    pub(super) links: &'a [Link],
}

/// A kind of subject: its name in messages, and the keys that apply to it, times apart.
struct Subject {
    key: &'static str,
    noun: &'static str,
    /// The keys in the order of messages: some keys, the properties of this subject alone, further keys.
    first: &'static [&'static str],
    properties: Option<&'static Table>,
    last: &'static [&'static str],
    times: Times,
}

impl Subject {
    const fn new(key: &'static str, noun: &'static str, keys: &'static [&'static str], times: Times) -> Self {
        Self { key, noun, first: keys, properties: None, last: &[], times }
    }

    fn keys(&self) -> Vec<&'static str> {
        let properties = self.properties.iter().flat_map(|table| table.keys).map(|key| key.name);
        self.first.iter().copied().chain(properties).chain(self.last.iter().copied()).collect()
    }
}

const ACCESS_POINTS: Subject = Subject {
    properties: Some(ApProperties::TABLE),
    last: &["not"],
    ..Subject::new("access_points", "access points", &[], Times::All)
};
const CONTROLLER: Subject = Subject {
    properties: Some(ControllerProperties::TABLE),
    last: &["not"],
    ..Subject::new("controller", "a controller", &["state"], Times::All)
};
const LOG: Subject = Subject::new("log", "a log", &["has", "lacks", "matches", "count"], Times::Growing);
const EVENT: Subject = Subject::new("event", "an event", &["count"], Times::Growing);
const ORDER: Subject = Subject::new("order", "an order", &[], Times::Order);
const DURATION: Subject = Subject::new("duration", "a duration", &["takes"], Times::None);
const LINK: Subject = Subject::new("link", "a link", &["direction", "bytes", "packets"], Times::Sample);
const SHOW: Subject = Subject::new("show", "a show command", &["host", "row", "has", "count"], Times::Sample);
const SUBJECTS: [Subject; 8] = [ACCESS_POINTS, CONTROLLER, LOG, EVENT, ORDER, DURATION, LINK, SHOW];

impl Loader<'_> {
    pub(super) fn expectations(&mut self, raw: Vec<Option<Raw>>, known: &Known<'_>) -> Vec<Expectation> {
        raw.into_iter().flatten().filter_map(|raw| self.expectation(raw, known)).collect()
    }

    fn expectation(&mut self, raw: Raw, known: &Known<'_>) -> Option<Expectation> {
        let written = raw.written();
        let subject = raw.chosen().and_then(|key| SUBJECTS.into_iter().find(|subject| subject.key == key));
        let when = self.when(&raw, subject.as_ref());
        let subject = subject?;
        self.refuse_others(&written, &subject);
        let span = raw.span;
        let check = match subject.key {
            "access_points" => self.of_access_points(&raw, known.images),
            "controller" => self.of_controller(&raw, known.images),
            "log" => self.log(&raw),
            "event" => self.events(&raw),
            "order" => self.order(&raw),
            "duration" => self.takes(&raw),
            "link" => self.traffic(&raw, known.links),
            _ => self.show(&raw),
        };
        let must_fail = raw.must_fail.optional()?;
        let (when, since) = when?;
        Some(Expectation { when, since, check: self.check_times(&written, when, check?)?, must_fail, span })
    }

    /// Reports keys that do not apply to this subject.
    fn refuse_others(&mut self, written: &[(&'static str, Place)], subject: &Subject) {
        let keys = subject.keys();
        for (key, place) in written {
            if language::Times::TABLE.key(key).is_some()
                || Raw::TABLE.one_of.contains(key)
                || *key == "must_fail"
                || keys.contains(key)
            {
                continue;
            }
            let problem = Diagnostic::error(format!("`{key}` does not apply to {}", subject.noun));
            let help = match keys[..] {
                [] => format!("only times apply to {}", subject.noun),
                _ => format!("keys for {}: {}", subject.noun, keys.join(", ")),
            };
            self.reader.report(problem.at(place.key, "").help(help));
        }
    }

    /// Reports that none of `keys` is written.
    fn nothing_expected(&mut self, head: Span, subject: &str, keys: &[&str]) {
        let problem = Diagnostic::error(format!("nothing is expected of {subject}")).at(head, "");
        self.reader.report(problem.help(format!("write one of {}", keys.join(", "))));
    }

    /// Reports keys that contradict the time.
    fn check_times(&mut self, written: &[(&str, Place)], when: When, check: Check) -> Option<Check> {
        let place = |key: &str| written.iter().find(|(known, _)| *known == key).map(|(_, place)| *place);
        let twice = |key: &str, time: &str, help: &str| {
            let (said, again) = (place(key)?, place(time)?);
            let problem = Diagnostic::error(format!("`{key}` and `{time}` in the same expectation"));
            Some(problem.at(again.key, "one too many").at(said.key, "already given here").help(help))
        };
        let problem = match when {
            When::Never => twice("not", "never", "with `never`, write it without `not`")
                .or_else(|| twice("count", "never", "`count: 0` says the same"))
                .or_else(|| twice("lacks", "never", "use `never` with `has:`, or `lacks:` without a time")),
            When::Eventually => twice("not", "eventually", "use `always:` to forbid it at every moment")
                .or_else(|| twice("lacks", "eventually", "lines are never removed from a log")),
            _ => None,
        };
        match problem {
            Some(problem) => {
                self.reader.report(problem);
                None
            }
            None => Some(check),
        }
    }

    /// Reads the invariants that must be violated.
    pub(super) fn must_violate(
        &mut self,
        raw: Vec<MapEntry<TextOrValue<language::MustViolate>>>,
    ) -> Vec<MustViolate> {
        let mut all = Vec::new();
        for entry in raw {
            let (why, hosts) = match entry.value {
                Some(TextOrValue::Text(why)) => (Some(why), Some(Vec::new())),
                Some(TextOrValue::Value(raw)) if raw.hosts.is_written() => {
                    (raw.why.value, self.hosts(raw.hosts, None, Severity::Error))
                }
                Some(TextOrValue::Value(raw)) => (raw.why.value, Some(Vec::new())),
                None => continue,
            };
            match Invariant::ALL.iter().find(|invariant| invariant.word() == entry.key) {
                Some(invariant) => {
                    let (Some(why), Some(hosts)) = (why, hosts) else { continue };
                    all.push(MustViolate { invariant: *invariant, hosts, why });
                }
                None => {
                    let problem = Diagnostic::error(format!("no invariant is called `{}`", entry.key));
                    let problem = problem.at(entry.key_span, "");
                    self.reader.report_near(problem, &entry.key, Invariant::WORDS.to_vec());
                }
            }
        }
        all
    }

    pub(super) fn snapshot(&mut self, raw: Vec<Named>) -> Vec<Snapshot> {
        let mut out = Vec::new();
        for Named { text, span } in raw {
            if self.names.is_host(&text) {
                out.push(Snapshot::Log(text));
            } else if text == "events" {
                out.push(Snapshot::Events);
            } else if is_show(&text) {
                let command = single_blanks(&text);
                out.push(Snapshot::Show { command, span });
            } else {
                let problem = Diagnostic::error(format!("`{text}` is neither a host nor a show command"));
                let names: Vec<&str> = self.names.host_names().chain(["show ap image"]).collect();
                self.reader.report_near(problem.at(span, "not found"), &text, names);
            }
        }
        out
    }
}

/// Returns a command line with single blanks between its words. What stands behind a `|` stays as it is written.
fn single_blanks(line: &str) -> String {
    let pipe = line.find('|').unwrap_or(line.len());
    let words = line[..pipe].split_whitespace().collect::<Vec<_>>().join(" ");
    if pipe == line.len() { words } else { format!("{words} {}", &line[pipe..]) }
}

/// Returns true if a command line begins with `show`, which may be shortened, and has further words.
fn is_show(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let first = words.next().unwrap_or_default().to_ascii_lowercase();
    first.len() > 1 && "show".starts_with(&first) && words.next().is_some()
}
