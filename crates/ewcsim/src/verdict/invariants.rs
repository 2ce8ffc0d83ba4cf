//! Invariants: conditions that must hold in every run, regardless of the scenario's expectations.

use std::collections::BTreeMap;
use std::time::Duration;

use ap::{ApEvent, Download, FlashHandle, Partition, State, Status};
use command_line::Fields;
use ewc::{ControllerEvent, UpgradeState};
use image::{Info, Version};
use scenario::{Invariant, Scenario};
use text::MacAddress;

use crate::world::{Entry, Event, World, WorldEvent, before_power};

/// A violation of an invariant.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    /// The time since the start of the run; in JSON as seconds.
    #[serde(rename = "at_s", serialize_with = "as_seconds")]
    pub at: Duration,
    /// The host.
    pub host: String,
    /// The invariant.
    pub invariant: &'static str,
    /// The actual state.
    pub actual: String,
}

fn as_seconds<S: serde::Serializer>(at: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(at.as_secs_f64())
}

const SIGNED: &str = Invariant::Signed.word();
const OWN_TYPE: &str = Invariant::OwnType.word();
const BOOTABLE: &str = Invariant::Bootable.word();
const SOUND: &str = Invariant::Sound.word();
const INACTIVE: &str = Invariant::Inactive.word();
const COMPLETE: &str = Invariant::Complete.word();
const AS_SERVED: &str = Invariant::AsServed.word();
const COUNTERS: &str = Invariant::Counters.word();
const IN_SERVICE: &str = Invariant::InService.word();
const ACTIVATED: &str = Invariant::Activated.word();

/// The checker of the invariants of a running world.
#[derive(Debug)]
pub(super) struct Watch {
    /// The access point of each host, by index into the record's hosts.
    access_points: Vec<Option<usize>>,
    watched: Vec<Watched>,
    /// The controller of each host.
    controllers: Vec<Option<usize>>,
    releases: Vec<Releases>,
    seen: usize,
    violations: Vec<Violation>,
    waived: Vec<Violation>,
}

/// The violations found in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Findings {
    /// Violations by a device.
    pub violations: Vec<Violation>,
    /// Violations by the scenario itself, through damage that no device can undo.
    pub waived: Vec<Violation>,
}

/// The software of one controller.
#[derive(Debug)]
struct Releases {
    name: String,
    /// The releases that it has stored, with the version of access points that each requires.
    stored: BTreeMap<String, Version>,
    /// The version to which access points swap while an activation is under way.
    target: Option<Version>,
}

/// One access point.
#[derive(Debug)]
struct Watched {
    name: String,
    mac: MacAddress,
    /// Its controller, by index.
    controller: usize,
    image_type: String,
    status: Status,
    /// True while its session has a data channel.
    data_channel: bool,
    /// True once it was reported that no partition boots.
    reported: bool,
    /// The time when the scenario last damaged each partition.
    damaged: [Option<Duration>; 2],
    /// The quirk that damaged a partition, if it was not the scenario.
    damaged_by: Option<String>,
    /// The quirk that lets the last requested image be written although it did not verify.
    unverified_by: Option<String>,
    /// True once it was reported that it repeats a boot.
    repeats: bool,
}

impl Watch {
    /// Creates a watch over the access points of `scenario`.
    pub(super) fn new(scenario: &Scenario) -> Self {
        let access_points = scenario.hosts().map(|host| {
            scenario.access_points.iter().position(|access_point| access_point.name == host.name)
        });
        let watched = scenario.access_points.iter().map(|access_point| Watched {
            name: access_point.name.clone(),
            mac: access_point.mac,
            controller: access_point.controller,
            image_type: access_point.image_type.clone(),
            status: before_power(access_point),
            data_channel: false,
            reported: false,
            damaged: [None; 2],
            damaged_by: None,
            unverified_by: None,
            repeats: false,
        });
        let controllers = scenario
            .hosts()
            .map(|host| scenario.controllers.iter().position(|controller| controller.name == host.name));
        let releases = scenario.controllers.iter().map(|controller| {
            let running = scenario.images.get(&controller.running);
            Releases {
                name: controller.name.clone(),
                stored: running.map(|set| (set.controller_version(), set.ap)).into_iter().collect(),
                target: None,
            }
        });
        Self {
            controllers: controllers.collect(),
            releases: releases.collect(),
            access_points: access_points.collect(),
            watched: watched.collect(),
            seen: 0,
            violations: Vec::new(),
            waived: Vec::new(),
        }
    }

