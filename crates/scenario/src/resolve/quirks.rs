//! Known defects: `quirks:`, and what of an access point they depend on.

use catalogue::{QuirkError, Switch};

use crate::diagnostic::Diagnostic;
use crate::reader::Fields;
use crate::resolve::Loader;
use crate::yaml::Node;

/// How a switch is written.
const SWITCHES: [(&str, Switch); 3] =
    [("off", Switch::Off), ("on", Switch::On), ("by-version", Switch::ByVersion)];
/// The longest hardware revision.
const HARDWARE_MAX: usize = 16;

impl Loader<'_> {
    /// Takes over what the scenario does with quirks.
    pub(super) fn quirks(&mut self, root: &Fields<'_>) {
        let Some(node) = root.node("quirks") else { return };
        for entry in self.reader.map(node) {
            let Some(switch) = self.reader.choice(&entry.value, &SWITCHES) else { continue };
            match self.catalogue.with_switch(&entry.key, switch) {
                Ok(catalogue) => self.catalogue = catalogue,
                Err(QuirkError { name }) => {
                    let problem = Diagnostic::error(format!("no known defect is called `{name}`"));
                    let problem = problem.at(entry.key_span, "");
                    let names: Vec<&str> = self
                        .catalogue
                        .quirks()
                        .flat_map(|quirk| std::iter::once(&quirk.id).chain(&quirk.aliases))
                        .map(String::as_str)
                        .collect();
                    self.reader.report_near(problem, &name, names);
                }
            }
        }
    }

    /// A hardware revision.
    pub(super) fn hardware(&mut self, node: &Node) -> Option<String> {
        let text = self.reader.text(node)?;
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        if !text.is_empty() && text.len() <= HARDWARE_MAX && plain {
            return Some(text.to_owned());
        }
        self.reader.wrong_value(text, node.span, "a hardware revision such as V05");
        None
    }

    /// A day, as ISO 8601 writes it.
    pub(super) fn day(&mut self, node: &Node) -> Option<String> {
        let text = self.reader.text(node)?;
        match text.parse::<jiff::civil::Date>() {
            Ok(day) => Some(day.to_string()),
            Err(_) => {
                self.reader.wrong_value(text, node.span, "a day such as 2014-09-15");
                None
            }
        }
    }
}
