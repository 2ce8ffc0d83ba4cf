//! The world: its hosts and what is between them, and the loop that drives it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::{Rc, Weak};
use std::time::Duration;

use slab::Slab;

use crate::agenda::{Agenda, Item};
use crate::capture::Capture;
use crate::executor::Executor;
use crate::firewall::{Action, Firewall, Rule};
use crate::link::{Conditions, Lane};
use crate::packet::{Body, Packet};
use crate::tcp::{self, Stack};
use crate::topology::{Between, FirewallId, HostId, Link, LinkId, Path, path};
use crate::{SimHost, derive, timer, udp};

/// Largest IP packet an interface sends (Ethernet). A longer UDP datagram is refused, as under IP_PMTUDISC_DO.
pub(crate) const INTERFACE_MTU: u32 = 1500;

/// A world in the making.
#[derive(Debug)]
pub struct Builder {
    seed: u64,
    hosts: Vec<HostState>,
    links: Vec<Link>,
    firewalls: Vec<(Between, Firewall)>,
    capture: Option<Capture>,
}

/// A planned action of the harness.
type PlannedAction = Box<dyn FnOnce(&Simnet)>;

/// What happened in a world, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Packets that hosts sent.
    pub sent: u64,
    /// Packets that reached their host.
    pub arrived: u64,
    /// Packets that links and firewalls dropped, or that had no host to go to.
    pub dropped: u64,
    /// Datagrams that reached their host, but whose socket had no room left.
    pub overrun: u64,
    /// Times a task was polled.
    pub polls: u64,
}

/// A simulated world. Dropping it ends all its tasks.
pub struct Simnet {
    pub(crate) world: Rc<World>,
}

/// Plans actions from within a run, as a consequence of what a device did. Cheap to clone.
#[derive(Clone)]
pub struct Planner(Weak<World>);

impl Planner {
    /// As [`Simnet::at`]. Does nothing once the world has ended.
    pub fn at(&self, at: Duration, action: impl FnOnce(&Simnet) + 'static) {
        if let Some(world) = self.0.upgrade() {
            world.plan(at, Box::new(action));
        }
    }

    /// Plans `action` for this instant, when the tasks that run now have come to rest.
    pub fn soon(&self, action: impl FnOnce(&Simnet) + 'static) {
        self.at(Duration::ZERO, action);
    }

    /// Time since the start of the run; zero once the world has ended.
    pub fn now(&self) -> Duration {
        self.0.upgrade().map_or(Duration::ZERO, |world| Duration::from_nanos(world.now_ns.get()))
    }
}

/// What hosts, sockets and timers share.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) now_ns: Cell<u64>,
    pub(crate) net: RefCell<Net>,
    pub(crate) executor: Executor,
    /// Taken when the world ends, as the thread has room for one.
    pub(crate) stack: RefCell<Option<Stack>>,
}

pub(crate) struct Net {
    pub(crate) hosts: Vec<HostState>,
    by_address: BTreeMap<IpAddr, HostId>,
    pub(crate) sockets: Slab<udp::Socket>,
    pub(crate) timers: Slab<timer::Slot>,
    packets: Slab<(HostId, Packet)>,
    actions: Slab<PlannedAction>,
    pub(crate) agenda: Agenda,
    links: Vec<Link>,
    firewalls: Vec<(Between, Firewall)>,
    /// By source, then destination; filled as pairs first talk.
    paths: Vec<Option<Path>>,
    capture: Option<Capture>,
    stats: Stats,
}

#[derive(Debug)]
pub(crate) struct HostState {
    pub(crate) name: Rc<str>,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) ports: udp::Ports,
    pub(crate) speaks_tcp: bool,
    pub(crate) tcp: Option<turmoil_net::HostId>,
    powered: bool,
}

