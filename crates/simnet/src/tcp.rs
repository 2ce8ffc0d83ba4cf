//! TCP by turmoil-net: its kernels hold the connections, our links and firewalls carry the segments.
//!
//! turmoil-net has no clock: it counts egress passes without an acknowledgement. A pass here happens every [`PASS_NS`] of simulated
//! time while anything is in flight, and at no other time, so that its count is a time: [`RETRANSMIT_PASSES`] passes are one
//! retransmission timeout. The price is that segments leave on a grid of that step.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use turmoil_net::shim::tokio::net as shim;
use turmoil_net::{EnterGuard, KernelConfig, Net, NetstatState, TcpFlags, TcpSegment, Transport};

use crate::packet::{Body, Packet};

/// Simulated time between two egress passes: 1 ms.
pub(crate) const PASS_NS: u64 = 1_000_000;
/// Passes without an acknowledgement before everything outstanding is sent again: 1 s, the initial RTO of RFC 6298.
const RETRANSMIT_PASSES: u32 = 1_000;
/// Retransmissions before a connection times out: some 40 s in all, where real stacks back off and take minutes.
const RETRANSMIT_MAX: u32 = 39;

/// The connections of all hosts that speak TCP. At most one per thread, as turmoil-net keeps its world in a thread-local.
pub(crate) struct Stack {
    guard: EnterGuard,
    passes_left: Cell<u32>,
    ticking: Cell<bool>,
    out: RefCell<Vec<turmoil_net::Packet>>,
    addresses: Vec<IpAddr>,
}

impl Stack {
    /// Enters a world of `hosts`, each with its addresses; returns their ids in the same order.
    pub(crate) fn enter(hosts: &[&[IpAddr]]) -> (Self, Vec<turmoil_net::HostId>) {
        let config = KernelConfig::default().retx_threshold(RETRANSMIT_PASSES).retx_max(RETRANSMIT_MAX);
        let mut net = Net::with_config(config);
        let ids = hosts.iter().map(|addresses| net.add_host(addresses.to_vec())).collect();
        let stack = Self {
            guard: net.enter(),
            passes_left: Cell::new(0),
            ticking: Cell::new(false),
            out: RefCell::default(),
            addresses: hosts.iter().flat_map(|addresses| addresses.iter().copied()).collect(),
        };
        (stack, ids)
    }

    /// Something may have to be sent: passes go on for a retransmission timeout from now. Says whether ticks have to be started.
    pub(crate) fn touch(&self) -> bool {
        self.passes_left.set(RETRANSMIT_PASSES);
        !self.ticking.replace(true)
    }

    /// One pass. Hands the segments to `send`; says whether another pass has to follow.
    pub(crate) fn pass(&self, mut send: impl FnMut(Packet)) -> bool {
        let mut out = self.out.borrow_mut();
        self.guard.egress_all(&mut out);
        let sent = !out.is_empty();
        for packet in out.drain(..) {
            if let Transport::Tcp(segment) = packet.payload {
                send(Packet { src: packet.src, dst: packet.dst, body: Body::Tcp(Box::new(segment)) });
            }
        }
        if sent {
            self.passes_left.set(RETRANSMIT_PASSES);
        } else if self.passes_left.get() > 0 {
            self.passes_left.set(self.passes_left.get() - 1);
        } else if self.in_flight() {
            self.passes_left.set(RETRANSMIT_PASSES);
        } else {
            self.ticking.set(false);
        }
        self.ticking.get()
    }

    pub(crate) fn deliver(&self, src: IpAddr, dst: IpAddr, segment: TcpSegment) {
        self.guard.deliver(turmoil_net::Packet { src, dst, ttl: 64, payload: Transport::Tcp(segment) });
    }

    /// Whether any connection waits for an acknowledgement.
    fn in_flight(&self) -> bool {
        use NetstatState::{Closing, FinWait1, LastAck, SynReceived, SynSent};
        self.addresses.iter().any(|&address| {
            turmoil_net::netstat(address).entries.iter().any(|entry| {
                let waits = matches!(entry.state, Some(SynSent | SynReceived | FinWait1 | Closing | LastAck));
                waits || (entry.peer.is_some() && entry.send_q > 0)
            })
        })
    }
}

