//! Control messages (RFC 5415, 4.5).

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::{Element, Error, Header, ImageDataLayout, MessageType};

/// Message type, sequence number, element length and flags.
const CONTROL_HEADER: usize = 8;
/// Of the control header, what the message element length counts: its own two bytes and the flags.
const COUNTED: usize = 3;

/// One control message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it is.
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
        let (header, payload) = Header::parse(datagram)?;
        if header.keep_alive {
            return Err(Error::KeepAliveFlag(true));
        }
        if header.fragment.is_some() {
            return Err(Error::UnexpectedFragment);
        }
        Self::parse(payload, layout)
    }

    /// Parses what follows the transport header. Values share its memory; one vector is allocated.
    ///
    /// # Errors
    /// [`Error::Truncated`], [`Error::MessageLength`], [`Error::Element`].
    pub fn parse(mut payload: Bytes, layout: ImageDataLayout) -> Result<Self, Error> {
        if payload.len() < CONTROL_HEADER {
            return Err(Error::Truncated("control header"));
        }
        let message_type = payload.get_u32().into();
        let sequence = payload.get_u8();
        let claimed = usize::from(payload.get_u16());
        let _flags = payload.get_u8();
        let actual = payload.len() + COUNTED;
        if claimed != actual {
            return Err(Error::MessageLength { claimed, actual });
        }
        Ok(Self { message_type, sequence, elements: Element::parse_all(&payload, layout)? })
    }

    /// The message as one datagram, however long.
    ///
    /// # Panics
    /// If the elements are longer than 65,532 bytes together.
    pub fn write(&self) -> Bytes {
        write(self.message_type, self.sequence, &self.elements)
    }
}

/// Writes a message as one datagram, into one allocation of exactly its size.
pub(crate) fn write(message_type: MessageType, sequence: u8, elements: &[Element]) -> Bytes {
    let header = Header::control();
    let length: usize = elements.iter().map(Element::length).sum();
    let counted = u16::try_from(COUNTED + length).expect("the elements of a message fit 65,532 bytes");
    let mut buffer = BytesMut::with_capacity(header.length() + CONTROL_HEADER + length);
    header.write(&mut buffer);
    buffer.put_u32(message_type.number());
    buffer.put_u8(sequence);
    buffer.put_u16(counted);
    buffer.put_u8(0);
    for element in elements {
        element.write(&mut buffer);
    }
    buffer.freeze()
}
