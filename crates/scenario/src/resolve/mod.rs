//! From the tree to the model: names, addresses, files, units.
//!
//! Definitions are resolved before references: names first, so that a broken entry does not make an error of everything that
//! mentions it; then images, devices, network, timeline, expectations.

mod access_lists;
mod addresses;
mod capwap;
mod config;
mod devices;
mod expect;
mod flash;
mod images;
mod listing;
mod names;
mod nat;
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

use crate::compose::{Raw, Source};
use crate::diagnostic::Diagnostic;
use crate::facts::overrides;
use crate::files::Files;
use crate::language::{self, Named, Record, Written};
use crate::model::{Accepted, Action, Scenario, Software, TimelineEntry, Unsimulated};
use crate::ranges::{Settle, Settled, Settler};
use crate::reader::{Reader, empty_list};
use crate::source::{Sources, Span};
use crate::texts::Texts;
use crate::variation::Faults;
use crate::yaml;
use ::text::{MacAddress, visible};
use names::Names;

pub(crate) use addresses::hosts_of;

/// The seed if neither the command nor the scenario gives one.
pub(crate) const SEED: u64 = 1;

/// Returns the `seed` of the scenario.
pub(crate) fn own_seed(root: &yaml::Node) -> Option<u64> {
    root.value("seed").and_then(yaml::Node::as_text).and_then(|text| ::text::units::number(text).ok())
}

/// The state of resolving.
struct Loader<'a> {
    files: &'a dyn Files,
    texts: Texts,
    /// The values that contain parameters.
    raw: &'a Raw,
    reader: Reader,
    settler: Settler,
    names: Names,
    /// The names of image sets that could not be read: references to them are not reported.
    broken_sets: BTreeSet<String>,
    /// Every address of a host, its owner, and the place where it is written.
    addresses: Vec<(IpAddr, String, Span)>,
    /// The addresses of the names in firewall rules.
    address_sets: BTreeMap<String, Addresses>,
    /// Every Ethernet address of a host, and its owner; also its place, unless it is derived from the IP address.
    macs: Vec<(MacAddress, String, Option<Span>)>,
    catalogue: Catalogue,
    /// The models that a warning names, as their images are assumed.
    unverified_models: BTreeSet<String>,
    /// The access points that are left out of the run.
    unsimulated: Vec<Unsimulated>,
    /// True if a server is reached over TCP.
    serves_sftp: bool,
    /// The end of the run, and the place where it is written.
    until: Option<(Duration, Span)>,
}

/// The result of resolving a tree.
pub(crate) struct Resolved {
    /// The scenario without its texts and warnings; nothing if there are errors.
    pub(crate) scenario: Option<Scenario>,
    pub(crate) problems: Vec<Diagnostic>,
    pub(crate) texts: Texts,
    pub(crate) settled: Vec<Settled>,
}

