//! The real world: the operating system's sockets and clock, under a tokio current-thread runtime with a `LocalSet`.
#![allow(clippy::disallowed_types, clippy::disallowed_methods)] // This module is the operating system's side of the trait.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use rand::SeedableRng;
use tokio::io::ReadBuf;
use tokio::time::Sleep;

use crate::{Entropy, Host, TcpListener, Timer, Udp};

/// The largest datagram UDP carries over IPv4.
const DATAGRAM_MAX: usize = 65_507;
/// Room for many datagrams at a time, so that a receive seldom allocates.
const RECEIVE_BUFFER: usize = 16 * DATAGRAM_MAX;

/// A host on the operating system's network. Time starts when it is made.
///
/// Must be used inside a [`tokio::task::LocalSet`]: [`Host::spawn`] puts tasks there.
#[derive(Clone, Debug)]
pub struct RealHost {
    name: Rc<str>,
    start: Instant,
    seed: u64,
}

impl RealHost {
    /// A host called `name` whose entropy derives from `seed`.
    pub fn new(name: &str, seed: u64) -> Self {
        Self { name: name.into(), start: Instant::now(), seed }
    }
}

impl Host for RealHost {
    type Udp = RealUdp;
    type Timer = RealTimer;
    type TcpStream = tokio::net::TcpStream;
    type TcpListener = RealTcpListener;

    fn name(&self) -> &str {
        &self.name
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn timer(&self) -> RealTimer {
        RealTimer { start: self.start, armed: None }
    }

    async fn bind_udp(&self, local: SocketAddr) -> io::Result<RealUdp> {
        let socket = tokio::net::UdpSocket::bind(local).await?;
        Ok(RealUdp {
            local: socket.local_addr()?,
            socket,
            connected: Cell::new(false),
            buffer: RefCell::new(BytesMut::new()),
        })
    }

    async fn connect_tcp(&self, peer: SocketAddr) -> io::Result<tokio::net::TcpStream> {
        tokio::net::TcpStream::connect(peer).await
    }

    async fn listen_tcp(&self, local: SocketAddr) -> io::Result<RealTcpListener> {
        let listener = tokio::net::TcpListener::bind(local).await?;
        Ok(RealTcpListener { local: listener.local_addr()?, listener })
    }

    fn entropy(&self, purpose: &str) -> Entropy {
        // FNV-1a: only has to tell purposes apart.
        let hash = |text: &str| {
            text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            })
        };
        Entropy::seed_from_u64(self.seed ^ hash(&self.name) ^ hash(purpose).rotate_left(32))
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        tokio::task::spawn_local(task);
    }
}

/// A UDP socket of the operating system.
#[derive(Debug)]
pub struct RealUdp {
    local: SocketAddr,
    socket: tokio::net::UdpSocket,
    connected: Cell<bool>,
    buffer: RefCell<BytesMut>,
}

impl Udp for RealUdp {
    fn local_addr(&self) -> SocketAddr {
        self.local
    }

    async fn connect(&self, peer: SocketAddr) -> io::Result<()> {
        self.socket.connect(peer).await?;
        self.connected.set(true);
        Ok(())
    }

    async fn send_to(&self, payload: Bytes, peer: SocketAddr) -> io::Result<()> {
        if self.connected.get() {
            self.socket.send(&payload).await?;
        } else {
            self.socket.send_to(&payload, peer).await?;
        }
        Ok(())
    }

    fn poll_recv_from(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Bytes, SocketAddr)>> {
        let mut buffer = self.buffer.borrow_mut();
        if buffer.len() < DATAGRAM_MAX {
            *buffer = BytesMut::zeroed(RECEIVE_BUFFER);
        }
        let mut into = ReadBuf::new(&mut buffer[..DATAGRAM_MAX]);
        match self.socket.poll_recv_from(cx, &mut into) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(peer)) => {
                let length = into.filled().len();
                Poll::Ready(Ok((buffer.split_to(length).freeze(), peer)))
            }
        }
    }
}

/// A timer on tokio's clock.
#[derive(Debug)]
pub struct RealTimer {
    start: Instant,
    armed: Option<(Duration, Pin<Box<Sleep>>)>,
}

impl Timer for RealTimer {
    fn poll_until(&mut self, deadline: Option<Duration>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = deadline else { return Poll::Pending };
        let at = tokio::time::Instant::from_std(self.start + deadline);
        let (armed_for, sleep) =
            self.armed.get_or_insert_with(|| (deadline, Box::pin(tokio::time::sleep_until(at))));
        if *armed_for != deadline {
            *armed_for = deadline;
            sleep.as_mut().reset(at);
        }
        sleep.as_mut().poll(cx)
    }
}

/// A listening TCP socket of the operating system.
#[derive(Debug)]
pub struct RealTcpListener {
    local: SocketAddr,
    listener: tokio::net::TcpListener,
}

impl TcpListener for RealTcpListener {
    type Stream = tokio::net::TcpStream;

    fn local_addr(&self) -> SocketAddr {
        self.local
    }

    async fn accept(&self) -> io::Result<(tokio::net::TcpStream, SocketAddr)> {
        self.listener.accept().await
    }
}
