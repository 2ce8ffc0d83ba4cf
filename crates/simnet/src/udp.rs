//! UDP sockets of the simulated hosts.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use datagram::Datagram;
use host::flow::Receiver;
use network::{HostId, RECEIVE_BUFFER};

use crate::event_queue::WakeOrder;

pub(crate) struct Socket {
    pub(crate) host: HostId,
    pub(crate) local: SocketAddr,
    /// The place of its wake-ups among those of one time.
    pub(crate) order: WakeOrder,
    /// The device that accepts exchanges at it.
    pub(crate) receiver: Option<Rc<dyn Receiver>>,
    pub(crate) peer: Option<SocketAddr>,
    /// True if the datagrams that it sends have DF.
    pub(crate) dont_fragment: bool,
    /// The bytes that count beside the payload.
    pub(crate) overhead: u16,
    queue: VecDeque<(Datagram, SocketAddr)>,
    queued_bytes: usize,
    /// The error that an ICMP error has left behind.
    error: Option<io::ErrorKind>,
    waker: Option<Waker>,
}

impl Socket {
    pub(crate) fn new(host: HostId, local: SocketAddr, order: WakeOrder) -> Self {
        let queue = VecDeque::new();
        Self {
            host,
            local,
            order,
            receiver: None,
            peer: None,
            dont_fragment: false,
            overhead: 0,
            queue,
            queued_bytes: 0,
            error: None,
            waker: None,
        }
    }

    /// Returns true if a datagram from `peer` is for this socket: a connected socket accepts them only from its peer.
    pub(crate) fn takes_from(&self, peer: SocketAddr) -> bool {
        self.peer.is_none_or(|connected| connected == peer)
    }

    /// Queues a datagram; returns false if there was no room.
    pub(crate) fn push(&mut self, payload: Datagram, from: SocketAddr) -> bool {
        if self.queued_bytes + payload.len() > RECEIVE_BUFFER {
            return false;
        }
        self.queued_bytes += payload.len();
        self.queue.push_back((payload, from));
        self.wake();
        true
    }

    /// Records the ICMP error about a datagram to `original_dst`. Only a connected socket reports it (udp(7)).
    pub(crate) fn fail(&mut self, original_dst: SocketAddr, error: io::ErrorKind) {
        if self.peer == Some(original_dst) {
            self.error = Some(error);
            self.wake();
        }
    }

    /// Returns the pending ICMP error, once.
    pub(crate) fn take_error(&mut self) -> io::Result<()> {
        self.error.take().map_or(Ok(()), |error| Err(error.into()))
    }

    pub(crate) fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<(Datagram, SocketAddr)>> {
        if let Err(error) = self.take_error() {
            return Poll::Ready(Err(error));
        }
        if let Some((payload, from)) = self.queue.pop_front() {
            self.queued_bytes -= payload.len();
            return Poll::Ready(Ok((payload, from)));
        }
        if self.waker.as_ref().is_none_or(|waker| !waker.will_wake(cx.waker())) {
            self.waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    /// Returns true if its program has taken all that came.
    pub(crate) fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.error.is_none()
    }

    /// Wakes the task that waits for it.
    pub(crate) fn wake(&self) {
        if let Some(waker) = &self.waker {
            waker.wake_by_ref();
        }
    }
}
