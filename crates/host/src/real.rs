//! The real world: the operating system's sockets and clock, under a tokio current-thread runtime with a `LocalSet`.
#![allow(clippy::disallowed_types, clippy::disallowed_methods)] // This module is the operating system's side of the trait.

mod options;
mod udp;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use rand::SeedableRng;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::time::Sleep;

use self::udp::Arena;
pub use self::udp::RealUdp;
use crate::{Entropy, Host, TcpListener, Timer};

/// The connections that wait to be accepted (sshd's `SSH_LISTEN_BACKLOG`).
const BACKLOG: i32 = 128;

/// Runs `task` on this thread, in the environment that a [`RealHost`] needs.
///
/// # Errors
/// If the operating system provides no event queue.
pub fn run<T>(task: impl Future<Output = T>) -> io::Result<T> {
    let mut outcome = None;
    drive(Box::pin(async { outcome = Some(task.await) }))?;
    Ok(outcome.expect("the task has ended"))
}

/// Drives a task of a single type: tokio's code for it is large, and is compiled only once.
fn drive(task: Pin<Box<dyn Future<Output = ()> + '_>>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    tokio::task::LocalSet::new().block_on(&runtime, task);
    Ok(())
}

/// Spawns a background task of a single type, as [`drive`] does.
fn spawn(task: Pin<Box<dyn Future<Output = ()>>>) {
    tokio::task::spawn_local(task);
}

/// Completes when the process is asked to end, by Ctrl-C (SIGINT) or by SIGTERM. From its first poll on, these signals no longer
/// end the process.
pub async fn interrupted() {
    match Interrupts::register() {
        Ok(mut interrupts) => interrupts.next().await,
        // Without a handler the signal itself ends the process.
        Err(_) => std::future::pending().await,
    }
}

/// Calls `each` on a thread of its own whenever the process is asked to end, by Ctrl-C (SIGINT) or by SIGTERM. From now on, these
/// signals no longer end the process.
///
/// # Errors
/// If the operating system provides no handler or no thread.
pub fn on_interrupts(mut each: impl FnMut() + Send + 'static) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut interrupts = {
        let _entered = runtime.enter();
        Interrupts::register()?
    };
    let wait = move || {
        runtime.block_on(async {
            loop {
                interrupts.next().await;
                each();
            }
        });
    };
    std::thread::Builder::new().name("signals".into()).spawn(wait).map(|_| ())
}

/// The requests to end this process.
struct Interrupts {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
    #[cfg(not(unix))]
    signal: tokio::signal::windows::CtrlC,
}

impl Interrupts {
    /// Must be called inside a runtime.
    #[cfg(unix)]
    fn register() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { signals: [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?] })
    }

    #[cfg(not(unix))]
    fn register() -> io::Result<Self> {
        Ok(Self { signal: tokio::signal::windows::ctrl_c()? })
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        {
            let [interrupt, terminate] = &mut self.signals;
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        #[cfg(not(unix))]
        self.signal.recv().await;
    }
}

/// Returns the number of datagrams of `length` bytes that a UDP socket buffers for a late reader; further ones may be lost.
///
/// # Errors
/// If the operating system provides no socket.
pub fn datagrams_kept(length: usize) -> io::Result<usize> {
    let room = options::receive_buffer(&std::net::UdpSocket::bind((std::net::Ipv4Addr::LOCALHOST, 0))?)?;
    // The kernel counts its allocations: powers of two, and its own overhead.
    Ok(room / (2 * length + 1_024))
}

/// A host on the operating system's network. Time starts when it is made.
///
/// Must be used inside a [`tokio::task::LocalSet`]: [`Host::spawn`] puts tasks there.
#[derive(Clone, Debug)]
pub struct RealHost {
    name: Rc<str>,
    start: Instant,
    seed: u64,
    hears_refusals: bool,
    arena: Arena,
}

impl RealHost {
    /// Makes a host called `name` whose entropy derives from `seed`.
    pub fn new(name: &str, seed: u64) -> Self {
        Self {
            name: name.into(),
            start: Instant::now(),
            seed,
            hears_refusals: false,
            arena: Arena::default(),
        }
    }

    /// Makes unconnected UDP sockets report port unreachable, too, where the system can do it (Linux: IP_RECVERR). They do not
    /// report the datagram that was refused, so this is for sockets with one peer.
    #[must_use]
    pub fn hearing_refusals(mut self) -> Self {
        self.hears_refusals = true;
        self
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
        RealUdp::bind(local, self.hears_refusals, &self.arena).await
    }

    async fn connect_tcp(&self, peer: SocketAddr) -> io::Result<tokio::net::TcpStream> {
        tokio::net::TcpStream::connect(peer).await
    }

    async fn listen_tcp(&self, local: SocketAddr) -> io::Result<RealTcpListener> {
        let socket = Socket::new(Domain::for_address(local), Type::STREAM, Some(Protocol::TCP))?;
        if local.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&local.into())?;
        socket.listen(BACKLOG)?;
        let listener = tokio::net::TcpListener::from_std(socket.into())?;
        Ok(RealTcpListener { local: listener.local_addr()?, listener })
    }

    fn local_addr(&self, stream: &tokio::net::TcpStream) -> io::Result<SocketAddr> {
        stream.local_addr()
    }

    fn entropy(&self, purpose: &str) -> Entropy {
        let hash = |text: &str| crate::fnv_1a(crate::FNV_START, text);
        Entropy::seed_from_u64(self.seed ^ hash(&self.name) ^ hash(purpose).rotate_left(32))
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        spawn(Box::pin(task));
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
