//! The data that a client writes, on its way into a file.

use bytes::BytesMut;
use files::{FileError, FileWriter};
use tftp::NetasciiDecoder;

use crate::locks::Lock;

/// A file that is open for writing.
pub(super) struct Upload {
    writer: Box<dyn FileWriter>,
    /// The decoder, in netascii mode.
    decoder: Option<NetasciiDecoder>,
    converted: BytesMut,
    _lock: Lock,
}

impl Upload {
    pub(super) fn new(writer: Box<dyn FileWriter>, converts: bool, lock: Lock) -> Self {
        let decoder = converts.then(NetasciiDecoder::new);
        Self { writer, decoder, converted: BytesMut::new(), _lock: lock }
    }

    pub(super) fn append(&mut self, block: &[u8]) -> Result<(), FileError> {
        let Some(decoder) = &mut self.decoder else { return self.writer.append(block) };
        self.converted.clear();
        decoder.decode(block, &mut self.converted);
        self.writer.append(&self.converted)
    }

    /// Writes the pending data, and closes the file.
    pub(super) fn finish(mut self) -> Result<(), FileError> {
        let Some(decoder) = self.decoder.take() else { return Ok(()) };
        self.converted.clear();
        decoder.finish(&mut self.converted);
        if self.converted.is_empty() { Ok(()) } else { self.writer.append(&self.converted) }
    }
}
