//! Text on the wire: UTF-8 by the standard, any bytes in practice.

use std::borrow::Cow;
use std::fmt;

use bytes::{Bytes, BytesMut};

use super::value::Value;
use crate::Error;
use crate::wire::Reader;

/// A name or another text. Shares the memory of the datagram it came in.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Text(Bytes);

impl Text {
    /// As it is on the wire.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As a string, with U+FFFD for what is not UTF-8.
    pub fn to_str(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}

impl From<Bytes> for Text {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_str())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_str())
    }
}

/// All that is left of the value.
impl Value for Text {
    fn length(&self) -> usize {
        self.0.length()
    }

    fn write(&self, buffer: &mut BytesMut) {
        self.0.write(buffer);
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        Ok(Self(reader.rest()))
    }
}
