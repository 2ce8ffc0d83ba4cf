//! Address translation in front of a host (RFC 3022): the host has an inside address, and others know an outside address.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use crate::decision::DropReason;
use crate::packet::{Body, Packet, Quoted};

/// The maximum number of ports of hosts outside that a translation remembers; the oldest is forgotten.
const PEERS_MAX: usize = 4_096;

/// The translation in front of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nat {
    /// The address that others know.
    pub outside: IpAddr,
    /// The packets that are translated.
    pub kind: NatKind,
}

/// The packets of a host that are translated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NatKind {
    /// All, whatever the port, in both directions: `ip nat inside source static INSIDE OUTSIDE`.
    Static,
    /// Those to these ports, and the replies from them. What the host sends from another port keeps its inside address.
    Published(Vec<u16>),
    /// The same, and what the host sends from another port gets the outside address and keeps its port, as far as
    /// its receiver may answer: PAT, `overload`, masquerading.
    Overload(Vec<u16>),
}

/// All translations.
#[derive(Debug, Default)]
pub(crate) struct Translations {
    /// By inside address.
    inside: BTreeMap<IpAddr, Translation>,
    /// The inside address of each outside address.
    outside: BTreeMap<IpAddr, IpAddr>,
}

#[derive(Debug)]
struct Translation {
    nat: Nat,
    /// The ports of the host from which it sent, each with the receiver, and the order of sending.
    sent: BTreeMap<(u16, SocketAddr), u64>,
    order: u64,
}

impl Translations {
    pub(crate) fn add(&mut self, inside: IpAddr, nat: Nat) {
        self.outside.insert(nat.outside, inside);
        self.inside.insert(inside, Translation { nat, sent: BTreeMap::new(), order: 0 });
    }

    /// Returns a packet as it is on the network, outside: with the outside address of its sender, if it gets that; `None` if it
    /// stays as it is.
    pub(crate) fn outbound(&mut self, packet: &Packet) -> Option<Packet> {
        let translation = self.inside.get_mut(&packet.src).filter(|_| packet.src != packet.dst)?;
        if !translation.takes_out(packet) {
            return None;
        }
        let outside = translation.nat.outside;
        let mut changed = Packet { src: outside, ..packet.clone() };
        if let Body::Unreachable { about, .. } = &mut changed.body {
            about.dst.set_ip(outside);
        }
        Some(changed)
    }

    /// Returns a packet on the network as it arrives, with the inside address of its receiver; `None` if it stays as it is.
    ///
    /// # Errors
    /// It does not reach the host inside.
    pub(crate) fn inbound(&self, packet: &Packet) -> Result<Option<Packet>, DropReason> {
        if self.inside.contains_key(&packet.dst) && packet.src != packet.dst {
            return Err(DropReason::BehindNat(packet.dst));
        }
        let Some(inside) = self.outside.get(&packet.dst) else { return Ok(None) };
        if !self.inside.get(inside).is_some_and(|translation| translation.lets_in(packet)) {
            return Err(DropReason::BehindNat(packet.dst));
        }
        let mut changed = Packet { dst: *inside, ..packet.clone() };
        if let Body::Unreachable { about, .. } = &mut changed.body {
            about.src.set_ip(*inside);
        }
        Ok(Some(changed))
    }
}

impl Translation {
    /// Returns true if a packet from outside is for the host.
    fn lets_in(&self, packet: &Packet) -> bool {
        let Some((from, to)) = ends(packet) else { return false };
        match &self.nat.kind {
            NatKind::Static => true,
            NatKind::Published(ports) => ports.contains(&to.port()),
            NatKind::Overload(ports) => {
                ports.contains(&to.port()) || self.sent.contains_key(&(to.port(), from))
            }
        }
    }

    /// Returns true if a packet of the host gets the outside address.
    fn takes_out(&mut self, packet: &Packet) -> bool {
        let Some((from, to)) = ends(packet) else { return false };
        match &self.nat.kind {
            NatKind::Static => true,
            NatKind::Published(ports) => ports.contains(&from.port()),
            NatKind::Overload(_) => {
                if self.sent.len() >= PEERS_MAX
                    && let Some((&oldest, _)) = self.sent.iter().min_by_key(|(_, order)| **order)
                {
                    self.sent.remove(&oldest);
                }
                self.order += 1;
                self.sent.insert((from.port(), to), self.order);
                true
            }
        }
    }
}

