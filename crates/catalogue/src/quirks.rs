//! Known defects of device software: which devices have them, and what they do.
//!
//! A device has a quirk while it runs an affected version; so it loses the quirk by an upgrade. A run may switch one off, on
//! for every device of its kind, or on by version alone: [`Switch`].

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};
use text::Version;

use crate::Confidence;
use crate::models::base_name;

/// A known defect.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quirk {
    /// Cisco's bug id (`CSCvx32806`), field notice (`FN72424`), or what else names it in its source.
    pub id: String,
    /// Other names of it: further bug ids, the field notice.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What is wrong, in one line.
    pub title: String,
    /// Whose software has it.
    pub device: QuirkDevice,
    /// The access points it is about: image types (`ap1g7`) or beginnings of model names (`C9120`). Empty: all.
    #[serde(default)]
    pub models: Vec<String>,
    /// Hardware revisions of access points it is about (`V05`). Empty: all.
    #[serde(default)]
    pub hardware: Vec<String>,
    /// The first and the last day (`2014-08-01`) on which access points that have it were made.
    #[serde(default)]
    pub made: Option<[String; 2]>,
    /// The versions that have it. Empty: all.
    #[serde(default)]
    pub versions: Vec<VersionRange>,
    /// Which software `versions` speaks of.
    #[serde(default)]
    pub version_of: VersionOf,
    /// Whether it is met in networks of embedded controllers; where not, it has to be switched on.
    #[serde(default = "yes")]
    pub in_ewc: bool,
    /// What it does.
    pub effect: Effect,
    /// Keys of the facts that say how much of it.
    #[serde(default)]
    pub parameters: Vec<String>,
    /// What helps.
    pub fix: String,
    /// How well it is known.
    pub confidence: Confidence,
    /// From where.
    pub source: String,
    /// What of the effect is inferred, or what to be careful about.
    #[serde(default)]
    pub note: Option<String>,
}

/// Whose software has a quirk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuirkDevice {
    /// An access point's.
    AccessPoint,
    /// The controller's.
    Controller,
}

/// Which software's version decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionOf {
    /// That which the device runs.
    #[default]
    Running,
    /// That of the image which an access point is about to install.
    Image,
}

/// Versions from one on (it included) up to the one that fixes them (it excluded), as dotted numbers of any count.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionRange {
    #[serde(deserialize_with = "beginning")]
    from: Version,
    #[serde(default, deserialize_with = "beginning_if_any")]
    fixed: Option<Version>,
}

/// What a quirk does. Each is a branch in a device's state machine, and an event that says that it was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// `upgrade.sh` reports that an image does not verify, and installs and activates it all the same; what then does not
    /// start is started again and again, and the other partition never.
    InstallsUnverified,
    /// A log grows in the second partition, as long as the access point runs.
    LogGrows,
    /// What an abandoned download has left in /tmp stays there until the next boot.
    TmpStays,
    /// After a long time of running, the task that installs a downloaded image never starts.
    InstallHangs,
    /// The certificate that images are signed with has expired on 4 December 2022.
    CertificateExpired,
    /// The access point's own certificates are wrong, so that no image verifies.
    CertificateWrong,
    /// Both partitions cannot be read as they come from the factory.
    FactoryFlashBad,
    /// The controller ends each transfer with its first block, once it has no file handle left.
    TransferCutShort,
    /// The controller refuses access points of a hardware revision that it does not know.
    HardwareUnknown,
    /// The controller does not take what access points of a later release line send for a sign of life.
    HeartbeatMissed,
}

/// What a run does with a quirk, whatever the catalogue says of where it is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// No device has it.
    Off,
    /// Every device of its kind has it.
    On,
    /// As by default, but also where it is not met in networks of embedded controllers.
    ByVersion,
}

/// An access point as quirks tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hardware<'a> {
    /// As a scenario or a message names it.
    pub model: &'a str,
    /// The image it takes: `ap1g7`.
    pub image_type: &'a str,
    /// Its revision: `V05`.
    pub revision: Option<&'a str>,
    /// The day it was made: `2014-09-15`.
    pub made: Option<&'a str>,
}

/// The quirks that one device can have, by the version in question. Cheap to clone; the default has none.
#[derive(Debug, Clone, Default)]
pub struct Quirks(Arc<[Possible]>);

#[derive(Debug)]
struct Possible {
    quirk: Arc<Quirk>,
    /// Whether the version does not matter.
    always: bool,
}

/// There is no such quirk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no quirk is called {name:?}")]
pub struct QuirkError {
    /// As asked.
    pub name: String,
}

impl Quirk {
    /// Whether `name` is its id or one of its aliases, in any letter case.
    pub fn answers_to(&self, name: &str) -> bool {
        std::iter::once(&self.id).chain(&self.aliases).any(|known| known.eq_ignore_ascii_case(name))
    }

    /// Whether `version` has it.
    pub fn covers(&self, version: Version) -> bool {
        self.versions.is_empty() || self.versions.iter().any(|range| range.contains(version))
    }

    /// Whether it is about this access point.
    pub fn is_about(&self, hardware: &Hardware<'_>) -> bool {
        let base = base_name(hardware.model);
        let named = |name: &String| {
            name == hardware.image_type
                || base.starts_with(name.as_str())
                || base.strip_prefix("AIR-").is_some_and(|short| short.starts_with(name.as_str()))
        };
        let revision = |known: &String| hardware.revision.is_some_and(|own| own.eq_ignore_ascii_case(known));
        // Days as ISO 8601 writes them sort as text.
        let made = |[first, last]: &[String; 2]| {
            hardware.made.is_some_and(|day| first.as_str() <= day && day <= last.as_str())
        };
        (self.models.is_empty() || self.models.iter().any(named))
            && (self.hardware.is_empty() || self.hardware.iter().any(revision))
            && self.made.as_ref().is_none_or(made)
    }
}

impl VersionRange {
    /// Whether `version` is one of them.
    pub fn contains(&self, version: Version) -> bool {
        version >= self.from && self.fixed.is_none_or(|fixed| version < fixed)
    }

    /// As a table shows it: `17.3 to before 17.3.7`.
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

    /// The quirk that has `effect` at `version`; the first, if there are several.
    pub fn find(&self, effect: Effect, version: Version) -> Option<&Quirk> {
        self.at(version).find(|quirk| quirk.effect == effect)
    }

    /// Those at `version`.
    pub fn at(&self, version: Version) -> impl Iterator<Item = &Quirk> {
        let at = move |possible: &&Possible| possible.always || possible.quirk.covers(version);
        self.0.iter().filter(at).map(|possible| &*possible.quirk)
    }
}

/// A version, or the first numbers of one.
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