    /// Checks the events since the last call. Call it often: flash is checked in its state at the time of the call.
    pub(super) fn look(&mut self, world: &World) {
        let entries = world.record().entries();
        // Flash is in its current state: all damage must be known before it is checked.
        for entry in &entries[self.seen..] {
            if let (Some(index), Event::World(WorldEvent::FlashDamaged { partition, quirk, .. })) =
                (self.access_point(entry), &entry.event)
            {
                self.watched[index].damaged_by.clone_from(quirk);
                self.watched[index].damaged[*partition as usize] = Some(entry.at);
            }
        }
        for entry in &entries[self.seen..] {
            if let (Some(index), Event::AccessPoint(event)) = (self.access_point(entry), &entry.event) {
                self.note(world, entry, index, event);
            }
            let controller = entry.host.and_then(|host| self.controllers[host]);
            if let (Some(index), Event::Controller(event)) = (controller, &entry.event) {
                self.note_release(world, entry.at, index, event);
            }
        }
        self.seen = entries.len();
    }

    /// Checks the end of the run, and returns the findings.
    pub(super) fn finish(mut self, world: &World) -> Findings {
        self.look(world);
        for index in 0..self.watched.len() {
            self.bootable(world, world.now(), index);
        }
        for (host, output) in world.show_all("show ap image") {
            let state = world.controllers().find(|state| state.name == host);
            let state = state.expect("only controllers have the command");
            if let Err(actual) = counters_equal_rows(&output.fields, &state) {
                self.violations.push(Violation { at: world.now(), host, invariant: COUNTERS, actual });
            }
        }
        Findings { violations: self.violations, waived: self.waived }
    }

    fn note(&mut self, world: &World, entry: &Entry, index: usize, event: &ApEvent) {
        let at = entry.at;
        let Status { active, download, .. } = self.watched[index].status;
        self.watched[index].status.apply(at, event);
        match event {
            ApEvent::Booted { partition, version } => self.booted(world, at, index, *partition, *version),
            ApEvent::BootFailed => self.boot_failed(world, at, index),
            ApEvent::StateChanged { state: State::Join } | ApEvent::DataChannelLost { .. } => {
                self.watched[index].data_channel = false;
            }
            ApEvent::DataChannelOpened { .. } => self.watched[index].data_channel = true,
            ApEvent::StateChanged { state: State::Run } if !self.watched[index].data_channel => {
                self.violate(at, index, IN_SERVICE, "no keep-alive of this session came back".to_owned());
            }
            ApEvent::ImageDataRequestSent { .. } => self.watched[index].unverified_by = None,
            ApEvent::VerificationErrorIgnored { quirk, .. } => {
                self.watched[index].unverified_by = Some(quirk.clone());
            }
            ApEvent::BootRepeated { quirk, partition } => {
                let reported = std::mem::replace(&mut self.watched[index].repeats, true);
                if !reported && let Some(sound) = self.sound(world, index) {
                    let actual = format!("it boots {partition} again and again, although {sound} is sound");
                    self.waive(at, index, SOUND, &actual, quirk);
                }
            }
            ApEvent::Untarring { partition } => {
                if !download.is_some_and(|download| download.verified) {
                    let actual = format!("{partition} is written");
                    match self.watched[index].unverified_by.clone() {
                        Some(quirk) => self.waive(at, index, COMPLETE, &actual, &quirk),
                        None => self.violate(at, index, COMPLETE, actual),
                    }
                }
                if active == Some(*partition) {
                    self.violate(at, index, INACTIVE, format!("{partition} is written while it is active"));
                }
                self.bootable(world, at, index);
            }
            ApEvent::Activated { partition } => {
                self.bootable(world, at, index);
                let written = |download: Download| download.verified && download.written == Some(*partition);
                if download.is_some_and(written) {
                    self.stored_as_served(world, at, index, *partition);
                }
            }
            ApEvent::SwapStarted { partition } => {
                let target = self.releases[self.watched[index].controller].target;
                if let Some(target) = target
                    && !self.holds(world, index, *partition, target)
                {
                    self.violate(at, index, ACTIVATED, format!("{partition} does not hold {target}"));
                }
            }
            ApEvent::PredownloadComplete { partition, .. } => {
                self.bootable(world, at, index);
                self.stored_as_served(world, at, index, *partition);
            }
            _ => {}
        }
    }

