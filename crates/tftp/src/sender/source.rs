//! The source of the bytes.

use bytes::Bytes;

use crate::Text;
use crate::packet::ErrorCode;

/// The source from which a [`Sender`](crate::Sender) reads the file, from its beginning to its end.
pub trait Source {
    /// Returns the next `max` bytes; fewer only at the end of the file.
    ///
    /// # Errors
    /// The error that the receiver gets instead of the rest.
    fn read(&mut self, max: usize) -> Result<Bytes, ReadError>;
}

/// A file in memory, which the packets share.
impl Source for Bytes {
    fn read(&mut self, max: usize) -> Result<Bytes, ReadError> {
        Ok(self.split_to(max.min(self.len())))
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
