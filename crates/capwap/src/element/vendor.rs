//! What carries a vendor identifier: Vendor Specific Payload, and the items inside descriptors and board data.

use bytes::{BufMut, Bytes};

use crate::Error;
use crate::wire::Reader;

/// Element 37, Vendor Specific Payload (RFC 5415, 4.6.39).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorSpecific {
    /// The vendor's identifier.
    pub vendor: u32,
    /// The vendor's number for the element.
    pub element: u16,
    /// Its value, at least one byte for other dissectors' sake.
    pub data: Bytes,
}

impl VendorSpecific {
    pub(super) fn length(&self) -> usize {
        6 + self.data.len()
    }

    pub(super) fn write(&self, buffer: &mut impl BufMut) {
        buffer.put_u32(self.vendor);
        buffer.put_u16(self.element);
        buffer.put_slice(&self.data);
    }

    pub(super) fn parse(mut reader: Reader) -> Result<Self, Error> {
        Ok(Self { vendor: reader.u32()?, element: reader.u16()?, data: reader.rest() })
    }
}

/// An item of a descriptor or of board data: vendor, type, length, value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubElement {
    /// The vendor's identifier.
    pub vendor: u32,
    /// What it is, by the element's own list: [`ac_item`](crate::ac_item), [`wtp_item`](crate::wtp_item),
    /// [`board_item`](crate::board_item).
    pub kind: u16,
    /// The value; versions and models are text.
    pub value: Bytes,
}

impl SubElement {
    /// A text item of Cisco's.
    pub fn text(kind: u16, text: &str) -> Self {
        Self { vendor: crate::cisco::VENDOR, kind, value: Bytes::copy_from_slice(text.as_bytes()) }
    }
}

/// The first item of `kind` as text.
pub(super) fn find_text(items: &[SubElement], kind: u16) -> Option<std::borrow::Cow<'_, str>> {
    items.iter().find(|item| item.kind == kind).map(|item| String::from_utf8_lossy(&item.value))
}

pub(super) fn length(items: &[SubElement]) -> usize {
    items.iter().map(|item| 8 + item.value.len()).sum()
}

pub(super) fn write(items: &[SubElement], buffer: &mut impl BufMut) {
    for item in items {
        buffer.put_u32(item.vendor);
        buffer.put_u16(item.kind);
        buffer.put_u16(u16::try_from(item.value.len()).expect("an item is shorter than its element"));
        buffer.put_slice(&item.value);
    }
}

pub(super) fn parse(reader: &mut Reader) -> Result<Vec<SubElement>, Error> {
    let mut items = Vec::new();
    while !reader.is_empty() {
        let (vendor, kind, length) = (reader.u32()?, reader.u16()?, reader.u16()?);
        items.push(SubElement { vendor, kind, value: reader.take(length.into())? });
    }
    Ok(items)
}