    /// Checks that a release is activated only once it is stored, and the controller's own access point has it too.
    fn note_release(&mut self, world: &World, at: Duration, index: usize, event: &ControllerEvent) {
        let releases = &mut self.releases[index];
        match event {
            ControllerEvent::ReleaseAdded { version, ap } => _ = releases.stored.insert(version.clone(), *ap),
            ControllerEvent::ActivationStarted { version, .. } => {
                releases.target = releases.stored.get(version).copied();
                let (target, host) = (releases.target, releases.name.clone());
                let own = world.controllers().nth(index).map(|controller| controller.own_access_point);
                let own = own.and_then(|own| self.watched.iter().position(|watched| watched.mac == own));
                match (target, own) {
                    (None, _) => {
                        let actual = format!("{version} is activated and was not stored");
                        self.violations.push(Violation { at, host, invariant: ACTIVATED, actual });
                    }
                    (Some(target), Some(own)) => {
                        let holds =
                            Partition::BOTH.map(|partition| self.holds(world, own, partition, target));
                        if !holds.contains(&true) {
                            let actual = format!("{version} is activated, and no partition holds {target}");
                            self.violate(at, own, ACTIVATED, actual);
                        }
                    }
                    (Some(_), None) => {}
                }
            }
            ControllerEvent::UpgradeStateChanged {
                state: UpgradeState::Activated | UpgradeState::ActivationFailed,
            }
            | ControllerEvent::Reloading
            | ControllerEvent::Started { .. } => releases.target = None,
            _ => {}
        }
    }

    /// Returns true if this partition holds an image of this version that verifies.
    fn holds(&self, world: &World, index: usize, partition: Partition, version: Version) -> bool {
        let stored = self.flash(world, index).borrow().verify(partition);
        stored.is_ok_and(|info| info.version == version && info.image_type == self.watched[index].image_type)
    }

    fn bootable(&mut self, world: &World, at: Duration, index: usize) {
        if self.sound(world, index).is_none() && !std::mem::replace(&mut self.watched[index].reported, true) {
            let actual = describe_partitions(self.flash(world, index));
            let damaged = self.watched[index].damaged;
            let damaged = Partition::BOTH.iter().filter(|&&partition| damaged[partition as usize].is_some());
            let damaged: Vec<String> = damaged.map(ToString::to_string).collect();
            if damaged.is_empty() {
                self.violate(at, index, BOOTABLE, actual);
            } else {
                let host = self.watched[index].name.clone();
                let who = self.watched[index].damaged_by.as_deref().unwrap_or("the scenario");
                let actual = format!("{actual}; {who} damaged {}", damaged.join(" and "));
                self.waived.push(Violation { at, host, invariant: BOOTABLE, actual });
            }
        }
    }

    fn access_point(&self, entry: &Entry) -> Option<usize> {
        entry.host.and_then(|host| self.access_points[host])
    }

