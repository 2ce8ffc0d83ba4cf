//! The properties of an access point that a scenario can query.

use image::Version;

use crate::{State, Status};

/// A property of an access point, as scenarios name it.
#[derive(Debug)]
pub struct Property {
    /// The name that scenarios use.
    pub key: &'static str,
    /// The noun for its value in a sentence; for a count, in the singular. Empty if the value says it all.
    pub noun: &'static str,
    /// Reads its value.
    pub value: fn(&Status) -> Value,
}

/// The value of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// The number of times that something has happened since the start of the run.
    Count(u64),
    /// A version, if there is one.
    Version(Option<Version>),
    /// One of a few words.
    Word(&'static str),
}

impl Status {
    /// Every property, in the order in which they are reported.
    pub const PROPERTIES: [Property; 7] = [
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

    /// Returns the version that runs; none without power and while it boots.
    pub fn runs(&self) -> Option<Version> {
        self.running.filter(|_| self.power)
    }

    /// Returns the phase that it is in, as one of the words that scenarios use.
    pub fn phase(&self) -> &'static str {
        match self.state {
            _ if !self.power => "off",
            State::Boot | State::Discovery | State::DtlsSetup | State::Join => "discovery",
            State::ImageData if self.image_requested => "downloading",
            State::ImageData | State::Configure => "joined",
            State::Run => "registered",
            State::DtlsTeardown | State::Reload => "discovery",
            State::Halted => "off",
        }
    }
}
