//! Writes a network as a lab of the scenario language that a person likes to read: behind each value a comment with the file and the line
//! that it comes from, and `hole:` where no file says it and a default stands in its place.

mod access_points;
mod images;
mod names;
mod own;
mod profile;
mod server;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};

use catalogue::Catalogue;
use text::{MacAddress, durations, printable};

pub use self::yaml::HOLE;

use self::images::Sets;
use self::names::Taken;
use self::profile::{NOT_IMPORTED, PASSWORD, Profile};
use self::yaml::{Noted, Yaml, scalar};
use crate::network::Network;
use crate::place::Place;

/// The controller's model if no output shows it.
const MODEL: &str = "C9120AXI";
/// The start and the end of a run if no output has a clock.
const START: &str = "2026-01-01T22:00:00Z";
const UNTIL: &str = "6h";
/// The most access points without a session that a comment lists.
const ABSENT_MAX: usize = 2_000;

/// What decides how a lab is written.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Keeps passwords and keys.
    pub with_secrets: bool,
    /// The names of what may matter and is not modelled, each with the reason: the lab accepts it.
    pub accept: Vec<(String, String)>,
}

/// Writes the lab of a network.
pub fn write(network: &Network, options: &Options) -> String {
    let notes = Notes::of(network);
    let mut yaml = Yaml::default();
    let mut taken = Taken::default();
    let profile = Profile::of(network, &notes, options.with_secrets);
    let own = own::find(network, &notes);
    let controller = controller(network, &notes, own.as_ref().map(|(index, _)| *index), &mut taken);
    let type_of = |model: &str| Catalogue::builtin().model(model).map(|model| model.image_type.clone());
    let own_type = type_of(&controller.model.value).unwrap_or_else(|| "ap1g7".to_owned());
    let directory = profile.directory();
    let sets =
        Sets::of(network, &notes, &own_type, directory.as_deref().map(|path| (path, profile.note.clone())));

    // Servers and access points are named first, as links name them.
    let mut servers = Yaml::default();
    let server =
        server::write(&mut servers, network, &notes, &profile, &sets, &mut taken, options.with_secrets);
    let mut macs = BTreeSet::new();
    let mut own_yaml = Yaml::default();
    own_access_point(&mut own_yaml, network, &notes, own.as_ref(), &controller, &sets, &mut taken, &mut macs);
    let mut access_points = Yaml::default();
    let own = own.map(|(index, _)| index);
    access_points::write(&mut access_points, network, &notes, &sets, own, &mut taken, &mut macs);

    let links = links(network, own, server.is_some());
    head(&mut yaml, network, &controller.name.value);
    parameters(&mut yaml, &profile, &links);
    accepted(&mut yaml, options);
    sets.write(&mut yaml);
    yaml.gap();
    write_links(&mut yaml, &controller.name.value, &links);
    yaml.gap();
    yaml.0.push_str(&servers.0);
    yaml.gap();
    write_controller(&mut yaml, &controller, &sets, &profile);
    staged(&mut yaml, network, &notes, &sets, &own_type);
    yaml.0.push_str(&own_yaml.0);
    yaml.gap();
    defaults(&mut yaml, network, own);
    yaml.0.push_str(&access_points.0);
    absent(&mut yaml, network, &notes);
    yaml.0
}

/// Writes the uptime of the access points that do not say theirs.
fn defaults(yaml: &mut Yaml, network: &Network, own: Option<usize>) {
    let mut others = network.access_points.iter().enumerate().filter(|(index, _)| Some(*index) != own);
    if others.any(|(_, access_point)| access_point.is_listed && access_point.uptime.is_none()) {
        let text = format!("defaults: {{ access_points: {{ uptime: {} }} }}", access_points::UPTIME);
        yaml.line(0, &text, "hole: the time for which those have been up that do not say it");
        yaml.gap();
    }
}

/// The names of files in comments: short where that is clear.
pub(super) struct Notes {
    names: Vec<String>,
}

impl Notes {
    fn of(network: &Network) -> Self {
        let short = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        network.files.iter().for_each(|path| *count.entry(short(path)).or_default() += 1);
        let name = |path: &String| if count[&short(path)] == 1 { short(path) } else { path.clone() };
        Self { names: network.files.iter().map(name).collect() }
    }

    /// Returns a place, such as `summary.txt:12`.
    pub(super) fn at(&self, at: Place) -> String {
        format!("{}:{}", self.names.get(at.file).map_or("?", String::as_str), at.line)
    }
}

