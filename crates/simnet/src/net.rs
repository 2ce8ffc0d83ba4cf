//! The network: what becomes of a packet from the socket that sends it to the one that receives it.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use slab::Slab;

use crate::agenda::{Agenda, Item};
use crate::capture::Capture;
use crate::firewall::{Action, Firewall};
use crate::link::Mishap;
use crate::packet::{Body, Packet};
use crate::tcp::{self, Stack};
use crate::topology::{Between, Direction, HostId, Link, Path, path};
use crate::world::{Simnet, Stats};
use crate::{timer, udp, wire};

/// Largest IP packet an interface sends (Ethernet). A longer UDP datagram is refused, as under IP_PMTUDISC_DO.
pub(crate) const INTERFACE_MTU: u32 = 1500;

/// A planned action of the harness.
pub(crate) type PlannedAction = Box<dyn FnOnce(&Simnet)>;

pub(crate) struct Net {
    pub(crate) hosts: Vec<HostState>,
    by_address: BTreeMap<IpAddr, HostId>,
    pub(crate) sockets: Slab<udp::Socket>,
    pub(crate) timers: Slab<timer::Slot>,
    packets: Slab<(HostId, Packet)>,
    pub(crate) actions: Slab<PlannedAction>,
    pub(crate) agenda: Agenda,
    pub(crate) links: Vec<Link>,
    pub(crate) firewalls: Vec<(Between, Firewall)>,
    /// By source, then destination; filled as pairs first talk.
    paths: Vec<Option<Path>>,
    pub(crate) capture: Option<Capture>,
    pub(crate) stats: Stats,
}

#[derive(Debug)]
pub(crate) struct HostState {
    pub(crate) name: Rc<str>,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) ports: udp::Ports,
    /// Its TCP, if it speaks that.
    pub(crate) tcp: Option<Box<Stack>>,
    pub(crate) powered: bool,
    /// How slow it is to send, if it is.
    pub(crate) slowness: Option<Slowness>,
}

impl HostState {
    /// A host with power and without sockets.
    pub(crate) fn new(name: &str, addresses: &[IpAddr], tcp: Option<Stack>) -> Self {
        Self {
            name: name.into(),
            addresses: addresses.to_vec(),
            ports: udp::Ports::default(),
            tcp: tcp.map(Box::new),
            powered: true,
            slowness: None,
        }
    }
}

/// A host that is slow to send, whatever it sends, to whom ever.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Slowness {
    delay_ns: u64,
    /// Bytes per second.
    rate: Option<u64>,
    /// When it has sent all that it has to send.
    idle_at_ns: u64,
}

impl Slowness {
    pub(crate) fn new(delay: Duration, rate: Option<u64>) -> Option<Self> {
        let delay_ns = delay.as_nanos() as u64;
        (delay_ns > 0 || rate.is_some()).then_some(Self { delay_ns, rate, idle_at_ns: 0 })
    }

    /// How long a packet of `size` bytes waits before it leaves.
    fn hold(&mut self, now_ns: u64, size: u32) -> u64 {
        let Some(rate) = self.rate else { return self.delay_ns };
        let takes_ns = u64::from(size).saturating_mul(1_000_000_000) / rate.max(1);
        self.idle_at_ns = self.idle_at_ns.max(now_ns) + takes_ns;
        self.idle_at_ns - now_ns + self.delay_ns
    }
}

impl Net {
    /// A network in which nothing has happened. The last of `links` joins all hosts.
    pub(crate) fn new(
        hosts: Vec<HostState>,
        links: Vec<Link>,
        firewalls: Vec<(Between, Firewall)>,
        capture: Option<Capture>,
    ) -> Self {
        let by_address = (0..)
            .map(HostId)
            .zip(&hosts)
            .flat_map(|(id, host)| host.addresses.iter().map(move |&address| (address, id)))
            .collect();
        Self {
            by_address,
            sockets: Slab::new(),
            timers: Slab::new(),
            packets: Slab::new(),
            actions: Slab::new(),
            agenda: Agenda::default(),
            paths: vec![None; hosts.len() * hosts.len()],
            hosts,
            links,
            firewalls,
            capture,
            stats: Stats::default(),
        }
    }

