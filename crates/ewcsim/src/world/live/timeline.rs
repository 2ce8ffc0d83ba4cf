//! The entries of a timeline that are about servers, in real time.

use std::rc::Rc;
use std::time::Duration;

use host::Host as _;
use scenario::{Action, Pace, TimelineEntry, Trigger};

use super::super::milestones::milestone_of;
use super::super::record::{Event, WorldEvent};
use super::super::timeline::{describe, describe_pace};
use super::{Inner, Told};

impl Inner {
    /// Returns true if a host has power before the timeline begins.
    pub(super) fn is_on_before(&self, name: &str) -> bool {
        self.scenario.powered.iter().any(|powered| powered == name)
    }

    /// Returns true if the timeline gives a host power at its beginning.
    pub(super) fn is_powered_on_at_start(&self, name: &str) -> bool {
        self.scenario.timeline.iter().any(|entry| match &entry.action {
            Action::PowerOn(names) => {
                entry.trigger == Trigger::At(Duration::ZERO) && names.iter().any(|named| named == name)
            }
            _ => false,
        })
    }

    /// Returns true if an entry can happen here, and changes one of the servers.
    pub(super) fn is_applied(&self, entry: &TimelineEntry) -> bool {
        let happens = match &entry.trigger {
            Trigger::At(_) => true,
            Trigger::After(after) => after.pattern.hosts.iter().any(|host| self.index(host).is_some()),
        };
        happens && self.is_about_a_server(&entry.action)
    }

    fn is_about_a_server(&self, action: &Action) -> bool {
        match action {
            Action::PowerOn(names) | Action::PowerOff(names) => {
                names.iter().any(|name| self.index(name).is_some())
            }
            Action::ServerPace { server, .. }
            | Action::Server { server, .. }
            | Action::NewHostKey { server }
            | Action::Files { server, .. } => self.index(server).is_some(),
            Action::Reload(_)
            | Action::Firewall { .. }
            | Action::AddRule { .. }
            | Action::RemoveRule { .. }
            | Action::Links(_)
            | Action::Flash { .. }
            | Action::Exec(_)
            | Action::Web(_)
            | Action::Configure { .. } => false,
        }
    }

    /// Carries out entry `entry` of the timeline at a time since its beginning, for the `times`th time.
    pub(super) fn plan(self: &Rc<Self>, at: Duration, entry: usize, times: u64) {
        let this = Rc::clone(self);
        self.host.spawn(async move {
            // What waits for an event of a server's start may come before the beginning.
            this.host.sleep(at.saturating_sub(this.now())).await;
            this.apply(&this.scenario.timeline[entry].action);
            let repeat = this.scenario.timeline[entry].repeat;
            if let Some(next) = repeat.and_then(|repeat| repeat.next(at, times)) {
                this.plan(next, entry, times + 1);
            }
        });
    }

    fn apply(self: &Rc<Self>, action: &Action) {
        match action {
            Action::PowerOn(names) => self.each(names, |index| {
                if !self.servers[index].has_power.replace(true) {
                    self.note(index, WorldEvent::PowerOn);
                    self.start(index);
                }
            }),
            Action::PowerOff(names) => self.each(names, |index| {
                if self.servers[index].has_power.replace(false) {
                    self.note(index, WorldEvent::PowerOff);
                    self.stop(index);
                }
            }),
            Action::ServerPace { server, pace } => self.one(server, |index| {
                let (delay, rate) = match pace {
                    Pace::Delay(delay) => (*delay, None),
                    Pace::Rate(rate) => (Duration::ZERO, *rate),
                };
                self.servers[index].pace.set(delay, rate);
                self.note(index, WorldEvent::Changed { what: describe_pace(pace) });
            }),
            Action::Server { server, running } => self.one(server, |index| {
                if *running {
                    self.note(index, WorldEvent::SoftwareStarted);
                    self.start(index);
                } else {
                    self.note(index, WorldEvent::SoftwareStopped);
                    self.stop(index);
                }
            }),
            Action::NewHostKey { server } => self.one(server, |index| {
                let keys = &self.servers[index].host_keys;
                keys.set(keys.get() + 1);
                self.note(index, WorldEvent::Changed { what: "has a new host key".to_owned() });
                self.start(index);
            }),
            Action::Files { server, paths, change } => self.one(server, |index| {
                for path in paths {
                    let what = match self.servers[index].disk.change(path, change) {
                        Ok(()) => describe(change),
                        Err(error) => format!("cannot be changed: {error}"),
                    };
                    self.note(index, WorldEvent::Changed { what: format!("{path} {what}") });
                }
            }),
            // They are about no server: `is_about_a_server` has kept them out.
            Action::Reload(_)
            | Action::Firewall { .. }
            | Action::AddRule { .. }
            | Action::RemoveRule { .. }
            | Action::Links(_)
            | Action::Flash { .. }
            | Action::Exec(_)
            | Action::Web(_)
            | Action::Configure { .. } => {}
        }
    }

    fn each(&self, names: &[String], change: impl Fn(usize)) {
        names.iter().filter_map(|name| self.index(name)).for_each(change);
    }

    fn one(&self, name: &str, change: impl Fn(usize)) {
        self.index(name).into_iter().for_each(change);
    }

    /// Tells what happened to a server.
    fn note(self: &Rc<Self>, index: usize, event: WorldEvent) {
        let event = Event::World(event);
        if let Some(what) = milestone_of(&event) {
            (self.told)(index, Told::Changed(self.now(), what));
        }
        self.trigger(index, event);
    }
}
