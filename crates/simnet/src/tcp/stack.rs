//! The TCP of one host: its connections and listening sockets.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use network::{Body, CONNECT_TIMEOUT, EPHEMERAL, Packet, SEND_TIMEOUT, wire};
use slab::Slab;
use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::socket::tcp::{CongestionControl, RecvError, Socket, SocketBuffer, State};
use smoltcp::time::Instant;
use smoltcp::wire::{HardwareAddress, IpCidr, IpListenEndpoint};

use super::device::Device;
use super::{ACK_DELAY, BACKLOG, BUFFER, ORPHAN_TIMEOUT, STRETCH};

/// The length of smoltcp's finest step, one of its microseconds.
const TICK_NS: u64 = 1_000 / STRETCH as u64;

/// The TCP of one host.
pub(crate) struct Stack {
    interface: Interface,
    device: Device,
    sockets: SocketSet<'static>,
    addresses: Vec<IpAddr>,
    connections: BTreeMap<SocketHandle, Connection>,
    listeners: Slab<Listener>,
    next_port: u16,
    /// True if a connection may have a soft error.
    soft_errors: bool,
    /// The time of its next wake-up, if one is planned.
    pub(crate) planned_ns: Option<u64>,
}

/// A connection that a program has, had, or requests.
#[derive(Debug)]
struct Connection {
    stage: Stage,
    /// The way it ended, if not by being closed.
    end: Option<io::ErrorKind>,
    /// The ICMP error since its peer was last heard: the reason if it times out, as `sk_err_soft` of Linux.
    soft_error: Option<io::ErrorKind>,
    /// The time since which our FIN has been unacknowledged.
    closing_since_ns: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Connecting,
    Open,
    /// Its program has dropped it.
    Orphaned {
        since_ns: u64,
    },
}

#[derive(Debug)]
struct Listener {
    local: SocketAddr,
    /// The socket that accepts the next SYN; none while the backlog is full.
    listening: Option<SocketHandle>,
    /// Connections that were started and are not yet accepted.
    begun: Vec<SocketHandle>,
    waker: Option<Waker>,
}

impl Stack {
    /// Makes a stack without connections. Initial sequence numbers follow from `seed`.
    pub(crate) fn new(addresses: &[IpAddr], seed: u64) -> Self {
        let mut device = Device::default();
        let mut config = Config::new(HardwareAddress::Ip);
        config.random_seed = seed;
        let mut interface = Interface::new(config, &mut device, Instant::ZERO);
        interface.update_ip_addrs(|known| {
            for &address in addresses {
                // Every address is on-link: routing is the network's job. smoltcp has room for eight addresses.
                let _ = known.push(IpCidr::new(address.into(), 0));
            }
        });
        Self {
            interface,
            device,
            sockets: SocketSet::new(Vec::new()),
            addresses: addresses.to_vec(),
            connections: BTreeMap::new(),
            listeners: Slab::new(),
            next_port: *EPHEMERAL.start(),
            soft_errors: false,
            planned_ns: None,
        }
    }

    /// Receives a packet that arrived.
    pub(crate) fn receive(&mut self, now_ns: u64, packet: &Packet, is_reset: bool) {
        let mut bytes = Vec::with_capacity(packet.size() as usize);
        let payload = wire::headers(&mut bytes, packet);
        bytes.extend_from_slice(payload);
        self.device.arrived = Some(bytes);
        self.forget_soft_error(packet);
        self.advance(now_ns, is_reset);
    }

    /// Handles an ICMP error about a segment from `local` to `peer`, as tcp_v4_err() of Linux does (net/ipv4/tcp_ipv4.c, RFC 1122,
    /// 4.2.3.9): a connection that is being requested fails at once and in silence, another one goes on.
    pub(crate) fn fail(&mut self, local: SocketAddr, peer: SocketAddr, error: io::ErrorKind) {
        let Some((&handle, connection)) = self
            .connections
            .iter_mut()
            .find(|(handle, _)| ends(self.sockets.get(**handle)) == Some((local, peer)))
        else {
            return;
        };
        let socket = self.sockets.get_mut::<Socket<'_>>(handle);
        if socket.state() != State::SynSent {
            connection.soft_error = Some(error);
            self.soft_errors = true;
            return;
        }
        connection.end = Some(error);
        // The old socket wakes its program, and would send an RST if it were polled again.
        std::mem::replace(socket, new_socket()).abort();
    }

    /// Forgets the ICMP errors about the connection that a segment belongs to: something came through.
    fn forget_soft_error(&mut self, packet: &Packet) {
        let Body::Tcp(segment) = &packet.body else { return };
        if !std::mem::take(&mut self.soft_errors) {
            return;
        }
        let local = SocketAddr::new(packet.dst, segment.dst_port());
        let peer = SocketAddr::new(packet.src, segment.src_port());
        for (handle, connection) in &mut self.connections {
            if ends(self.sockets.get(*handle)) == Some((local, peer)) {
                connection.soft_error = None;
            }
            self.soft_errors |= connection.soft_error.is_some();
        }
    }

