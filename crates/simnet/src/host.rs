//! One simulated host: the engine as [`host::Host`] shows it to a device.

mod tcp_listener;
mod tcp_stream;
mod timer;
mod udp;

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use host::{Entropy, Host};
use network::{HostId, derive};

pub use tcp_listener::SimTcpListener;
pub use tcp_stream::SimTcpStream;
pub use timer::SimTimer;
pub use udp::SimUdp;

use crate::engine::{Engine, Simnet};
use tcp_stream::Caller;

/// A simulated host.
#[derive(Clone)]
pub struct SimHost {
    engine: Rc<Engine>,
    id: HostId,
    name: Rc<str>,
}

impl Simnet {
    /// Returns the host `id`, to run devices on.
    pub fn host(&self, id: HostId) -> SimHost {
        SimHost::new(&self.engine, id)
    }
}

impl SimHost {
    fn new(engine: &Rc<Engine>, id: HostId) -> Self {
        let name = engine.context.name(id.index());
        Self { engine: Rc::clone(engine), id, name }
    }

    fn caller(&self) -> Caller {
        Caller { engine: Rc::clone(&self.engine), host: self.id }
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
        self.engine.context.now()
    }

    fn timer(&self) -> SimTimer {
        let net = &mut *self.engine.net.borrow_mut();
        let order = net.next_order(self.id);
        let slot = net.timers.insert(crate::timer::Slot::new(order));
        SimTimer { engine: Rc::clone(&self.engine), slot }
    }

    async fn bind_udp(&self, local: SocketAddr) -> io::Result<SimUdp> {
        let net = &mut *self.engine.net.borrow_mut();
        let order = net.next_order(self.id);
        let host = &mut net.hosts[self.id.index()];
        let local = host.ports.bindable(&host.addresses, local)?;
        let socket = net.sockets.insert(crate::udp::Socket::new(self.id, local, order));
        host.ports.bind(local.port(), socket);
        Ok(SimUdp { engine: Rc::clone(&self.engine), socket, local })
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

    fn forget_paths(&self) {
        self.engine.net.borrow_mut().network.forget_path_mtus(self.id);
    }

    fn entropy(&self, purpose: &str) -> Entropy {
        derive(self.engine.seed, &format!("host/{}/{purpose}", self.name))
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.engine.executor.spawn(self.id, Box::pin(task));
    }
}

impl fmt::Debug for SimHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SimHost").field(&self.name).finish()
    }
}
