//! What a run shows of the redundancy of controllers that is not modelled.

use std::collections::BTreeSet;

use ewc::ControllerEvent;
use scenario::Scenario;

use super::unverified::UnverifiedFact;
use crate::world::{Entry, Event, NotModelled, Record, WorldEvent};

/// Returns the type that access points have by default, if a controller went down and one of them could have been elected by another type.
pub(super) fn unstated_type(scenario: &Scenario, record: &Record) -> Option<UnverifiedFact> {
    let is_capable = |model: &str| scenario.catalogue.model(model).is_some_and(|model| model.ewc);
    let open = scenario
        .listed_access_points()
        .filter(|point| !point.states_ap_type && is_capable(&point.model))
        .filter_map(|point| record.host(&scenario.controllers[point.controller].name));
    let open: BTreeSet<usize> = open.collect();
    let goes_down = |event: &Event| {
        matches!(event, Event::World(WorldEvent::PowerOff) | Event::Controller(ControllerEvent::Reloading))
    };
    let is_open =
        |entry: &Entry| entry.host.is_some_and(|host| open.contains(&host)) && goes_down(&entry.event);
    (!open.is_empty() && record.entries().iter().any(is_open)).then(|| UnverifiedFact {
        key: "ap_type".to_owned(),
        value: "capwap".to_owned(),
        basis: "an access point of type ewc-ap could be elected when its controller goes down; the types are not stated".to_owned(),
    })
}

/// Returns the reasons why the redundancy of a controller leaves the outcome open, each once.
pub(super) fn not_modelled(record: &Record) -> Vec<NotModelled> {
    let mut found: Vec<NotModelled> = Vec::new();
    for entry in record.entries().iter() {
        let Event::World(event) = &entry.event else { continue };
        let controller = record.who(entry);
        let (name, why) = match event {
            WorldEvent::NoStandby { candidates } => (
                "election",
                format!("{controller} goes down without a standby, and {candidates} may be elected"),
            ),
            WorldEvent::SecondActiveController { access_point } => {
                ("two active controllers", format!("{access_point} takes over while {controller} is active"))
            }
            WorldEvent::TookOver { access_point, uncommitted: true } => (
                "take-over before the commit",
                format!(
                    "whether {access_point} goes on with the auto-abort timer of {controller} is not known"
                ),
            ),
            WorldEvent::TookOver { uncommitted: false, .. }
            | WorldEvent::PowerOn
            | WorldEvent::PowerOff
            | WorldEvent::SoftwareStarted
            | WorldEvent::SoftwareStopped
            | WorldEvent::Changed { .. }
            | WorldEvent::FlashDamaged { .. }
            | WorldEvent::Pressed { .. }
            | WorldEvent::Typed { .. } => continue,
        };
        let one = NotModelled { name: name.to_owned(), why };
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}
