//! What is true of each access point at each moment, and whether that is what an expectation asks for.

use ap::{State, Status};
use scenario::{Amount, ApState, Properties};

mod controller;

pub(super) use controller::{Sessions, TrackedController};

use crate::world::{Entry, Event, WorldEvent};

/// A property that is a number: where a scenario asks for it, what it is in the status, and what one of it is called.
pub(super) struct Counted {
    pub(super) asked: fn(&Properties) -> &Option<Amount>,
    pub(super) number: fn(&Status) -> u64,
    pub(super) noun: &'static str,
}

/// Properties that are numbers, in the order in which they are reported.
pub(super) const COUNTED: [Counted; 4] = [
    Counted {
        asked: |asked| &asked.downloads_failed,
        number: |status| status.downloads_failed,
        noun: "failed download",
    },
    Counted {
        asked: |asked| &asked.downloads_requested,
        number: |status| status.downloads_requested,
        noun: "requested download",
    },
    Counted {
        asked: |asked| &asked.downloads_completed,
        number: |status| status.downloads_completed,
        noun: "completed download",
    },
    Counted { asked: |asked| &asked.boots, number: |status| status.boots, noun: "boot" },
];

/// Takes note of an event of this access point.
pub(super) fn note(status: &mut Status, entry: &Entry) {
    match &entry.event {
        Event::AccessPoint(event) => status.apply(entry.at, event),
        Event::World(WorldEvent::PowerOff) => status.power_off(),
        _ => {}
    }
}

/// Whether all of `is` holds.
pub(super) fn has(status: &Status, is: &Properties) -> bool {
    compare(status, is).all(|holds| holds)
}

/// Whether any of `is_not` holds.
pub(super) fn has_any(status: &Status, is_not: &Properties) -> bool {
    compare(status, is_not).any(|holds| holds)
}

/// Whether each property that is written holds.
fn compare(status: &Status, asked: &Properties) -> impl Iterator<Item = bool> {
    let counted =
        |counted: &Counted| Some((counted.asked)(asked).as_ref()?.contains(&(counted.number)(status)));
    let numbers: Vec<bool> = COUNTED.iter().filter_map(counted).collect();
    [
        asked.running.map(|version| running(status) == Some(version)),
        asked.backup.map(|version| status.backup == Some(version)),
        asked.state.map(|state| state_of(status) == state),
    ]
    .into_iter()
    .flatten()
    .chain(numbers)
}

/// The version that runs; none without power and while it boots.
pub(super) fn running(status: &Status) -> Option<image::Version> {
    status.running.filter(|_| status.power)
}

/// The states of an access point as a scenario groups them.
pub(super) fn state_of(status: &Status) -> ApState {
    match status.state {
        _ if !status.power => ApState::Off,
        State::Boot | State::Discovery | State::DtlsSetup | State::Join => ApState::Discovery,
        State::ImageData if status.image_requested => ApState::Downloading,
        State::ImageData | State::Configure => ApState::Joined,
        State::Run => ApState::Registered,
        State::DtlsTeardown | State::Reload => ApState::Discovery,
        State::Halted => ApState::Off,
    }
}

/// A state as a scenario writes it.
pub(super) fn state_name(state: ApState) -> &'static str {
    match state {
        ApState::Off => "off",
        ApState::Discovery => "discovery",
        ApState::Joined => "joined",
        ApState::Downloading => "downloading",
        ApState::Registered => "registered",
    }
}
