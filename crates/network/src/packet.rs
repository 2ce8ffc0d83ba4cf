//! A packet between two hosts: addresses and a typed transport part. Bytes of IP, UDP and ICMP headers
//! exist only in the capture.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;
use datagram::Datagram;

use crate::fragments::{Fragment, cut, cut_again};
use crate::impairments::{INTERFACE_MTU, Pmtud};
use crate::rule::Protocol;
use crate::wire;

/// Linux's EMSGSIZE.
pub(crate) const EMSGSIZE: i32 = 90;

/// The longest IP packet (RFC 791), in bytes.
const PACKET_MAX: u32 = 65_535;

/// The bytes of an IPv4 header without options (RFC 791).
pub(crate) const IPV4_HEADER: u32 = 20;
/// The bytes of an IPv6 header (RFC 8200).
pub(crate) const IPV6_HEADER: u32 = 40;
/// The bytes of an IPv6 fragment header (RFC 8200, 4.5).
pub(crate) const IPV6_FRAGMENT_HEADER: u32 = 8;
/// The bytes of a UDP header (RFC 768).
pub(crate) const UDP_HEADER: u32 = 8;
/// The bytes of a TCP header without options (RFC 9293).
pub(crate) const TCP_HEADER: u32 = 20;
/// The bytes of an ICMP error: its own 8, the quoted IPv4 header and 8 bytes of the quoted packet (RFC 792).
pub(crate) const ICMP_UNREACHABLE: u32 = 8 + IPV4_HEADER + 8;

/// An IP packet.
#[derive(Clone, Debug)]
pub struct Packet {
    /// The source address.
    pub src: IpAddr,
    /// The destination address.
    pub dst: IpAddr,
    /// DF, do not fragment (RFC 791). Over IPv6, where only senders fragment, a sender that does not.
    pub dont_fragment: bool,
    /// The bytes by which the packet is longer than its parts here: what a security protocol adds to a datagram.
    pub overhead: u16,
    /// The part after the IP header.
    pub body: Body,
}

impl fmt::Display for Packet {
    /// Formats it on one line, for traces: `udp 10.0.0.1:4000 > 10.0.0.2:69, 40 bytes`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { src, dst, body, .. } = self;
        let ends =
            |src_port: u16, dst_port: u16| (SocketAddr::new(*src, src_port), SocketAddr::new(*dst, dst_port));
        match body {
            Body::Udp { src_port, dst_port, .. } => {
                let (src, dst) = ends(*src_port, *dst_port);
                write!(f, "udp {src} > {dst}")?;
            }
            Body::Tcp(segment) => {
                let (src, dst) = ends(segment.src_port(), segment.dst_port());
                write!(f, "tcp {src} > {dst}")?;
            }
            Body::Unreachable { code, about } => {
                let what = match code {
                    Unreachable::Port => "unreachable",
                    Unreachable::FragmentationNeeded(_) => "needs fragmentation",
                    Unreachable::AdminProhibited => "prohibited",
                };
                write!(f, "icmp {src} > {dst}, {} {what}", about.dst)?;
            }
            Body::Refused(_) => write!(f, "altered {src} > {dst}")?,
        }
        write!(f, ", {} bytes", self.size())
    }
}

/// The body of an IP packet.
#[derive(Clone, Debug)]
pub enum Body {
    /// A UDP datagram.
    Udp {
        /// The source port.
        src_port: u16,
        /// The destination port.
        dst_port: u16,
        /// The payload, without the header.
        payload: Datagram,
    },
    /// A TCP segment.
    Tcp(Segment),
    /// ICMP type 3, destination unreachable (RFC 792), about a packet that `Packet::dst` once sent to `Packet::src`.
    Unreachable {
        /// Its code.
        code: Unreachable,
        /// The packet that it is about.
        about: Quoted,
    },
    /// The bytes of a whole IP packet whose checksums fit, with a record of a security protocol that its receiver refuses: the payload
    /// was altered on the way (RFC 6347, 4.1.2.7).
    Refused(Bytes),
}

/// The codes of ICMP's destination unreachable that hosts and firewalls send here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// Code 3, port unreachable (RFC 792).
    Port,
    /// Code 4, fragmentation needed and DF set, with the MTU of the next hop (RFC 1191, 4).
    FragmentationNeeded(u16),
    /// Code 13, communication administratively prohibited (RFC 1812, 5.2.7.1).
    AdminProhibited,
}