    /// Does the work due at `now_ns`. Connections that end by it were reset by the peer, or timed out.
    pub(crate) fn advance(&mut self, now_ns: u64, by_reset: bool) {
        self.set_timeouts();
        self.interface.poll(instant(now_ns), &mut self.device, &mut self.sockets);
        self.sweep_connections(now_ns, by_reset);
        self.sweep_listeners();
    }

    /// Returns the packets to send.
    pub(crate) fn take_sent(&mut self) -> Vec<Packet> {
        std::mem::take(&mut self.device.sent).into_iter().filter_map(wire::parse_tcp_packet).collect()
    }

    /// Returns the time after `now_ns` of the next call of [`Stack::advance`].
    pub(crate) fn next_ns(&mut self, now_ns: u64) -> Option<u64> {
        let at = self.interface.poll_at(instant(now_ns), &self.sockets)?;
        Some((at.total_micros() as u64 * TICK_NS).max(now_ns + TICK_NS))
    }

    /// Starts to connect.
    pub(crate) fn connect(&mut self, peer: SocketAddr) -> io::Result<SocketHandle> {
        let same_family = |address: &&IpAddr| address.is_ipv4() == peer.is_ipv4();
        let local = *self.addresses.iter().find(same_family).ok_or(io::ErrorKind::AddrNotAvailable)?;
        let port = self.free_port().ok_or(io::ErrorKind::AddrInUse)?;
        let mut socket = new_socket();
        socket.set_timeout(Some(stretched(CONNECT_TIMEOUT)));
        socket
            .connect(self.interface.context(), peer, SocketAddr::new(local, port))
            .map_err(|_| io::ErrorKind::InvalidInput)?;
        let handle = self.sockets.add(socket);
        self.connections.insert(handle, Connection::new(Stage::Connecting));
        Ok(handle)
    }

    /// Returns the host's end of a connection, while it exists.
    pub(crate) fn local_addr(&self, handle: SocketHandle) -> Option<SocketAddr> {
        let local = self.sockets.get::<Socket<'_>>(handle).local_endpoint()?;
        Some(SocketAddr::new(local.addr.into(), local.port))
    }

    /// Polls until the connection is established.
    pub(crate) fn poll_connected(
        &mut self,
        handle: SocketHandle,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let connection = self.connections.get_mut(&handle).expect("it lives as long as its stream");
        if let Some(end) = connection.end {
            return Poll::Ready(Err(end.into()));
        }
        let socket = self.sockets.get_mut::<Socket<'_>>(handle);
        if matches!(socket.state(), State::SynSent | State::SynReceived) {
            socket.register_send_waker(cx.waker());
            return Poll::Pending;
        }
        connection.stage = Stage::Open;
        Poll::Ready(Ok(()))
    }

    /// Reads data that has arrived; nothing at the end.
    pub(crate) fn poll_read(
        &mut self,
        handle: SocketHandle,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let socket = self.sockets.get_mut::<Socket<'_>>(handle);
        match socket.recv_slice(into) {
            Ok(0) if !into.is_empty() => {
                socket.register_recv_waker(cx.waker());
                Poll::Pending
            }
            Ok(length) => Poll::Ready(Ok(length)),
            Err(RecvError::Finished) => Poll::Ready(Ok(0)),
            Err(RecvError::InvalidState) => {
                let end = self.connections.get(&handle).and_then(|connection| connection.end);
                Poll::Ready(Err(end.unwrap_or(io::ErrorKind::NotConnected).into()))
            }
        }
    }

    /// Takes as much of `from` as there is room for.
    pub(crate) fn poll_write(
        &mut self,
        handle: SocketHandle,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        let socket = self.sockets.get_mut::<Socket<'_>>(handle);
        match socket.send_slice(from) {
            Ok(0) if !from.is_empty() => {
                socket.register_send_waker(cx.waker());
                Poll::Pending
            }
            Ok(length) => Poll::Ready(Ok(length)),
            Err(_) => {
                let end = self.connections.get(&handle).and_then(|connection| connection.end);
                Poll::Ready(Err(end.unwrap_or(io::ErrorKind::BrokenPipe).into()))
            }
        }
    }

    /// Closes the sending side after the data written so far.
    pub(crate) fn shut_down(&mut self, handle: SocketHandle) {
        self.sockets.get_mut::<Socket<'_>>(handle).close();
    }

