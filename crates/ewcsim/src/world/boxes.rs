//! Boxes: a controller and the access point on which it runs. They share their power and their reloads.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ap::{ApEvent, ReloadReason, State};
use engine::Engine;
use scenario::Scenario;

use super::Inner;
use super::device::Start;
use super::record::{Event, Record};

/// The boxes of a scenario. Hosts are indices into those of the record.
#[derive(Debug, Default)]
pub(super) struct Boxes {
    /// The access point of each controller.
    access_points: BTreeMap<usize, usize>,
    /// The controllers that are down until their access points boot.
    down: RefCell<BTreeSet<usize>>,
}

/// What becomes of a controller when its access point goes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reload {
    controller: usize,
    /// False if the box does not come up again.
    boots: bool,
}

impl Boxes {
    pub(super) fn of(scenario: &Scenario, record: &Record) -> Self {
        let own = scenario.access_points.iter().filter(|point| point.runs_controller);
        let index = |name: &str| record.host(name).expect("the scenario's names are checked");
        let pair = |point: &scenario::AccessPoint| {
            (index(&scenario.controllers[point.controller].name), index(&point.name))
        };
        Self { access_points: own.map(pair).collect(), down: RefCell::default() }
    }

    /// Returns the access point on which `host` runs, if it is a controller.
    pub(super) fn access_point_of(&self, host: usize) -> Option<usize> {
        self.access_points.get(&host).copied()
    }

    /// Returns the reload of a controller that an event of its access point brings.
    pub(super) fn reload_by(&self, host: usize, event: &Event) -> Option<Reload> {
        let Event::AccessPoint(event) = event else { return None };
        let boots = match event {
            // With power the controller starts as well.
            ApEvent::Booting { reason } if *reason != ReloadReason::Power => true,
            ApEvent::BootFailed => false,
            _ => return None,
        };
        let (controller, _) = self.access_points.iter().find(|(_, point)| **point == host)?;
        Some(Reload { controller: *controller, boots })
    }
}

/// Takes a controller down with its access point, and lets it boot with it.
pub(super) fn go_down(inner: &Rc<Inner>, net: &dyn Engine, reload: Reload) {
    let name = &inner.record.hosts()[reload.controller];
    let was_down = inner.boxes.down.borrow_mut().remove(&reload.controller);
    if !inner.powered[reload.controller].get() {
        return;
    }
    if !was_down {
        inner.device(name).go_down();
        net.stop(inner.id(name));
    }
    if reload.boots {
        inner.start(net, name, Start::Cold);
    }
}

/// Reloads a controller that was told to. Its access point goes down in order, and both boot when it does.
pub(super) fn reload(inner: &Rc<Inner>, net: &dyn Engine, name: &str) {
    let controller = inner.index(name);
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
