//! The scenario's devices on the simulated network, and what the timeline does to them.

mod devices;
mod flash;
mod logs;
mod milestones;
mod network;
mod pattern;
mod prepare;
mod record;
mod samples;
mod sampling;
mod server;
mod shown_fields;
mod stranger;
mod timeline;
mod triggers;
pub mod vocabulary;

use std::cell::{Cell, Ref, RefCell};
use std::fmt;
use std::io;
use std::rc::{Rc, Weak};
use std::time::Duration;

use host::Shown;
use image::Pool;
use scenario::{HostKind, Scenario, Trigger};
use simnet::{Builder, Capture, HostId, Planner, Simnet, Stats};

use self::devices::Devices;
pub(crate) use self::devices::hardware;
pub(crate) use self::logs::server_line;
pub use self::logs::{Line, Logs};
pub(crate) use self::milestones::milestone_of;
pub use self::milestones::{Milestone, milestones};
use self::network::Network;
pub use self::pattern::matches;
pub(crate) use self::pattern::{field, is_measured_by_host, knows_both};
pub use self::prepare::{Loaded, Prepared, load, load_any, load_with};
pub use self::record::{Entry, Event, Record, WorldEvent};
pub(crate) use self::samples::{Sample, Sampled, Samples};
pub(crate) use self::server::{StartError, listening};
use self::triggers::Triggers;
pub use self::triggers::Untriggered;
use crate::clock::WallClock;
use crate::images::ImageStore;

/// A scenario that runs. Dropping it ends it.
pub struct World {
    net: Simnet,
    inner: Rc<Inner>,
}

/// What planned actions and devices share.
struct Inner {
    scenario: Scenario,
    record: Record,
    network: Network,
    images: ImageStore,
    devices: Devices,
    planner: Planner,
    samples: RefCell<Samples>,
    triggers: Triggers,
    /// Itself, for what is planned.
    this: Weak<Inner>,
    /// By index into the record's hosts.
    powered: Vec<Cell<bool>>,
}

impl World {
    /// Builds the world of `prepared`. Hosts have power as the timeline says.
    ///
    /// # Errors
    /// A catalogue fact that the devices need is missing or of another kind.
    pub fn build(prepared: &Prepared, capture: Option<Capture>) -> Result<Self, catalogue::FactError> {
        let scenario = &prepared.scenario;
        let mut builder = Builder::new(scenario.seed);
        let network = Network::build(scenario, &mut builder);
        if let Some(capture) = capture {
            builder.capture(capture);
        }
        let net = builder.build();
        let record = Record::new(scenario.hosts().map(|host| host.name.to_owned()).collect());
        let pool = Pool::new();
        let images = ImageStore::new(scenario.images.clone(), pool.clone());
        let devices = Devices::new(prepared, &images, &pool)?;
        let powered = record.hosts().iter().map(|_| Cell::new(false)).collect();
        let planner = net.planner();
        let scenario = scenario.clone();
        let samples = RefCell::default();
        let triggers = Triggers::new(&scenario.timeline);
        let inner = Rc::new_cyclic(|this| Inner {
            scenario,
            record,
            network,
            images,
            devices,
            planner,
            samples,
            triggers,
            this: Weak::clone(this),
            powered,
        });
        for host in inner.scenario.hosts() {
            net.power_off(inner.network.host(host.name));
        }
        for name in &inner.scenario.powered {
            inner.power_on(&net, name, Start::Warm);
        }
        for (index, access_point) in inner.scenario.access_points.iter().enumerate() {
            flash::apply_quirks(&inner, index);
            if let Some(fault) = &access_point.flash.bad_block {
                flash::apply(&inner, &access_point.name, fault);
            }
        }
        let timeline = inner.scenario.timeline.iter().enumerate();
        let mut timeline: Vec<(Duration, usize)> =
            timeline.filter_map(|(index, event)| Some((event.at()?, index))).collect();
        timeline.sort_unstable();
        for (at, index) in timeline {
            let inner = Rc::clone(&inner);
            net.at(at, move |net| timeline::happen(&inner, net, index, 1));
        }
        sampling::plan(&inner, &net);
        Ok(Self { net, inner })
    }