    /// Closes a connection like close(2): written data is still sent; a peer whose data was not read gets an RST.
    pub(crate) fn drop_connection(&mut self, now_ns: u64, handle: SocketHandle) {
        let Some(connection) = self.connections.get_mut(&handle) else { return };
        connection.stage = Stage::Orphaned { since_ns: now_ns };
        let socket = self.sockets.get_mut::<Socket<'_>>(handle);
        if socket.recv_queue() > 0 { socket.abort() } else { socket.close() }
    }

    /// Listens on `local`; port 0 takes a free one. `[::]` takes no connections over IPv4. Returns the listener and its address.
    pub(crate) fn listen(&mut self, local: SocketAddr) -> io::Result<(usize, SocketAddr)> {
        if !local.ip().is_unspecified() && !self.addresses.contains(&local.ip()) {
            return Err(io::ErrorKind::AddrNotAvailable.into());
        }
        let port = match local.port() {
            0 => self.free_port().ok_or(io::ErrorKind::AddrInUse)?,
            _ if self.listeners.iter().any(|(_, listener)| overlap(listener.local, local)) => {
                return Err(io::ErrorKind::AddrInUse.into());
            }
            port => port,
        };
        let local = SocketAddr::new(local.ip(), port);
        let listener = Listener { local, listening: None, begun: Vec::new(), waker: None };
        let index = self.listeners.insert(listener);
        self.sweep_listeners();
        Ok((index, local))
    }

    /// Polls for the next established connection, and its peer.
    pub(crate) fn poll_accept(
        &mut self,
        index: usize,
        cx: &mut Context<'_>,
    ) -> Poll<(SocketHandle, SocketAddr)> {
        let listener = &mut self.listeners[index];
        let sockets = &self.sockets;
        let ready = listener.begun.iter().position(|handle| is_acceptable(sockets.get(*handle)));
        let Some(ready) = ready else {
            listener.waker = Some(cx.waker().clone());
            return Poll::Pending;
        };
        let handle = listener.begun.remove(ready);
        let peer = sockets.get::<Socket<'_>>(handle).remote_endpoint().expect("an acceptable one has a peer");
        self.connections.insert(handle, Connection::new(Stage::Open));
        self.sweep_listeners();
        Poll::Ready((handle, SocketAddr::new(peer.addr.into(), peer.port)))
    }

    /// Stops listening. Connections that were not accepted are reset.
    pub(crate) fn drop_listener(&mut self, now_ns: u64, index: usize) {
        let Some(listener) = self.listeners.try_remove(index) else { return };
        if let Some(handle) = listener.listening {
            self.sockets.remove(handle);
        }
        for handle in listener.begun {
            self.sockets.get_mut::<Socket<'_>>(handle).abort();
            self.connections.insert(handle, Connection::new(Stage::Orphaned { since_ns: now_ns }));
        }
    }

    fn free_port(&mut self) -> Option<u16> {
        let taken = |port| {
            let of_socket =
                |socket: &Socket<'_>| socket.local_endpoint().is_some_and(|local| local.port == port);
            self.connections.keys().any(|handle| of_socket(self.sockets.get(*handle)))
                || self.listeners.iter().any(|(_, listener)| listener.local.port() == port)
        };
        let count = EPHEMERAL.len() as u16;
        let offset = self.next_port - EPHEMERAL.start();
        let port =
            (0..count).map(|step| EPHEMERAL.start() + (offset + step) % count).find(|&port| !taken(port))?;
        self.next_port = if port == *EPHEMERAL.end() { *EPHEMERAL.start() } else { port + 1 };
        Some(port)
    }

    /// Sets timeouts only while a response is expected: smoltcp would also end an idle connection that hears nothing for its
    /// timeout.
    fn set_timeouts(&mut self) {
        for (&handle, connection) in &self.connections {
            let socket = self.sockets.get_mut::<Socket<'_>>(handle);
            let timeout = match socket.state() {
                State::SynSent => Some(CONNECT_TIMEOUT),
                _ if connection.stage != Stage::Connecting && socket.send_queue() > 0 => Some(SEND_TIMEOUT),
                _ => None,
            };
            socket.set_timeout(timeout.map(stretched));
        }
    }

