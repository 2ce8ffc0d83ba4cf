//! A program's UDP socket.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::task::{Context, Poll};

use datagram::Datagram;
use host::Udp;
use host::flow::{Lender, Receiver};
use network::Packet;

use crate::engine::Engine;
use crate::flow::SocketLender;

/// A simulated UDP socket.
pub struct SimUdp {
    pub(super) engine: Rc<Engine>,
    pub(super) socket: usize,
    pub(super) local: SocketAddr,
}

impl Udp for SimUdp {
    fn local_addr(&self) -> SocketAddr {
        self.local
    }

    async fn connect(&self, peer: SocketAddr) -> io::Result<()> {
        self.engine.net.borrow_mut().sockets[self.socket].peer = Some(peer);
        Ok(())
    }

    fn set_dont_fragment(&self) {
        self.engine.net.borrow_mut().sockets[self.socket].dont_fragment = true;
    }

    fn set_overhead(&self, bytes: u16) {
        self.engine.net.borrow_mut().sockets[self.socket].overhead = bytes;
    }

    fn lender(&self) -> Option<Rc<dyn Lender>> {
        Some(Rc::new(SocketLender::new(&self.engine, self.socket)))
    }

    fn set_receiver(&self, receiver: Rc<dyn Receiver>) {
        self.engine.net.borrow_mut().sockets[self.socket].receiver = Some(receiver);
    }

    async fn send_to(&self, datagram: impl Into<Datagram>, peer: SocketAddr) -> io::Result<()> {
        let net = &mut *self.engine.net.borrow_mut();
        let socket = &mut net.sockets[self.socket];
        socket.take_error()?;
        let (host, like) = (socket.host, (socket.dont_fragment, socket.overhead));
        let addresses = &net.hosts[host.index()].addresses;
        let packet = Packet::datagram(addresses, self.local, peer, datagram.into(), like)?;
        let now_ns = self.engine.context.now_ns.get();
        net.network.check_length(now_ns, host, &packet)?;
        net.send(now_ns, host, packet);
        Ok(())
    }

    fn poll_recv_from(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Datagram, SocketAddr)>> {
        self.engine.net.borrow_mut().sockets[self.socket].poll_recv(cx)
    }
}

impl Drop for SimUdp {
    fn drop(&mut self) {
        let net = &mut *self.engine.net.borrow_mut();
        net.recall_of_socket(self.socket);
        let socket = net.sockets.remove(self.socket);
        net.hosts[socket.host.index()].ports.release(self.local.port());
    }
}

impl fmt::Debug for SimUdp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SimUdp").field(&self.local).finish()
    }
}
