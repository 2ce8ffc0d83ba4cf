//! The division of a channel's bytes into packets (draft, section 3).

use bytes::{Buf, Bytes, BytesMut};

/// The longest packet, without its length: OpenSSH's limit (sftp-common.h), on which peers rely.
pub const FRAME_MAX: u32 = 256 * 1024;

/// The bytes before a packet that state its length.
const LENGTH: usize = 4;

/// Cuts the bytes of one direction into packets. It holds the bytes that were pushed and not yet taken out; a packet that is too
/// long is refused as soon as its length is known.
#[derive(Debug)]
pub struct FrameReader {
    bytes: BytesMut,
    limit: u32,
}

impl Default for FrameReader {
    fn default() -> Self {
        Self::new()
    }
}

impl FrameReader {
    /// Creates a reader of packets of up to [`FRAME_MAX`] bytes.
    pub fn new() -> Self {
        Self::with_limit(FRAME_MAX)
    }

    /// Creates a reader of packets of up to `limit` bytes, not counting their length.
    pub fn with_limit(limit: u32) -> Self {
        Self { bytes: BytesMut::new(), limit }
    }

    /// Appends received bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Returns the buffer to read into: bytes appended to it count as received.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.bytes
    }

    /// Returns the next packet without its length, if it is complete. It shares memory with the bytes around it.
    ///
    /// # Errors
    /// [`FrameError`]; nothing after it can be parsed, and every further call returns the same error.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator that has ended would not go on when more has come"
    )]
    pub fn next(&mut self) -> Result<Option<Bytes>, FrameError> {
        let Some(length) = self.bytes.first_chunk::<LENGTH>() else { return Ok(None) };
        let length = u32::from_be_bytes(*length);
        if length > self.limit {
            return Err(FrameError::TooLong { length });
        }
        if length == 0 {
            return Err(FrameError::Empty);
        }
        let end = LENGTH + length as usize;
        if self.bytes.len() < end {
            // The rest is read after the part that is there, instead of into ever larger copies of it.
            self.bytes.reserve(end - self.bytes.len());
            return Ok(None);
        }
        let mut frame = self.bytes.split_to(end);
        frame.advance(LENGTH);
        Ok(Some(frame.freeze()))
    }

    /// Returns the number of received bytes that are not part of a returned packet.
    pub fn buffered(&self) -> usize {
        self.bytes.len()
    }
}

/// The reason why a stream does not consist of packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A packet is longer than the limit.
    #[error("packet of {length} bytes is too long")]
    TooLong {
        /// The length that it claims, in bytes.
        length: u32,
    },
    /// A packet has no type.
    #[error("packet without a type")]
    Empty,
}
