//! Tracks the state of each access point, and compares it with expectations.

use ap::{Status, Value};
use scenario::{Properties, Wanted};

mod controller;

pub(super) use controller::{Sessions, TrackedController};

use crate::world::{Entry, Event, WorldEvent};

/// Applies an event of this access point.
pub(super) fn note(status: &mut Status, entry: &Entry) {
    match &entry.event {
        Event::AccessPoint(event) => status.apply(entry.at, event),
        Event::World(WorldEvent::PowerOff) => status.power_off(),
        _ => {}
    }
}

/// Returns true if all of `is` holds.
pub(super) fn has(status: &Status, is: &Properties) -> bool {
    compare(status, is).all(|holds| holds)
}

/// Returns true if any of `is_not` holds.
pub(super) fn has_any(status: &Status, is_not: &Properties) -> bool {
    compare(status, is_not).any(|holds| holds)
}

/// Compares each property in `asked` with the status.
fn compare(status: &Status, asked: &Properties) -> impl Iterator<Item = bool> {
    asked.iter().map(|(key, wanted)| {
        let property = Status::PROPERTIES.into_iter().find(|property| property.key == *key);
        let property = property.expect("what scenarios ask for, access points have");
        match ((property.value)(status), wanted) {
            (Value::Count(count), Wanted::Count(amount)) => amount.contains(&count),
            (Value::Version(version), Wanted::Version(wanted)) => version == Some(*wanted),
            (Value::Word(word), Wanted::Word(wanted)) => word == *wanted,
            (value, wanted) => unreachable!("{key} is {value:?}, and a scenario wants {wanted:?}"),
        }
    })
}

#[cfg(test)]
mod tests {
    use scenario::{ApState, Check};

    use super::*;
    use crate::testing;

    #[test]
    fn scenarios_ask_for_every_property_by_its_name() {
        for property in Status::PROPERTIES {
            let value = match (property.value)(&Status::default()) {
                Value::Count(_) => "1",
                Value::Version(_) => "17.9.4.27",
                Value::Word(word) => word,
            };
            let prepared = testing::prepared(&format!(
                "expect:\n  - {{ access_points: b, {}: {value} }}\n",
                property.key
            ));
            let Check::AccessPoints { is, .. } = &prepared.scenario.expect[0].check else {
                panic!("of access points")
            };
            assert_eq!(is.keys().collect::<Vec<_>>(), [&property.key]);
            has(&Status::default(), is);
        }
    }

    #[test]
    fn phases_are_the_states_of_scenarios() {
        use ap::State;
        let states = [
            State::Boot,
            State::Discovery,
            State::DtlsSetup,
            State::Join,
            State::ImageData,
            State::Configure,
            State::Run,
            State::DtlsTeardown,
            State::Reload,
            State::Halted,
        ];
        let mut phases: Vec<&str> = Vec::new();
        for state in states {
            for (power, image_requested) in [(false, false), (true, false), (true, true)] {
                let mut status = Status::default();
                (status.state, status.power, status.image_requested) = (state, power, image_requested);
                phases.push(status.phase());
            }
        }
        phases.sort_unstable();
        phases.dedup();
        let mut words = ApState::WORDS.to_vec();
        words.sort_unstable();
        assert_eq!(phases, words);
    }
}
