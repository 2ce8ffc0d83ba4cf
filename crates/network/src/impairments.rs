//! The parameters of one direction of a link. Scenarios set them, and [`LinkDirection`](crate::LinkDirection) applies them.

use std::time::Duration;

/// The longest IP packet that an interface sends (Ethernet), in bytes.
pub const INTERFACE_MTU: u32 = 1500;

macro_rules! impairments {
    ($($(#[$about:meta])* $name:ident: $kind:ty = $default:expr,)+) => {
        /// The impairments of one direction of a link: those of tc-netem(8), with rate and limit, and the MTU.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Impairments {
            $($(#[$about])* pub $name: $kind,)+
        }

        impl Default for Impairments {
            /// Returns a quiet gigabit LAN: 250 µs, 1 Gbit/s, no loss, duplication or corruption of either kind.
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }
    };
}

impairments! {
    /// The propagation delay of every packet, without serialisation and queueing.
    latency: Duration = Duration::from_micros(250),
    /// The maximum extra delay, drawn evenly for each packet. Packets of one pair of hosts are never reordered by it.
    jitter: Duration = Duration::ZERO,
    /// The bandwidth in bits per second; `None` sends at once.
    bandwidth: Option<u64> = Some(1_000_000_000),
    /// The number of bytes that may wait to be sent; excess packets are dropped (tail drop). `None` is without limit.
    queue: Option<u64> = None,
    /// The probability from 0 to 1 that a packet is lost.
    loss: f64 = 0.0,
    /// The probability from 0 to 1 that a packet arrives a second time, a little later.
    duplication: f64 = 0.0,
    /// The probability from 0 to 1 that a UDP datagram is held back, so that later ones of its pair overtake it. TCP stays in
    /// order.
    reordering: f64 = 0.0,
    /// The probability from 0 to 1 that a frame is damaged on the wire. The receiving interface drops it, as its FCS is wrong.
    corruption: f64 = 0.0,
    /// The probability from 0 to 1 that some bits of a payload flip in a device on the way, which computes all checksums anew.
    silent_corruption: f64 = 0.0,
    /// The longest IP packet in bytes. A longer UDP datagram without DF is fragmented over IPv4; anything else is dropped.
    mtu: u32 = INTERFACE_MTU,
    /// The way with packets that are longer than `mtu`.
    pmtud: Pmtud = Pmtud::Icmp,
    /// True if the link carries packets.
    up: bool = true,
}

/// The way of a link with packets that are longer than its MTU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pmtud {
    /// A router in front of it cuts them or, if they have DF, drops them and says so (RFC 1191).
    Icmp,
    /// It does the same in silence.
    BlackHole,
    /// There is no router: the interfaces of the hosts have the MTU, and nothing longer is sent.
    Local,
}

/// The effects of impairments on a packet that arrives, apart from delay.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Effects {
    /// The bits that flip, counted from the first of the payload.
    pub(crate) flips: Vec<u32>,
    /// The time after it at which a copy arrives.
    pub(crate) copy_after_ns: Option<u64>,
    /// The time for which it is held back.
    pub(crate) held_ns: Option<u64>,
}
