//! The sockets of all hosts, and the packets between them.

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use host::context::Context;
use network::{
    Answer, Arrivals, Body, Decision, Fragmented, HostId, Impaired, Network, Packet, Ports, Protocol,
    Unreachable,
};
use slab::Slab;
use tracing::debug;

use crate::capture::Capture;
use crate::event_queue::{EventQueue, Item, Lane, WakeOrder};
use crate::flow::Flows;
use crate::tcp::Stack;
use crate::{timer, udp};

pub(crate) struct Net {
    context: Rc<Context>,
    pub(crate) hosts: Vec<HostState>,
    pub(crate) sockets: Slab<udp::Socket>,
    pub(crate) timers: Slab<timer::Slot>,
    /// The number of sockets and timers made so far.
    made: u64,
    pub(crate) packets: Slab<(HostId, Packet)>,
    pub(crate) queue: EventQueue,
    pub(crate) flows: Flows,
    pub(crate) network: Network,
    pub(crate) capture: Option<Capture>,
    /// The counters of packets that arrived.
    pub(crate) arrivals: Arrivals,
}

#[derive(Debug)]
pub(crate) struct HostState {
    pub(crate) addresses: Vec<IpAddr>,
    /// Its UDP ports, each with its index in `Net::sockets`.
    pub(crate) ports: Ports<usize>,
    /// Its TCP stack, if it has one.
    pub(crate) tcp: Option<Box<Stack>>,
    pub(crate) powered: bool,
}

impl HostState {
    /// Makes a host with power and without sockets.
    pub(crate) fn new(addresses: &[IpAddr], tcp: Option<Stack>) -> Self {
        Self { addresses: addresses.to_vec(), ports: Ports::default(), tcp: tcp.map(Box::new), powered: true }
    }
}

impl Net {
    /// Makes the sockets of hosts that have none yet.
    pub(crate) fn new(
        context: Rc<Context>,
        hosts: Vec<HostState>,
        network: Network,
        queue: EventQueue,
        capture: Option<Capture>,
    ) -> Self {
        Self {
            context,
            hosts,
            sockets: Slab::new(),
            timers: Slab::new(),
            made: 0,
            packets: Slab::new(),
            queue,
            flows: Flows::default(),
            network,
            capture,
            arrivals: Arrivals::default(),
        }
    }

    /// Returns the place of the next socket or timer of a host among those that wake a task at one time.
    pub(crate) fn next_order(&mut self, host: HostId) -> WakeOrder {
        self.made += 1;
        WakeOrder::new(host.index(), self.made)
    }

    /// Cuts the power of a host.
    pub(crate) fn lose_power(&mut self, id: HostId) {
        self.recall_of_host(id);
        self.hosts[id.index()].powered = false;
    }

    /// Forgets the connections of a host without power; its peers are not notified. `seed` is for the sequence numbers of the
    /// connections that it opens when it comes back.
    pub(crate) fn forget_connections(&mut self, id: HostId, seed: u64) {
        let host = &mut self.hosts[id.index()];
        if let Some(stack) = &mut host.tcp {
            **stack = Stack::new(&host.addresses, seed);
        }
    }

    /// Sends a packet from `src`. The network decides whether and when it arrives.
    pub(crate) fn send(&mut self, now_ns: u64, src: HostId, packet: Packet) {
        match self.network.decide(now_ns, src, &packet) {
            Decision::Deliver { to, at_ns, queue } => {
                // Packets from a host to itself are on no wire.
                if to != src {
                    self.record(now_ns, src, &packet, || None);
                }
                match queue {
                    Some(queue) => {
                        let index = self.packets.insert((to, packet)) as u32;
                        self.queue.plan_in(Lane::of_direction(queue), at_ns, Item::Arrival(index));
                    }
                    None => self.arrives_at(at_ns, to, packet),
                }
            }
            Decision::Impair(impaired) => self.impair(now_ns, src, packet, *impaired),
            Decision::Drop { reason, answer } => {
                self.record(now_ns, src, &packet, || Some(reason.to_string()));
                self.answer(now_ns, src, answer);
            }
            Decision::Fragmented(fragmented) => self.send_fragments(now_ns, src, packet, *fragmented),
        }
    }

