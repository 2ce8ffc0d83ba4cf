//! The values drawn from ranges.

/// One value that was drawn from a range `a..b`, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnValue {
    /// The path of the value: `network.links.wan.latency`. Together with the seed it decides the draw, so that values written
    /// elsewhere do not disturb it.
    pub path: String,
    /// The range: `1ms..5ms`.
    pub range: String,
    /// The result: `3.2ms`.
    pub value: String,
}
