//! Console dialects by software version.

use serde::Deserialize;

use crate::Confidence;

/// Which text an access point's console prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// `upgrade.sh: …`, `slaveStatus`.
    Older,
    /// `status 'upgrade.sh: …'`, `replicaStatus`.
    Newer,
}

/// From which version on a dialect is printed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    from: String,
    pub(crate) dialect: Dialect,
    #[allow(dead_code)] // Read by people, and by the test that every rule has them.
    pub(crate) confidence: Confidence,
    #[allow(dead_code)]
    pub(crate) source: String,
}

impl Rule {
    /// Whether `version`, dotted numbers, is at or above the rule's.
    pub(crate) fn covers(&self, version: &str) -> bool {
        numbers(version) >= numbers(&self.from)
    }
}

fn numbers(version: &str) -> Vec<u64> {
    version.split('.').map_while(|part| part.parse().ok()).collect()
}
