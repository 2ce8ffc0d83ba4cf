//! A packet as bytes: headers, checksums, and what a device that alters a payload makes of it.

use std::net::IpAddr;

use bytes::Bytes;
use datagram::Datagram;

use crate::fragments::Fragment;
use crate::packet::{
    Body, IPV4_HEADER, IPV6_FRAGMENT_HEADER, IPV6_HEADER, Packet, Quoted, Segment, Unreachable,
};
use crate::rule::Protocol;

const PROTO_ICMP: u8 = 1;
const PROTO_TCP: u8 = 6;
const PROTO_UDP: u8 = 17;
const PROTO_IPV6_FRAGMENT: u8 = 44;

/// The flags of an IPv4 header (RFC 791).
const DONT_FRAGMENT: u16 = 0x4000;
const MORE_FRAGMENTS: u16 = 0x2000;

/// Appends the headers of `packet`, with checksums, and the head of its datagram; returns the part after them.
pub fn headers<'a>(to: &mut Vec<u8>, packet: &'a Packet) -> &'a [u8] {
    match &packet.body {
        Body::Udp { src_port, dst_port, payload } => {
            ip_header(to, (packet.src, packet.dst), packet.written_size(), PROTO_UDP, packet.into());
            udp_header(to, packet, *src_port, *dst_port, payload);
            payload.body()
        }
        Body::Tcp(segment) => {
            ip_header(to, (packet.src, packet.dst), packet.size(), PROTO_TCP, packet.into());
            segment.bytes()
        }
        Body::Unreachable { code, about } => {
            ip_header(to, (packet.src, packet.dst), packet.size(), PROTO_ICMP, packet.into());
            unreachable(to, *code, about);
            &[]
        }
        Body::Refused(bytes) => bytes,
    }
}

/// Returns `packet` as a device on the way sends it on that inverts the bits `flips`, counted from the first of the payload, and computes
/// the checksums anew.
///
/// With overhead it is [`Body::Refused`]: its receiver authenticates what it takes.
pub(crate) fn alter(packet: &Packet, flips: &[u32]) -> Packet {
    let body = match &packet.body {
        Body::Udp { src_port, dst_port, payload } => {
            let mut payload = payload.to_vec();
            flip(&mut payload, flips);
            Body::Udp { src_port: *src_port, dst_port: *dst_port, payload: payload.into() }
        }
        Body::Tcp(segment) => Body::Tcp(segment.altered(packet.src, packet.dst, flips)),
        other => other.clone(),
    };
    let altered = Packet { body, ..*packet };
    if packet.overhead == 0 {
        return altered;
    }
    let mut bytes = Vec::with_capacity(altered.size() as usize);
    let payload = headers(&mut bytes, &altered);
    bytes.extend_from_slice(payload);
    Packet { body: Body::Refused(bytes.into()), ..altered }
}

/// Inverts bits, counted from the first. Those behind the end are of no one's bytes: of the overhead.
pub(crate) fn flip(bytes: &mut [u8], flips: &[u32]) {
    for flip in flips {
        if let Some(byte) = bytes.get_mut(*flip as usize / 8) {
            *byte ^= 0x80 >> (flip % 8);
        }
    }
}

/// Returns the number of bytes of the IP header of `packet`.
fn ip_header_length(packet: &Packet) -> usize {
    (if packet.dst.is_ipv4() { IPV4_HEADER } else { IPV6_HEADER }) as usize
}

/// Parses an IP header without options and a TCP segment, as a stack sends them.
pub fn parse_tcp_packet(bytes: Vec<u8>) -> Option<Packet> {
    let address = |at: usize, length: usize| match length {
        4 => Some(IpAddr::from(*bytes.get(at..)?.first_chunk::<4>()?)),
        _ => Some(IpAddr::from(*bytes.get(at..)?.first_chunk::<16>()?)),
    };
    let (src, dst, header) = match bytes.first()? >> 4 {
        4 => (address(12, 4)?, address(16, 4)?, IPV4_HEADER),
        _ => (address(8, 16)?, address(24, 16)?, IPV6_HEADER),
    };
    let segment = Bytes::from(bytes).split_off(header as usize);
    Some(Packet { src, dst, dont_fragment: true, overhead: 0, body: Body::Tcp(Segment::parse(segment)?) })
}

