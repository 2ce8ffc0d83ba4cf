//! Links and firewalls, written down a second time in the plainest way: no cached paths, no table of flows, no queue that is kept up to
//! date. Every packet is decided by looking through all that was sent before. Random networks must give the same arrivals, and the
//! comparison must notice planted mistakes.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use datagram::{Datagram, HEAD_MAX, Head};
use network::{
    Body, Decision, FirewallId, HostId, Impairments, LinkId, Match, Nat, NatKind, Network, OutsidePorts,
    Packet, Pmtud, Policy, Protocol, Rule, RuleAction, Segment, Tracking, Unreachable, Way,
};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const SECOND_NS: u64 = 1_000_000_000;

const TOO_LONG: &str = "longer than the MTU of the path";

/// The ports in use; firewalls with a TFTP helper inspect the last one, if they are not told another.
const PORTS: [u16; 4] = [1, 2, 3, 69];

/// The fate of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    /// It arrives at this host and time, with these ends.
    Arrives(usize, u64, [SocketAddr; 2]),
    /// It is dropped, in the words of a capture, and a firewall answers like this.
    Dropped(String, Option<Answered>),
}

/// A fragment: the place of its first byte behind the header, and the number of bytes.
type Part = (u32, u32);

/// The packet with which a firewall answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answered {
    Reset,
    /// ICMP type 3, with this code.
    Icmp(u8),
}

/// A mistake in the oracle, to see that the comparison notices it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mistake {
    SwappedDirection,
    IgnoredPort,
    NoLatency,
    LatencyTwice,
    ForgottenFlow,
    FlowOfOneWay,
    FlowWithoutState,
    AlwaysEstablished,
    NothingExpected,
    ExpectedTwice,
    AnyServerExpected,
    SameTimeout,
    IgnoredSourcePort,
    IgnoredWay,
    EveryPortPublished,
    ForgottenPeer,
    AnyPeer,
    PortNotTranslated,
    PortOfAnother,
    GroupFromEnd,
    EntryKept,
    EntryRenewedOneWay,
    EntryRenewedByLost,
    TranslatedInside,
    SecondLinkFirst,
    HeaderNotCounted,
    LostFragmentArrives,
    OffsetOfBytes,
    LatencyOfEach,
    HeaderOfOne,
    PortsOfLater,
    LaterDenied,
    FragmentsPass,
    EachFragmentLater,
    KeptForever,
    IgnoredDontFragment,
    CutOnce,
    CutForTheInterface,
    BlackHoleAnswers,
    NothingTooLongAnswers,
    AnswerNotFiltered,
    DamagedArrives,
    DamagedTakesNoTime,
}

const MISTAKES: [Mistake; 43] = [
    Mistake::SwappedDirection,
    Mistake::IgnoredPort,
    Mistake::NoLatency,
    Mistake::LatencyTwice,
    Mistake::ForgottenFlow,
    Mistake::FlowOfOneWay,
    Mistake::FlowWithoutState,
    Mistake::AlwaysEstablished,
    Mistake::NothingExpected,
    Mistake::ExpectedTwice,
    Mistake::AnyServerExpected,
    Mistake::SameTimeout,
    Mistake::IgnoredSourcePort,
    Mistake::IgnoredWay,
    Mistake::EveryPortPublished,
    Mistake::ForgottenPeer,
    Mistake::AnyPeer,
    Mistake::PortNotTranslated,
    Mistake::PortOfAnother,
    Mistake::GroupFromEnd,
    Mistake::EntryKept,
    Mistake::EntryRenewedOneWay,
    Mistake::EntryRenewedByLost,
    Mistake::TranslatedInside,
    Mistake::SecondLinkFirst,
    Mistake::HeaderNotCounted,
    Mistake::LostFragmentArrives,
    Mistake::OffsetOfBytes,
    Mistake::LatencyOfEach,
    Mistake::HeaderOfOne,
    Mistake::PortsOfLater,
    Mistake::LaterDenied,
    Mistake::FragmentsPass,
    Mistake::EachFragmentLater,
    Mistake::KeptForever,
    Mistake::IgnoredDontFragment,
    Mistake::CutOnce,
    Mistake::CutForTheInterface,
    Mistake::BlackHoleAnswers,
    Mistake::NothingTooLongAnswers,
    Mistake::AnswerNotFiltered,
    Mistake::DamagedArrives,
    Mistake::DamagedTakesNoTime,
];

#[derive(Clone, Debug)]
struct Link {
    a: Vec<usize>,
    b: Vec<usize>,
    forward: Impairments,
    reverse: Impairments,
}

#[derive(Clone, Debug)]
struct Firewall {
    a: Vec<usize>,
    b: Vec<usize>,
    rules: Vec<Rule>,
    default: RuleAction,
    /// The flows that it keeps; nothing if it is stateless.
    tracking: Option<Tracking>,
    drops_fragments: bool,
    /// The time of the last change of its rules, by the number of packets sent before it.
    changed_after: usize,
}

