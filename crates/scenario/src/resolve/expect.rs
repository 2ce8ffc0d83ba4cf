//! Expectations and snapshots.

use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::language::{EXPECTATION, PROPERTIES};
use crate::model::{Amount, ApState, Check, Expectation, ImageSet, Properties, Snapshot, When};
use crate::reader::Fields;
use crate::resolve::Loader;
use crate::resolve::names::Role;
use crate::yaml::Node;

type Images = IndexMap<String, ImageSet>;

const STATES: [(&str, ApState); 5] = [
    ("off", ApState::Off),
    ("discovery", ApState::Discovery),
    ("joined", ApState::Joined),
    ("downloading", ApState::Downloading),
    ("registered", ApState::Registered),
];

impl Loader<'_> {
    pub(super) fn expectations(&mut self, root: &Fields<'_>, images: &Images) -> Vec<Expectation> {
        let nodes = root.node("expect").map(|node| self.reader.list(node)).unwrap_or_default();
        nodes.iter().filter_map(|node| self.expectation(node, images)).collect()
    }

    fn expectation(&mut self, node: &Node, images: &Images) -> Option<Expectation> {
        let fields = self.reader.fields(node, &EXPECTATION)?;
        let when = self.when(&fields);
        let subject = fields.one_of()?;
        let check = match subject.key.as_str() {
            "log" => self.log(&fields),
            "event" => self.events(&fields),
            _ => self.of_access_points(&fields, images),
        };
        Some(Expectation { when: when?, check: check?, span: fields.span })
    }

    fn when(&mut self, fields: &Fields<'_>) -> Option<When> {
        let mut moment = |key| {
            let entry = fields.entry(key)?;
            let moment = self.reader.duration(&entry.value);
            if let Some(moment) = moment {
                // What has not come true when the run ends is open, not wrong: the run says so, with an exit code of its own.
                let late = Diagnostic::warning("this expectation reaches beyond the end of the run");
                self.check_until(moment, entry.value.span, late);
            }
            Some((moment, entry.key_span))
        };
        match (moment("at"), moment("within")) {
            (None, None) => Some(When::End),
            (Some((at, _)), None) => at.map(When::At),
            (None, Some((within, _))) => within.map(When::Within),
            (Some((_, at)), Some((_, within))) => {
                let problem = Diagnostic::error("`at` and `within` in the same expectation");
                self.reader.report(problem.at(within, "one too many").at(at, "besides this one"));
                None
            }
        }
    }

    fn log(&mut self, fields: &Fields<'_>) -> Option<Check> {
        let host = fields.node("log").and_then(|node| self.names.host(&mut self.reader, node, None));
        self.refuse(fields, &["running", "backup", "state", "downloads_failed", "not", "count"], "a log");
        let (text, present) = match (fields.node("has"), fields.node("lacks")) {
            (Some(has), None) => (self.reader.text(has), true),
            (None, Some(lacks)) => (self.reader.text(lacks), false),
            _ => {
                let problem = Diagnostic::error("what is expected of a log is one of has, lacks");
                self.reader.report(problem.at(fields.head(), "in what starts here"));
                return None;
            }
        };
        Some(Check::Log { host: host?, text: text?.to_owned(), present })
    }

    fn of_access_points(&mut self, fields: &Fields<'_>, images: &Images) -> Option<Check> {
        self.refuse(fields, &["has", "lacks", "count"], "access points");
        let node = fields.node("access_points")?;
        let names = self.names.hosts(&mut self.reader, node, Some(Role::AccessPoint));
        let is = self.properties(fields, images);
        let is_not = match fields.node("not") {
            None => Properties::default(),
            Some(node) => {
                let fields = self.reader.fields(node, &PROPERTIES)?;
                self.properties(&fields, images)
            }
        };
        let nothing = ["running", "backup", "state", "downloads_failed", "not"];
        if nothing.iter().all(|key| fields.node(key).is_none()) {
            let problem =
                Diagnostic::error("nothing is expected of these access points").at(fields.head(), "");
            self.reader.report(problem.help(format!("write one of {}", nothing.join(", "))));
        }
        Some(Check::AccessPoints { names, is, is_not })
    }

    fn events(&mut self, fields: &Fields<'_>) -> Option<Check> {
        self.refuse(
            fields,
            &["running", "backup", "state", "downloads_failed", "not", "has", "lacks"],
            "events",
        );
        let pattern = fields.node("event").and_then(|node| self.event_pattern(node));
        let count = match fields.node("count") {
            Some(node) => self.amount(node),
            None => Some(1..=u64::MAX),
        };
        Some(Check::Events { pattern: pattern?, count: count? })
    }

    /// Reports keys that say nothing of this subject.
    fn refuse(&mut self, fields: &Fields<'_>, keys: &[&str], subject: &str) {
        for entry in keys.iter().filter_map(|key| fields.entry(key)) {
            let problem = Diagnostic::error(format!("`{}` is not expected of {subject}", entry.key));
            self.reader.report(problem.at(entry.key_span, ""));
        }
    }

    fn properties(&mut self, fields: &Fields<'_>, images: &Images) -> Properties {
        Properties {
            running: fields.node("running").and_then(|node| self.version(node, images)),
            backup: fields.node("backup").and_then(|node| self.version(node, images)),
            state: fields.node("state").and_then(|node| self.reader.choice(node, &STATES)),
            downloads_failed: fields.node("downloads_failed").and_then(|node| self.amount(node)),
        }
    }

    /// `2`, `1..3`, `1..`.
    fn amount(&mut self, node: &Node) -> Option<Amount> {
        let text = self.reader.text(node)?;
        let number = |text: &str| catalogue::units::number(text).ok();
        let amount = match text.split_once("..") {
            None => number(text).map(|count| count..=count),
            Some((low, "")) => number(low).map(|low| low..=u64::MAX),
            Some(("", high)) => number(high).map(|high| 0..=high),
            Some((low, high)) => number(low).zip(number(high)).map(|(low, high)| low..=high),
        };
        let amount = amount.filter(|amount| !amount.is_empty());
        if amount.is_none() {
            self.reader.wrong_value(text, node.span, "a count such as 2, 1..3 or 1..");
        }
        amount
    }

    pub(super) fn snapshot(&mut self, root: &Fields<'_>) -> Vec<Snapshot> {
        let mut out = Vec::new();
        for node in root.node("snapshot").map(|node| self.reader.list(node)).unwrap_or_default() {
            let Some(text) = self.reader.text(node) else { continue };
            if self.names.is_host(text) {
                out.push(Snapshot::Log(text.to_owned()));
            } else if text.starts_with("show ") {
                out.push(Snapshot::Show(text.to_owned()));
            } else {
                let problem = Diagnostic::error(format!("`{text}` is neither a host nor a show command"));
                let names: Vec<&str> = self.names.host_names().chain(["show ap image"]).collect();
                self.reader.report_near(problem.at(node.span, "not found"), text, names);
            }
        }
        out
    }
}