/// The controller's own values.
struct ControllerDraft {
    name: Noted<String>,
    model: Noted<String>,
    address: Noted<String>,
}

fn controller(network: &Network, notes: &Notes, own: Option<usize>, taken: &mut Taken) -> ControllerDraft {
    let known = &network.controller;
    let name = match &known.name {
        Some(name) => Noted::new(taken.name(&name.value), notes.at(name.at)),
        None => Noted::hole(taken.name("ewc"), "the controller's name"),
    };
    let own = own.map(|index| &network.access_points[index]);
    let is_ewc = |model: &str| Catalogue::builtin().model(model).is_some_and(|model| model.ewc);
    let model = match (&known.model, own.and_then(|own| own.model.as_ref())) {
        (Some(model), _) if is_ewc(&model.value) => Noted::new(model.value.clone(), notes.at(model.at)),
        (other, Some(model)) if is_ewc(&model.value) => {
            let what = match other {
                Some(other) => format!("{} cannot be an EWC", other.value),
                None => "that of its access point".to_owned(),
            };
            Noted::new(model.value.clone(), format!("{}; hole: {what}", notes.at(model.at)))
        }
        (Some(model), _) => Noted::hole(MODEL.to_owned(), format!("{} cannot be an EWC", model.value)),
        (None, _) => Noted::hole(MODEL.to_owned(), "the controller's model"),
    };
    // Its network is that of the access points, unless it says its own address.
    let first =
        network.access_points.iter().find_map(|access_point| match access_point.address.as_ref()?.value {
            std::net::IpAddr::V4(address) if !address.is_unspecified() => Some(address),
            _ => None,
        });
    let address = match known.address.as_ref().filter(|address| taken.address(address.value)) {
        Some(address) => Noted::new(address.value.to_string(), notes.at(address.at)),
        None => {
            let address = free_beside(network, first, taken);
            Noted::hole(address, "the controller's address")
        }
    };
    ControllerDraft { name, model, address }
}

/// Returns an address for the controller that no access point has.
fn free_beside(network: &Network, first: Option<std::net::Ipv4Addr>, taken: &mut Taken) -> String {
    let used: BTreeSet<std::net::IpAddr> = network
        .access_points
        .iter()
        .filter_map(|access_point| Some(access_point.address.as_ref()?.value))
        .collect();
    let mut probe = Taken::default();
    if let Some(first) = first {
        probe.address(first);
    }
    loop {
        let address = probe.free_address();
        if !used.contains(&address.into()) && taken.address(address) {
            return address.to_string();
        }
    }
}

fn head(yaml: &mut Yaml, network: &Network, name: &str) {
    let notes = Notes::of(network);
    yaml.comment(0, "Imported from what a network printed. The comment behind a value has the file and the line that it comes from; of an access point the first");
    yaml.comment(0, "place has what no other one names. `hole:` marks what no file says: the value there is a default, which is to be checked.");
    yaml.key(0, "lab", &Noted::new(format!("The network of {name}"), ""));
    let start = match &network.controller.clock {
        Some(clock) => Noted::new(clock.value.clone(), notes.at(clock.at)),
        None => Noted::hole(START.to_owned(), "the moment at which a run starts"),
    };
    // A time has colons, which are plain here.
    yaml.line(0, &format!("start: {}", start.value), &start.note);
    yaml.line(0, &format!("until: {UNTIL}"), "hole: the end of a run");
    yaml.gap();
}

/// A line between sites, of which no output says anything.
struct LinkHole {
    /// Its name, with which those of its parameters begin.
    name: &'static str,
    /// The end that is not the controller.
    other: &'static str,
    /// What it leads to, in words.
    to: &'static str,
    /// From a LAN to the worst that would be taken for usual.
    latency: &'static str,
    bandwidth: &'static str,
}

const TO_SERVER: LinkHole = LinkHole {
    name: "server",
    other: "servers",
    to: "the image server",
    latency: "250us..40ms",
    bandwidth: "20Mbit..1Gbit",
};

const TO_ACCESS_POINTS: LinkHole = LinkHole {
    name: "ap",
    other: "aps",
    to: "the access points",
    latency: "250us..5ms",
    bandwidth: "100Mbit..1Gbit",
};

