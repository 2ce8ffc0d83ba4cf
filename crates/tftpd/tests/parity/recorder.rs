//! A host that writes down every datagram it sends and takes, and loses those it is told to.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use datagram::Datagram;
use host::{Entropy, Host, Udp};

/// One datagram, as one end saw it. Sockets and peers go by number, in the order in which they first appear, as ports differ.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Entry {
    socket: usize,
    peer: usize,
    way: Way,
    bytes: Bytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Sent,
    /// As sent, but it went nowhere.
    Lost,
    Received,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { socket, peer, way, bytes } = self;
        let head = &bytes[..bytes.len().min(48)];
        write!(f, "socket {socket}, peer {peer}: {way:?} {} bytes, \"{}\"", bytes.len(), head.escape_ascii())
    }
}

/// What a host saw.
#[derive(Default)]
pub(super) struct Record {
    entries: RefCell<Vec<Entry>>,
    peers: RefCell<Vec<SocketAddr>>,
    sockets: Cell<usize>,
    sent: Cell<usize>,
    /// Which of the datagrams that are sent go nowhere, counted from 0.
    lost: &'static [usize],
}

impl Record {
    pub(super) fn losing(lost: &'static [usize]) -> Rc<Self> {
        Rc::new(Self { lost, ..Self::default() })
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        self.entries.borrow().clone()
    }

    pub(super) fn count(&self, way: Way) -> usize {
        self.entries.borrow().iter().filter(|entry| entry.way == way).count()
    }

    fn write(&self, socket: usize, peer: SocketAddr, way: Way, bytes: Bytes) {
        let mut peers = self.peers.borrow_mut();
        let peer = peers.iter().position(|known| *known == peer).unwrap_or_else(|| {
            peers.push(peer);
            peers.len() - 1
        });
        self.entries.borrow_mut().push(Entry { socket, peer, way, bytes });
    }
}

/// `host`, watched.
#[derive(Clone)]
pub(super) struct Recorder<H> {
    pub host: H,
    pub record: Rc<Record>,
}

impl<H: Host> Host for Recorder<H> {
    type Udp = RecordedUdp<H::Udp>;
    type Timer = H::Timer;
    type TcpStream = H::TcpStream;
    type TcpListener = H::TcpListener;

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
        let inner = self.host.bind_udp(local).await?;
        let number = self.record.sockets.replace(self.record.sockets.get() + 1);
        Ok(RecordedUdp { inner, number, record: Rc::clone(&self.record) })
    }

    async fn connect_tcp(&self, peer: SocketAddr) -> io::Result<H::TcpStream> {
        self.host.connect_tcp(peer).await
    }

    async fn listen_tcp(&self, local: SocketAddr) -> io::Result<H::TcpListener> {
        self.host.listen_tcp(local).await
    }

    fn local_addr(&self, stream: &H::TcpStream) -> io::Result<SocketAddr> {
        self.host.local_addr(stream)
    }

    fn entropy(&self, purpose: &str) -> Entropy {
        self.host.entropy(purpose)
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.host.spawn(task);
    }
}

pub(super) struct RecordedUdp<U> {
    inner: U,
    number: usize,
    record: Rc<Record>,
}

impl<U: Udp> Udp for RecordedUdp<U> {
    fn local_addr(&self) -> SocketAddr {
        self.inner.local_addr()
    }

    async fn connect(&self, peer: SocketAddr) -> io::Result<()> {
        self.inner.connect(peer).await
    }

    fn set_dont_fragment(&self) {
        self.inner.set_dont_fragment();
    }

    async fn send_to(&self, datagram: impl Into<Datagram>, peer: SocketAddr) -> io::Result<()> {
        let payload = datagram.into().into_bytes();
        let ordinal = self.record.sent.replace(self.record.sent.get() + 1);
        if self.record.lost.contains(&ordinal) {
            self.record.write(self.number, peer, Way::Lost, payload);
            return Ok(());
        }
        self.inner.send_to(payload.clone(), peer).await?;
        self.record.write(self.number, peer, Way::Sent, payload);
        Ok(())
    }

    fn poll_recv_from(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Datagram, SocketAddr)>> {
        let received = self.inner.poll_recv_from(cx);
        if let Poll::Ready(Ok((payload, peer))) = &received {
            self.record.write(self.number, *peer, Way::Received, payload.clone().into_bytes());
        }
        received
    }
}
