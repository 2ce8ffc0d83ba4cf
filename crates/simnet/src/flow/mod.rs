//! Exchanges that devices have lent: a row of a table instead of packets, timers and tasks.
//!
//! ```text
//!   lend ──▶ Wait ──▶ (Turn) ──▶ There ──▶ Back ──▶ Wait ...       each step an item of the event queue
//!              └──────────┴─────────┴────────┴── recall ──▶ what it became: a packet in flight, or a wake-up of the sender
//! ```
//!
//! The steps take the same time on the same links, in the same order, as the packets that they stand for. A step is taken only at an
//! instant at which nothing but such steps happens: otherwise those that are due at it are recalled first. So no task ever runs
//! between two steps of one instant, and a device recalls what it has lent or accepted before it does anything else.
//!
//! An item of the event queue that stands for a step stays where it is when its exchange ends, and then stands for what the step became.

mod lend;
mod step;

use std::rc::Rc;
use std::time::Duration;

use datagram::Datagram;
use host::flow::{Due, Exchange, Progress};
use network::{Body, HostId, Packet, Passage};
use slab::Slab;

pub(crate) use lend::SocketLender;

use crate::event_queue::{Item, Lane, WakeOrder};
use crate::net::Net;

/// The table of exchanges.
#[derive(Default)]
pub(crate) struct Flows {
    rows: Slab<Row>,
    /// The lengths of waits so far, each with a lane of its own: waits of one length end in the order in which they began.
    waits_ns: Vec<u64>,
    /// The number of waits begun.
    waits: u64,
    /// The number of packets that were steps.
    pub(crate) packets: u64,
}

enum Row {
    /// An exchange, with one item in the event queue.
    Live(Box<Flow>),
    /// It has ended, and this is what the item stands for.
    Over(Option<Item>),
}

/// An exchange under way.
struct Flow {
    exchange: Exchange,
    rounds: u64,
    progress: Rc<Progress>,
    there: Leg,
    back: Leg,
    answer: Rc<dyn Fn(u64) -> Datagram>,
    wait_ns: u64,
    wait_lane: Lane,
    turn_lane: Lane,
    order: WakeOrder,
    stage: Stage,
    /// The place of its wait among all waits.
    waits: u64,
}

/// One way of an exchange.
struct Leg {
    /// The socket that sends.
    socket: usize,
    host: HostId,
    ports: (u16, u16),
    /// The first packet.
    packet: Packet,
    passage: Passage,
}

/// The step that is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The wait is over.
    Wait(u64),
    /// It is its turn under the limit.
    Turn(u64),
    /// A datagram arrives.
    There,
    /// An answer arrives.
    Back,
}

impl Flows {
    /// Returns true if an item stands for a step of an exchange that has not ended.
    pub(crate) fn is_step(&self, item: Item) -> bool {
        matches!(item, Item::Flow(row) if matches!(self.rows.get(row as usize), Some(Row::Live(_))))
    }

    /// Returns what the step of an exchange that has ended became.
    pub(crate) fn take_over(&mut self, row: u32) -> Option<Item> {
        match self.rows.try_remove(row as usize)? {
            Row::Live(_) => None,
            Row::Over(item) => item,
        }
    }

    /// Returns the row of an exchange that is under way.
    fn live(&mut self, row: u32) -> Option<&mut Flow> {
        match self.rows.get_mut(row as usize)? {
            Row::Live(flow) => Some(flow.as_mut()),
            Row::Over(_) => None,
        }
    }

    /// Returns the exchanges that are as asked, in the order of their waits.
    fn find(&self, is_meant: impl Fn(&Flow) -> bool) -> Vec<u32> {
        let live = |(row, entry): (usize, &Row)| match entry {
            Row::Live(flow) if is_meant(flow) => Some((flow.waits, row as u32)),
            Row::Live(_) | Row::Over(_) => None,
        };
        let mut found: Vec<_> = self.rows.iter().filter_map(live).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, row)| row).collect()
    }

    /// Returns the lane of waits of this length.
    fn wait_lane(&mut self, wait_ns: u64) -> Lane {
        let index = self.waits_ns.iter().position(|known| *known == wait_ns).unwrap_or_else(|| {
            self.waits_ns.push(wait_ns);
            self.waits_ns.len() - 1
        });
        // The other half is for the turns of hosts.
        Lane::other(2 * index)
    }
}

