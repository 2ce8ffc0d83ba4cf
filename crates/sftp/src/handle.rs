//! The server's names of open files.

use std::fmt;

use bytes::{BufMut, Bytes, BytesMut};

/// A server's name of an open file or directory. The bytes have a meaning only for that server (draft, section 6.2).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Handle(Bytes);

impl Handle {
    /// Creates a handle of these bytes. Servers may not make a handle longer than 256 bytes (draft, section 6.2).
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self(bytes.into())
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the number, if the handle has four bytes, as OpenSSH's have.
    pub fn number(&self) -> Option<u32> {
        self.0.as_ref().try_into().ok().map(u32::from_be_bytes)
    }
}

impl From<u32> for Handle {
    fn from(number: u32) -> Self {
        let mut bytes = BytesMut::with_capacity(4);
        bytes.put_u32(number);
        Self(bytes.freeze())
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle(0x")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}
