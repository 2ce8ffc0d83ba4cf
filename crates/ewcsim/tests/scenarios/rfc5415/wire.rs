//! Parsers of IP, UDP and CAPWAP headers and of elements, without the project's own code.

use std::net::{Ipv4Addr, SocketAddrV4};

/// A UDP datagram over IPv4.
pub(super) struct Datagram<'a> {
    pub from: SocketAddrV4,
    pub to: SocketAddrV4,
    pub payload: &'a [u8],
}

/// Returns the datagram in an IPv4 packet; `None` for anything else, fragments included, as messages of CAPWAP have DF.
pub(super) fn datagram(packet: &[u8]) -> Option<Datagram<'_>> {
    let header = 4 * usize::from(*packet.first()? & 15);
    if packet[0] >> 4 != 4 || *packet.get(9)? != 17 {
        return None;
    }
    // Not the more flag, and no offset.
    if (packet.get(6)? & 0x3f, *packet.get(7)?) != (0, 0) {
        return None;
    }
    let address =
        |at: usize| packet.get(at..at + 4).map(|octets| Ipv4Addr::from(*octets.first_chunk().unwrap()));
    let udp = packet.get(header..)?;
    let port = |at| Some(u16::from_be_bytes([*udp.get(at)?, *udp.get(at + 1)?]));
    Some(Datagram {
        from: SocketAddrV4::new(address(12)?, port(0)?),
        to: SocketAddrV4::new(address(16)?, port(2)?),
        payload: udp.get(8..usize::from(port(4)?))?,
    })
}

/// The fields of the transport header (4.3) that a control message uses.
pub(super) struct Header<'a> {
    pub fragment: Option<Fragment>,
    pub keep_alive: bool,
    pub payload: &'a [u8],
}

/// The position of a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fragment {
    pub id: u16,
    pub offset: usize,
    pub last: bool,
}

/// Reads the header.
pub(super) fn header(datagram: &[u8]) -> Result<Header<'_>, String> {
    let Some(fixed) = datagram.first_chunk::<8>() else { return Err("no header".into()) };
    if fixed[0] != 0 {
        return Err(format!("preamble {:#x}", fixed[0]));
    }
    let word = u32::from_be_bytes([0, fixed[1], fixed[2], fixed[3]]);
    let length = 4 * (word >> 19) as usize;
    if length != 8 {
        return Err(format!("a header of {length} bytes without anything optional"));
    }
    if word & 0b1_0011_0111 != 0 {
        return Err(format!("flags {:#x}", word & 0x1ff));
    }
    let place = u16::from_be_bytes([fixed[6], fixed[7]]);
    let fragment = (word & 1 << 7 != 0).then_some(Fragment {
        id: u16::from_be_bytes([fixed[4], fixed[5]]),
        offset: usize::from(place & !7),
        last: word & 1 << 6 != 0,
    });
    if place & 7 != 0 || (fragment.is_none() && (place != 0 || word & 1 << 6 != 0)) {
        return Err("bits that are to be zero".into());
    }
    Ok(Header { fragment, keep_alive: word & 1 << 3 != 0, payload: &datagram[8..] })
}

/// A control message (4.5.1).
pub(super) struct Message<'a> {
    pub kind: u32,
    pub sequence: u8,
    pub elements: Vec<(u16, &'a [u8])>,
}

/// Reads a message.
pub(super) fn message(payload: &[u8]) -> Result<Message<'_>, String> {
    let Some(control) = payload.first_chunk::<8>() else { return Err("no control header".into()) };
    let claimed = usize::from(u16::from_be_bytes([control[5], control[6]]));
    if claimed != payload.len() - 5 {
        return Err(format!("message element length {claimed}, {} bytes follow", payload.len() - 5));
    }
    if control[7] != 0 {
        return Err(format!("flags {}", control[7]));
    }
    Ok(Message {
        kind: u32::from_be_bytes([control[0], control[1], control[2], control[3]]),
        sequence: control[4],
        elements: elements(&payload[8..])?,
    })
}

/// Splits elements into type, length and value.
pub(super) fn elements(mut bytes: &[u8]) -> Result<Vec<(u16, &[u8])>, String> {
    let mut elements = Vec::new();
    while !bytes.is_empty() {
        let Some((head, rest)) = bytes.split_first_chunk::<4>() else { return Err("half an element".into()) };
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        if rest.len() < length {
            return Err(format!("an element of {length} bytes in {}", rest.len()));
        }
        elements.push((u16::from_be_bytes([head[0], head[1]]), &rest[..length]));
        bytes = &rest[length..];
    }
    Ok(elements)
}

impl Message<'_> {
    /// Returns the part that a retransmission must repeat exactly: all but Cisco's Path MTU element (vendor 0x00409600, 104, and
    /// in it 73), of which it may hold less. No rule of RFC 5415 allows for that.
    pub(super) fn identity(&self) -> Vec<u8> {
        let path_mtu = |element: u16, value: &[u8]| {
            element == 37 && value.starts_with(&[0, 0x40, 0x96, 0, 0, 104, 0, 0x40, 0x96, 0, 0, 73])
        };
        let mut identity = self.kind.to_be_bytes().to_vec();
        identity.push(self.sequence);
        for (element, value) in self.elements.iter().filter(|(element, value)| !path_mtu(*element, value)) {
            identity.extend(element.to_be_bytes());
            identity.extend((value.len() as u16).to_be_bytes());
            identity.extend_from_slice(value);
        }
        identity
    }
}
