//! A host that sends more slowly than its sockets would: what the timeline of a scenario does to a server, on real sockets.

mod tcp;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use datagram::Datagram;
use host::{Entropy, Host, Udp};
use tokio::sync::watch;

use self::tcp::{PacedListener, PacedStream};

/// The maximum number of datagrams that wait in a socket; further ones are lost, as in a full queue.
const DATAGRAMS_MAX: usize = 4_096;

/// The length of the headers of UDP and IPv4, which count for a rate.
const UDP_HEADERS: usize = 28;

/// The pace at which a host sends. Clones are one pace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pace(Rc<Limits>);

#[derive(Debug, Default)]
struct Limits {
    delay: Cell<Duration>,
    /// Bytes per second.
    rate: Cell<Option<u64>>,
    /// The time at which everything will have been sent.
    idle_at: Cell<Duration>,
}

impl Pace {
    /// Delays everything that is sent from now on, or limits its rate in bytes per second, headers included.
    pub(crate) fn set(&self, delay: Duration, rate: Option<u64>) {
        self.0.delay.set(delay);
        self.0.rate.set(rate);
        self.0.idle_at.set(Duration::ZERO);
    }

    /// Returns the time at which `size` bytes leave that are sent now.
    fn due(&self, now: Duration, size: usize) -> Duration {
        let mut sent = now;
        if let Some(rate) = self.0.rate.get() {
            let takes_ns = (size as u64).saturating_mul(1_000_000_000) / rate.max(1);
            sent = self.0.idle_at.get().max(now) + Duration::from_nanos(takes_ns);
            self.0.idle_at.set(sent);
        }
        sent + self.0.delay.get()
    }

    /// Returns true if nothing waits.
    fn is_free(&self) -> bool {
        self.0.delay.get().is_zero() && self.0.rate.get().is_none()
    }
}

/// A host with a pace, and with an end: its tasks end when the sender of `ended` says so.
#[derive(Clone, Debug)]
pub(crate) struct Paced<H> {
    host: H,
    pace: Pace,
    ended: watch::Receiver<bool>,
}

impl<H> Paced<H> {
    pub(crate) fn new(host: H, pace: Pace, ended: watch::Receiver<bool>) -> Self {
        Self { host, pace, ended }
    }
}

impl<H: Host> Host for Paced<H> {
    type Udp = PacedUdp<H>;
    type Timer = H::Timer;
    type TcpStream = PacedStream<H>;
    type TcpListener = PacedListener<H>;

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
        let socket = Rc::new(self.host.bind_udp(local).await?);
        Ok(PacedUdp { socket, host: self.clone(), waiting: Rc::default() })
    }

    async fn connect_tcp(&self, peer: SocketAddr) -> io::Result<Self::TcpStream> {
        Ok(PacedStream::new(self.host.connect_tcp(peer).await?, self))
    }

    async fn listen_tcp(&self, local: SocketAddr) -> io::Result<Self::TcpListener> {
        Ok(PacedListener::new(self.host.listen_tcp(local).await?, self.clone()))
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
        let mut ended = self.ended.clone();
        self.host.spawn(async move {
            tokio::select! {
                biased;
                // The sender never goes away without a word.
                _ = ended.wait_for(|ended| *ended) => {}
                () = task => {}
            }
        });
    }
}

/// A UDP socket that sends at the pace of its host.
pub(crate) struct PacedUdp<H: Host> {
    socket: Rc<H::Udp>,
    host: Paced<H>,
    /// Datagrams in order, each with the time at which it leaves.
    waiting: Rc<RefCell<VecDeque<(Duration, Datagram, SocketAddr)>>>,
}

impl<H: Host> PacedUdp<H> {
    /// Sends what waits, each datagram in its time.
    fn send_waiting(&self) {
        let (socket, host, waiting) = (Rc::clone(&self.socket), self.host.clone(), Rc::clone(&self.waiting));
        self.host.spawn(async move {
            loop {
                let first = waiting.borrow().front().cloned();
                let Some((due, datagram, peer)) = first else { break };
                host.sleep_until(due).await;
                // The sender has gone on; an error of the network is reported to who receives.
                let _ = socket.send_to(datagram, peer).await;
                waiting.borrow_mut().pop_front();
            }
        });
    }
}

impl<H: Host> Udp for PacedUdp<H> {
    fn local_addr(&self) -> SocketAddr {
        self.socket.local_addr()
    }

    async fn connect(&self, peer: SocketAddr) -> io::Result<()> {
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
        let waiting = self.waiting.borrow().len();
        if waiting == 0 && self.host.pace.is_free() {
            return self.socket.send_to(datagram, peer).await;
        }
        if waiting < DATAGRAMS_MAX {
            let due = self.host.pace.due(self.host.now(), datagram.len() + UDP_HEADERS);
            self.waiting.borrow_mut().push_back((due, datagram, peer));
        }
        if waiting == 0 {
            self.send_waiting();
        }
        Ok(())
    }

    fn poll_recv_from(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Datagram, SocketAddr)>> {
        self.socket.poll_recv_from(cx)
    }
}

impl<H: Host> fmt::Debug for PacedUdp<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PacedUdp").field("local", &self.local_addr()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_that_of_the_simulated_network() {
        let (pace, at) = (Pace::default(), Duration::from_millis);
        assert!(pace.is_free());
        assert_eq!(pace.due(at(5), 1_000), at(5));
        pace.set(at(20), None);
        assert_eq!([pace.due(at(5), 1_000), pace.due(at(5), 1_000)], [at(25), at(25)]);
        pace.set(Duration::ZERO, Some(1_000));
        // The second one waits for the first.
        assert_eq!(
            [pace.due(at(0), 500), pace.due(at(0), 500), pace.due(at(5_000), 500)],
            [at(500), at(1_000), at(5_500)]
        );
        pace.set(Duration::ZERO, None);
        assert!(pace.is_free());
    }
}
