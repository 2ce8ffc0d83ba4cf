//! Elements of neither the controller nor the access point: returned elements, data for debugging, padding.

use bytes::{BufMut, Bytes, BytesMut};

use super::value::Value;
use super::vendor::{parse_sized, write_sized};
use super::{DataTransferKind, DataTransferMode, Element, ReturnReason};
use crate::Error;
use crate::wire::Reader;

/// Element 34, Returned Message Element (RFC 5415, 4.6.36).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnedElement {
    /// The reason why it is returned.
    pub reason: ReturnReason,
    /// The element with its type and length, at most 255 bytes.
    pub element: Bytes,
}

impl ReturnedElement {
    /// The maximum number of bytes of an element that can be returned.
    pub const ELEMENT_MAX: usize = 255;

    /// Returns `element` to its sender, for `reason`. Only the beginning of an element longer than
    /// [`ReturnedElement::ELEMENT_MAX`] is returned; the RFC does not specify this case.
    pub fn new(reason: ReturnReason, element: &Element) -> Self {
        let mut written = BytesMut::with_capacity(element.length());
        element.write(&mut written);
        written.truncate(Self::ELEMENT_MAX);
        Self { reason, element: written.freeze() }
    }
}

impl Value for ReturnedElement {
    fn length(&self) -> usize {
        2 + self.element.len()
    }

    fn write(&self, buffer: &mut BytesMut) {
        self.reason.write(buffer);
        buffer.put_u8(u8::try_from(self.element.len()).expect("at most 255 bytes of an element come back"));
        buffer.put_slice(&self.element);
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        let (reason, length) = (ReturnReason::parse(reader)?, reader.u8()?);
        Ok(Self { reason, element: reader.take(length.into())? })
    }
}

/// Element 13, Data Transfer Data (RFC 5415, 4.6.15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataTransferData {
    /// The kind of the block.
    pub kind: DataTransferKind,
    /// The kind of data that is transferred.
    pub mode: DataTransferMode,
    /// The block.
    pub data: Bytes,
}

impl Value for DataTransferData {
    fn length(&self) -> usize {
        4 + self.data.len()
    }

    fn write(&self, buffer: &mut BytesMut) {
        self.kind.write(buffer);
        self.mode.write(buffer);
        write_sized(&self.data, buffer);
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        let (kind, mode) = (Value::parse(reader)?, Value::parse(reader)?);
        Ok(Self { kind, mode, data: parse_sized(reader)? })
    }
}

/// Element 52, MTU Discovery Padding: bytes of 0xff (RFC 5415, 4.6.32). Made to measure by [`pad`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MtuPadding(
    /// The number of bytes, without type and length.
    pub u16,
);

impl Value for MtuPadding {
    fn length(&self) -> usize {
        self.0.into()
    }

    fn write(&self, buffer: &mut BytesMut) {
        buffer.put_bytes(0xff, self.0.into());
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        let padding = reader.rest();
        if padding.iter().any(|byte| *byte != 0xff) {
            return Err(Error::Element { element: 52, reason: "padding other than 0xff" });
        }
        Ok(Self(u16::try_from(padding.len()).expect("an element is shorter than 64 KiB")))
    }
}
