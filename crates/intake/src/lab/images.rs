//! The image sets of a lab: the release that runs, the one to upgrade to, and whatever else was listed.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use text::Version;

use super::Notes;
use super::yaml::{Noted, Yaml, scalar};
use crate::network::{Listed, Network};
use crate::releases;

/// The sizes of a release's files, in bytes, for one of which no listing is known: those of the 17.9.4a bundle (the listing of a field sample).
const SIZES: [(&str, u64); 8] = [
    ("ap1g4", 42_024_960),
    ("ap1g5", 39_895_040),
    ("ap1g6", 70_307_840),
    ("ap1g6a", 84_623_360),
    ("ap1g6b", 84_623_360),
    ("ap1g7", 76_728_320),
    ("ap1g8", 70_512_640),
    ("ap3g3", 59_156_480),
];
/// The controller's image of the same bundle.
const CONTROLLER: (&str, u64) = ("C9800-AP-iosxe-wlc.bin", 301_257_756);

/// An image set.
#[derive(Clone, Debug)]
pub(super) struct Set {
    pub(super) name: Noted<String>,
    pub(super) ap: Noted<String>,
    pub(super) controller: Option<Noted<String>>,
    files: Vec<(String, u64)>,
    files_note: String,
    /// The files that the listing lacks and the network needs.
    added: Vec<(String, u64)>,
}

/// The image sets.
#[derive(Clone, Debug)]
pub(super) struct Sets {
    pub(super) sets: Vec<Set>,
    /// The name of the one that the controller runs.
    pub(super) running: String,
}

impl Sets {
    /// Finds the releases in everything that was read. `own` is the image type of the controller, `path` the directory that its profile names.
    pub(super) fn of(network: &Network, notes: &Notes, own: &str, path: Option<(&str, String)>) -> Self {
        let mut names: BTreeMap<String, Noted<String>> = BTreeMap::new();
        let mut order: Vec<String> = Vec::new();
        let mut add = |name: String, note: String| {
            if !names.contains_key(&name) {
                order.push(name.clone());
                names.insert(name.clone(), Noted::new(name, note));
            }
        };
        let controller = &network.controller;
        let active = controller.installed.iter().find(|release| matches!(release.state, 'C' | 'U'));
        let stated = active.map(|release| &release.version).or(controller.release.as_ref());
        let stated =
            stated.and_then(|found| Some((releases::of_controller(&found.value)?, notes.at(found.at))));
        let running = stated.unwrap_or_else(|| assumed_running(network, notes));
        add(running.0.clone(), format!("the release that runs, {}", running.1));
        for listed in &network.listed {
            if let Some(release) = &listed.release {
                add(release.clone(), notes.at(listed.at));
            }
        }
        for release in controller.installed.iter().filter(|release| release.state == 'I') {
            if let Some(name) = releases::of_controller(&release.version.value) {
                add(name, notes.at(release.version.at));
            }
        }
        if let Some((path, note)) = path
            && let Some(name) = releases::in_path(path)
        {
            add(name, note);
        }
        // A listing without a release in its path belongs to the last release that has no listing.
        let unnamed = network.listed.iter().find(|listed| listed.release.is_none());
        let listed =
            |name: &str| network.listed.iter().find(|listed| listed.release.as_deref() == Some(name));
        let without = order.iter().rfind(|name| listed(name).is_none()).cloned();
        let sets = order.iter().map(|name| {
            let listed = listed(name).or(unnamed.filter(|_| without.as_ref() == Some(name)));
            set(network, notes, &names[name], listed, own)
        });
        Self { sets: sets.collect(), running: running.0 }
    }

    pub(super) fn running(&self) -> &Set {
        self.sets.iter().find(|set| set.name.value == self.running).expect("it is the first that was added")
    }

    /// Returns true if the release that runs has this file, in this size.
    pub(super) fn runs_file(&self, name: &str, size: u64) -> bool {
        self.running().files.iter().any(|file| file.0 == name && file.1 == size)
    }

    /// Returns the set that a directory holds: the one in its path, or the last one that does not run, or the one that runs.
    pub(super) fn at_path(&self, path: &str) -> Noted<String> {
        if let Some(name) =
            releases::in_path(path).filter(|name| self.sets.iter().any(|set| set.name.value == *name))
        {
            return Noted::new(name, "");
        }
        let other = self.sets.iter().rfind(|set| set.name.value != self.running);
        Noted::hole(other.unwrap_or(self.running()).name.value.clone(), "the release in this directory")
    }