impl Builder {
    /// A world whose every random choice follows from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { seed, hosts: Vec::new(), links: Vec::new(), firewalls: Vec::new(), capture: None }
    }

    /// Adds a host. `speaks_tcp` gives it TCP; without, it answers every segment with RST.
    ///
    /// # Panics
    /// If an address is taken: a scenario has been checked for that.
    pub fn host(&mut self, name: &str, addresses: &[IpAddr], speaks_tcp: bool) -> HostId {
        let taken = |address| self.hosts.iter().any(|host| host.addresses.contains(address));
        assert!(!addresses.iter().any(taken), "two hosts have an address of {addresses:?}");
        self.hosts.push(HostState {
            name: name.into(),
            addresses: addresses.to_vec(),
            ports: udp::Ports::default(),
            speaks_tcp,
            tcp: None,
            powered: true,
        });
        HostId(self.hosts.len() as u32 - 1)
    }

    /// Joins every host of `a` with every host of `b`. All of them share the link's bandwidth. Where several links join a pair,
    /// the first one added carries it; pairs that no link joins have the [`Conditions`] of a quiet LAN without a bandwidth limit.
    pub fn link(
        &mut self,
        name: &str,
        a: &[HostId],
        b: &[HostId],
        forward: Conditions,
        reverse: Conditions,
    ) -> LinkId {
        let lane = |conditions, direction| {
            Lane::new(conditions, derive(self.seed, &format!("link/{name}/{direction}")))
        };
        self.links.push(Link {
            between: Between::new(a, b),
            forward: lane(forward, "forward"),
            reverse: lane(reverse, "reverse"),
        });
        LinkId(self.links.len() as u32 - 1)
    }

    /// Puts a firewall between every host of `a` and every host of `b`. What no rule matches meets `default`.
    pub fn firewall(
        &mut self,
        name: &str,
        a: &[HostId],
        b: &[HostId],
        rules: Vec<Rule>,
        default: Action,
    ) -> FirewallId {
        self.firewalls.push((Between::new(a, b), Firewall::new(name, rules, default)));
        FirewallId(self.firewalls.len() as u32 - 1)
    }

    /// Records all packets.
    pub fn capture(&mut self, capture: Capture) {
        self.capture = Some(capture);
    }

    /// Starts the clock.
    pub fn build(mut self) -> Simnet {
        let everyone: Vec<HostId> = (0..self.hosts.len() as u32).map(HostId).collect();
        let quiet = Conditions { bandwidth: None, ..Conditions::default() };
        self.link("default", &everyone, &everyone, quiet.clone(), quiet);
        let mut stack = None;
        let speakers: Vec<&[IpAddr]> =
            self.hosts.iter().filter(|host| host.speaks_tcp).map(|host| host.addresses.as_slice()).collect();
        if !speakers.is_empty() {
            let (entered, ids) = Stack::enter(&speakers);
            for (host, id) in self.hosts.iter_mut().filter(|host| host.speaks_tcp).zip(ids) {
                host.tcp = Some(id);
            }
            stack = Some(entered);
        }
        if let Some(capture) = &mut self.capture {
            let hosts: Vec<(&str, &[IpAddr])> =
                self.hosts.iter().map(|host| (&*host.name, host.addresses.as_slice())).collect();
            capture.begin(&hosts);
        }
        let by_address = self
            .hosts
            .iter()
            .zip(&everyone)
            .flat_map(|(host, &id)| host.addresses.iter().map(move |&address| (address, id)))
            .collect();
        let net = Net {
            by_address,
            sockets: Slab::new(),
            timers: Slab::new(),
            packets: Slab::new(),
            actions: Slab::new(),
            agenda: Agenda::default(),
            paths: vec![None; self.hosts.len() * self.hosts.len()],
            hosts: self.hosts,
            links: self.links,
            firewalls: self.firewalls,
            capture: self.capture,
            stats: Stats::default(),
        };
        Simnet {
            world: Rc::new(World {
                seed: self.seed,
                now_ns: Cell::new(0),
                net: RefCell::new(net),
                executor: Executor::default(),
                stack: RefCell::new(stack),
            }),
        }
    }
}

impl Simnet {
    /// The host `id`, to run devices on.
    pub fn host(&self, id: HostId) -> SimHost {
        SimHost::new(&self.world, id)
    }

    /// Time since the start of the run.
    pub fn now(&self) -> Duration {
        Duration::from_nanos(self.world.now_ns.get())
    }

    /// What happened so far.
    pub fn stats(&self) -> Stats {
        self.world.net.borrow().stats
    }

    /// Plans `action` for `at`, or for now if that has passed. Actions of one instant run in the order of planning, before the tasks
    /// that wake at that instant.
    pub fn at(&self, at: Duration, action: impl FnOnce(&Simnet) + 'static) {
        self.world.plan(at, Box::new(action));
    }

    /// Plans actions from within the run.
    pub fn planner(&self) -> Planner {
        Planner(Rc::downgrade(&self.world))
    }

    /// Cuts the power of a host: its tasks end where they are, its sockets are gone, and it answers nothing.
    pub fn power_off(&self, id: HostId) {
        self.world.net.borrow_mut().hosts[id.0 as usize].powered = false;
        self.world.executor.kill(id);
    }

    /// Ends the tasks of a host, as when its software stops. It still answers that its ports are closed.
    pub fn stop(&self, id: HostId) {
        self.world.executor.kill(id);
    }

    /// Gives a host power again. What runs on it then is for the caller to spawn.
    pub fn power_on(&self, id: HostId) {
        self.world.net.borrow_mut().hosts[id.0 as usize].powered = true;
    }

    /// Changes a link, forward and reverse, for the packets sent from now on.
    pub fn change_link(&self, id: LinkId, change: impl FnOnce(&mut Conditions, &mut Conditions)) {
        let link = &mut self.world.net.borrow_mut().links[id.0 as usize];
        change(&mut link.forward.conditions, &mut link.reverse.conditions);
    }

    /// Changes the rules of a firewall. Flows permitted so far have to be permitted anew.
    pub fn change_rules(&self, id: FirewallId, change: impl FnOnce(&mut Vec<Rule>)) {
        let firewall = &mut self.world.net.borrow_mut().firewalls[id.0 as usize].1;
        change(&mut firewall.rules);
        firewall.forget_flows();
    }