/// A packet that was sent.
#[derive(Clone, Debug)]
struct Sent {
    at_ns: u64,
    /// The flags of a TCP segment; nothing for a datagram.
    flags: Option<u8>,
    /// True for a request of TFTP.
    is_request: bool,
    dont_fragment: bool,
    from: SocketAddr,
    to: SocketAddr,
    /// The entries of translations of ports that it used: one where it left, and one where it came in.
    entries: Vec<Entry>,
    /// The firewalls that it passed.
    passed: Vec<Passed>,
    /// The link and direction that it took, and when its last bit left the sender.
    took: Option<(usize, bool, u64)>,
    /// Its end, or that of its last fragment which arrived, if it was a packet between two hosts.
    arrived: Option<(usize, usize, u64)>,
}

/// An entry of a translation of ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    site: usize,
    inside: SocketAddr,
    peer: SocketAddr,
    /// The port outside.
    port: u16,
    is_tcp: bool,
    /// True if the packet came in.
    came_in: bool,
}

/// Hosts behind a translation.
#[derive(Clone, Debug)]
struct Site {
    hosts: Vec<usize>,
    nat: Nat,
}

/// A firewall that a packet passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Passed {
    index: usize,
    /// The sender of the first packet of its flow.
    began: SocketAddr,
    /// True if a TFTP helper inspects its flow.
    inspected: bool,
    /// True if it was the answer that a TFTP helper expected.
    expected: bool,
}

#[derive(Clone, Debug)]
struct Oracle {
    mistake: Option<Mistake>,
    links: Vec<Link>,
    firewalls: Vec<Firewall>,
    /// The translations in front of hosts.
    sites: Vec<Site>,
    sent: Vec<Sent>,
}

fn address(host: usize) -> IpAddr {
    [10, 0, 0, host as u8 + 1].into()
}

/// The address by which others know a host whose own is translated.
fn outside(host: usize) -> IpAddr {
    [10, 1, 0, host as u8 + 1].into()
}

/// Returns true if a group and another stand at the ends of the way from `from` to `to`, in either order.
fn lies_between(a: &[usize], b: &[usize], from: usize, to: usize) -> Option<bool> {
    if a.contains(&from) && b.contains(&to) {
        Some(true)
    } else if b.contains(&from) && a.contains(&to) {
        Some(false)
    } else {
        None
    }
}

