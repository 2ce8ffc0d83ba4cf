//! The counters of a simulation.

use crate::network::Totals;

/// The counters of packets that arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// Packets that their host took.
    pub taken: u64,
    /// Packets that their host dropped: it had no power, or their DTLS record was altered.
    pub dropped: u64,
    /// Datagrams that their host took and dropped, as their socket had no room left.
    pub overrun: u64,
}

/// Counters of a simulation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Packets that hosts sent.
    pub sent: u64,
    /// Packets that reached their host.
    pub arrived: u64,
    /// Packets that links and firewalls dropped, that had no destination host, or that their host dropped.
    pub dropped: u64,
    /// Duplicates made by links. They are not among those sent.
    pub duplicated: u64,
    /// Datagrams that links held back so that later ones overtake them.
    pub reordered: u64,
    /// Frames that links damaged. They are among those dropped.
    pub damaged: u64,
    /// Packets whose payload was altered on the way, with checksums that fit.
    pub altered: u64,
    /// Datagrams that reached their host, but were dropped as their socket had no room left.
    pub overrun: u64,
    /// Packets that were steps of exchanges that devices have lent. They are among those sent.
    pub express: u64,
    /// The number of polls of tasks.
    pub polls: u64,
}

impl Stats {
    /// Joins the counters of a network with those of its hosts.
    pub fn new(totals: Totals, arrivals: Arrivals, polls: u64) -> Self {
        let Totals { sent, dropped, duplicated, reordered, damaged, altered, fragments: _ } = totals;
        Self {
            sent,
            arrived: arrivals.taken,
            dropped: dropped + arrivals.dropped,
            duplicated,
            reordered,
            damaged,
            altered,
            overrun: arrivals.overrun,
            express: 0,
            polls,
        }
    }
}
