//! The invariants, by the sentences under which reports have them.

use crate::language::choice;

choice! {
    /// A condition that must hold in every run, regardless of the scenario's expectations.
    pub enum Invariant {
        /// A partition that boots verifies.
        Signed = "no image with a bad signature boots",
        /// A partition that boots holds an image of the access point's type.
        OwnType = "no image of another type boots",
        /// A partition of every access point verifies.
        Bootable = "at least one partition boots",
        /// An access point that does not boot has no partition that verifies.
        Sound = "an access point with a sound image boots it",
        /// Images are written to the other partition.
        Inactive = "the active partition is never written",
        /// Flash is written after the download.
        Complete = "nothing is written to flash before its download is complete and verified",
        /// Flash holds an image file of the scenario.
        AsServed = "the stored image equals the served one, byte for byte",
        /// The controller counts what it lists.
        Counters = "the counters of `show ap image` equal its rows",
        /// An access point is in service once its data channel is up.
        InService = "an access point in service has a data channel",
        /// A release is activated once the controller has stored it, and access points swap to images of it that verify.
        Activated = "nothing is activated that was not stored and verified",
    }
}

/// An invariant that must be violated or waived in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MustViolate {
    /// The invariant.
    pub invariant: Invariant,
    /// The hosts on each of which it must be; any host will do if there is none.
    pub hosts: Vec<String>,
    /// The reason.
    pub why: String,
}

impl MustViolate {
    /// Returns true if a violation of this invariant on this host is the stated one, or one of the stated ones.
    pub fn states(&self, invariant: &str, host: &str) -> bool {
        self.invariant.word() == invariant
            && (self.hosts.is_empty() || self.hosts.iter().any(|stated| stated == host))
    }
}