    /// Returns a version as the lab writes it: by the name of the set that has it.
    pub(super) fn version(&self, version: Version) -> String {
        let version = version.to_string();
        let set = self.sets.iter().find(|set| set.ap.value == version);
        set.map_or(version, |set| set.name.value.clone())
    }

    pub(super) fn write(&self, yaml: &mut Yaml) {
        yaml.line(0, "images:", "");
        for set in &self.sets {
            yaml.line(2, &format!("{}:", scalar(&set.name.value)), &set.name.note);
            yaml.key(4, "ap", &set.ap);
            if let Some(controller) = &set.controller {
                yaml.key(4, "controller", controller);
            }
            yaml.line(4, "files:", &set.files_note);
            for (name, size) in &set.files {
                yaml.line(6, &format!("{}: {size}", scalar(name)), "");
            }
            for (name, size) in &set.added {
                yaml.line(
                    6,
                    &format!("{}: {size}", scalar(name)),
                    "hole: the listing has no image for this type, which the controller runs",
                );
            }
        }
    }
}

/// Returns the release that most access points run, if the controller does not say its own.
fn assumed_running(network: &Network, notes: &Notes) -> (String, String) {
    let mut count: BTreeMap<Version, usize> = BTreeMap::new();
    for running in network.access_points.iter().filter_map(|access_point| access_point.running()) {
        *count.entry(running.value).or_default() += 1;
    }
    if let Some((version, _)) = count.iter().max_by_key(|(_, count)| **count) {
        let listed = network.listed.iter().filter_map(|listed| listed.release.as_ref());
        let name = listed.into_iter().find(|name| releases::fits(name, *version)).cloned();
        let numbers: Vec<String> = version.numbers().iter().take(3).map(u32::to_string).collect();
        return (
            name.unwrap_or_else(|| numbers.join(".")),
            "hole: that of the access points, as the controller's is not known".to_owned(),
        );
    }
    match network.listed.iter().find_map(|listed| Some((listed.release.clone()?, notes.at(listed.at)))) {
        Some((name, at)) => (name, format!("hole: that of {at}, as no output says which one runs")),
        None => ("17.9.4a".to_owned(), "hole: no output says which release runs".to_owned()),
    }
}

fn set(network: &Network, notes: &Notes, name: &Noted<String>, listed: Option<&Listed>, own: &str) -> Set {
    let release = &name.value;
    let versions = network.access_points.iter().flat_map(|access_point| {
        [access_point.running(), access_point.predownload.as_ref(), access_point.backup.as_ref()]
    });
    let seen = versions.flatten().find(|found| releases::fits(release, found.value));
    let ap = match seen {
        Some(found) => Noted::new(found.value.to_string(), notes.at(found.at)),
        None => match releases::known_ap_version(release) {
            Some(version) => Noted::hole(version.to_string(), "no output says it; a source has it"),
            None => Noted::hole(
                releases::assumed(release).to_string(),
                "the version of the access points' images, in version.info",
            ),
        },
    };
    let installed = network.controller.installed.iter().map(|release| &release.version);
    let stated = installed
        .filter(|version| releases::of_controller(&version.value).as_ref() == Some(release))
        .map(|version| Noted::new(version.value.clone(), notes.at(version.at)))
        .next();
    let (files, files_note) = match listed {
        Some(listed) => (listed.files.clone(), notes.at(listed.at)),
        None => {
            let note = "hole: no listing of this release: `ls -l` where it was unpacked; these are the sizes of 17.9.4a";
            (assumed_files(network, own), note.to_owned())
        }
    };
    let lacks_own = !files.iter().any(|(file, _)| file == own);
    let added = if lacks_own { vec![(own.to_owned(), size_of(own))] } else { Vec::new() };
    Set { name: name.clone(), ap, controller: stated, files, files_note, added }
}

/// Returns the files that a release has for certain, as far as this network needs them.
fn assumed_files(network: &Network, own: &str) -> Vec<(String, u64)> {
    let catalogue = Catalogue::builtin();
    let needed = network.access_points.iter().filter_map(|access_point| access_point.model.as_ref());
    let needed: Vec<&str> = needed
        .filter_map(|model| Some(catalogue.model(&model.value)?.image_type.as_str()))
        .chain([own])
        .collect();
    let files = SIZES.iter().filter(|(name, _)| needed.contains(name)).chain([&CONTROLLER]);
    files.map(|(name, size)| ((*name).to_owned(), *size)).collect()
}

fn size_of(image: &str) -> u64 {
    SIZES.iter().find(|(name, _)| *name == image).map_or(SIZES[3].1, |(_, size)| *size)
}
