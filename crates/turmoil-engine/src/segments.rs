//! The fate of the segments of turmoil's TCP. It has no retransmission: a segment that is never delivered stalls its stream.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use network::{Crossing, Transmission};
use turmoil::Segment;

use crate::engine::Turmoil;
use crate::net::Net;
use crate::tcp::{Connection, Ends};

/// A segment: the ends of its connection, its sender first, and its number there. A SYN is number 0, and an RST the last one.
type SegmentId = (Ends, u64);

/// The segments that were sent and have not arrived, and the connections to which they belong.
#[derive(Default)]
pub(crate) struct Segments {
    pub(crate) connections: BTreeMap<Ends, Rc<Connection>>,
    /// The connections whose SYN is not yet seen, in the order of connecting: the address of the host, and its peer.
    pub(crate) connecting: Vec<(IpAddr, SocketAddr, Rc<Connection>)>,
    fates: BTreeMap<SegmentId, Option<Fate>>,
    /// The bytes of data on which something was decided, by the ends of the connection, the sender first.
    sent: BTreeMap<Ends, u64>,
    /// The bytes that were altered on the way and are not yet read: by ends, the sender first, and place in the stream, the bits that are
    /// inverted.
    altered: BTreeMap<Ends, BTreeMap<u64, u8>>,
    /// True if segments may have been sent on which nothing was decided.
    pub(crate) stirred: bool,
}

/// The fate of a segment. One whose sender has lost its power or its connection has none, and is never delivered.
struct Fate {
    transmission: Transmission,
    /// The place of its data in the stream, in bytes.
    offset: u64,
    /// The tick in which it arrives, or else is sent again.
    arrives: bool,
    tick: u64,
}

impl Segments {
    /// Returns true if a segment is on its way.
    pub(crate) fn are_on_their_way(&self) -> bool {
        self.fates.values().any(Option::is_some)
    }

    /// Gives up what the connection has sent, and all that it will send.
    fn give_up(&mut self, ends: Ends) {
        self.fates.range_mut((ends, 0)..=(ends, u64::MAX)).for_each(|(_, fate)| *fate = None);
    }

    /// Gives up what a host has lost that has no power any more.
    pub(crate) fn forget(&mut self, address: IpAddr) {
        let lost = |fate: &mut Fate| !fate.arrives;
        let sent = self.fates.iter_mut().filter(|((ends, _), _)| ends.0.ip() == address);
        sent.for_each(|(_, fate)| {
            fate.take_if(lost);
        });
        self.connections.retain(|ends, _| ends.0.ip() != address);
    }

    /// Inverts the bits of `bytes`, the next ones that the receiver of a stream reads from `offset` on, that were altered on the way.
    pub(crate) fn alter(&mut self, ends: Ends, offset: u64, bytes: &mut [u8]) {
        let Some(altered) = self.altered.get_mut(&ends) else { return };
        for (byte, place) in bytes.iter_mut().zip(offset..) {
            *byte ^= altered.remove(&place).unwrap_or(0);
        }
    }

    /// Forgets what was sent on a connection whose stream begins or ends.
    fn forget_stream(&mut self, ends: Ends) {
        self.sent.remove(&ends);
        self.altered.remove(&ends);
    }
}

impl Net {
    /// Decides on a segment on turmoil's links, unless that has been done. `is_lost`: its host has lost its power.
    pub(crate) fn decide_on(&mut self, ends: Ends, segment: &Segment, is_lost: bool) {
        let (number, flags, length) = numbered(segment);
        let id = (ends, number);
        if self.segments.fates.contains_key(&id) {
            return;
        }
        if let Segment::Syn(_) = segment {
            self.segments.forget_stream(ends);
            self.segments.forget_stream((ends.1, ends.0));
        }
        let sent = self.segments.sent.entry(ends).or_default();
        let offset = *sent;
        *sent += length as u64;
        let waits = |(address, peer, _): &(IpAddr, SocketAddr, _)| (*address, *peer) == (ends.0.ip(), ends.1);
        if let Segment::Syn(_) = segment
            && let Some(index) = self.segments.connecting.iter().position(waits)
        {
            let (.., connection) = self.segments.connecting.remove(index);
            self.segments.connections.insert(ends, connection);
        }
        let has_ended = self.segments.connections.get(&ends).is_some_and(|connection| connection.has_ended());
        if is_lost || has_ended {
            self.segments.fates.insert(id, None);
        } else {
            let now_ns = self.clock.context.now_ns.get();
            self.transmit((id, offset), Transmission::new(ends, flags, length, now_ns));
        }
    }

