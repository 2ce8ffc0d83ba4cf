//! Where the bytes come from.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::Text;
use crate::packet::ErrorCode;

/// Where a [`Sender`](crate::Sender) reads the file, from its beginning to its end.
pub trait Source {
    /// Appends the next `max` bytes to `into`; fewer only at the end of the file.
    ///
    /// # Errors
    /// What the receiver is told instead of the rest.
    fn read(&mut self, into: &mut BytesMut, max: usize) -> Result<(), ReadError>;
}

/// A file in memory, not copied but into the packets.
impl Source for Bytes {
    fn read(&mut self, into: &mut BytesMut, max: usize) -> Result<(), ReadError> {
        let length = max.min(self.len());
        into.put_slice(&self[..length]);
        self.advance(length);
        Ok(())
    }
}

/// Why a file could not be read on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read failed: {message} (error {code})")]
pub struct ReadError {
    /// Of the ERROR packet that is sent.
    pub code: ErrorCode,
    /// Of the ERROR packet that is sent.
    pub message: Text,
}