impl Unreachable {
    /// The type of the message.
    pub(crate) const TYPE: u8 = 3;

    /// Returns the code of the message.
    pub fn code(self) -> u8 {
        match self {
            Self::Port => 3,
            Self::FragmentationNeeded(_) => 4,
            Self::AdminProhibited => 13,
        }
    }

    /// Returns the error that a socket reports for it: ECONNREFUSED or EHOSTUNREACH, as in Linux's table `icmp_err_convert`
    /// (net/ipv4/icmp.c). `None` if its host only learns of the path's MTU.
    pub fn error(self) -> Option<io::ErrorKind> {
        match self {
            Self::Port => Some(io::ErrorKind::ConnectionRefused),
            Self::FragmentationNeeded(_) => None,
            Self::AdminProhibited => Some(io::ErrorKind::HostUnreachable),
        }
    }
}

/// The part of a packet that an ICMP error quotes: its IP header and 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// UDP or TCP.
    pub protocol: Protocol,
    /// Its sender.
    pub src: SocketAddr,
    /// Its destination.
    pub dst: SocketAddr,
    /// Its IP length in bytes, headers included.
    pub size: u16,
    /// Its DF.
    pub dont_fragment: bool,
    /// The first 8 bytes after its IP header; the checksum of a datagram is 0.
    pub head: [u8; 8],
}

impl Packet {
    /// Returns the IP length in bytes, headers included.
    pub fn size(&self) -> u32 {
        let ip = if self.dst.is_ipv4() { IPV4_HEADER } else { IPV6_HEADER };
        ip + match &self.body {
            Body::Refused(bytes) => return bytes.len() as u32,
            Body::Udp { payload, .. } => UDP_HEADER + payload.len() as u32 + u32::from(self.overhead),
            Body::Tcp(segment) => segment.bytes().len() as u32,
            Body::Unreachable { .. } => ICMP_UNREACHABLE,
        }
    }

    /// Returns the length in bytes with which it is written: without the overhead, which has no bytes.
    pub(crate) fn written_size(&self) -> u32 {
        match self.body {
            Body::Udp { .. } => self.size() - u32::from(self.overhead),
            _ => self.size(),
        }
    }

    /// Makes the datagram that a socket bound to `local` sends to `peer`, from one of the addresses of its host, with or without DF and
    /// [overhead](Self::overhead).
    ///
    /// # Errors
    /// `AddrNotAvailable` if the host has no address of the family; EMSGSIZE if it is longer than an IP packet, 65,535 bytes, or with DF
    /// longer than [`INTERFACE_MTU`] (ip(7), `IP_PMTUDISC_DO`).
    pub fn datagram(
        addresses: &[IpAddr],
        local: SocketAddr,
        peer: SocketAddr,
        payload: Datagram,
        (dont_fragment, overhead): (bool, u16),
    ) -> io::Result<Self> {
        let same_family = |address: &&IpAddr| address.is_ipv4() == peer.is_ipv4();
        let src = match local.ip() {
            ip if ip.is_unspecified() => {
                *addresses.iter().find(same_family).ok_or(io::ErrorKind::AddrNotAvailable)?
            }
            ip => ip,
        };
        let body = Body::Udp { src_port: local.port(), dst_port: peer.port(), payload };
        let packet = Self { src, dst: peer.ip(), dont_fragment, overhead, body };
        let longest = if dont_fragment { INTERFACE_MTU } else { PACKET_MAX };
        if packet.size() > longest { Err(io::Error::from_raw_os_error(EMSGSIZE)) } else { Ok(packet) }
    }

