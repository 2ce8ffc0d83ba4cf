//! The scenario's devices on the simulated network, and the actions of the timeline on them.

mod boxes;
mod certificates;
mod device;
mod impossible;
mod live;
mod logs;
mod milestones;
mod names;
mod not_modelled;
mod pattern;
mod plan;
mod prepare;
mod record;
mod samples;
mod sampling;
mod server_event;
mod shown_fields;
mod timeline;
mod triggers;
pub mod vocabulary;

use std::cell::{Cell, Ref, RefCell};
use std::fmt;
use std::io;
use std::rc::{Rc, Weak};
use std::time::Duration;

use ap::FactoryImages;
use command_line::Output;
use engine::{Builder, Capture, Engine, EngineKind, Planner};
use host::Sink;
use image::Pool;
use network::{Drops, FcsErrors, HostId, PairFcsErrors, RuleDrops, Stats};
use scenario::{Scenario, Trigger};

use self::boxes::Boxes;
pub use self::device::Hosts;
pub(crate) use self::device::before_power;
use self::device::{Device, Start, Supplies, Typed};
pub(crate) use self::live::{Failed, Live, Place, Told};
pub use self::logs::{Line, Logs};
pub(crate) use self::milestones::milestone_of;
pub use self::milestones::{Milestone, milestones};
use self::names::Names;
pub use self::not_modelled::NotModelled;
pub use self::pattern::matches;
pub(crate) use self::pattern::{field, is_measured_by_host, knows_both};
pub(crate) use self::plan::mounts_at;
pub use self::prepare::{Loaded, Prepared, load, load_any, load_with};
pub use self::record::{Entry, Event, NetworkEvent, Record, WorldEvent};
pub(crate) use self::samples::{Sample, Sampled, Samples};
pub(crate) use self::shown_fields::{all_show_commands, full_show_command};
use self::triggers::Triggers;
pub use self::triggers::Untriggered;
use crate::images::ImageStore;

/// A running scenario. Dropping it ends the run.
pub struct World {
    engine: EngineKind,
    net: Box<dyn Engine>,
    inner: Rc<Inner>,
}

/// The state that planned actions and devices share.
struct Inner {
    scenario: Scenario,
    record: Record,
    names: Names,
    images: ImageStore,
    pool: Pool,
    hosts: Hosts,
    /// By index into the record's hosts.
    devices: Vec<Box<dyn Device>>,
    planner: Planner,
    samples: RefCell<Samples>,
    triggers: Triggers,
    /// A reference to itself, for planned actions.
    this: Weak<Self>,
    /// By index into the record's hosts.
    powered: Vec<Cell<bool>>,
    boxes: Boxes,
}

