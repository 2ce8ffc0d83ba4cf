//! An access point.

use std::time::Duration;

use ap::{ControllerImages, Dialect, FactoryImages, Flash, FlashHandle, Partition};
use catalogue::{Effect, FactError, Hardware};
use command_line::Output;
use engine::AnyHost;
use host::{Host, Sink};
use image::{ControllerImage, Version};
use scenario::{ApType, Diagnostic, Exec, FlashFault, Scenario};

use super::{
    Blueprint, Device, Kind, Start, Supplies, Typed, controller, flash, quirk_ids, sink_of, terminal,
};
use crate::address::ipv4;
use crate::clock::WallClock;
use crate::world::certificates;
use crate::world::logs::Printed;
use crate::world::record::{Event, WorldEvent};

pub(super) static KIND: Kind = Kind {
    noun: "an access point",
    title: "Access points",
    events: ap::ApEvent::KINDS,
    common_fields: &[],
    // Access points of an EWC network open no TCP connections, and every host that does makes each pass slower.
    speaks_tcp: false,
    commands: || ap::show_commands().collect(),
    show: ap::show_labels,
    refuses: |line| ap::COMMANDS.read(line).err(),
};

/// An access point of a scenario.
#[derive(Debug)]
pub(super) struct AccessPoint {
    /// The index into [`Scenario::access_points`].
    index: usize,
    console: Dialect,
    clock: WallClock,
}

impl AccessPoint {
    pub(super) fn read(scenario: &Scenario, index: usize) -> Self {
        Self { index, console: scenario.access_points[index].console, clock: WallClock::new(scenario.start) }
    }
}

impl Blueprint for AccessPoint {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn build(&self, supplies: &Supplies<'_>) -> Result<Box<dyn Device>, FactError> {
        let scenario = supplies.scenario;
        let setup = &scenario.access_points[self.index];
        let settings = ap::Settings {
            image_data_layout: controller::layout(scenario),
            ..ap::Settings::from_catalogue(&scenario.catalogue)?
        };
        let config = scenario.controllers[setup.controller].config.as_ref();
        let config = config.and_then(|config| ewc::ControllerConfig::parse(&config.text).ok());
        let capacities = [settings.part1_capacity, settings.part2_capacity];
        let access_point = ap::AccessPoint {
            name: setup.name.clone(),
            model: setup.model.clone(),
            image_type: setup.image_type.clone(),
            platform: setup.platform.clone(),
            hardware: setup.hardware.clone(),
            mac: setup.mac,
            serial: format!("EWCSIM{:05}", self.index),
            address: ipv4(setup.address),
            controller: ipv4(scenario.controller_address(setup)),
            dialect: setup.console,
            settings,
            quirks: scenario.catalogue.access_point_quirks(&hardware(setup)),
            clock: Duration::from_nanos(self.clock.epoch_ns()),
            certificates: certificates::of(setup, config.as_ref()),
            uptime: setup.uptime.unwrap_or_default(),
            flash: FlashHandle::new(factory_flash(setup, supplies.factory, capacities)),
            controller_images: controller_images(scenario, setup),
            pool: supplies.pool.clone(),
            console: ap::ConsoleHandle::new(),
            status: ap::StatusHandle::new(before_power(setup)),
        };
        let bad_block = setup.flash.bad_block.clone();
        let told = access_point.clone();
        supplies.uptimes.add(setup.mac, move |now| told.up_for(now));
        let (clock, factory, runs_controller) = (self.clock, setup.running, setup.runs_controller);
        Ok(Box::new(Running { access_point, clock, factory, bad_block, runs_controller }))
    }

    fn lines(&self, at: Duration, event: &Event) -> Vec<Printed> {
        let Event::AccessPoint(event) = event else { return Vec::new() };
        let lines = ap::lines(event, self.console);
        if lines.is_empty() {
            return Vec::new();
        }
        let time = self.clock.console(at);
        let printed = |line: &ap::Line| Printed { text: line.at(&time).to_string(), verified: line.verified };
        lines.iter().map(printed).collect()
    }

    fn is_unverified(&self, field: &str, value: &str) -> bool {
        ap::is_unverified(field, value)
    }

    fn check_command(&self, _scenario: &Scenario, exec: &Exec, found: &mut Vec<Diagnostic>) {
        terminal::check(&ap::COMMANDS, exec, found);
    }

    fn quirks(&self, scenario: &Scenario) -> Vec<String> {
        let setup = &scenario.access_points[self.index];
        let quirks = scenario.catalogue.access_point_quirks(&hardware(setup));
        let image = controller::version(scenario, setup.controller);
        quirk_ids(&quirks, setup.running, image.unwrap_or(Version::NONE))
    }
}

/// An access point that has been built.
struct Running {
    access_point: ap::AccessPoint,
    clock: WallClock,
    /// The version that it was delivered with.
    factory: Version,
    bad_block: Option<FlashFault>,
    runs_controller: bool,
}