    /// Sends a segment whose data has this place in the stream.
    fn transmit(&mut self, (id, offset): (SegmentId, u64), mut transmission: Transmission) {
        let Some(src) = self.network.host_at(id.0.0.ip()) else { return };
        let crossing = transmission.send(&mut self.network, src, self.clock.context.now_ns.get());
        for (place, bits) in transmission.take_altered() {
            *self.segments.altered.entry(id.0).or_default().entry(offset + place as u64).or_default() ^= bits;
        }
        self.follow((id, offset), transmission, crossing);
    }

    fn follow(&mut self, (id, offset): (SegmentId, u64), transmission: Transmission, crossing: Crossing) {
        let (arrives, at_ns) = match crossing {
            Crossing::Arrives(at_ns) => (true, at_ns),
            Crossing::Again(at_ns) => (false, at_ns),
            Crossing::Reset(at_ns) => {
                let reset = move |engine: &Turmoil, _| engine.net.borrow_mut().end(id.0, Connection::reset);
                self.plan(at_ns, Box::new(reset));
                self.segments.fates.insert(id, None);
                return;
            }
            Crossing::Unreachable(at_ns, error) => {
                let fail = move |engine: &Turmoil, _| {
                    engine.net.borrow_mut().end(id.0, |connection| connection.fail(error));
                };
                self.plan(at_ns, Box::new(fail));
                self.segments.fates.insert(id, None);
                return;
            }
            Crossing::TimedOut(error) => {
                self.segments.fates.insert(id, None);
                self.end(id.0, |connection| connection.fail(error));
                return;
            }
        };
        let fate = Fate { transmission, offset, arrives, tick: self.clock.next_tick(at_ns) };
        self.segments.fates.insert(id, Some(fate));
    }

    /// Ends the connection between `ends`, if there is one.
    pub(crate) fn end(&mut self, ends: Ends, end: impl Fn(&Connection)) {
        self.segments.give_up(ends);
        self.segments.connections.get(&ends).into_iter().for_each(|connection| end(connection));
    }

    /// Returns true if turmoil has to deliver a segment now.
    pub(crate) fn is_due(&mut self, ends: Ends, segment: &Segment) -> bool {
        let id = (ends, numbered(segment).0);
        let Some(Some(fate)) = self.segments.fates.get_mut(&id) else { return false };
        if fate.tick > self.clock.tick.get() {
            return false;
        }
        let powered = |address| Some(self.hosts[self.network.host_at(address)?.index()].powered);
        let reached = fate.arrives && powered(ends.1.ip()) == Some(true);
        let Some(mut fate) = self.segments.fates.remove(&id).flatten() else { return false };
        let now_ns = self.clock.context.now_ns.get();
        if reached {
            self.arrivals.taken += 1;
            // turmoil may answer it.
            self.segments.stirred = true;
        } else if fate.arrives {
            self.arrivals.dropped += 1;
            let crossing = fate.transmission.fail_to_arrive(now_ns);
            self.follow((id, fate.offset), fate.transmission, crossing);
        } else {
            self.transmit((id, fate.offset), fate.transmission);
        }
        reached
    }
}

/// Returns the number of a segment, and what it has of a packet: flags, and the length of its data.
fn numbered(segment: &Segment) -> (u64, u8, usize) {
    use network::Segment as Tcp;
    match segment {
        Segment::Syn(_) => (0, Tcp::SYN, 0),
        Segment::Data(number, bytes) => (*number, Tcp::ACK, bytes.len()),
        Segment::Fin(number) => (*number, Tcp::FIN | Tcp::ACK, 0),
        Segment::Rst => (u64::MAX, Tcp::RST, 0),
    }
}