    /// Returns the fragments in which it crosses a link of this MTU; `None` if it must not be cut, or is short enough.
    ///
    /// The sender cuts for its interface, which has [`INTERFACE_MTU`] or, if there is no router in between, the MTU of the link. A router
    /// cuts what is too long for the link again, over IPv4 alone (RFC 8200, 5).
    pub(crate) fn fragments_for(&self, mtu: u32, pmtud: Pmtud) -> Option<Vec<Fragment>> {
        let is_v4 = self.dst.is_ipv4();
        let local = if is_v4 && pmtud == Pmtud::Local { mtu.min(INTERFACE_MTU) } else { INTERFACE_MTU };
        let narrowest = if is_v4 { mtu.min(local) } else { local };
        let may = !self.dont_fragment && matches!(self.body, Body::Udp { .. });
        if !may || self.size() <= narrowest {
            return None;
        }
        let (ip, headers) = if is_v4 {
            (IPV4_HEADER, IPV4_HEADER)
        } else {
            (IPV6_HEADER, IPV6_HEADER + IPV6_FRAGMENT_HEADER)
        };
        let length = self.size() - ip;
        let sent = if self.size() > local {
            cut(length, local.saturating_sub(headers))
        } else {
            vec![Fragment { offset: 0, length, more: false }]
        };
        Some(if is_v4 { cut_again(sent, narrowest.saturating_sub(headers)) } else { sent })
    }

    /// Cuts a TCP segment into segments that fit packets of this length, as a sender does that has lowered its MSS.
    pub fn segmented(self, longest: u32) -> Vec<Self> {
        let Body::Tcp(segment) = &self.body else { return vec![self] };
        let ip = if self.dst.is_ipv4() { IPV4_HEADER } else { IPV6_HEADER };
        let room = (longest.saturating_sub(ip) as usize).saturating_sub(segment.header_length()).max(1);
        let (src, dst, dont_fragment) = (self.src, self.dst, self.dont_fragment);
        let packet = |segment| Self { src, dst, dont_fragment, overhead: 0, body: Body::Tcp(segment) };
        segment.cut(src, dst, room).into_iter().map(packet).collect()
    }

    /// Returns the packet with another source, as a translation of addresses sends it. An ICMP error is about a packet that went there.
    pub(crate) fn sent_from(&self, src: SocketAddr) -> Self {
        let dst = self.dst;
        let body = match &self.body {
            Body::Udp { dst_port, payload, .. } => {
                Body::Udp { src_port: src.port(), dst_port: *dst_port, payload: payload.clone() }
            }
            Body::Tcp(segment) => {
                let dst = SocketAddr::new(dst, segment.dst_port());
                Body::Tcp(segment.between(src, dst))
            }
            Body::Unreachable { code, about } => {
                let mut head = about.head;
                head[2..4].copy_from_slice(&src.port().to_be_bytes());
                Body::Unreachable { code: *code, about: Quoted { dst: src, head, ..*about } }
            }
            Body::Refused(bytes) => Body::Refused(bytes.clone()),
        };
        Self { src: src.ip(), dst, dont_fragment: self.dont_fragment, overhead: self.overhead, body }
    }

    /// Returns the packet with another destination. An ICMP error is about a packet that came from there.
    pub(crate) fn sent_to(&self, dst: SocketAddr) -> Self {
        let src = self.src;
        let body = match &self.body {
            Body::Udp { src_port, payload, .. } => {
                Body::Udp { src_port: *src_port, dst_port: dst.port(), payload: payload.clone() }
            }
            Body::Tcp(segment) => {
                let src = SocketAddr::new(src, segment.src_port());
                Body::Tcp(segment.between(src, dst))
            }
            Body::Unreachable { code, about } => {
                let mut head = about.head;
                head[..2].copy_from_slice(&dst.port().to_be_bytes());
                Body::Unreachable { code: *code, about: Quoted { src: dst, head, ..*about } }
            }
            Body::Refused(bytes) => Body::Refused(bytes.clone()),
        };
        Self { src, dst: dst.ip(), dont_fragment: self.dont_fragment, overhead: self.overhead, body }
    }

    /// Returns the bytes of the payload of a datagram, with its overhead, or of a segment: what a device on the way can alter without
    /// anyone's notice. An ICMP error has none.
    pub(crate) fn payload_length(&self) -> u32 {
        match &self.body {
            Body::Udp { payload, .. } => payload.len() as u32 + u32::from(self.overhead),
            Body::Tcp(segment) => segment.payload().len() as u32,
            Body::Unreachable { .. } | Body::Refused(_) => 0,
        }
    }

    /// Returns source and destination with their ports; nothing without ports.
    pub(crate) fn ends(&self) -> Option<(SocketAddr, SocketAddr)> {
        let (src_port, dst_port) = match &self.body {
            Body::Udp { src_port, dst_port, .. } => (*src_port, *dst_port),
            Body::Tcp(segment) => (segment.src_port(), segment.dst_port()),
            Body::Unreachable { .. } | Body::Refused(_) => return None,
        };
        Some((SocketAddr::new(self.src, src_port), SocketAddr::new(self.dst, dst_port)))
    }

