//! Files of the disk, and one beside them that is only in memory: the scenario of a night.

use std::path::{Path, PathBuf};

use scenario::{FileError, FileTree, Files, normal};

/// Files with one more, which hides one of the same path.
pub(super) struct Overlay<'a> {
    files: &'a dyn Files,
    path: PathBuf,
    text: &'a str,
}

impl<'a> Overlay<'a> {
    /// Lays a text over `files`, as if it stood at `path`.
    pub(super) fn new(files: &'a dyn Files, path: &Path, text: &'a str) -> Self {
        Self { files, path: normal(path), text }
    }
}

impl Files for Overlay<'_> {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        if normal(path) != self.path {
            return self.files.read(path, limit);
        }
        let size = self.text.len() as u64;
        if size > limit {
            Err(FileError::TooLarge { size, limit })
        } else {
            Ok(self.text.as_bytes().to_vec())
        }
    }

    fn list(&self, directory: &Path) -> Result<Vec<(String, u64)>, FileError> {
        self.files.list(directory)
    }

    fn tree(&self, directory: &Path) -> Result<FileTree, FileError> {
        self.files.tree(directory)
    }

    fn directories(&self, directory: &Path) -> Vec<String> {
        self.files.directories(directory)
    }
}
