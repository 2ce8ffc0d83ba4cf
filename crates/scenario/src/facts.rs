//! Facts of the catalogue that a scenario overrides.

use catalogue::{Catalogue, FactError};

use crate::diagnostic::Diagnostic;
use crate::reader::Reader;
use crate::yaml::{Entry, Node};

/// Reads `catalogue:` into `catalogue`.
pub(crate) fn overrides(reader: &mut Reader, catalogue: &mut Catalogue, node: &Node) {
    for entry in reader.map(node) {
        let Some(value) = reader.text(&entry.value) else { continue };
        match catalogue.with_override(&entry.key, value) {
            Ok(changed) => *catalogue = changed,
            Err(error) => report(reader, catalogue, entry, error),
        }
    }
}

fn report(reader: &mut Reader, catalogue: &Catalogue, entry: &Entry, error: FactError) {
    match error {
        FactError::Unknown { key, .. } => {
            let problem =
                Diagnostic::error(format!("the catalogue has no fact `{key}`")).at(entry.key_span, "");
            reader.report_near(problem, &key, catalogue.facts().map(|fact| fact.key.as_str()));
        }
        FactError::OutOfBounds { key, bounds, found } => {
            let problem = Diagnostic::error(format!("`{key}` must be {bounds}, not {found}"));
            reader.report(problem.at(entry.value.span, ""));
        }
        FactError::Zero { key } => {
            let problem = Diagnostic::error(format!("`{key}` cannot be zero"));
            reader.report(problem.at(entry.value.span, "time would stand still"));
        }
        FactError::Kind { key, expected, found } => {
            let fact = catalogue.fact(&key).map(|fact| fact.value.clone()).unwrap_or_default();
            let problem = Diagnostic::error(format!("`{key}` must be {expected}, not {found}"));
            reader.report(problem.at(entry.value.span, "").help(format!("the catalogue says `{fact}`")));
        }
    }
}
