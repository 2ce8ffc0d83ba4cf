//! Control messages (RFC 5415, 4.5).

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::element::PREFIX;
use crate::{Element, Error, Header, IP_UDP_OVERHEAD, ImageDataLayout, MessageType, MtuPadding};

/// Message type, sequence number, element length and flags.
const CONTROL_HEADER: usize = 8;
/// The part of the control header that the message element length counts: its own two bytes and the flags.
const COUNTED: usize = 3;

/// One control message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The message's type.
    pub message_type: MessageType,
    /// The request's number; a response repeats that of its request.
    pub sequence: u8,
    /// Its elements, in the order on the wire.
    pub elements: Vec<Element>,
}

impl Message {
    /// Parses a datagram that holds a whole message, such as those of discovery.
    ///
    /// # Errors
    /// [`Error::UnexpectedFragment`] for a fragment, otherwise as [`Message::parse`].
    pub fn parse_datagram(datagram: Bytes, layout: ImageDataLayout) -> Result<Self, Error> {
        match Header::parse_control(datagram)? {
            (None, payload) => Self::parse(payload, layout),
            (Some(_), _) => Err(Error::UnexpectedFragment),
        }
    }

    /// Returns the type of the message that `datagram` holds completely, without parsing it; `None` for anything else.
    pub fn peek_type(datagram: &[u8]) -> Option<MessageType> {
        let number = match datagram.strip_prefix(&Header::CONTROL) {
            Some(payload) => payload.first_chunk::<4>().copied()?,
            None => {
                let (fragment, payload) = Header::parse_control(Bytes::copy_from_slice(datagram)).ok()?;
                if fragment.is_some() {
                    return None;
                }
                payload.first_chunk::<4>().copied()?
            }
        };
        Some(u32::from_be_bytes(number).into())
    }

    /// Parses the bytes after the transport header. Values share their memory; one vector is allocated.
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
        write(self.message_type, self.sequence, &self.elements)
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
    Header::CONTROL.len() + CONTROL_HEADER + elements
}

/// Writes a message as one datagram, into one allocation of exactly its size.
pub(crate) fn write(message_type: MessageType, sequence: u8, elements: &[Element]) -> Bytes {
    let length: usize = elements.iter().map(Element::length).sum();
    let counted = u16::try_from(COUNTED + length).expect("the elements of a message fit 65,532 bytes");
    let mut headers = [0; Header::CONTROL.len() + CONTROL_HEADER];
    headers[..8].copy_from_slice(&Header::CONTROL);
    headers[8..12].copy_from_slice(&message_type.number().to_be_bytes());
    headers[12] = sequence;
    headers[13..15].copy_from_slice(&counted.to_be_bytes());
    let mut buffer = BytesMut::with_capacity(headers.len() + length);
    buffer.put_slice(&headers);
    for element in elements {
        element.write(&mut buffer);
    }
    buffer.freeze()
}
