//! The destination of a fetched file: the file appears complete, or not at all.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::pending::Pending;
use crate::report::with_path as about;

/// Bytes written at a time.
const BUFFER: usize = 256 << 10;

/// A file being written. If it is dropped before [`Output::keep`], nothing remains of it.
#[derive(Debug)]
pub(super) struct Output {
    /// The path as the user gave it, for messages.
    path: PathBuf,
    sink: Sink,
}

#[derive(Debug)]
enum Sink {
    /// The file is discarded; only its size and checksum are reported.
    Nowhere,
    Stdout(BufWriter<io::Stdout>),
    File(BufWriter<Pending>),
}

impl Output {
    /// Opens `path`; `-` is standard output.
    ///
    /// # Errors
    /// The file cannot be written; the message names it.
    pub(super) fn open(path: Option<&Path>) -> io::Result<Self> {
        let Some(path) = path else { return Ok(Self { path: PathBuf::new(), sink: Sink::Nowhere }) };
        let sink = if path == Path::new("-") {
            Sink::Stdout(BufWriter::with_capacity(BUFFER, io::stdout()))
        } else {
            let pending = Pending::create(path).map_err(|error| about(path, error))?;
            Sink::File(BufWriter::with_capacity(BUFFER, pending))
        };
        Ok(Self { path: path.to_owned(), sink })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.sink {
            Sink::Nowhere => Ok(()),
            Sink::Stdout(writer) => writer.write_all(bytes),
            Sink::File(writer) => writer.write_all(bytes),
        }
    }

    /// Completes the file. Nothing more is written afterwards.
    ///
    /// # Errors
    /// The rest cannot be written, or the file cannot be renamed; the message names it.
    pub(super) fn keep(&mut self) -> io::Result<()> {
        let kept = match std::mem::replace(&mut self.sink, Sink::Nowhere) {
            Sink::Nowhere => Ok(()),
            Sink::Stdout(mut writer) => writer.flush(),
            Sink::File(writer) => match writer.into_inner() {
                Ok(pending) => pending.keep(),
                Err(error) => Err(error.into_error()),
            },
        };
        kept.map_err(|error| about(&self.path, error))
    }

    /// Returns an error of [`Output::write`], prefixed with the path.
    pub(super) fn named(&self, error: io::Error) -> io::Error {
        about(&self.path, error)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_not_kept_changes_nothing() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("image");
        fs::write(&path, "old").expect("written");
        for (keeps, content) in [(false, b"old"), (true, b"new")] {
            let mut output = Output::open(Some(&path)).expect("opened");
            output.write(b"new").expect("written");
            if keeps {
                output.keep().expect("kept");
            }
            drop(output);
            assert_eq!(fs::read(&path).expect("read"), content);
            assert_eq!(fs::read_dir(directory.path()).expect("it is there").count(), 1);
        }
    }

    #[test]
    fn errors_name_the_path() {
        let directory = tempfile::tempdir().expect("a directory");
        let error = Output::open(Some(directory.path())).expect_err("a directory");
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
        let missing = directory.path().join("none/image");
        let error = Output::open(Some(&missing)).expect_err("no directory");
        assert!(error.to_string().starts_with(&missing.display().to_string()), "{error}");
    }
}
