//! One direction of a link: delay, jitter, serialisation behind a bounded queue, loss, MTU; duplication, reordering, corruption of both
//! kinds.

use std::time::Duration;

use rand::RngExt;

use crate::decision::DropReason;
use crate::generator::Generator;
use crate::impairments::{Effects, INTERFACE_MTU, Impairments};

/// The bytes that Ethernet adds to an IP packet on the wire: preamble 8, header 14, FCS 4, gap 12 (IEEE 802.3).
const ETHERNET_OVERHEAD: u64 = 38;

/// The maximum number of bits that flip in a payload that is corrupted silently.
const FLIPS_MAX: u32 = 8;

/// The minimum spread: a copy arrives up to this, the latency or the jitter of the link after its packet, whichever is longest.
const SPREAD_MIN: Duration = Duration::from_millis(1);

/// The maximum time for which a packet is held back, in spreads; the minimum is one.
const HOLD_SPREADS: u64 = 4;

/// The traffic that has crossed one direction of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Packets that were not lost, including duplicates and those that were damaged.
    pub packets: u64,
    /// Their bytes on the wire: IP packets and 38 bytes of Ethernet each, as bandwidth counts them.
    pub bytes: u64,
}

impl Counters {
    /// Counts a packet of `size` IP bytes.
    fn count(&mut self, size: u32) {
        self.packets += 1;
        self.bytes += u64::from(size) + ETHERNET_OVERHEAD;
    }
}

/// One direction of a link, with its queue.
#[derive(Debug)]
pub(crate) struct LinkDirection {
    pub(crate) impairments: Impairments,
    pub(crate) counters: Counters,
    busy_until_ns: u64,
    generator: Generator,
}

impl LinkDirection {
    pub(crate) fn new(impairments: Impairments, generator: Generator) -> Self {
        Self { impairments, counters: Counters::default(), busy_until_ns: 0, generator }
    }

    /// Sends a packet of `size` IP bytes at `now_ns`; returns its arrival time, or the reason that it is dropped.
    pub(crate) fn send(&mut self, now_ns: u64, size: u32) -> Result<u64, DropReason> {
        let Impairments { latency, jitter, bandwidth, queue, loss, corruption, mtu, up, .. } =
            self.impairments;
        if !up {
            return Err(DropReason::LinkDown);
        }
        if size > mtu {
            return Err(DropReason::TooLong);
        }
        if loss > 0.0 && self.generator.random::<f64>() < loss {
            return Err(DropReason::Loss);
        }
        let mut sent_ns = now_ns;
        if let Some(bits_per_s) = bandwidth {
            let wait_ns = self.busy_until_ns.saturating_sub(now_ns);
            let waiting_bytes = || u128::from(wait_ns) * u128::from(bits_per_s) / 8_000_000_000;
            if wait_ns > 0 && queue.is_some_and(|queue| waiting_bytes() > u128::from(queue)) {
                return Err(DropReason::QueueFull);
            }
            let on_wire_ns = (u64::from(size) + ETHERNET_OVERHEAD) * 8_000_000_000 / bits_per_s;
            sent_ns = now_ns + wait_ns + on_wire_ns;
            self.busy_until_ns = sent_ns;
        }
        let mut arrival_ns = sent_ns + latency.as_nanos() as u64;
        if !jitter.is_zero() {
            arrival_ns += self.generator.random_range(0..=jitter.as_nanos() as u64);
        }
        self.counters.count(size);
        // It has taken its time on the wire.
        if corruption > 0.0 && self.generator.random::<f64>() < corruption {
            return Err(DropReason::WrongFcs);
        }
        Ok(arrival_ns)
    }

    /// Returns true if every packet of `size` IP bytes arrives later, once and unchanged, unless its queue is full.
    pub(crate) fn is_plain(&self, size: u32) -> bool {
        let Impairments { latency, mtu, up, .. } = self.impairments;
        let Impairments { loss, duplication, reordering, corruption, silent_corruption, .. } =
            self.impairments;
        up && !latency.is_zero()
            && size <= mtu.min(INTERFACE_MTU)
            && loss + duplication + reordering + corruption + silent_corruption <= 0.0
    }

    /// Returns the bits of a payload of so many bytes that flip on the way, counted from its first. Draws only if the link has that
    /// impairment.
    pub(crate) fn flips(&mut self, payload: u32) -> Vec<u32> {
        let share = self.impairments.silent_corruption;
        let mut flips = Vec::new();
        if share > 0.0 && payload > 0 && self.generator.random::<f64>() < share {
            for _ in 0..self.generator.random_range(1..=FLIPS_MAX) {
                let flip = self.generator.random_range(0..8 * payload);
                if !flips.contains(&flip) {
                    flips.push(flip);
                }
            }
        }
        flips
    }

