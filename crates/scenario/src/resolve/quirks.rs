//! Known defects: `quirks:`, and the properties of an access point that they depend on.

use catalogue::{QuirkError, Switch};

use crate::diagnostic::Diagnostic;
use crate::language::MapEntry;
use crate::resolve::Loader;
use crate::source::Span;

/// The maximum length of a hardware revision.
const HARDWARE_MAX: usize = 16;

impl Loader<'_> {
    /// Applies the quirks that the scenario switches.
    pub(super) fn quirks(&mut self, switches: Vec<MapEntry<Switch>>) {
        for entry in switches {
            let Some(switch) = entry.value else { continue };
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

    /// Reads a hardware revision.
    pub(super) fn hardware(&mut self, text: String, span: Span) -> Option<String> {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        if text.len() <= HARDWARE_MAX && plain {
            return Some(text);
        }
        self.reader.wrong_value(&text, span, "a hardware revision such as V05");
        None
    }

    /// Reads a day in ISO 8601 format.
    pub(super) fn day(&mut self, text: &str, span: Span) -> Option<String> {
        match text.parse::<jiff::civil::Date>() {
            Ok(day) => Some(day.to_string()),
            Err(_) => {
                self.reader.wrong_value(text, span, "a day such as 2014-09-15");
                None
            }
        }
    }
}
