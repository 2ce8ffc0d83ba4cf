//! From the tree to the model: names, addresses, files, units.
//!
//! The order is that of what refers to what: names first, so that a broken entry does not make everything that mentions it
//! an error too; then images, devices, network, timeline, expectations.

mod addresses;
mod capwap;
mod config;
mod devices;
mod expect;
mod flash;
mod images;
mod names;
mod network;
mod servers;
mod text;
mod timeline;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use catalogue::Catalogue;
use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::files::Files;
use crate::language::SCENARIO;
use crate::model::{Action, Event, Ranged, Scenario};
use crate::reader::{Fields, Reader};
use crate::source::{FileId, Sources, Span};
use crate::yaml;
use names::Names;

/// What reading a scenario needs at hand.
struct Loader<'a> {
    files: &'a dyn Files,
    /// Where the scenario lies: paths in it start here.
    directory: PathBuf,
    sources: Sources,
    read: IndexMap<PathBuf, Option<FileId>>,
    reader: Reader,
    names: Names,
    /// Names of image sets that could not be read: what mentions them is no further problem.
    broken_sets: BTreeSet<String>,
    /// Every address a host has, whose it is, and where it is written.
    addresses: Vec<(IpAddr, String, Span)>,
    catalogue: Catalogue,
    /// When the run ends, and where that is written.
    until: Option<(Duration, Span)>,
}

impl Scenario {
    /// Reads and checks a scenario and the files it names.
    ///
    /// # Errors
    /// Every problem there is; of a text that is not valid YAML, the first.
    pub fn load(path: &Path, files: &dyn Files) -> Result<Self, Diagnostics> {
        let mut loader = Loader {
            files,
            directory: path.parent().unwrap_or(Path::new("")).to_owned(),
            sources: Sources::default(),
            read: IndexMap::new(),
            reader: Reader::default(),
            names: Names::default(),
            broken_sets: BTreeSet::new(),
            addresses: Vec::new(),
            catalogue: Catalogue::builtin().clone(),
            until: None,
        };
        let scenario = loader.scenario(path);
        let problems = std::mem::take(&mut loader.reader.problems);
        let (errors, warnings): (Vec<_>, Vec<_>) =
            problems.into_iter().partition(|problem| problem.severity() == Severity::Error);
        match scenario {
            Some(scenario) if errors.is_empty() => Ok(Self { sources: loader.sources, warnings, ..scenario }),
            _ => Err(Diagnostics::new(loader.sources, errors.into_iter().chain(warnings).collect())),
        }
    }
}

impl Loader<'_> {
    fn scenario(&mut self, path: &Path) -> Option<Scenario> {
        let file = self.read_text(path, None)?;
        let root = match yaml::parse(&self.sources, file) {
            Ok((root, problems)) => {
                problems.into_iter().for_each(|problem| self.reader.report(problem));
                root
            }
            Err(problem) => {
                self.reader.report(problem);
                return None;
            }
        };
        let root = self.reader.fields(&root, &SCENARIO)?;

        let title = root.node("scenario").and_then(|node| self.reader.text(node)).map(str::to_owned);
        let start = root.node("start").and_then(|node| self.timestamp(node));
        self.until = root.node("until").and_then(|node| Some((self.reader.duration(node)?, node.span)));
        let seed = root.node("seed").map(|node| self.reader.number(node));
        self.overrides(&root);
        let capwap = self.capwap(&root);

        self.take_names(&root);
        let images = self.images(&root);
        let controller = self.controller(&root, &images);
        let servers = self.servers(&root, &images);
        let strangers = self.strangers(&root);
        let access_points = self.access_points(&root, &images);
        self.check_addresses();
        let (links, firewalls) = self.network(&root);
        let timeline = self.timeline(&root, &links, &firewalls, &servers, &images);
        let powered = self.powered(&timeline);
        let expect = self.expectations(&root, &images);
        let snapshot = self.snapshot(&root);
        if let Some(controller) = &controller {
            self.warn_of_missing_images(controller, &servers, &access_points, &images);
        }

        Some(Scenario {
            path: path.display().to_string(),
            title: title?,
            start: start?,
            until: self.until?.0,
            seed: seed.flatten(),
            images,
            links,
            firewalls,
            servers,
            strangers,
            controller: controller?,
            access_points,
            powered,
            capwap,
            timeline,
            expect,
            snapshot,
            catalogue: self.catalogue.clone(),
            sources: Sources::default(),
            warnings: Vec::new(),
        })
    }

    fn timestamp(&mut self, node: &yaml::Node) -> Option<jiff::Timestamp> {
        let text = self.reader.text(node)?;
        let expected = "a time such as 2024-01-30T21:41:35Z";
        text.parse().map_err(|_| self.reader.wrong_value(text, node.span, expected)).ok()
    }

    fn overrides(&mut self, root: &Fields<'_>) {
        let Some(node) = root.node("catalogue") else { return };
        for entry in self.reader.map(node) {
            let Some(value) = self.reader.text(&entry.value) else { continue };
            match self.catalogue.with_override(&entry.key, value) {
                Ok(catalogue) => self.catalogue = catalogue,
                Err(catalogue::FactError::Unknown { key, .. }) => {
                    let problem = Diagnostic::error(format!("the catalogue has no fact `{key}`"))
                        .at(entry.key_span, "");
                    let keys: Vec<&str> = self.catalogue.facts().map(|fact| fact.key.as_str()).collect();
                    self.reader.report_near(problem, &key, keys);
                }
                Err(catalogue::FactError::Zero { key }) => {
                    let problem = Diagnostic::error(format!("`{key}` cannot be zero"));
                    self.reader.report(problem.at(entry.value.span, "time would stand still"));
                }
                Err(catalogue::FactError::Kind { key, expected, found }) => {
                    let fact = self.catalogue.fact(&key).map(|fact| fact.value.clone()).unwrap_or_default();
                    let problem = Diagnostic::error(format!("`{key}` is {expected}, not {found}"));
                    self.reader.report(
                        problem.at(entry.value.span, "").help(format!("the catalogue says `{fact}`")),
                    );
                }
            }
        }
    }

    /// The hosts that have power from the start.
    fn powered(&self, timeline: &[Event]) -> Vec<String> {
        let earliest = |event: &Event| match event.at {
            Ranged::Fixed(at) | Ranged::Range { low: at, .. } => at,
        };
        let mut events: Vec<&Event> = timeline.iter().collect();
        events.sort_by_key(|event| earliest(event));
        let first_is_power_on = |host: &str| {
            let first = events.iter().find_map(|event| match &event.action {
                Action::PowerOn(hosts) if hosts.iter().any(|name| name == host) => Some(true),
                Action::PowerOff(hosts) if hosts.iter().any(|name| name == host) => Some(false),
                _ => None,
            });
            first.unwrap_or(false)
        };
        self.names.host_names().filter(|host| !first_is_power_on(host)).map(str::to_owned).collect()
    }
}
