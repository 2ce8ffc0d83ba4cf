//! A program's UDP socket.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;
use datagram::Datagram;
use network::{HostId, Packet};
use turmoil::net::UdpSocket;

use crate::net::{SharedNet, Socket};

/// The longest datagram, with the number that precedes it.
const DATAGRAM_MAX: usize = NUMBER + 65_535;

/// The length of the number that precedes a datagram in turmoil.
const NUMBER: usize = size_of::<u64>();

/// A UDP socket of turmoil.
pub struct TurmoilUdp {
    net: SharedNet,
    host: HostId,
    local: SocketAddr,
    state: Rc<Socket>,
    carrier: Rc<UdpSocket>,
    /// The datagrams taken from the carrier, by number.
    carried: RefCell<BTreeMap<u64, Bytes>>,
    /// The buffer for the next one.
    buffer: RefCell<Box<[u8]>>,
    /// Completes when the carrier has another one. It locks the carrier.
    readable: RefCell<Option<Pin<Box<dyn Future<Output = ()>>>>>,
}

/// Returns the address to which turmoil binds sockets of a host: it accepts no other.
pub(crate) fn unspecified(like: IpAddr) -> IpAddr {
    if like.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() }
}

impl TurmoilUdp {
    pub(crate) async fn bind(net: &SharedNet, host: HostId, local: SocketAddr) -> io::Result<Self> {
        let (local, address) = {
            let state = &mut net.borrow_mut().hosts[host.index()];
            (state.ports.bindable(&[state.address], local)?, state.address)
        };
        let carrier = Rc::new(UdpSocket::bind((unspecified(address), local.port())).await?);
        let state = Rc::new(Socket::default());
        net.borrow_mut().hosts[host.index()].ports.bind(local.port(), Rc::clone(&state));
        let (carried, readable) = Default::default();
        let buffer = RefCell::new(vec![0; DATAGRAM_MAX].into());
        Ok(Self { net: Rc::clone(net), host, local, state, carrier, carried, buffer, readable })
    }

    /// Takes everything that the carrier has, and returns the next datagram.
    fn take(&self) -> Option<(Bytes, SocketAddr)> {
        let mut buffer = self.buffer.borrow_mut();
        let (mut carried, mut arrived) = (self.carried.borrow_mut(), self.state.arrived.borrow_mut());
        while let Ok((length, _)) = self.carrier.try_recv_from(&mut buffer) {
            let (number, payload) = buffer[..length].split_first_chunk().expect("each has a number");
            carried.insert(u64::from_be_bytes(*number), Bytes::copy_from_slice(payload));
        }
        // What is not for this socket, or had no room.
        carried.retain(|number, _| arrived.iter().any(|(known, _)| known == number));
        let &(number, from) = arrived.front()?;
        let payload = carried.remove(&number)?;
        arrived.pop_front();
        self.state.arrived_bytes.update(|bytes| bytes - payload.len());
        Some((payload, from))
    }
}

impl host::Udp for TurmoilUdp {
    fn local_addr(&self) -> SocketAddr {
        self.local
    }

    async fn connect(&self, peer: SocketAddr) -> io::Result<()> {
        self.state.peer.set(Some(peer));
        Ok(())
    }

    fn set_dont_fragment(&self) {
        self.state.dont_fragment.set(true);
    }

    fn set_overhead(&self, bytes: u16) {
        self.state.overhead.set(bytes);
    }

    async fn send_to(&self, datagram: impl Into<Datagram>, peer: SocketAddr) -> io::Result<()> {
        self.state.take_error()?;
        let address = self.net.borrow().hosts[self.host.index()].address;
        let like = (self.state.dont_fragment.get(), self.state.overhead.get());
        let packet = Packet::datagram(&[address], self.local, peer, datagram.into(), like)?;
        self.net.borrow().check_length(self.host, &packet)?;
        let carried = self.net.borrow_mut().send(self.host, packet);
        for (number, to, payload) in carried {
            self.carrier.send_to(&[&number.to_be_bytes(), &payload[..]].concat(), to).await?;
        }
        Ok(())
    }

    fn poll_recv_from(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Datagram, SocketAddr)>> {
        if let Err(error) = self.state.take_error() {
            return Poll::Ready(Err(error));
        }
        loop {
            *self.readable.borrow_mut() = None;
            if let Some((payload, from)) = self.take() {
                return Poll::Ready(Ok((payload.into(), from)));
            }
            let carrier = Rc::clone(&self.carrier);
            let mut readable = Box::pin(async move { carrier.readable().await.unwrap_or(()) });
            if readable.as_mut().poll(cx).is_pending() {
                *self.readable.borrow_mut() = Some(readable);
                *self.state.waker.borrow_mut() = Some(cx.waker().clone());
                return Poll::Pending;
            }
        }
    }
}

impl Drop for TurmoilUdp {
    fn drop(&mut self) {
        self.net.borrow_mut().hosts[self.host.index()].ports.release(self.local.port());
    }
}
