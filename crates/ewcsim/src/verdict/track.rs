//! The state of each access point and of each controller at a moment, from the record alone.

mod access_point;
mod controller;
mod property;

pub(super) use access_point::note;
pub(super) use controller::{Sessions, TrackedController};
pub(super) use property::Tracked;

#[cfg(test)]
mod tests {
    use ap::Status;
    use scenario::{ApState, Check, Properties};

    use super::property::Value;
    use super::*;
    use crate::testing;

    /// Returns the properties that a scenario asks for by `key`.
    fn asked(subject: &str, key: &str, value: Value<'_>) -> Properties {
        let value = match value {
            Value::Count(_) => "1",
            Value::Version(_) => "17.9.4.27",
            Value::Word(word) => word,
            Value::Names(_) => "ap1g8",
        };
        let prepared = testing::prepared(&format!("expect:\n  - {{ {subject}, {key}: {value} }}\n"));
        match &prepared.scenario.expect[0].check {
            Check::AccessPoints { is, .. } | Check::Controller { is, .. } => is.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn asks_for_every_property<S: Tracked + Default>(subject: &str) {
        let state = S::default();
        for property in S::PROPERTIES {
            let asked = asked(subject, property.key, (property.value)(&state));
            assert_eq!(asked.keys().collect::<Vec<_>>(), [&property.key]);
            state.has(&asked);
        }
    }

    #[test]
    fn scenarios_ask_for_every_property_by_its_name() {
        asks_for_every_property::<Status>("access_points: b");
        asks_for_every_property::<TrackedController>("controller: ewc");
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
            State::DataCheck,
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
