//! The network: whether and when a packet arrives.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use crate::decision::{Answer, Decision, DropReason, Impaired};
use crate::direction::{Counters, LinkDirection};
use crate::firewall::Firewall;
use crate::generator::derive;
use crate::impairments::Impairments;
use crate::packet::{Body, Packet};
use crate::rule::{Rule, RuleAction};
use crate::shaper::Shaper;
use crate::topology::{Between, FirewallId, HostId, Link, LinkId, Path, Way};
use crate::wire;

/// What became of all packets, counted as they were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Packets that hosts sent.
    pub sent: u64,
    /// Packets that links and firewalls dropped, or that had no host to go to.
    pub dropped: u64,
    /// Copies that links made. They are not among those sent.
    pub duplicated: u64,
    /// Datagrams that links held back so that later ones overtake them.
    pub reordered: u64,
    /// Packets in which links turned bits over.
    pub corrupted: u64,
}

/// Hosts, and the links and firewalls between them.
#[derive(Debug)]
pub struct Network {
    seed: u64,
    /// By index of the host.
    shapers: Vec<Option<Shaper>>,
    by_address: BTreeMap<IpAddr, HostId>,
    links: Vec<Link>,
    firewalls: Vec<(Between, Firewall)>,
    /// By source, then destination; filled as pairs first talk.
    paths: Vec<Option<Path>>,
    totals: Totals,
}

impl Network {
    /// A network without hosts, whose every random choice follows from `seed`.
    pub fn new(seed: u64) -> Self {
        let mut network = Self {
            seed,
            shapers: Vec::new(),
            by_address: BTreeMap::new(),
            links: Vec::new(),
            firewalls: Vec::new(),
            paths: Vec::new(),
            totals: Totals::default(),
        };
        let lan = Impairments { bandwidth: None, ..Impairments::default() };
        network.link("default", &[], &[], lan.clone(), lan);
        network
    }

    /// Adds a host.
    ///
    /// # Panics
    /// If an address is taken: a scenario has been checked for that.
    pub fn host(&mut self, addresses: &[IpAddr]) -> HostId {
        let id = HostId(self.shapers.len() as u32);
        self.shapers.push(None);
        for address in addresses {
            let taken = self.by_address.insert(*address, id);
            assert!(taken.is_none(), "two hosts have the address {address}");
        }
        self.paths.clear();
        id
    }

    /// Joins every host of `a` with every host of `b`. All of them share the link's bandwidth. Where several links join a pair,
    /// the first one added carries its packets; pairs that no link joins have a LAN without a bandwidth limit.
    pub fn link(
        &mut self,
        name: &str,
        a: &[HostId],
        b: &[HostId],
        forward: Impairments,
        reverse: Impairments,
    ) -> LinkId {
        let direction = |impairments, way| {
            LinkDirection::new(impairments, derive(self.seed, &format!("link/{name}/{way}")))
        };
        let (forward, reverse) = (direction(forward, "forward"), direction(reverse, "reverse"));
        self.links.push(Link { between: Between::new(a, b), forward, reverse });
        self.paths.clear();
        LinkId(self.links.len() as u32 - 1)
    }

    /// Puts a firewall between every host of `a` and every host of `b`. `default` is for packets that no rule matches.
    pub fn firewall(
        &mut self,
        name: &str,
        a: &[HostId],
        b: &[HostId],
        rules: Vec<Rule>,
        default: RuleAction,
    ) -> FirewallId {
        self.firewalls.push((Between::new(a, b), Firewall::new(name, rules, default)));
        self.paths.clear();
        FirewallId(self.firewalls.len() as u32 - 1)
    }

    /// Changes a link, forward and reverse, for the packets sent from now on.
    pub fn change_link(&mut self, id: LinkId, change: impl FnOnce(&mut Impairments, &mut Impairments)) {
        let link = &mut self.links[id.0 as usize];
        change(&mut link.forward.impairments, &mut link.reverse.impairments);
    }