    fn sweep_connections(&mut self, now_ns: u64, by_reset: bool) {
        let sockets = &mut self.sockets;
        self.connections.retain(|&handle, connection| {
            let socket = sockets.get_mut::<Socket<'_>>(handle);
            let state = socket.state();
            let is_closing = matches!(state, State::FinWait1 | State::Closing | State::LastAck);
            let since_ns = connection.closing_since_ns.filter(|_| is_closing).unwrap_or(now_ns);
            connection.closing_since_ns = is_closing.then_some(since_ns);
            if passed(since_ns, now_ns, SEND_TIMEOUT) {
                socket.abort();
                connection.end = Some(connection.soft_error.unwrap_or(io::ErrorKind::TimedOut));
            }
            match connection.stage {
                Stage::Orphaned { since_ns } => {
                    // The RST of an aborted connection is sent before it is removed.
                    let gone = state == State::Closed && socket.remote_endpoint().is_none();
                    let lingers =
                        matches!(state, State::FinWait2) && passed(since_ns, now_ns, ORPHAN_TIMEOUT);
                    if gone || lingers {
                        sockets.remove(handle);
                        return false;
                    }
                }
                stage if state == State::Closed && connection.end.is_none() => {
                    connection.end = Some(match (by_reset, stage) {
                        (true, Stage::Connecting) => io::ErrorKind::ConnectionRefused,
                        (true, _) => io::ErrorKind::ConnectionReset,
                        (false, _) => connection.soft_error.unwrap_or(io::ErrorKind::TimedOut),
                    });
                }
                _ => {}
            }
            true
        });
    }

    /// Keeps a socket ready for the next SYN, and wakes tasks that wait to accept.
    fn sweep_listeners(&mut self) {
        let sockets = &mut self.sockets;
        for (_, listener) in &mut self.listeners {
            if let Some(handle) = listener.listening
                && sockets.get::<Socket<'_>>(handle).state() != State::Listen
            {
                listener.listening = None;
                listener.begun.push(handle);
            }
            listener.begun.retain(|&handle| {
                // It was reset before it was established.
                let is_gone =
                    matches!(sockets.get::<Socket<'_>>(handle).state(), State::Closed | State::Listen);
                if is_gone {
                    sockets.remove(handle);
                }
                !is_gone
            });
            if listener.listening.is_none() && listener.begun.len() < BACKLOG {
                let local = listener.local;
                let address = if local.ip().is_unspecified() {
                    let is_own = |address: &&IpAddr| address.is_ipv4() == local.is_ipv4();
                    match self.addresses.iter().filter(is_own).collect::<Vec<_>>()[..] {
                        // Nothing can reach it.
                        [] => continue,
                        [one] => Some((*one).into()),
                        _ => None,
                    }
                } else {
                    Some(local.ip().into())
                };
                // A socket has buffers of megabytes.
                let mut socket = new_socket();
                socket.set_timeout(Some(stretched(CONNECT_TIMEOUT)));
                socket
                    .listen(IpListenEndpoint { addr: address, port: local.port() })
                    .expect("a new socket listens on a port that is not 0");
                listener.listening = Some(sockets.add(socket));
            }
            if listener.begun.iter().any(|handle| is_acceptable(sockets.get(*handle)))
                && let Some(waker) = listener.waker.take()
            {
                waker.wake();
            }
        }
    }
}

/// Returns true if two sockets cannot listen at these addresses at the same time (ip(7), ipv6(7) with `IPV6_V6ONLY`).
fn overlap(a: SocketAddr, b: SocketAddr) -> bool {
    let is_any = a.ip().is_unspecified() || b.ip().is_unspecified();
    a.port() == b.port() && (a.ip() == b.ip() || a.is_ipv4() == b.is_ipv4() && is_any)
}

impl Connection {
    fn new(stage: Stage) -> Self {
        Self { stage, end: None, soft_error: None, closing_since_ns: None }
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stack").field("connections", &self.connections).finish_non_exhaustive()
    }
}

fn new_socket() -> Socket<'static> {
    let buffer = || SocketBuffer::new(vec![0; BUFFER]);
    let mut socket = Socket::new(buffer(), buffer());
    socket.set_ack_delay(Some(stretched(ACK_DELAY)));
    socket.set_congestion_control(CongestionControl::Reno);
    socket
}

/// Returns the two ends of a connection, one's own first.
fn ends(socket: &Socket<'_>) -> Option<(SocketAddr, SocketAddr)> {
    let [local, peer] = [socket.local_endpoint()?, socket.remote_endpoint()?]
        .map(|end| SocketAddr::new(end.addr.into(), end.port));
    Some((local, peer))
}

/// Returns true if the handshake is complete.
fn is_acceptable(socket: &Socket<'_>) -> bool {
    !matches!(socket.state(), State::SynReceived | State::Listen | State::Closed)
}

fn passed(since_ns: u64, now_ns: u64, timeout: Duration) -> bool {
    u128::from(now_ns.saturating_sub(since_ns)) >= timeout.as_nanos()
}

/// Converts to smoltcp's time, in which a second is [`STRETCH`] long.
fn instant(now_ns: u64) -> Instant {
    Instant::from_micros((now_ns / TICK_NS) as i64)
}

fn stretched(duration: Duration) -> smoltcp::time::Duration {
    (duration * STRETCH).into()
}
