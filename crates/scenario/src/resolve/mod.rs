//! From the tree to the model: names, addresses, files, units.
//!
//! The order is that of what refers to what: names first, so that a broken entry does not make everything that mentions it
//! an error too; then images, devices, network, timeline, expectations.

mod addresses;
mod capwap;
mod config;
mod devices;
mod expect;
mod facts;
mod flash;
mod images;
mod names;
mod network;
mod pattern;
mod quirks;
mod servers;
mod text;
mod timeline;
mod trigger;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use ::network::Addresses;
use catalogue::Catalogue;

use crate::check::check_part;
use crate::compose::{Raw, Source};
use crate::diagnostic::Diagnostic;
use crate::files::Files;
use crate::language::{DEFAULTS, SCENARIO};
use crate::model::{Action, Event, MacAddress, Scenario};
use crate::ranges::{Settle, Settled, Settler};
use crate::reader::Reader;
use crate::source::{Sources, Span};
use crate::template::{SEED, own_seed};
use crate::texts::Texts;
use crate::yaml;
pub(crate) use facts::overrides;
use names::Names;

/// What resolving needs at hand.
struct Loader<'a> {
    files: &'a dyn Files,
    texts: Texts,
    /// Values in which parameters stood.
    raw: &'a Raw,
    reader: Reader,
    settler: Settler,
    names: Names,
    /// Names of image sets that could not be read: what mentions them is no further problem.
    broken_sets: BTreeSet<String>,
    /// Every address a host has, whose it is, and where it is written.
    addresses: Vec<(IpAddr, String, Span)>,
    /// What names stand for in rules of firewalls.
    address_sets: BTreeMap<String, Addresses>,
    /// Every Ethernet address a host has, and whose it is; where it is written, unless it is made from the IP address.
    macs: Vec<(MacAddress, String, Option<Span>)>,
    catalogue: Catalogue,
    /// When the run ends, and where that is written.
    until: Option<(Duration, Span)>,
}

/// What came of a tree.
pub(crate) struct Resolved {
    /// Without its texts and warnings; none if errors keep it from being made.
    pub(crate) scenario: Option<Scenario>,
    pub(crate) problems: Vec<Diagnostic>,
    pub(crate) texts: Texts,
    pub(crate) settled: Vec<Settled>,
}

/// Resolves a tree whose ranges come to what `how` says.
pub(crate) fn resolve(source: &Source, files: &dyn Files, texts: Texts, how: Settle) -> Resolved {
    let mut loader = Loader {
        files,
        texts,
        raw: &source.raw,
        reader: source.reader.clone(),
        settler: Settler::new(how),
        names: Names::default(),
        broken_sets: BTreeSet::new(),
        addresses: Vec::new(),
        address_sets: BTreeMap::new(),
        macs: Vec::new(),
        catalogue: Catalogue::builtin().clone(),
        until: None,
    };
    let mut root = source.root.clone();
    loader.settler.table(&mut loader.reader, &mut root, &SCENARIO, "");
    let scenario = loader.scenario(source, &root);
    Resolved {
        scenario: scenario.map(|scenario| Scenario { drawn: loader.settler.drawn, ..scenario }),
        problems: loader.reader.problems,
        texts: loader.texts,
        settled: loader.settler.settled,
    }
}

impl Loader<'_> {
    fn scenario(&mut self, source: &Source, root: &yaml::Node) -> Option<Scenario> {
        let seed = own_seed(root);
        let root = self.reader.fields(root, &SCENARIO)?;

        let title = root.node("scenario").and_then(|node| self.reader.text(node)).map(str::to_owned);
        let start = root.node("start").and_then(|node| self.reader.timestamp(node));
        self.until = root.node("until").and_then(|node| Some((self.reader.duration(node)?, node.span)));
        if let Some(node) = root.node("seed") {
            self.reader.number(node);
        }
        if let Some(node) = root.node("catalogue") {
            overrides(&mut self.reader, &mut self.catalogue, node);
        }
        self.quirks(&root);
        if let Some(node) = root.node("defaults") {
            // Most of it has been read as part of the entries; what no entry uses is looked at here.
            check_part(&mut self.reader, node, &DEFAULTS);
        }
        let capwap = self.capwap(&root);

        self.take_names(&root);
        let images = self.images(&root);
        let controller = self.controller(&root, &images);
        let servers = self.servers(&root, &images);
        let strangers = self.strangers(&root);
        let access_points = self.access_points(&root, &images);
        self.check_addresses();
        self.check_macs();
        let (links, firewalls) = self.network(&root);
        let timeline = self.timeline(&root, &links, &firewalls, &servers, &images);
        let powered = self.powered(&timeline);
        let expect = self.expectations(&root, &expect::Known { images: &images, links: &links });
        let snapshot = self.snapshot(&root);
        if let Some(controller) = &controller {
            self.warn_of_missing_images(controller, &servers, &access_points, &images);
        }

        Some(Scenario {
            path: source.path.display().to_string(),
            title: title?,
            start: start?,
            until: self.until?.0,
            seed: self.settler.seed().or(seed).unwrap_or(SEED),
            drawn: Vec::new(),
            set: Vec::new(),
            images,
            links,
            firewalls,
            servers,
            strangers,
            controllers: vec![controller?],
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

    /// The hosts that have power from the start.
    fn powered(&self, timeline: &[Event]) -> Vec<String> {
        let mut events: Vec<&Event> = timeline.iter().collect();
        // What waits for other events comes after all that has a time.
        events.sort_by_key(|event| event.at().unwrap_or(std::time::Duration::MAX));
        let mut first_is_power_on: BTreeMap<&str, bool> = BTreeMap::new();
        for event in events {
            let (hosts, on) = match &event.action {
                Action::PowerOn(hosts) => (hosts, true),
                Action::PowerOff(hosts) => (hosts, false),
                _ => continue,
            };
            for host in hosts {
                first_is_power_on.entry(host).or_insert(on);
            }
        }
        let on = |host: &&str| !first_is_power_on.get(host).is_some_and(|first| *first);
        self.names.host_names().filter(on).map(str::to_owned).collect()
    }
}