impl Oracle {
    fn is(&self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    /// Decides on a datagram or segment of `payload` bytes that a host sends from a port.
    fn send(
        &mut self,
        at_ns: u64,
        (host, port): (usize, u16),
        to: SocketAddr,
        (flags, is_request, dont_fragment): (Option<u8>, bool, bool),
        payload: usize,
    ) -> (Fate, Vec<Part>) {
        let (passed, entries) = (Vec::new(), Vec::new());
        let from = SocketAddr::new(address(host), port);
        let (took, arrived) = (None, None);
        let mut sent =
            Sent { at_ns, flags, is_request, dont_fragment, from, to, entries, passed, took, arrived };
        self.take_out(&mut sent, host);
        let headers = if flags.is_some() { 40 } else { 28 };
        let fate = match self.let_in(&mut sent) {
            Ok(receiver) => self.decide(&mut sent, host, receiver, payload as u64 + headers),
            Err(reason) => (Fate::Dropped(reason, None), Vec::new()),
        };
        // What is lost on its way in does not come to the translation.
        if matches!(fate.0, Fate::Dropped(..)) && !self.is(Mistake::EntryRenewedByLost) {
            sent.entries.retain(|entry| !entry.came_in);
        }
        self.sent.push(sent);
        fate
    }

    fn site_of(&self, host: usize) -> Option<usize> {
        self.sites.iter().position(|site| site.hosts.contains(&host))
    }

    /// Returns true if an entry was used by an earlier packet, and not too long ago.
    fn lives(&self, now: &Sent, wanted: impl Fn(&Entry) -> bool) -> Option<Entry> {
        let limit = |entry: &Entry| {
            let nat = &self.sites[entry.site].nat;
            if entry.is_tcp { nat.tcp_timeout } else { nat.udp_timeout }
        };
        let in_time = |entry: &Entry, sent: &Sent| {
            let recent = u128::from(now.at_ns - sent.at_ns) <= limit(entry).as_nanos();
            let renews = !entry.came_in || !self.is(Mistake::EntryRenewedOneWay);
            renews && (recent || self.is(Mistake::EntryKept))
        };
        let all = self.sent.iter().rev().flat_map(|sent| sent.entries.iter().map(move |entry| (entry, sent)));
        all.filter(|(entry, sent)| entry.is_tcp == now.flags.is_some() && in_time(entry, sent))
            .map(|(entry, _)| *entry)
            .find(|entry| wanted(entry))
    }

    /// Gives a packet the source that it has outside.
    fn take_out(&self, sent: &mut Sent, host: usize) {
        let Some(site) = self.site_of(host) else { return };
        let Site { hosts, nat } = &self.sites[site];
        let is_inside = hosts.iter().any(|other| address(*other) == sent.to.ip());
        if is_inside && !self.is(Mistake::TranslatedInside) {
            return;
        }
        let inside = sent.from;
        let is_published = |ports: &[u16]| host == hosts[0] && ports.contains(&inside.port());
        let port = match &nat.kind {
            NatKind::Static => inside.port(),
            NatKind::Published(ports) if is_published(ports) => inside.port(),
            NatKind::Published(_) => return,
            NatKind::Overload { published, .. } if is_published(published) => inside.port(),
            NatKind::Overload { published, .. } => {
                let known = self.lives(sent, |entry| (entry.site, entry.inside) == (site, inside));
                let is_free = |port: &u16| {
                    let taken = |entry: &Entry| (entry.site, entry.port) == (site, *port);
                    !published.contains(port)
                        && (self.lives(sent, taken).is_none() || self.is(Mistake::PortOfAnother))
                };
                let mut group: Vec<u16> = (1..=511).collect();
                if self.is(Mistake::GroupFromEnd) {
                    group.reverse();
                }
                let new = || std::iter::once(inside.port()).chain(group).find(is_free);
                let port = known.map(|entry| entry.port).or_else(new).expect("a group has enough");
                let (peer, is_tcp) = (sent.to, sent.flags.is_some());
                sent.entries.push(Entry { site, inside, peer, port, is_tcp, came_in: false });
                if self.is(Mistake::PortNotTranslated) { inside.port() } else { port }
            }
        };
        sent.from = SocketAddr::new(nat.outside, port);
    }

    /// Returns the host that a packet is for, and gives the packet the destination that it has inside.
    fn let_in(&self, sent: &mut Sent) -> Result<(usize, SocketAddr), String> {
        let host_of =
            |ip: IpAddr| (0..).find(|host| address(*host) == ip).expect("it is the address of a host");
        let behind = self.sites.iter().position(|site| site.nat.outside == sent.to.ip());
        let Some(site) = behind else {
            let host = host_of(sent.to.ip());
            let site = self.site_of(host).map(|site| &self.sites[site]);
            return match site.filter(|site| !site.hosts.iter().any(|other| address(*other) == sent.from.ip()))
            {
                Some(site) => Err(format!("dropped by NAT {}: an inside address", site.nat.name)),
                None => Ok((host, sent.to)),
            };
        };
        let Site { hosts, nat } = &self.sites[site];
        let first = (hosts[0], SocketAddr::new(address(hosts[0]), sent.to.port()));
        match &nat.kind {
            NatKind::Static => return Ok(first),
            _ if self.is(Mistake::EveryPortPublished) => return Ok(first),
            NatKind::Published(ports) | NatKind::Overload { published: ports, .. }
                if ports.contains(&sent.to.port()) =>
            {
                return Ok(first);
            }
            NatKind::Published(_) | NatKind::Overload { .. } => {}
        }
        let answers = |entry: &Entry| {
            let is_peer = entry.peer == sent.from || self.is(Mistake::AnyPeer);
            (entry.site, entry.port) == (site, sent.to.port()) && is_peer && !self.is(Mistake::ForgottenPeer)
        };
        match self.lives(sent, answers) {
            Some(entry) => {
                sent.entries.push(Entry { came_in: true, ..entry });
                Ok((host_of(entry.inside.ip()), entry.inside))
            }
            None => Err(format!("dropped by NAT {}: no translation", nat.name)),
        }
    }

    /// Decides on a packet of `size` bytes; returns the fragments in which it crosses the network, too, if it does.
    fn decide(
        &self,
        sent: &mut Sent,
        from: usize,
        (to, inside): (usize, SocketAddr),
        size: u64,
    ) -> (Fate, Vec<Part>) {
        let ends = [sent.from, inside];
        let joins = |link: &Link| lies_between(&link.a, &link.b, from, to);
        let mut candidates = self.links.iter().enumerate().filter_map(|(at, link)| Some((at, joins(link)?)));
        let first = candidates.next();
        let chosen = if self.is(Mistake::SecondLinkFirst) { candidates.next().or(first) } else { first };
        let lan = Impairments { bandwidth: None, ..Impairments::default() };
        let (link, took) = match chosen {
            Some((at, is_forward)) => {
                let is_forward = is_forward != self.is(Mistake::SwappedDirection);
                let link = &self.links[at];
                (if is_forward { &link.forward } else { &link.reverse }, (at, is_forward))
            }
            None => (&lan, (usize::MAX, true)),
        };
        let may = sent.flags.is_none() && (!sent.dont_fragment || self.is(Mistake::IgnoredDontFragment));
        let parts = if may { self.parts(size, link) } else { Vec::new() };
        let mut lost: Vec<Option<String>> = vec![None; parts.len().max(1)];
        let mut answer = self.ask_firewalls(sent, (from, to), !parts.is_empty(), &mut lost);
        let mut arrivals = Vec::new();
        for (number, reason) in lost.iter_mut().enumerate() {
            if reason.is_some() {
                continue;
            }
            let header = if number > 0 && self.is(Mistake::HeaderOfOne) { 0 } else { 20 };
            let length = parts.get(number).map_or(size, |part| u64::from(part.1) + header);
            match self.cross(sent, link, took, length) {
                Ok(at_ns) => {
                    let at_ns = self.not_before(from, to, at_ns);
                    let at_ns = sent.arrived.map_or(at_ns, |(.., before_ns)| at_ns.max(before_ns));
                    sent.arrived = Some((from, to, at_ns));
                    arrivals.push(at_ns);
                }
                Err(why) => *reason = Some(why),
            }
        }
        let is_too_long = parts.is_empty() && lost[0].as_deref() == Some(TOO_LONG);
        let answers = link.pmtud == Pmtud::Icmp || self.is(Mistake::BlackHoleAnswers);
        let is_answered = answers && !self.is(Mistake::NothingTooLongAnswers);
        if is_too_long && is_answered && self.lets_error_back(sent, (from, to)) {
            answer = Some(Answered::Icmp(4));
        }
        let by_firewall = lost.iter().flatten().find(|reason| reason.starts_with("dropped by firewall"));
        let reason = by_firewall.or_else(|| lost.iter().flatten().next()).cloned();
        let arrives = match (reason, &arrivals[..]) {
            (Some(_), [.., last]) if self.is(Mistake::LostFragmentArrives) => *last,
            (Some(reason), _) => {
                let is_link = !parts.is_empty() && !reason.starts_with("dropped by firewall");
                let reason = if is_link { format!("a fragment of it: {reason}") } else { reason };
                return (Fate::Dropped(reason, answer), parts);
            }
            (None, [first, .., last]) if last - first > 30 * SECOND_NS && !self.is(Mistake::KeptForever) => {
                return (Fate::Dropped("its fragments are incomplete".to_owned(), answer), parts);
            }
            (None, all) => {
                let more = if self.is(Mistake::LatencyOfEach) { all.len() as u64 - 1 } else { 0 };
                all[all.len() - 1] + more * link.latency.as_nanos() as u64
            }
        };
        (Fate::Arrives(to, arrives, ends), parts)
    }

    /// Returns the fragments of a packet: its sender cuts for its interface, and a router for the link; nothing if it is short enough.
    fn parts(&self, size: u64, link: &Impairments) -> Vec<Part> {
        let mtu = u64::from(link.mtu.min(1_500));
        let knows = link.pmtud == Pmtud::Local && !self.is(Mistake::CutForTheInterface);
        let interface = if knows || self.is(Mistake::CutOnce) { mtu } else { 1_500 };
        if size <= mtu {
            return Vec::new();
        }
        let first =
            if size > interface { self.cut(size - 20, interface - 20) } else { vec![(0, size as u32 - 20)] };
        let again = |(offset, length): Part| {
            let pieces = self.cut(u64::from(length), mtu - 20);
            pieces.into_iter().map(move |(at, length)| (offset + at, length))
        };
        first.into_iter().flat_map(again).collect()
    }

    /// Returns true if the firewalls on the way back let the error of a router through. One that keeps flows knows that of the packet.
    fn lets_error_back(&self, sent: &Sent, (from, to): (usize, usize)) -> bool {
        let passes = |firewall: &Firewall| {
            let Some(is_forward) = lies_between(&firewall.a, &firewall.b, from, to) else { return true };
            if firewall.tracking.is_some() || self.is(Mistake::AnswerNotFiltered) {
                return true;
            }
            let back = if is_forward { Way::Reverse } else { Way::Forward };
            let matches = |rule: &&Rule| {
                let Match { protocol, ports, from, to, from_ports, flags, icmp, way, later_fragments } =
                    &rule.matches;
                let is_message = matches!(icmp, None | Some((3, None | Some(4))));
                matches!(protocol, None | Some(Protocol::Icmp))
                    && ports.is_none()
                    && from_ports.is_none()
                    && flags.is_none()
                    && is_message
                    && !later_fragments
                    && way.is_none_or(|way| way == back)
                    && from.as_ref().is_none_or(|from| from.contains(&sent.to.ip()))
                    && to.as_ref().is_none_or(|to| to.contains(&sent.from.ip()))
            };
            let rule = firewall.rules.iter().find(matches);
            rule.map_or(firewall.default, |rule| rule.action) == RuleAction::Permit
        };
        self.firewalls.iter().all(passes)
    }

    /// Cuts bytes into fragments: as many multiples of 8 as there is room for, until the rest has room.
    fn cut(&self, length: u64, room: u64) -> Vec<Part> {
        let unit = if self.is(Mistake::OffsetOfBytes) { 1 } else { 8 };
        let mut parts = Vec::new();
        let mut rest = length;
        while rest > room {
            parts.push(((length - rest) as u32, (room / unit * unit) as u32));
            rest -= room / unit * unit;
        }
        parts.push(((length - rest) as u32, rest as u32));
        parts
    }

    /// Asks the firewalls on the way about a packet, or about each fragment of it; returns the answer to it.
    fn ask_firewalls(
        &self,
        sent: &mut Sent,
        (from, to): (usize, usize),
        is_cut: bool,
        lost: &mut [Option<String>],
    ) -> Option<Answered> {
        let mut answer = None;
        for (index, firewall) in self.firewalls.iter().enumerate() {
            let Some(is_forward) = lies_between(&firewall.a, &firewall.b, from, to) else { continue };
            let way = if is_forward { Way::Forward } else { Way::Reverse };
            if firewall.tracking.is_some() && lost.iter().any(Option::is_some) {
                lost.iter_mut().for_each(|reason| {
                    reason.get_or_insert_with(|| "its fragments are incomplete".to_owned());
                });
                return answer;
            }
            let first = if is_cut && firewall.drops_fragments && !self.is(Mistake::FragmentsPass) {
                Err(("fragments: drop".to_owned(), None))
            } else {
                let is_later = is_cut && self.is(Mistake::EachFragmentLater);
                self.passes(index, firewall, way, sent, is_later)
            };
            let asks_again = is_cut && firewall.tracking.is_none() && !firewall.drops_fragments;
            let later =
                if asks_again { self.passes(index, firewall, way, sent, true) } else { first.clone() };
            if lost[0].is_none() {
                match &first {
                    Ok(passed) => sent.passed.push(*passed),
                    Err((_, answered)) => answer = *answered,
                }
            }
            for (number, reason) in lost.iter_mut().enumerate() {
                if let Err((rule, _)) = if number == 0 { &first } else { &later } {
                    reason.get_or_insert_with(|| format!("dropped by firewall {index}: {rule}"));
                }
            }
        }
        answer
    }

    /// Sends a packet or fragment of `size` bytes over a link; returns its arrival if nothing came before it.
    fn cross(
        &self,
        sent: &mut Sent,
        link: &Impairments,
        took: (usize, bool),
        size: u64,
    ) -> Result<u64, String> {
        if !link.up {
            return Err("link is down".to_owned());
        }
        if size > u64::from(link.mtu) {
            return Err(TOO_LONG.to_owned());
        }
        if link.loss >= 1.0 {
            return Err("lost on the link".to_owned());
        }
        let mut left_ns = sent.at_ns;
        if let Some(rate) = link.bandwidth {
            // The packets before this one that are not sent completely: it waits for the last of them.
            let before = self.sent.iter().filter_map(|sent| sent.took).chain(sent.took);
            let free_ns = before.filter(|other| (other.0, other.1) == took);
            let free_ns = free_ns.map(|took| took.2).max().unwrap_or(0).max(sent.at_ns);
            let waiting_bytes =
                u128::from(free_ns - sent.at_ns) * u128::from(rate) / u128::from(8 * SECOND_NS);
            if free_ns > sent.at_ns && link.queue.is_some_and(|queue| waiting_bytes > u128::from(queue)) {
                return Err("queue of the link is full".to_owned());
            }
            let ethernet = if self.is(Mistake::HeaderNotCounted) { 0 } else { 38 };
            left_ns = free_ns + (size + ethernet) * 8 * SECOND_NS / rate;
        }
        let is_damaged = link.corruption >= 1.0;
        if !is_damaged || !self.is(Mistake::DamagedTakesNoTime) {
            sent.took = Some((took.0, took.1, left_ns));
        }
        if is_damaged && !self.is(Mistake::DamagedArrives) {
            return Err("damaged on the link, dropped for a wrong FCS".to_owned());
        }
        let latency_ns = link.latency.as_nanos() as u64;
        let times = match self.mistake {
            Some(Mistake::NoLatency) => 0,
            Some(Mistake::LatencyTwice) => 2,
            _ => 1,
        };
        Ok(left_ns + times * latency_ns)
    }

    /// Packets of a pair of hosts arrive in the order of sending.
    fn not_before(&self, from: usize, to: usize, at_ns: u64) -> u64 {
        let earlier = self
            .sent
            .iter()
            .filter_map(|sent| sent.arrived)
            .filter(|arrived| (arrived.0, arrived.1) == (from, to));
        earlier.map(|arrived| arrived.2).max().unwrap_or(0).max(at_ns)
    }

    /// Returns how a packet passes a firewall this way, or the rule that blocks it, with the answer.
    fn passes(
        &self,
        index: usize,
        firewall: &Firewall,
        packet_way: Way,
        packet: &Sent,
        is_later: bool,
    ) -> Result<Passed, (String, Option<Answered>)> {
        let there = (packet.from, packet.to);
        let back = (packet.to, packet.from);
        let passed = |sent: &Sent| sent.passed.iter().find(|passed| passed.index == index).copied();
        let since = &self.sent[firewall.changed_after..];
        let age_ns = |sent: &Sent| packet.at_ns - sent.at_ns;
        // A flow is permitted for some time after a packet of it passed, either way; a change of the rules ends it.
        let same_flow = |earlier: &&Sent| {
            let ends = (earlier.from, earlier.to);
            passed(earlier).is_some()
                && earlier.flags.is_some() == packet.flags.is_some()
                && (ends == there || (ends == back && !self.is(Mistake::FlowOfOneWay)))
        };
        let last = since.iter().rev().find(same_flow);
        let remembered = firewall.tracking.as_ref().map_or(Duration::MAX, |tracking| {
            let is_tcp = packet.flags.is_some() && !self.is(Mistake::SameTimeout);
            if is_tcp { tracking.tcp_timeout } else { tracking.udp_timeout }
        });
        let stateless = firewall.tracking.is_none();
        if let Some(last) = last.filter(|last| u128::from(age_ns(last)) <= remembered.as_nanos())
            && !self.is(Mistake::ForgottenFlow)
            && (!stateless || self.is(Mistake::FlowWithoutState))
        {
            return passed(last).map(|flow| Passed { expected: false, ..flow }).ok_or_else(Default::default);
        }
        // The last inspected request of the receiver to the sender, unless an answer came since.
        let is_its_request = |earlier: &&Sent| {
            let to_it = earlier.to.ip() == packet.from.ip() || self.is(Mistake::AnyServerExpected);
            let seen = passed(earlier).is_some_and(|flow| flow.inspected && flow.began == earlier.from);
            earlier.is_request && seen && earlier.from == packet.to && to_it
        };
        let is_its_answer = |later: &Sent| {
            let expected = passed(later).is_some_and(|flow| flow.expected);
            expected && later.from.ip() == packet.from.ip() && later.to == packet.to
        };
        let request = since.iter().rposition(|earlier| is_its_request(&earlier));
        let expected = request.is_some_and(|at| {
            let answered = since[at..].iter().any(is_its_answer) && !self.is(Mistake::ExpectedTwice);
            age_ns(&since[at]) <= 300 * SECOND_NS && !answered && !self.is(Mistake::NothingExpected)
        });
        if expected && packet.flags.is_none() && !stateless {
            return Ok(Passed { index, began: packet.from, inspected: false, expected: true });
        }
        let matches = |rule: &&Rule| {
            let Match { protocol, ports, from, to, from_ports, flags, icmp, way, later_fragments } =
                &rule.matches;
            // A later fragment has no ports: a rule that names some and drops says nothing of it.
            let named = ports.is_some() || from_ports.is_some();
            if is_later && named && rule.action != RuleAction::Permit && !self.is(Mistake::LaterDenied) {
                return false;
            }
            let no_ports = is_later && !self.is(Mistake::PortsOfLater);
            let port = self.is(Mistake::IgnoredPort)
                || no_ports
                || ports
                    .as_ref()
                    .is_none_or(|ports| (*ports.start()..=*ports.end()).contains(&packet.to.port()));
            let has_flag = |wanted: u8| packet.flags.is_some_and(|flags| flags & wanted != 0);
            let from_port = from_ports
                .as_ref()
                .is_none_or(|ports| (*ports.start()..=*ports.end()).contains(&packet.from.port()));
            let of_protocol = match protocol {
                None => true,
                Some(Protocol::Tcp) => packet.flags.is_some(),
                Some(Protocol::Udp) => packet.flags.is_none(),
                Some(Protocol::Icmp) => false,
            };
            of_protocol
                && port
                && (is_later || !later_fragments)
                && (from_port || no_ports || self.is(Mistake::IgnoredSourcePort))
                && (flags.is_none_or(has_flag) || self.is(Mistake::AlwaysEstablished))
                && icmp.is_none()
                && (way.is_none_or(|way| way == packet_way) || self.is(Mistake::IgnoredWay))
                && from.as_ref().is_none_or(|from| from.iter().any(|address| *address == packet.from.ip()))
                && to.as_ref().is_none_or(|to| to.iter().any(|address| *address == packet.to.ip()))
        };
        let rule = firewall.rules.iter().find(matches);
        match rule.map_or(firewall.default, |rule| rule.action) {
            RuleAction::Permit => {
                let by_port = firewall.tracking.as_ref().is_some_and(|tracking| tracking.inspects_tftp)
                    && packet.to.port() == 69;
                let inspected = rule.is_some_and(|rule| rule.inspects_tftp) || by_port;
                Ok(Passed { index, began: packet.from, inspected, expected: false })
            }
            action => {
                // A reset gets no answer; RST is bit 2 of the flags.
                let answer = match (action, packet.flags) {
                    (RuleAction::Reject, Some(flags)) => (flags & 0b100 == 0).then_some(Answered::Reset),
                    (RuleAction::Reject | RuleAction::Unreachable(Unreachable::Port), _) => {
                        Some(Answered::Icmp(3))
                    }
                    (RuleAction::Unreachable(Unreachable::AdminProhibited), _) => Some(Answered::Icmp(13)),
                    (
                        RuleAction::Permit
                        | RuleAction::Deny
                        | RuleAction::Unreachable(Unreachable::FragmentationNeeded(_)),
                        _,
                    ) => None,
                };
                Err((rule.map_or_else(|| "default".to_owned(), Rule::to_string), answer))
            }
        }
    }
}

/// Draws networks and packets.
struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0.random_range(0..limit)
    }

    fn one_in(&mut self, number: usize) -> bool {
        self.below(number) == 0
    }

    fn group(&mut self, hosts: usize) -> Vec<usize> {
        let drawn: Vec<usize> = (0..hosts).filter(|_| self.one_in(2)).collect();
        if drawn.is_empty() { vec![self.below(hosts)] } else { drawn }
    }

    fn impairments(&mut self) -> Impairments {
        Impairments {
            latency: Duration::from_micros(self.below(50_000) as u64),
            bandwidth: [None, Some(2_000), Some(64_000), Some(8_000_000)][self.below(4)],
            queue: [None, Some(0), Some(3_000)][self.below(3)],
            loss: if self.one_in(20) { 1.0 } else { 0.0 },
            corruption: if self.one_in(20) { 1.0 } else { 0.0 },
            mtu: [576, 1400, 1500][self.below(3)],
            pmtud: [Pmtud::Icmp, Pmtud::BlackHole, Pmtud::Local][self.below(3)],
            up: !self.one_in(20),
            ..Impairments::default()
        }
    }

    fn rules(&mut self, hosts: usize) -> Vec<Rule> {
        let count = self.below(4);
        (0..count).map(|_| self.rule(hosts)).collect()
    }

    fn rule(&mut self, hosts: usize) -> Rule {
        let addresses = |dice: &mut Self| {
            let group = dice.group(hosts);
            dice.one_in(3).then(|| std::sync::Arc::new(group.into_iter().map(address).collect()))
        };
        let low = self.below(4);
        let high = (low + self.below(2)).min(3);
        let protocol = [None, Some(Protocol::Udp), Some(Protocol::Tcp)][self.below(3)];
        Rule {
            action: self.action(),
            matches: Match {
                protocol,
                ports: self.one_in(2).then(|| PORTS[low]..=PORTS[high]),
                from: addresses(self),
                to: addresses(self),
                from_ports: self.one_in(4).then(|| PORTS[low]..=PORTS[high]),
                flags: self.one_in(4).then_some(Match::ESTABLISHED),
                icmp: self.one_in(20).then_some((3, None)),
                way: [None, None, Some(Way::Forward), Some(Way::Reverse)][self.below(4)],
                later_fragments: self.one_in(8),
            },
            inspects_tftp: self.one_in(2),
            text: None,
        }
    }

    /// Draws translations of single hosts, and of a branch.
    fn sites(&mut self, hosts: usize) -> Vec<Site> {
        let mut sites: Vec<Site> = Vec::new();
        let branch = if self.one_in(2) { self.group(hosts) } else { Vec::new() };
        for host in 0..hosts {
            let published = vec![PORTS[self.below(4)]];
            let ports = OutsidePorts::Preserved;
            let kind = match self.below(8) {
                _ if branch.contains(&host) => continue,
                0 => NatKind::Static,
                1 => NatKind::Published(published),
                2 => NatKind::Overload { published, ports },
                _ => continue,
            };
            sites.push(self.site(vec![host], kind));
        }
        if !branch.is_empty() {
            let kind = NatKind::Overload { published: Vec::new(), ports: OutsidePorts::Preserved };
            sites.push(self.site(branch, kind));
        }
        sites
    }

    fn site(&mut self, hosts: Vec<usize>, kind: NatKind) -> Site {
        let [udp_timeout, tcp_timeout] = [(); 2].map(|()| Duration::from_secs([20, 60, 300][self.below(3)]));
        let nat =
            Nat { udp_timeout, tcp_timeout, ..Nat::new(&hosts[0].to_string(), outside(hosts[0]), kind) };
        Site { hosts, nat }
    }

    fn action(&mut self) -> RuleAction {
        let drops = [
            RuleAction::Deny,
            RuleAction::Reject,
            RuleAction::PORT_UNREACHABLE,
            RuleAction::ADMIN_PROHIBITED,
        ];
        if self.one_in(2) { RuleAction::Permit } else { drops[self.below(4)] }
    }
}

