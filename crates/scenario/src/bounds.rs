//! Bounds: counts, sizes and times from one value to another.

use std::ops::RangeInclusive;
use std::time::Duration;

use text::units;

use crate::diagnostic::Diagnostic;
use crate::model::Amount;
use crate::reader::Reader;
use crate::yaml::Node;

/// The form expected of a duration.
pub(crate) const TAKES: &str = "bounds of a time such as 70s..95s, ..95s or 70s..";
/// The form expected of a period between two moments.
pub(crate) const DURING: &str = "a time from one moment to another such as 5m..20m";

impl Reader {
    /// Reads `2`, `1..3`, `1..`, `..3`.
    pub(crate) fn amount(&mut self, node: &Node) -> Option<Amount> {
        self.bounds(
            node,
            |text| units::number(text).ok(),
            (0, u64::MAX),
            "a count such as 2, 1..3, 1.. or ..3",
        )
    }

    /// Reads `1MB`, `1MB..2MB`, `1MB..`, `..2MB`.
    pub(crate) fn bytes(&mut self, node: &Node) -> Option<Amount> {
        let expected = "a size or bounds of one such as 10MB..20MB or ..100MB";
        self.bounds(node, |text| units::bytes(text).ok(), (0, u64::MAX), expected)
    }

    /// Reads `70s..95s`, `70s..`, `..95s`; a single time would be met only by chance.
    pub(crate) fn period(&mut self, node: &Node, expected: &str) -> Option<RangeInclusive<Duration>> {
        let text = self.text(node)?;
        if !text.contains("..") {
            self.wrong_value(text, node.span, expected);
            return None;
        }
        self.bounds(node, |text| units::duration(text).ok(), (Duration::ZERO, Duration::MAX), expected)
    }

    fn bounds<T: PartialOrd + Copy>(
        &mut self,
        node: &Node,
        read: fn(&str) -> Option<T>,
        (lowest, highest): (T, T),
        expected: &str,
    ) -> Option<RangeInclusive<T>> {
        let text = self.text(node)?;
        let bounds = match text.split_once("..").map(|(low, high)| (low.trim(), high.trim())) {
            None => read(text).map(|value| value..=value),
            Some(("", "")) => None,
            Some((low, "")) => read(low).map(|low| low..=highest),
            Some(("", high)) => read(high).map(|high| lowest..=high),
            Some((low, high)) => read(low).zip(read(high)).map(|(low, high)| low..=high),
        };
        let bounds = bounds.filter(|bounds| !bounds.is_empty());
        let Some(bounds) = bounds else {
            self.wrong_value(text, node.span, expected);
            return None;
        };
        if bounds == (lowest..=highest) {
            let problem = Diagnostic::error(format!("`{text}` is always true")).at(node.span, "");
            self.report(problem.help(format!("write {expected}, or leave it out")));
            return None;
        }
        Some(bounds)
    }
}
