//! What is expected of access points and of the controller.

use indexmap::IndexMap;

use super::{ACCESS_POINTS, CONTROLLER, Subject};
use crate::diagnostic::{Diagnostic, Severity};
use crate::language::PROPERTIES;
use crate::model::{ApState, Check, ControllerProperties, ImageSet, Properties};
use crate::reader::Fields;
use crate::resolve::Loader;
use crate::resolve::names::Role;

type Images = IndexMap<String, ImageSet>;

const STATES: [(&str, ApState); 5] = [
    ("off", ApState::Off),
    ("discovery", ApState::Discovery),
    ("joined", ApState::Joined),
    ("downloading", ApState::Downloading),
    ("registered", ApState::Registered),
];

impl Loader<'_> {
    pub(super) fn of_access_points(&mut self, fields: &Fields<'_>, images: &Images) -> Option<Check> {
        let node = fields.node("access_points")?;
        let names = self.names.hosts(&mut self.reader, node, Some(Role::AccessPoint), Severity::Error);
        let is = self.properties(fields, images);
        let is_not = match self.forbidden(fields, &ACCESS_POINTS) {
            Some(fields) => self.properties(&fields, images),
            None => Properties::default(),
        };
        self.check_something(fields, &ACCESS_POINTS, "these access points");
        Some(Check::AccessPoints { names, is, is_not })
    }

    pub(super) fn of_controller(&mut self, fields: &Fields<'_>, images: &Images) -> Option<Check> {
        let node = fields.node("controller")?;
        let name = self.names.host(&mut self.reader, node, Some(Role::Controller));
        let is = self.controller_properties(fields, images);
        let is_not = match self.forbidden(fields, &CONTROLLER) {
            Some(fields) => self.controller_properties(&fields, images),
            None => ControllerProperties::default(),
        };
        self.check_something(fields, &CONTROLLER, "the controller");
        Some(Check::Controller { name: name?, is, is_not })
    }

    fn properties(&mut self, fields: &Fields<'_>, images: &Images) -> Properties {
        Properties {
            running: fields.node("running").and_then(|node| self.version(node, images)),
            backup: fields.node("backup").and_then(|node| self.version(node, images)),
            state: fields.node("state").and_then(|node| self.reader.choice(node, &STATES)),
            downloads_failed: fields.node("downloads_failed").and_then(|node| self.reader.amount(node)),
            downloads_requested: fields.node("downloads_requested").and_then(|node| self.reader.amount(node)),
            downloads_completed: fields.node("downloads_completed").and_then(|node| self.reader.amount(node)),
            boots: fields.node("boots").and_then(|node| self.reader.amount(node)),
        }
    }

    fn controller_properties(&mut self, fields: &Fields<'_>, images: &Images) -> ControllerProperties {
        let states = [("on", true), ("off", false)];
        ControllerProperties {
            power: fields.node("state").and_then(|node| self.reader.choice(node, &states)),
            registered: fields.node("registered").and_then(|node| self.reader.amount(node)),
            downloading: fields.node("downloading").and_then(|node| self.reader.amount(node)),
            staged: fields.node("staged").map(|node| self.image_types(node, images)),
            installs_started: fields.node("installs_started").and_then(|node| self.reader.amount(node)),
            installs_completed: fields.node("installs_completed").and_then(|node| self.reader.amount(node)),
            installs_failed: fields.node("installs_failed").and_then(|node| self.reader.amount(node)),
        }
    }

    /// Image types, each of which some set of the scenario has.
    fn image_types(&mut self, node: &crate::yaml::Node, images: &Images) -> Vec<String> {
        let mut types: Vec<&str> =
            images.values().flat_map(|set| &set.files).map(|file| file.name.as_str()).collect();
        types.sort_unstable();
        types.dedup();
        let mut out = Vec::new();
        for (name, span) in self.reader.names(node) {
            if !types.contains(&name) {
                let problem = Diagnostic::error(format!("no image set has a file `{name}`"));
                self.reader.report_near(problem.at(span, "not found"), name, types.iter().copied());
            }
            out.push(name.to_owned());
        }
        out
    }

    /// What stands below `not`.
    fn forbidden<'a>(&mut self, fields: &Fields<'a>, subject: &Subject) -> Option<Fields<'a>> {
        let fields = self.reader.fields(fields.node("not")?, &PROPERTIES)?;
        let others = fields.entries().filter(|entry| {
            PROPERTIES.key(&entry.key).is_some() && !subject.keys.contains(&entry.key.as_str())
        });
        for entry in others {
            let problem = Diagnostic::error(format!("`{}` is not expected of {}", entry.key, subject.noun));
            self.reader.report(problem.at(entry.key_span, ""));
        }
        Some(fields)
    }

    fn check_something(&mut self, fields: &Fields<'_>, subject: &Subject, who: &str) {
        if subject.keys.iter().all(|key| fields.node(key).is_none()) {
            self.nothing_expected(fields, who, subject.keys);
        }
    }
}