    /// Changes the rules of a firewall. Flows permitted so far have to be permitted anew.
    pub fn change_rules(&mut self, id: FirewallId, change: impl FnOnce(&mut Vec<Rule>)) {
        self.firewalls[id.0 as usize].1.change_rules(change);
    }

    /// Changes what a firewall does with packets that no rule matches. Flows permitted so far have to be permitted anew.
    pub fn set_default(&mut self, id: FirewallId, action: RuleAction) {
        self.firewalls[id.0 as usize].1.set_default(action);
    }

    /// Has a host send everything `delay` later and no faster than `rate` bytes per second, headers included, from now on.
    pub fn slow_down(&mut self, id: HostId, delay: Duration, rate: Option<u64>) {
        self.shapers[id.index()] = Shaper::new(delay, rate);
    }

    /// What has crossed a link so far, forward and reverse.
    pub fn counters(&self, id: LinkId) -> (Counters, Counters) {
        let link = &self.links[id.0 as usize];
        (link.forward.counters, link.reverse.counters)
    }

    /// What became of all packets so far.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Decides on a packet that `src` sends at `now_ns`, nanoseconds since the start of the run: firewalls first, then the link. Time
    /// must not go backwards from call to call.
    pub fn decide(&mut self, now_ns: u64, src: HostId, packet: &Packet) -> Decision {
        self.totals.sent += 1;
        let Some(&to) = self.by_address.get(&packet.dst) else {
            return self.drop_packet(DropReason::NoHost(packet.dst));
        };
        if src == to {
            return Decision::Deliver { to, at_ns: now_ns, queue: None };
        }
        let hosts = self.shapers.len();
        if self.paths.is_empty() {
            self.paths = vec![None; hosts * hosts];
        }
        let path = self.paths[src.index() * hosts + to.index()]
            .get_or_insert_with(|| Path::new(&self.links, &self.firewalls, src, to));
        let link = &mut self.links[path.link];
        for &index in &path.firewalls {
            let firewall = &mut self.firewalls[index].1;
            if let Err(blocked) = firewall.filter(now_ns, packet) {
                let (name, rule) = (firewall.name.clone(), blocked.rule);
                let there_and_back = link.forward.impairments.latency.as_nanos() as u64;
                let answer =
                    packet.rejection().filter(|_| blocked.action == RuleAction::Reject).map(|packet| {
                        let (firewall, rule) = (name.clone(), rule.clone());
                        Box::new(Answer { from: to, packet, at_ns: now_ns + there_and_back, firewall, rule })
                    });
                self.totals.dropped += 1;
                return Decision::Drop { reason: DropReason::Firewall { name, rule }, answer };
            }
        }
        let direction = link.direction(path.way);
        let size = packet.size();
        let held_ns = self.shapers[src.index()].as_mut().map_or(0, |shaper| shaper.hold(now_ns, size));
        let at_ns = match direction.send(now_ns, size) {
            Ok(arrival_ns) => (arrival_ns + held_ns).max(path.last_arrival_ns),
            Err(reason) => return self.drop_packet(reason),
        };
        path.last_arrival_ns = at_ns;
        let may_reorder = matches!(packet.body, Body::Udp { .. });
        let Some(effects) = direction.effects(size, may_reorder) else {
            // Others of its direction overtake a packet whose host is slow to send.
            let queue = (held_ns == 0).then(|| 2 * path.link + usize::from(path.way == Way::Reverse));
            return Decision::Deliver { to, at_ns, queue };
        };
        let corrupted = (!effects.flips.is_empty()).then(|| wire::damage(packet, &effects.flips));
        self.totals.corrupted += u64::from(corrupted.is_some());
        self.totals.reordered += u64::from(effects.held_ns.is_some());
        self.totals.duplicated += u64::from(effects.copy_after_ns.is_some());
        Decision::Impair(Box::new(Impaired::new(to, at_ns, &effects, corrupted)))
    }

    fn drop_packet(&mut self, reason: DropReason) -> Decision {
        self.totals.dropped += 1;
        Decision::Drop { reason, answer: None }
    }
}
