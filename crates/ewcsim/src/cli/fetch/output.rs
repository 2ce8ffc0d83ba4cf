//! The destination of a fetched file: the file appears complete, or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

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
    /// A device or a pipe, which cannot be replaced.
    Device(BufWriter<File>),
    /// A temporary file beside `target`, to be renamed to it.
    File {
        writer: BufWriter<File>,
        temporary: PathBuf,
        target: PathBuf,
    },
    Kept,
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
            open(path).map_err(|error| about(path, error))?
        };
        Ok(Self { path: path.to_owned(), sink })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.sink {
            Sink::Nowhere | Sink::Kept => Ok(()),
            Sink::Stdout(writer) => writer.write_all(bytes),
            Sink::Device(writer) | Sink::File { writer, .. } => writer.write_all(bytes),
        }
    }

    /// Completes the file.
    ///
    /// # Errors
    /// The rest cannot be written, or the file cannot be renamed; the message names it.
    pub(super) fn keep(&mut self) -> io::Result<()> {
        self.finish().map_err(|error| about(&self.path, error))
    }

    /// Returns an error of [`Output::write`], prefixed with the path.
    pub(super) fn named(&self, error: io::Error) -> io::Error {
        about(&self.path, error)
    }

    fn finish(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Nowhere | Sink::Kept => {}
            Sink::Stdout(writer) => writer.flush()?,
            Sink::Device(writer) => writer.flush()?,
            Sink::File { writer, temporary, target } => {
                writer.flush()?;
                fs::rename(temporary, target)?;
                self.sink = Sink::Kept;
            }
        }
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Sink::File { temporary, .. } = &self.sink {
            let _ = fs::remove_file(temporary);
        }
    }
}

fn open(path: &Path) -> io::Result<Sink> {
    match fs::metadata(path) {
        Ok(known) if known.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(known) if !known.is_file() => {
            let device = OpenOptions::new().write(true).open(path)?;
            return Ok(Sink::Device(BufWriter::with_capacity(BUFFER, device)));
        }
        // A file that may not be written may not be replaced either, though a rename would succeed.
        Ok(_) => drop(OpenOptions::new().write(true).open(path)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    // A symbolic link stays: the file that it points to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let temporary = target.with_file_name(format!(".ewcsim-fetch-{}.part", std::process::id()));
    let file = File::create_new(&temporary)?;
    Ok(Sink::File { writer: BufWriter::with_capacity(BUFFER, file), temporary, target })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).expect("it is there");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("it is read").file_name().into_string().expect("plain names"))
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_not_kept_leaves_nothing_and_changes_nothing() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("image");
        fs::write(&path, "old").expect("written");
        let mut output = Output::open(Some(&path)).expect("opened");
        output.write(b"new").expect("written");
        drop(output);
        assert_eq!(
            (names(directory.path()), fs::read(&path).expect("read")),
            (vec!["image".into()], b"old".into())
        );

        let mut output = Output::open(Some(&path)).expect("opened");
        output.write(b"new").expect("written");
        output.keep().expect("kept");
        drop(output);
        assert_eq!(
            (names(directory.path()), fs::read(&path).expect("read")),
            (vec!["image".into()], b"new".into())
        );
    }

    #[test]
    fn what_is_no_file_is_not_replaced() {
        let directory = tempfile::tempdir().expect("a directory");
        let error = Output::open(Some(directory.path())).expect_err("a directory");
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
        let missing = directory.path().join("none/image");
        let error = Output::open(Some(&missing)).expect_err("no directory");
        assert!(error.to_string().starts_with(&missing.display().to_string()), "{error}");
        #[cfg(unix)]
        {
            let link = directory.path().join("link");
            let file = directory.path().join("file");
            fs::write(&file, "old").expect("written");
            std::os::unix::fs::symlink(&file, &link).expect("linked");
            let mut output = Output::open(Some(&link)).expect("opened");
            output.write(b"new").expect("written");
            output.keep().expect("kept");
            assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
            assert_eq!(fs::read(&file).expect("read"), b"new");
            assert!(matches!(
                Output::open(Some(Path::new("/dev/null"))).expect("opened").sink,
                Sink::Device(_)
            ));
        }
    }
}
