//! MAC addresses, as the transport header and elements carry them: a length byte, then 6 or 8 bytes.

use bytes::{BufMut, BytesMut};
use text::MacAddress;

use super::value::Value;
use crate::Error;
use crate::wire::Reader;

/// A MAC address of either length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HardwareAddress {
    /// Six bytes.
    Eui48(MacAddress),
    /// Eight bytes.
    Eui64([u8; 8]),
}

impl HardwareAddress {
    /// Creates an address of 6 or 8 bytes; `None` for any other number.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let short = bytes.try_into().map(|bytes| Self::Eui48(MacAddress(bytes)));
        short.or_else(|_| bytes.try_into().map(Self::Eui64)).ok()
    }

    /// Returns its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Eui48(MacAddress(bytes)) => bytes,
            Self::Eui64(bytes) => bytes,
        }
    }
}

impl Value for HardwareAddress {
    fn length(&self) -> usize {
        1 + self.as_bytes().len()
    }

    fn write(&self, buffer: &mut BytesMut) {
        let bytes = self.as_bytes();
        buffer.put_u8(bytes.len() as u8);
        buffer.put_slice(bytes);
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        let length = reader.u8()?;
        let bytes = reader.take(length.into())?;
        Self::from_bytes(&bytes).ok_or(Error::MacLength(length))
    }
}

/// A list, preceded by its number of entries, at most 255.
impl Value for Vec<HardwareAddress> {
    fn length(&self) -> usize {
        1 + self.iter().map(Value::length).sum::<usize>()
    }

    fn write(&self, buffer: &mut BytesMut) {
        buffer.put_u8(u8::try_from(self.len()).expect("at most 255 MAC addresses"));
        self.iter().for_each(|mac| mac.write(buffer));
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        let count = reader.u8()?;
        // The claimed number reserves no memory: the bytes may be too few.
        let mut addresses = Self::new();
        for _ in 0..count {
            addresses.push(HardwareAddress::parse(reader)?);
        }
        Ok(addresses)
    }
}
