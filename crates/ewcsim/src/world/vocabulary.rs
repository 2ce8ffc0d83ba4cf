//! The events that each kind of host can have, by the names that records give them: from the devices' own enums.

use host::EventKind;
use scenario::{HostKind, Scenario, Software};
use serde_json::Value;

use super::record::{Event, WorldEvent};

/// Kinds of hosts, as far as their events differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Device {
    /// An access point.
    AccessPoint,
    /// The controller.
    Controller,
    /// A server that runs tftpd-hpa.
    TftpdHpa,
    /// A server that runs Tftpd64.
    Tftpd64,
    /// A server that runs OpenSSH.
    OpenSsh,
    /// A host that is no part of the upgrade.
    Stranger,
}

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

impl Device {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::AccessPoint, Self::Controller, Self::TftpdHpa, Self::Tftpd64, Self::OpenSsh, Self::Stranger];

    /// What the host called `name` is.
    pub fn of(scenario: &Scenario, name: &str) -> Option<Self> {
        Some(match scenario.host(name)?.kind {
            HostKind::AccessPoint(_) => Self::AccessPoint,
            HostKind::Controller(_) => Self::Controller,
            HostKind::Stranger(_) => Self::Stranger,
            HostKind::Server(index) => match scenario.servers[index].software {
                Software::TftpdHpa => Self::TftpdHpa,
                Software::Tftpd64 => Self::Tftpd64,
                Software::OpenSsh => Self::OpenSsh,
            },
        })
    }

    /// As people call it: `an access point`.
    pub fn noun(self) -> &'static str {
        match self {
            Self::AccessPoint => "an access point",
            Self::Controller => "the controller",
            Self::TftpdHpa => "a tftpd-hpa server",
            Self::Tftpd64 => "a Tftpd64 server",
            Self::OpenSsh => "an OpenSSH server",
            Self::Stranger => "a stranger",
        }
    }

    /// The kinds of events of its software, those of the world apart.
    pub fn own_events(self) -> Vec<&'static EventKind> {
        let kinds = match self {
            Self::AccessPoint => ap::Event::KINDS,
            Self::Controller => ewc::Event::KINDS,
            Self::TftpdHpa => tftpd::tftpd_hpa::What::KINDS,
            Self::Tftpd64 => tftpd::tftpd64::What::KINDS,
            Self::OpenSsh => openssh::What::KINDS,
            Self::Stranger => &[],
        };
        flat(kinds)
    }

    /// The kinds of events that it can have.
    pub fn events(self) -> Vec<&'static EventKind> {
        self.own_events().into_iter().chain(flat(WorldEvent::KINDS)).collect()
    }

    /// Fields that every event of its software has.
    pub fn common_fields(self) -> &'static [Field] {
        const PID: Field = Field { name: "pid", kind: "u32", about: "The process." };
        const LOGGED: Field =
            Field { name: "logged", kind: "bool", about: "Whether there is a line about it in the log." };
        match self {
            Self::TftpdHpa => &[PID, LOGGED],
            Self::Tftpd64 => &[
                Field { name: "transfer", kind: "Option<u32>", about: "The number of the transfer." },
                LOGGED,
            ],
            Self::OpenSsh => &[
                PID,
                Field { name: "program", kind: "Program", about: "What it calls itself in the log." },
                LOGGED,
            ],
            Self::AccessPoint | Self::Controller | Self::Stranger => &[],
        }
    }
}

/// The JSON schema of scenarios, with the names of all events for editors to propose.
pub fn schema() -> Value {
    let kinds = Device::ALL.into_iter().flat_map(Device::events);
    scenario::schema(&kinds.map(EventKind::name).collect())
}

/// The fields of a kind of event, those that stand in it as their own included.
pub fn fields(kind: &EventKind) -> Vec<Field> {
    let mut out = Vec::new();
    for field in kind.fields {
        match field.serde {
            "skip" => {}
            "flatten" => out.extend(flattened(field.kind)),
            _ => out.push(Field { name: field.name, kind: field.kind, about: field.about.trim() }),
        }
    }
    out
}

/// The name of an event in records.
pub(crate) fn variant(event: &Event) -> &'static str {
    match event {
        Event::AccessPoint(event) => event.variant(),
        Event::Controller(event) => event.variant(),
        Event::TftpdHpa(event) => event.what.variant(),
        Event::Tftpd64(event) => event.what.variant(),
        Event::OpenSsh(event) => match &event.what {
            openssh::What::Sftp(what) => what.variant(),
            what => what.variant(),
        },
        Event::World(event) => event.variant(),
    }
}

/// The same as records write it: `image_data_started`.
pub(crate) fn name(event: &Event) -> String {
    EventKind { variant: variant(event), about: "", fields: &[], inner: &[] }.name()
}

fn flat(kinds: &'static [EventKind]) -> Vec<&'static EventKind> {
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

    #[test]
    fn whatever_is_flattened_has_its_fields_listed() {
        for device in Device::ALL {
            for kind in device.events() {
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
        let kinds = Device::Controller.own_events();
        let kind = kinds.iter().find(|kind| kind.variant == variant(&event)).expect("it is known");
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
        let kinds = Device::ALL.into_iter().flat_map(Device::events).flat_map(fields);
        let used: Vec<&str> = kinds
            .chain(Device::ALL.into_iter().flat_map(Device::common_fields).copied())
            .map(|field| field.inner())
            .collect();
        for name in WORDS.iter().chain(&VALUES) {
            assert!(used.contains(name), "{name}");
        }
    }

    #[test]
    fn an_sftp_server_has_the_events_of_sshd_and_of_its_sftp_server() {
        let names: Vec<String> = Device::OpenSsh.events().iter().map(|kind| kind.name()).collect();
        assert!(["login", "session_opened", "power_off"].iter().all(|name| names.iter().any(|n| n == name)));
        assert!(!names.contains(&"sftp".to_owned()));
    }
}
