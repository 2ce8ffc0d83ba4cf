//! The proxy: stands before a TFTP server, and shows each of its transfer ports as one of its own.
//!
//! ```text
//!   client:c -> proxy:front                 ... proxy:x -> server:69       x: one for each client
//!   client:c <- proxy:y, client:c -> proxy:y ... proxy:x <-> server:tid     y: one for each port that answers
//! ```

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use bytes::Bytes;
use host::{Entropy, Host, Udp};

use crate::faulty::faults::Faults;

/// A running proxy. It ends with its host's tasks.
pub(super) struct Proxy<H: Host> {
    host: H,
    server: SocketAddr,
    faults: Faults,
    dice: RefCell<Entropy>,
    /// Where packets that belong to no transfer come from.
    stranger: Rc<H::Udp>,
    strays: Cell<u64>,
}

impl<H: Host> Proxy<H> {
    /// Starts one on `front` (port 0: any) before `server`; gives it and its address.
    pub(super) async fn start(
        host: H,
        front: SocketAddr,
        server: SocketAddr,
        faults: Faults,
    ) -> (Rc<Self>, SocketAddr) {
        let socket = host.bind_udp(front).await.expect("the port is free");
        let stranger = Rc::new(host.bind_udp(SocketAddr::new(front.ip(), 0)).await.expect("a free port"));
        let local = socket.local_addr();
        let dice = RefCell::new(host.entropy("faults"));
        let proxy =
            Rc::new(Self { host: host.clone(), server, faults, dice, stranger, strays: Cell::new(0) });
        host.spawn(Rc::clone(&proxy).take_requests(socket));
        (proxy, local)
    }

    /// Packets of no transfer that were sent.
    pub(super) fn strays(&self) -> u64 {
        self.strays.get()
    }

    async fn take_requests(self: Rc<Self>, front: H::Udp) {
        let mut clients: BTreeMap<SocketAddr, Rc<H::Udp>> = BTreeMap::new();
        loop {
            // An error is about an earlier datagram.
            let Ok((request, client)) = front.recv_from().await else { continue };
            let back = match clients.get(&client) {
                Some(back) => Rc::clone(back),
                None => {
                    let back = Rc::new(self.bind(front.local_addr().ip()).await);
                    clients.insert(client, Rc::clone(&back));
                    self.host.spawn(Rc::clone(&self).take_answers(Rc::clone(&back), client));
                    back
                }
            };
            self.cross(request.into_bytes(), &back, self.server).await;
        }
    }

    /// From all ports of the server that answer one client.
    async fn take_answers(self: Rc<Self>, back: Rc<H::Udp>, client: SocketAddr) {
        let mut ports: BTreeMap<SocketAddr, Rc<Port<H>>> = BTreeMap::new();
        loop {
            let Ok((answer, tid)) = back.recv_from().await else { continue };
            let answer = answer.into_bytes();
            let port = match ports.get(&tid) {
                Some(port) => Rc::clone(port),
                None => {
                    let socket = self.bind(back.local_addr().ip()).await;
                    let port = Rc::new(Port { socket: Rc::new(socket), met: Cell::new(false) });
                    ports.insert(tid, Rc::clone(&port));
                    self.host.spawn(Rc::clone(&self).take_replies(Rc::clone(&port), Rc::clone(&back), tid));
                    port
                }
            };
            // Before the client has chosen its peer it cannot know a stray packet.
            if port.met.get() {
                self.stray(&answer, client).await;
            }
            self.cross(answer, &port.socket, client).await;
        }
    }

    /// From a client to the port of the server that serves it.
    async fn take_replies(self: Rc<Self>, port: Rc<Port<H>>, back: Rc<H::Udp>, tid: SocketAddr) {
        loop {
            let Ok((reply, _)) = port.socket.recv_from().await else { continue };
            let reply = reply.into_bytes();
            // An ERROR may be for a port that is not its peer.
            if reply.get(1) != Some(&5) {
                port.met.set(true);
            }
            self.stray(&reply, tid).await;
            self.cross(reply, &back, tid).await;
        }
    }

    async fn bind(&self, ip: IpAddr) -> H::Udp {
        self.host.bind_udp(SocketAddr::new(ip, 0)).await.expect("a free port")
    }

    async fn stray(&self, genuine: &Bytes, to: SocketAddr) {
        let stray = self.faults.stray(genuine, &mut self.dice.borrow_mut());
        if let Some(stray) = stray {
            self.strays.set(self.strays.get() + 1);
            // Whether it can be sent makes no difference.
            let _ = self.stranger.send_to(stray, to).await;
        }
    }

    /// Sends what `faults` leave of a packet, when they leave it.
    async fn cross(&self, datagram: Bytes, via: &Rc<H::Udp>, to: SocketAddr) {
        let waits = self.faults.waits(self.host.now(), &mut self.dice.borrow_mut());
        for wait in waits {
            let datagram = datagram.clone();
            if wait.is_zero() {
                let _ = via.send_to(datagram, to).await;
            } else {
                let (host, via) = (self.host.clone(), Rc::clone(via));
                self.host.spawn(async move {
                    host.sleep(wait).await;
                    let _ = via.send_to(datagram, to).await;
                });
            }
        }
    }
}

/// A port of the proxy that stands for one of the server's.
struct Port<H: Host> {
    socket: Rc<H::Udp>,
    /// Whether the client took it for its peer.
    met: Cell<bool>,
}
