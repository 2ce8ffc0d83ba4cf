//! What is true of each access point at each moment, and whether that is what an expectation asks for.

use ap::{State, Status};
use scenario::{ApState, Properties};

mod controller;

pub(super) use controller::{Sessions, TrackedController};

use crate::world::{Entry, Event, WorldEvent};

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
    let counts = asked.counts.iter().map(|(key, amount)| {
        let count = Status::COUNTS.into_iter().find(|count| count.key == *key);
        amount.contains(&(count.expect("what scenarios count, access points do").number)(status))
    });
    [
        asked.running.map(|version| running(status) == Some(version)),
        asked.backup.map(|version| status.backup == Some(version)),
        asked.state.map(|state| state_of(status) == state),
    ]
    .into_iter()
    .flatten()
    .chain(counts)
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
