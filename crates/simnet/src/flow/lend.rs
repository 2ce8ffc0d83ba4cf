//! The beginning of an exchange: the sender lends it, the receiver accepts it, and the network finds that nothing stands in its way.

use std::net::SocketAddr;
use std::rc::{Rc, Weak};

use host::flow::{Acceptance, Due, Exchange, Lease, Lender, Progress, Receiver};
use network::Packet;

use super::{Flow, Leg, Row, Stage};
use crate::engine::Engine;
use crate::event_queue::{Item, Lane};
use crate::net::Net;

/// The number of datagrams below which an exchange costs more than it saves.
const ROUNDS_MIN: u64 = 4;

/// A socket that lends.
pub(crate) struct SocketLender {
    engine: Weak<Engine>,
    socket: usize,
}

impl SocketLender {
    pub(crate) fn new(engine: &Rc<Engine>, socket: usize) -> Self {
        Self { engine: Rc::downgrade(engine), socket }
    }
}

impl Lender for SocketLender {
    fn lend(&self, exchange: Exchange) -> Option<Lease> {
        let engine = self.engine.upgrade().filter(|engine| engine.takes_leases())?;
        let now_ns = engine.context.now_ns.get();
        let (from, receiver, there) = engine.net.borrow_mut().offer(now_ns, self.socket, &exchange)?;
        let progress = Rc::new(Progress::default());
        let row = engine.net.borrow().flows.rows.vacant_key() as u32;
        let home = Weak::clone(&self.engine);
        let lease = Lease::new(Rc::clone(&progress), move || {
            if let Some(engine) = home.upgrade() {
                engine.net.borrow_mut().recall(row);
            }
        });
        let acceptance = receiver.accept(from, &exchange, &lease)?;
        let begun = engine.net.borrow_mut().begin(now_ns, there, exchange, acceptance, &progress);
        // If it cannot begin, the receiver holds a lease that is over.
        progress.is_over.set(begun.is_none());
        begun.map(|()| lease)
    }
}

impl Net {
    /// Returns the sender's address, the device that is to accept an exchange, and the way to it.
    fn offer(
        &mut self,
        now_ns: u64,
        socket: usize,
        exchange: &Exchange,
    ) -> Option<(SocketAddr, Rc<dyn Receiver>, Leg)> {
        let datagram = exchange.script.datagram(0);
        let there = self.leg(now_ns, socket, exchange.peer, (datagram, exchange.overhead))?;
        let from = SocketAddr::new(there.packet.src, there.ports.0);
        let receiving = &self.sockets[self.receiving(&there)?];
        let receiver =
            receiving.receiver.clone().filter(|_| receiving.is_idle() && receiving.takes_from(from));
        Some((from, receiver?, there))
    }

    /// Begins an exchange that was accepted, unless its answers have no plain way back.
    fn begin(
        &mut self,
        now_ns: u64,
        there: Leg,
        exchange: Exchange,
        acceptance: Acceptance,
        progress: &Rc<Progress>,
    ) -> Option<()> {
        let Acceptance { rounds, answer, overhead } = acceptance;
        let rounds = rounds.min(exchange.rounds);
        let receiving = self.receiving(&there)?;
        let from = SocketAddr::new(there.packet.src, there.ports.0);
        let back = self.leg(now_ns, receiving, from, (answer(0), overhead))?;
        let sender = &self.sockets[there.socket];
        let is_heard = sender.is_idle() && sender.takes_from(exchange.peer);
        let wait_ns = exchange.wait.as_nanos() as u64;
        if !is_heard || rounds < ROUNDS_MIN || wait_ns == 0 {
            return None;
        }
        let order = sender.order;
        let wait_lane = self.flows.wait_lane(wait_ns);
        let turn_lane = Lane::other(2 * there.host.index() + 1);
        let (stage, lane, at) = match exchange.first {
            Due::Wait(at) => (Stage::Wait(at.as_nanos() as u64), wait_lane, at),
            Due::Turn(at) => (Stage::Turn(at.as_nanos() as u64), turn_lane, at),
        };
        let row = self.flows.rows.vacant_key() as u32;
        self.flows.waits += 1;
        let flow = Flow {
            exchange,
            rounds,
            progress: Rc::clone(progress),
            there,
            back,
            answer,
            wait_ns,
            wait_lane,
            turn_lane,
            order,
            stage,
            waits: self.flows.waits,
        };
        self.flows.rows.insert(Row::Live(Box::new(flow)));
        self.queue.plan_wake_up_in(lane, at.as_nanos() as u64, order, Item::Flow(row));
        Some(())
    }

    /// Returns the way of a datagram, which is as long as its successors, from a socket to `peer`.
    fn leg(
        &mut self,
        now_ns: u64,
        socket: usize,
        peer: SocketAddr,
        (datagram, overhead): (datagram::Datagram, u16),
    ) -> Option<Leg> {
        let sending = &self.sockets[socket];
        let (host, local, like) = (sending.host, sending.local, (sending.dont_fragment, overhead));
        let addresses = &self.hosts[host.index()].addresses;
        let packet = Packet::datagram(addresses, local, peer, datagram, like).ok()?;
        let passage = self.network.passage(now_ns, host, &packet)?;
        Some(Leg { socket, host, ports: (local.port(), peer.port()), packet, passage })
    }

    /// Returns the socket that a datagram reaches.
    fn receiving(&self, leg: &Leg) -> Option<usize> {
        let host = &self.hosts[leg.passage.to.index()];
        host.ports.get(leg.ports.1).copied().filter(|_| host.powered)
    }
}
