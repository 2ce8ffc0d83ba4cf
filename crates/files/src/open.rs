//! Open files.

use bytes::Bytes;
use image::Content;

use super::FileError;

/// A file that is being read.
pub trait FileReader {
    /// Returns the bytes from `offset`, at most `length`; fewer only at the end of the file, none after it.
    ///
    /// # Errors
    /// Errors of the disk.
    fn read_at(&mut self, offset: u64, length: usize) -> Result<Bytes, FileError>;
}

/// A file that is being written.
pub trait FileWriter {
    /// Appends bytes, which readers see at once.
    ///
    /// # Errors
    /// [`FileError::NoSpace`], after which some of the bytes may have been written, and other errors of the disk.
    fn append(&mut self, bytes: &[u8]) -> Result<(), FileError>;

    /// Waits until the written bytes will survive a loss of power, as fsync(2).
    ///
    /// # Errors
    /// Errors of the disk.
    fn sync(&mut self) -> Result<(), FileError> {
        Ok(())
    }
}

/// Reads a content. The returned bytes share the content's memory, unless they lie in several pieces of it.
#[derive(Clone, Debug)]
pub struct ContentReader(Content);

impl ContentReader {
    /// Makes a reader of this content.
    pub fn new(content: Content) -> Self {
        Self(content)
    }
}

impl FileReader for ContentReader {
    fn read_at(&mut self, offset: u64, length: usize) -> Result<Bytes, FileError> {
        let start = offset.min(self.0.len());
        let end = start.saturating_add(length as u64).min(self.0.len());
        Ok(self.0.block(start..end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_share_the_content() {
        let content = Content::from_vec((0..100).collect());
        let mut reader = ContentReader::new(content.clone());
        let mut read = |offset, length| reader.read_at(offset, length).expect("in memory");
        let piece = read(10, 5);
        assert_eq!(piece.as_ref(), [10, 11, 12, 13, 14]);
        assert_eq!(piece.as_ptr(), content.bytes()[10..].as_ptr());
        assert_eq!(read(98, 5).as_ref(), [98, 99]);
        assert_eq!((read(100, 5).len(), read(u64::MAX, usize::MAX).len()), (0, 0));
    }
}
