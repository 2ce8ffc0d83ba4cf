//! The events that each kind of host can have, by the names that records give them: from the devices' own enums.

use host::{EventField, EventKind};
use serde_json::Value;

pub use super::device::{KINDS, Kind};

/// A field of an event, as records have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its Rust type.
    pub kind: &'static str,
    /// What it holds, if the name does not say it.
    pub about: &'static str,
}

impl From<&EventField> for Field {
    fn from(field: &EventField) -> Self {
        Self { name: field.name, kind: field.kind, about: field.about.trim() }
    }
}

/// Types that hold one word each. Records write all of these in small letters.
const WORDS: [&str; 15] = [
    "BadRequest",
    "Call",
    "During",
    "GiveUpReason",
    "Operation",
    "Partition",
    "PredownloadSkip",
    "Program",
    "RefusedImage",
    "ReloadReason",
    "RemapStep",
    "Script",
    "SessionEnd",
    "SkipReason",
    "State",
];
/// Other types that hold one value.
const VALUES: [&str; 13] = [
    "bool",
    "u8",
    "u16",
    "u32",
    "u64",
    "usize",
    "i32",
    "String",
    "Name",
    "Ipv4Addr",
    "SocketAddr",
    "Mac",
    "Version",
];

impl Field {
    /// Whether what it holds is known to be one word of some, in small letters.
    pub fn is_word(&self) -> bool {
        WORDS.contains(&self.inner())
    }

    /// Whether what it holds is known to have nothing inside.
    pub fn is_plain(&self) -> bool {
        self.is_word() || VALUES.contains(&self.inner())
    }

    /// Its type, where there is a value, without the module.
    fn inner(&self) -> &'static str {
        let kind = self.kind.trim();
        let inner = kind.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')).unwrap_or(kind);
        inner.rsplit("::").next().unwrap_or(inner).trim()
    }
}

/// The JSON schema of scenarios, with the names of all events for editors to propose.
pub fn schema() -> Value {
    let kinds = KINDS.into_iter().flat_map(Kind::events);
    scenario::schema(&kinds.map(EventKind::name).collect())
}

/// The fields of a kind of event, those that stand in it as their own included.
pub fn fields(kind: &EventKind) -> Vec<Field> {
    let mut out = Vec::new();
    for field in kind.fields {
        match field.serde {
            "skip" => {}
            "flatten" => out.extend(flattened(field.kind)),
            _ => out.push(field.into()),
        }
    }
    out
}

/// Kinds, with those that stand for the ones that hold an enum of their own.
pub(super) fn flat(kinds: &'static [EventKind]) -> Vec<&'static EventKind> {
    let of = |kind: &'static EventKind| match kind.inner {
        [] => vec![kind],
        inner => inner.iter().flat_map(|kinds| flat(kinds)).collect(),
    };
    kinds.iter().flat_map(of).collect()
}

/// The fields of a type that stand in an event as the event's own.
fn flattened(kind: &str) -> &'static [Field] {
    match kind {
        "Ap" => &[
            Field { name: "name", kind: "String", about: "The access point's name." },
            Field { name: "mac", kind: "Mac", about: "Its Ethernet MAC address." },
            Field { name: "address", kind: "SocketAddr", about: "Where its messages come from." },
        ],
        "Change" => &[
            Field { name: "size", kind: "Option<u64>", about: "The new size in bytes, if that changes." },
            Field { name: "mode", kind: "Option<u32>", about: "The new mode, if that changes." },
            Field { name: "modified", kind: "Option<u32>", about: "The new time, if that changes." },
            Field { name: "owner", kind: "Option<(u32, u32)>", about: "User and group, if these change." },
        ],
        _ => &[],
    }
}

#[cfg(test)]
mod page;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Event;

    fn event_kinds(noun: &str) -> Vec<&'static EventKind> {
        let kind = KINDS.into_iter().find(|kind| kind.noun == noun);
        kind.map(Kind::events).expect("there is such a kind of host")
    }

    #[test]
    fn whatever_is_flattened_has_its_fields_listed() {
        for host in KINDS {
            for kind in host.events() {
                for field in kind.fields.iter().filter(|field| field.serde == "flatten") {
                    assert!(!flattened(field.kind).is_empty(), "{} of {}", field.kind, kind.variant);
                }
            }
        }
    }

    #[test]
    fn names_are_those_that_are_serialized() {
        let ap = ewc::Ap {
            name: "branch-1".into(),
            mac: ewc::Mac([0; 6]),
            address: ([172, 16, 4, 30], 5264).into(),
        };
        let event = Event::Controller(ewc::Event::ApDiscovered { ap });
        let written = serde_json::to_value(&event).expect("events serialize");
        let kinds = event_kinds("the controller");
        let kind = kinds.iter().find(|kind| kind.variant == event.variant()).expect("it is known");
        assert_eq!(written["event"], kind.name());
        let mut names: Vec<&str> = fields(kind).iter().map(|field| field.name).collect();
        names.push("event");
        names.sort_unstable();
        let mut there: Vec<&String> = written.as_object().expect("an object").keys().collect();
        there.sort_unstable();
        assert_eq!(names, there);
    }

    /// What is said of a type is wrong as soon as a value of it is something else.
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
        let field = |kind| Field { name: "x", kind, about: "" };
        assert!(field("ap::Partition").is_word() && field("Option<u64>").is_plain());
        assert!(!field("DownloadFailure").is_plain() && !field("Vec<(String, String)>").is_plain());
        // Each is the type of some field: a new name would be missed here.
        let kinds = KINDS.into_iter().flat_map(Kind::events).flat_map(fields);
        let used: Vec<&str> = kinds
            .chain(KINDS.into_iter().flat_map(|kind| kind.common_fields).map(Field::from))
            .map(|field| field.inner())
            .collect();
        for name in WORDS.iter().chain(&VALUES) {
            assert!(used.contains(name), "{name}");
        }
    }

    #[test]
    fn an_sftp_server_has_the_events_of_sshd_and_of_its_sftp_server() {
        let names: Vec<String> = event_kinds("an OpenSSH server").iter().map(|kind| kind.name()).collect();
        assert!(["login", "session_opened", "power_off"].iter().all(|name| names.iter().any(|n| n == name)));
        assert!(!names.contains(&"sftp".to_owned()));
    }
}