/// The network under test beside its oracle.
struct Pair {
    network: Network,
    hosts: Vec<HostId>,
    links: Vec<LinkId>,
    firewalls: Vec<FirewallId>,
    oracle: Oracle,
}

impl Pair {
    fn draw(dice: &mut Dice, mistake: Option<Mistake>) -> Self {
        let mut network = Network::new(1);
        let count = 2 + dice.below(3);
        let hosts: Vec<HostId> = (0..count).map(|host| network.host(&[address(host)])).collect();
        let ids = |group: &[usize]| group.iter().map(|host| hosts[*host]).collect::<Vec<_>>();
        let (mut links, mut firewalls) = (Vec::new(), Vec::new());
        let sites = dice.sites(count);
        let mut oracle =
            Oracle { mistake, links: Vec::new(), firewalls: Vec::new(), sites, sent: Vec::new() };
        for Site { hosts, nat } in &oracle.sites {
            let inside: Vec<IpAddr> = hosts.iter().map(|host| address(*host)).collect();
            network.translate(&inside, nat.clone());
        }
        for index in 0..dice.below(4) {
            let [a, b] = [dice.group(count), dice.group(count)];
            let [forward, reverse] = [dice.impairments(), dice.impairments()];
            links.push(network.link(
                &index.to_string(),
                &ids(&a),
                &ids(&b),
                forward.clone(),
                reverse.clone(),
            ));
            oracle.links.push(Link { a, b, forward, reverse });
        }
        for index in 0..dice.below(3) {
            let [a, b] = [dice.group(count), dice.group(count)];
            let (rules, default) = (dice.rules(count), dice.action());
            let inspects_tftp = dice.one_in(2);
            let [udp_timeout, tcp_timeout] =
                [(); 2].map(|()| Duration::from_secs([20, 60, 90][dice.below(3)]));
            let tracking = (!dice.one_in(3)).then_some(Tracking { inspects_tftp, udp_timeout, tcp_timeout });
            let drops_fragments = dice.one_in(5);
            let policy =
                Policy { rules: rules.clone(), default, tracking: tracking.clone(), drops_fragments };
            firewalls.push(network.firewall_with(&index.to_string(), &ids(&a), &ids(&b), policy));
            let changed_after = 0;
            oracle.firewalls.push(Firewall {
                a,
                b,
                rules,
                default,
                tracking,
                drops_fragments,
                changed_after,
            });
        }
        Self { network, hosts, links, firewalls, oracle }
    }

