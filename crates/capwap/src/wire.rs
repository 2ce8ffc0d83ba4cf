//! Reading big-endian fields from bytes that may be too few.

use bytes::{Buf, Bytes};

use crate::Error;

/// A cursor over the value of one named part; every read fails once the bytes run out.
pub(crate) struct Reader {
    bytes: Bytes,
    part: &'static str,
}

impl Reader {
    pub(crate) fn new(bytes: Bytes, part: &'static str) -> Self {
        Self { bytes, part }
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Error> {
        self.bytes.try_get_u8().map_err(|_| self.truncated())
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Error> {
        self.bytes.try_get_u16().map_err(|_| self.truncated())
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Error> {
        self.bytes.try_get_u32().map_err(|_| self.truncated())
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut array = [0; N];
        self.bytes.try_copy_to_slice(&mut array).map_err(|_| self.truncated())?;
        Ok(array)
    }

    /// Returns the next `length` bytes, shared with the datagram.
    pub(crate) fn take(&mut self, length: usize) -> Result<Bytes, Error> {
        if self.bytes.len() < length { Err(self.truncated()) } else { Ok(self.bytes.split_to(length)) }
    }

    /// Returns the rest, shared with the datagram.
    pub(crate) fn rest(&mut self) -> Bytes {
        std::mem::take(&mut self.bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    fn truncated(&self) -> Error {
        Error::Truncated(self.part)
    }
}
