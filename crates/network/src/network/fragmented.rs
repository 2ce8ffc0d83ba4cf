//! The decision on a datagram that crosses the network in fragments.
//!
//! Firewalls and the link decide on each fragment by itself; the datagram arrives with its last one, or not at all.

use tracing::{debug, trace};

use super::Network;
use crate::decision::{Answer, Decision, DropReason, Fragmented, Impaired, SentFragment};
use crate::drops::Observer;
use crate::fragments::{Arrival, Assembly, Fragment, Part, assemble};
use crate::ids::HostId;
use crate::packet::{IPV4_HEADER, IPV6_FRAGMENT_HEADER, IPV6_HEADER, Packet};
use crate::rule::Header;
use crate::wire;

/// A fragment on its way.
struct Piece {
    fragment: Fragment,
    /// The reason that it does not arrive.
    dropped: Option<DropReason>,
    comment: Vec<String>,
}

impl Network {
    /// Decides on a datagram from `src` to `to` that crosses the link in these fragments. `sent`: as its host sent it; `outside`: as it crosses the
    /// network; `translated`: as it arrives, if that differs from `sent`.
    pub(super) fn decide_fragments(
        &mut self,
        now_ns: u64,
        (src, to): (HostId, HostId),
        (sent, outside, translated): (&Packet, &Packet, Option<Packet>),
        fragments: Vec<Fragment>,
    ) -> Decision {
        self.totals.fragments += fragments.len() as u64;
        self.identification = self.identification.wrapping_add(1);
        let piece = |fragment| Piece { fragment, dropped: None, comment: Vec::new() };
        let mut pieces: Vec<Piece> = fragments.into_iter().map(piece).collect();
        let answer = self.filter_fragments(now_ns, (src, to), (sent, outside), &mut pieces);
        let arrivals = self.cross_link(now_ns, (src, to), outside, &mut pieces);

        let first_ns = arrivals.iter().map(|arrival| arrival.at_ns).min();
        let has_room = first_ns.is_none_or(|first_ns| self.kept.has_room(to, first_ns));
        let Assembly { whole, rest } =
            if has_room { assemble(pieces.len(), arrivals) } else { Assembly::default() };
        if let Some((first_ns, indices)) = rest {
            let lengths = indices.into_iter().map(|index| pieces[index].fragment.length);
            self.kept.keep(to, first_ns, lengths);
        }
        let mut whole = whole.into_iter();
        let fate = match whole.next() {
            Some(at_ns) => {
                trace!(packet = %outside, at_ns, fragments = pieces.len(), "sent in fragments");
                let arriving = translated.as_ref().unwrap_or(outside);
                let altered = self.alter_datagram((src, to), arriving);
                let copy_at_ns = whole.next();
                Decision::Impair(Box::new(Impaired {
                    to,
                    at_ns,
                    translated,
                    altered,
                    held_ns: None,
                    copy_at_ns,
                }))
            }
            None => {
                let reasons = || pieces.iter().filter_map(|piece| piece.dropped.clone());
                let by_firewall = |reason: &DropReason| matches!(reason, DropReason::Firewall { .. });
                let dropped = reasons().find(by_firewall).or_else(|| reasons().next());
                let reason = match dropped {
                    _ if !has_room => DropReason::ReassemblyFull,
                    Some(reason @ DropReason::Firewall { .. }) => reason,
                    Some(reason) => DropReason::Fragment(Box::new(reason)),
                    None => DropReason::Incomplete,
                };
                debug!(packet = %outside, %reason, fragments = pieces.len(), "dropped");
                self.totals.dropped += 1;
                Decision::Drop { reason, answer }
            }
        };
        let sent = |piece: Piece| {
            let comment = piece.dropped.map(|reason| reason.to_string()).into_iter().chain(piece.comment);
            let comment: Vec<String> = comment.collect();
            let comment = (!comment.is_empty()).then(|| comment.join("; "));
            SentFragment { fragment: piece.fragment, comment }
        };
        let fragments = pieces.into_iter().map(sent).collect();
        Decision::Fragmented(Box::new(Fragmented { id: self.identification, fragments, fate }))
    }

