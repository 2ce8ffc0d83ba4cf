//! The network, and the hosts that its packets reach.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::task::Waker;

use bytes::Bytes;
use network::{
    Arrivals, Body, Decision, HostId, Network, Packet, Ports, Protocol, RECEIVE_BUFFER, Unreachable,
};
use tracing::debug;

use crate::clock::Clock;
use crate::engine::Turmoil;
use crate::host::TaskOf;
use crate::segments::Segments;

/// Something that happens in a tick, given its number: an action of the harness, or the arrival of a packet. turmoil carries a
/// datagram under the number of its arrival.
pub(crate) type Action = Box<dyn FnOnce(&Turmoil, u64)>;

/// The state that hosts, sockets and the loop share.
pub(crate) struct Net {
    pub(crate) clock: Rc<Clock>,
    pub(crate) network: Network,
    pub(crate) hosts: Vec<HostState>,
    /// The planned actions, by tick, then by number.
    planned: BTreeMap<(u64, u64), Action>,
    /// The number of the last planned action.
    last: u64,
    pub(crate) arrivals: Arrivals,
    pub(crate) segments: Segments,
    /// The datagrams on turmoil's links that arrive in this tick, by number.
    pub(crate) due: BTreeSet<u64>,
}

pub(crate) type SharedNet = Rc<RefCell<Net>>;

pub(crate) struct HostState {
    pub(crate) address: IpAddr,
    pub(crate) powered: bool,
    pub(crate) ports: Ports<Rc<Socket>>,
    /// The tasks that were spawned while the host did not run, and the waker of the task that takes them.
    pub(crate) spawned: Vec<TaskOf>,
    pub(crate) waker: Option<Waker>,
}

/// A UDP socket, as the network sees it.
#[derive(Default)]
pub(crate) struct Socket {
    pub(crate) peer: Cell<Option<SocketAddr>>,
    /// True if the datagrams that it sends have DF.
    pub(crate) dont_fragment: Cell<bool>,
    /// The bytes that count beside the payload.
    pub(crate) overhead: Cell<u16>,
    /// The error that an ICMP error has left behind.
    pub(crate) error: Cell<Option<io::ErrorKind>>,
    /// The datagrams that wait for the reader, by number, in the order of arrival, each with its sender as it arrives.
    pub(crate) arrived: RefCell<VecDeque<(u64, SocketAddr)>>,
    pub(crate) arrived_bytes: Cell<usize>,
    pub(crate) waker: RefCell<Option<Waker>>,
}

impl HostState {
    /// Makes a host with power and without sockets.
    pub(crate) fn new(address: IpAddr) -> Self {
        Self { address, powered: true, ports: Ports::default(), spawned: Vec::new(), waker: None }
    }
}

impl Net {
    pub(crate) fn new(clock: &Rc<Clock>, network: Network, hosts: Vec<HostState>) -> Self {
        let (planned, last, arrivals, segments, due) = Default::default();
        Self { clock: Rc::clone(clock), network, hosts, planned, last, arrivals, segments, due }
    }

    /// Plans `action` for the first tick that is not before `at_ns`, and returns its number.
    pub(crate) fn plan(&mut self, at_ns: u64, action: Action) -> u64 {
        self.last += 1;
        self.planned.insert((self.clock.next_tick(at_ns), self.last), action);
        self.last
    }

    /// Takes the next planned action, and its number, if it is due.
    pub(crate) fn take_due(&mut self) -> Option<(u64, Action)> {
        let next = self.planned.first_entry().filter(|entry| entry.key().0 <= self.clock.tick.get())?;
        let ((_, number), action) = next.remove_entry();
        Some((number, action))
    }

