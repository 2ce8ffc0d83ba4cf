//! The events of each kind of host by their names in records, taken from the devices' own enums.

use host::EventKind;
use serde_json::Value;

pub use super::device::{KINDS, Kind};

/// Returns the JSON schema of scenarios, with the names of all events for editors to suggest.
pub fn schema() -> Value {
    let kinds = KINDS.iter().copied().flat_map(Kind::events);
    scenario::schema(&kinds.map(EventKind::name).collect())
}

#[cfg(test)]
mod page;

#[cfg(test)]
mod tests {
    use host::FieldKind;

    use super::*;
    use crate::world::Event;

    fn event_kinds(noun: &str) -> Vec<&'static EventKind> {
        let kind = KINDS.iter().copied().find(|kind| kind.noun == noun);
        kind.map(Kind::events).expect("there is such a kind of host")
    }

    #[test]
    fn whatever_is_flattened_has_fields() {
        for kind in KINDS.iter().copied().flat_map(Kind::events) {
            for field in kind.fields.iter().filter(|field| field.serde == "flatten") {
                assert!(
                    matches!(field.kind, FieldKind::Fields([_, ..])),
                    "{} of {}",
                    field.name,
                    kind.variant
                );
            }
        }
    }

    #[test]
    fn names_are_those_that_are_serialized() {
        let ap = ewc::Ap {
            name: "branch-1".into(),
            mac: text::MacAddress([0; 6]),
            address: ([172, 16, 4, 30], 5264).into(),
        };
        let event = Event::Controller(ewc::ControllerEvent::ApDiscovered { ap });
        let written = serde_json::to_value(&event).expect("events serialize");
        let kinds = event_kinds("the controller");
        let kind = kinds.iter().find(|kind| kind.variant == event.variant()).expect("it is known");
        assert_eq!(written["event"], kind.name());
        let mut names: Vec<&str> = kind.recorded_fields().iter().map(|field| field.name).collect();
        names.push("event");
        names.sort_unstable();
        let mut there: Vec<&String> = written.as_object().expect("an object").keys().collect();
        there.sort_unstable();
        assert_eq!(names, there);
    }

    #[test]
    fn signs_of_unverified_facts_are_events_of_their_device() {
        for fact in catalogue::Catalogue::builtin().facts() {
            let noun = match fact.device() {
                "ap" => "an access point",
                "ewc" => "the controller",
                // Of both ends.
                "capwap" if fact.signs.is_empty() => continue,
                other => panic!("no device is called {other}"),
            };
            for sign in &fact.signs {
                let known = event_kinds(noun).iter().any(|kind| kind.name() == sign.event);
                assert!(known, "{}: {}", fact.key, sign.event);
            }
        }
    }

    /// The documented type of a field is wrong if a value of it is something else.
    #[test]
    fn words_are_words() {
        let values = [
            serde_json::to_value(ap::Partition::Part1),
            serde_json::to_value(ap::State::DtlsSetup),
            serde_json::to_value(ap::ReloadReason::ImageUpgrade),
            serde_json::to_value(ewc::SessionEnd::Restarted),
        ];
        for value in values {
            let value = value.expect("words serialize");
            let word = value.as_str().expect("it is a word");
            assert_eq!(word, word.to_lowercase());
        }
    }

    #[test]
    fn an_sftp_server_has_the_events_of_sshd_and_of_its_sftp_server() {
        let names: Vec<String> = event_kinds("an OpenSSH server").iter().map(|kind| kind.name()).collect();
        assert!(["login", "session_opened", "power_off"].iter().all(|name| names.iter().any(|n| n == name)));
        assert!(!names.contains(&"sftp".to_owned()));
    }
}
