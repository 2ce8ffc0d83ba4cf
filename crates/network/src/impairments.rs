//! The numbers of one direction of a link. Scenarios are read into them, and [`LinkDirection`](crate::LinkDirection) applies them.

use std::time::Duration;

/// The longest IP packet that an interface sends (Ethernet), in bytes.
pub const INTERFACE_MTU: u32 = 1500;

/// What packets meet in one direction of a link: what tc-netem(8) calls impairments, rate and limit, and the MTU.
#[derive(Clone, Debug, PartialEq)]
pub struct Impairments {
    /// Propagation delay of every packet, without serialisation and queueing.
    pub latency: Duration,
    /// Up to this much more, drawn evenly for each packet. Packets of one pair of hosts are never reordered by it.
    pub jitter: Duration,
    /// Bits per second; `None` sends at once.
    pub bandwidth: Option<u64>,
    /// Bytes that may wait to be sent; what would exceed it is dropped (tail drop). `None` is without limit.
    pub queue: Option<u64>,
    /// Probability from 0 to 1 that a packet is lost.
    pub loss: f64,
    /// Probability from 0 to 1 that a packet arrives a second time, a little later.
    pub duplication: f64,
    /// Probability from 0 to 1 that a UDP datagram is held back, so that later ones of its pair overtake it. TCP keeps its order.
    pub reordering: f64,
    /// Probability from 0 to 1 that some bits of a packet turn over. The receiver drops it, unless all checksums still fit.
    pub corruption: f64,
    /// Longest IP packet in bytes. Longer ones vanish, as behind a path that filters ICMP.
    pub mtu: u32,
    /// Whether the link carries anything at all.
    pub up: bool,
}

impl Default for Impairments {
    /// A quiet gigabit LAN: 250 µs, 1 Gbit/s, nothing lost, doubled or damaged.
    fn default() -> Self {
        Self {
            latency: Duration::from_micros(250),
            jitter: Duration::ZERO,
            bandwidth: Some(1_000_000_000),
            queue: None,
            loss: 0.0,
            duplication: 0.0,
            reordering: 0.0,
            corruption: 0.0,
            mtu: INTERFACE_MTU,
            up: true,
        }
    }
}