/// The answer of a closed port or a rejecting firewall to `segment` (RFC 9293, 3.10.7.1). Nothing answers an RST.
pub(crate) fn reset(src: IpAddr, dst: IpAddr, segment: &TcpSegment) -> Option<Packet> {
    if segment.flags.rst {
        return None;
    }
    let length = segment.payload.len() as u32 + u32::from(segment.flags.syn) + u32::from(segment.flags.fin);
    let (seq, ack, acks) =
        if segment.flags.ack { (segment.ack, 0, false) } else { (0, segment.seq.wrapping_add(length), true) };
    Some(Packet {
        src: dst,
        dst: src,
        body: Body::Tcp(Box::new(TcpSegment {
            src_port: segment.dst_port,
            dst_port: segment.src_port,
            seq,
            ack,
            flags: TcpFlags { rst: true, ack: acks, ..TcpFlags::default() },
            window: 0,
            payload: bytes::Bytes::new(),
        })),
    })
}

/// What a socket call needs: the host it is made on, and how to say that something may have to be sent.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) id: turmoil_net::HostId,
    pub(crate) touched: Rc<dyn Fn()>,
}

impl Caller {
    /// Makes `call` on this host. turmoil-net keeps the current host in a thread-local, so it is set for every call.
    fn call<T>(&self, call: impl FnOnce() -> T) -> T {
        turmoil_net::set_current(self.id);
        let result = call();
        (self.touched)();
        result
    }

    /// Runs `future` to its end with every poll, and its drop, made on this host.
    async fn drive<F: Future>(&self, future: F) -> F::Output {
        let mut on_host = OnHost { future: Some(Box::pin(future)), caller: self };
        std::future::poll_fn(|cx| {
            let future = on_host.future.as_mut().expect("taken only when dropped");
            on_host.caller.call(|| future.as_mut().poll(cx))
        })
        .await
    }
}

/// A future of a host that may be dropped while it waits, and then closes its socket.
struct OnHost<'a, F> {
    future: Option<Pin<Box<F>>>,
    caller: &'a Caller,
}

impl<F> Drop for OnHost<'_, F> {
    fn drop(&mut self) {
        let future = self.future.take();
        self.caller.call(|| drop(future));
    }
}

/// A simulated TCP connection.
pub struct SimTcpStream {
    /// Taken only when dropped, so that the socket is closed on the right host.
    inner: Option<shim::TcpStream>,
    caller: Caller,
}

impl SimTcpStream {
    pub(crate) async fn connect(caller: Caller, peer: SocketAddr) -> io::Result<Self> {
        let inner = caller.drive(shim::TcpStream::connect(peer)).await?;
        Ok(Self { inner: Some(inner), caller })
    }

    fn poll<T>(&mut self, poll: impl FnOnce(Pin<&mut shim::TcpStream>) -> T) -> T {
        let inner = self.inner.as_mut().expect("taken only when dropped");
        self.caller.call(|| poll(Pin::new(inner)))
    }
}

impl AsyncRead for SimTcpStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll(|stream| stream.poll_read(cx, to))
    }
}

impl AsyncWrite for SimTcpStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        self.poll(|stream| stream.poll_write(cx, from))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll(|stream| stream.poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll(|stream| stream.poll_shutdown(cx))
    }
}

impl Drop for SimTcpStream {
    fn drop(&mut self) {
        let inner = self.inner.take();
        self.caller.call(|| drop(inner));
    }
}

/// A simulated listening TCP socket.
pub struct SimTcpListener {
    inner: Option<shim::TcpListener>,
    local: SocketAddr,
    caller: Caller,
}

impl SimTcpListener {
    pub(crate) async fn bind(caller: Caller, local: SocketAddr) -> io::Result<Self> {
        let inner = caller.drive(shim::TcpListener::bind(local)).await?;
        let local = caller.call(|| inner.local_addr())?;
        Ok(Self { inner: Some(inner), local, caller })
    }
}

impl host::TcpListener for SimTcpListener {
    type Stream = SimTcpStream;

    fn local_addr(&self) -> SocketAddr {
        self.local
    }

    async fn accept(&self) -> io::Result<(SimTcpStream, SocketAddr)> {
        let inner = self.inner.as_ref().expect("taken only when dropped");
        let (stream, peer) = self.caller.drive(inner.accept()).await?;
        Ok((SimTcpStream { inner: Some(stream), caller: self.caller.clone() }, peer))
    }
}

impl Drop for SimTcpListener {
    fn drop(&mut self) {
        let inner = self.inner.take();
        self.caller.call(|| drop(inner));
    }
}