    /// Returns the payload of a UDP datagram; nothing for other packets.
    pub fn into_payload(self) -> Datagram {
        match self.body {
            Body::Udp { payload, .. } => payload,
            Body::Tcp(_) | Body::Unreachable { .. } | Body::Refused(_) => Datagram::default(),
        }
    }

    /// Returns the answer of a closed port, or of a firewall that rejects: RST to a segment, ICMP port unreachable to a datagram.
    /// `None` for packets that get no such answer.
    pub fn rejection(&self) -> Option<Self> {
        match &self.body {
            Body::Tcp(segment) => {
                let body = Body::Tcp(segment.reset(self.dst, self.src)?);
                Some(Self { src: self.dst, dst: self.src, dont_fragment: true, overhead: 0, body })
            }
            Body::Udp { .. } | Body::Unreachable { .. } | Body::Refused(_) => {
                self.unreachable(Unreachable::Port)
            }
        }
    }

    /// Returns the ICMP error of this code about it; `None` for an ICMP error, about which there is none (RFC 1122, 3.2.2).
    pub fn unreachable(&self, code: Unreachable) -> Option<Self> {
        let ends =
            |src_port, dst_port| (SocketAddr::new(self.src, src_port), SocketAddr::new(self.dst, dst_port));
        let mut head = [0; 8];
        let (protocol, (src, dst)) = match &self.body {
            Body::Udp { src_port, dst_port, payload } => {
                let length = (UDP_HEADER as usize + payload.len()) as u16;
                head[..2].copy_from_slice(&src_port.to_be_bytes());
                head[2..4].copy_from_slice(&dst_port.to_be_bytes());
                head[4..6].copy_from_slice(&length.to_be_bytes());
                (Protocol::Udp, ends(*src_port, *dst_port))
            }
            Body::Tcp(segment) => {
                head.copy_from_slice(&segment.bytes()[..8]);
                (Protocol::Tcp, ends(segment.src_port(), segment.dst_port()))
            }
            Body::Unreachable { .. } | Body::Refused(_) => return None,
        };
        let about = Quoted {
            protocol,
            src,
            dst,
            size: self.written_size() as u16,
            dont_fragment: self.dont_fragment,
            head,
        };
        let body = Body::Unreachable { code, about };
        Some(Self { src: self.dst, dst: self.src, dont_fragment: true, overhead: 0, body })
    }
}

/// A TCP segment (RFC 9293, 3.1): a whole header, options and payload.
#[derive(Clone, Debug)]
pub struct Segment(Bytes);

impl Segment {
    /// The flag of a segment that ends a stream.
    pub const FIN: u8 = 1;
    /// The flag of a segment that begins a connection.
    pub const SYN: u8 = 2;
    /// The flag of a segment that resets its connection.
    pub const RST: u8 = 4;
    /// The flag of a segment whose receiver is to pass the data on.
    pub const PSH: u8 = 8;
    /// The flag of a segment that acknowledges others.
    pub const ACK: u8 = 16;

    /// Makes a segment with these flags and `length` bytes of payload. Its numbers, checksum and payload are zero.
    pub fn new(src_port: u16, dst_port: u16, flags: u8, length: usize) -> Self {
        let mut bytes = vec![0; TCP_HEADER as usize + length];
        bytes[..2].copy_from_slice(&src_port.to_be_bytes());
        bytes[2..4].copy_from_slice(&dst_port.to_be_bytes());
        // Five words of header.
        (bytes[12], bytes[13]) = (0x50, flags);
        Self(bytes.into())
    }

    /// Parses a segment; `None` if it is shorter than a header, or than its header says.
    pub fn parse(bytes: Bytes) -> Option<Self> {
        let segment = Self(bytes);
        let least = TCP_HEADER as usize;
        (segment.0.len() >= least && (least..=segment.0.len()).contains(&segment.header_length()))
            .then_some(segment)
    }

    /// Returns header, options and payload.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the source port.
    pub fn src_port(&self) -> u16 {
        self.word(0)
    }

    /// Returns the destination port.
    pub fn dst_port(&self) -> u16 {
        self.word(2)
    }

    /// Returns true if it resets its connection.
    pub fn rst(&self) -> bool {
        self.flags() & Self::RST != 0
    }

