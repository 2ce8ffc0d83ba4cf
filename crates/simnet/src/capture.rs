//! A packet capture in pcapng (draft-ietf-opsawg-pcapng), one interface per host, addresses resolved to names.
//!
//! Every packet is recorded once, on the interface of its sender, as it leaves. A packet that does not arrive carries a comment that
//! says why. The link type is raw IP: there are no Ethernet frames to invent.

use std::fmt;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;
use turmoil_net::TcpSegment;

use crate::packet::{Body, Packet};

const SECTION_HEADER: u32 = 0x0A0D_0D0A;
const INTERFACE_DESCRIPTION: u32 = 1;
const NAME_RESOLUTION: u32 = 4;
const ENHANCED_PACKET: u32 = 6;
const LINKTYPE_RAW: u16 = 101;

const OPT_END: u16 = 0;
const OPT_COMMENT: u16 = 1;
const OPT_IF_NAME: u16 = 2;
const OPT_IF_TSRESOL: u16 = 9;

const PROTO_ICMP: u8 = 1;
const PROTO_TCP: u8 = 6;
const PROTO_UDP: u8 = 17;

/// Writes a capture while the world runs.
pub struct Capture {
    out: Box<dyn Write>,
    /// Nanoseconds since 1970 at the start of the run.
    epoch_ns: u64,
    headers: Vec<u8>,
    /// The first error; nothing is written after it.
    failed: Option<io::Error>,
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture").field("epoch_ns", &self.epoch_ns).finish_non_exhaustive()
    }
}

impl Capture {
    /// A capture into `out`, which should be buffered. `epoch_ns`: nanoseconds since 1970 at which the run starts.
    pub fn new(out: impl Write + 'static, epoch_ns: u64) -> Self {
        Self { out: Box::new(out), epoch_ns, headers: Vec::with_capacity(128), failed: None }
    }

    /// Writes the section header, an interface for each host and the names of all addresses.
    pub(crate) fn begin(&mut self, hosts: &[(&str, &[IpAddr])]) {
        let mut section = Vec::new();
        section.extend(0x1A2B_3C4D_u32.to_le_bytes());
        section.extend([1, 0, 0, 0]); // version 1.0
        section.extend(u64::MAX.to_le_bytes()); // length of the section: not known
        self.block(SECTION_HEADER, &section);
        for (name, _) in hosts {
            let mut interface = Vec::new();
            interface.extend(LINKTYPE_RAW.to_le_bytes());
            interface.extend([0, 0]);
            interface.extend(0_u32.to_le_bytes()); // no limit on lengths
            option(&mut interface, OPT_IF_NAME, name.as_bytes());
            option(&mut interface, OPT_IF_TSRESOL, &[9]); // nanoseconds
            option(&mut interface, OPT_END, &[]);
            self.block(INTERFACE_DESCRIPTION, &interface);
        }
        let mut names = Vec::new();
        for (name, addresses) in hosts {
            for address in *addresses {
                let (kind, octets) = match address {
                    IpAddr::V4(v4) => (1_u16, v4.octets().to_vec()),
                    IpAddr::V6(v6) => (2_u16, v6.octets().to_vec()),
                };
                let length = octets.len() + name.len() + 1;
                names.extend(kind.to_le_bytes());
                names.extend((length as u16).to_le_bytes());
                names.extend(octets);
                names.extend(name.as_bytes());
                names.push(0);
                pad(&mut names);
            }
        }
        names.extend([0, 0, 0, 0]); // end of records
        self.block(NAME_RESOLUTION, &names);
    }

    /// Records `packet` as leaving on `interface` at `now_ns`, with a comment if it will not arrive.
    pub(crate) fn record(&mut self, now_ns: u64, interface: u32, packet: &Packet, comment: Option<&str>) {
        if self.failed.is_some() {
            return;
        }
        let mut headers = std::mem::take(&mut self.headers);
        headers.clear();
        let empty = Bytes::new();
        let payload = match &packet.body {
            Body::Udp { src_port, dst_port, payload } => {
                ip_header(&mut headers, packet, PROTO_UDP);
                udp_header(&mut headers, packet, *src_port, *dst_port, payload);
                payload
            }
            Body::Tcp(segment) => {
                ip_header(&mut headers, packet, PROTO_TCP);
                tcp_header(&mut headers, packet, segment);
                &segment.payload
            }
            Body::PortUnreachable { original_src, original_dst, original_length } => {
                ip_header(&mut headers, packet, PROTO_ICMP);
                port_unreachable(&mut headers, *original_src, *original_dst, *original_length);
                &empty
            }
        };
        let result = self.enhanced_packet(now_ns, interface, &headers, payload, comment);
        self.headers = headers;
        if let Err(error) = result {
            self.failed = Some(error);
        }
    }

