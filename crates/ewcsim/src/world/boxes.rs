//! Boxes: a controller and the access point on which it runs. They share their power and their reloads; a standby that takes over moves the
//! controller into another box.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ap::{ApEvent, ReloadReason, State};
use engine::Engine;
use ewc::{OwnImage, Release, StandbyState};
use image::{CONTROLLER_FILE, ControllerImage};
use scenario::{ApType, Scenario};

use super::Inner;
use super::device::{NewBox, Start};
use super::record::{Event, Record, WorldEvent};

/// The boxes of a scenario. Hosts are indices into those of the record.
#[derive(Debug, Default)]
pub(super) struct Boxes {
    /// The access point on which each controller runs, or ran last.
    access_points: RefCell<BTreeMap<usize, usize>>,
    /// The access point on which each controller runs at the start.
    first: BTreeMap<usize, usize>,
    /// The other access points of type EWC of each controller.
    others: BTreeMap<usize, Vec<usize>>,
    /// The controllers that are down until their access points boot.
    down: RefCell<BTreeSet<usize>>,
}

/// The effect of an event of an access point on a controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consequence {
    /// The controller on it goes down, and boots with it.
    Reloads(usize),
    /// The controller on it goes down, and the box does not come up again.
    Ends(usize),
    /// The controller moves to it.
    Moves { controller: usize, to: usize },
    /// It could be elected in place of the controller, should that be down.
    IsThere(usize),
}

impl Boxes {
    pub(super) fn of(scenario: &Scenario, record: &Record) -> Self {
        let index = |name: &str| record.host(name).expect("the scenario's names are checked");
        let mut boxes = Self::default();
        for point in &scenario.access_points {
            let controller = index(&scenario.controllers[point.controller].name);
            if point.runs_controller {
                boxes.first.insert(controller, index(&point.name));
            } else if point.ap_type == ApType::EwcAp {
                boxes.others.entry(controller).or_default().push(index(&point.name));
            }
        }
        boxes.access_points = RefCell::new(boxes.first.clone());
        boxes
    }

    /// Returns the access point on which `host` runs, if it is a controller.
    pub(super) fn access_point_of(&self, host: usize) -> Option<usize> {
        self.access_points.borrow().get(&host).copied()
    }

    /// Returns the controller that runs on `host`, or ran on it last, if it is an access point.
    pub(super) fn controller_on(&self, host: usize) -> Option<usize> {
        let access_points = self.access_points.borrow();
        access_points.iter().find(|(_, point)| **point == host).map(|(controller, _)| *controller)
    }

    /// Returns the access point on which `host` ran at the start, if it is a controller and runs on another.
    pub(super) fn left_by(&self, host: usize) -> Option<usize> {
        let first = self.first.get(&host).copied()?;
        (self.access_point_of(host) != Some(first)).then_some(first)
    }

    /// Returns the effect of an event of an access point, if it has one.
    pub(super) fn consequence(&self, host: usize, event: &Event) -> Option<Consequence> {
        let Event::AccessPoint(event) = event else { return None };
        match event {
            // With power the controller starts as well.
            ApEvent::Booting { reason } if *reason != ReloadReason::Power => {
                self.controller_on(host).map(Consequence::Reloads)
            }
            ApEvent::BootFailed => self.controller_on(host).map(Consequence::Ends),
            ApEvent::Booted { .. } => self.could_be(host).map(Consequence::IsThere),
            ApEvent::ActiveControllerLost { .. } => {
                self.could_be(host).map(|controller| Consequence::Moves { controller, to: host })
            }
            _ => None,
        }
    }

    /// Returns the controller that could run on `host` and does not, if it is an access point of type EWC.
    fn could_be(&self, host: usize) -> Option<usize> {
        self.first.keys().copied().find(|controller| self.candidates(*controller).contains(&host))
    }

    /// Returns the access points that a controller could run on beside the one that it runs on.
    fn candidates(&self, controller: usize) -> Vec<usize> {
        let others = self.others.get(&controller).into_iter().flatten().copied();
        let current = self.access_point_of(controller);
        others.chain(self.first.get(&controller).copied()).filter(|point| Some(*point) != current).collect()
    }

    fn set(&self, controller: usize, access_point: usize) {
        self.access_points.borrow_mut().insert(controller, access_point);
    }
}

/// Applies the effect of an event of an access point.
pub(super) fn apply(inner: &Rc<Inner>, net: &dyn Engine, consequence: Consequence) {
    match consequence {
        Consequence::Reloads(controller) => go_down(inner, net, controller, true),
        Consequence::Ends(controller) => go_down(inner, net, controller, false),
        Consequence::Moves { controller, to } => take_over(inner, net, controller, to),
        Consequence::IsThere(controller) if !inner.powered[controller].get() => {
            note_candidates(inner, net, controller)
        }
        Consequence::IsThere(_) => {}
    }
}

/// Takes a controller down with its access point, and lets it boot with it.
fn go_down(inner: &Rc<Inner>, net: &dyn Engine, controller: usize, boots: bool) {
    let name = &inner.record.hosts()[controller];
    let was_down = inner.boxes.down.borrow_mut().remove(&controller);
    if !inner.powered[controller].get() {
        return;
    }
    note_candidates(inner, net, controller);
    if !was_down {
        inner.device(name).go_down();
        net.stop(inner.id(name));
    }
    if boots {
        inner.start(net, name, Start::Cold);
    }
}

