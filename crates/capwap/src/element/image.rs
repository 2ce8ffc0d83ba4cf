//! Elements of an image download.

use bytes::{Buf, BufMut, Bytes};

use super::value::fields;
use super::{ResultCode, Text};
use crate::{Error, checksum};

/// The longest block in the RFC's layout (RFC 5415, 4.6.26), in bytes.
pub const RFC_BLOCK_MAX: usize = 1024;

/// The layout of the value of element 24. It cannot be recognized from the bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImageDataLayout {
    /// Cisco's, which is LWAPP's inside CAPWAP: opcode (1 byte: 3 data, 1 end of file, 5 error), checksum (2), data.
    #[default]
    Cisco,
    /// RFC 5415, 4.6.26: type (1 byte: 1 data, 2 last block, 5 error), at most 1,024 bytes of data.
    Rfc5415,
}

/// The kind of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    /// Data, with more to come.
    Data,
    /// The last data.
    Last,
    /// The sender gives up; no data.
    Error,
    /// Any other, as on the wire: the receiver's reboot reason is "invalid image data opcode".
    Other(u8),
}

/// Element 24, Image Data: one block.
#[derive(Clone, Debug)]
pub struct ImageData {
    /// The kind of the block.
    pub opcode: Opcode,
    /// The image bytes, sharing memory with their source.
    pub data: Bytes,
    /// Cisco's checksum as on the wire; `None` in the RFC's layout.
    pub checksum: Option<u16>,
    /// The checksum of `data`, if it is known without computing it.
    pub(crate) known: Option<u16>,
}

/// Blocks are equal if their bytes are.
impl PartialEq for ImageData {
    fn eq(&self, other: &Self) -> bool {
        (self.opcode, self.checksum, &self.data) == (other.opcode, other.checksum, &other.data)
    }
}

impl Eq for ImageData {}

impl Opcode {
    /// Returns the opcode that a layout has for this number.
    pub(crate) fn read(number: u8, layout: ImageDataLayout) -> Self {
        match (layout, number) {
            (ImageDataLayout::Cisco, 3) | (ImageDataLayout::Rfc5415, 1) => Self::Data,
            (ImageDataLayout::Cisco, 1) | (ImageDataLayout::Rfc5415, 2) => Self::Last,
            (_, 5) => Self::Error,
            (_, other) => Self::Other(other),
        }
    }

    /// Returns its number in a layout.
    pub(crate) fn number(self, layout: ImageDataLayout) -> u8 {
        match (self, layout) {
            (Self::Data, ImageDataLayout::Cisco) => 3,
            (Self::Data, ImageDataLayout::Rfc5415) | (Self::Last, ImageDataLayout::Cisco) => 1,
            (Self::Last, ImageDataLayout::Rfc5415) => 2,
            (Self::Error, _) => 5,
            (Self::Other(number), _) => number,
        }
    }
}

impl ImageData {
    /// Creates a block of `data` in `layout`, and computes its checksum.
    pub fn new(layout: ImageDataLayout, opcode: Opcode, data: Bytes) -> Self {
        let checksum = match layout {
            ImageDataLayout::Cisco => Some(checksum(&data)),
            ImageDataLayout::Rfc5415 => None,
        };
        Self { opcode, data, checksum, known: None }
    }

    /// Creates a block of `data` whose checksum was computed before; `None` in the RFC's layout. It is not computed again.
    pub fn with_checksum(opcode: Opcode, data: Bytes, checksum: Option<u16>) -> Self {
        Self { opcode, data, checksum, known: checksum }
    }

    /// Returns true if there is no checksum, or if it matches the data.
    pub fn checksum_holds(&self) -> bool {
        self.checksum.is_none_or(|claimed| claimed == self.known.unwrap_or_else(|| checksum(&self.data)))
    }

    /// Returns the block's layout.
    pub fn layout(&self) -> ImageDataLayout {
        match self.checksum {
            Some(_) => ImageDataLayout::Cisco,
            None => ImageDataLayout::Rfc5415,
        }
    }

    /// Returns the result to answer this block with (RFC 5415, 4.6.35): [`ResultCode::Success`]; `ImageDataInvalidChecksum`;
    /// `ImageDataInvalidLength` for more than [`RFC_BLOCK_MAX`] bytes in the RFC's layout, for a data block without
    /// data and for an abort with data in the RFC's layout; `ImageDataOtherError` for an unknown opcode.
    pub fn verdict(&self) -> ResultCode {
        let rfc = self.layout() == ImageDataLayout::Rfc5415;
        match self.opcode {
            Opcode::Other(_) => ResultCode::ImageDataOtherError,
            Opcode::Error if rfc && !self.data.is_empty() => ResultCode::ImageDataInvalidLength,
            Opcode::Data if self.data.is_empty() => ResultCode::ImageDataInvalidLength,
            _ if rfc && self.data.len() > RFC_BLOCK_MAX => ResultCode::ImageDataInvalidLength,
            _ if !self.checksum_holds() => ResultCode::ImageDataInvalidChecksum,
            _ => ResultCode::Success,
        }
    }

    pub(super) fn length(&self) -> usize {
        1 + 2 * usize::from(self.checksum.is_some()) + self.data.len()
    }

    pub(super) fn write(&self, buffer: &mut impl BufMut) {
        buffer.put_u8(self.opcode.number(self.layout()));
        if let Some(checksum) = self.checksum {
            buffer.put_u16(checksum);
        }
        buffer.put_slice(&self.data);
    }

    pub(super) fn parse(mut value: Bytes, layout: ImageDataLayout) -> Result<Self, Error> {
        let header = match layout {
            ImageDataLayout::Cisco => 3,
            ImageDataLayout::Rfc5415 => 1,
        };
        if value.len() < header {
            return Err(Error::Truncated("Image Data"));
        }
        let opcode = Opcode::read(value[0], layout);
        let checksum = match layout {
            ImageDataLayout::Cisco => Some(u16::from_be_bytes([value[1], value[2]])),
            ImageDataLayout::Rfc5415 => None,
        };
        value.advance(header);
        Ok(Self { opcode, data: value, checksum, known: None })
    }
}

fields! {
    /// Element 25, Image Identifier (RFC 5415, 4.6.27).
    ImageIdentifier {
        /// The vendor's identifier.
        vendor: u32,
        /// The image's name, 1..=1,024 bytes: `ap1g8`.
        data: Text,
    }
}

fields! {
    /// Element 26, Image Information (RFC 5415, 4.6.28).
    #[derive(Copy)]
    ImageInformation {
        /// The image's size in bytes.
        size: u32,
        /// Its MD5 digest.
        md5: [u8; 16],
    }
}