    /// Returns the segment from `src` to `dst` that answers this one at a closed port (RFC 9293, 3.10.7.1). An RST gets no answer.
    fn reset(&self, src: IpAddr, dst: IpAddr) -> Option<Self> {
        if self.rst() {
            return None;
        }
        let (seq, ack, flags) = if self.flags() & Self::ACK != 0 {
            (self.number(8), 0, Self::RST)
        } else {
            (0, self.number(4).wrapping_add(self.length()), Self::RST | Self::ACK)
        };
        let mut bytes = Vec::with_capacity(TCP_HEADER as usize);
        bytes.extend(self.dst_port().to_be_bytes());
        bytes.extend(self.src_port().to_be_bytes());
        bytes.extend(seq.to_be_bytes());
        bytes.extend(ack.to_be_bytes());
        // Five words of header, no window, no checksum yet, nothing urgent.
        bytes.extend([0x50, flags, 0, 0, 0, 0, 0, 0]);
        let sum = wire::tcp_checksum(src, dst, &bytes);
        bytes[16..18].copy_from_slice(&sum.to_be_bytes());
        Self::parse(bytes.into())
    }

    /// Returns the segment with other ports, and the checksum that goes with these addresses.
    fn between(&self, src: SocketAddr, dst: SocketAddr) -> Self {
        let mut bytes = self.0.to_vec();
        bytes[..2].copy_from_slice(&src.port().to_be_bytes());
        bytes[2..4].copy_from_slice(&dst.port().to_be_bytes());
        bytes[16..18].fill(0);
        let sum = wire::tcp_checksum(src.ip(), dst.ip(), &bytes);
        bytes[16..18].copy_from_slice(&sum.to_be_bytes());
        Self(bytes.into())
    }

    /// Returns the segment with these bits of its payload inverted, counted from the first, and the checksum that goes with these
    /// addresses.
    pub(crate) fn altered(&self, src: IpAddr, dst: IpAddr, flips: &[u32]) -> Self {
        let mut bytes = self.0.to_vec();
        wire::flip(&mut bytes[self.header_length()..], flips);
        bytes[16..18].fill(0);
        let sum = wire::tcp_checksum(src, dst, &bytes);
        bytes[16..18].copy_from_slice(&sum.to_be_bytes());
        Self(bytes.into())
    }

    /// Returns the bytes of its payload.
    pub(crate) fn payload(&self) -> &[u8] {
        &self.0[self.header_length()..]
    }

    /// Cuts its payload into segments of at most `room` bytes; the last one has its FIN and PSH.
    fn cut(&self, src: IpAddr, dst: IpAddr, room: usize) -> Vec<Self> {
        let (header, payload) = self.0.split_at(self.header_length());
        if payload.len() <= room {
            return vec![self.clone()];
        }
        let chunks = payload.chunks(room);
        let last = chunks.len() - 1;
        let piece = |(index, chunk): (usize, &[u8])| {
            let mut bytes = [header, chunk].concat();
            let number = self.number(4).wrapping_add((index * room) as u32);
            bytes[4..8].copy_from_slice(&number.to_be_bytes());
            if index < last {
                bytes[13] &= !(Self::FIN | Self::PSH);
            }
            bytes[16..18].fill(0);
            let sum = wire::tcp_checksum(src, dst, &bytes);
            bytes[16..18].copy_from_slice(&sum.to_be_bytes());
            Self(bytes.into())
        };
        chunks.enumerate().map(piece).collect()
    }

    /// Returns the number of sequence numbers it occupies: its payload, SYN and FIN.
    fn length(&self) -> u32 {
        let (fin, syn) = (self.flags() & 1, self.flags() >> 1 & 1);
        (self.0.len() - self.header_length()) as u32 + u32::from(fin) + u32::from(syn)
    }

    /// Returns its flags (RFC 9293, 3.1).
    pub fn flags(&self) -> u8 {
        self.0[13]
    }

    fn header_length(&self) -> usize {
        usize::from(self.0[12] >> 4) * 4
    }

    fn word(&self, at: usize) -> u16 {
        u16::from_be_bytes([self.0[at], self.0[at + 1]])
    }

    fn number(&self, at: usize) -> u32 {
        u32::from_be_bytes([self.0[at], self.0[at + 1], self.0[at + 2], self.0[at + 3]])
    }
}