    /// Sends a datagram in fragments: they are what a capture has, and the datagram is what arrives.
    fn send_fragments(&mut self, now_ns: u64, src: HostId, packet: Packet, fragmented: Fragmented) {
        if let Some(capture) = &mut self.capture {
            let shown = match &fragmented.fate {
                Decision::Impair(impaired) => impaired.altered.as_ref(),
                _ => None,
            };
            for sent in &fragmented.fragments {
                let packet = shown.unwrap_or(&packet);
                capture.record_fragment(now_ns, src.index() as u32, packet, fragmented.id, sent);
            }
        }
        match fragmented.fate {
            Decision::Impair(impaired) => self.arrive_impaired(now_ns, src, packet, *impaired, false),
            Decision::Drop { answer, .. } => self.answer(now_ns, src, answer),
            Decision::Deliver { .. } | Decision::Fragmented(_) => {}
        }
    }

    /// Sends the answer of a firewall or router to the host whose packet it dropped.
    fn answer(&mut self, now_ns: u64, to: HostId, answer: Option<Box<Answer>>) {
        let Some(answer) = answer else { return };
        let Answer { from, packet, at_ns, by } = *answer;
        self.record(now_ns, from, &packet, || Some(format!("sent by {by}")));
        self.arrives_at(at_ns, to, packet);
    }

    /// Handles a packet that is impaired on the way.
    fn impair(&mut self, now_ns: u64, src: HostId, packet: Packet, impaired: Impaired) {
        let comment = || impaired.comment();
        self.record(now_ns, src, impaired.altered.as_ref().unwrap_or(&packet), comment);
        self.arrive_impaired(now_ns, src, packet, impaired, true);
    }

    /// Plans the arrival of a packet that is impaired on the way, and of its copy, which is captured if that is said.
    fn arrive_impaired(
        &mut self,
        now_ns: u64,
        src: HostId,
        packet: Packet,
        impaired: Impaired,
        is_captured: bool,
    ) {
        let Impaired { to, at_ns, translated, altered, copy_at_ns, .. } = impaired;
        let packet = translated.unwrap_or(packet);
        let copy = copy_at_ns.map(|copy_at_ns| (copy_at_ns, packet.clone()));
        self.arrives_at(at_ns, to, altered.unwrap_or(packet));
        if let Some((copy_at_ns, copy)) = copy {
            if is_captured {
                self.record(now_ns, src, &copy, || Some("copy that the link made".to_owned()));
            }
            self.arrives_at(copy_at_ns, to, copy);
        }
    }

    fn arrives_at(&mut self, at_ns: u64, dst: HostId, packet: Packet) {
        let index = self.packets.insert((dst, packet)) as u32;
        self.queue.plan(at_ns, Item::Arrival(index));
    }

    /// Captures a packet as it leaves `src`.
    fn record(
        &mut self,
        now_ns: u64,
        src: HostId,
        packet: &Packet,
        comment: impl FnOnce() -> Option<String>,
    ) {
        if let Some(capture) = self.capture.as_mut().filter(|_| !self.network.is_inside(src, packet.dst)) {
            capture.record(now_ns, src.index() as u32, packet, comment().as_deref());
        }
    }

