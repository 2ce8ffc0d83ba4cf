//! Ranges, and how a seed settles them.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{Event, Link, Quality};

/// A value, or a range `a..b` it is drawn from, both ends included.
#[derive(Debug, Clone, PartialEq)]
pub enum Ranged<T> {
    /// As written.
    Fixed(T),
    /// Drawn evenly.
    Range {
        /// The lowest.
        low: T,
        /// The highest.
        high: T,
        /// Whose value it is: `network.links.wan.latency`. With the seed it decides the draw, so that values written
        /// elsewhere do not disturb it.
        path: Arc<str>,
    },
}

/// A scenario's parts that had ranges, settled for one seed.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The seed.
    pub seed: u64,
    /// As [`Scenario::links`](crate::Scenario::links).
    pub links: Vec<Link<Quality>>,
    /// As [`Scenario::timeline`](crate::Scenario::timeline), in order of time; at the same time, as written.
    pub timeline: Vec<Event<Duration, Quality>>,
    /// What was drawn, for the report.
    pub values: Vec<DrawnValue>,
}

/// One value that was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnValue {
    /// Whose value it is: `network.links.wan.latency`.
    pub path: String,
    /// What it was drawn from: `1ms..5ms`.
    pub range: String,
    /// What came out: `3.2ms`.
    pub value: String,
}
