//! Ranges, and how a seed settles them.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{Action, Event, Link, Quality, RangedQuality, Scenario};
use crate::ranges::{Drawing, show_bit_rate};

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

impl Scenario {
    /// Settles every range. A value depends on the seed and on the path of its key alone.
    pub fn draw(&self, seed: u64) -> Drawn {
        let mut drawing = Drawing { seed, values: Vec::new() };
        let links = self.links.iter().map(|link| Link {
            name: link.name.clone(),
            between: link.between.clone(),
            forward: link.forward.draw(&mut drawing),
            reverse: link.reverse.draw(&mut drawing),
            span: link.span,
        });
        let links = links.collect();
        let events = self.timeline.iter().map(|event| Event {
            at: drawing.value(&event.at),
            action: event.action.draw(&mut drawing),
            span: event.span,
        });
        let mut timeline: Vec<_> = events.collect();
        timeline.sort_by_key(|event| event.at);
        Drawn { seed, links, timeline, values: drawing.values }
    }
}

impl RangedQuality {
    fn draw(&self, drawing: &mut Drawing) -> Quality {
        Quality {
            latency: drawing.value(&self.latency),
            jitter: drawing.value(&self.jitter),
            bandwidth: self.bandwidth.as_ref().map(|bandwidth| drawing.value_as(bandwidth, show_bit_rate)),
            queue: self.queue.as_ref().map(|queue| drawing.value(queue)),
            loss: drawing.value(&self.loss),
            duplication: drawing.value(&self.duplication),
            reordering: drawing.value(&self.reordering),
            corruption: drawing.value(&self.corruption),
            mtu: self.mtu.as_ref().map(|mtu| u32::try_from(drawing.value(mtu)).unwrap_or(u32::MAX)),
        }
    }
}

impl Action<RangedQuality> {
    fn draw(&self, drawing: &mut Drawing) -> Action<Quality> {
        match self.clone() {
            Self::Link { link, state, quality } => {
                let quality = quality.map(|directions| directions.map(|quality| quality.draw(drawing)));
                Action::Link { link, state, quality }
            }
            Self::PowerOn(hosts) => Action::PowerOn(hosts),
            Self::PowerOff(hosts) => Action::PowerOff(hosts),
            Self::AddRule { firewall, rule } => Action::AddRule { firewall, rule },
            Self::LiftRule { firewall, matching } => Action::LiftRule { firewall, matching },
            Self::NewHostKey { server } => Action::NewHostKey { server },
            Self::Server { server, running } => Action::Server { server, running },
            Self::File { server, path, change } => Action::File { server, path, change },
            Self::Flash { access_points, fault } => Action::Flash { access_points, fault },
            Self::Exec { controller, command } => Action::Exec { controller, command },
            Self::Configure { controller, config } => Action::Configure { controller, config },
        }
    }
}
