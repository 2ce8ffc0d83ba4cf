//! The encoding of numbers and strings in a packet (draft, section 3, after the SSH architecture's data types).

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::Text;
use crate::handle::Handle;

/// The problem within a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It ends before a field that must be there.
    #[error("packet ends within its fields")]
    Incomplete,
    /// A string claims to be longer than the rest of the packet.
    #[error("string of {length} bytes is longer than the packet")]
    String {
        /// The length that it claims, in bytes.
        length: u32,
    },
    /// No packet of this direction has this type (draft, section 3).
    #[error("unknown packet type {0}")]
    UnknownType(u8),
}

/// Takes fields off the front of a packet.
#[derive(Debug)]
pub(crate) struct Fields(pub(crate) Bytes);

impl Fields {
    pub(crate) fn u8(&mut self) -> Result<u8, Malformed> {
        self.0.try_get_u8().map_err(|_| Malformed::Incomplete)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Malformed> {
        self.0.try_get_u32().map_err(|_| Malformed::Incomplete)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Malformed> {
        self.0.try_get_u64().map_err(|_| Malformed::Incomplete)
    }

    pub(crate) fn bytes(&mut self) -> Result<Bytes, Malformed> {
        let length = self.u32()?;
        match usize::try_from(length) {
            Ok(wanted) if wanted <= self.0.len() => Ok(self.0.split_to(wanted)),
            _ => Err(Malformed::String { length }),
        }
    }

    pub(crate) fn text(&mut self) -> Result<Text, Malformed> {
        Ok(Text::new(self.bytes()?))
    }

    pub(crate) fn handle(&mut self) -> Result<Handle, Malformed> {
        Ok(Handle::new(self.bytes()?))
    }

    /// Returns true if nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Appends a string.
///
/// # Panics
/// If it is longer than 4 GiB: no packet could hold it.
pub(crate) fn put_string(into: &mut BytesMut, bytes: &[u8]) {
    into.put_u32(u32::try_from(bytes.len()).expect("a packet is shorter than 4 GiB"));
    into.put_slice(bytes);
}
