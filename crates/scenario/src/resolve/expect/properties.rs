//! Expectations of access points and of the controller.

use indexmap::IndexMap;

use super::{ACCESS_POINTS, CONTROLLER, Subject};
use crate::diagnostic::{Diagnostic, Severity};
use crate::language::{self, Expectation as Raw, Kind, Named, Power, Record, Written};
use crate::model::{Amount, ApState, Check, ImageSet, Properties, Wanted};
use crate::reader::empty_list;
use crate::resolve::Loader;
use crate::resolve::names::Role;
use crate::source::Span;
use crate::yaml::Node;

type Images = IndexMap<String, ImageSet>;

impl Loader<'_> {
    pub(super) fn of_access_points(&mut self, raw: &Raw, images: &Images) -> Option<Check> {
        let names = self.hosts(raw.owners.access_points.clone(), Some(Role::AccessPoint), Severity::Error);
        let is = self.properties(&raw.access_point, images);
        let is_not = match self.forbidden(raw, &ACCESS_POINTS) {
            Some(not) => self.properties(&not.access_point, images),
            None => Properties::default(),
        };
        self.check_something(raw, &ACCESS_POINTS, "these access points");
        Some(Check::AccessPoints { names: names?, is, is_not })
    }

    pub(super) fn of_controller(&mut self, raw: &Raw, images: &Images) -> Option<Check> {
        let name = self.host(raw.owners.controller.clone(), Some(Role::Controller));
        let is = self.controller_properties(&raw.access_point.state, &raw.of_controller, images);
        let is_not = match self.forbidden(raw, &CONTROLLER) {
            Some(not) => self.controller_properties(&not.access_point.state, &not.of_controller, images),
            None => Properties::default(),
        };
        self.check_something(raw, &CONTROLLER, "this controller");
        Some(Check::Controller { name: name?, is, is_not })
    }

    fn properties(&mut self, raw: &language::ApProperties, images: &Images) -> Properties {
        let mut version = |written: &Written<String>| {
            written.clone().and_then(|text, span| self.version(&text, span, images)).value
        };
        let [running, backup] =
            [&raw.running, &raw.backup].map(|written| version(written).map(Wanted::Version));
        let state = raw.state.value.as_ref().and_then(|node| ApState::read(&mut self.reader, node));
        of_keys([
            ("running", running),
            ("backup", backup),
            ("state", state.map(|state| Wanted::Word(state.word()))),
            ("boots", count(&raw.boots)),
            ("downloads_requested", count(&raw.downloads_requested)),
            ("downloads_completed", count(&raw.downloads_completed)),
            ("downloads_failed", count(&raw.downloads_failed)),
        ])
    }

    fn controller_properties(
        &mut self,
        state: &Written<Node>,
        raw: &language::ControllerProperties,
        images: &Images,
    ) -> Properties {
        let power = state.value.as_ref().and_then(|node| Power::read(&mut self.reader, node));
        let staged = raw.staged.clone().placed();
        let staged = staged.map(|(names, span)| self.image_types(&names, span, images));
        of_keys([
            ("state", power.map(|power| Wanted::Word(power.word()))),
            ("registered", count(&raw.registered)),
            ("downloading", count(&raw.downloading)),
            ("staged", staged.map(Wanted::Names)),
            ("installs_started", count(&raw.installs_started)),
            ("installs_completed", count(&raw.installs_completed)),
            ("installs_failed", count(&raw.installs_failed)),
        ])
    }

    /// Returns image types, and reports those that no set of the scenario has.
    fn image_types(&mut self, names: &[Named], list: Span, images: &Images) -> Vec<String> {
        if names.is_empty() {
            let problem = empty_list(list, "image type");
            self.reader.report(problem.help("an image that must not be staged is `not: { staged: ap1g8 }`"));
        }
        let mut types: Vec<&str> =
            images.values().flat_map(|set| &set.files).map(|file| file.name.as_str()).collect();
        types.sort_unstable();
        types.dedup();
        let mut out = Vec::new();
        for Named { text: name, span } in names {
            let name = name.as_str();
            if !types.contains(&name) {
                let problem = Diagnostic::error(format!("no image set has a file `{name}`"));
                self.reader.report_near(problem.at(*span, "not found"), name, types.iter().copied());
            }
            out.push(name.to_owned());
        }
        out
    }

    /// Returns the properties below `not`.
    fn forbidden<'a>(&mut self, raw: &'a Raw, subject: &Subject) -> Option<&'a language::Properties> {
        let not = raw.not.value.as_ref()?;
        let keys = subject.keys();
        for (key, place) in not.written().iter().filter(|(key, _)| !keys.contains(key)) {
            let problem = Diagnostic::error(format!("`{key}` does not apply to {}", subject.noun));
            self.reader.report(problem.at(place.key, ""));
        }
        Some(not)
    }

    fn check_something(&mut self, raw: &Raw, subject: &Subject, who: &str) {
        let keys = subject.keys();
        if !raw.written().iter().any(|(key, _)| keys.contains(key)) {
            self.nothing_expected(raw.head, who, &keys);
        }
        if let Some(not) = raw.not.value.as_ref().filter(|not| not.written().is_empty()) {
            let problem = Diagnostic::error("nothing is forbidden").at(not.span, "this map is empty");
            let keys: Vec<&str> = keys.into_iter().filter(|key| *key != "not").collect();
            self.reader.report(problem.help(format!("write one of {}", keys.join(", "))));
        }
    }
}

fn count(written: &Written<Amount>) -> Option<Wanted> {
    written.value.clone().map(Wanted::Count)
}

/// Collects the properties that are written.
fn of_keys<const N: usize>(keys: [(&'static str, Option<Wanted>); N]) -> Properties {
    keys.into_iter().filter_map(|(key, wanted)| Some((key, wanted?))).collect()
}