impl Device for Running {
    fn start(&self, host: &AnyHost, start: Start, events: Sink<Event>) {
        let power = match start {
            // A controller that is in service from the start has booted with its access point.
            Start::Warm if self.runs_controller => ap::PowerUp::Booted,
            Start::Warm | Start::Cold => ap::PowerUp::Boots,
        };
        let events = sink_of(events, Event::AccessPoint);
        devices::start_access_point(host, self.access_point.clone(), power, events);
    }

    fn cut_power(&self, host: &AnyHost) {
        // Each cut has a random stream of its own, separate from that of the device.
        let purpose = format!("power cut at {:?}", host.now());
        self.access_point.flash.power_cut(host.now(), &mut host.entropy(&purpose));
        self.access_point.status.power_off();
    }

    fn wear(&self) -> Vec<WorldEvent> {
        let mut events = Vec::new();
        // A known defect can make flash unreadable before its first use.
        if let Some(quirk) = self.access_point.quirks.find(Effect::FactoryFlashBad, self.factory) {
            for partition in Partition::BOTH {
                self.access_point.flash.borrow_mut().set_bad_block(partition, 0);
                let what = "unreadable as delivered from the factory".to_owned();
                events.push(WorldEvent::FlashDamaged { partition, what, quirk: Some(quirk.id.clone()) });
            }
        }
        if let Some(fault) = &self.bad_block {
            events.extend(self.damage(fault));
        }
        events
    }

    fn damage(&self, fault: &FlashFault) -> Vec<WorldEvent> {
        flash::damage(&self.access_point.flash, fault)
    }

    fn show(&self, command: &str, now: Duration) -> Option<Output> {
        ap::show(&self.access_point, now, command, |at, before| self.clock.date(at, before))
    }

    fn exec(&self, command: &str, now: Duration, powered: bool) -> Option<Typed> {
        let typed = || ap::exec(&self.access_point, now, command, |at, before| self.clock.date(at, before));
        let output = if powered { typed() } else { None };
        // The device goes down on its own, in its own time.
        Some(Typed { output, reloads: false })
    }

    fn flash(&self) -> Option<&FlashHandle> {
        Some(&self.access_point.flash)
    }

    fn controller_images(&self) -> Option<&ControllerImages> {
        self.access_point.controller_images.as_ref()
    }

    fn serial(&self) -> String {
        self.access_point.serial.clone()
    }

    fn access_point(&self) -> Option<ap::Status> {
        Some(self.access_point.status.borrow().clone())
    }
}

/// Returns the controller images that it holds at the start, if it has a part in the redundancy of its controller: that of the image set whose
/// version it runs.
fn controller_images(scenario: &Scenario, setup: &scenario::AccessPoint) -> Option<ControllerImages> {
    if setup.ap_type != ApType::EwcAp {
        return None;
    }
    let is_other = |point: &scenario::AccessPoint| {
        point.controller == setup.controller && point.ap_type == ApType::EwcAp
    };
    if setup.runs_controller && !scenario.listed_access_points().any(is_other) {
        return None;
    }
    let active = scenario.images.get(&scenario.controllers[setup.controller].running);
    let mut sets = active.into_iter().chain(scenario.images.values());
    let set = sets.find(|set| set.ap == setup.running);
    let image = set.map(|set| ControllerImage { version: set.controller_version(), ap: set.ap });
    Some(ControllerImages::new(image))
}

/// Returns its flash at the start of the scenario.
fn factory_flash(setup: &scenario::AccessPoint, factory: &FactoryImages, capacities: [u64; 2]) -> Flash {
    let mut flash = Flash::factory(
        factory,
        &setup.image_type,
        setup.running,
        setup.backup,
        boot_partition(setup),
        capacities[0],
    );
    for (partition, capacity) in Partition::BOTH.into_iter().zip(capacities) {
        flash.set_partition_size(partition, setup.flash.partition.unwrap_or(capacity));
        flash.set_other_use(partition, setup.flash.used);
    }
    if let Some(size) = setup.flash.tmp {
        flash.set_tmp_size(size);
    }
    flash
}

/// Returns the status of an access point before it is first powered on.
pub(crate) fn before_power(setup: &scenario::AccessPoint) -> ap::Status {
    ap::Status::factory(setup.running, setup.backup, boot_partition(setup))
}

/// Returns the partition of `running`: part2, as in the field samples, unless the scenario says otherwise.
fn boot_partition(setup: &scenario::AccessPoint) -> Partition {
    if setup.flash.part1_active { Partition::Part1 } else { Partition::Part2 }
}

/// Returns the ids of the defects in force at an access point that come with its uptime.
pub(in crate::world) fn quirks_by_uptime(scenario: &Scenario, setup: &scenario::AccessPoint) -> Vec<String> {
    let quirks = scenario.catalogue.access_point_quirks(&hardware(setup));
    let by_uptime = quirks.at(setup.running).filter(|quirk| quirk.effect.depends_on_uptime());
    by_uptime.map(|quirk| quirk.id.clone()).collect()
}

/// Returns the properties of an access point that quirks depend on.
fn hardware(access_point: &scenario::AccessPoint) -> Hardware<'_> {
    Hardware {
        model: &access_point.model,
        image_type: &access_point.image_type,
        revision: access_point.hardware.as_deref(),
        made: access_point.made.as_deref(),
    }
}
