//! Elements and items with a vendor identifier: Vendor Specific Payload, and the items inside descriptors and board data.

use bytes::{BufMut, Bytes, BytesMut};

use super::value::{Value, fields, lists};
use crate::Error;
use crate::wire::Reader;

fields! {
    /// Element 37, Vendor Specific Payload (RFC 5415, 4.6.39).
    VendorSpecific {
        /// The vendor's identifier.
        vendor: u32,
        /// The vendor's number for the element.
        element: u16,
        /// Its value, 1..=2,048 bytes.
        data: Bytes,
    }
}

/// An item of a descriptor or of board data: vendor, type, length, value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubElement {
    /// The vendor's identifier.
    pub vendor: u32,
    /// The item's type, by the element's own list: [`ac_item`](crate::ac_item), [`wtp_item`](crate::wtp_item),
    /// [`board_item`](crate::board_item).
    pub kind: u16,
    /// The value, at most 1,024 bytes; versions and models are text.
    pub value: Bytes,
}

impl SubElement {
    /// Creates a text item of Cisco's.
    pub fn text(kind: u16, text: &str) -> Self {
        Self { vendor: crate::cisco::VENDOR, kind, value: Bytes::copy_from_slice(text.as_bytes()) }
    }
}

/// Returns the first item of `kind` as text.
pub(super) fn find_text(items: &[SubElement], kind: u16) -> Option<std::borrow::Cow<'_, str>> {
    items.iter().find(|item| item.kind == kind).map(|item| String::from_utf8_lossy(&item.value))
}

impl Value for SubElement {
    fn length(&self) -> usize {
        8 + self.value.len()
    }

    fn write(&self, buffer: &mut BytesMut) {
        buffer.put_u32(self.vendor);
        buffer.put_u16(self.kind);
        write_sized(&self.value, buffer);
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        Ok(Self { vendor: reader.u32()?, kind: reader.u16()?, value: parse_sized(reader)? })
    }
}

lists! { SubElement, }

/// Writes two bytes of length, then the bytes.
pub(super) fn write_sized(value: &Bytes, buffer: &mut BytesMut) {
    buffer.put_u16(u16::try_from(value.len()).expect("an item is shorter than its element"));
    buffer.put_slice(value);
}

/// Reads the bytes that [`write_sized`] writes.
pub(super) fn parse_sized(reader: &mut Reader) -> Result<Bytes, Error> {
    let length = reader.u16()?;
    reader.take(length.into())
}