impl Net {
    /// Ends an exchange, and with it those of the same sender whose waits are over at the same time: the sender continues them in this
    /// order. No two have the same turn.
    pub(crate) fn recall(&mut self, row: u32) {
        let Some(flow) = self.flows.live(row) else { return };
        let (sender, stage) = (flow.there.socket, flow.stage);
        match stage {
            Stage::Wait(_) => self.recall_those(|flow| flow.there.socket == sender && flow.stage == stage),
            Stage::Turn(_) | Stage::There | Stage::Back => self.end(row),
        }
    }

    /// Ends all exchanges that a socket sends or receives.
    pub(crate) fn recall_of_socket(&mut self, socket: usize) {
        self.recall_those(|flow| [flow.there.socket, flow.back.socket].contains(&socket));
    }

    /// Ends all exchanges of a host.
    pub(crate) fn recall_of_host(&mut self, host: HostId) {
        self.recall_those(|flow| [flow.there.host, flow.back.host].contains(&host));
    }

    /// Ends all exchanges.
    pub(crate) fn recall_all(&mut self) {
        self.recall_those(|_| true);
    }

    fn recall_those(&mut self, is_meant: impl Fn(&Flow) -> bool) {
        if !self.flows.rows.is_empty() {
            self.flows.find(is_meant).into_iter().for_each(|row| self.end(row));
        }
    }

    /// Ends an exchange. Its item in the event queue stands for what its step becomes.
    fn end(&mut self, row: u32) {
        let Some(entry) = self.flows.rows.get_mut(row as usize) else { return };
        let Row::Live(flow) = std::mem::replace(entry, Row::Over(None)) else { return };
        let item = match flow.stage {
            Stage::Wait(at_ns) => Some(flow.wake_up(Due::Wait(Duration::from_nanos(at_ns)))),
            Stage::Turn(at_ns) => Some(flow.wake_up(Due::Turn(Duration::from_nanos(at_ns)))),
            Stage::There => flow.datagram().map(|packet| self.in_flight(&flow.there, packet)),
            Stage::Back => flow.answer().map(|packet| self.in_flight(&flow.back, packet)),
        };
        flow.end();
        self.flows.rows[row as usize] = Row::Over(item);
    }

    /// Returns the arrival of a packet that is on its way.
    fn in_flight(&mut self, leg: &Leg, packet: Packet) -> Item {
        Item::Arrival(self.packets.insert((leg.passage.to, packet)) as u32)
    }
}

impl Flow {
    /// Tells its ends that it has ended.
    fn end(&self) {
        self.progress.is_over.set(true);
        self.exchange.ended.push(self.exchange.tag);
    }

    /// Tells the sender when it is to continue, and returns the item that wakes it then.
    fn wake_up(&self, next: Due) -> Item {
        self.progress.next.set(Some(next));
        Item::Wake(self.there.socket as u32)
    }

    /// Returns the last datagram sent, as a packet.
    fn datagram(&self) -> Option<Packet> {
        let last = self.progress.sent.get().0.checked_sub(1)?;
        Some(self.there.packet_of(self.exchange.script.datagram(last)))
    }

    /// Returns the last answer, as a packet.
    fn answer(&self) -> Option<Packet> {
        let last = self.progress.received.get().0.checked_sub(1)?;
        Some(self.back.packet_of((self.answer)(last)))
    }
}

impl Leg {
    /// Returns the packet of a datagram that goes this way.
    fn packet_of(&self, datagram: Datagram) -> Packet {
        let Packet { src, dst, dont_fragment, overhead, .. } = self.packet;
        let (src_port, dst_port) = self.ports;
        let body = Body::Udp { src_port, dst_port, payload: datagram };
        Packet { src, dst, dont_fragment, overhead, body }
    }
}