    /// Returns further effects on a sent packet of `size` IP bytes with a payload of so many. Draws only for impairments that the link
    /// has, in a fixed order.
    pub(crate) fn effects(&mut self, size: u32, payload: u32, may_reorder: bool) -> Option<Effects> {
        let Impairments { latency, jitter, duplication, reordering, silent_corruption, .. } =
            self.impairments;
        // One comparison suffices for nearly all links, which have none of these impairments.
        if duplication + reordering + silent_corruption <= 0.0 {
            return None;
        }
        let mut effects = Effects { flips: self.flips(payload), ..Effects::default() };
        let spread_ns = (latency.max(jitter).max(SPREAD_MIN)).as_nanos() as u64;
        if duplication > 0.0 && self.generator.random::<f64>() < duplication {
            effects.copy_after_ns = Some(self.generator.random_range(0..=spread_ns));
            self.counters.count(size);
        }
        if may_reorder && reordering > 0.0 && self.generator.random::<f64>() < reordering {
            effects.held_ns = Some(self.generator.random_range(spread_ns..=HOLD_SPREADS * spread_ns));
        }
        (effects != Effects::default()).then_some(effects)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn direction(impairments: Impairments) -> LinkDirection {
        LinkDirection::new(impairments, crate::generator::derive(1, "direction"))
    }

    #[test]
    fn serialisation_queues_packets_behind_each_other() {
        let mut direction = direction(Impairments { bandwidth: Some(8_000_000), ..Impairments::default() });
        // 962 + 38 bytes at one byte per microsecond: a millisecond each.
        assert_eq!(direction.send(0, 962), Ok(1_250_000));
        assert_eq!(direction.send(0, 962), Ok(2_250_000));
        assert_eq!(direction.send(5_000_000, 962), Ok(6_250_000));
    }

    #[test]
    fn what_crosses_is_counted_as_bandwidth_counts_it() {
        let mut direction = direction(Impairments { mtu: 1000, duplication: 1.0, ..Impairments::default() });
        direction.send(0, 962).expect("short enough");
        assert_eq!(direction.counters, Counters { packets: 1, bytes: 1000 });
        direction.send(0, 1001).expect_err("too long");
        assert_eq!(direction.counters, Counters { packets: 1, bytes: 1000 });
        direction.effects(962, 934, true).expect("it makes a copy of each");
        assert_eq!(direction.counters, Counters { packets: 2, bytes: 2000 });
    }

    #[test]
    fn a_full_queue_drops_the_tail() {
        let mut direction = direction(Impairments {
            bandwidth: Some(8_000_000),
            queue: Some(2_000),
            ..Impairments::default()
        });
        let sent = (0..10).filter(|_| direction.send(0, 962).is_ok()).count();
        assert_eq!(sent, 3, "two thousand bytes wait behind the one being sent");
        assert_eq!(direction.send(0, 962), Err(DropReason::QueueFull));
    }

    #[test]
    fn long_packets_and_down_links_lose() {
        let mut direction = direction(Impairments { mtu: 576, ..Impairments::default() });
        assert_eq!(direction.send(0, 577), Err(DropReason::TooLong));
        assert!(direction.send(0, 576).is_ok());
        direction.impairments.up = false;
        assert_eq!(direction.send(0, 100), Err(DropReason::LinkDown));
    }

    #[test]
    fn loss_is_near_its_probability() {
        let mut direction = direction(Impairments { loss: 0.25, ..Impairments::default() });
        let lost = (0..10_000).filter(|_| direction.send(0, 100) == Err(DropReason::Loss)).count();
        assert!((2_300..2_700).contains(&lost), "{lost} of 10,000 lost");
    }

    #[test]
    fn a_damaged_frame_takes_its_time_and_does_not_arrive() {
        let mut direction =
            direction(Impairments { bandwidth: Some(8_000_000), corruption: 0.25, ..Impairments::default() });
        let damaged = (0..10_000).filter(|_| direction.send(0, 962) == Err(DropReason::WrongFcs)).count();
        assert!((2_300..2_700).contains(&damaged), "{damaged} of 10,000 damaged");
        // A millisecond each.
        assert_eq!((direction.counters.packets, direction.busy_until_ns), (10_000, 10_000_000_000));
    }

    #[test]
    fn a_payload_is_altered_in_a_few_bits_and_an_empty_one_in_none() {
        let mut direction = direction(Impairments { silent_corruption: 1.0, ..Impairments::default() });
        let flips: Vec<Vec<u32>> = (0..1_000).map(|_| direction.flips(4)).collect();
        assert!(
            flips.iter().all(|flips| (1..=8).contains(&flips.len()) && flips.iter().all(|flip| *flip < 32))
        );
        assert_eq!((direction.flips(0), direction.effects(40, 0, true)), (vec![], None));
    }

    #[test]
    fn effects_are_near_their_probabilities_and_within_their_bounds() {
        let mut direction = direction(Impairments {
            duplication: 0.1,
            reordering: 0.2,
            silent_corruption: 0.3,
            ..Impairments::default()
        });
        let effects: Vec<Effects> = (0..10_000).filter_map(|_| direction.effects(100, 72, true)).collect();
        let count = |is: fn(&Effects) -> bool| effects.iter().filter(|effects| is(effects)).count();
        assert!((900..1_100).contains(&count(|effects| effects.copy_after_ns.is_some())));
        assert!((1_850..2_150).contains(&count(|effects| effects.held_ns.is_some())));
        assert!((2_850..3_150).contains(&count(|effects| !effects.flips.is_empty())));
        for effects in effects {
            assert!(effects.flips.len() <= 8 && effects.flips.iter().all(|flip| *flip < 576), "{effects:?}");
            assert!(effects.copy_after_ns.is_none_or(|after_ns| after_ns <= 1_000_000), "{effects:?}");
            assert!(effects.held_ns.is_none_or(|ns| (1_000_000..=4_000_000).contains(&ns)), "{effects:?}");
        }
        assert!(
            (0..1_000)
                .filter_map(|_| direction.effects(100, 72, false))
                .all(|effects| effects.held_ns.is_none())
        );
    }

    #[test]
    fn what_a_link_does_not_do_draws_nothing() {
        let impairments = Impairments { loss: 0.5, ..Impairments::default() };
        let (mut asked, mut not_asked) = (direction(impairments.clone()), direction(impairments));
        for _ in 0..1_000 {
            assert_eq!(asked.effects(100, 72, true), None);
            assert_eq!(asked.send(0, 100), not_asked.send(0, 100));
        }
    }
}