/// Returns the checksum of a TCP segment from `src` to `dst` whose own checksum is still zero.
pub(crate) fn tcp_checksum(src: IpAddr, dst: IpAddr, segment: &[u8]) -> u16 {
    transport_checksum(src, dst, PROTO_TCP, segment, &[])
}

/// The part of an IPv4 header about fragments (RFC 791).
#[derive(Clone, Copy)]
struct Place {
    /// The identification.
    id: u16,
    /// The flags, and the offset in units of 8 bytes.
    flags: u16,
}

impl From<&Packet> for Place {
    /// Returns that of a packet which is not a fragment.
    fn from(packet: &Packet) -> Self {
        Self { id: 0, flags: if packet.dont_fragment { DONT_FRAGMENT } else { 0 } }
    }
}

/// Returns a fragment of a datagram as bytes, headers included; those of one datagram have the same `id`.
pub fn fragment(packet: &Packet, id: u16, fragment: &Fragment) -> Vec<u8> {
    let mut whole = Vec::with_capacity(packet.size() as usize);
    let payload = headers(&mut whole, packet);
    whole.extend_from_slice(payload);
    whole.resize(packet.size() as usize, 0); // The overhead.
    let start = ip_header_length(packet) + fragment.offset as usize;
    let part = &whole[start..start + fragment.length as usize];
    let more = u16::from(fragment.more);
    let ends = (packet.src, packet.dst);
    let mut bytes = Vec::new();
    if packet.dst.is_ipv4() {
        let flags = (more * MORE_FRAGMENTS) | (fragment.offset / 8) as u16;
        ip_header(&mut bytes, ends, IPV4_HEADER + fragment.length, PROTO_UDP, Place { id, flags });
    } else {
        let size = IPV6_HEADER + IPV6_FRAGMENT_HEADER + fragment.length;
        ip_header(&mut bytes, ends, size, PROTO_IPV6_FRAGMENT, Place { id, flags: 0 });
        bytes.extend([PROTO_UDP, 0]);
        bytes.extend((fragment.offset as u16 | more).to_be_bytes());
        bytes.extend(u32::from(id).to_be_bytes());
    }
    bytes.extend_from_slice(part);
    bytes
}

fn ip_header(to: &mut Vec<u8>, (src, dst): (IpAddr, IpAddr), size: u32, protocol: u8, place: Place) {
    match (src, dst) {
        (IpAddr::V4(src), IpAddr::V4(dst)) => {
            let start = to.len();
            to.extend([0x45, 0]);
            to.extend((size as u16).to_be_bytes());
            to.extend(place.id.to_be_bytes());
            to.extend(place.flags.to_be_bytes());
            to.extend([64, protocol, 0, 0]);
            to.extend(src.octets());
            to.extend(dst.octets());
            let sum = !fold(sum(0, &to[start..]));
            to[start + 10..start + 12].copy_from_slice(&sum.to_be_bytes());
        }
        (src, dst) => {
            to.extend([0x60, 0, 0, 0]);
            to.extend(((size - IPV6_HEADER) as u16).to_be_bytes());
            to.extend([protocol, 64]);
            for address in [src, dst] {
                match address {
                    IpAddr::V4(v4) => to.extend(v4.to_ipv6_mapped().octets()),
                    IpAddr::V6(v6) => to.extend(v6.octets()),
                }
            }
        }
    }
}

fn udp_header(to: &mut Vec<u8>, packet: &Packet, src_port: u16, dst_port: u16, payload: &Datagram) {
    let length = (8 + payload.len()) as u16;
    let start = to.len();
    to.extend(src_port.to_be_bytes());
    to.extend(dst_port.to_be_bytes());
    to.extend(length.to_be_bytes());
    to.extend([0, 0]);
    to.extend(payload.head());
    let checksum = transport_checksum(packet.src, packet.dst, PROTO_UDP, &to[start..], payload.body());
    // RFC 768: a computed zero is sent as all ones.
    let checksum = if checksum == 0 { 0xFFFF } else { checksum };
    to[start + 6..start + 8].copy_from_slice(&checksum.to_be_bytes());
}

