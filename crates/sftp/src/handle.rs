//! What a server calls what it has open.

use std::fmt;

use bytes::{BufMut, Bytes, BytesMut};

/// What a server calls an open file or directory. Nobody but that server knows what the bytes mean (draft, section 6.2).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Handle(Bytes);

impl Handle {
    /// The handle of these bytes. Servers may make no handle longer than 256 bytes (draft, section 6.2).
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self(bytes.into())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The number, if the handle is one of four bytes, as OpenSSH's are.
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