impl World {
    /// Builds the world of `prepared`. The scenario decides which hosts have power.
    ///
    /// # Errors
    /// A catalogue fact that the devices need is missing or of another kind.
    pub fn build(
        prepared: &Prepared,
        engine: EngineKind,
        capture: Option<Capture>,
    ) -> Result<Self, catalogue::FactError> {
        let scenario = &prepared.scenario;
        let mut builder = Builder::new(scenario.seed);
        let names = Names::build(scenario, &prepared.hosts, &mut builder);
        let net = builder.build(engine, capture);
        let record = Record::new(scenario.hosts().map(|host| host.name.to_owned()).collect());
        let pool = Pool::new();
        let images = ImageStore::new(scenario.images.clone(), pool.clone());
        let factory = FactoryImages::default();
        let uptimes = ewc::Uptimes::default();
        let supplies =
            Supplies { scenario, images: &images, pool: &pool, factory: &factory, uptimes: &uptimes };
        let devices = prepared.hosts.iter().map(|(_, host)| host.build(&supplies));
        let devices = devices.collect::<Result<Vec<_>, _>>()?;
        let hosts = prepared.hosts.clone();
        let powered = record.hosts().iter().map(|_| Cell::new(false)).collect();
        let planner = net.planner();
        let scenario = scenario.clone();
        let samples = RefCell::default();
        let triggers = Triggers::new(&scenario.timeline);
        let boxes = Boxes::of(&scenario, &record);
        let inner = Rc::new_cyclic(|this| Inner {
            scenario,
            record,
            names,
            images,
            pool,
            hosts,
            devices,
            planner,
            samples,
            triggers,
            this: Weak::clone(this),
            powered,
            boxes,
        });
        let this = Rc::downgrade(&inner);
        net.network().observe_drops(move |drops| {
            if let Some(inner) = this.upgrade() {
                inner.note_drop(drops);
            }
        });
        let this = Rc::downgrade(&inner);
        net.network().observe_fcs_errors(move |errors| {
            if let Some(inner) = this.upgrade() {
                inner.note_fcs_errors(errors);
            }
        });
        for host in inner.scenario.hosts() {
            net.power_off(inner.names.host(host.name));
        }
        for name in &inner.scenario.powered {
            inner.power_on(&*net, name, Start::Warm);
        }
        for (name, device) in inner.record.hosts().iter().zip(&inner.devices) {
            device.wear().into_iter().for_each(|event| inner.note(name, event));
        }
        let timeline = inner.scenario.timeline.iter().enumerate();
        let mut timeline: Vec<(Duration, usize)> =
            timeline.filter_map(|(index, event)| Some((event.at()?, index))).collect();
        timeline.sort_unstable();
        for (at, index) in timeline {
            let inner = Rc::clone(&inner);
            net.at(at, Box::new(move |net| timeline::happen(&inner, net, index, 1)));
        }
        sampling::plan(&inner, &*net);
        Ok(Self { engine, net, inner })
    }

    /// Returns the samples kept for expectations so far.
    pub(crate) fn samples(&self) -> Ref<'_, Samples> {
        self.inner.samples.borrow()
    }

    /// Takes the samples that expectations need at the end of the run.
    pub(crate) fn sample_at_end(&self) {
        sampling::at_end(&self.inner, &*self.net);
    }

    /// Runs up to and including `end`, measured from the start, or to the end of the tick of that time.
    pub fn run_until(&self, end: Duration) {
        self.net.run_until(self.engine.rounded(end));
    }

    /// Returns the time since the start.
    pub fn now(&self) -> Duration {
        self.net.now()
    }

    /// Returns the entries of the timeline that have not happened because the events they wait for have not.
    pub fn untriggered(&self) -> Vec<Untriggered> {
        self.inner.triggers.untriggered(&self.inner.scenario.timeline)
    }

    /// Returns the times at which entries of the timeline have happened, in order, with their indices into the timeline.
    pub fn happened(&self) -> Vec<(Duration, usize)> {
        self.inner.triggers.times()
    }

    /// Returns the record so far.
    pub fn record(&self) -> &Record {
        &self.inner.record
    }

    /// Returns the packets that firewalls have dropped so far, by rule.
    pub fn drops_by_rule(&self) -> Vec<RuleDrops> {
        self.net.network().drops_by_rule().to_vec()
    }

    /// Returns the same by rule and by the ends of the packets.
    pub fn drops(&self) -> Vec<Drops> {
        self.net.network().drops().to_vec()
    }

    /// Returns the frames that were dropped so far for a wrong FCS, by direction of a link.
    pub fn fcs_errors(&self) -> Vec<FcsErrors> {
        self.net.network().fcs_errors().to_vec()
    }

    /// Returns the same by pair of hosts.
    pub fn fcs_errors_of_pairs(&self) -> Vec<PairFcsErrors> {
        self.net.network().fcs_errors_of_pairs().to_vec()
    }

    /// Lets devices lend exchanges to the network, or not.
    pub fn set_express(&self, express: bool) {
        self.net.set_express(express);
    }

    /// Returns the counts of packets and polls so far.
    pub fn stats(&self) -> Stats {
        self.net.stats()
    }

    /// Returns the current output of a `show` command on the host called `name`; `None` without power, or if the host has no such
    /// command.
    pub fn show(&self, name: &str, command: &str) -> Option<Output> {
        self.inner.show(name, command, self.now())
    }

    /// Returns the current output of a `show` command, of every host that has one of this name.
    pub(crate) fn show_all(&self, command: &str) -> Vec<(String, Output)> {
        let of = |name: &str| Some((name.to_owned(), self.show(name, command)?));
        self.inner.hosts.iter().filter_map(|(name, _)| of(name)).collect()
    }

    /// Returns the current status of the access points, in the order of the scenario.
    pub fn access_points(&self) -> impl Iterator<Item = ap::Status> {
        self.inner.devices.iter().filter_map(|device| device.access_point())
    }

    /// Returns the flash to which the host called `name` writes images, if any.
    pub fn flash(&self, name: &str) -> Option<&ap::FlashHandle> {
        self.inner.device(name).flash()
    }

    /// Returns the current state of the controllers.
    pub fn controllers(&self) -> impl Iterator<Item = ewc::Snapshot> {
        self.inner.devices.iter().filter_map(|device| device.controller(self.now()))
    }

    /// Returns every image file that was read so far: name and content.
    pub fn images(&self) -> Vec<(String, image::Content)> {
        self.inner.images.made()
    }

    /// Returns the image files on disk that could not be read, with the reason.
    pub fn unreadable(&self) -> Vec<String> {
        self.inner.images.unreadable()
    }

    /// Returns the number of bytes of distinct image content in memory.
    pub fn stored_bytes(&self) -> u64 {
        self.inner.pool.stored_bytes()
    }

    /// Ends the capture.
    ///
    /// # Errors
    /// The first error while it was written.
    pub fn finish_capture(&self) -> io::Result<()> {
        self.net.finish_capture()
    }
}