    /// What was kept for expectations so far.
    pub(crate) fn samples(&self) -> Ref<'_, Samples> {
        self.inner.samples.borrow()
    }

    /// Keeps what expectations want to see of the end of the run.
    pub(crate) fn sample_at_end(&self) {
        sampling::at_end(&self.inner, &self.net);
    }

    /// Runs up to and including `end`, since the start.
    pub fn run_until(&self, end: Duration) {
        self.net.run_until(end);
    }

    /// Time since the start.
    pub fn now(&self) -> Duration {
        self.net.now()
    }

    /// Entries of the timeline that have not happened, as what they wait for has not.
    pub fn untriggered(&self) -> Vec<Untriggered> {
        self.inner.triggers.untriggered(&self.inner.scenario.timeline)
    }

    /// What happened so far.
    pub fn record(&self) -> &Record {
        &self.inner.record
    }

    /// Packets and polls so far.
    pub fn stats(&self) -> Stats {
        self.net.stats()
    }

    /// What a `show` command prints now on the host called `name`; none if the host has no such command.
    pub fn show(&self, name: &str, command: &str) -> Option<String> {
        self.inner.show(name, command, self.now())
    }

    /// The access point with this index in the scenario, as it is now.
    pub fn access_point(&self, index: usize) -> ap::StateSnapshot {
        self.inner.devices.access_points[index].status.snapshot(self.now())
    }

    /// The flash of the access point with this index in the scenario.
    pub fn flash(&self, index: usize) -> &ap::FlashHandle {
        &self.inner.devices.access_points[index].flash
    }

    /// The controller, as it is now.
    pub fn controller(&self) -> ewc::Snapshot {
        self.inner.devices.controller().snapshot()
    }

    /// Every image file whose bytes were needed so far: name and content.
    pub fn images(&self) -> Vec<(String, image::Content)> {
        self.inner.images.made()
    }

    /// Image files on disk that could not be read, with the reason.
    pub fn unreadable(&self) -> Vec<String> {
        self.inner.images.unreadable()
    }

    /// Bytes of distinct image content in memory.
    pub fn stored_bytes(&self) -> u64 {
        self.inner.devices.pool.stored_bytes()
    }

    /// Ends the capture.
    ///
    /// # Errors
    /// The first error met while writing it.
    pub fn finish_capture(&self) -> io::Result<()> {
        self.net.finish_capture()
    }
}

impl Inner {
    fn index(&self, name: &str) -> usize {
        self.record.host(name).expect("the scenario's names are checked")
    }

    fn note(&self, name: &str, event: WorldEvent) {
        self.push(self.index(name), Event::World(event));
    }

    /// Records an event, and lets happen what has waited for it.
    fn push(&self, host: usize, event: Event) {
        self.record.push(self.planner.now(), host, event);
        self.look_at(None);
    }

    /// Lets happen what has waited for the entry with this index of the record, or for the last one.
    fn look_at(&self, index: Option<usize>) {
        if self.triggers.is_idle() {
            return;
        }
        let entries = self.record.entries();
        let Some(entry) = entries.get(index.unwrap_or(entries.len().saturating_sub(1))) else { return };
        for index in self.triggers.note(&self.scenario.timeline, entry, &self.record) {
            let Trigger::After(after) = &self.scenario.timeline[index].trigger else { continue };
            let this = Weak::clone(&self.this);
            self.planner.at(self.planner.now() + after.delay, move |net| {
                if let Some(inner) = this.upgrade() {
                    timeline::happen(&inner, net, index, 1);
                }
            });
        }
    }

    /// Restarts an access point or the controller in order.
    fn reload(self: &Rc<Self>, net: &Simnet, name: &str) {
        match self.scenario.host(name).map(|host| host.kind) {
            Some(HostKind::Controller(_)) => self.exec(net, name, "reload"),
            Some(HostKind::AccessPoint(index)) if self.powered[self.index(name)].get() => {
                let typed = WorldEvent::Typed { command: "reload".to_owned(), output: None };
                self.note(name, typed);
                self.devices.access_points[index].console.reload();
            }
            _ => {}
        }
    }

