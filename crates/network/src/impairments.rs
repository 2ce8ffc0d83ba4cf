//! The numbers of one direction of a link. Scenarios are read into them, and [`LinkDirection`](crate::LinkDirection) applies them.

use std::time::Duration;

/// The longest IP packet that an interface sends (Ethernet), in bytes.
pub const INTERFACE_MTU: u32 = 1500;

macro_rules! impairments {
    ($($(#[$about:meta])* $name:ident: $kind:ty = $default:expr,)+) => {
        /// What packets meet in one direction of a link: what tc-netem(8) calls impairments, rate and limit, and the MTU.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Impairments {
            $($(#[$about])* pub $name: $kind,)+
        }

        impl Default for Impairments {
            /// A quiet gigabit LAN: 250 µs, 1 Gbit/s, nothing lost, doubled or damaged.
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }
    };
}

impairments! {
    /// Propagation delay of every packet, without serialisation and queueing.
    latency: Duration = Duration::from_micros(250),
    /// Up to this much more, drawn evenly for each packet. Packets of one pair of hosts are never reordered by it.
    jitter: Duration = Duration::ZERO,
    /// Bits per second; `None` sends at once.
    bandwidth: Option<u64> = Some(1_000_000_000),
    /// Bytes that may wait to be sent; what would exceed it is dropped (tail drop). `None` is without limit.
    queue: Option<u64> = None,
    /// Probability from 0 to 1 that a packet is lost.
    loss: f64 = 0.0,
    /// Probability from 0 to 1 that a packet arrives a second time, a little later.
    duplication: f64 = 0.0,
    /// Probability from 0 to 1 that a UDP datagram is held back, so that later ones of its pair overtake it. TCP keeps its order.
    reordering: f64 = 0.0,
    /// Probability from 0 to 1 that some bits of a packet turn over. The receiver drops it, unless all checksums still fit.
    corruption: f64 = 0.0,
    /// Longest IP packet in bytes. Longer ones vanish, as behind a path that filters ICMP.
    mtu: u32 = INTERFACE_MTU,
    /// Whether the link carries anything at all.
    up: bool = true,
}

/// What impairments do to a packet that gets through, beside delaying it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Effects {
    /// Bits that turn over, counted from the first of the IP header.
    pub(crate) flips: Vec<u32>,
    /// How long after it a copy arrives.
    pub(crate) copy_after_ns: Option<u64>,
    /// For how long it is held back.
    pub(crate) held_ns: Option<u64>,
}
