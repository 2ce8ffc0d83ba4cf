//! Known defects of device software: the devices that have them, and their effects.
//!
//! A device has a quirk while it runs an affected version, and loses it by an upgrade. A run may switch one off, on for every
//! device of its kind, or on by version alone: [`Switch`].

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};
use text::Version;

use crate::Confidence;
use crate::models::stem;

/// A known defect.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quirk {
    /// Cisco's bug id (`CSCvx32806`), field notice (`FN72424`), or another name of it in its source.
    pub id: String,
    /// Its other names: further bug ids, the field notice.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The defect in one line.
    pub title: String,
    /// The device whose software has it.
    pub device: QuirkDevice,
    /// The access points it affects: image types (`ap1g7`) or beginnings of model names (`C9120`). Empty: all.
    #[serde(default)]
    pub models: Vec<String>,
    /// The hardware revisions of access points it affects (`V05`). Empty: all.
    #[serde(default)]
    pub hardware: Vec<String>,
    /// The first and the last day (`2014-08-01`) on which affected access points were made.
    #[serde(default)]
    pub made: Option<[String; 2]>,
    /// The versions that have it. Empty: all.
    #[serde(default)]
    pub versions: Vec<VersionRange>,
    /// The software that `versions` refers to.
    #[serde(default)]
    pub version_of: VersionOf,
    /// True if it occurs in networks of embedded controllers; otherwise it has to be switched on.
    #[serde(default = "yes")]
    pub in_ewc: bool,
    /// Its effect.
    pub effect: Effect,
    /// The keys of the facts that quantify the effect.
    #[serde(default)]
    pub parameters: Vec<String>,
    /// The fix or workaround.
    pub fix: String,
    /// The confidence in it.
    pub confidence: Confidence,
    /// The source.
    pub source: String,
    /// The inferred part of the effect, or a caveat.
    #[serde(default)]
    pub note: Option<String>,
}

/// The device whose software has a quirk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuirkDevice {
    /// An access point.
    AccessPoint,
    /// The controller.
    Controller,
}

/// The software whose version decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionOf {
    /// The software that the device runs.
    #[default]
    Running,
    /// The image that an access point is about to install.
    Image,
}

/// Versions from the first affected one to the fixed one, which is excluded, as dotted numbers of any length.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionRange {
    #[serde(deserialize_with = "beginning")]
    from: Version,
    #[serde(default, deserialize_with = "beginning_if_any")]
    fixed: Option<Version>,
}

/// The effect of a quirk. Each is a branch in a device's state machine, and an event that records that it was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// `upgrade.sh` reports that an image does not verify, but installs and activates it anyway; if it does not start, it is
    /// started again and again, and the other partition never is.
    InstallsUnverified,
    /// A log grows in the second partition, as long as the access point runs.
    LogGrows,
    /// Leftovers of an abandoned download stay in /tmp until the next boot.
    TmpStays,
    /// /tmp is full after a long uptime, until the next boot.
    TmpFills,
    /// The certificate that signs images expired on 4 December 2022.
    CertificateExpired,
    /// The access point's own certificates are wrong, so that no image verifies.
    CertificateWrong,
    /// Neither partition is readable when it leaves the factory.
    FactoryFlashBad,
    /// The controller ends each transfer with its first block, once it has no file handle left.
    TransferCutShort,
    /// The controller refuses access points of a hardware revision that it does not know.
    HardwareUnknown,
    /// The controller does not answer the join of an access point whose path MTU is below 1,000 bytes.
    JoinNeedsPathMtu,
    /// The controller does not count the messages of access points of a later release line as a sign of life.
    HeartbeatMissed,
}

impl Effect {
    /// Returns true if it comes with the uptime of an access point.
    pub fn depends_on_uptime(self) -> bool {
        matches!(self, Self::TmpFills | Self::LogGrows)
    }
}

/// The run's setting of a quirk, which overrides the catalogue's default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// No device has it.
    Off,
    /// Every device of its kind has it.
    On,
    /// As by default, but also if it does not occur in networks of embedded controllers.
    ByVersion,
}

