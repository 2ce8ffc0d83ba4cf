//! How the controller and its access points speak with each other.

use std::ops::RangeInclusive;

use crate::diagnostic::Diagnostic;
use crate::language::CAPWAP;
use crate::model::{Capwap, ImageData};
use crate::reader::Fields;
use crate::resolve::Loader;

/// Requests under way (YANG ap-types, window-size).
const WINDOWS: RangeInclusive<u64> = 1..=50;
/// The fact behind `window`.
const WINDOW: &str = "capwap.window";

impl Loader<'_> {
    /// Reads `capwap:`. Comes after the overrides of the catalogue, to which the window is added.
    pub(super) fn capwap(&mut self, root: &Fields<'_>) -> Capwap {
        let Some(fields) = root.node("capwap").and_then(|node| self.reader.fields(node, &CAPWAP)) else {
            return Capwap::default();
        };
        let layouts = [("cisco", ImageData::Cisco), ("rfc5415", ImageData::Rfc5415)];
        let image_data = fields.node("image_data").and_then(|node| self.reader.choice(node, &layouts));
        self.window(root, &fields);
        Capwap { image_data: image_data.unwrap_or_default() }
    }

    fn window(&mut self, root: &Fields<'_>, fields: &Fields<'_>) {
        let Some(node) = fields.node("window") else { return };
        let Some(window) = self.reader.number_within(node, WINDOWS) else { return };
        let overrides = root.node("catalogue").map(|node| self.reader.map(node)).unwrap_or_default();
        if let Some(other) = overrides.iter().find(|entry| entry.key == WINDOW) {
            let problem = Diagnostic::error("the window is written twice");
            self.reader.report(problem.at(other.key_span, "here").at(node.span, "and here"));
            return;
        }
        if let Ok(catalogue) = self.catalogue.with_override(WINDOW, &window.to_string()) {
            self.catalogue = catalogue;
        }
    }
}
