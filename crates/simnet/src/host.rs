//! One simulated host: the world as [`host::Host`] shows it to a device.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use host::{Entropy, Host, Timer, Udp};
use network::{Body, HostId, INTERFACE_MTU, Packet, derive};

use crate::agenda::Item;
use crate::tcp::stream::Caller;
use crate::world::World;
use crate::{timer, udp};

pub use crate::tcp::{SimTcpListener, SimTcpStream};

/// Linux's EMSGSIZE.
const EMSGSIZE: i32 = 90;

/// A simulated host.
#[derive(Clone)]
pub struct SimHost {
    world: Rc<World>,
    id: HostId,
    name: Rc<str>,
}

impl SimHost {
    pub(crate) fn new(world: &Rc<World>, id: HostId) -> Self {
        let name = Rc::clone(&world.net.borrow().hosts[id.index()].name);
        Self { world: Rc::clone(world), id, name }
    }

    /// Checks that `local` can be bound and fills in port 0.
    fn bindable(&self, local: SocketAddr) -> io::Result<SocketAddr> {
        let host = &mut self.world.net.borrow_mut().hosts[self.id.index()];
        if !local.ip().is_unspecified() && !host.addresses.contains(&local.ip()) {
            return Err(io::ErrorKind::AddrNotAvailable.into());
        }
        let port = host.ports.free(local.port()).ok_or(io::ErrorKind::AddrInUse)?;
        Ok(SocketAddr::new(local.ip(), port))
    }

    fn caller(&self) -> Caller {
        Caller { world: Rc::clone(&self.world), host: self.id }
    }
}

impl Host for SimHost {
    type Udp = SimUdp;
    type Timer = SimTimer;
    type TcpStream = SimTcpStream;
    type TcpListener = SimTcpListener;

    fn name(&self) -> &str {
        &self.name
    }

    fn now(&self) -> Duration {
        Duration::from_nanos(self.world.now_ns.get())
    }

    fn timer(&self) -> SimTimer {
        let slot = self.world.net.borrow_mut().timers.insert(timer::Slot::default());
        SimTimer { world: Rc::clone(&self.world), slot }
    }

    async fn bind_udp(&self, local: SocketAddr) -> io::Result<SimUdp> {
        let local = self.bindable(local)?;
        let net = &mut *self.world.net.borrow_mut();
        let socket = net.sockets.insert(udp::Socket::new(self.id));
        net.hosts[self.id.index()].ports.bind(local.port(), socket);
        Ok(SimUdp { world: Rc::clone(&self.world), socket, local })
    }

    async fn connect_tcp(&self, peer: SocketAddr) -> io::Result<SimTcpStream> {
        SimTcpStream::connect(self.caller(), peer).await
    }

    async fn listen_tcp(&self, local: SocketAddr) -> io::Result<SimTcpListener> {
        SimTcpListener::bind(self.caller(), local)
    }

    fn local_addr(&self, stream: &SimTcpStream) -> io::Result<SocketAddr> {
        stream.local_addr()
    }

    fn entropy(&self, purpose: &str) -> Entropy {
        derive(self.world.seed, &format!("host/{}/{purpose}", self.name))
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.world.executor.spawn(self.id, Box::pin(task));
    }
}

impl fmt::Debug for SimHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SimHost").field(&self.name).finish()
    }
}

/// A simulated UDP socket.
pub struct SimUdp {
    world: Rc<World>,
    socket: usize,
    local: SocketAddr,
}

impl Udp for SimUdp {
    fn local_addr(&self) -> SocketAddr {
        self.local
    }

    async fn connect(&self, peer: SocketAddr) -> io::Result<()> {
        self.world.net.borrow_mut().sockets[self.socket].peer = Some(peer);
        Ok(())
    }

    async fn send_to(&self, payload: Bytes, peer: SocketAddr) -> io::Result<()> {
        let net = &mut *self.world.net.borrow_mut();
        let socket = &mut net.sockets[self.socket];
        socket.take_error()?;
        let host = socket.host;
        let addresses = &net.hosts[host.index()].addresses;
        let same_family = |address: &&IpAddr| address.is_ipv4() == peer.is_ipv4();
        let src = match self.local.ip() {
            ip if ip.is_unspecified() => *addresses
                .iter()
                .find(same_family)
                .ok_or_else(|| io::Error::from(io::ErrorKind::AddrNotAvailable))?,
            ip => ip,
        };
        let packet = Packet {
            src,
            dst: peer.ip(),
            body: Body::Udp { src_port: self.local.port(), dst_port: peer.port(), payload },
        };
        // As under IP_PMTUDISC_DO: nothing is fragmented.
        if packet.size() > INTERFACE_MTU {
            return Err(io::Error::from_raw_os_error(EMSGSIZE));
        }
        net.send(self.world.now_ns.get(), host, packet);
        Ok(())
    }

    fn poll_recv_from(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Bytes, SocketAddr)>> {
        self.world.net.borrow_mut().sockets[self.socket].poll_recv(cx)
    }
}

impl Drop for SimUdp {
    fn drop(&mut self) {
        let net = &mut *self.world.net.borrow_mut();
        let socket = net.sockets.remove(self.socket);
        net.hosts[socket.host.index()].ports.release(self.local.port());
    }
}

impl fmt::Debug for SimUdp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SimUdp").field(&self.local).finish()
    }
}

/// A timer on the simulated clock.
pub struct SimTimer {
    world: Rc<World>,
    slot: usize,
}

impl Timer for SimTimer {
    fn poll_until(&mut self, deadline: Option<Duration>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = deadline else { return Poll::Pending };
        let deadline_ns = deadline.as_nanos() as u64;
        if deadline_ns <= self.world.now_ns.get() {
            return Poll::Ready(());
        }
        let net = &mut *self.world.net.borrow_mut();
        if let Some(generation) = net.timers[self.slot].arm(deadline_ns, cx.waker()) {
            net.agenda.plan(deadline_ns, Item::Timer { slot: self.slot as u32, generation });
        }
        Poll::Pending
    }
}

impl Drop for SimTimer {
    fn drop(&mut self) {
        self.world.net.borrow_mut().timers.remove(self.slot);
    }
}

impl fmt::Debug for SimTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimTimer")
    }
}
