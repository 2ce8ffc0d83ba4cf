//! The lock of a directory of results: one writer at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::report::with_path;

/// The name of the lock. It is there as long as its writer runs; a killed writer leaves it, and the next takes it over.
const NAME: &str = ".ewcsim.lock";

/// The right to write into a directory. It ends when it is dropped, or with the process.
#[derive(Debug)]
pub(crate) struct OutLock {
    path: PathBuf,
    _file: File,
}

impl OutLock {
    /// Makes the directory if it is missing, and takes the right to write into it.
    ///
    /// # Errors
    /// The directory cannot be written, or another process writes into it: [`io::ErrorKind::ResourceBusy`]. The message names the
    /// directory, and the process if it is known.
    pub(crate) fn take(directory: &Path) -> io::Result<Self> {
        fs::create_dir_all(directory).map_err(|error| with_path(directory, error))?;
        let path = directory.join(NAME);
        loop {
            let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
            let mut file = opened.map_err(|error| with_path(directory, error))?;
            match file.try_lock() {
                Ok(()) if !is_there(&file, &path) => continue, // Its writer has just ended, and removed it.
                Err(TryLockError::WouldBlock) => return Err(busy(directory, &mut file)),
                // A file system without locks.
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
            file.set_len(0)
                .and_then(|()| writeln!(file, "{}", std::process::id()))
                .map_err(|error| with_path(directory, error))?;
            return Ok(Self { path, _file: file });
        }
    }
}

impl Drop for OutLock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

fn busy(directory: &Path, file: &mut File) -> io::Error {
    let mut text = String::new();
    let read = file.take(20).read_to_string(&mut text);
    let process = match read.ok().and_then(|_| text.trim().parse::<u32>().ok()) {
        Some(process) => format!("ewcsim, process {process},"),
        None => "ewcsim".to_owned(),
    };
    let message = format!("{}: another {process} writes into this directory", directory.display());
    io::Error::new(io::ErrorKind::ResourceBusy, message)
}

/// Returns true if `path` still leads to the open file.
#[cfg(unix)]
fn is_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let (open, there) = (file.metadata().map(identity), fs::metadata(path).map(identity));
    open.is_ok_and(|open| there.is_ok_and(|there| open == there))
}

#[cfg(not(unix))]
fn is_there(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_writes_at_a_time() {
        let directory = tempfile::tempdir().expect("a directory");
        let out = directory.path().join("a/b");
        let lock = OutLock::take(&out).expect("nobody writes");
        let error = OutLock::take(&out).expect_err("the first one still writes");
        assert_eq!(error.kind(), io::ErrorKind::ResourceBusy);
        let expected = format!(
            "{}: another ewcsim, process {}, writes into this directory",
            out.display(),
            std::process::id()
        );
        assert_eq!(error.to_string(), expected);
        drop(lock);
        assert_eq!(fs::read_dir(&out).expect("it is there").count(), 0);
        // What a killed writer has left.
        fs::write(out.join(NAME), "123456789\n").expect("written");
        drop(OutLock::take(&out).expect("nobody writes"));
    }
}