    /// Runs the world up to and including the instant `end`.
    pub fn run_until(&self, end: Duration) {
        let end_ns = end.as_nanos() as u64;
        let world = &*self.world;
        loop {
            world.net.borrow_mut().stats.polls += world.executor.run_ready();
            let next = world.net.borrow().agenda.next_at().filter(|&at| at <= end_ns);
            let Some(at_ns) = next else { break };
            world.now_ns.set(at_ns);
            self.happen(at_ns);
        }
        world.now_ns.set(end_ns.max(world.now_ns.get()));
    }

    /// Ends the capture.
    ///
    /// # Errors
    /// The first error met while writing it.
    pub fn finish_capture(&self) -> io::Result<()> {
        match self.world.net.borrow_mut().capture.take() {
            Some(capture) => capture.finish(),
            None => Ok(()),
        }
    }

    /// Everything that is due at `now_ns`.
    fn happen(&self, now_ns: u64) {
        let world = &*self.world;
        let mut net = world.net.borrow_mut();
        let stack = world.stack.borrow();
        while let Some(item) = net.agenda.take_due(now_ns) {
            match item {
                Item::Arrival(index) => net.arrive(now_ns, stack.as_ref(), index),
                Item::Timer { slot, generation } => {
                    if let Some(slot) = net.timers.get_mut(slot as usize) {
                        slot.fire(generation);
                    }
                }
                Item::TcpTick => {
                    if let Some(stack) = stack.as_ref()
                        && stack.pass(|packet| net.send_from_address(now_ns, packet))
                    {
                        net.agenda.plan(now_ns + tcp::PASS_NS, Item::TcpTick);
                    }
                }
                Item::Action(index) => {
                    let action = net.actions.remove(index as usize);
                    drop(net);
                    action(self);
                    net = world.net.borrow_mut();
                }
            }
        }
    }
}

impl World {
    fn plan(&self, at: Duration, action: PlannedAction) {
        let net = &mut *self.net.borrow_mut();
        let index = net.actions.insert(action) as u32;
        net.agenda.plan((at.as_nanos() as u64).max(self.now_ns.get()), Item::Action(index));
    }
}

impl Drop for Simnet {
    fn drop(&mut self) {
        // Tasks hold the world that holds them, and close their sockets in it.
        let hosts = self.world.net.borrow().hosts.len() as u32;
        for id in 0..hosts {
            self.world.executor.kill(HostId(id));
        }
        self.world.stack.take();
    }
}

impl Net {
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
        match self.links[link].lane(direction).send(now_ns, packet.size()) {
            Ok(arrival_ns) => {
                let arrival_ns = arrival_ns.max(path.last_arrival_ns);
                path.last_arrival_ns = arrival_ns;
                if let Some(capture) = &mut self.capture {
                    capture.record(now_ns, src.0, &packet, None);
                }
                self.arrives_at(arrival_ns, dst, packet);
            }
            Err(lost) => self.drop_packet(now_ns, src, &packet, || lost.describe().to_owned()),
        }
    }

    fn send_from_address(&mut self, now_ns: u64, packet: Packet) {
        if let Some(&src) = self.by_address.get(&packet.src) {
            self.send(now_ns, src, packet);
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

    fn arrive(&mut self, now_ns: u64, stack: Option<&Stack>, index: u32) {
        let (dst, packet) = self.packets.remove(index as usize);
        let host = &self.hosts[dst.0 as usize];
        if !host.powered {
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
            Body::Tcp(segment) => match stack.filter(|_| host.tcp.is_some()) {
                Some(stack) => {
                    stack.deliver(packet.src, packet.dst, segment);
                    self.touch_tcp(now_ns, stack);
                }
                None => {
                    if let Some(answer) = tcp::reset(packet.src, packet.dst, &segment) {
                        self.send(now_ns, dst, answer);
                    }
                }
            },
            Body::PortUnreachable { original_src, original_dst, .. } => {
                if let Some(index) = host.ports.get(original_src.port()) {
                    self.sockets[index].refuse(original_dst);
                }
            }
        }
    }

    /// TCP may have something to send: the next pass is on the grid of passes.
    pub(crate) fn touch_tcp(&mut self, now_ns: u64, stack: &Stack) {
        if stack.touch() {
            self.agenda.plan((now_ns + 1).next_multiple_of(tcp::PASS_NS), Item::TcpTick);
        }
    }
}

/// What a rejecting firewall tells the sender.
fn rejection(packet: &Packet) -> Option<Packet> {
    match &packet.body {
        Body::Tcp(segment) => tcp::reset(packet.src, packet.dst, segment),
        _ => packet.port_unreachable(),
    }
}

impl std::fmt::Debug for Planner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Planner")
    }
}

impl std::fmt::Debug for Simnet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simnet").field("now", &self.now()).field("stats", &self.stats()).finish()
    }
}