    fn flash<'a>(&self, world: &'a World, index: usize) -> &'a FlashHandle {
        world.flash(&self.watched[index].name).expect("an access point has flash")
    }

    /// Returns a partition that would boot.
    fn sound(&self, world: &World, index: usize) -> Option<Partition> {
        let flash = self.flash(world, index).borrow();
        let sound = |partition: &Partition| {
            flash.verify(*partition).is_ok_and(|info| info.image_type == self.watched[index].image_type)
        };
        Partition::BOTH.into_iter().find(sound)
    }

    fn boot_failed(&mut self, world: &World, at: Duration, index: usize) {
        match self.sound(world, index) {
            Some(partition) => {
                self.violate(at, index, SOUND, format!("it does not boot, although {partition} is sound"));
            }
            None => self.bootable(world, at, index),
        }
    }

    fn booted(&mut self, world: &World, at: Duration, index: usize, partition: Partition, version: Version) {
        let flash = self.flash(world, index).borrow();
        if flash.active() != Some(partition) {
            // It has moved on since.
            return;
        }
        let damaged = self.watched[index].damaged[partition as usize];
        match flash.verify(partition) {
            // It was damaged after it had booted.
            Err(_) if damaged.is_some_and(|damaged| damaged >= at) => {}
            Err(error) => {
                self.violate(at, index, SIGNED, format!("{partition} with {version} booted: {error}"));
            }
            Ok(info) if info.image_type != self.watched[index].image_type => {
                self.violate(at, index, OWN_TYPE, format!("{} booted", info.image_type));
            }
            Ok(_) => {}
        }
    }

    fn stored_as_served(&mut self, world: &World, at: Duration, index: usize, partition: Partition) {
        let stored = self.flash(world, index).borrow().verify(partition);
        let Ok(stored) = stored else { return };
        let served = world.images();
        let equal = served
            .iter()
            .filter(|(name, _)| *name == self.watched[index].image_type)
            .any(|(_, content)| image::inspect(content).is_ok_and(|info| same_members(&info, &stored)));
        if !equal {
            let actual = format!("{partition} holds a different {} {}", stored.image_type, stored.version);
            self.violate(at, index, AS_SERVED, actual);
        }
    }

    /// Records a violation that a quirk causes by its nature, with the quirk.
    fn waive(&mut self, at: Duration, index: usize, invariant: &'static str, actual: &str, quirk: &str) {
        let host = self.watched[index].name.clone();
        let actual = format!("{actual}; this is {quirk}");
        self.waived.push(Violation { at, host, invariant, actual });
    }

    fn violate(&mut self, at: Duration, index: usize, invariant: &'static str, actual: String) {
        let host = self.watched[index].name.clone();
        self.violations.push(Violation { at, host, invariant, actual });
    }
}

/// Describes each partition.
fn describe_partitions(flash: &FlashHandle) -> String {
    let flash = flash.borrow();
    let describe = |partition: Partition| match flash.verify(partition) {
        Ok(info) => format!("{partition} holds {} {}", info.image_type, info.version),
        Err(error) => format!("{partition}: {error}"),
    };
    let [first, second] = Partition::BOTH.map(describe);
    format!("does not boot: both partitions are bad ({first}; {second})")
}

fn same_members(a: &Info, b: &Info) -> bool {
    a.members.len() == b.members.len()
        && a.members.iter().zip(&b.members).all(|(a, b)| {
            // Bytes in the same storage are equal.
            let same = a.content.same_storage(&b.content) && a.content.len() == b.content.len();
            a.name == b.name && (same || a.content.sha256() == b.content.sha256())
        })
}

/// Compares the counters of `show ap image` with its rows, and with the sessions where no row shows what they count.
fn counters_equal_rows(shown: &Fields, state: &ewc::Snapshot) -> Result<(), String> {
    let with_status = |status: &str| {
        let has = |row: &&Vec<String>| shown.cell(row, "Predownload Status") == Some(status);
        shown.rows.iter().filter(has).count()
    };
    let pairs = [
        ("Total number of APs", shown.rows.len()),
        ("Completed predownloading", with_status("Complete")),
        // The rows of lost sessions are gone.
        ("Failed to Predownload", with_status("Failed") + state.predownload.lost),
        ("Initiated", with_status("Initiated")),
        ("Predownloading", with_status("Predownloading")),
        ("Not Supported", with_status("Not Supported")),
        ("Downloading", state.aps.iter().filter(|ap| ap.state == ewc::ApState::ImageData).count()),
    ];
    let waits = |row: &Vec<String>| shown.cell(row, "Next Retry Time").is_some_and(|time| time != "N/A");
    let is_busy =
        with_status("Initiated") + with_status("Predownloading") > 0 || shown.rows.iter().any(waits);
    let in_progress = shown.line("Predownload in progress");
    if in_progress != Some(if is_busy { "Yes" } else { "No" }) {
        return Err(format!("`Predownload in progress` shows {in_progress:?}, the rows say {is_busy}"));
    }
    for (label, counted) in pairs {
        let counter = shown.line(label).and_then(|number| number.parse::<usize>().ok());
        if counter != Some(counted) {
            return Err(format!("`{label}` shows {counter:?}, the rows show {counted}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
