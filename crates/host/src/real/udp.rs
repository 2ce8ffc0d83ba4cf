//! UDP sockets of the operating system.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use datagram::Datagram;
use tokio::io::Interest;
use tokio::net::UdpSocket;

use super::options;
use crate::Udp;

/// The largest datagram of UDP over IPv4.
const DATAGRAM_MAX: usize = 65_507;
/// Room for many datagrams, so that a receive rarely allocates.
const ARENA: usize = 16 * DATAGRAM_MAX;

/// The receive buffer of a host's sockets. Datagrams share its memory, which is reused when none is left.
#[derive(Clone, Debug, Default)]
pub(super) struct Arena(Rc<RefCell<BytesMut>>);

impl Arena {
    /// Gives `receive` room for any datagram; it appends one.
    fn receive<T>(&self, receive: impl FnOnce(&mut BytesMut) -> io::Result<T>) -> io::Result<(Bytes, T)> {
        let mut arena = self.0.borrow_mut();
        if arena.capacity() < DATAGRAM_MAX && !arena.try_reclaim(DATAGRAM_MAX) {
            *arena = BytesMut::with_capacity(ARENA);
        }
        let received = receive(&mut arena)?;
        Ok((arena.split().freeze(), received))
    }
}

/// A UDP socket of the operating system.
pub struct RealUdp {
    local: SocketAddr,
    socket: Rc<UdpSocket>,
    connected: Cell<Option<SocketAddr>>,
    /// A future that completes at an ICMP error. A reader alone does not wake: the socket is not readable then.
    failing: RefCell<Option<Pin<Box<dyn Future<Output = ()>>>>>,
    arena: Arena,
}

impl RealUdp {
    pub(super) async fn bind(local: SocketAddr, hears_refusals: bool, arena: &Arena) -> io::Result<Self> {
        let socket = std::net::UdpSocket::bind(local)?;
        socket.set_nonblocking(true)?;
        options::tune(&socket);
        if hears_refusals {
            options::hear_refusals(&socket, local.is_ipv4());
        }
        let socket = Rc::new(UdpSocket::from_std(socket)?);
        Ok(Self {
            local: socket.local_addr()?,
            failing: RefCell::new(hears_refusals.then(|| failing(&socket))),
            socket,
            connected: Cell::new(None),
            arena: arena.clone(),
        })
    }

    fn try_receive(&self) -> io::Result<(Bytes, SocketAddr)> {
        match self.connected.get() {
            Some(peer) => {
                let (datagram, _) = self.arena.receive(|into| self.socket.try_recv_buf(into))?;
                Ok((datagram, peer))
            }
            None => self.arena.receive(|into| self.socket.try_recv_buf_from(into).map(|(_, peer)| peer)),
        }
    }

    /// Returns the pending ICMP error, if there is one. Otherwise the reader wakes at the next.
    fn poll_failing(&self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let mut waiting = self.failing.borrow_mut();
        let Some(future) = &mut *waiting else { return Poll::Pending };
        loop {
            ready!(future.as_mut().poll(cx));
            // Clears the readiness; nothing is sent or received.
            let _ = self
                .socket
                .try_io(Interest::ERROR, || io::Result::<()>::Err(io::ErrorKind::WouldBlock.into()));
            *future = failing(&self.socket);
            if let Ok(Some(error)) = self.socket.take_error() {
                return Poll::Ready(error);
            }
        }
    }
}

impl Udp for RealUdp {
    fn local_addr(&self) -> SocketAddr {
        self.local
    }

    async fn connect(&self, peer: SocketAddr) -> io::Result<()> {
        self.socket.connect(peer).await?;
        self.connected.set(Some(peer));
        self.failing.borrow_mut().get_or_insert_with(|| failing(&self.socket));
        Ok(())
    }

    /// Does nothing: Linux sets DF itself on what fits the path MTU that it knows (ip(7), `IP_PMTUDISC_WANT`), and no device of which the
    /// path MTU matters has a real socket.
    fn set_dont_fragment(&self) {}

    async fn send_to(&self, datagram: impl Into<Datagram>, peer: SocketAddr) -> io::Result<()> {
        let payload = datagram.into().into_bytes();
        loop {
            let sent = if self.connected.get() == Some(peer) {
                self.socket.try_send(&payload)
            } else {
                self.socket.try_send_to(&payload, peer)
            };
            match sent {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.socket.writable().await?,
                sent => return sent.map(|_| ()),
            }
        }
    }

    fn poll_recv_from(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Datagram, SocketAddr)>> {
        loop {
            match self.try_receive() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                received => return Poll::Ready(received.map(|(datagram, peer)| (datagram.into(), peer))),
            }
            if let Poll::Ready(error) = self.poll_failing(cx) {
                return Poll::Ready(Err(error));
            }
            ready!(self.socket.poll_recv_ready(cx))?;
        }
    }
}

impl fmt::Debug for RealUdp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealUdp")
            .field("local", &self.local)
            .field("connected", &self.connected.get())
            .finish_non_exhaustive()
    }
}

/// Completes when the socket has an error. It holds the socket, so that it can be kept beside it.
fn failing(socket: &Rc<UdpSocket>) -> Pin<Box<dyn Future<Output = ()>>> {
    let socket = Rc::clone(socket);
    Box::pin(async move {
        // It fails only when the runtime shuts down; then there are no waiters.
        let _ = socket.ready(Interest::ERROR).await;
    })
}
