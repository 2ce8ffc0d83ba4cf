//! The four verdicts of a plan.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whether an access point, or a network, will run the target at the end of the window. Later variants are worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanVerdict {
    /// In all rehearsed nights, and with each assumption at both ends of its range.
    Yes,
    /// An assumption decides it, or something that may matter is not modelled.
    CannotTell,
    /// In some of the rehearsed nights it will not.
    AtRisk,
    /// It will not.
    No,
}

impl PlanVerdict {
    /// Returns the verdict in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::CannotTell => "cannot tell",
            Self::AtRisk => "at risk",
            Self::No => "no",
        }
    }
}

impl fmt::Display for PlanVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}