/// The properties of an access point that quirks depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hardware<'a> {
    /// The model as a scenario or a message names it.
    pub model: &'a str,
    /// The image it runs: `ap1g7`.
    pub image_type: &'a str,
    /// Its revision: `V05`.
    pub revision: Option<&'a str>,
    /// The day it was made: `2014-09-15`.
    pub made: Option<&'a str>,
}

/// The quirks that a device can have, depending on the version. Cheap to clone; the default has none.
#[derive(Debug, Clone, Default)]
pub struct Quirks(Arc<[Possible]>);

#[derive(Debug)]
struct Possible {
    quirk: Arc<Quirk>,
    /// True if the version does not matter.
    always: bool,
}

/// The error for an unknown quirk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no quirk is called {name:?}")]
pub struct QuirkError {
    /// The name as requested.
    pub name: String,
}

impl Quirk {
    /// Returns true if `name` is its id or one of its aliases, in any letter case.
    pub fn answers_to(&self, name: &str) -> bool {
        std::iter::once(&self.id).chain(&self.aliases).any(|known| known.eq_ignore_ascii_case(name))
    }

    /// Returns true if `version` has it.
    pub fn covers(&self, version: Version) -> bool {
        self.versions.is_empty() || self.versions.iter().any(|range| range.contains(version))
    }

    /// Returns true if it affects this access point.
    pub fn is_about(&self, hardware: &Hardware<'_>) -> bool {
        let model = stem(hardware.model);
        let named = |name: &String| name == hardware.image_type || model.starts_with(&stem(name));
        let revision = |known: &String| hardware.revision.is_some_and(|own| own.eq_ignore_ascii_case(known));
        // Days in ISO 8601 format sort as text.
        let made = |[first, last]: &[String; 2]| {
            hardware.made.is_some_and(|day| first.as_str() <= day && day <= last.as_str())
        };
        (self.models.is_empty() || self.models.iter().any(named))
            && (self.hardware.is_empty() || self.hardware.iter().any(revision))
            && self.made.as_ref().is_none_or(made)
    }
}

impl VersionRange {
    /// Returns true if `version` is one of them.
    pub fn contains(&self, version: Version) -> bool {
        version >= self.from && self.fixed.is_none_or(|fixed| version < fixed)
    }

    /// Returns the text for a table: `17.3 to before 17.3.7`.
    pub fn describe(&self) -> String {
        match &self.fixed {
            Some(fixed) => format!("{} to before {fixed}", self.from),
            None => format!("{} and later", self.from),
        }
    }
}

impl Quirks {
    pub(crate) fn new(possible: impl Iterator<Item = (Arc<Quirk>, bool)>) -> Self {
        Self(possible.map(|(quirk, always)| Possible { quirk, always }).collect())
    }

    /// Returns the first quirk that has `effect` at `version`.
    pub fn find(&self, effect: Effect, version: Version) -> Option<&Quirk> {
        self.at(version).find(|quirk| quirk.effect == effect)
    }

    /// Returns the quirks at `version`.
    pub fn at(&self, version: Version) -> impl Iterator<Item = &Quirk> {
        let at = move |possible: &&Possible| possible.always || possible.quirk.covers(version);
        self.0.iter().filter(at).map(|possible| &*possible.quirk)
    }
}

/// Reads a version, or the first numbers of one.
pub(crate) fn beginning<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Version, D::Error> {
    Version::beginning(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

fn beginning_if_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Version>, D::Error> {
    beginning(deserializer).map(Some)
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: &str, fixed: Option<&str>) -> VersionRange {
        VersionRange { from: version(from), fixed: fixed.map(version) }
    }

    fn version(text: &str) -> Version {
        Version::beginning(text).expect("dotted numbers")
    }

    #[test]
    fn a_range_ends_before_the_version_that_fixes_it() {
        let range = range("17.3", Some("17.3.7"));
        assert!(range.contains(version("17.3.0.1")) && range.contains(version("17.3.6.77")));
        assert!(!range.contains(version("17.3.7.0")) && !range.contains(version("17.2.9.9")));
        assert_eq!(range.describe(), "17.3 to before 17.3.7");
    }

    #[test]
    fn without_a_fix_a_range_has_no_end() {
        assert!(range("17.9.3", None).contains(version("18.0.0.0")));
    }
}
