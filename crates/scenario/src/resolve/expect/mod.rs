//! Expectations and snapshots.

mod properties;
mod subjects;
mod when;

use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::language::EXPECTATION;
use crate::model::{Check, Expectation, ImageSet, Link, Snapshot};
use crate::reader::Fields;
use crate::resolve::Loader;
use crate::yaml::Node;
use when::Times;

/// What expectations can refer to.
pub(super) struct Known<'a> {
    pub(super) images: &'a IndexMap<String, ImageSet>,
    pub(super) links: &'a [Link],
}

/// A kind of subject: how messages call it, and what can be said of it, times apart.
struct Subject {
    key: &'static str,
    noun: &'static str,
    keys: &'static [&'static str],
    times: Times,
}

const ACCESS_POINTS: Subject = Subject {
    key: "access_points",
    noun: "access points",
    keys: &[
        "running",
        "backup",
        "state",
        "downloads_failed",
        "downloads_requested",
        "downloads_completed",
        "boots",
        "not",
    ],
    times: Times::All,
};
const CONTROLLER: Subject = Subject {
    key: "controller",
    noun: "the controller",
    keys: &[
        "state",
        "registered",
        "downloading",
        "staged",
        "installs_started",
        "installs_completed",
        "installs_failed",
        "not",
    ],
    times: Times::All,
};
const LOG: Subject =
    Subject { key: "log", noun: "a log", keys: &["has", "lacks", "matches", "count"], times: Times::Growing };
const EVENT: Subject = Subject { key: "event", noun: "an event", keys: &["count"], times: Times::Growing };
const ORDER: Subject = Subject { key: "order", noun: "an order", keys: &[], times: Times::Order };
const DURATION: Subject =
    Subject { key: "duration", noun: "a duration", keys: &["takes"], times: Times::None };
const LINK: Subject =
    Subject { key: "link", noun: "a link", keys: &["direction", "bytes", "packets"], times: Times::Sample };
const SHOW: Subject = Subject {
    key: "show",
    noun: "a show command",
    keys: &["host", "row", "has", "count"],
    times: Times::Sample,
};
const SUBJECTS: [Subject; 8] = [ACCESS_POINTS, CONTROLLER, LOG, EVENT, ORDER, DURATION, LINK, SHOW];

impl Loader<'_> {
    pub(super) fn expectations(&mut self, root: &Fields<'_>, known: &Known<'_>) -> Vec<Expectation> {
        let nodes = root.node("expect").map(|node| self.reader.list(node)).unwrap_or_default();
        nodes.iter().filter_map(|node| self.expectation(node, known)).collect()
    }

    fn expectation(&mut self, node: &Node, known: &Known<'_>) -> Option<Expectation> {
        let fields = self.reader.fields(node, &EXPECTATION)?;
        let written = fields.one_of();
        let subject = written.and_then(|entry| SUBJECTS.into_iter().find(|subject| subject.key == entry.key));
        let when = self.when(&fields, subject.as_ref());
        let subject = subject?;
        self.refuse_others(&fields, &subject);
        let check = match subject.key {
            "access_points" => self.of_access_points(&fields, known.images),
            "controller" => self.of_controller(&fields, known.images),
            "log" => self.log(&fields),
            "event" => self.events(&fields),
            "order" => self.order(&fields),
            "duration" => self.takes(&fields),
            "link" => self.traffic(&fields, known.links),
            _ => self.show(&fields),
        };
        let (when, since) = when?;
        Some(Expectation { when, since, check: self.check_times(&fields, when, check?)?, span: fields.span })
    }

    /// Reports keys that say nothing of this subject.
    fn refuse_others(&mut self, fields: &Fields<'_>, subject: &Subject) {
        let others = fields.entries().filter(|entry| {
            let key = entry.key.as_str();
            !when::TIMES.contains(&key)
                && EXPECTATION.key(key).is_some()
                && !EXPECTATION.one_of.contains(&key)
                && !subject.keys.contains(&key)
        });
        for entry in others {
            let problem = Diagnostic::error(format!("`{}` is not expected of {}", entry.key, subject.noun));
            let help = match subject.keys {
                [] => format!("{} takes times alone", subject.noun),
                keys => format!("of {} are expected {}", subject.noun, keys.join(", ")),
            };
            self.reader.report(problem.at(entry.key_span, "").help(help));
        }
    }

    /// Reports that none of `keys` is there.
    fn nothing_expected(&mut self, fields: &Fields<'_>, subject: &str, keys: &[&str]) {
        let problem = Diagnostic::error(format!("nothing is expected of {subject}")).at(fields.head(), "");
        self.reader.report(problem.help(format!("write one of {}", keys.join(", "))));
    }

    /// What can be said only of a moment, or only once.
    fn check_times(&mut self, fields: &Fields<'_>, when: crate::model::When, check: Check) -> Option<Check> {
        use crate::model::When;
        let twice = |key: &str, time: &str, help: &str| {
            let (Some(said), Some(again)) = (fields.entry(key), fields.entry(time)) else { return None };
            let problem = Diagnostic::error(format!("`{key}` and `{time}` in the same expectation"));
            Some(problem.at(again.key_span, "one too many").at(said.key_span, "besides this one").help(help))
        };
        let problem = match when {
            When::Never => twice("not", "never", "what is never so is written without `not`")
                .or_else(|| twice("count", "never", "`count: 0` says the same"))
                .or_else(|| {
                    twice("lacks", "never", "what a log never has is `has:`, or `lacks:` without a time")
                }),
            When::Eventually => {
                twice("not", "eventually", "what must not be so is so at no moment: `always:`")
                    .or_else(|| twice("lacks", "eventually", "lines do not go away again"))
            }
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

    pub(super) fn snapshot(&mut self, root: &Fields<'_>) -> Vec<Snapshot> {
        let mut out = Vec::new();
        for node in root.node("snapshot").map(|node| self.reader.list(node)).unwrap_or_default() {
            let Some(text) = self.reader.text(node) else { continue };
            if self.names.is_host(text) {
                out.push(Snapshot::Log(text.to_owned()));
            } else if text == "events" {
                out.push(Snapshot::Events);
            } else if is_show(text) {
                let command = text.split_whitespace().collect::<Vec<_>>().join(" ");
                out.push(Snapshot::Show { command, span: node.span });
            } else {
                let problem = Diagnostic::error(format!("`{text}` is neither a host nor a show command"));
                let names: Vec<&str> = self.names.host_names().chain(["show ap image"]).collect();
                self.reader.report_near(problem.at(node.span, "not found"), text, names);
            }
        }
        out
    }
}

/// Whether a command line begins with `show`, which may be shortened, and goes on.
fn is_show(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let first = words.next().unwrap_or_default().to_ascii_lowercase();
    first.len() > 1 && "show".starts_with(&first) && words.next().is_some()
}