    /// Asks the firewalls on the path about each fragment; returns the answer of the first that rejects the datagram. A stateful one
    /// reassembles what it filters, so it decides on all of the datagram at its first fragment, and lets nothing through of an
    /// incomplete one.
    fn filter_fragments(
        &mut self,
        now_ns: u64,
        (src, to): (HostId, HostId),
        (sent, packet): (&Packet, &Packet),
        pieces: &mut [Piece],
    ) -> Option<Box<Answer>> {
        let path = self.paths[src.index() * self.shapers.len() + to.index()].as_ref()?;
        let latency_ns = self.links[path.link].forward.impairments.latency.as_nanos() as u64;
        let mut answer = None;
        for &(index, way) in &path.firewalls {
            let firewall = &mut self.firewalls[index].1;
            if firewall.reassembles() && pieces.iter().any(|piece| piece.dropped.is_some()) {
                for piece in pieces.iter_mut().filter(|piece| piece.dropped.is_none()) {
                    piece.dropped = Some(DropReason::Incomplete);
                }
                return answer;
            }
            let first = firewall.filter(now_ns, packet, way, Part::First);
            let later = if firewall.reassembles() {
                first.clone()
            } else {
                firewall.filter(now_ns, packet, way, Part::Later)
            };
            let name = firewall.name.clone();
            let (shown, verdicts) =
                (if firewall.reassembles() { Part::First } else { Part::Later }, [first, later]);
            for (number, piece) in pieces.iter_mut().enumerate().filter(|(_, piece)| piece.dropped.is_none())
            {
                let Err(blocked) = &verdicts[number.min(1)] else { continue };
                let rule = blocked.rule.clone();
                // There is no ICMP error about a later fragment (RFC 1122, 3.2.2).
                if number == 0 {
                    answer = blocked.answer(sent).map(|packet| {
                        let by = format!("firewall {name}: {rule}");
                        Box::new(Answer { from: to, packet, at_ns: now_ns + latency_ns, by })
                    });
                }
                let part = if number == 0 { Part::First } else { shown };
                let told = self.drops.note(now_ns, &name, &rule, &Header::of(packet, way, part));
                if let (Some(drops), Some(Observer(tell))) = (told, &self.observer) {
                    tell(drops);
                }
                piece.dropped = Some(DropReason::Firewall { name: name.clone(), rule });
            }
        }
        answer
    }

    /// Sends the fragments that are left over the link, each by itself; returns those that arrive, and copies of them.
    fn cross_link(
        &mut self,
        now_ns: u64,
        (src, to): (HostId, HostId),
        packet: &Packet,
        pieces: &mut [Piece],
    ) -> Vec<Arrival> {
        let hosts = self.shapers.len();
        let Some(path) = self.paths[src.index() * hosts + to.index()].as_mut() else { return Vec::new() };
        let direction = self.links[path.link].direction(path.way);
        let headers = header_length(packet);
        let (mut arrivals, mut damaged) = (Vec::new(), 0);
        for (index, piece) in pieces.iter_mut().enumerate().filter(|(_, piece)| piece.dropped.is_none()) {
            let size = headers + piece.fragment.length;
            let held_ns = self.shapers[src.index()].as_mut().map_or(0, |shaper| shaper.hold(now_ns, size));
            let at_ns = match direction.send(now_ns, size) {
                Ok(arrival_ns) => (arrival_ns + held_ns).max(path.last_arrival_ns),
                Err(reason) => {
                    damaged += usize::from(reason == DropReason::WrongFcs);
                    piece.dropped = Some(reason);
                    continue;
                }
            };
            path.last_arrival_ns = at_ns;
            // The payload is altered as a whole.
            let effects = direction.effects(size, 0, true).unwrap_or_default();
            if let Some(after_ns) = effects.copy_after_ns {
                self.totals.duplicated += 1;
                piece.comment.push("the link made a copy of it".to_owned());
                arrivals.push(Arrival { at_ns: at_ns + after_ns, index });
            }
            if let Some(for_ns) = effects.held_ns {
                self.totals.reordered += 1;
                piece.comment.push(format!("held back for {} µs on the link", for_ns / 1_000));
            }
            arrivals.push(Arrival { at_ns: at_ns + effects.held_ns.unwrap_or(0), index });
        }
        let (link, way) = (path.link, path.way);
        for _ in 0..damaged {
            self.note_fcs_error(now_ns, link, way, packet);
        }
        arrivals
    }

    /// Returns a datagram that has crossed the link from `src` to `to` in fragments as a device on the way alters it, which puts it together
    /// for that, as its checksum is over all of it; `None` if it arrives as it is.
    fn alter_datagram(&mut self, (src, to): (HostId, HostId), arriving: &Packet) -> Option<Packet> {
        let path = self.paths[src.index() * self.shapers.len() + to.index()].as_ref()?;
        let flips = self.links[path.link].direction(path.way).flips(arriving.payload_length());
        if flips.is_empty() {
            return None;
        }
        debug!(packet = %arriving, bits = flips.len(), "altered");
        self.totals.altered += 1;
        Some(wire::alter(arriving, &flips))
    }
}

/// Returns the length of the headers of a fragment of `packet`, in bytes.
fn header_length(packet: &Packet) -> u32 {
    if packet.dst.is_ipv4() { IPV4_HEADER } else { IPV6_HEADER + IPV6_FRAGMENT_HEADER }
}
