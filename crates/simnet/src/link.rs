//! One direction of a link: delay, jitter, serialisation behind a bounded queue, loss, MTU; duplication, reordering, corruption.

use std::time::Duration;

use host::Entropy;
use rand::RngExt;

use crate::packet::{Body, Packet};

/// What Ethernet adds to an IP packet on the wire: preamble 8, header 14, FCS 4, gap 12 bytes (IEEE 802.3).
const ETHERNET_OVERHEAD: u64 = 38;

/// Most bits that turn over in a packet that is corrupted. One is always found by a checksum, more nearly always.
const FLIPS_MAX: u32 = 8;

/// A copy arrives up to the latency or the jitter of the link after its packet, whichever is longer, or up to this.
const SPREAD_MIN: Duration = Duration::from_millis(1);

/// A packet that is held back waits for one to this many times as long.
const HOLD_SPREADS: u64 = 4;

/// How one direction of a link behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditions {
    /// Propagation delay of every packet.
    pub latency: Duration,
    /// Up to this much more, drawn evenly for each packet. Packets of one pair of hosts are never reordered by it.
    pub jitter: Duration,
    /// Bits per second; `None` sends at once.
    pub bandwidth: Option<u64>,
    /// Bytes that may wait to be sent; what would exceed it is dropped (tail drop).
    pub queue_bytes: u64,
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
    /// Whether it carries anything at all.
    pub up: bool,
}

impl Default for Conditions {
    /// A quiet gigabit LAN: 250 µs, 1 Gbit/s, a queue of 512 KiB, MTU 1500.
    fn default() -> Self {
        Self {
            latency: Duration::from_micros(250),
            jitter: Duration::ZERO,
            bandwidth: Some(1_000_000_000),
            queue_bytes: 512 * 1024,
            loss: 0.0,
            duplication: 0.0,
            reordering: 0.0,
            corruption: 0.0,
            mtu: 1500,
            up: true,
        }
    }
}

/// Why a packet did not get through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    Down,
    TooLong,
    Loss,
    QueueFull,
}

impl Lost {
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Lost::Down => "link is down",
            Lost::TooLong => "longer than the MTU of the path",
            Lost::Loss => "lost on the link",
            Lost::QueueFull => "queue of the link is full",
        }
    }
}

/// What a link does to a packet that gets through, beside delaying it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Mishap {
    /// Bits that turn over, counted from the first of the IP header.
    pub(crate) flips: Vec<u32>,
    /// How long after it a copy arrives.
    pub(crate) copy_after_ns: Option<u64>,
    /// For how long it is held back.
    pub(crate) held_ns: Option<u64>,
}

impl Mishap {
    /// What the capture says about `packet`, as it is after what happened to it.
    pub(crate) fn comment(&self, packet: &Packet) -> Option<String> {
        let held = self.held_ns.map(|ns| format!("held back for {} µs on the link", ns / 1_000));
        let corrupted = match packet.body {
            _ if self.flips.is_empty() => None,
            Body::Damaged(_) => Some("corrupted on the link, dropped by the receiver"),
            _ => Some("corrupted on the link, but its checksum fits"),
        };
        let comment: Vec<String> = [corrupted.map(str::to_owned), held].into_iter().flatten().collect();
        (!comment.is_empty()).then(|| comment.join("; "))
    }
}

/// One direction of a link, with what it is busy with.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) conditions: Conditions,
    busy_until_ns: u64,
    pub(crate) crossed: Crossed,
    entropy: Entropy,
}

/// What has crossed one direction of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crossed {
    /// Packets that it did not lose, copies that it made of them included.
    pub packets: u64,
    /// Their bytes on the wire: IP packets and 38 bytes of Ethernet each, as bandwidth counts them.
    pub bytes: u64,
}

impl Crossed {
    /// A packet of `size` IP bytes.
    pub(crate) fn count(&mut self, size: u32) {
        self.packets += 1;
        self.bytes += u64::from(size) + ETHERNET_OVERHEAD;
    }
}

impl Lane {
    pub(crate) fn new(conditions: Conditions, entropy: Entropy) -> Self {
        Self { conditions, busy_until_ns: 0, crossed: Crossed::default(), entropy }
    }

    /// Sends a packet of `size` IP bytes at `now_ns`; returns when it arrives, or why it does not.
    pub(crate) fn send(&mut self, now_ns: u64, size: u32) -> Result<u64, Lost> {
        let Conditions { latency, jitter, bandwidth, queue_bytes, loss, mtu, up, .. } = self.conditions;
        if !up {
            return Err(Lost::Down);
        }
        if size > mtu {
            return Err(Lost::TooLong);
        }
        if loss > 0.0 && self.entropy.random::<f64>() < loss {
            return Err(Lost::Loss);
        }
        let mut sent_ns = now_ns;
        if let Some(bits_per_s) = bandwidth {
            let wait_ns = self.busy_until_ns.saturating_sub(now_ns);
            if wait_ns > 0 {
                let waiting_bytes = u128::from(wait_ns) * u128::from(bits_per_s) / 8_000_000_000;
                if waiting_bytes > u128::from(queue_bytes) {
                    return Err(Lost::QueueFull);
                }
            }
            let on_wire_ns = (u64::from(size) + ETHERNET_OVERHEAD) * 8_000_000_000 / bits_per_s;
            sent_ns = now_ns + wait_ns + on_wire_ns;
            self.busy_until_ns = sent_ns;
        }
        let mut arrival_ns = sent_ns + latency.as_nanos() as u64;
        if !jitter.is_zero() {
            arrival_ns += self.entropy.random_range(0..=jitter.as_nanos() as u64);
        }
        self.crossed.count(size);
        Ok(arrival_ns)
    }