/// Reloads a controller that was told to, and its standby with it, as `reload` does on a redundant 9800. Its access point goes down in order,
/// and both boot when it does.
pub(super) fn reload(inner: &Rc<Inner>, net: &dyn Engine, name: &str) {
    let controller = inner.index(name);
    if let Some((standby, _)) = inner.device(name).controller(net.now()).and_then(|state| state.standby) {
        inner.device(&standby).exec("reload", net.now(), true);
    }
    net.stop(inner.id(name));
    let point = inner.boxes.access_point_of(controller).map(|point| &*inner.devices[point]);
    match point.and_then(|point| Some((point, point.access_point()?))) {
        Some((point, status)) if status.state != State::Boot => {
            inner.boxes.down.borrow_mut().insert(controller);
            point.exec("reload", net.now(), true);
        }
        _ => inner.start(net, name, Start::Cold),
    }
}

/// Moves a controller to its standby, whose own controller has booted: it serves at once, with the configuration of the active one.
fn take_over(inner: &Rc<Inner>, net: &dyn Engine, controller: usize, to: usize) {
    let [name, standby] = [controller, to].map(|host| inner.record.hosts()[host].as_str());
    if !inner.powered[to].get() {
        return;
    }
    if inner.serves(name) {
        return inner.note(name, WorldEvent::SecondActiveController { access_point: standby.to_owned() });
    }
    // It has the role only as long as it holds the controller's image.
    let new_box = new_box(inner, to).expect("a standby holds the controller image of what it runs");
    let left = inner.boxes.access_point_of(controller);
    let state = inner.device(name).controller(net.now());
    let uncommitted = state.as_ref().is_some_and(|state| state.aborts_in.is_some());
    if let (Some(left), Some(state)) = (left, &state) {
        keep_images(inner, left, state);
    }
    inner.boxes.down.borrow_mut().remove(&controller);
    net.stop(inner.id(name));
    put_into_box(inner, net, controller, to);
    inner.device(name).move_to(Some(new_box));
    if !inner.powered[controller].replace(true) {
        net.power_on(inner.id(name));
    }
    inner.note(name, WorldEvent::TookOver { access_point: standby.to_owned(), uncommitted });
    inner.start(net, name, Start::Warm);
}

/// Moves a controller, which is down, back to the box in which it was at the start, as that gets power.
pub(super) fn return_to_first(inner: &Inner, net: &dyn Engine, controller: usize) {
    if let Some(first) = inner.boxes.left_by(controller) {
        put_into_box(inner, net, controller, first);
        inner.device(&inner.record.hosts()[controller]).move_to(None);
    }
}

fn put_into_box(inner: &Inner, net: &dyn Engine, controller: usize, access_point: usize) {
    let id = |host: usize| inner.id(&inner.record.hosts()[host]);
    inner.boxes.set(controller, access_point);
    net.network().move_into_box(id(controller), id(access_point));
}

/// Records that a controller goes down without a standby that takes over, if there are access points that could be elected.
pub(super) fn note_candidates(inner: &Inner, net: &dyn Engine, controller: usize) {
    let name = &inner.record.hosts()[controller];
    // A controller that has no power may have had a standby; that has taken over, or lost its role.
    let state = inner.device(name).controller(net.now()).filter(|_| inner.powered[controller].get());
    let standby = state.and_then(|state| state.standby);
    let ready = standby.filter(|(_, state)| *state == StandbyState::Ready).map(|(name, _)| name);
    let is_up = |point: usize| {
        let status = inner.devices[point].access_point();
        let up = |state| !matches!(state, State::Boot | State::Reload | State::Halted);
        inner.powered[point].get() && status.is_some_and(|status| up(status.state))
    };
    let candidates: Vec<String> = inner
        .boxes
        .candidates(controller)
        .into_iter()
        .filter(|point| is_up(*point))
        .map(|point| inner.record.hosts()[point].clone())
        .collect();
    if !candidates.is_empty() && ready.is_none_or(|ready| !candidates.contains(&ready)) {
        inner.note(name, WorldEvent::NoStandby { candidates: candidates.join(", ") });
    }
}

/// Lets the access point that a controller leaves keep its images: it can be the standby later.
fn keep_images(inner: &Inner, left: usize, state: &ewc::Snapshot) {
    if let Some(images) = inner.devices[left].controller_images() {
        for release in state.releases.iter().rev() {
            images.store(ControllerImage { version: release.version.clone(), ap: release.ap }, state.version);
        }
    }
}

/// Returns what a controller is on an access point of type EWC; nothing if that does not hold the controller's image.
fn new_box(inner: &Inner, access_point: usize) -> Option<NewBox> {
    let device = &*inner.devices[access_point];
    let name = &inner.record.hosts()[access_point];
    let setup = inner.scenario.access_points.iter().find(|point| point.name == *name)?;
    let status = device.access_point()?;
    let images = device.controller_images()?;
    let active = release(inner, &setup.image_type, images.of(status.runs()?)?);
    let inactive = status.backup.and_then(|backup| images.of(backup));
    let inactive = inactive.map(|image| release(inner, &setup.image_type, image));
    Some(NewBox { model: setup.model.clone(), mac: setup.mac, serial: device.serial(), active, inactive })
}

/// Returns the release of a controller image on an access point that runs images of this type, with what the image set of that version has.
fn release(inner: &Inner, image_type: &str, image: ControllerImage) -> Release {
    let set = inner.scenario.images.iter().find(|(_, set)| {
        set.ap == image.ap && set.controller_version() == image.version && set.file(image_type).is_some()
    });
    let file = |name: &str| {
        let (set_name, set) = set?;
        let file = set.file(name)?.clone();
        let (images, set_name) = (inner.images.clone(), set_name.clone());
        Some(OwnImage::new(name, move || images.content(&set_name, &file)))
    };
    let own_images = file(image_type).into_iter().collect();
    let file = file(CONTROLLER_FILE);
    Release { version: image.version, ap: image.ap, own_images, file }
}
