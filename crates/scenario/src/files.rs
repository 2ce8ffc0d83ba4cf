//! Reading files: the disk's, or a test's.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Where a scenario's files come from. Paths are relative to where the command runs, or absolute.
pub trait Files {
    /// The whole content of a file, unless it is larger than `limit` bytes; then nothing is read.
    ///
    /// # Errors
    /// See [`FileError`].
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError>;

    /// Names and sizes of the regular files in a directory, sorted by name.
    ///
    /// # Errors
    /// See [`FileError`].
    fn list(&self, directory: &Path) -> Result<Vec<(String, u64)>, FileError>;
}

/// Why a file cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// No such file.
    #[error("no such file")]
    NotFound,
    /// A directory where a file should be, a device, or a file where a directory should be.
    #[error("not a regular file or directory")]
    WrongKind,
    /// More bytes than are read.
    #[error("{size} bytes, at most {limit} are read")]
    TooLarge {
        /// Its size.
        size: u64,
        /// What would have been read.
        limit: u64,
    },
    /// What the operating system says.
    #[error("{0}")]
    Other(String),
}

impl From<std::io::Error> for FileError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Self::NotFound,
            std::io::ErrorKind::IsADirectory => Self::WrongKind,
            _ => Self::Other(error.to_string()),
        }
    }
}

/// The disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct DiskFiles;

impl Files for DiskFiles {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        // The size is looked at before the file is opened: opening a pipe would wait for its other end.
        let metadata = std::fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(FileError::WrongKind);
        }
        let size = metadata.len();
        if size > limit {
            return Err(FileError::TooLarge { size, limit });
        }
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
        let size = bytes.len() as u64;
        if size > limit { Err(FileError::TooLarge { size, limit }) } else { Ok(bytes) }
    }

    fn list(&self, directory: &Path) -> Result<Vec<(String, u64)>, FileError> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(directory)? {
            let entry = entry?;
            // Links are followed: image directories are often links to a version's own.
            let metadata = std::fs::metadata(entry.path())?;
            if metadata.is_file() {
                files.push((entry.file_name().to_string_lossy().into_owned(), metadata.len()));
            }
        }
        files.sort();
        Ok(files)
    }
}

/// Files in memory, for tests.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles(BTreeMap<PathBuf, Vec<u8>>);

impl MemoryFiles {
    /// With one more file.
    #[must_use]
    pub fn with(mut self, path: impl AsRef<Path>, content: impl Into<Vec<u8>>) -> Self {
        self.0.insert(normal(path.as_ref()), content.into());
        self
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        let bytes = self.0.get(&normal(path)).ok_or(FileError::NotFound)?;
        let size = bytes.len() as u64;
        if size > limit { Err(FileError::TooLarge { size, limit }) } else { Ok(bytes.clone()) }
    }

    fn list(&self, directory: &Path) -> Result<Vec<(String, u64)>, FileError> {
        let directory = normal(directory);
        let here = self.0.iter().filter(|(path, _)| path.parent() == Some(&directory));
        let files: Vec<_> = here
            .filter_map(|(path, bytes)| {
                Some((path.file_name()?.to_string_lossy().into_owned(), bytes.len() as u64))
            })
            .collect();
        if files.is_empty() { Err(FileError::NotFound) } else { Ok(files) }
    }
}

/// Without `.` and with `..` applied.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_behaves_as_the_disk_does() {
        let files = MemoryFiles::default().with("a/b.listing", "12345").with("a/c.yaml", "");
        assert_eq!(files.read(Path::new("a/./x/../b.listing"), 5), Ok(b"12345".to_vec()));
        assert_eq!(files.read(Path::new("a/b.listing"), 4), Err(FileError::TooLarge { size: 5, limit: 4 }));
        assert_eq!(
            files.list(Path::new("a")),
            Ok(vec![("b.listing".to_owned(), 5), ("c.yaml".to_owned(), 0)])
        );
        assert_eq!(files.read(Path::new("b.listing"), 5), Err(FileError::NotFound));
    }

    #[test]
    fn the_disk_refuses_what_is_no_file() {
        assert_eq!(DiskFiles.read(Path::new("src"), 10), Err(FileError::WrongKind));
        assert!(matches!(
            DiskFiles.read(Path::new("src/files.rs"), 10),
            Err(FileError::TooLarge { limit: 10, .. })
        ));
        assert_eq!(DiskFiles.read(Path::new("src/none"), 10), Err(FileError::NotFound));
        assert!(
            DiskFiles.list(Path::new("src")).expect("it is there").iter().any(|(name, _)| name == "files.rs")
        );
    }
}