    /// Handles a packet in flight that reaches its host.
    pub(crate) fn arrive(&mut self, now_ns: u64, index: u32) {
        let (dst, packet) = self.packets.remove(index as usize);
        self.context.host.set(Some(dst.index()));
        let host = &self.hosts[dst.index()];
        if !host.powered || matches!(packet.body, Body::Refused(_)) {
            debug!(%packet, powered = host.powered, "dropped on arrival");
            self.arrivals.dropped += 1;
            return;
        }
        self.arrivals.taken += 1;
        match packet.body {
            Body::Udp { src_port, dst_port, .. } => {
                let from = SocketAddr::new(packet.src, src_port);
                let socket = host.ports.get(dst_port).map(|&index| &mut self.sockets[index]);
                match socket.filter(|socket| socket.takes_from(from)) {
                    Some(socket) => {
                        if !socket.push(packet.into_payload(), from) {
                            debug!(%from, port = dst_port, "the receive buffer is full");
                            self.arrivals.overrun += 1;
                        }
                    }
                    None => {
                        debug!(%packet, "the port is closed");
                        if let Some(answer) = packet.rejection() {
                            self.send(now_ns, dst, answer);
                        }
                    }
                }
            }
            Body::Tcp(ref segment) => match &mut self.hosts[dst.index()].tcp {
                Some(stack) => {
                    stack.receive(now_ns, &packet, segment.rst());
                    self.settle_tcp(now_ns, dst);
                }
                None => {
                    if let Some(answer) = packet.rejection() {
                        self.send(now_ns, dst, answer);
                    }
                }
            },
            Body::Unreachable { code: Unreachable::FragmentationNeeded(mtu), about } => {
                self.network.learn_path_mtu(now_ns, dst, about.dst.ip(), mtu);
            }
            Body::Unreachable { code, about } if about.protocol == Protocol::Tcp => {
                if let (Some(stack), Some(error)) = (&mut self.hosts[dst.index()].tcp, code.error()) {
                    stack.fail(about.src, about.dst, error);
                    self.settle_tcp(now_ns, dst);
                }
            }
            Body::Unreachable { code, about } => {
                if let (Some(&index), Some(error)) = (host.ports.get(about.src.port()), code.error()) {
                    self.sockets[index].fail(about.dst, error);
                }
            }
            // Dropped above.
            Body::Refused(_) => {}
        }
    }

    /// Makes the TCP of a host do work that is due, or that follows from a program's call.
    pub(crate) fn advance_tcp(&mut self, now_ns: u64, host: HostId) {
        if let Some(stack) = &mut self.hosts[host.index()].tcp {
            stack.advance(now_ns, false);
            self.settle_tcp(now_ns, host);
        }
    }

    /// Sends the pending packets of a host's TCP, and plans its next wake-up.
    fn settle_tcp(&mut self, now_ns: u64, host: HostId) {
        let state = &mut self.hosts[host.index()];
        let Some(stack) = &mut state.tcp else { return };
        let sent = stack.take_sent();
        let next_ns = stack.next_ns(now_ns).map(|next_ns| self.queue.rounded(next_ns));
        // If the planned wake-up is earlier, it plans the later one then.
        if let Some(next_ns) =
            next_ns.filter(|next_ns| stack.planned_ns.is_none_or(|planned| *next_ns < planned))
        {
            stack.planned_ns = Some(next_ns);
            self.queue.plan(next_ns, Item::Tcp(host));
        }
        if state.powered {
            for packet in sent {
                // What was put together for a wider path goes in shorter segments.
                let longest = self.network.longest_packet(now_ns, host, packet.dst);
                if packet.size() > longest {
                    packet.segmented(longest).into_iter().for_each(|part| self.send(now_ns, host, part));
                } else {
                    self.send(now_ns, host, packet);
                }
            }
        }
    }

    /// Handles a planned wake-up of a host's TCP.
    pub(crate) fn tcp_due(&mut self, now_ns: u64, host: HostId) {
        let stack = self.hosts[host.index()].tcp.as_mut();
        if let Some(stack) = stack.filter(|stack| stack.planned_ns == Some(now_ns)) {
            stack.planned_ns = None;
            self.context.host.set(Some(host.index()));
            self.advance_tcp(now_ns, host);
        }
    }
}