fn parameters(yaml: &mut Yaml, profile: &Profile, links: &[LinkHole]) {
    if profile.has_parameter || !links.is_empty() {
        yaml.line(0, "parameters:", "");
    }
    for link in links {
        for (what, range) in [("latency", link.latency), ("bandwidth", link.bandwidth)] {
            let way = if what == "latency" { "one-way latency" } else { "bandwidth" };
            let about = format!("{HOLE} the {way} to {}", link.to);
            let text = format!("{}-{what}: {{ default: {range}, about: {} }}", link.name, scalar(&about));
            yaml.line(2, &text, "");
        }
    }
    if profile.has_parameter {
        let about = "the password of the controller at the image server";
        yaml.line(
            2,
            &format!("{PASSWORD}: {{ default: {NOT_IMPORTED}, about: {about} }}"),
            "hole: secrets are not imported",
        );
    }
    if profile.has_parameter || !links.is_empty() {
        yaml.gap();
    }
}

fn accepted(yaml: &mut Yaml, options: &Options) {
    if options.accept.is_empty() {
        return;
    }
    yaml.comment(0, "What may matter and is not simulated: the verdict of a run is at best inconclusive.");
    for (name, why) in &options.accept {
        yaml.comment(0, &format!("- {name}: {why}"));
    }
    let mut names: Vec<String> = options.accept.iter().map(|(name, _)| scalar(name)).collect();
    names.dedup();
    yaml.line(0, &format!("accept_unmodelled: [{}]", names.join(", ")), "");
    yaml.gap();
}

/// Returns the lines that a lab needs: to an image server, and to other access points.
fn links(network: &Network, own: Option<usize>, has_server: bool) -> Vec<LinkHole> {
    let others = |(index, access_point): (usize, &crate::network::AccessPoint)| {
        access_point.is_listed
            && Some(index) != own
            && access_point
                .address
                .as_ref()
                .is_none_or(|address| address.value.is_ipv4() || address.value.is_unspecified())
    };
    let has_others = network.access_points.iter().enumerate().any(others);
    let server = has_server.then_some(TO_SERVER);
    server.into_iter().chain(has_others.then_some(TO_ACCESS_POINTS)).collect()
}

fn write_links(yaml: &mut Yaml, controller: &str, links: &[LinkHole]) {
    yaml.comment(
        0,
        "hole: the lines between sites, and firewalls. The links below are from a LAN to a slow line, as the parameters say; no firewall is known.",
    );
    if links.is_empty() {
        return;
    }
    yaml.line(0, "network:", "");
    yaml.line(2, "links:", "");
    for LinkHole { name, other, .. } in links {
        let ends = format!("between: [{}, {other}]", scalar(controller));
        let values = format!("latency: \"${{{name}-latency}}\", bandwidth: \"${{{name}-bandwidth}}\"");
        yaml.line(4, &format!("- {{ name: to-{name}, {ends}, {values} }}"), "");
    }
}

fn write_controller(yaml: &mut Yaml, controller: &ControllerDraft, sets: &Sets, profile: &Profile) {
    yaml.line(0, "controller:", "");
    yaml.key(2, "name", &controller.name);
    yaml.key(2, "model", &controller.model);
    yaml.key(2, "address", &controller.address);
    yaml.key(2, "running", &Noted::new(&sets.running, ""));
    if !profile.is_empty() {
        yaml.comment(2, &profile.note);
        yaml.block(2, "config", &profile.lines);
    } else {
        yaml.comment(2, "hole: config, the running configuration with its image-download profile");
    }
}

/// Writes the images in `ap_images:` that are those of the release which runs.
fn staged(yaml: &mut Yaml, network: &Network, notes: &Notes, sets: &Sets, own_type: &str) {
    let staged = &network.controller.staged;
    let Some(first) = staged.first() else { return };
    let (own, others): (Vec<_>, Vec<_>) =
        staged.iter().map(|found| &found.value).partition(|(name, size)| sets.runs_file(name, *size));
    let own: Vec<String> =
        own.iter().filter(|(name, _)| name != own_type).map(|(name, _)| scalar(name)).collect();
    if !own.is_empty() {
        yaml.line(2, &format!("images: [{}]", own.join(", ")), &notes.at(first.at));
    }
    if !others.is_empty() {
        let names: Vec<String> = others.iter().map(|(name, size)| format!("{name} ({size})")).collect();
        let what = "in ap_images: and of another size than those of the release that runs";
        yaml.comment(2, &format!("hole: {} {what}, {}", names.join(", "), notes.at(first.at)));
    }
}