    /// A packet leaves `src`: firewalls, then the link, decide whether and when it arrives.
    pub(crate) fn send(&mut self, now_ns: u64, src: HostId, packet: Packet) {
        self.stats.sent += 1;
        let Some(&dst) = self.by_address.get(&packet.dst) else {
            return self
                .drop_packet(now_ns, src, &packet, || format!("no host has the address {}", packet.dst));
        };
        if src == dst {
            self.arrives_at(now_ns, dst, packet);
            return;
        }
        let pair = src.0 as usize * self.hosts.len() + dst.0 as usize;
        let path = self.paths[pair].get_or_insert_with(|| path(&self.links, &self.firewalls, src, dst));
        let (link, direction) = path.link;
        for &index in &path.firewalls {
            let firewall = &mut self.firewalls[index].1;
            if let Err((action, rule)) = firewall.filter(now_ns, &packet) {
                let name = firewall.name.clone();
                self.drop_packet(now_ns, src, &packet, || format!("dropped by firewall {name}: {rule}"));
                if action == Action::Reject
                    && let Some(answer) = rejection(&packet)
                {
                    let there_and_back = self.links[link].forward.conditions.latency.as_nanos() as u64;
                    if let Some(capture) = &mut self.capture {
                        // It speaks for the host behind it.
                        capture.record(
                            now_ns,
                            dst.0,
                            &answer,
                            Some(&format!("sent by firewall {name}: {rule}")),
                        );
                    }
                    self.arrives_at(now_ns + there_and_back, src, answer);
                }
                return;
            }
        }
        let lane = self.links[link].lane(direction);
        let held_ns = match &mut self.hosts[src.0 as usize].slowness {
            Some(slowness) => slowness.hold(now_ns, packet.size()),
            None => 0,
        };
        let arrival_ns = match lane.send(now_ns, packet.size()) {
            Ok(arrival_ns) => (arrival_ns + held_ns).max(path.last_arrival_ns),
            Err(lost) => return self.drop_packet(now_ns, src, &packet, || lost.describe().to_owned()),
        };
        path.last_arrival_ns = arrival_ns;
        if let Some(mishap) = lane.mishap(packet.size(), matches!(packet.body, Body::Udp { .. })) {
            return self.arrives_after(now_ns, (src, dst), arrival_ns, packet, &mishap);
        }
        if let Some(capture) = &mut self.capture {
            capture.record(now_ns, src.0, &packet, None);
        }
        if held_ns > 0 {
            // It travels beside the queue of its lane, in which others would overtake it.
            return self.arrives_at(arrival_ns, dst, packet);
        }
        let index = self.packets.insert((dst, packet)) as u32;
        let lane = 2 * link + usize::from(direction == Direction::Reverse);
        self.agenda.plan_arrival(arrival_ns, lane, index);
    }

    /// A packet that something happens to on the way. It travels beside the queue of its lane, which is for those that keep in line.
    fn arrives_after(
        &mut self,
        now_ns: u64,
        (src, dst): (HostId, HostId),
        arrival_ns: u64,
        packet: Packet,
        mishap: &Mishap,
    ) {
        let copy = mishap.copy_after_ns.map(|after_ns| (arrival_ns + after_ns, packet.clone()));
        let packet = if mishap.flips.is_empty() {
            packet
        } else {
            self.stats.corrupted += 1;
            wire::damage(&packet, &mishap.flips)
        };
        if let Some(capture) = &mut self.capture {
            capture.record(now_ns, src.0, &packet, mishap.comment(&packet).as_deref());
        }
        self.stats.reordered += u64::from(mishap.held_ns.is_some());
        self.arrives_at(arrival_ns + mishap.held_ns.unwrap_or(0), dst, packet);
        if let Some((copy_ns, copy)) = copy {
            self.stats.duplicated += 1;
            if let Some(capture) = &mut self.capture {
                capture.record(now_ns, src.0, &copy, Some("copy that the link made"));
            }
            self.arrives_at(copy_ns, dst, copy);
        }
    }

