//! A host that counts the traffic of its sockets, so that `serve` can show progress for any server software.

mod tcp;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use datagram::Datagram;
use host::{Entropy, Host, Udp};

/// The length of the opcode and block number of a TFTP packet.
const HEADER: usize = 4;

use self::tcp::{MeteredListener, MeteredStream};

/// The open sockets with a peer: one per transfer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flows(Rc<RefCell<Table>>);

#[derive(Debug, Default)]
struct Table {
    next: u64,
    open: BTreeMap<u64, Rc<Flow>>,
}

/// The traffic of one socket.
#[derive(Debug)]
struct Flow {
    since: Duration,
    peer: Cell<Option<SocketAddr>>,
    /// UDP: bytes in both directions without TFTP headers, retransmissions included. TCP: all bytes sent to the peer.
    bytes: Cell<u64>,
}

/// A flow that is listed as long as its socket is open.
#[derive(Debug)]
struct Open {
    flow: Rc<Flow>,
    id: u64,
    flows: Flows,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.flows.0.borrow_mut().open.remove(&self.id);
    }
}

impl Flow {
    fn count(&self, datagram: usize) {
        self.bytes.set(self.bytes.get() + datagram.saturating_sub(HEADER) as u64);
    }
}

impl Flows {
    fn open(&self, since: Duration, peer: Option<SocketAddr>) -> Open {
        let flow = Rc::new(Flow { since, peer: Cell::new(peer), bytes: Cell::new(0) });
        let table = &mut *self.0.borrow_mut();
        let id = table.next;
        table.next += 1;
        table.open.insert(id, Rc::clone(&flow));
        Open { flow, id, flows: self.clone() }
    }

    /// Returns the peer and bytes of each transfer that began before `since`, oldest first.
    pub(crate) fn transfers(&self, since: Duration) -> Vec<(SocketAddr, u64)> {
        let table = self.0.borrow();
        let old = table.open.values().filter(|flow| flow.since <= since);
        old.filter_map(|flow| Some((flow.peer.get()?, flow.bytes.get()))).collect()
    }
}

/// A host that counts the traffic of its sockets.
#[derive(Clone, Debug)]
pub(crate) struct Metered<H> {
    host: H,
    flows: Flows,
}

impl<H> Metered<H> {
    pub(crate) fn new(host: H, flows: Flows) -> Self {
        Self { host, flows }
    }
}

impl<H: Host> Host for Metered<H> {
    type Udp = MeteredUdp<H::Udp>;
    type Timer = H::Timer;
    type TcpStream = MeteredStream<H::TcpStream>;
    type TcpListener = MeteredListener<H>;

    fn name(&self) -> &str {
        self.host.name()
    }

    fn now(&self) -> Duration {
        self.host.now()
    }

    fn timer(&self) -> H::Timer {
        self.host.timer()
    }

    async fn bind_udp(&self, local: SocketAddr) -> io::Result<Self::Udp> {
        let socket = self.host.bind_udp(local).await?;
        Ok(MeteredUdp { socket, open: self.flows.open(self.now(), None) })
    }

    async fn connect_tcp(&self, peer: SocketAddr) -> io::Result<Self::TcpStream> {
        let stream = self.host.connect_tcp(peer).await?;
        Ok(MeteredStream::new(stream, self.flows.open(self.now(), Some(peer))))
    }

    async fn listen_tcp(&self, local: SocketAddr) -> io::Result<Self::TcpListener> {
        Ok(MeteredListener::new(self.host.listen_tcp(local).await?, self.clone()))
    }

    fn local_addr(&self, stream: &Self::TcpStream) -> io::Result<SocketAddr> {
        self.host.local_addr(stream.stream())
    }

    fn forget_paths(&self) {
        self.host.forget_paths();
    }

    fn entropy(&self, purpose: &str) -> Entropy {
        self.host.entropy(purpose)
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.host.spawn(task);
    }
}

/// A UDP socket with a traffic count.
#[derive(Debug)]
pub(crate) struct MeteredUdp<U> {
    socket: U,
    open: Open,
}

impl<U: Udp> Udp for MeteredUdp<U> {
    fn local_addr(&self) -> SocketAddr {
        self.socket.local_addr()
    }

    async fn connect(&self, peer: SocketAddr) -> io::Result<()> {
        self.open.flow.peer.set(Some(peer));
        self.socket.connect(peer).await
    }

    fn set_dont_fragment(&self) {
        self.socket.set_dont_fragment();
    }

    fn set_overhead(&self, bytes: u16) {
        self.socket.set_overhead(bytes);
    }

    async fn send_to(&self, datagram: impl Into<Datagram>, peer: SocketAddr) -> io::Result<()> {
        let datagram = datagram.into();
        self.open.flow.count(datagram.len());
        self.socket.send_to(datagram, peer).await
    }

    fn poll_recv_from(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Datagram, SocketAddr)>> {
        let received = self.socket.poll_recv_from(cx);
        if let Poll::Ready(Ok((datagram, _))) = &received {
            self.open.flow.count(datagram.len());
        }
        received
    }
}
