//! The properties of an access point.

use ap::{State, Status};
use image::Version;
use scenario::Properties;
use text::numbers::count;

use super::property::{Property, Tracked, Value};
use crate::world::{Entry, Event, WorldEvent};

/// The properties with which every description of an access point begins.
const STATED: [&str; 3] = ["running", "backup", "state"];

impl Tracked for Status {
    const PROPERTIES: &'static [Property<Self>] = &[
        Property { key: "running", noun: "running", value: |status| Value::Version(status.runs()) },
        Property { key: "backup", noun: "backup", value: |status| Value::Version(status.backup) },
        Property { key: "state", noun: "", value: |status| Value::Word(status.phase()) },
        Property {
            key: "downloads_failed",
            noun: "failed download",
            value: |status| Value::Count(status.downloads_failed),
        },
        Property {
            key: "downloads_requested",
            noun: "requested download",
            value: |status| Value::Count(status.downloads_requested),
        },
        Property {
            key: "downloads_completed",
            noun: "completed download",
            value: |status| Value::Count(status.downloads_completed),
        },
        Property { key: "boots", noun: "boot", value: |status| Value::Count(status.boots) },
    ];

    fn describe(&self, name: &str, asked: [&Properties; 2]) -> String {
        let version = |version: Option<Version>| {
            version.map_or_else(|| "none".to_owned(), |version| version.to_string())
        };
        if self.state == State::Halted {
            return format!("{name} does not boot: both partitions are bad");
        }
        let (running, backup) = (version(self.runs()), version(self.backup));
        let mut text = format!("{name}: running {running}, backup {backup}, state {}", self.phase());
        for property in Self::PROPERTIES.iter().filter(|property| !STATED.contains(&property.key)) {
            // Failed downloads are always included.
            let asked = asked.iter().any(|properties| properties.contains_key(property.key));
            if !asked && property.key != "downloads_failed" {
                continue;
            }
            let value = match (property.value)(self) {
                Value::Count(number) => count(number as usize, property.noun),
                Value::Version(found) => format!("{} {}", property.noun, version(found)),
                Value::Word(word) => format!("{} {word}", property.noun),
                Value::Names(names) => {
                    format!("{} {}", names.iter().cloned().collect::<Vec<_>>().join(", "), property.noun)
                }
            };
            text.push_str(&format!(", {value}"));
        }
        text
    }
}

/// Applies an event of this access point.
pub(in crate::verdict) fn note(status: &mut Status, entry: &Entry) {
    match &entry.event {
        Event::AccessPoint(event) => status.apply(entry.at, event),
        Event::World(WorldEvent::PowerOff) => status.power_off(),
        // Power that comes back shows in the boot that follows.
        Event::World(
            WorldEvent::PowerOn
            | WorldEvent::SoftwareStarted
            | WorldEvent::SoftwareStopped
            | WorldEvent::Changed { .. }
            | WorldEvent::FlashDamaged { .. }
            | WorldEvent::TookOver { .. }
            | WorldEvent::SecondActiveController { .. }
            | WorldEvent::NoStandby { .. }
            | WorldEvent::Pressed { .. }
            | WorldEvent::Typed { .. },
        )
        | Event::Controller(_)
        | Event::Server(_)
        | Event::Network(_) => {}
    }
}
