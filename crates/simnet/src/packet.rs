//! A packet between two hosts: addresses and a typed transport part. Bytes of IP, UDP and ICMP headers exist in the capture only.

use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;

/// Bytes of an IPv4 header without options (RFC 791).
pub(crate) const IPV4_HEADER: u32 = 20;
/// Bytes of an IPv6 header (RFC 8200).
pub(crate) const IPV6_HEADER: u32 = 40;
/// Bytes of a UDP header (RFC 768).
pub(crate) const UDP_HEADER: u32 = 8;
/// Bytes of a TCP header without options (RFC 9293).
pub(crate) const TCP_HEADER: u32 = 20;
/// What an ICMP error quotes: its own 8 bytes, the IPv4 header and 8 bytes of the packet (RFC 792).
pub(crate) const ICMP_UNREACHABLE: u32 = 8 + IPV4_HEADER + 8;

#[derive(Clone, Debug)]
pub(crate) struct Packet {
    pub(crate) src: IpAddr,
    pub(crate) dst: IpAddr,
    pub(crate) body: Body,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    Udp {
        src_port: u16,
        dst_port: u16,
        payload: Bytes,
    },
    Tcp(Segment),
    /// ICMP type 3 code 3, port unreachable, for a UDP datagram that `Packet::dst` once sent to `Packet::src`.
    PortUnreachable {
        original_src: SocketAddr,
        original_dst: SocketAddr,
        original_length: u16,
    },
    /// The bytes of a whole IP packet that changed on the way, so that no receiver takes it.
    Damaged(Bytes),
}

impl Packet {
    /// The IP length in bytes, headers included.
    pub(crate) fn size(&self) -> u32 {
        let ip = if self.dst.is_ipv4() { IPV4_HEADER } else { IPV6_HEADER };
        ip + match &self.body {
            Body::Damaged(bytes) => return bytes.len() as u32,
            Body::Udp { payload, .. } => UDP_HEADER + payload.len() as u32,
            Body::Tcp(segment) => segment.bytes().len() as u32,
            Body::PortUnreachable { .. } => ICMP_UNREACHABLE,
        }
    }

    /// What a UDP datagram carries.
    pub(crate) fn into_payload(self) -> Bytes {
        match self.body {
            Body::Udp { payload, .. } => payload,
            Body::Tcp(_) | Body::PortUnreachable { .. } | Body::Damaged(_) => Bytes::new(),
        }
    }

    /// The answer of a host or a firewall that does not take this datagram. `None` for what is never answered so.
    pub(crate) fn port_unreachable(&self) -> Option<Packet> {
        let Body::Udp { src_port, dst_port, payload } = &self.body else { return None };
        Some(Packet {
            src: self.dst,
            dst: self.src,
            body: Body::PortUnreachable {
                original_src: SocketAddr::new(self.src, *src_port),
                original_dst: SocketAddr::new(self.dst, *dst_port),
                original_length: (UDP_HEADER as usize + payload.len()) as u16,
            },
        })
    }
}

/// A TCP segment (RFC 9293, 3.1): a whole header, options and payload.
#[derive(Clone, Debug)]
pub(crate) struct Segment(Bytes);

impl Segment {
    pub(crate) const RST: u8 = 4;
    pub(crate) const ACK: u8 = 16;

    /// `None` if it is shorter than a header, or than the header says.
    pub(crate) fn parse(bytes: Bytes) -> Option<Self> {
        let segment = Self(bytes);
        let least = TCP_HEADER as usize;
        (segment.0.len() >= least && (least..=segment.0.len()).contains(&segment.header_length()))
            .then_some(segment)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn src_port(&self) -> u16 {
        u16::from_be_bytes([self.0[0], self.0[1]])
    }

    pub(crate) fn dst_port(&self) -> u16 {
        u16::from_be_bytes([self.0[2], self.0[3]])
    }

    pub(crate) fn seq(&self) -> u32 {
        u32::from_be_bytes([self.0[4], self.0[5], self.0[6], self.0[7]])
    }

    pub(crate) fn ack(&self) -> u32 {
        u32::from_be_bytes([self.0[8], self.0[9], self.0[10], self.0[11]])
    }

    pub(crate) fn rst(&self) -> bool {
        self.flags() & Self::RST != 0
    }

    /// Whether [`Segment::ack`] counts.
    pub(crate) fn acks(&self) -> bool {
        self.flags() & Self::ACK != 0
    }

    /// What it takes of the sequence numbers: its payload, SYN and FIN.
    pub(crate) fn length(&self) -> u32 {
        let (fin, syn) = (self.flags() & 1, self.flags() >> 1 & 1);
        (self.0.len() - self.header_length()) as u32 + u32::from(fin) + u32::from(syn)
    }

    fn flags(&self) -> u8 {
        self.0[13]
    }

    fn header_length(&self) -> usize {
        usize::from(self.0[12] >> 4) * 4
    }
}