/// Resolves a tree whose ranges are settled as `how` says.
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
        unverified_models: BTreeSet::new(),
        unsimulated: Vec::new(),
        serves_sftp: false,
        until: None,
    };
    let mut root = source.root.clone();
    loader.settler.table(&mut loader.reader, &mut root, language::Scenario::TABLE, "");
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
        let raw: language::Scenario = self.reader.record(root)?;
        // These keys were handled when the tree was composed.
        let language::Scenario {
            extends: _extends,
            lab: _lab,
            parameters: _parameters,
            defaults: _defaults,
            ..
        } = &raw;

        self.until = raw.until.clone().placed();
        if let Some(node) = &raw.catalogue.value {
            overrides(&mut self.reader, &mut self.catalogue, node);
        }
        self.take_names(&raw);
        self.quirks(raw.quirks.value.unwrap_or_default());
        let capwap = raw.capwap.value.map(|capwap| self.capwap(capwap, raw.catalogue.value.as_ref()));

        let images = self.images(raw.images.value.unwrap_or_default());
        let (one, several) = (raw.controller.value, raw.controllers.clone().placed());
        if let Some((several, span)) = &several
            && several.is_empty()
        {
            self.reader.report(empty_list(*span, "controller"));
        }
        let controllers =
            one.into_iter().chain(several.into_iter().flat_map(|(several, _)| several).flatten());
        let (mut controllers_read, mut own_access_points) = (Vec::new(), Vec::new());
        for raw in controllers {
            let Some((controller, own)) = self.controller(raw, controllers_read.len(), &images) else {
                continue;
            };
            controllers_read.push(controller);
            own_access_points.push(own);
        }
        let controllers = controllers_read;
        let servers = raw.servers.value.unwrap_or_default().into_iter().flatten();
        let servers: Vec<_> = servers.filter_map(|raw| self.server(raw, &images)).collect();
        self.serves_sftp = servers.iter().any(|server| server.software == Software::OpenSsh);
        let idle_clients = raw.idle_clients.value.unwrap_or_default().into_iter().flatten();
        let idle_clients = idle_clients.filter_map(|raw| self.idle_client(raw)).collect();
        let mut access_points =
            self.access_points(raw.access_points.value.unwrap_or_default(), &controllers, &images);
        access_points.extend(own_access_points);
        self.check_addresses();
        self.check_macs();
        let (links, firewalls, nats) = raw.network.value.map(|raw| self.network(raw)).unwrap_or_default();
        let timeline = raw.timeline.value.unwrap_or_default();
        let timeline = self.timeline(timeline, &links, &firewalls, &servers, &images);
        let powered = self.powered(&timeline);
        let expect = raw.expect.value.unwrap_or_default();
        let expect = self.expectations(expect, &expect::Known { images: &images, links: &links });
        let must_violate = self.must_violate(raw.must_violate.value.unwrap_or_default());
        let snapshot = self.snapshot(raw.snapshot.value.unwrap_or_default());
        for (index, controller) in controllers.iter().enumerate() {
            let joined = access_points.iter().filter(|access_point| access_point.controller == index);
            self.warn_of_missing_images(controller, &servers, joined, &images);
        }

        // A problem was reported: nothing can be resolved without a controller.
        if controllers.is_empty() {
            return None;
        }
        Some(Scenario {
            path: source.path.display().to_string(),
            title: visible(&raw.scenario.value?).into_owned(),
            base_title: source.base_title.as_deref().map(|title| visible(title).into_owned()),
            start: raw.start.value?,
            until: self.until?.0,
            seed: self.settler.seed().or(raw.seed.value).unwrap_or(SEED),
            variant: Faults::All,
            fault_choices: Vec::new(),
            tick: self.tick(raw.tick)?,
            express: raw.express.value?,
            drawn: Vec::new(),
            set: Vec::new(),
            ranged_parameters: Vec::new(),
            images,
            links,
            firewalls,
            nats,
            servers,
            idle_clients,
            controllers,
            access_points,
            unsimulated: std::mem::take(&mut self.unsimulated),
            powered,
            capwap: capwap.unwrap_or_default(),
            timeline,
            expect,
            must_violate,
            snapshot,
            accept_unmodelled: accepted(raw.accept_unmodelled.value.unwrap_or_default()),
            catalogue: self.catalogue.clone(),
            sources: Sources::default(),
            warnings: Vec::new(),
        })
    }

    fn tick(&mut self, raw: Written<Duration>) -> Option<Duration> {
        let tick = raw.value?;
        if let Some(place) = raw.place.filter(|_| tick.is_zero()) {
            let problem = Diagnostic::error("`tick` cannot be 0");
            self.reader.report(problem.at(place.value, "time would stand still"));
            return None;
        }
        Some(tick)
    }

    /// Returns the hosts that have power from the start.
    fn powered(&self, timeline: &[TimelineEntry]) -> Vec<String> {
        let mut events: Vec<&TimelineEntry> = timeline.iter().collect();
        // Events that wait for other events come after all that have a time.
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
        // An access point on which a controller runs shares its power.
        let on = |host: &&str| on(&self.names.controller_on(host).unwrap_or(host));
        self.names.host_names().filter(on).map(str::to_owned).collect()
    }
}

fn accepted(names: Vec<Named>) -> Vec<Accepted> {
    names.into_iter().map(|named| Accepted { name: named.text, span: named.span }).collect()
}
