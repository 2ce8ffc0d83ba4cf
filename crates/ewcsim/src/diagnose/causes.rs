//! The causes that are known: `causes.yaml`, read once.

use std::sync::LazyLock;

use indexmap::IndexMap;
use serde::Deserialize;

/// The slug of the networks without a failure.
pub(super) const NOTHING_WRONG: &str = "nothing-wrong";

static CAUSES: LazyLock<IndexMap<String, Known>> = LazyLock::new(|| {
    serde_saphyr::from_str(include_str!("causes.yaml"))
        .unwrap_or_else(|error| panic!("an embedded data file is wrong: {error}"))
});

/// A cause of failures.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Known {
    /// The scenarios that have it, such as `bugs/wrong-path`; the most telling one first.
    pub(super) scenarios: Vec<String>,
    /// The cause, in a sentence.
    pub(super) cause: String,
    /// What mends it.
    pub(super) mend: String,
    /// The replacements that mend the first scenario.
    #[serde(default)]
    edits: Vec<Edit>,
    /// The time that the mended run needs, if it is longer.
    until: Option<String>,
    /// An expectation that holds in the mended run.
    mended: Option<serde_json::Value>,
    /// What a person does to confirm it.
    #[serde(default)]
    pub(super) check: Vec<Check>,
    /// Where it is known from.
    pub(super) source: String,
    /// How often the field has it, compared with others that the same log fits.
    #[serde(default)]
    pub(super) often: u8,
}

/// A replacement in the text of a scenario.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    from: String,
    to: String,
}

/// A way to confirm a cause.
#[derive(Clone, Debug, Deserialize, serde::Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Check {
    /// What to do: a command, or a file to fetch.
    #[serde(rename = "do")]
    pub(crate) what: String,
    /// What the cause predicts.
    pub(crate) says: String,
}

/// Returns all causes, in the order of their slugs.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static Known)> {
    CAUSES.iter().map(|(slug, known)| (slug.as_str(), known))
}

/// Returns a cause.
pub(super) fn known(slug: &str) -> Option<&'static Known> {
    CAUSES.get(slug)
}

impl Known {
    /// Returns the text of the first scenario, mended: it expects nothing but that the failure is gone. `None` if nothing has to be mended.
    pub(super) fn mended(&self, text: &str) -> Option<String> {
        let mut text = text.to_owned();
        for edit in &self.edits {
            text = text.replacen(&edit.from, &edit.to, 1);
        }
        self.expecting(&text)
    }

    /// Returns the text of the first scenario as it is, with the expectation that the failure is gone.
    #[cfg(test)]
    pub(super) fn unmended(&self, text: &str) -> Option<String> {
        self.expecting(text)
    }

    fn expecting(&self, text: &str) -> Option<String> {
        let mended = self.mended.as_ref()?;
        let mut out = String::new();
        // `expect:` and what belongs to it, which is indented.
        let mut expects = false;
        for line in text.lines() {
            let is_key = line.starts_with(|c: char| c.is_ascii_alphabetic());
            if is_key {
                expects = line.starts_with("expect:") || line.starts_with("must_violate:");
            }
            match &self.until {
                Some(until) if line.starts_with("until:") => out.push_str(&format!("until: {until}\n")),
                _ if expects => {}
                _ => out.extend([line, "\n"]),
            }
        }
        out.push_str(&format!("expect: [{mended}]\n"));
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mended_scenario_expects_that_the_failure_is_gone() {
        let known: Known = serde_saphyr::from_str(
            "scenarios: [bugs/x]\ncause: C.\nmend: M.\nedits: [{ from: wrong, to: right }]\nuntil: 9m\nmended: { access_points: all }\nsource: S\n",
        )
        .expect("it is right");
        let text = "scenario: A\nuntil: 4m\npath: wrong # and wrong\nexpect:\n  - { log: a, has: b }\n\nsnapshot: [a]\n";
        let expected = "scenario: A\nuntil: 9m\npath: right # and wrong\nsnapshot: [a]\nexpect: [{\"access_points\":\"all\"}]\n";
        assert_eq!(known.mended(text).as_deref(), Some(expected));
    }

    #[test]
    fn every_scenario_of_a_cause_is_embedded() {
        for (slug, known) in all() {
            assert!(!known.scenarios.is_empty() && !known.check.is_empty(), "{slug}");
            for name in &known.scenarios {
                assert!(super::super::scenarios::text(name).is_some(), "{slug}: {name}");
            }
            let text = super::super::scenarios::text(&known.scenarios[0]).unwrap_or_default();
            for edit in &known.edits {
                assert_eq!(text.matches(&edit.from).count(), 1, "{slug}: {}", edit.from);
            }
        }
    }
}