    fn power_on(self: &Rc<Self>, net: &Simnet, name: &str, start: Start) {
        if self.powered[self.index(name)].replace(true) {
            return;
        }
        net.power_on(self.network.host(name));
        self.note(name, WorldEvent::PowerOn);
        self.start(net, name, start);
    }

    fn power_off(&self, net: &Simnet, name: &str) {
        if !self.powered[self.index(name)].replace(false) {
            return;
        }
        net.power_off(self.network.host(name));
        if let Some(HostKind::AccessPoint(index)) = self.scenario.host(name).map(|host| host.kind) {
            let host = net.host(self.network.host(name));
            self.devices.cut_power(index, &host);
        }
        self.note(name, WorldEvent::PowerOff);
    }

    /// Types a command at the controller; nobody answers while it has no power.
    fn exec(self: &Rc<Self>, net: &Simnet, name: &str, command: &str) {
        let before = self.record.entries().len();
        let powered = self.powered[self.index(name)].get();
        let answer = powered.then(|| self.devices.controller().exec(net.now(), command));
        let reloads = answer.as_ref().is_some_and(|answer| answer.reloads);
        let command = text::secrets::starred(command);
        let typed = WorldEvent::Typed { command, output: answer.map(|answer| answer.text) };
        // What it has caused comes after it.
        self.record.insert(before, net.now(), self.index(name), Event::World(typed));
        self.look_at(Some(before));
        if reloads {
            net.stop(self.id(name));
            self.start(net, name, Start::Cold);
        }
    }

    /// Starts what runs on a host.
    fn start(self: &Rc<Self>, net: &Simnet, name: &str, start: Start) {
        let host = net.host(self.id(name));
        let kind = self.scenario.host(name).expect("the scenario's names are checked").kind;
        self.devices.start(kind, &host, &self.recorder(name), start);
    }

    fn id(&self, name: &str) -> HostId {
        self.network.host(name)
    }

    fn show(&self, name: &str, command: &str, now: Duration) -> Option<String> {
        match self.scenario.host(name)?.kind {
            HostKind::Controller(_) => self.devices.controller().show(command),
            HostKind::AccessPoint(index) => {
                let snapshot = self.devices.access_points[index].status.snapshot(now);
                let clock = WallClock::new(self.scenario.start);
                ap::show(&snapshot, command, |at| clock.date(at))
            }
            HostKind::Server(_) | HostKind::Stranger(_) => None,
        }
    }

    /// What the same command shows, by field.
    fn shown(&self, name: &str, command: &str, now: Duration) -> Option<Shown> {
        if !self.powered[self.index(name)].get() {
            return None;
        }
        match self.scenario.host(name)?.kind {
            HostKind::Controller(_) => ewc::show::fields(&self.devices.controller().snapshot(), command),
            HostKind::AccessPoint(index) => {
                let snapshot = self.devices.access_points[index].status.snapshot(now);
                let clock = WallClock::new(self.scenario.start);
                ap::show_fields(&snapshot, command, |at| clock.date(at))
            }
            HostKind::Server(_) | HostKind::Stranger(_) => None,
        }
    }

    /// Records events of the host called `name` at the time they happen.
    fn recorder(&self, name: &str) -> Recorder {
        Recorder { inner: Weak::clone(&self.this), host: self.index(name) }
    }
}

/// How a device starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// It has run for long when the scenario begins.
    Warm,
    /// It boots first.
    Cold,
}

/// Where the events of one host go.
#[derive(Clone)]
pub(crate) struct Recorder {
    inner: Weak<Inner>,
    host: usize,
}

impl Recorder {
    pub(crate) fn push(&self, event: Event) {
        if let Some(inner) = self.inner.upgrade() {
            inner.push(self.host, event);
        }
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("net", &self.net).finish_non_exhaustive()
    }
}
