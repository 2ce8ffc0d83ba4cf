//! One direction of a link: delay, jitter, serialisation behind a bounded queue, loss, MTU.

use std::time::Duration;

use host::Entropy;
use rand::RngExt;

/// What Ethernet adds to an IP packet on the wire: preamble 8, header 14, FCS 4, gap 12 bytes (IEEE 802.3).
const ETHERNET_OVERHEAD: u64 = 38;

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

/// One direction of a link, with what it is busy with.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) conditions: Conditions,
    busy_until_ns: u64,
    entropy: Entropy,
}

impl Lane {
    pub(crate) fn new(conditions: Conditions, entropy: Entropy) -> Self {
        Self { conditions, busy_until_ns: 0, entropy }
    }

    /// Sends a packet of `size` IP bytes at `now_ns`; returns when it arrives, or why it does not.
    pub(crate) fn send(&mut self, now_ns: u64, size: u32) -> Result<u64, Lost> {
        let Conditions { latency, jitter, bandwidth, queue_bytes, loss, mtu, up } = self.conditions;
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
        Ok(arrival_ns)
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
}
