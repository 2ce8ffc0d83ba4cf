//! From the bytes of a channel to packets (draft, section 3).

use bytes::{Buf, Bytes, BytesMut};

/// The longest packet, without its length: what OpenSSH takes (sftp-common.h), and what peers count on.
pub const FRAME_MAX: u32 = 256 * 1024;

/// The bytes before a packet that say how long it is.
const LENGTH: usize = 4;

/// Cuts the bytes of one direction into packets. It holds what was put in and not yet taken out; a packet that announces to be too
/// long is refused when its length is there.
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
    /// Takes packets of up to [`FRAME_MAX`] bytes.
    pub fn new() -> Self {
        Self::with_limit(FRAME_MAX)
    }

    /// Takes packets of up to `limit` bytes, their length not counted.
    pub fn with_limit(limit: u32) -> Self {
        Self { bytes: BytesMut::new(), limit }
    }

    /// Puts in what came.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Where to read into: what is appended has come.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.bytes
    }

    /// The next packet without its length, if it is there as a whole. It shares the memory of what came with it.
    ///
    /// # Errors
    /// [`FrameError`]; nothing that follows can be understood, and the same error comes again.
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
            // The rest goes behind what is there, instead of into ever larger copies of it.
            self.bytes.reserve(end - self.bytes.len());
            return Ok(None);
        }
        let mut frame = self.bytes.split_to(end);
        frame.advance(LENGTH);
        Ok(Some(frame.freeze()))
    }

    /// How many bytes have come that no packet was made of yet.
    pub fn buffered(&self) -> usize {
        self.bytes.len()
    }
}

/// Why a stream is not one of packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A packet is longer than may be.
    #[error("packet of {length} bytes is too long")]
    TooLong {
        /// How long it is said to be, in bytes.
        length: u32,
    },
    /// A packet has not even a type.
    #[error("packet without a type")]
    Empty,
}
