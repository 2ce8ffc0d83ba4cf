//! The network: decides whether and when a packet arrives.

mod fragmented;
mod passage;
mod path_mtu;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use tracing::{debug, trace};

use crate::decision::{Answer, Decision, DropReason, Impaired};
use crate::direction::{Counters, LinkDirection};
use crate::drops::{Counts, Drops, Observer, RuleDrops};
use crate::fcs::{FcsCounts, FcsErrors, PairFcsErrors};
use crate::firewall::Firewall;
use crate::fragments::{Kept, Part};
use crate::generator::derive;
use crate::ids::{FirewallId, HostId, LinkId};
use crate::impairments::{Effects, INTERFACE_MTU, Impairments, Pmtud};
use crate::nat::{Nat, Refused, Translations};
use crate::packet::{Body, Packet};
use crate::policy::Policy;
use crate::rule::{Header, Rule, RuleAction};
use crate::shaper::Shaper;
use crate::topology::{Between, Link, Path, Way};
use crate::wire;
pub use passage::Passage;
use path_mtu::PathMtus;

/// Counters of all packets, updated as they are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Packets that hosts sent.
    pub sent: u64,
    /// Packets that links and firewalls dropped, or that had no destination host.
    pub dropped: u64,
    /// Duplicates made by links. They are not among those sent.
    pub duplicated: u64,
    /// Datagrams that links held back so that later ones overtake them.
    pub reordered: u64,
    /// Frames that links damaged. They are among those dropped, but for fragments.
    pub damaged: u64,
    /// Packets whose payload was altered on the way, with checksums that fit.
    pub altered: u64,
    /// Fragments of datagrams; each such datagram counts once as sent or dropped.
    pub fragments: u64,
}

/// Hosts, and the links and firewalls between them.
#[derive(Debug)]
pub struct Network {
    seed: u64,
    /// The shapers, by index of the host.
    shapers: Vec<Option<Shaper>>,
    by_address: BTreeMap<IpAddr, HostId>,
    links: Vec<Link>,
    firewalls: Vec<(Between, Firewall)>,
    /// The paths by source, then destination; filled when a pair first communicates.
    paths: Vec<Option<Path>>,
    totals: Totals,
    translations: Translations,
    drops: Counts,
    observer: Option<Observer<Drops>>,
    fcs: FcsCounts,
    fcs_observer: Option<Observer<PairFcsErrors>>,
    /// The identification of the last datagram that was fragmented.
    identification: u16,
    kept: Kept,
    path_mtus: PathMtus,
    /// True if the interfaces of some hosts have the MTU of a link.
    has_local_mtus: bool,
}

impl Network {
    /// Makes a network without hosts; all random choices follow from `seed`.
    pub fn new(seed: u64) -> Self {
        let mut network = Self {
            seed,
            shapers: Vec::new(),
            by_address: BTreeMap::new(),
            links: Vec::new(),
            firewalls: Vec::new(),
            paths: Vec::new(),
            totals: Totals::default(),
            translations: Translations::default(),
            drops: Counts::default(),
            observer: None,
            fcs: FcsCounts::default(),
            fcs_observer: None,
            identification: 0,
            kept: Kept::default(),
            path_mtus: PathMtus::default(),
            has_local_mtus: false,
        };
        let lan = Impairments { bandwidth: None, ..Impairments::default() };
        network.link("default", &[], &[], lan.clone(), lan);
        network
    }

    /// Adds a host.
    ///
    /// # Panics
    /// If an address is taken: scenarios are checked for that.
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

    /// Puts a translation in front of hosts with one address each: others know them by another one, and cannot reach their own.
    pub fn translate(&mut self, inside: &[IpAddr], nat: Nat) {
        let generator = derive(self.seed, &format!("nat/{}", nat.name));
        self.translations.add(inside, nat, generator);
    }

    /// Returns the host that has `address`.
    #[inline]
    pub fn host_at(&self, address: IpAddr) -> Option<HostId> {
        self.by_address.get(&address).copied()
    }

