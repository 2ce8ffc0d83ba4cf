//! Console dialects by software version.

use serde::Deserialize;
use text::Version;

use crate::Confidence;

/// The text style of an access point's console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// `upgrade.sh: …`, `slaveStatus`.
    Older,
    /// `status 'upgrade.sh: …'`, `replicaStatus`.
    Newer,
}

/// The first version that prints a dialect.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    #[serde(deserialize_with = "crate::quirks::beginning")]
    pub(crate) from: Version,
    pub(crate) dialect: Dialect,
    #[allow(dead_code)] // Read by people, and by the test that every rule has them.
    pub(crate) confidence: Confidence,
    #[allow(dead_code)]
    pub(crate) source: String,
}