/// Returns source and destination of a packet; of an ICMP error, those of a packet that would go its way in the flow it is about.
fn ends(packet: &Packet) -> Option<(SocketAddr, SocketAddr)> {
    match &packet.body {
        Body::Udp { src_port, dst_port, .. } => {
            Some((SocketAddr::new(packet.src, *src_port), SocketAddr::new(packet.dst, *dst_port)))
        }
        Body::Tcp(segment) => Some((
            SocketAddr::new(packet.src, segment.src_port()),
            SocketAddr::new(packet.dst, segment.dst_port()),
        )),
        Body::Unreachable { about: Quoted { src, dst, .. }, .. } => Some((*dst, *src)),
        Body::Damaged(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::packet::Unreachable;

    const CLIENT: &str = "10.0.4.2:4000";
    const INSIDE: [u8; 4] = [172, 17, 0, 2];
    const OUTSIDE: [u8; 4] = [10, 0, 5, 27];

    fn datagram(src: &str, dst: &str) -> Packet {
        let [src, dst]: [SocketAddr; 2] = [src, dst].map(|end| end.parse().expect("an address"));
        let body = Body::Udp { src_port: src.port(), dst_port: dst.port(), payload: Bytes::new() };
        Packet { src: src.ip(), dst: dst.ip(), dont_fragment: false, body }
    }

    fn translations(kind: NatKind) -> Translations {
        let mut all = Translations::default();
        all.add(INSIDE.into(), Nat { outside: OUTSIDE.into(), kind });
        all
    }

    /// Returns source and destination as they arrive; nothing if it does not.
    fn arrives(all: &mut Translations, src: &str, dst: &str) -> Option<String> {
        let packet = through(all, datagram(src, dst))?;
        Some(format!("{} > {}", packet.src, packet.dst))
    }

    fn through(all: &mut Translations, packet: Packet) -> Option<Packet> {
        let packet = all.outbound(&packet).unwrap_or(packet);
        Some(all.inbound(&packet).ok()?.unwrap_or(packet))
    }

    #[test]
    fn a_request_reaches_the_server_and_its_answer_keeps_the_inside_address() {
        let mut all = translations(NatKind::Published(vec![69]));
        let mut arrives = |src, dst| arrives(&mut all, src, dst);
        assert_eq!(arrives(CLIENT, "10.0.5.27:69").as_deref(), Some("10.0.4.2 > 172.17.0.2"));
        assert_eq!(arrives("172.17.0.2:5000", CLIENT).as_deref(), Some("172.17.0.2 > 10.0.4.2"));
        assert_eq!(arrives("172.17.0.2:69", CLIENT).as_deref(), Some("10.0.5.27 > 10.0.4.2"));
        // To a port that is not published, and to the inside address, which others cannot reach.
        assert_eq!(arrives(CLIENT, "10.0.5.27:5000"), None);
        assert_eq!(arrives(CLIENT, "172.17.0.2:5000"), None);
        assert_eq!(arrives(CLIENT, "10.0.9.9:69").as_deref(), Some("10.0.4.2 > 10.0.9.9"));
    }

    #[test]
    fn a_static_translation_and_an_overloaded_one_translate_the_answer_too() {
        for (kind, anybody) in [(NatKind::Static, true), (NatKind::Overload(vec![69]), false)] {
            let mut all = translations(kind);
            let mut arrives = |src, dst| arrives(&mut all, src, dst);
            assert_eq!(arrives(CLIENT, "10.0.5.27:69").as_deref(), Some("10.0.4.2 > 172.17.0.2"));
            assert_eq!(arrives(CLIENT, "10.0.5.27:5000").is_some(), anybody);
            assert_eq!(arrives("172.17.0.2:5000", CLIENT).as_deref(), Some("10.0.5.27 > 10.0.4.2"));
            assert_eq!(arrives(CLIENT, "10.0.5.27:5000").as_deref(), Some("10.0.4.2 > 172.17.0.2"));
            assert_eq!(arrives("10.0.4.2:4001", "10.0.5.27:5000").is_some(), anybody);
        }
    }

    #[test]
    fn an_error_is_translated_with_the_packet_that_it_is_about() {
        let mut all = translations(NatKind::Static);
        let answer = datagram("172.17.0.2:5000", CLIENT);
        let answer = through(&mut all, answer).expect("it passes");
        let error = answer.unreachable(Unreachable::Port).expect("it is answered");
        let error = through(&mut all, error).expect("it passes");
        let Body::Unreachable { about, .. } = error.body else { panic!("{error}") };
        assert_eq!((error.dst, about.src.ip()), (IpAddr::from(INSIDE), IpAddr::from(INSIDE)));
        assert_eq!(about.dst, CLIENT.parse().expect("an address"));
    }

    #[test]
    fn peers_without_end_are_forgotten() {
        let mut all = translations(NatKind::Overload(vec![69]));
        for port in 1..=5_000 {
            arrives(&mut all, "172.17.0.2:5000", &format!("10.0.4.2:{port}"));
        }
        assert_eq!(all.inside[&IpAddr::from(INSIDE)].sent.len(), PEERS_MAX);
        assert_eq!(arrives(&mut all, "10.0.4.2:1", "10.0.5.27:5000"), None);
        assert!(arrives(&mut all, "10.0.4.2:5000", "10.0.5.27:5000").is_some());
    }
}