    /// Sends a packet from `src`, and returns the datagrams that turmoil has to carry for it, each with its number and the address of
    /// the host to which it goes: none, the datagram, and perhaps a copy.
    pub(crate) fn send(&mut self, src: HostId, packet: Packet) -> Vec<(u64, SocketAddr, Bytes)> {
        let decision = match self.network.decide(self.clock.context.now_ns.get(), src, &packet) {
            // turmoil carries the datagram, which arrives with its last fragment.
            Decision::Fragmented(fragmented) => fragmented.fate,
            decision => decision,
        };
        let sent = match decision {
            Decision::Fragmented(_) => Vec::new(),
            Decision::Deliver { to, at_ns, .. } => vec![(at_ns, to, packet)],
            Decision::Impair(mut impaired) => {
                let packet = impaired.translated.take().unwrap_or(packet);
                let copy = impaired.copy_at_ns.map(|at_ns| (at_ns, impaired.to, packet.clone()));
                let arriving = impaired.altered.unwrap_or(packet);
                [(impaired.at_ns, impaired.to, arriving)].into_iter().chain(copy).collect()
            }
            Decision::Drop { answer, .. } => {
                answer.map(|it| (it.at_ns, src, it.packet)).into_iter().collect()
            }
        };
        let arrive = |(at_ns, to, packet): (u64, HostId, Packet)| {
            let address = self.hosts[to.index()].address;
            let carried = match &packet.body {
                Body::Udp { dst_port, payload, .. } => {
                    Some((SocketAddr::new(address, *dst_port), payload.clone().into_bytes()))
                }
                Body::Tcp(_) | Body::Unreachable { .. } | Body::Refused(_) => None,
            };
            let arrive = move |engine: &Turmoil, number| engine.net.borrow_mut().arrive(number, to, &packet);
            let number = self.plan(at_ns, Box::new(arrive));
            carried.map(|(to, payload)| (number, to, payload))
        };
        sent.into_iter().filter_map(arrive).collect()
    }

    /// Checks the length of a packet that a program sends.
    pub(crate) fn check_length(&self, src: HostId, packet: &Packet) -> io::Result<()> {
        self.network.check_length(self.clock.context.now_ns.get(), src, packet)
    }

    /// Handles a packet that reaches its host.
    pub(crate) fn arrive(&mut self, number: u64, to: HostId, packet: &Packet) {
        let host = &mut self.hosts[to.index()];
        // Also what the host does not take: a message that is never delivered slows turmoil down.
        if matches!(packet.body, Body::Udp { .. }) && packet.src != packet.dst {
            self.due.insert(number);
        }
        if !host.powered || matches!(packet.body, Body::Refused(_)) {
            debug!(%packet, powered = host.powered, "dropped on arrival");
            self.arrivals.dropped += 1;
            return;
        }
        self.arrivals.taken += 1;
        match &packet.body {
            Body::Udp { src_port, dst_port, payload } => {
                let from = SocketAddr::new(packet.src, *src_port);
                let takes_it = |socket: &&Rc<Socket>| socket.peer.get().is_none_or(|peer| peer == from);
                if let Some(socket) = host.ports.get(*dst_port).filter(takes_it) {
                    self.arrivals.overrun += u64::from(!socket.push(number, from, payload.len()));
                } else if let Some(answer) = packet.rejection() {
                    debug!(%packet, "the port is closed");
                    self.send(to, answer);
                }
            }
            Body::Unreachable { code: Unreachable::FragmentationNeeded(mtu), about } => {
                let now_ns = self.clock.context.now_ns.get();
                self.network.learn_path_mtu(now_ns, to, about.dst.ip(), *mtu);
            }
            Body::Unreachable { code, about } if about.protocol == Protocol::Udp => {
                if let (Some(socket), Some(error)) = (host.ports.get(about.src.port()), code.error()) {
                    socket.fail(about.dst, error);
                }
            }
            // turmoil carries segments itself, and learns of errors about them with their fate; the other was dropped above.
            Body::Tcp(_) | Body::Unreachable { .. } | Body::Refused(_) => {}
        }
    }
}

impl Socket {
    /// Queues a datagram; returns false if there was no room.
    fn push(&self, number: u64, from: SocketAddr, length: usize) -> bool {
        let bytes = self.arrived_bytes.get() + length;
        let has_room = bytes <= RECEIVE_BUFFER;
        if has_room {
            self.arrived_bytes.set(bytes);
            self.arrived.borrow_mut().push_back((number, from));
        }
        has_room
    }

    /// Records the ICMP error about a datagram to `original_dst`. Only a connected socket reports it (udp(7)).
    fn fail(&self, original_dst: SocketAddr, error: io::ErrorKind) {
        if self.peer.get() == Some(original_dst) {
            self.error.set(Some(error));
            self.waker.borrow().iter().for_each(Waker::wake_by_ref);
        }
    }

    /// Returns the pending ICMP error, once.
    pub(crate) fn take_error(&self) -> io::Result<()> {
        self.error.take().map_or(Ok(()), |error| Err(error.into()))
    }
}
