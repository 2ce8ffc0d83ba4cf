//! A file that a client has open.

use std::fmt;

use bytes::Bytes;
use files::{FileReader, FileSource, FileWriter, Metadata};

use super::errno::Errno;
use super::event::Name;

/// A file, or a directory that was opened like one.
pub(super) struct OpenFile {
    /// The name as the client wrote it.
    pub(super) name: Name,
    /// The plain path on the machine.
    pub(super) path: String,
    /// Its attributes at the time of opening, for use after its removal.
    pub(super) metadata: Metadata,
    pub(super) access: Access,
    pub(super) bytes_read: u64,
    pub(super) bytes_written: u64,
    /// The reader; none if it is a directory, or was written since.
    pub(super) reader: Option<Box<dyn FileReader>>,
    /// The writer and the length. None unless it was empty or emptied.
    pub(super) writer: Option<(Box<dyn FileWriter>, u64)>,
}

/// The access of a client to an open file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Access {
    pub(super) read: bool,
    pub(super) write: bool,
    pub(super) append: bool,
}

impl OpenFile {
    pub(super) fn read(
        &mut self,
        files: &dyn FileSource,
        offset: u64,
        length: usize,
    ) -> Result<Bytes, (&'static str, Errno)> {
        seek(offset)?;
        if length == 0 {
            return Ok(Bytes::new());
        }
        let failed = |errno| ("read", errno);
        if !self.access.read {
            return Err(failed(Errno::BadDescriptor));
        }
        if self.metadata.is_directory() {
            return Err(failed(Errno::IsADirectory));
        }
        let mut reader = match self.reader.take() {
            Some(reader) => reader,
            None => files.open(&self.path).map_err(|error| failed(error.into()))?,
        };
        let read = reader.read_at(offset, length).map_err(|error| failed(error.into()));
        self.reader = Some(reader);
        let read = read?;
        self.bytes_read += read.len() as u64;
        Ok(read)
    }

    /// Writes at the end, where clients write; other offsets cannot be written here.
    pub(super) fn write(&mut self, offset: u64, data: &[u8]) -> Result<(), (&'static str, Errno)> {
        if !self.access.append {
            seek(offset)?;
        }
        let failed = |errno| ("write", errno);
        if !self.access.write {
            return Err(failed(Errno::BadDescriptor));
        }
        let Some((writer, length)) = &mut self.writer else { return Err(failed(Errno::NotSupported)) };
        if !self.access.append && offset != *length && !data.is_empty() {
            return Err(("seek", Errno::IllegalSeek));
        }
        writer.append(data).map_err(|error| failed(error.into()))?;
        *length += data.len() as u64;
        self.bytes_written += data.len() as u64;
        self.reader = None;
        Ok(())
    }

    /// Truncates as ftruncate(2), which here can only empty the file or leave it as it is.
    pub(super) fn truncate(&mut self, files: &dyn FileSource, size: u64) -> Result<(), Errno> {
        if !self.access.write {
            return Err(Errno::Invalid);
        }
        let length = match &self.writer {
            Some((_, length)) => *length,
            None => files.stat(&self.path).map_or(self.metadata.size, |metadata| metadata.size),
        };
        if size == length {
            return Ok(());
        }
        if size != 0 {
            return Err(Errno::NotPermitted);
        }
        self.writer = Some((files.rewrite(&self.path)?, 0));
        self.reader = None;
        Ok(())
    }

    pub(super) fn sync(&mut self) -> Result<(), Errno> {
        match &mut self.writer {
            Some((writer, _)) => Ok(writer.sync()?),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for OpenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenFile")
            .field("path", &self.path)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

/// Seeks as lseek(2), whose offsets have a sign.
fn seek(offset: u64) -> Result<(), (&'static str, Errno)> {
    if i64::try_from(offset).is_ok() { Ok(()) } else { Err(("seek", Errno::Invalid)) }
}