    fn arrives_at(&mut self, at_ns: u64, dst: HostId, packet: Packet) {
        let index = self.packets.insert((dst, packet)) as u32;
        self.agenda.plan(at_ns, Item::Arrival(index));
    }

    fn drop_packet(&mut self, now_ns: u64, src: HostId, packet: &Packet, why: impl FnOnce() -> String) {
        self.stats.dropped += 1;
        if let Some(capture) = &mut self.capture {
            capture.record(now_ns, src.0, packet, Some(&why()));
        }
    }

    /// A packet in flight reaches its host.
    pub(crate) fn arrive(&mut self, now_ns: u64, index: u32) {
        let (dst, packet) = self.packets.remove(index as usize);
        let host = &self.hosts[dst.0 as usize];
        if !host.powered || matches!(packet.body, Body::Damaged(_)) {
            self.stats.dropped += 1;
            return;
        }
        self.stats.arrived += 1;
        match packet.body {
            Body::Udp { src_port, dst_port, .. } => {
                let from = SocketAddr::new(packet.src, src_port);
                let socket = host.ports.get(dst_port).map(|index| &mut self.sockets[index]);
                match socket.filter(|socket| socket.takes_from(from)) {
                    Some(socket) => {
                        if !socket.push(packet.into_payload(), from) {
                            self.stats.overrun += 1;
                        }
                    }
                    None => {
                        if let Some(answer) = packet.port_unreachable() {
                            self.send(now_ns, dst, answer);
                        }
                    }
                }
            }
            Body::Tcp(ref segment) => match &mut self.hosts[dst.0 as usize].tcp {
                Some(stack) => {
                    stack.receive(now_ns, &packet, segment.rst());
                    self.settle_tcp(now_ns, dst);
                }
                None => {
                    if let Some(answer) = tcp::reset(&packet, segment) {
                        self.send(now_ns, dst, answer);
                    }
                }
            },
            Body::PortUnreachable { original_src, original_dst, .. } => {
                if let Some(index) = host.ports.get(original_src.port()) {
                    self.sockets[index].refuse(original_dst);
                }
            }
            // Dropped above.
            Body::Damaged(_) => {}
        }
    }

    /// The TCP of a host does what is due, or what follows from a call of a program's.
    pub(crate) fn advance_tcp(&mut self, now_ns: u64, host: HostId) {
        if let Some(stack) = &mut self.hosts[host.0 as usize].tcp {
            stack.advance(now_ns, false);
            self.settle_tcp(now_ns, host);
        }
    }

    /// Sends what the TCP of a host has to send, and plans when it is looked after again.
    fn settle_tcp(&mut self, now_ns: u64, host: HostId) {
        let state = &mut self.hosts[host.0 as usize];
        let Some(stack) = &mut state.tcp else { return };
        let sent = stack.take_sent();
        let next_ns = stack.next_ns(now_ns);
        // Later than what is planned is early enough: it is found out then.
        if let Some(next_ns) =
            next_ns.filter(|next_ns| stack.planned_ns.is_none_or(|planned| *next_ns < planned))
        {
            stack.planned_ns = Some(next_ns);
            self.agenda.plan(next_ns, Item::Tcp(host));
        }
        if state.powered {
            for packet in sent {
                self.send(now_ns, host, packet);
            }
        }
    }

    /// A planned look after the TCP of a host is due.
    pub(crate) fn tcp_due(&mut self, now_ns: u64, host: HostId) {
        let stack = self.hosts[host.0 as usize].tcp.as_mut();
        if let Some(stack) = stack.filter(|stack| stack.planned_ns == Some(now_ns)) {
            stack.planned_ns = None;
            self.advance_tcp(now_ns, host);
        }
    }
}

/// What a rejecting firewall tells the sender.
fn rejection(packet: &Packet) -> Option<Packet> {
    match &packet.body {
        Body::Tcp(segment) => tcp::reset(packet, segment),
        _ => packet.port_unreachable(),
    }
}
