//! Strings on the wire, which end with NUL, and the errors of a packet.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::Text;

/// The reason why a datagram is not a TFTP packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// It ends before its opcode, or before the number after it.
    #[error("packet ends within its header")]
    TooShort,
    /// RFC 1350 and RFC 2347 name opcodes 1 to 6.
    #[error("unknown opcode {0}")]
    UnknownOpcode(u16),
    /// A string of a request or an OACK has no NUL.
    #[error("string not terminated")]
    NotTerminated,
    /// A request ends after the file name.
    #[error("request without a mode")]
    MissingMode,
    /// More than [`OPTIONS_MAX`](crate::OPTIONS_MAX) options.
    #[error("too many options")]
    TooManyOptions,
}

/// Splits one NUL-terminated string off the front.
pub(crate) fn take_text(rest: &mut Bytes) -> Result<Text, ParseError> {
    let end = rest.iter().position(|&byte| byte == 0).ok_or(ParseError::NotTerminated)?;
    let text = Text::new(rest.split_to(end));
    rest.advance(1);
    Ok(text)
}

/// Appends a string and its NUL. The part after a NUL within it cannot be sent.
pub(crate) fn put_text(into: &mut BytesMut, text: &Text) {
    into.put_slice(text.clone().until_nul().as_bytes());
    into.put_u8(0);
}
