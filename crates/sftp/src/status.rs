//! The results of requests (draft, section 7).

use std::fmt;

use bytes::{BufMut, BytesMut};

use crate::Text;
use crate::wire::{Fields, Malformed, put_string};

/// A STATUS reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The kind of result.
    pub code: StatusCode,
    /// The text. Servers omit it for clients of version 2 and older.
    pub text: Option<StatusText>,
}

/// The text of a STATUS reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusText {
    /// The message for people.
    pub message: Text,
    /// The language of the message (RFC 1766); OpenSSH leaves it empty.
    pub language: Text,
}

impl Status {
    /// Creates a status with this message, in no named language.
    pub fn new(code: StatusCode, message: impl Into<Text>) -> Self {
        Self { code, text: Some(StatusText { message: message.into(), language: Text::default() }) }
    }

    /// Creates a status without a message.
    pub fn bare(code: StatusCode) -> Self {
        Self { code, text: None }
    }

    pub(crate) fn parse(fields: &mut Fields) -> Result<Self, Malformed> {
        let code = StatusCode(fields.u32()?);
        if fields.is_empty() {
            return Ok(Self::bare(code));
        }
        let message = fields.text()?;
        // Some servers in the field end after the message.
        let language = if fields.is_empty() { Text::default() } else { fields.text()? };
        Ok(Self { code, text: Some(StatusText { message, language }) })
    }

    pub(crate) fn write(&self, into: &mut BytesMut) {
        into.put_u32(self.code.0);
        if let Some(text) = &self.text {
            put_string(into, text.message.as_bytes());
            put_string(into, text.language.as_bytes());
        }
    }
}

/// The kind of a STATUS reply. Any number can arrive; these have a meaning in version 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusCode(pub u32);

impl StatusCode {
    /// The request succeeded.
    pub const OK: Self = Self(0);
    /// The end of a file or directory is reached.
    pub const EOF: Self = Self(1);
    /// The file does not exist.
    pub const NO_SUCH_FILE: Self = Self(2);
    /// The user lacks the permission.
    pub const PERMISSION_DENIED: Self = Self(3);
    /// Any other error.
    pub const FAILURE: Self = Self(4);
    /// The packet, or a part of it, is malformed.
    pub const BAD_MESSAGE: Self = Self(5);
    /// Used by clients internally, never sent.
    pub const NO_CONNECTION: Self = Self(6);
    /// Used by clients internally, never sent.
    pub const CONNECTION_LOST: Self = Self(7);
    /// The server does not support the request.
    pub const OP_UNSUPPORTED: Self = Self(8);
}

impl fmt::Display for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
