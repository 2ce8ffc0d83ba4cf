//! Translation of addresses, undone: packets as if both ends had spoken with the addresses inside. A capture has each packet as its
//! sender sent it, with the ends as they arrive in the comment.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use super::pcapng::Packet;
use super::wire;

/// The inside end of each outside one, as last seen.
#[derive(Default)]
pub(super) struct Undo(BTreeMap<SocketAddrV4, SocketAddrV4>);

impl Undo {
    /// Returns a packet with the destination inside.
    pub(super) fn undo(&mut self, mut packet: Packet) -> Packet {
        let Some(datagram) = wire::datagram(&packet.bytes) else { return packet };
        let (from, to) = (datagram.from, datagram.to);
        let comment = packet.comment.clone().unwrap_or_default();
        let (first, rest) = comment.split_once("; ").unwrap_or((&comment, ""));
        let ends = first.strip_prefix("translated to ").and_then(|ends| ends.split_once(" > "));
        if let Some((outside, inside)) = ends {
            let [outside, inside] = [outside, inside].map(|end| end.parse().expect("address and port"));
            self.0.insert(outside, from);
            self.0.insert(to, inside);
            packet.comment = Some(rest.to_owned()).filter(|rest| !rest.is_empty());
        }
        if let Some(inside) = self.0.get(&to) {
            let header = 4 * usize::from(packet.bytes[0] & 15);
            packet.bytes[16..20].copy_from_slice(&inside.ip().octets());
            packet.bytes[header + 2..header + 4].copy_from_slice(&inside.port().to_be_bytes());
        }
        packet
    }
}
