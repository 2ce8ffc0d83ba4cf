//! A program's TCP connections and listening sockets.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use host::Host;
use network::{CONNECT_TIMEOUT, HostId};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use turmoil::net::{TcpListener, TcpStream};

use crate::host::TurmoilHost;
use crate::net::SharedNet;
use crate::udp::unspecified;

/// The two ends of a connection, one's own first.
pub(crate) type Ends = (SocketAddr, SocketAddr);

/// A connection, as far as the network ends it.
#[derive(Default)]
pub(crate) struct Connection {
    established: Cell<bool>,
    end: Cell<Option<io::ErrorKind>>,
    wakers: RefCell<Vec<Waker>>,
}

impl Connection {
    /// Fails if the connection was reset or has timed out, and else wakes the task when that happens.
    fn check(&self, waker: &Waker) -> io::Result<()> {
        if let Some(end) = self.end.get() {
            return Err(end.into());
        }
        let mut wakers = self.wakers.borrow_mut();
        if !wakers.iter().any(|known| known.will_wake(waker)) {
            wakers.push(waker.clone());
        }
        Ok(())
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.end.get().is_some()
    }

    pub(crate) fn reset(&self) {
        let established = self.established.get();
        self.fail(if established {
            io::ErrorKind::ConnectionReset
        } else {
            io::ErrorKind::ConnectionRefused
        });
    }

    /// Ends it with this error.
    pub(crate) fn fail(&self, end: io::ErrorKind) {
        self.end.set(Some(end));
        self.wakers.take().into_iter().for_each(Waker::wake);
    }
}

/// A TCP connection of turmoil.
pub struct TurmoilTcpStream {
    net: SharedNet,
    stream: TcpStream,
    connection: Rc<Connection>,
    /// The bytes read so far.
    read: u64,
}

impl TurmoilTcpStream {
    pub(crate) async fn connect(host: &TurmoilHost, peer: SocketAddr) -> io::Result<Self> {
        let own = host.net.borrow().hosts[host.id.index()].address;
        if own.is_ipv4() != peer.is_ipv4() {
            return Err(io::ErrorKind::AddrNotAvailable.into());
        }
        if host.net.borrow().network.host_at(peer.ip()).is_none() {
            host.sleep(CONNECT_TIMEOUT).await;
            return Err(io::ErrorKind::TimedOut.into());
        }
        let connection = Rc::new(Connection::default());
        host.net.borrow_mut().segments.connecting.push((own, peer, Rc::clone(&connection)));
        host.net.borrow_mut().segments.stirred = true;
        let mut connecting = Box::pin(TcpStream::connect(peer));
        let connected = poll_fn(|cx| match connection.check(cx.waker()) {
            Ok(()) => connecting.as_mut().poll(cx),
            Err(error) => Poll::Ready(Err(error)),
        });
        Ok(Self::new(&host.net, connected.await?, connection))
    }

    fn new(net: &SharedNet, stream: TcpStream, connection: Rc<Connection>) -> Self {
        connection.established.set(true);
        Self { net: Rc::clone(net), stream, connection, read: 0 }
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.stream.local_addr()
    }
}

impl AsyncRead for TurmoilTcpStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.connection.check(cx.waker())?;
        let before = to.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, to);
        let read = &mut to.filled_mut()[before..];
        if let (Ok(local), Ok(peer)) = (self.stream.local_addr(), self.stream.peer_addr()) {
            self.net.borrow_mut().segments.alter((peer, local), self.read, read);
        }
        self.read += read.len() as u64;
        polled
    }
}

impl AsyncWrite for TurmoilTcpStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        self.connection.check(cx.waker())?;
        self.net.borrow_mut().segments.stirred = true;
        Pin::new(&mut self.stream).poll_write(cx, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.net.borrow_mut().segments.stirred = true;
        // It fails if it was shut down before, or if the peer has reset it.
        Pin::new(&mut self.stream).poll_shutdown(cx).map(|_| Ok(()))
    }
}

impl Drop for TurmoilTcpStream {
    fn drop(&mut self) {
        let (Ok(local), Ok(peer)) = (self.stream.local_addr(), self.stream.peer_addr()) else { return };
        let segments = &mut self.net.borrow_mut().segments;
        segments.stirred = true;
        // One that has ended stays known: it sends no FIN.
        if !self.connection.has_ended() {
            segments.connections.remove(&(local, peer));
        }
    }
}

/// A listening TCP socket of turmoil.
pub struct TurmoilTcpListener {
    net: SharedNet,
    /// None at an address of another family than the host's, where nothing arrives.
    listener: Option<TcpListener>,
    local: SocketAddr,
}

impl TurmoilTcpListener {
    pub(crate) async fn bind(net: &SharedNet, host: HostId, local: SocketAddr) -> io::Result<Self> {
        let own = net.borrow().hosts[host.index()].address;
        if !local.ip().is_unspecified() && local.ip() != own {
            return Err(io::ErrorKind::AddrNotAvailable.into());
        }
        if local.is_ipv4() != own.is_ipv4() {
            return Ok(Self { net: Rc::clone(net), listener: None, local });
        }
        let listener = TcpListener::bind((unspecified(own), local.port())).await?;
        let local = SocketAddr::new(local.ip(), listener.local_addr()?.port());
        Ok(Self { net: Rc::clone(net), listener: Some(listener), local })
    }
}

impl host::TcpListener for TurmoilTcpListener {
    type Stream = TurmoilTcpStream;

    fn local_addr(&self) -> SocketAddr {
        self.local
    }

    async fn accept(&self) -> io::Result<(TurmoilTcpStream, SocketAddr)> {
        let Some(listener) = &self.listener else { return std::future::pending().await };
        let (stream, peer) = listener.accept().await?;
        let connection = Rc::new(Connection::default());
        let ends = (stream.local_addr()?, peer);
        self.net.borrow_mut().segments.connections.insert(ends, Rc::clone(&connection));
        Ok((TurmoilTcpStream::new(&self.net, stream, connection), peer))
    }
}
