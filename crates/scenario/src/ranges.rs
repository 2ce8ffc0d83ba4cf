//! Ranges `a..b`: reading them, and drawing from them.

use std::sync::Arc;
use std::time::Duration;

use catalogue::units::UnitError;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

use crate::diagnostic::Diagnostic;
use crate::model::{DrawnValue, Ranged};
use crate::reader::Reader;
use crate::source::Span;
use crate::yaml::{Kind, Node};

impl Reader {
    /// A value with a unit, or a range of two; `path` says whose value it is.
    pub(crate) fn ranged<T: PartialOrd>(
        &mut self,
        node: &Node,
        path: &str,
        read: fn(&str) -> Result<T, UnitError>,
    ) -> Option<Ranged<T>> {
        let Kind::Scalar { text, .. } = &node.kind else {
            return self.unit(node, read).map(Ranged::Fixed);
        };
        let Some((low_text, high_text)) = text.split_once("..") else {
            return self.unit_text(text, node.span, read).map(Ranged::Fixed);
        };
        let low = self.unit_text(low_text, side(node.span, text, 0..low_text.len()), read);
        let high_start = low_text.len() + "..".len();
        let high = self.unit_text(high_text, side(node.span, text, high_start..text.len()), read);
        let (low, high) = (low?, high?);
        if low > high {
            let problem = Diagnostic::error(format!("the range `{text}` is empty"))
                .at(node.span, "ends before it starts");
            self.report(problem.help(format!("write `{}..{}`", high_text.trim(), low_text.trim())));
            return None;
        }
        Some(Ranged::Range { low, high, path: Arc::from(path) })
    }
}

/// The place of a part of a value that stands in the file as it is; else the whole.
fn side(whole: Span, text: &str, part: std::ops::Range<usize>) -> Span {
    if (whole.end - whole.start) as usize != text.len() {
        return whole;
    }
    let start = whole.start as usize;
    Span::new(whole.file, start + part.start..start + part.end)
}

/// A kind of value that can be drawn.
pub(crate) trait Draw: Copy {
    /// Evenly from `low` to `high`, both included.
    fn between(low: Self, high: Self, rng: &mut ChaCha8Rng) -> Self;
    /// For the report; reads back as the same value.
    fn show(self) -> String;
}

impl Draw for Duration {
    fn between(low: Self, high: Self, rng: &mut ChaCha8Rng) -> Self {
        // Whole microseconds where the ends are: the report stays readable, and finer is below the clock's resolution.
        let step = if (low.as_nanos() | high.as_nanos()).is_multiple_of(1000) { 1000 } else { 1 };
        let nanos = |duration: Self| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX) / step;
        Self::from_nanos(rng.random_range(nanos(low)..=nanos(high)) * step)
    }

    fn show(self) -> String {
        format!("{self:?}").replace('µ', "u")
    }
}

impl Draw for u64 {
    fn between(low: Self, high: Self, rng: &mut ChaCha8Rng) -> Self {
        rng.random_range(low..=high)
    }

    fn show(self) -> String {
        self.to_string()
    }
}

impl Draw for f64 {
    /// In steps of a millionth.
    fn between(low: Self, high: Self, rng: &mut ChaCha8Rng) -> Self {
        let steps = rng.random_range(0..=((high - low) * 1e6) as u64);
        (low + steps as f64 / 1e6).min(high)
    }

    fn show(self) -> String {
        let percent = format!("{:.4}", self * 100.0);
        format!("{}%", percent.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// Draws values for one seed, and keeps what it drew.
pub(crate) struct Drawing {
    pub(crate) seed: u64,
    pub(crate) values: Vec<DrawnValue>,
}

impl Drawing {
    /// The value; the same for the same seed and path, whatever else is drawn.
    pub(crate) fn value<T: Draw>(&mut self, ranged: &Ranged<T>) -> T {
        let (low, high, path) = match ranged {
            Ranged::Fixed(value) => return *value,
            Ranged::Range { low, high, path } => (low, high, path),
        };
        let digest =
            Sha256::new().chain_update(self.seed.to_le_bytes()).chain_update(path.as_bytes()).finalize();
        let value = T::between(*low, *high, &mut ChaCha8Rng::from_seed(digest.into()));
        if !self.values.iter().any(|drawn| drawn.path == **path) {
            let range = format!("{}..{}", low.show(), high.show());
            self.values.push(DrawnValue { path: path.to_string(), range, value: value.show() });
        }
        value
    }
}
