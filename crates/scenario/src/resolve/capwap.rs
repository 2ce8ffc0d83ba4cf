//! The CAPWAP settings of the controller and its access points.

use crate::diagnostic::Diagnostic;
use crate::language::{self, Written};
use crate::model::Capwap;
use crate::resolve::Loader;
use crate::yaml::Node;

/// The fact that `window` overrides.
const WINDOW: &str = "capwap.window";

impl Loader<'_> {
    /// Resolves `capwap:`. Must follow the overrides of the catalogue, to which the window is added.
    pub(super) fn capwap(&mut self, raw: language::Capwap, overrides: Option<&Node>) -> Capwap {
        self.window(raw.window, overrides);
        Capwap { image_data: raw.image_data.value.unwrap_or_default() }
    }

    fn window(&mut self, window: Written<u64>, overrides: Option<&Node>) {
        let Some((window, span)) = window.placed() else { return };
        let overrides = overrides.map(|node| self.reader.map(node)).unwrap_or_default();
        if let Some(other) = overrides.iter().find(|entry| entry.key == WINDOW) {
            let problem = Diagnostic::error("the window is set twice");
            self.reader.report(problem.at(other.key_span, "here").at(span, "and here"));
            return;
        }
        if let Ok(catalogue) = self.catalogue.with_override(WINDOW, &window.to_string()) {
            self.catalogue = catalogue;
        }
    }
}
