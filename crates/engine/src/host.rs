//! A host of either engine, so that the code of devices is compiled once. What runs for every packet is inlined into its callers.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use datagram::Datagram;
use host::flow::{Lender, Receiver};
use host::{Entropy, Host, TcpListener, Timer, Udp};
use simnet::{SimHost, SimTcpListener, SimTcpStream, SimTimer, SimUdp};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use turmoil_engine::{TurmoilHost, TurmoilTcpListener, TurmoilTcpStream, TurmoilTimer, TurmoilUdp};

/// Declares an enum with a variant for the type of each engine.
macro_rules! either {
    ($($(#[$about:meta])* $name:ident: $simnet:ident or $turmoil:ident;)+) => {
        $(
            $(#[$about])*
            pub enum $name {
                /// On `simnet`.
                Simnet($simnet),
                /// On turmoil.
                Turmoil($turmoil),
            }
        )+
    };
}

either! {
    /// A host.
    #[derive(Clone)]
    AnyHost: SimHost or TurmoilHost;
    /// A UDP socket.
    AnyUdp: SimUdp or TurmoilUdp;
    /// A timer.
    AnyTimer: SimTimer or TurmoilTimer;
    /// A TCP connection.
    AnyTcpStream: SimTcpStream or TurmoilTcpStream;
    /// A listening TCP socket.
    AnyTcpListener: SimTcpListener or TurmoilTcpListener;
}

/// Calls the same method on the type of either engine.
macro_rules! on_either {
    ($any:expr, $it:ident => $call:expr) => {
        match $any {
            Self::Simnet($it) => $call,
            Self::Turmoil($it) => $call,
        }
    };
}

/// As [`on_either`], and wraps what succeeds in an enum of both.
macro_rules! on_either_as {
    ($name:ident, $any:expr, $it:ident => $call:expr) => {
        match $any {
            Self::Simnet($it) => $call.map($name::Simnet),
            Self::Turmoil($it) => $call.map($name::Turmoil),
        }
    };
}

impl Host for AnyHost {
    type Udp = AnyUdp;
    type Timer = AnyTimer;
    type TcpStream = AnyTcpStream;
    type TcpListener = AnyTcpListener;

    fn name(&self) -> &str {
        on_either!(self, host => host.name())
    }

    fn now(&self) -> Duration {
        on_either!(self, host => host.now())
    }

    fn timer(&self) -> AnyTimer {
        match self {
            Self::Simnet(host) => AnyTimer::Simnet(host.timer()),
            Self::Turmoil(host) => AnyTimer::Turmoil(host.timer()),
        }
    }

    async fn bind_udp(&self, local: SocketAddr) -> io::Result<AnyUdp> {
        on_either_as!(AnyUdp, self, host => host.bind_udp(local).await)
    }

    async fn connect_tcp(&self, peer: SocketAddr) -> io::Result<AnyTcpStream> {
        on_either_as!(AnyTcpStream, self, host => host.connect_tcp(peer).await)
    }

    async fn listen_tcp(&self, local: SocketAddr) -> io::Result<AnyTcpListener> {
        on_either_as!(AnyTcpListener, self, host => host.listen_tcp(local).await)
    }

    fn local_addr(&self, stream: &AnyTcpStream) -> io::Result<SocketAddr> {
        match (self, stream) {
            (Self::Simnet(host), AnyTcpStream::Simnet(stream)) => host.local_addr(stream),
            (Self::Turmoil(host), AnyTcpStream::Turmoil(stream)) => host.local_addr(stream),
            (Self::Simnet(_), AnyTcpStream::Turmoil(_)) | (Self::Turmoil(_), AnyTcpStream::Simnet(_)) => {
                Err(io::ErrorKind::NotConnected.into())
            }
        }
    }

    fn forget_paths(&self) {
        on_either!(self, host => host.forget_paths());
    }

    fn entropy(&self, purpose: &str) -> Entropy {
        on_either!(self, host => host.entropy(purpose))
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        on_either!(self, host => host.spawn(task));
    }
}

impl Udp for AnyUdp {
    fn local_addr(&self) -> SocketAddr {
        on_either!(self, socket => socket.local_addr())
    }

    async fn connect(&self, peer: SocketAddr) -> io::Result<()> {
        on_either!(self, socket => socket.connect(peer).await)
    }

    fn set_dont_fragment(&self) {
        on_either!(self, socket => socket.set_dont_fragment());
    }

    fn set_overhead(&self, bytes: u16) {
        on_either!(self, socket => socket.set_overhead(bytes));
    }

    fn lender(&self) -> Option<Rc<dyn Lender>> {
        on_either!(self, socket => socket.lender())
    }

    fn set_receiver(&self, receiver: Rc<dyn Receiver>) {
        on_either!(self, socket => socket.set_receiver(receiver));
    }

    async fn send_to(&self, datagram: impl Into<Datagram>, peer: SocketAddr) -> io::Result<()> {
        match self {
            Self::Simnet(socket) => socket.send_to(datagram, peer).await,
            // In a box, so that it does not enlarge the tasks of the faster engine.
            Self::Turmoil(socket) => Box::pin(socket.send_to(datagram, peer)).await,
        }
    }

    #[inline(always)]
    fn poll_recv_from(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Datagram, SocketAddr)>> {
        on_either!(self, socket => socket.poll_recv_from(cx))
    }
}

impl Timer for AnyTimer {
    #[inline(always)]
    fn poll_until(&mut self, deadline: Option<Duration>, cx: &mut Context<'_>) -> Poll<()> {
        on_either!(self, timer => timer.poll_until(deadline, cx))
    }
}

impl TcpListener for AnyTcpListener {
    type Stream = AnyTcpStream;

    fn local_addr(&self) -> SocketAddr {
        on_either!(self, listener => listener.local_addr())
    }

    async fn accept(&self) -> io::Result<(AnyTcpStream, SocketAddr)> {
        match self {
            Self::Simnet(listener) => {
                listener.accept().await.map(|(stream, peer)| (AnyTcpStream::Simnet(stream), peer))
            }
            Self::Turmoil(listener) => {
                listener.accept().await.map(|(stream, peer)| (AnyTcpStream::Turmoil(stream), peer))
            }
        }
    }
}

/// Polls the stream of either engine.
macro_rules! poll_either {
    ($any:expr, $method:ident($($argument:expr),*)) => {
        match $any.get_mut() {
            Self::Simnet(stream) => Pin::new(stream).$method($($argument),*),
            Self::Turmoil(stream) => Pin::new(stream).$method($($argument),*),
        }
    };
}

impl AsyncRead for AnyTcpStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        poll_either!(self, poll_read(cx, to))
    }
}

impl AsyncWrite for AnyTcpStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        poll_either!(self, poll_write(cx, from))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        poll_either!(self, poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        poll_either!(self, poll_shutdown(cx))
    }
}
