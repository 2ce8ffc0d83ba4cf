//! Packets that are alike: once the first has been found to arrive later, once and unchanged, the next ones only take their time.

use std::net::SocketAddr;

use super::Network;
use crate::ids::HostId;
use crate::packet::{Body, Packet};
use crate::topology::Path;

/// The way of UDP datagrams that are alike, with one pair of ends and one length, from one host to another. It holds until the
/// network changes.
#[derive(Clone, Copy, Debug)]
pub struct Passage {
    /// The place of the path among those of the network.
    path: usize,
    /// The host that they reach.
    pub to: HostId,
    /// The direction of a link that they take, as [`Decision::Deliver`](crate::Decision::Deliver) has it.
    pub queue: usize,
    size: u32,
    src: SocketAddr,
    dst: SocketAddr,
}

impl Network {
    /// Returns the way of datagrams like `packet`, which `src` is about to send: `None` if a link or firewall may drop, alter, copy or
    /// reorder them, if a translation changes them, if `src` is slow to send, or if they arrive at once.
    pub fn passage(&mut self, now_ns: u64, src: HostId, packet: &Packet) -> Option<Passage> {
        let Body::Udp { src_port, dst_port, .. } = packet.body else { return None };
        let is_translated = !self.translations.is_empty() && !self.is_inside(src, packet.dst);
        let to = self.host_at(packet.dst).filter(|&to| to != src && !is_translated)?;
        if self.shapers[src.index()].is_some() || self.check_length(now_ns, src, packet).is_err() {
            return None;
        }
        let index = self.path_index(src, to);
        let path = self.paths[index].get_or_insert_with(|| Path::new(&self.links, &self.firewalls, src, to));
        let size = packet.size();
        let is_plain = self.links[path.link].direction_of(path.way).is_plain(size);
        let passes = |&(index, way): &(usize, _)| self.firewalls[index].1.lets_through(now_ns, packet, way);
        (is_plain && path.firewalls.iter().all(passes)).then(|| Passage {
            path: index,
            to,
            queue: path.queue(),
            size,
            src: SocketAddr::new(packet.src, src_port),
            dst: SocketAddr::new(packet.dst, dst_port),
        })
    }

    /// Sends the next datagram on its way and returns the time of its arrival. `None`, without an effect, if a queue is full or a firewall
    /// has forgotten the flow: then [`Network::decide`] decides on it.
    pub fn pass(&mut self, now_ns: u64, passage: &Passage) -> Option<u64> {
        let path = self.paths[passage.path].as_mut()?;
        for &(index, _) in &path.firewalls {
            if !self.firewalls[index].1.pass_again(now_ns, passage.src, passage.dst) {
                return None;
            }
        }
        let direction = self.links[path.link].direction(path.way);
        let at_ns = path.carry(direction, now_ns, passage.size, 0).ok()?;
        self.totals.sent += 1;
        Some(at_ns)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::policy::{Policy, Tracking};
    use crate::{Decision, Impairments, Match, Protocol, Rule, RuleAction};

    fn datagram(length: usize) -> Packet {
        let body =
            Body::Udp { src_port: 5246, dst_port: 5248, payload: bytes::Bytes::from(vec![0; length]).into() };
        let [src, dst] = [1, 2].map(|last| [10, 0, 0, last].into());
        Packet { src, dst, dont_fragment: true, overhead: 0, body }
    }

    /// Makes two hosts behind a stateful firewall that forgets after five seconds.
    fn network(impairments: &Impairments) -> (Network, HostId) {
        let mut network = Network::new(1);
        let [left, right] = [1, 2].map(|last| network.host(&[[10, 0, 0, last].into()]));
        network.link("lan", &[left], &[right], impairments.clone(), impairments.clone());
        let rule = Rule::new(RuleAction::Permit, Match { protocol: Some(Protocol::Udp), ..Match::default() });
        let mut policy = Policy::stateful(vec![rule], RuleAction::Deny);
        policy.tracking =
            policy.tracking.map(|tracking| Tracking { udp_timeout: Duration::from_secs(5), ..tracking });
        network.firewall_with("dc", &[left], &[right], policy);
        (network, left)
    }

    fn arrival(decision: &Decision) -> Option<u64> {
        match decision {
            Decision::Deliver { at_ns, .. } => Some(*at_ns),
            _ => None,
        }
    }

    #[test]
    fn only_what_arrives_once_and_unchanged_has_a_passage() {
        let plain = Impairments::default();
        let has_one = |impairments: &Impairments| {
            let (mut network, left) = network(impairments);
            network.decide(0, left, &datagram(100));
            network.passage(1, left, &datagram(100)).is_some()
        };
        assert!(has_one(&plain));
        for impairments in [
            Impairments { up: false, ..plain.clone() },
            Impairments { mtu: 100, ..plain.clone() },
            Impairments { loss: 0.1, ..plain.clone() },
            Impairments { duplication: 0.1, ..plain.clone() },
            Impairments { reordering: 0.1, ..plain.clone() },
            Impairments { corruption: 0.1, ..plain.clone() },
            Impairments { silent_corruption: 0.1, ..plain.clone() },
            Impairments { latency: Duration::ZERO, ..plain.clone() },
        ] {
            assert!(!has_one(&impairments), "{impairments:?}");
        }
        let (mut network, left) = network(&plain);
        assert!(network.passage(0, left, &datagram(100)).is_none(), "no firewall has seen it");
        network.decide(0, left, &datagram(100));
        network.slow_down(left, Duration::from_millis(1), None);
        assert!(network.passage(1, left, &datagram(100)).is_none(), "its host is slow");
    }

    #[test]
    fn a_flow_that_a_firewall_has_forgotten_does_not_pass() {
        let (mut network, left) = network(&Impairments::default());
        network.decide(0, left, &datagram(100));
        let passage = network.passage(1, left, &datagram(100)).expect("it is permitted");
        let s = 1_000_000_000;
        assert!(network.pass(5 * s, &passage).is_some());
        assert!(network.pass(10 * s, &passage).is_some(), "the last packet was five seconds ago");
        let sent = network.totals();
        assert_eq!(network.pass(16 * s, &passage), None);
        assert_eq!(network.totals(), sent);
    }

    proptest! {
        /// Two equal networks: one decides on each packet, the other lets those that it can pass.
        #[test]
        fn what_passes_arrives_as_if_it_had_been_decided_on(
            bandwidth in prop::option::of(100_000..10_000_000_u64),
            queue in prop::option::of(0..4_000_u64),
            jitter_us in prop_oneof![Just(0), 0..5_000_u64],
            sends in prop::collection::vec((0..20_000_000_u64, any::<bool>()), 1..60),
        ) {
            let impairments =
                Impairments { bandwidth, queue, jitter: Duration::from_micros(jitter_us), ..Impairments::default() };
            let [(mut decides, left), (mut passes, _)] = [network(&impairments), network(&impairments)];
            let mut now_ns = 0;
            for (later_ns, may_pass) in sends {
                now_ns += later_ns;
                let expected = decides.decide(now_ns, left, &datagram(1_400));
                let passage = passes.passage(now_ns, left, &datagram(1_400)).filter(|_| may_pass);
                let passed = passage.and_then(|passage| passes.pass(now_ns, &passage));
                let at_ns = passed.or_else(|| arrival(&passes.decide(now_ns, left, &datagram(1_400))));
                prop_assert_eq!(at_ns, arrival(&expected));
                prop_assert_eq!(passes.totals(), decides.totals());
                prop_assert_eq!(passes.links[1].forward.counters, decides.links[1].forward.counters);
            }
        }
    }
}