impl Inner {
    fn index(&self, name: &str) -> usize {
        self.record.host(name).expect("the scenario's names are checked")
    }

    fn device(&self, name: &str) -> &dyn Device {
        &*self.devices[self.index(name)]
    }

    fn note(&self, name: &str, event: WorldEvent) {
        self.push(Some(self.index(name)), Event::World(event));
    }

    /// Records a drop by a firewall.
    fn note_drop(&self, drops: &Drops) {
        let [from, to] = drops.ends();
        let RuleDrops { firewall, rule, packets, .. } = drops.by.clone();
        let protocol = drops.protocol.to_string();
        let dropped = NetworkEvent::PacketsDropped { firewall, rule, protocol, from, to, packets };
        self.push(None, Event::Network(dropped));
    }

    /// Records drops for a wrong FCS.
    fn note_fcs_errors(&self, errors: &PairFcsErrors) {
        let FcsErrors { link, way, frames, .. } = errors.on.clone();
        let (direction, from, to) = (way.to_string(), errors.src.to_string(), errors.dst.to_string());
        self.push(None, Event::Network(NetworkEvent::FcsErrors { link, direction, from, to, frames }));
    }

    /// Records an event, and triggers the entries of the timeline that waited for it.
    fn push(&self, host: Option<usize>, event: Event) {
        let consequence = host.and_then(|host| self.boxes.consequence(host, &event));
        self.record.push(self.planner.now(), host, event);
        self.look_at(None);
        if let Some(consequence) = consequence {
            let this = Weak::clone(&self.this);
            self.planner.at(self.planner.now(), move |net| {
                if let Some(inner) = this.upgrade() {
                    boxes::apply(&inner, net, consequence);
                }
            });
        }
    }

    /// Triggers the timeline entries that waited for the record entry with this index, or for the last one.
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