#[expect(clippy::too_many_arguments, reason = "it is called once")]
fn own_access_point(
    yaml: &mut Yaml,
    network: &Network,
    notes: &Notes,
    own: Option<&(usize, String)>,
    controller: &ControllerDraft,
    sets: &Sets,
    taken: &mut Taken,
    macs: &mut BTreeSet<MacAddress>,
) {
    let known = &network.controller;
    let access_point = own.map(|(index, _)| &network.access_points[*index]);
    let mac = known.mac.as_ref().or(access_point.and_then(|access_point| access_point.mac.as_ref()));
    let mac = mac.filter(|mac| mac.value.0 != [0; 6]);
    if let Some(mac) = mac {
        macs.insert(mac.value);
        yaml.key(2, "mac", &Noted::new(mac.value.to_string(), notes.at(mac.at)));
    }
    let standby = known
        .standby
        .as_ref()
        .map(|standby| format!("the standby is {}, {}", standby.value, notes.at(standby.at)));
    if let Some(standby) = standby {
        yaml.comment(2, &standby);
    }
    let Some((access_point, why)) = access_point.zip(own.map(|(_, why)| why)) else {
        yaml.line(
            2,
            "access_point:",
            "hole: none of the access points can be the one that the controller runs on",
        );
        let name = taken.name(&format!("{}-ap", controller.name.value));
        yaml.line(4, &format!("name: {}", scalar(&name)), "hole: its name");
        yaml.line(
            4,
            &format!("uptime: {}", access_points::UPTIME),
            "hole: the time for which it has been up",
        );
        return;
    };
    yaml.line(2, "access_point:", why);
    let wanted = access_point
        .name
        .as_ref()
        .map_or_else(|| format!("{}-ap", controller.name.value), |name| name.value.clone());
    let name = taken.name(&wanted);
    let note = match &access_point.name {
        Some(found) if found.value == name => notes.at(found.at),
        Some(found) => format!("hole: it is called `{}`, {}", printable(&found.value), notes.at(found.at)),
        None => "hole: its name".to_owned(),
    };
    yaml.line(4, &format!("name: {}", scalar(&name)), &note);
    match access_point.address.as_ref().map(|found| (found.value, found.at)) {
        Some((std::net::IpAddr::V4(address), at)) if taken.address(address) => {
            yaml.line(4, &format!("address: {address}"), &notes.at(at));
        }
        Some((address, at)) => yaml.comment(
            4,
            &format!(
                "hole: its address is {address} ({}); the one inside the box stands for it",
                notes.at(at)
            ),
        ),
        None => yaml.comment(4, "hole: its address; the one inside the box stands for it"),
    }
    if let Some(backup) = access_points::other_version(access_point) {
        yaml.line(4, &format!("backup: {}", scalar(&sets.version(backup.value))), &notes.at(backup.at));
    }
    match access_point.uptime.as_ref().or(known.uptime.as_ref()) {
        Some(uptime) => {
            yaml.line(4, &format!("uptime: {}", durations::short(uptime.value)), &notes.at(uptime.at))
        }
        None => yaml.line(
            4,
            &format!("uptime: {}", access_points::UPTIME),
            "hole: the time for which it has been up",
        ),
    }
}

/// Lists the access points that the controller knows and that have no session.
fn absent(yaml: &mut Yaml, network: &Network, notes: &Notes) {
    let absent: Vec<_> =
        network.access_points.iter().filter(|access_point| !access_point.is_listed).collect();
    if absent.is_empty() {
        return;
    }
    yaml.gap();
    yaml.comment(
        0,
        "hole: known to the controller, without a session when this was printed, and not in this lab:",
    );
    for access_point in absent.iter().take(ABSENT_MAX) {
        let text = |value: Option<String>| value.unwrap_or_else(|| "?".to_owned());
        let name = text(access_point.name.as_ref().map(|name| name.value.clone()));
        let mac = text(access_point.mac.as_ref().map(|mac| mac.value.to_string()));
        let address = text(access_point.address.as_ref().map(|address| address.value.to_string()));
        let failure = access_point
            .last_failure
            .as_ref()
            .map_or_else(String::new, |failure| format!(", {}", failure.value));
        let at = access_point
            .is_joined
            .as_ref()
            .map_or_else(String::new, |joined| format!("  {}", notes.at(joined.at)));
        yaml.comment(0, &format!("  {name} {mac} {address}{failure}{at}"));
    }
    if absent.len() > ABSENT_MAX {
        yaml.comment(0, &format!("  and {} more", absent.len() - ABSENT_MAX));
    }
}