    /// Writes out what is buffered.
    ///
    /// # Errors
    /// The first error met while writing the capture.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.out.flush(),
        }
    }

    fn enhanced_packet(
        &mut self,
        now_ns: u64,
        interface: u32,
        headers: &[u8],
        payload: &[u8],
        comment: Option<&str>,
    ) -> io::Result<()> {
        let length = headers.len() + payload.len();
        let padding = length.next_multiple_of(4) - length;
        let mut options = Vec::new();
        if let Some(comment) = comment {
            option(&mut options, OPT_COMMENT, comment.as_bytes());
            option(&mut options, OPT_END, &[]);
        }
        let total = (12 + 20 + length + padding + options.len()) as u32;
        let at = self.epoch_ns + now_ns;
        let mut fixed = [0; 28];
        for (slot, word) in fixed.chunks_exact_mut(4).zip([
            ENHANCED_PACKET,
            total,
            interface,
            (at >> 32) as u32,
            at as u32,
            length as u32,
            length as u32,
        ]) {
            slot.copy_from_slice(&word.to_le_bytes());
        }
        self.out.write_all(&fixed)?;
        self.out.write_all(headers)?;
        self.out.write_all(payload)?;
        self.out.write_all(&[0; 3][..padding])?;
        self.out.write_all(&options)?;
        self.out.write_all(&total.to_le_bytes())
    }

    fn block(&mut self, kind: u32, body: &[u8]) {
        let total = (12 + body.len()) as u32;
        let mut block = Vec::with_capacity(total as usize);
        block.extend(kind.to_le_bytes());
        block.extend(total.to_le_bytes());
        block.extend(body);
        block.extend(total.to_le_bytes());
        if self.failed.is_none()
            && let Err(error) = self.out.write_all(&block)
        {
            self.failed = Some(error);
        }
    }
}

/// Appends a pcapng option: code, length, value, padding.
fn option(to: &mut Vec<u8>, code: u16, value: &[u8]) {
    to.extend(code.to_le_bytes());
    to.extend((value.len() as u16).to_le_bytes());
    to.extend(value);
    pad(to);
}

fn pad(to: &mut Vec<u8>) {
    to.resize(to.len().next_multiple_of(4), 0);
}

fn ip_header(to: &mut Vec<u8>, packet: &Packet, protocol: u8) {
    let size = packet.size() as u16;
    match (packet.src, packet.dst) {
        (IpAddr::V4(src), IpAddr::V4(dst)) => {
            let start = to.len();
            to.extend([0x45, 0]);
            to.extend(size.to_be_bytes());
            to.extend([0, 0, 0x40, 0]); // identification 0, do not fragment
            to.extend([64, protocol, 0, 0]);
            to.extend(src.octets());
            to.extend(dst.octets());
            let sum = !fold(sum(0, &to[start..]));
            to[start + 10..start + 12].copy_from_slice(&sum.to_be_bytes());
        }
        (src, dst) => {
            to.extend([0x60, 0, 0, 0]);
            to.extend((size - 40).to_be_bytes());
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

fn udp_header(to: &mut Vec<u8>, packet: &Packet, src_port: u16, dst_port: u16, payload: &[u8]) {
    let length = (8 + payload.len()) as u16;
    let start = to.len();
    to.extend(src_port.to_be_bytes());
    to.extend(dst_port.to_be_bytes());
    to.extend(length.to_be_bytes());
    to.extend([0, 0]);
    let checksum = transport_checksum(packet, PROTO_UDP, &to[start..], payload);
    // RFC 768: a computed zero is sent as all ones.
    let checksum = if checksum == 0 { 0xFFFF } else { checksum };
    to[start + 6..start + 8].copy_from_slice(&checksum.to_be_bytes());
}

fn tcp_header(to: &mut Vec<u8>, packet: &Packet, segment: &TcpSegment) {
    let flags = &segment.flags;
    let bits = [flags.fin, flags.syn, flags.rst, flags.psh, flags.ack, flags.urg]
        .iter()
        .enumerate()
        .fold(0, |bits, (shift, &set)| bits | (u8::from(set) << shift));
    let start = to.len();
    to.extend(segment.src_port.to_be_bytes());
    to.extend(segment.dst_port.to_be_bytes());
    to.extend(segment.seq.to_be_bytes());
    to.extend(segment.ack.to_be_bytes());
    to.extend([0x50, bits]);
    to.extend(segment.window.to_be_bytes());
    to.extend([0, 0, 0, 0]);
    let checksum = transport_checksum(packet, PROTO_TCP, &to[start..], &segment.payload);
    to[start + 16..start + 18].copy_from_slice(&checksum.to_be_bytes());
}

/// ICMP type 3 code 3 with the header of the datagram it is about (RFC 792).
fn port_unreachable(to: &mut Vec<u8>, src: SocketAddr, dst: SocketAddr, udp_length: u16) {
    let mut quoted = Vec::new();
    let original = Packet {
        src: src.ip(),
        dst: dst.ip(),
        body: Body::Udp {
            src_port: src.port(),
            dst_port: dst.port(),
            payload: Bytes::from(vec![0; usize::from(udp_length.saturating_sub(8))]),
        },
    };
    ip_header(&mut quoted, &original, PROTO_UDP);
    quoted.extend(src.port().to_be_bytes());
    quoted.extend(dst.port().to_be_bytes());
    quoted.extend(udp_length.to_be_bytes());
    quoted.extend([0, 0]); // the checksum of the datagram is not kept
    let head = [3, 3, 0, 0, 0, 0, 0, 0];
    let checksum = !fold(sum(sum(0, &head), &quoted));
    to.extend([3, 3]);
    to.extend(checksum.to_be_bytes());
    to.extend([0; 4]);
    to.extend(quoted);
}

/// The checksum over pseudo-header, header and payload (RFC 768, RFC 9293). `header` has an even length.
fn transport_checksum(packet: &Packet, protocol: u8, header: &[u8], payload: &[u8]) -> u16 {
    let mut total = match (packet.src, packet.dst) {
        (IpAddr::V4(src), IpAddr::V4(dst)) => sum(sum(0, &src.octets()), &dst.octets()),
        (IpAddr::V6(src), IpAddr::V6(dst)) => sum(sum(0, &src.octets()), &dst.octets()),
        // A host has addresses of one family for one packet.
        _ => 0,
    };
    total += u64::from(protocol) + (header.len() + payload.len()) as u64;
    !fold(sum(sum(total, header), payload))
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