    fn power_on(self: &Rc<Self>, net: &dyn Engine, name: &str, start: Start) {
        let index = self.index(name);
        if self.powered[index].get() {
            // A controller that has moved names the box that it has left.
            if let Some(first) = self.boxes.left_by(index) {
                self.power_on(net, &self.record.hosts()[first], start);
            }
            return;
        }
        boxes::return_to_first(self, net, index);
        self.power_on_at(net, index, start);
        let other = self.boxes.access_point_of(index).or_else(|| self.boxes.controller_on(index));
        if let Some(other) = other.filter(|other| !self.powered[*other].get()) {
            self.power_on_at(net, other, start);
        }
    }

    /// Restores the power of one host of a box.
    fn power_on_at(self: &Rc<Self>, net: &dyn Engine, host: usize, start: Start) {
        let name = &self.record.hosts()[host];
        self.powered[host].set(true);
        net.power_on(self.names.host(name));
        self.note(name, WorldEvent::PowerOn);
        self.start(net, name, start);
    }

    fn power_off(&self, net: &dyn Engine, name: &str) {
        let index = self.index(name);
        let controller = self.boxes.controller_on(index).unwrap_or(index);
        let access_point = self.boxes.access_point_of(controller);
        if access_point.is_some() && self.powered[controller].get() {
            boxes::note_candidates(self, net, controller);
        }
        for host in access_point.map_or(vec![index], |access_point| vec![controller, access_point]) {
            self.power_off_at(net, host);
        }
    }

    /// Cuts the power of one host of a box.
    fn power_off_at(&self, net: &dyn Engine, host: usize) {
        let name = &self.record.hosts()[host];
        if self.powered[host].replace(false) {
            net.power_off(self.names.host(name));
            self.device(name).cut_power(&net.host(self.id(name)));
            self.note(name, WorldEvent::PowerOff);
        }
    }

    /// Types a command at a host.
    fn exec(self: &Rc<Self>, net: &dyn Engine, name: &str, command: &str) {
        let before = self.record.entries().len();
        let powered = self.powered[self.index(name)].get();
        let Some(Typed { output, reloads }) = self.device(name).exec(command, net.now(), powered) else {
            return;
        };
        // An answer can repeat the line.
        let starred = text::secrets::starred(command);
        let [asked, hidden] = [command, &starred].map(|line| line.trim_end_matches('?'));
        let output = output.map(|text| if asked == hidden { text } else { text.replace(asked, hidden) });
        let typed = WorldEvent::Typed { command: starred.clone(), output };
        // Events caused by the command come after it.
        self.record.insert(before, net.now(), self.index(name), Event::World(typed));
        self.look_at(Some(before));
        if reloads {
            boxes::reload(self, net, name);
        }
    }

    /// Returns true for a controller that has power and serves.
    fn serves(&self, name: &str) -> bool {
        self.powered[self.index(name)].get() && self.device(name).is_serving()
    }

    /// Fills in the page of a controller and presses a button.
    fn press(&self, net: &dyn Engine, web: &scenario::Web) {
        let name = &web.controller;
        let before = self.record.entries().len();
        let answer = self.serves(name).then(|| self.device(name).press(web, net.now()));
        let pressed = WorldEvent::Pressed { button: web.press.word().to_owned(), answer };
        // Events caused by the button come after it.
        self.record.insert(before, net.now(), self.index(name), Event::World(pressed));
        self.look_at(Some(before));
    }

    /// Starts the software of a host.
    fn start(self: &Rc<Self>, net: &dyn Engine, name: &str, start: Start) {
        let (this, index) = (Weak::clone(&self.this), self.index(name));
        // Events are recorded at the time they happen.
        let events = Sink::new(move |event| {
            if let Some(inner) = this.upgrade() {
                inner.push(Some(index), event);
            }
        });
        self.devices[index].start(&net.host(self.id(name)), start, events);
    }

    fn id(&self, name: &str) -> HostId {
        self.names.host(name)
    }

    /// Returns the output of a `show` command; `None` without power.
    fn show(&self, name: &str, command: &str, now: Duration) -> Option<Output> {
        self.powered[self.index(name)].get().then(|| self.device(name).show(command, now))?
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("net", &self.net).finish_non_exhaustive()
    }
}
