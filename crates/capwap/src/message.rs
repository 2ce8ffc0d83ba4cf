//! Control messages (RFC 5415, 4.5).

use bytes::{Buf, BufMut, Bytes, BytesMut};
use datagram::Datagram;

use crate::element::PREFIX;
use crate::{
    Element, Elements, Error, Header, IP_UDP_OVERHEAD, ImageDataLayout, MessageType, MtuPadding, parts,
};

/// Message type, sequence number, element length and flags.
const CONTROL_HEADER: usize = 8;
/// The transport header and that.
pub(crate) const HEADERS: usize = Header::CONTROL.len() + CONTROL_HEADER;
/// The part of the control header that the message element length counts: its own two bytes and the flags.
pub(crate) const COUNTED: usize = 3;

/// One control message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The message's type.
    pub message_type: MessageType,
    /// The request's number; a response repeats that of its request.
    pub sequence: u8,
    /// Its elements, in the order on the wire.
    pub elements: Elements,
}

impl Message {
    /// Parses a datagram that holds a whole message, such as those of discovery.
    ///
    /// # Errors
    /// [`Error::UnexpectedFragment`] for a fragment, otherwise as [`Message::parse`].
    pub fn parse_datagram(datagram: impl Into<Datagram>, layout: ImageDataLayout) -> Result<Self, Error> {
        let whole = match parts::read(datagram.into(), layout) {
            Ok(message) => return Ok(message),
            Err(datagram) => datagram.into_bytes(),
        };
        match Header::parse_control(whole)? {
            (None, payload) => Self::parse(payload, layout),
            (Some(_), _) => Err(Error::UnexpectedFragment),
        }
    }

    /// Returns the type of the message that `datagram` holds completely, without parsing it; `None` for anything else.
    pub fn peek_type(datagram: &Datagram) -> Option<MessageType> {
        if let Some([header @ .., a, b, c, d]) = datagram.first_chunk::<12>()
            && header == Header::CONTROL
        {
            return Some(u32::from_be_bytes([a, b, c, d]).into());
        }
        let (fragment, payload) = Header::parse_control(datagram.clone().into_bytes()).ok()?;
        if fragment.is_some() {
            return None;
        }
        payload.first_chunk().map(|number| u32::from_be_bytes(*number).into())
    }

    /// Parses the bytes after the transport header. Values share their memory; a vector is allocated if
    /// there is more than one element.
    ///
    /// # Errors
    /// [`Error::Truncated`], [`Error::MessageLength`], [`Error::Element`].
    pub fn parse(mut payload: Bytes, layout: ImageDataLayout) -> Result<Self, Error> {
        if payload.len() < CONTROL_HEADER {
            return Err(Error::Truncated("control header"));
        }
        let message_type = u32::from_be_bytes([payload[0], payload[1], payload[2], payload[3]]).into();
        let sequence = payload[4];
        let claimed = usize::from(u16::from_be_bytes([payload[5], payload[6]]));
        payload.advance(CONTROL_HEADER);
        let actual = payload.len() + COUNTED;
        if claimed != actual {
            return Err(Error::MessageLength { claimed, actual });
        }
        Ok(Self { message_type, sequence, elements: Element::parse_all(&payload, layout)? })
    }

    /// Returns the message as one datagram, however long.
    ///
    /// # Panics
    /// If the elements are longer than 65,532 bytes together.
    pub fn write(&self) -> Bytes {
        write_whole(self.message_type, self.sequence, &self.elements)
    }
}

/// Returns the MTU Discovery Padding that makes a message of `elements` an IPv4 packet of exactly `packet_length` bytes, headers
/// included, when it is added to them and the message is sent unfragmented and without DTLS, as in discovery (RFC 5415, 3.5). `None` if that is too short for them.
pub fn padding(elements: &[Element], packet_length: u16) -> Option<Element> {
    let bare = usize::from(IP_UDP_OVERHEAD) + length(elements) + PREFIX;
    let free = usize::from(packet_length).checked_sub(bare)?;
    u16::try_from(free).ok().map(|free| Element::MtuPadding(MtuPadding(free)))
}

/// Returns the length of the datagram that a message of `elements` makes, in bytes.
pub(crate) fn length(elements: &[Element]) -> usize {
    let elements: usize = elements.iter().map(Element::length).sum();
    HEADERS + elements
}

/// Returns the headers of a message whose elements have so many bytes.
///
/// # Panics
/// If those are more than 65,532.
pub(crate) fn headers(message_type: MessageType, sequence: u8, elements: usize) -> [u8; HEADERS] {
    let counted = u16::try_from(COUNTED + elements).expect("the elements of a message fit 65,532 bytes");
    let mut headers = [0; HEADERS];
    headers[..8].copy_from_slice(&Header::CONTROL);
    headers[8..12].copy_from_slice(&message_type.number().to_be_bytes());
    headers[12] = sequence;
    headers[13..15].copy_from_slice(&counted.to_be_bytes());
    headers
}

/// Writes a message as one datagram: without an allocation if it is one of [`parts`].
pub(crate) fn write(message_type: MessageType, sequence: u8, elements: &[Element]) -> Datagram {
    parts::write(message_type, sequence, elements)
        .unwrap_or_else(|| write_whole(message_type, sequence, elements).into())
}

/// Writes a message as one datagram, into one allocation of exactly its size.
fn write_whole(message_type: MessageType, sequence: u8, elements: &[Element]) -> Bytes {
    let length: usize = elements.iter().map(Element::length).sum();
    let headers = headers(message_type, sequence, length);
    let mut buffer = BytesMut::with_capacity(headers.len() + length);
    buffer.put_slice(&headers);
    for element in elements {
        element.write(&mut buffer);
    }
    buffer.freeze()
}
