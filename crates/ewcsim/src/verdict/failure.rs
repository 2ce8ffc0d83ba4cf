//! The key of a failure: equal for runs that fail in the same way.
//!
//! It names what failed and the causes that the judge knows, by event, rule and reason. Names of single access points, numbers, times and
//! seeds are left out, so that the same failure of another access point, or with another seed, has the same key.

use std::collections::BTreeSet;
use std::fmt;

use host::{FNV_START, fnv_1a};
use scenario::{MustViolate, NETWORK};
use serde::{Deserialize, Serialize};

use super::{Finished, Judgement, Outcome};
use crate::panics::general;

/// The maximum length of the words of a slug, in bytes.
const SLUG_MAX: usize = 48;

/// What makes two failures the same. Ordered, so that groups of failures have an order of their own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FailureKey {
    /// The kind of condition that failed.
    pub kind: FailureKind,
    /// The condition: the expectation in words, without single access points and times; the word of the invariant; the message of the
    /// panic, without numbers.
    pub what: String,
    /// The causes as far as the judge knows them.
    pub causes: BTreeSet<Cause>,
}

/// A kind of condition that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// An invariant was violated.
    Invariant,
    /// An access point did not converge after all faults had healed.
    Liveness,
    /// An expectation failed.
    Expectation,
    /// What must fail, as the scenario says, held.
    Held,
    /// The simulator panicked.
    Panic,
}

/// A cause of a failure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A part of the expectation that was not met: `running`, `too few`.
    Unmet(String),
    /// A firewall, or a translation of addresses, dropped packets of the hosts concerned.
    Dropped {
        /// The firewall.
        firewall: String,
        /// The rule.
        rule: String,
    },
    /// A link damaged frames of the hosts concerned.
    Damaged {
        /// The link.
        link: String,
    },
    /// The link to the controller takes no full packets.
    Narrow {
        /// The link.
        link: String,
    },
    /// A host has had no power so far.
    NoPower {
        /// The host.
        host: String,
    },
    /// Discovery requests were not answered.
    Unanswered,
    /// An event.
    Event {
        /// The host; `access point` for any of them.
        host: String,
        /// The name of the event.
        event: String,
        /// The words among its values, such as the reason.
        words: Vec<String>,
    },
}

impl Cause {
    /// Returns true for what surrounds a failure: a change of the network, damaged frames.
    pub(super) fn is_circumstance(&self) -> bool {
        matches!(self, Self::Damaged { .. }) || self.is_change_of_network()
    }

    /// Returns true for an event of the network: a link or a firewall was changed.
    pub(crate) fn is_change_of_network(&self) -> bool {
        matches!(self, Self::Event { host, .. } if host == NETWORK)
    }
}

impl FailureKey {
    /// Makes the key of a violated invariant.
    pub fn invariant(word: &str) -> Self {
        Self { kind: FailureKind::Invariant, what: word.to_owned(), causes: BTreeSet::new() }
    }

    /// Makes the key of a panic with this message.
    pub fn panic(said: &str) -> Self {
        Self { kind: FailureKind::Panic, what: general(said), causes: BTreeSet::new() }
    }

    /// Returns a short name for files and tables: the first words, and eight digits that distinguish keys with the same ones.
    pub fn slug(&self) -> String {
        let kind = match self.kind {
            FailureKind::Invariant => "invariant",
            FailureKind::Liveness => "liveness",
            FailureKind::Expectation => "expectation",
            FailureKind::Held => "held",
            FailureKind::Panic => "panic",
        };
        let mut slug = kind.to_owned();
        for word in self.what.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            if slug.len() + word.len() + 1 > SLUG_MAX {
                break;
            }
            slug.push('-');
            slug.push_str(&word.to_ascii_lowercase());
        }
        let whole = serde_json::to_string(self).expect("a key is JSON");
        format!("{slug}-{:08x}", fnv_1a(FNV_START, &whole) >> 32)
    }
}

impl fmt::Display for FailureKey {
    /// Formats it as a sentence: `expectation failed: access points: registered at the end; running; firewall dc drops by deny udp/69`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            FailureKind::Invariant => "invariant violated: ",
            FailureKind::Liveness => "not recovered: ",
            FailureKind::Expectation => "expectation failed: ",
            FailureKind::Held => "held and must fail: ",
            FailureKind::Panic => "a bug in ewcsim, the simulator panicked: ",
        })?;
        f.write_str(&self.what)?;
        self.causes.iter().try_for_each(|cause| write!(f, "; {cause}"))
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unmet(what) => f.write_str(what),
            Self::Dropped { firewall, rule } => {
                write!(f, "{} drops by {rule}", network::what_drops(firewall, rule))
            }
            Self::Damaged { link } => write!(f, "link {link} damages frames"),
            Self::Narrow { link } => write!(f, "link {link} takes no full packets"),
            Self::NoPower { host } => write!(f, "{host} has no power"),
            Self::Unanswered => f.write_str("discovery is not answered"),
            Self::Event { host, event, words } => {
                write!(f, "{host} {}", event.replace('_', " "))?;
                if words.is_empty() { Ok(()) } else { write!(f, " ({})", words.join(", ").replace('_', " ")) }
            }
        }
    }
}

impl Judgement {
    /// Returns the key of its failure: it failed, or must fail and passed. Nothing if it is as the scenario states, or inconclusive.
    pub(crate) fn failure(&self) -> Option<&FailureKey> {
        match (&self.outcome, &self.must_fail) {
            (Outcome::Failed { .. }, None) | (Outcome::Passed { .. }, Some(_)) => Some(&self.key),
            (Outcome::Failed { .. }, Some(_))
            | (Outcome::Passed { .. }, None)
            | (Outcome::Inconclusive { .. }, _) => None,
        }
    }
}

/// Returns the keys of all failures of a run; none if it did not fail. A failure that the scenario states has none.
pub fn failure_keys(finished: &Finished) -> BTreeSet<FailureKey> {
    let mut keys = BTreeSet::new();
    keys.extend(finished.judgements.iter().filter_map(Judgement::failure).cloned());
    let unstated = finished.violations.iter().filter(|violation| !finished.states(violation));
    keys.extend(unstated.map(|violation| FailureKey::invariant(violation.invariant)));
    let holds = |must: &&MustViolate| finished.stated_of(must).iter().any(|stated| !stated.is_met());
    // An invariant may still be violated later.
    let held = finished.must_violate.iter().filter(|_| !finished.interrupted).filter(holds);
    keys.extend(
        held.map(|must| FailureKey {
            kind: FailureKind::Held,
            ..FailureKey::invariant(must.invariant.word())
        }),
    );
    keys
}

#[cfg(test)]
mod tests;
