//! Access point models.

use serde::Deserialize;

use crate::Confidence;

/// An entry of `data/models.yaml`: models that share image and abilities.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Base names, antenna letter included: `C9120AXI`.
    pub names: Vec<String>,
    /// The image file it runs: `ap1g7`.
    #[serde(rename = "image")]
    pub image_type: String,
    /// True if it can be an embedded wireless controller.
    pub ewc: bool,
    /// The number of access points it supports as controller; unverified throughout.
    #[serde(default)]
    pub max_aps: Option<u32>,
    /// The word upgrade.sh prints after "on".
    pub platform: String,
    /// The confidence in `platform`, where it is lower than that in the rest.
    #[serde(default)]
    pub platform_confidence: Option<Confidence>,
    /// The confidence in the rest.
    pub confidence: Confidence,
    /// The source.
    pub source: String,
}

/// Returns the base name of a model as a user or a `show` command writes it.
///
/// Letter case does not matter; a trailing `-K9` is removed, then a trailing regulatory domain (`-` and one letter, or `ROW`);
/// a Wave 2 name may omit `AIR-` or `AIR-AP`. So `AIR-AP2802E-D-K9`, `AP2802E` and `2802e` are `AIR-AP2802E`.
pub(crate) fn base_name(name: &str) -> String {
    let upper = name.trim().to_ascii_uppercase();
    let name = upper.strip_suffix("-K9").unwrap_or(&upper);
    let name = match name.rsplit_once('-') {
        Some((base, "ROW")) => base,
        Some((base, domain)) if domain.len() == 1 && domain.starts_with(|c: char| c.is_ascii_uppercase()) => {
            base
        }
        _ => name,
    };
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("AIR-AP{name}") } else { name.to_owned() }
}

impl Model {
    /// Returns true if `base` (from [`base_name`]) is one of its names.
    pub(crate) fn answers_to(&self, base: &str) -> bool {
        self.names.iter().any(|name| name == base || name.strip_prefix("AIR-") == Some(base))
    }
}