    /// Changes a link or a firewall, as a timeline does.
    fn change(&mut self, dice: &mut Dice) {
        if dice.one_in(2) && !self.links.is_empty() {
            let index = dice.below(self.links.len());
            let [forward, reverse] = [dice.impairments(), dice.impairments()];
            self.network.change_link(self.links[index], |there, back| {
                (*there, *back) = (forward.clone(), reverse.clone());
            });
            let link = &mut self.oracle.links[index];
            (link.forward, link.reverse) = (forward, reverse);
        } else if !self.firewalls.is_empty() {
            let index = dice.below(self.firewalls.len());
            let rules = dice.rules(self.hosts.len());
            self.network.change_rules(self.firewalls[index], |all| all.clone_from(&rules));
            let changed_after = self.oracle.sent.len();
            let firewall = &mut self.oracle.firewalls[index];
            (firewall.rules, firewall.changed_after) = (rules, changed_after);
        }
    }

    /// Sends a datagram or a segment through both, and returns both fates.
    fn send(&mut self, at_ns: u64, dice: &mut Dice) -> [(Fate, Vec<Part>); 2] {
        let from = dice.below(self.hosts.len());
        let to = (from + 1 + dice.below(self.hosts.len() - 1)) % self.hosts.len();
        let ports = [(); 2].map(|()| PORTS[dice.below(4)]);
        let flags = dice.one_in(3).then(|| dice.below(32) as u8);
        let dont_fragment = flags.is_some() || dice.one_in(3);
        let limit = if dont_fragment || dice.one_in(3) { 1458 } else { 9_000 };
        let payload = 3 + dice.below(limit);
        // Of RRQ, WRQ, DATA and none.
        let opcode = dice.below(4) as u8;
        let is_request = flags.is_none() && matches!(opcode, 1 | 2);
        let body = match flags {
            Some(flags) => Body::Tcp(Segment::new(ports[0], ports[1], flags, payload)),
            None => {
                let mut payload = vec![0; payload];
                payload[1] = opcode;
                // Nothing may depend on where its parts meet.
                let (head, body) = payload.split_at(payload.len() % (HEAD_MAX + 1));
                let head = Head::new(head).expect("a short head");
                let payload = Datagram::new(head, body.to_vec().into());
                Body::Udp { src_port: ports[0], dst_port: ports[1], payload }
            }
        };
        let site = self.oracle.site_of(to).filter(|site| self.oracle.site_of(from) != Some(*site));
        let behind = site.filter(|_| !dice.one_in(5));
        let dst = behind.map_or(address(to), |site| self.oracle.sites[site].nat.outside);
        let packet = Packet { src: address(from), dst, dont_fragment, overhead: 0, body };
        let (decision, parts) = match self.network.decide(at_ns, self.hosts[from], &packet) {
            Decision::Fragmented(fragmented) => (fragmented.fate, fragmented.fragments),
            decision => (decision, Vec::new()),
        };
        let parts: Vec<Part> =
            parts.into_iter().map(|sent| (sent.fragment.offset, sent.fragment.length)).collect();
        let fate = match decision {
            Decision::Deliver { to, at_ns, .. } => Fate::Arrives(to.index(), at_ns, ends(&packet)),
            Decision::Impair(impaired) if impaired.altered.is_none() && impaired.copy_at_ns.is_none() => {
                let arriving = impaired.translated.unwrap_or(packet);
                Fate::Arrives(impaired.to.index(), impaired.at_ns, ends(&arriving))
            }
            Decision::Drop { reason, answer } => {
                let answered = answer.map(|answer| match answer.packet.body {
                    Body::Tcp(segment) if segment.rst() => Answered::Reset,
                    Body::Unreachable { code, .. } => Answered::Icmp(code.code()),
                    other => panic!("no answer: {other:?}"),
                });
                Fate::Dropped(reason.to_string(), answered)
            }
            Decision::Impair(_) | Decision::Fragmented(_) => panic!("nothing impairs"),
        };
        let kind = (flags, is_request, dont_fragment);
        let dst = SocketAddr::new(dst, ports[1]);
        [(fate, parts), self.oracle.send(at_ns, (from, ports[0]), dst, kind, payload)]
    }
}