    /// Joins every host of `a` with every host of `b`. All of them share the link's bandwidth. If several links join a pair, the
    /// first one added carries its packets; pairs that no link joins have a LAN without a bandwidth limit.
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
        self.has_local_mtus |= [&forward, &reverse].iter().any(|it| it.pmtud == Pmtud::Local);
        let (forward, reverse) = (direction(forward, "forward"), direction(reverse, "reverse"));
        let name = name.to_owned();
        self.links.push(Link { name, between: Between::new(a, b), is_inside: false, forward, reverse });
        self.paths.clear();
        LinkId(self.links.len() as u32 - 1)
    }

    /// Puts two hosts into one box: they reach each other as on a LAN, past every firewall and translation. Comes before any
    /// [`Network::link`] that could join them.
    pub fn put_into_one_box(&mut self, a: HostId, b: HostId) {
        let lan = Impairments { bandwidth: None, ..Impairments::default() };
        let LinkId(index) = self.link(&format!("box/{}", a.index()), &[a], &[b], lan.clone(), lan);
        self.links[index as usize].is_inside = true;
    }

    /// Moves a host that shares a box with another into the box of `to`, which has no third host.
    pub fn move_into_box(&mut self, host: HostId, to: HostId) {
        if let Some(link) = self.links.iter_mut().find(|link| link.is_inside && link.between.starts_at(host))
        {
            link.between = Between::new(&[host], &[to]);
        }
        self.paths.clear();
    }

    /// Returns true if a host and the one with this address are in one box: nobody outside sees their packets.
    pub fn is_inside(&self, host: HostId, address: IpAddr) -> bool {
        let other = self.host_at(address);
        let joins = |link: &Link| other.is_some_and(|other| link.between.joins(host, other));
        self.links.iter().any(|link| link.is_inside && joins(link))
    }

    /// Puts a stateful firewall between every host of `a` and every host of `b`. `default` applies to packets that no rule matches.
    pub fn firewall(
        &mut self,
        name: &str,
        a: &[HostId],
        b: &[HostId],
        rules: Vec<Rule>,
        default: RuleAction,
    ) -> FirewallId {
        self.firewall_with(name, a, b, Policy::stateful(rules, default))
    }

    /// Does the same for a firewall of any kind.
    pub fn firewall_with(&mut self, name: &str, a: &[HostId], b: &[HostId], policy: Policy) -> FirewallId {
        self.firewalls.push((Between::new(a, b), Firewall::new(name, policy)));
        self.paths.clear();
        FirewallId(self.firewalls.len() as u32 - 1)
    }

    /// Changes a link, forward and reverse, for the packets sent from now on.
    pub fn change_link(&mut self, id: LinkId, change: impl FnOnce(&mut Impairments, &mut Impairments)) {
        let link = &mut self.links[id.0 as usize];
        change(&mut link.forward.impairments, &mut link.reverse.impairments);
        let both = [&link.forward.impairments, &link.reverse.impairments];
        self.has_local_mtus |= both.iter().any(|it| it.pmtud == Pmtud::Local);
    }

    /// Changes the rules of a firewall. Flows permitted so far must be permitted again.
    pub fn change_rules(&mut self, id: FirewallId, change: impl FnOnce(&mut Vec<Rule>)) {
        self.firewalls[id.0 as usize].1.change_rules(change);
    }

    /// Changes the action of a firewall for packets that no rule matches. Flows permitted so far must be permitted again.
    pub fn set_default(&mut self, id: FirewallId, action: RuleAction) {
        self.firewalls[id.0 as usize].1.set_default(action);
    }

    /// Delays everything that a host sends by `delay`, and limits it to `rate` bytes per second, headers included, from now on.
    pub fn slow_down(&mut self, id: HostId, delay: Duration, rate: Option<u64>) {
        self.shapers[id.index()] = Shaper::new(delay, rate);
    }

    /// Returns the traffic that has crossed a link so far, forward and reverse.
    pub fn counters(&self, id: LinkId) -> (Counters, Counters) {
        let link = &self.links[id.0 as usize];
        (link.forward.counters, link.reverse.counters)
    }

    /// Returns the packets that firewalls have dropped so far, by rule, in the order of the first packet.
    pub fn drops_by_rule(&self) -> &[RuleDrops] {
        self.drops.by_rule()
    }

    /// Returns the same by rule and by the ends of the packets. The number of ends is limited.
    pub fn drops(&self) -> &[Drops] {
        self.drops.by_ends()
    }

    /// Calls `observer` when a rule of a firewall drops the first packet between two ends, the 10th, the 100th and so on, while it
    /// decides on that packet. It is told the count.
    pub fn observe_drops(&mut self, observer: impl Fn(&Drops) + 'static) {
        self.observer = Some(Observer(Box::new(observer)));
    }

    /// Returns the frames that receiving interfaces have dropped so far for a wrong FCS, by direction of a link, in the order of the first.
    pub fn fcs_errors(&self) -> &[FcsErrors] {
        self.fcs.by_link()
    }

    /// Returns the same by pair of hosts. The number of pairs is limited.
    pub fn fcs_errors_of_pairs(&self) -> &[PairFcsErrors] {
        self.fcs.by_pair()
    }

    /// Calls `observer` when the first frame from one host to another is dropped for a wrong FCS, the 10th, the 100th and so on. It is told
    /// the count.
    pub fn observe_fcs_errors(&mut self, observer: impl Fn(&PairFcsErrors) + 'static) {
        self.fcs_observer = Some(Observer(Box::new(observer)));
    }

    /// Returns the counters of all packets so far.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Decides on a packet that `src` sends at `now_ns`, nanoseconds since the start of the run: firewalls first, then the link.
    /// Time must not go backwards from call to call.
    pub fn decide(&mut self, now_ns: u64, src: HostId, packet: &Packet) -> Decision {
        self.totals.sent += 1;
        // Routers keep it on its LAN (RFC 1812, 5.3.5.1).
        if packet.dst == IpAddr::V4(Ipv4Addr::BROADCAST) {
            return self.drop_packet(packet, DropReason::Broadcast);
        }
        // Firewalls and links stand outside of the translations.
        if self.translations.is_empty() || self.is_inside(src, packet.dst) {
            return self.cross(now_ns, src, packet, None, None);
        }
        let outside = self.translations.outbound(now_ns, packet);
        let inbound = match self.translations.inbound(now_ns, outside.as_ref().unwrap_or(packet)) {
            Ok(inbound) => inbound,
            Err(refused) => return self.refuse(now_ns, outside.as_ref().unwrap_or(packet), refused),
        };
        let (inside, used) = inbound.map_or((None, None), |inbound| (Some(inbound.packet), inbound.used));
        let decision = self.cross(now_ns, src, packet, outside, inside);
        if let Some(used) = used.filter(|_| decision.arrives()) {
            self.translations.arrived(now_ns, used);
        }
        decision
    }

    /// Decides on a packet that `src` has sent: `outside` as it crosses the network, `inside` as it arrives, where translations change it.
    fn cross(
        &mut self,
        now_ns: u64,
        src: HostId,
        sent: &Packet,
        outside: Option<Packet>,
        inside: Option<Packet>,
    ) -> Decision {
        let packet = outside.as_ref().unwrap_or(sent);
        let dst = inside.as_ref().unwrap_or(packet).dst;
        let Some(to) = self.host_at(dst) else {
            return self.drop_packet(packet, DropReason::NoHost(dst));
        };
        if src == to {
            return Decision::Deliver { to, at_ns: now_ns, queue: None };
        }
        let index = self.path_index(src, to);
        let path = self.paths[index].get_or_insert_with(|| Path::new(&self.links, &self.firewalls, src, to));
        let link = &mut self.links[path.link];
        let size = packet.size();
        let Impairments { mtu, pmtud, .. } = link.direction(path.way).impairments;
        if size > mtu.min(INTERFACE_MTU)
            && let Some(fragments) = packet.fragments_for(mtu, pmtud)
        {
            let (ends, translated) = ((src, to), inside.or_else(|| outside.clone()));
            let packet = packet.clone();
            return self.decide_fragments(now_ns, ends, (sent, &packet, translated), fragments);
        }
        for &(index, way) in &path.firewalls {
            let firewall = &mut self.firewalls[index].1;
            if let Err(blocked) = firewall.filter(now_ns, packet, way, Part::Whole) {
                let (name, rule) = (firewall.name.clone(), blocked.rule.clone());
                let there_and_back = link.forward.impairments.latency.as_nanos() as u64;
                // The answer to a packet whose source is translated is translated back.
                let answer = blocked.answer(sent).map(|packet| {
                    let by = format!("firewall {name}: {rule}");
                    Box::new(Answer { from: to, packet, at_ns: now_ns + there_and_back, by })
                });
                debug!(%packet, firewall = name, rule, "dropped by a firewall");
                let told = self.drops.note(now_ns, &name, &rule, &Header::of(packet, way, Part::Whole));
                if let (Some(drops), Some(Observer(tell))) = (told, &self.observer) {
                    tell(drops);
                }
                self.totals.dropped += 1;
                return Decision::Drop { reason: DropReason::Firewall { name, rule }, answer };
            }
        }
        let direction = link.direction(path.way);
        let held_ns = self.shapers[src.index()].as_mut().map_or(0, |shaper| shaper.hold(now_ns, size));
        let at_ns = match path.carry(direction, now_ns, size, held_ns) {
            Ok(arrival_ns) => arrival_ns,
            Err(DropReason::TooLong) => return self.drop_too_long(now_ns, (src, to), sent, packet),
            Err(reason) => {
                let (link, way) = (path.link, path.way);
                if reason == DropReason::WrongFcs {
                    self.note_fcs_error(now_ns, link, way, packet);
                }
                return self.drop_packet(packet, reason);
            }
        };
        let may_reorder = matches!(packet.body, Body::Udp { .. });
        let Some(effects) = direction.effects(size, packet.payload_length(), may_reorder) else {
            trace!(%packet, at_ns, "sent");
            // Other packets of its direction overtake a packet whose host is slow to send.
            if let Some(arriving) = inside.or(outside) {
                return Decision::Impair(Box::new(Impaired::translated(to, at_ns, arriving)));
            }
            let queue = (held_ns == 0).then(|| path.queue());
            return Decision::Deliver { to, at_ns, queue };
        };
        self.count(packet, &effects);
        let translated = inside.or_else(|| outside.clone());
        let arriving = translated.as_ref().unwrap_or(sent);
        let altered = (!effects.flips.is_empty()).then(|| wire::alter(arriving, &effects.flips));
        let impaired = Impaired::new(to, at_ns, &effects, altered);
        Decision::Impair(Box::new(Impaired { translated, ..impaired }))
    }

    /// Returns the place in `paths` of the path from one host to another.
    fn path_index(&mut self, src: HostId, to: HostId) -> usize {
        let hosts = self.shapers.len();
        if self.paths.is_empty() {
            self.paths = vec![None; hosts * hosts];
        }
        src.index() * hosts + to.index()
    }

    fn count(&mut self, packet: &Packet, effects: &Effects) {
        if !effects.flips.is_empty() {
            debug!(%packet, bits = effects.flips.len(), "altered");
            self.totals.altered += 1;
        }
        if let Some(after_ns) = effects.copy_after_ns {
            debug!(%packet, after_ns, "duplicated");
            self.totals.duplicated += 1;
        }
        if let Some(for_ns) = effects.held_ns {
            debug!(%packet, for_ns, "held back");
            self.totals.reordered += 1;
        }
    }

    /// Counts a frame of `packet` that a link has damaged.
    fn note_fcs_error(&mut self, now_ns: u64, link: usize, way: Way, packet: &Packet) {
        self.totals.damaged += 1;
        let told = self.fcs.note(now_ns, (link, &self.links[link].name), way, (packet.src, packet.dst));
        if let (Some(errors), Some(Observer(tell))) = (told, &self.fcs_observer) {
            tell(errors);
        }
    }

    /// Drops a packet for which a translation has no host.
    fn refuse(&mut self, now_ns: u64, packet: &Packet, refused: Refused) -> Decision {
        let Refused { nat: name, rule } = refused;
        let told = self.drops.note(now_ns, &name, rule, &Header::of(packet, Way::Forward, Part::Whole));
        if let (Some(drops), Some(Observer(tell))) = (told, &self.observer) {
            tell(drops);
        }
        self.drop_packet(packet, DropReason::Nat { name, rule })
    }

    fn drop_packet(&mut self, packet: &Packet, reason: DropReason) -> Decision {
        debug!(%packet, %reason, "dropped");
        self.totals.dropped += 1;
        Decision::Drop { reason, answer: None }
    }
}

#[cfg(test)]
mod tests;
