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

/// The prefixes of names, longest first. What follows tells models apart; orders and devices write one or another of them.
const PREFIXES: [&str; 14] = [
    "AIR-OEAP", "AIR-CAP", "AIR-SAP", "AIR-LAP", "AIR-RAP", "AIR-AP", "ISR-AP", "AIR-", "IW-", "IW", "CAP",
    "CW", "AP", "C",
];
/// The words behind a model that do not change its image: the embedded controller, power supplies, universal and other editions.
const EDITIONS: [&str; 8] = ["EWC", "AC", "DC", "DCW", "CON", "MR", "EDU", "ME"];
/// Regulatory domains of more than one letter.
const DOMAINS: [&str; 2] = ["UX", "ROW"];

/// A name of a model as a user, an order or a `show` command writes it, in its parts.
///
/// `AIR-AP2802I-EK910` is `AP2802I` for the domain E, in a pack of ten.
struct Parts<'a> {
    /// The text up to the words that do not matter: `AIR-AP2802I`, `C9105AXI`, `IW-6300H`.
    base: &'a str,
    /// The regulatory domain: `E`, `UX`, `ROW`.
    domain: Option<&'a str>,
    /// True if it is the name of a pack, which no device prints.
    is_pack: bool,
}

impl<'a> Parts<'a> {
    fn of(name: &'a str) -> Self {
        let name = name.trim();
        let name = name.trim_end_matches('=');
        let mut parts = Self { base: name, domain: None, is_pack: false };
        while let Some((base, word)) = parts.base.rsplit_once('-') {
            let upper = word.to_ascii_uppercase();
            if let Some((domain, pack)) = key(&upper) {
                parts.is_pack |= pack;
                parts.domain = parts.domain.or((domain > 0).then(|| &word[..domain]));
            } else if is_domain(&upper) && parts.domain.is_none() {
                parts.domain = Some(word);
            } else if !EDITIONS.contains(&upper.as_str()) {
                break;
            }
            parts.base = base;
        }
        parts
    }
}

/// Reads `K9`, `K9C`, `EK9`, `UXK9`, `K910`, `EK910`: returns the length of the domain, and true for a pack of as many as the last digits
/// say.
fn key(upper: &str) -> Option<(usize, bool)> {
    let at = upper.rfind("K9")?;
    let (domain, rest) = (&upper[..at], &upper[at + 2..]);
    let rest = rest.trim_end_matches(|letter: char| letter.is_ascii_uppercase());
    let right = (domain.is_empty() || is_domain(domain))
        && rest.len() <= 2
        && rest.bytes().all(|digit| digit.is_ascii_digit());
    right.then_some((at, !rest.is_empty()))
}

fn is_domain(upper: &str) -> bool {
    let is_letter = upper.len() == 1 && upper.starts_with(|letter: char| letter.is_ascii_uppercase());
    is_letter || DOMAINS.contains(&upper)
}

/// Returns what tells a model from others, of a name in any form: `2802E` of `AIR-AP2802E-D-K9`, `9120AXI` of `C9120AXI-EWC-B`.
pub(crate) fn stem(name: &str) -> String {
    let base = Parts::of(name).base.to_ascii_uppercase();
    let base = base.strip_prefix("CISCO ").unwrap_or(&base);
    // A prefix stands before a number; `C3700` is an image, and `C1570`.
    let number = |rest: &&str| rest.starts_with(|c: char| c.is_ascii_digit());
    let stem = |prefix: &&str| {
        let rest = base.strip_prefix(*prefix).filter(number)?;
        (*prefix != "C" || rest.starts_with('9')).then_some(rest)
    };
    PREFIXES.iter().find_map(stem).unwrap_or(base).to_owned()
}

/// Returns the regulatory domain that a name of a model states: `B` for `C9105AXI-B`, `E` for `AIR-AP2802I-EK910`.
pub fn regulatory_domain(name: &str) -> Option<&str> {
    Parts::of(name).domain
}

/// Returns the name that a device prints: that of an order of several, such as `AIR-AP2802I-EK910`, is `AIR-AP2802I-E-K9`.
pub fn device_name(name: &str) -> String {
    let parts = Parts::of(name);
    match (parts.is_pack, parts.domain) {
        (true, Some(domain)) => format!("{}-{domain}-K9", parts.base),
        (true, None) => format!("{}-K9", parts.base),
        (false, _) => name.trim().trim_end_matches('=').to_owned(),
    }
}

impl Model {
    /// Returns true if `stem` (from [`stem`]) is that of one of its names.
    pub(crate) fn answers_to(&self, stem: &str) -> bool {
        self.names.iter().any(|name| self::stem(name) == stem)
    }
}

#[cfg(test)]
mod tests {
    use super::{device_name, regulatory_domain, stem};

    #[test]
    fn names_have_parts() {
        for (name, of, domain, device) in [
            ("AIR-AP2802I-EK910", "2802I", Some("E"), "AIR-AP2802I-E-K9"),
            ("AIR-AP2802I-EK9", "2802I", Some("E"), "AIR-AP2802I-EK9"),
            ("AIR-CAP1702I-K95", "1702I", None, "AIR-CAP1702I-K9"),
            ("AIR-AP1832I-UXK9", "1832I", Some("UX"), "AIR-AP1832I-UXK9"),
            ("AIR-AP1832I-UXK910", "1832I", Some("UX"), "AIR-AP1832I-UX-K9"),
            ("AIR-AP3802I-E-K9C", "3802I", Some("E"), "AIR-AP3802I-E-K9C"),
            ("C9105AXI-EWC-A", "9105AXI", Some("A"), "C9105AXI-EWC-A"),
            ("CW9166I-ROW", "9166I", Some("ROW"), "CW9166I-ROW"),
            ("IW-6300H-DCW-E-K9", "6300H", Some("E"), "IW-6300H-DCW-E-K9"),
            ("ESW-6300-CON-E-K9", "ESW-6300", Some("E"), "ESW-6300-CON-E-K9"),
            ("WP-WIFI6-E", "WP-WIFI6", Some("E"), "WP-WIFI6-E"),
            ("c9120axi-b=", "9120AXI", Some("b"), "c9120axi-b"),
            ("AIR-AP4800", "4800", None, "AIR-AP4800"),
            ("", "", None, ""),
            ("-", "-", None, "-"),
            ("K9-K9-K9", "K9", None, "K9-K9-K9"),
            ("é-é-K9", "É-É", None, "é-é-K9"),
        ] {
            assert_eq!(stem(name), of.replace('É', "é"), "{name}");
            assert_eq!(regulatory_domain(name), domain, "{name}");
            assert_eq!(device_name(name), device, "{name}");
        }
    }
}