/// Returns source and destination of a datagram or segment.
fn ends(packet: &Packet) -> [SocketAddr; 2] {
    let (src, dst) = match &packet.body {
        Body::Udp { src_port, dst_port, .. } => (*src_port, *dst_port),
        Body::Tcp(segment) => (segment.src_port(), segment.dst_port()),
        other => panic!("it has no ports: {other:?}"),
    };
    [SocketAddr::new(packet.src, src), SocketAddr::new(packet.dst, dst)]
}

/// Returns the first difference between the network and the oracle, in one random network.
fn difference(seed: u64, mistake: Option<Mistake>) -> Option<String> {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed));
    let mut pair = Pair::draw(&mut dice, mistake);
    let mut now_ns = 0;
    for number in 0..60 {
        // Mostly close to one another, sometimes as far apart as a firewall remembers a flow.
        now_ns += if dice.one_in(10) { 30 * SECOND_NS } else { 0 } + dice.below(20_000_000) as u64;
        if dice.one_in(15) {
            pair.change(&mut dice);
        }
        let [fate, expected] = pair.send(now_ns, &mut dice);
        if fate != expected {
            return Some(format!(
                "seed {seed}, packet {number} at {now_ns} ns: {fate:?}, expected {expected:?}"
            ));
        }
    }
    None
}

#[test]
fn links_and_firewalls_are_those_of_the_oracle() {
    for seed in test_support::seeds(2_000) {
        assert_eq!(difference(seed, None), None);
    }
}

#[test]
fn the_oracle_notices_mistakes() {
    for mistake in MISTAKES {
        let noticed = (0..2_000).find_map(|seed| difference(seed, Some(mistake)));
        assert!(noticed.is_some(), "{mistake:?}");
    }
}