/// Appends ICMP type 3 with the IP header and 8 bytes of the packet that it is about (RFC 792).
fn unreachable(to: &mut Vec<u8>, code: Unreachable, about: &Quoted) {
    let protocol = if about.protocol == Protocol::Tcp { PROTO_TCP } else { PROTO_UDP };
    let mut quoted = Vec::new();
    let place = Place { id: 0, flags: if about.dont_fragment { DONT_FRAGMENT } else { 0 } };
    ip_header(&mut quoted, (about.src.ip(), about.dst.ip()), about.size.into(), protocol, place);
    quoted.extend(about.head);
    // RFC 1191, 4.
    let [high, low] = match code {
        Unreachable::FragmentationNeeded(mtu) => mtu.to_be_bytes(),
        Unreachable::Port | Unreachable::AdminProhibited => [0, 0],
    };
    let head = [Unreachable::TYPE, code.code(), 0, 0, 0, 0, high, low];
    let checksum = !fold(sum(sum(0, &head), &quoted));
    to.extend(&head[..2]);
    to.extend(checksum.to_be_bytes());
    to.extend(&head[4..]);
    to.extend(quoted);
}

/// Returns the checksum over pseudo-header, header and payload (RFC 768, RFC 9293).
fn transport_checksum(src: IpAddr, dst: IpAddr, protocol: u8, header: &[u8], payload: &[u8]) -> u16 {
    let mut total = match (src, dst) {
        (IpAddr::V4(src), IpAddr::V4(dst)) => sum(sum(0, &src.octets()), &dst.octets()),
        (IpAddr::V6(src), IpAddr::V6(dst)) => sum(sum(0, &src.octets()), &dst.octets()),
        // Both addresses of a packet are of one family.
        _ => 0,
    };
    total += u64::from(protocol) + (header.len() + payload.len()) as u64;
    let of_payload = fold(sum(0, payload));
    // Behind an odd number of bytes, the two bytes of each word have changed places (RFC 1071, 2 (B)).
    let of_payload = if header.len().is_multiple_of(2) { of_payload } else { of_payload.swap_bytes() };
    !fold(sum(total, header) + u64::from(of_payload))
}

/// Adds the 16-bit big-endian words of `bytes`, an odd one padded with zero, to a running sum.
fn sum(start: u64, bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<4>();
    let total = words.iter().fold(start, |total, word| total + u64::from(u32::from_be_bytes(*word)));
    let (halves, odd) = rest.as_chunks::<2>();
    let total = halves.iter().fold(total, |total, half| total + u64::from(u16::from_be_bytes(*half)));
    odd.iter().fold(total, |total, &byte| total + (u64::from(byte) << 8))
}

/// Folds the carries of a one's complement sum (RFC 1071).
fn fold(mut total: u64) -> u16 {
    while total > 0xFFFF {
        total = (total & 0xFFFF) + (total >> 16);
    }
    total as u16
}

#[cfg(test)]
mod tests {
    use datagram::{HEAD_MAX, Head};

    use super::*;

    /// Makes a datagram of so many bytes, the first of which are its head.
    fn packet(ends: [IpAddr; 2], length: u8, head: usize) -> Packet {
        let bytes: Vec<u8> = (0..length).map(|at| at.wrapping_mul(89) ^ 0x5a).collect();
        let (head, body) = bytes.split_at(head);
        let payload = Datagram::new(Head::new(head).expect("a short head"), Bytes::copy_from_slice(body));
        let body = Body::Udp { src_port: 5272, dst_port: 5246, payload };
        Packet { src: ends[0], dst: ends[1], dont_fragment: true, overhead: 0, body }
    }

    fn bytes(packet: &Packet) -> Vec<u8> {
        let mut bytes = Vec::new();
        let rest = headers(&mut bytes, packet);
        bytes.extend_from_slice(rest);
        bytes
    }

    #[test]
    fn bytes_do_not_depend_on_where_the_parts_of_a_datagram_meet() {
        for ends in [[[10, 0, 0, 1], [10, 0, 0, 2]].map(IpAddr::from), [[1; 16], [2; 16]].map(IpAddr::from)] {
            for length in 0..70 {
                let whole = packet(ends, length, 0);
                for head in 1..=usize::from(length).min(HEAD_MAX) {
                    let parts = packet(ends, length, head);
                    assert_eq!(bytes(&parts), bytes(&whole), "{head} of {length}");
                    assert_eq!(bytes(&alter(&parts, &[3, 500])), bytes(&alter(&whole, &[3, 500])));
                }
            }
        }
    }
}