    /// What else happens to a packet of `size` IP bytes that was sent. Draws only for what the link does at all, in a fixed order.
    pub(crate) fn mishap(&mut self, size: u32, may_reorder: bool) -> Option<Mishap> {
        let Conditions { latency, jitter, duplication, reordering, corruption, .. } = self.conditions;
        // One comparison for the links that do none of this, which are nearly all.
        if duplication + reordering + corruption <= 0.0 {
            return None;
        }
        let mut mishap = Mishap::default();
        if corruption > 0.0 && self.entropy.random::<f64>() < corruption {
            let bits = self.entropy.random_range(1..=FLIPS_MAX);
            for _ in 0..bits {
                let flip = self.entropy.random_range(0..8 * size);
                if !mishap.flips.contains(&flip) {
                    mishap.flips.push(flip);
                }
            }
        }
        let spread_ns = (latency.max(jitter).max(SPREAD_MIN)).as_nanos() as u64;
        if duplication > 0.0 && self.entropy.random::<f64>() < duplication {
            mishap.copy_after_ns = Some(self.entropy.random_range(0..=spread_ns));
            self.crossed.count(size);
        }
        if may_reorder && reordering > 0.0 && self.entropy.random::<f64>() < reordering {
            mishap.held_ns = Some(self.entropy.random_range(spread_ns..=HOLD_SPREADS * spread_ns));
        }
        (mishap != Mishap::default()).then_some(mishap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(conditions: Conditions) -> Lane {
        Lane::new(conditions, crate::derive(1, "lane"))
    }

    #[test]
    fn serialisation_queues_packets_behind_each_other() {
        let mut lane = lane(Conditions { bandwidth: Some(8_000_000), ..Conditions::default() });
        // 962 + 38 bytes at one byte per microsecond: a millisecond each.
        assert_eq!(lane.send(0, 962), Ok(1_250_000));
        assert_eq!(lane.send(0, 962), Ok(2_250_000));
        assert_eq!(lane.send(5_000_000, 962), Ok(6_250_000));
    }

    #[test]
    fn what_crosses_is_counted_as_bandwidth_counts_it() {
        let mut lane = lane(Conditions { mtu: 1000, duplication: 1.0, ..Conditions::default() });
        lane.send(0, 962).expect("short enough");
        assert_eq!(lane.crossed, Crossed { packets: 1, bytes: 1000 });
        lane.send(0, 1001).expect_err("too long");
        assert_eq!(lane.crossed, Crossed { packets: 1, bytes: 1000 });
        lane.mishap(962, true).expect("it makes a copy of each");
        assert_eq!(lane.crossed, Crossed { packets: 2, bytes: 2000 });
    }

    #[test]
    fn a_full_queue_drops_the_tail() {
        let mut lane =
            lane(Conditions { bandwidth: Some(8_000_000), queue_bytes: 2_000, ..Conditions::default() });
        let sent = (0..10).filter(|_| lane.send(0, 962).is_ok()).count();
        assert_eq!(sent, 3, "two thousand bytes wait behind the one being sent");
        assert_eq!(lane.send(0, 962), Err(Lost::QueueFull));
    }

    #[test]
    fn long_packets_and_down_links_lose() {
        let mut lane = lane(Conditions { mtu: 576, ..Conditions::default() });
        assert_eq!(lane.send(0, 577), Err(Lost::TooLong));
        assert!(lane.send(0, 576).is_ok());
        lane.conditions.up = false;
        assert_eq!(lane.send(0, 100), Err(Lost::Down));
    }

    #[test]
    fn loss_is_near_its_probability() {
        let mut lane = lane(Conditions { loss: 0.25, ..Conditions::default() });
        let lost = (0..10_000).filter(|_| lane.send(0, 100) == Err(Lost::Loss)).count();
        assert!((2_300..2_700).contains(&lost), "{lost} of 10,000 lost");
    }

    #[test]
    fn mishaps_are_near_their_probabilities_and_within_their_bounds() {
        let mut lane =
            lane(Conditions { duplication: 0.1, reordering: 0.2, corruption: 0.3, ..Conditions::default() });
        let mishaps: Vec<Mishap> = (0..10_000).filter_map(|_| lane.mishap(100, true)).collect();
        let count = |is: fn(&Mishap) -> bool| mishaps.iter().filter(|mishap| is(mishap)).count();
        assert!((900..1_100).contains(&count(|mishap| mishap.copy_after_ns.is_some())));
        assert!((1_850..2_150).contains(&count(|mishap| mishap.held_ns.is_some())));
        assert!((2_850..3_150).contains(&count(|mishap| !mishap.flips.is_empty())));
        for mishap in mishaps {
            assert!(mishap.flips.len() <= 8 && mishap.flips.iter().all(|flip| *flip < 800), "{mishap:?}");
            assert!(mishap.copy_after_ns.is_none_or(|after_ns| after_ns <= 1_000_000), "{mishap:?}");
            assert!(mishap.held_ns.is_none_or(|ns| (1_000_000..=4_000_000).contains(&ns)), "{mishap:?}");
        }
        assert!((0..1_000).filter_map(|_| lane.mishap(100, false)).all(|mishap| mishap.held_ns.is_none()));
    }

    #[test]
    fn what_a_link_does_not_do_draws_nothing() {
        let conditions = Conditions { loss: 0.5, ..Conditions::default() };
        let (mut asked, mut not_asked) = (lane(conditions.clone()), lane(conditions));
        for _ in 0..1_000 {
            assert_eq!(asked.mishap(100, true), None);
            assert_eq!(asked.send(0, 100), not_asked.send(0, 100));
        }
    }
}
