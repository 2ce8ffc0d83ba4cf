//! What can be asked of an access point.

use image::Version;

use crate::{State, Status};

/// A property of an access point, as scenarios name it.
#[derive(Debug)]
pub struct Property {
    /// As scenarios call it.
    pub key: &'static str,
    /// What its value is called in a sentence; of a count, one of it. Empty where the value says it all.
    pub noun: &'static str,
    /// What it is.
    pub value: fn(&Status) -> Value,
}

/// What a property is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// How often something has happened since the start of the run.
    Count(u64),
    /// A version, if there is one.
    Version(Option<Version>),
    /// A word of a few.
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

    /// The version that runs; none without power and while it boots.
    pub fn runs(&self) -> Option<Version> {
        self.running.filter(|_| self.power)
    }

    /// How far it is, in one of the words that scenarios use.
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
