//! The access points: one line each, below a heading for those of the same model and versions.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use catalogue::Catalogue;
use text::numbers::count;
use text::{MacAddress, Version, durations};

use super::Notes;
use super::images::Sets;
use super::names::Taken;
use super::yaml::{Yaml, scalar};
use crate::network::{AccessPoint, Network};
use crate::place::Found;

/// The model that stands for an unknown one, if no other is known.
const MODEL: &str = "C9105AXI";
/// The time for which an access point has been up, if no output says it.
pub(super) const UPTIME: &str = "30d";

/// The values of one access point, as they are written.
struct Entry {
    name: String,
    fields: Vec<(&'static str, String)>,
    note: String,
}

/// Writes all but the controller's own one.
pub(super) fn write(
    yaml: &mut Yaml,
    network: &Network,
    notes: &Notes,
    sets: &Sets,
    own: Option<usize>,
    taken: &mut Taken,
    macs: &mut BTreeSet<MacAddress>,
) {
    let mut groups: BTreeMap<(String, Option<Version>, Option<Version>), Vec<usize>> = BTreeMap::new();
    for (index, access_point) in network.access_points.iter().enumerate() {
        if !access_point.is_listed || Some(index) == own {
            continue;
        }
        let version = |found: Option<&Found<Version>>| found.map(|found| found.value);
        let model = access_point.model.as_ref().map_or_else(String::new, |model| model.value.clone());
        let key = (model, version(access_point.running()), version(other_version(access_point)));
        groups.entry(key).or_default().push(index);
    }
    if groups.is_empty() {
        yaml.line(0, "access_points: []", "hole: no output lists access points beside the controller's own");
        return;
    }
    let common = common_model(network);
    yaml.line(0, "access_points:", "");
    for ((model, running, backup), members) in groups {
        let model_shown = if model.is_empty() { "model not known" } else { &model };
        let running = running.map_or_else(|| "version not known".to_owned(), |version| version.to_string());
        let backup = backup
            .filter(|version| *version != Version::NONE)
            .map_or_else(String::new, |version| format!(", backup {version}"));
        yaml.comment(
            2,
            &format!("{model_shown}, {running}{backup}: {}", count(members.len(), "access point")),
        );
        let entries: Vec<Entry> = members
            .iter()
            .map(|index| entry(&network.access_points[*index], notes, sets, &common, taken, macs))
            .collect();
        let width =
            |field: usize| entries.iter().map(|entry| entry.fields[field].1.len()).max().unwrap_or_default();
        let widths: Vec<usize> = (0..3).map(width).collect();
        let name_width = entries.iter().map(|entry| scalar(&entry.name).len()).max().unwrap_or_default();
        for entry in entries {
            let mut line =
                format!("- {{ name: {:name_width$}", scalar(&entry.name) + ",", name_width = name_width + 1);
            for (place, (key, value)) in entry.fields.iter().enumerate() {
                let is_last = place + 1 == entry.fields.len();
                let value = if is_last { value.clone() } else { format!("{value},") };
                match widths.get(place).filter(|_| !is_last) {
                    Some(width) => line.push_str(&format!(" {key}: {value:width$}", width = width + 1)),
                    None => line.push_str(&format!(" {key}: {value}")),
                }
            }
            yaml.line(2, &format!("{line} }}"), &entry.note);
        }
    }
}

/// Returns the version in the partition that does not run: the one that it boots next, if that is another; else the backup.
pub(super) fn other_version(access_point: &AccessPoint) -> Option<&Found<Version>> {
    let running = access_point.running().map(|running| running.value);
    let swapped = access_point.primary.as_ref().filter(|primary| Some(primary.value) != running);
    let backup = access_point.backup.as_ref().filter(|backup| backup.value != Version::NONE);
    swapped.filter(|primary| primary.value != Version::NONE).or(backup)
}

/// Returns the model that most access points have.
fn common_model(network: &Network) -> String {
    let mut models: BTreeMap<&str, usize> = BTreeMap::new();
    for model in network.access_points.iter().filter_map(|access_point| access_point.model.as_ref()) {
        if Catalogue::builtin().model(&model.value).is_some() {
            *models.entry(&model.value).or_default() += 1;
        }
    }
    models.iter().max_by_key(|(_, count)| **count).map_or(MODEL, |(model, _)| model).to_owned()
}

fn entry(
    access_point: &AccessPoint,
    notes: &Notes,
    sets: &Sets,
    common: &str,
    taken: &mut Taken,
    macs: &mut BTreeSet<MacAddress>,
) -> Entry {
    let mut sources = Sources::default();
    let mut holes = Vec::new();
    let written = access_point.name.as_ref();
    let wanted = match (written, &access_point.mac) {
        (Some(name), _) => name.value.clone(),
        (None, Some(mac)) => format!("AP{}", mac.value.to_string().to_ascii_uppercase()),
        (None, None) => "ap".to_owned(),
    };
    let name = taken.name(&wanted);
    match written {
        Some(found) => {
            sources.add("name", notes.at(found.at));
            if found.value != name {
                holes.push(format!("hole: it is called `{}`", found.value));
            }
        }
        None => holes.push("hole: its name".to_owned()),
    }
    let mut fields = Vec::new();
    let catalogue = Catalogue::builtin();
    let model = match &access_point.model {
        Some(model) if catalogue.model(&model.value).is_some() => {
            sources.add("model", notes.at(model.at));
            model.value.clone()
        }
        Some(model) => {
            let near = catalogue.closest_models(&model.value).first().map_or(common, |near| *near).to_owned();
            holes.push(format!(
                "hole: its model is `{}` ({}), of which no image is known",
                model.value,
                notes.at(model.at)
            ));
            near
        }
        None => {
            holes.push("hole: its model".to_owned());
            common.to_owned()
        }
    };
    fields.push(("model", scalar(&model)));
    fields.push(("address", scalar(&address(access_point, notes, taken, &mut sources, &mut holes))));
    let running = match access_point.running() {
        Some(running) => {
            sources.add("running", notes.at(running.at));
            sets.version(running.value)
        }
        None => {
            holes.push("hole: the version that it runs".to_owned());
            sets.running.clone()
        }
    };
    fields.push(("running", scalar(&running)));
    if let Some(backup) = other_version(access_point) {
        sources.add("backup", notes.at(backup.at));
        fields.push(("backup", scalar(&sets.version(backup.value))));
    }
    if let Some(mac) = &access_point.mac {
        if macs.insert(mac.value) {
            sources.add("mac", notes.at(mac.at));
            fields.push(("mac", mac.value.to_string()));
        } else {
            holes.push(format!("hole: another one has its Ethernet address {}", mac.value));
        }
    }
    if let Some(uptime) = &access_point.uptime {
        sources.add("uptime", notes.at(uptime.at));
        fields.push(("uptime", durations::short(uptime.value)));
    }
    let mut note = sources.text();
    for (what, found) in
        [("", &access_point.neighbor), ("site ", &access_point.site_tag), ("", &access_point.location)]
    {
        if let Some(found) = found.as_ref().filter(|found| !found.value.starts_with("default")) {
            note.push_str(&format!("; {what}{}", found.value));
        }
    }
    if let Some(state) = access_point.state.as_ref().filter(|state| state.value != "Registered") {
        note.push_str(&format!("; state {}", state.value));
    }
    for hole in holes {
        note.push_str(&format!("; {hole}"));
    }
    Entry { name, fields, note: note.trim_start_matches("; ").to_owned() }
}

/// Returns the address as it is written. An IPv6 address stays, and `check` names it as not simulated.
fn address(
    access_point: &AccessPoint,
    notes: &Notes,
    taken: &mut Taken,
    sources: &mut Sources,
    holes: &mut Vec<String>,
) -> String {
    match &access_point.address {
        Some(found) => match found.value {
            IpAddr::V4(address) if taken.address(address) => {
                sources.add("address", notes.at(found.at));
                return address.to_string();
            }
            IpAddr::V6(address)
                if !address.is_unspecified() && !address.is_loopback() && !address.is_multicast() =>
            {
                sources.add("address", notes.at(found.at));
                return address.to_string();
            }
            address => holes.push(format!("hole: its address is {address} ({})", notes.at(found.at))),
        },
        None => holes.push("hole: its address".to_owned()),
    }
    taken.free_address().to_string()
}

/// The places of values: each place once, with the values that it has.
#[derive(Default)]
pub(super) struct Sources(Vec<(String, Vec<&'static str>)>);

impl Sources {
    pub(super) fn add(&mut self, what: &'static str, at: String) {
        match self.0.iter_mut().find(|(place, _)| *place == at) {
            Some((_, known)) => known.push(what),
            None => self.0.push((at, vec![what])),
        }
    }

    /// Returns them as a comment: `summary.txt:5; running, backup image.txt:14`. The first place stands without its values.
    pub(super) fn text(&self) -> String {
        let place = |(index, (at, what)): (usize, &(String, Vec<&'static str>))| {
            if index == 0 { at.clone() } else { format!("{} {at}", what.join(", ")) }
        };
        self.0.iter().enumerate().map(place).collect::<Vec<_>>().join("; ")
    }
}
