//! Reading files, from disk or from a test.

mod tree;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

pub use self::tree::{FileTree, LeftOut, TreeFile};

/// The source of a scenario's files. Paths are absolute, or relative to the directory in which the command runs.
pub trait Files {
    /// Returns the whole content of a file; if it is larger than `limit` bytes, nothing is read.
    ///
    /// # Errors
    /// See [`FileError`].
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError>;

    /// Returns the names and sizes of the regular files in a directory, sorted by name.
    ///
    /// # Errors
    /// See [`FileError`].
    fn list(&self, directory: &Path) -> Result<Vec<(String, u64)>, FileError>;

    /// Returns the regular files in a directory and in those below it, which are to be served to others. A source without directories
    /// below another has only those of [`Files::list`].
    ///
    /// # Errors
    /// See [`FileError`].
    fn tree(&self, directory: &Path) -> Result<FileTree, FileError> {
        let files = self.list(directory)?.into_iter();
        let files = files.map(|(name, size)| TreeFile { path: directory.join(&name), name, size });
        Ok(FileTree { files: files.collect(), left_out: Vec::new() })
    }

    /// Returns the names of the directories in a directory, sorted; none if it cannot be read. Only for "did you mean".
    fn directories(&self, _directory: &Path) -> Vec<String> {
        Vec::new()
    }
}

/// The reason that a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// No such file.
    #[error("no such file")]
    NotFound,
    /// A directory where a file should be.
    #[error("is a directory")]
    Directory,
    /// A file, or something else, in place of a directory.
    #[error("not a directory")]
    NoDirectory,
    /// A device, a pipe or the like.
    #[error("not a regular file")]
    NoFile,
    /// More bytes than the limit.
    #[error("{size} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Its size.
        size: u64,
        /// The maximum that is read.
        limit: u64,
    },
    /// It is not below any directory that may be read.
    #[error("outside of {root}")]
    Outside {
        /// The directory that the scenario may read.
        root: String,
        /// The file that links lead to, if the path has links.
        leads_to: Option<String>,
        /// What permits the file.
        help: String,
    },
    /// An error of the operating system.
    #[error("{0}")]
    Other(String),
}

impl From<std::io::Error> for FileError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Self::NotFound,
            std::io::ErrorKind::IsADirectory => Self::Directory,
            _ => Self::Other(error.to_string()),
        }
    }
}

/// The disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct DiskFiles;

impl Files for DiskFiles {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        // The size is checked before the file is opened: opening a pipe would wait for its other end.
        let metadata = std::fs::metadata(path)?;
        if metadata.is_dir() {
            return Err(FileError::Directory);
        }
        if !metadata.is_file() {
            return Err(FileError::NoFile);
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
        if !std::fs::metadata(directory)?.is_dir() {
            return Err(FileError::NoDirectory);
        }
        let mut files = Vec::new();
        for entry in std::fs::read_dir(directory)? {
            let entry = entry?;
            // Links are followed: image directories are often links to a version's own. A dangling link is not a file.
            match std::fs::metadata(entry.path()) {
                Ok(metadata) if metadata.is_file() => files.push((name(&entry), metadata.len())),
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        files.sort();
        Ok(files)
    }

    fn tree(&self, directory: &Path) -> Result<FileTree, FileError> {
        FileTree::on_disk(directory)
    }

    fn directories(&self, directory: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.filter(|entry| entry.path().is_dir()).map(|entry| name(&entry)).collect();
        names.sort();
        names
    }
}

fn name(entry: &std::fs::DirEntry) -> String {
    entry.file_name().to_string_lossy().into_owned()
}

/// Files in memory, for tests.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles(BTreeMap<PathBuf, Vec<u8>>);

impl MemoryFiles {
    /// Adds a file.
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

/// Returns the path without `.` and with `..` applied, by names alone: links are not followed, and files need not exist.
pub fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match out.components().next_back() {
                Some(Component::Normal(_)) => _ = out.pop(),
                Some(Component::RootDir) => {}
                _ => out.push(component),
            },
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
    fn paths_are_shown_without_detours() {
        let shown = |path: &str| normal(Path::new(path)).display().to_string();
        assert_eq!(shown("./a/./b/../../c.yaml"), "c.yaml");
        assert_eq!(shown("../../a/../b"), "../../b");
        assert_eq!(shown("/../a/.."), "/");
    }

    #[test]
    fn the_disk_refuses_what_is_no_file() {
        assert_eq!(DiskFiles.read(Path::new("src"), 10), Err(FileError::Directory));
        assert_eq!(DiskFiles.read(Path::new("/dev/null"), 10), Err(FileError::NoFile));
        assert!(matches!(
            DiskFiles.read(Path::new("src/files.rs"), 10),
            Err(FileError::TooLarge { limit: 10, .. })
        ));
        assert_eq!(DiskFiles.read(Path::new("src/none"), 10), Err(FileError::NotFound));
        assert_eq!(DiskFiles.list(Path::new("src/none")), Err(FileError::NotFound));
        assert_eq!(DiskFiles.list(Path::new("src/files.rs")), Err(FileError::NoDirectory));
        assert!(DiskFiles.directories(Path::new(".")).contains(&"src".to_owned()));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nowhere_is_left_out() {
        let directory = std::env::temp_dir().join(format!("ewcsim-files-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("it can be made");
        std::fs::write(directory.join("ap1g8"), "12345").expect("it can be written");
        let link = directory.join("ap1g7");
        std::os::unix::fs::symlink("nowhere", &link).expect("it can be made");
        let listed = DiskFiles.list(&directory);
        std::fs::remove_dir_all(&directory).expect("it can be removed");
        assert_eq!(listed, Ok(vec![("ap1g8".to_owned(), 5)]));
    }
}
