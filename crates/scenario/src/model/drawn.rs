//! What came of ranges.

/// One value that was drawn from a range `a..b`, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnValue {
    /// Whose value it is: `network.links.wan.latency`. With the seed it decides the draw, so that values written elsewhere do
    /// not disturb it.
    pub path: String,
    /// What it was drawn from: `1ms..5ms`.
    pub range: String,
    /// What came out: `3.2ms`.
    pub value: String,
}
