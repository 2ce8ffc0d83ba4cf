//! Files that appear whole or not at all: each is written under another name beside its place, and renamed at the end.
//!
//! A process that is killed leaves the other name. It is locked as long as its writer lives, so that the next writer of the same file
//! knows what it may remove.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The end of the names of files that are being written.
const PART: &str = ".ewcsim-part";

/// A file that is being written. If it is dropped before [`Pending::keep`], nothing remains of it, and an existing file stays.
#[derive(Debug)]
pub(crate) struct Pending {
    file: File,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// A device or a pipe, which cannot be replaced.
    Device,
    /// Written at `temporary`, to be renamed to `target`.
    File {
        temporary: PathBuf,
        target: PathBuf,
    },
    Kept,
}

impl Pending {
    /// Begins a file at `path`, or opens the device there. The mode and, as far as permitted, the owner of an existing file are kept. A
    /// symbolic link stays: the file that it leads to is replaced.
    ///
    /// # Errors
    /// The path is a directory, or cannot be written.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let known = match fs::metadata(path) {
            Ok(known) if known.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(known) if !known.is_file() => {
                let file = OpenOptions::new().write(true).open(path)?;
                return Ok(Self { file, place: Place::Device });
            }
            // A file that may not be written may not be replaced either, though a rename would succeed.
            Ok(known) => {
                OpenOptions::new().write(true).open(path)?;
                Some(known)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        remove_abandoned(&target);
        let (file, temporary) = create_beside(&target)?;
        let pending = Self { file, place: Place::File { temporary, target } };
        if let Some(known) = known {
            take_over(&pending.file, &known)?;
        }
        Ok(pending)
    }

    /// Returns true if it is a device or a pipe.
    pub(crate) fn is_device(&self) -> bool {
        matches!(self.place, Place::Device)
    }

    /// Returns another handle, for a writer that owns one.
    ///
    /// # Errors
    /// The error of the operating system.
    pub(crate) fn handle(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// The error of the operating system; then nothing remains of it.
    pub(crate) fn keep(mut self) -> io::Result<()> {
        if let Place::File { temporary, target } = &self.place {
            fs::rename(temporary, target)?;
            self.place = Place::Kept;
        }
        Ok(())
    }

    /// Puts the file in its place unless something is there.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`], and errors of the operating system; then nothing remains of it.
    pub(crate) fn keep_new(self) -> io::Result<()> {
        let Place::File { temporary, target } = &self.place else {
            return Err(io::ErrorKind::AlreadyExists.into());
        };
        match fs::hard_link(temporary, target) {
            // The other name is removed when this is dropped.
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // Not every file system has links.
            Err(_) if target.symlink_metadata().is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => self.keep(),
        }
    }
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Place::File { temporary, .. } = &self.place {
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Writes a whole file, in a directory that is made if it is missing.
///
/// # Errors
/// The error of the operating system; then an existing file is as it was.
pub(crate) fn write_whole(path: &Path, text: &[u8]) -> io::Result<()> {
    begin_whole(path, text)?.keep()
}

/// Writes a whole file under another name, in a directory that is made if it is missing. [`Pending::keep`] puts it in its place.
///
/// # Errors
/// The error of the operating system.
pub(crate) fn begin_whole(path: &Path, text: &[u8]) -> io::Result<Pending> {
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent)?;
    }
    let mut pending = Pending::create(path)?;
    pending.write_all(text)?;
    Ok(pending)
}

/// Creates a file beside `target`, locked by this process.
fn create_beside(target: &Path) -> io::Result<(File, PathBuf)> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}{}-{number}{PART}", prefix(target), std::process::id());
        let temporary = target.with_file_name(name);
        match File::create_new(&temporary) {
            Ok(file) => {
                // A file system without locks only keeps what a killed process leaves.
                let _ = file.try_lock();
                return Ok((file, temporary));
            }
            // Of an earlier process of this number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// Returns the beginning of the names under which `target` is written.
fn prefix(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    // Names have a limit, which the longest name of a target reaches.
    let short: String = name.chars().take(60).collect();
    format!(".{short}.")
}

/// Removes what killed writers of `target` have left.
fn remove_abandoned(target: &Path) {
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let prefix = prefix(target);
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if name.starts_with(&prefix) && name.ends_with(PART) && is_abandoned(&entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Returns true if no process holds the lock of a file.
fn is_abandoned(path: &Path) -> bool {
    let file = OpenOptions::new().write(true).open(path);
    file.is_ok_and(|file| !matches!(file.try_lock(), Err(TryLockError::WouldBlock | TryLockError::Error(_))))
}

/// Gives a new file the mode of the one that it is to replace, and the owner as far as this user may.
fn take_over(file: &File, known: &fs::Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let new = file.metadata()?;
        if (new.uid(), new.gid()) != (known.uid(), known.gid()) {
            let _ = fchown(file, Some(known.uid()), Some(known.gid()));
        }
    }
    file.set_permissions(known.permissions())
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
        let path = directory.path().join("sub/file");
        write_whole(&path, b"old").expect("written");
        let pending = begin_whole(&path, b"new").expect("written");
        assert_eq!(fs::read(&path).expect("read"), b"old");
        drop(pending);
        let sub = directory.path().join("sub");
        assert_eq!((names(&sub), fs::read(&path).expect("read")), (vec!["file".into()], b"old".into()));
        write_whole(&path, b"new").expect("written");
        assert_eq!((names(&sub), fs::read(&path).expect("read")), (vec!["file".into()], b"new".into()));
        let error = begin_whole(&path, b"x").expect("written").keep_new().expect_err("it is there");
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!((names(&sub), fs::read(&path).expect("read")), (vec!["file".into()], b"new".into()));
        begin_whole(&sub.join("other"), b"x").expect("written").keep_new().expect("nothing is there");
        assert_eq!(names(&sub), ["file", "other"]);
    }

    #[test]
    fn what_killed_writers_left_is_removed_and_nothing_else() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("file");
        for name in [".file.1-0.ewcsim-part", ".file.txt", ".other.1-0.ewcsim-part"] {
            fs::write(directory.path().join(name), "x").expect("written");
        }
        let writing = begin_whole(&path, b"one").expect("written");
        write_whole(&path, b"two").expect("written");
        // The one that is still being written stays.
        assert_eq!(names(directory.path()).len(), 4);
        writing.keep().expect("kept");
        assert_eq!(names(directory.path()), [".file.txt", ".other.1-0.ewcsim-part", "file"]);
        assert_eq!(fs::read(&path).expect("read"), b"one");
    }

    #[cfg(unix)]
    #[test]
    fn modes_links_and_devices_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let directory = tempfile::tempdir().expect("a directory");
        let (file, link) = (directory.path().join("file"), directory.path().join("link"));
        fs::write(&file, "old").expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("it is ours");
        symlink(&file, &link).expect("linked");
        write_whole(&link, b"new").expect("written");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read(&file).expect("read"), b"new");
        assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
        assert!(Pending::create(Path::new("/dev/null")).expect("opened").is_device());
        assert_eq!(
            Pending::create(directory.path()).expect_err("a directory").kind(),
            io::ErrorKind::IsADirectory
        );
    }
}
