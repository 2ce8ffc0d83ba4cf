//! The source of the bytes.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::Text;
use crate::packet::ErrorCode;

/// The source from which a [`Sender`](crate::Sender) reads the file, from its beginning to its end.
pub trait Source {
    /// Appends the next `max` bytes to `into`; fewer only at the end of the file.
    ///
    /// # Errors
    /// The error that the receiver gets instead of the rest.
    fn read(&mut self, into: &mut BytesMut, max: usize) -> Result<(), ReadError>;
}

/// A file in memory, copied only into the packets.
impl Source for Bytes {
    fn read(&mut self, into: &mut BytesMut, max: usize) -> Result<(), ReadError> {
        let length = max.min(self.len());
        into.put_slice(&self[..length]);
        self.advance(length);
        Ok(())
    }
}

/// The reason why the rest of a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read failed: {message} (error {code})")]
pub struct ReadError {
    /// The code of the ERROR packet.
    pub code: ErrorCode,
    /// The text of the ERROR packet.
    pub message: Text,
}
