//! The traits a world implements.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use datagram::Datagram;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::Entropy;
use crate::flow::{Lender, Receiver};

/// One host: a handle to its clock, network stack, entropy and tasks. Cheap to clone.
///
/// Futures need not be `Send`: a world runs on one thread.
#[allow(async_fn_in_trait)] // Single-threaded by design, so no caller needs a `Send` bound.
pub trait Host: Clone + 'static {
    /// Its UDP sockets.
    type Udp: Udp;
    /// Its timers.
    type Timer: Timer;
    /// Its TCP connections.
    type TcpStream: AsyncRead + AsyncWrite + Unpin + 'static;
    /// Its listening TCP sockets.
    type TcpListener: TcpListener<Stream = Self::TcpStream>;

    /// Returns the host's name in the scenario.
    fn name(&self) -> &str;

    /// Returns the time since the start of the run.
    fn now(&self) -> Duration;

    /// Returns a new timer, not yet armed.
    fn timer(&self) -> Self::Timer;

    /// Completes at `deadline`, or at once if that has passed.
    async fn sleep_until(&self, deadline: Duration) {
        self.timer().wait_until(Some(deadline)).await;
    }

    /// Completes after `duration`.
    async fn sleep(&self, duration: Duration) {
        self.sleep_until(self.now() + duration).await;
    }

    /// Binds a UDP socket; port 0 takes a free one.
    ///
    /// # Errors
    /// `AddrInUse` if the port is taken, `AddrNotAvailable` if the address is not the host's.
    async fn bind_udp(&self, local: SocketAddr) -> io::Result<Self::Udp>;

    /// Opens a TCP connection.
    ///
    /// # Errors
    /// `ConnectionRefused` if the peer or a firewall answers with RST, `TimedOut` if there is no answer.
    async fn connect_tcp(&self, peer: SocketAddr) -> io::Result<Self::TcpStream>;

    /// Listens for TCP connections. `[::]` takes none over IPv4, as with `IPV6_V6ONLY` (ipv6(7)), so that one program can listen at
    /// both.
    ///
    /// # Errors
    /// As [`Host::bind_udp`].
    async fn listen_tcp(&self, local: SocketAddr) -> io::Result<Self::TcpListener>;

    /// Returns the address at which a TCP connection reaches this host.
    ///
    /// # Errors
    /// If the connection no longer exists.
    fn local_addr(&self, stream: &Self::TcpStream) -> io::Result<SocketAddr>;

    /// Returns a separate generator for `purpose`; in a simulated run the same host and purpose always give the same stream.
    fn entropy(&self, purpose: &str) -> Entropy;

    /// Forgets what the host has learned of the network, as a system that boots. A simulated host remembers the MTU of paths.
    fn forget_paths(&self) {}

    /// Runs `task` concurrently with the caller until it ends or the host loses power.
    fn spawn(&self, task: impl Future<Output = ()> + 'static);
}

/// A UDP socket.
#[allow(async_fn_in_trait)] // As for `Host`.
pub trait Udp: 'static {
    /// Returns the address it is bound to.
    fn local_addr(&self) -> SocketAddr;

    /// Restricts the socket to datagrams from `peer`, and reports ICMP errors on the way to it (udp(7), `connect`).
    ///
    /// # Errors
    /// An error of the operating system.
    async fn connect(&self, peer: SocketAddr) -> io::Result<()>;

    /// Sets DF on the datagrams sent from now on (RFC 791), for path MTU discovery by the program itself. Without it, one that is longer
    /// than an MTU on its path is fragmented.
    fn set_dont_fragment(&self);

    /// Counts so many bytes more for each datagram sent from now on, on links and against MTUs: what a security protocol adds that is not
    /// in the payload. Real sockets send what there is.
    fn set_overhead(&self, _bytes: u16) {}

    /// Returns the means to lend exchanges to the network, if it takes any.
    fn lender(&self) -> Option<Rc<dyn Lender>> {
        None
    }

    /// Lets `receiver` accept exchanges whose datagrams come to this socket.
    fn set_receiver(&self, _receiver: Rc<dyn Receiver>) {}

    /// Sends one datagram. Success says nothing about its arrival.
    ///
    /// # Errors
    /// EMSGSIZE above the longest IP packet, with DF above the interface's MTU; on a connected socket, `ConnectionRefused` for an earlier port unreachable.
    async fn send_to(&self, datagram: impl Into<Datagram>, peer: SocketAddr) -> io::Result<()>;

    /// Polls for the next datagram and its sender.
    ///
    /// # Errors
    /// On a connected socket, `ConnectionRefused` if the peer answered port unreachable.
    fn poll_recv_from(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Datagram, SocketAddr)>>;

    /// Returns the next datagram and its sender. Cancel-safe.
    ///
    /// # Errors
    /// As [`Udp::poll_recv_from`].
    async fn recv_from(&self) -> io::Result<(Datagram, SocketAddr)> {
        poll_fn(|cx| self.poll_recv_from(cx)).await
    }

    /// Returns the next datagram, or `None` once `timer` reaches `deadline` (never, if that is `None`). Cancel-safe.
    ///
    /// # Errors
    /// As [`Udp::poll_recv_from`].
    async fn recv_from_until(
        &self,
        timer: &mut impl Timer,
        deadline: Option<Duration>,
    ) -> io::Result<Option<(Datagram, SocketAddr)>> {
        poll_fn(|cx| {
            if let Poll::Ready(received) = self.poll_recv_from(cx) {
                return Poll::Ready(received.map(Some));
            }
            timer.poll_until(deadline, cx).map(|()| Ok(None))
        })
        .await
    }
}

/// A timer that is cheap to move: most deadlines are postponed repeatedly and never reached.
#[allow(async_fn_in_trait)] // As for `Host`.
pub trait Timer: 'static {
    /// Polls until the clock has reached `deadline`; never ready if that is `None`. Each call may name another deadline.
    fn poll_until(&mut self, deadline: Option<Duration>, cx: &mut Context<'_>) -> Poll<()>;

    /// Completes at `deadline`.
    async fn wait_until(&mut self, deadline: Option<Duration>) {
        poll_fn(|cx| self.poll_until(deadline, cx)).await;
    }
}

/// A listening TCP socket.
#[allow(async_fn_in_trait)] // As for `Host`.
pub trait TcpListener: 'static {
    /// The type of its connections.
    type Stream;

    /// Returns the address it is bound to.
    fn local_addr(&self) -> SocketAddr;

    /// Returns the next connection and its peer.
    ///
    /// # Errors
    /// An error of the operating system.
    async fn accept(&self) -> io::Result<(Self::Stream, SocketAddr)>;
}
