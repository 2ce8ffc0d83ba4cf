//! A directory of the real machine.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use image::Content;

use super::{FileError, FileSource, FileWriter, Kind, Metadata, split};

/// Serves a real directory as if it stood at some path of a machine that has nothing else. Links that lead out of it are not there.
#[derive(Clone, Debug)]
pub struct Directory {
    root: PathBuf,
    at: String,
}

impl Directory {
    /// `root`, a real directory, stands at the plain path `at` (see [`FileSource`]).
    ///
    /// # Errors
    /// What the operating system says of `root`.
    pub fn new(root: &Path, at: &str) -> io::Result<Self> {
        let root = root.canonicalize()?;
        fs::read_dir(&root)?;
        Ok(Self { root, at: at.trim_end_matches('/').to_owned() })
    }

    /// Where `path` really is. None if it is above the root: a directory that only leads there.
    fn locate(&self, path: &str) -> Result<Option<PathBuf>, FileError> {
        let above = path == "/" || self.at.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        if above && !self.at.is_empty() {
            return Ok(None);
        }
        let below = path.strip_prefix(&self.at).ok_or(FileError::NotFound)?;
        let below = match below.strip_prefix('/') {
            Some(below) => below,
            None if below.is_empty() => "",
            None => return Err(FileError::NotFound),
        };
        let real = self.root.join(below).canonicalize().map_err(|error| file_error(&error))?;
        if real.starts_with(&self.root) { Ok(Some(real)) } else { Err(FileError::NotFound) }
    }
}

impl FileSource for Directory {
    fn stat(&self, path: &str) -> Result<Metadata, FileError> {
        let Some(real) = self.locate(path)? else {
            return Ok(Metadata {
                kind: Kind::Directory,
                size: 4096,
                mode: 0o755,
                owner: "root".into(),
                group: "root".into(),
                modified: String::new(),
            });
        };
        let metadata = fs::metadata(real).map_err(|error| file_error(&error))?;
        let (mode, owner, group) = ownership(&metadata);
        let kind = if metadata.is_dir() { Kind::Directory } else { Kind::File };
        Ok(Metadata { kind, size: metadata.len(), mode, owner, group, modified: String::new() })
    }

    fn read(&self, path: &str) -> Result<Content, FileError> {
        let real = self.locate(path)?.ok_or(FileError::IsADirectory)?;
        let metadata = fs::metadata(&real).map_err(|error| file_error(&error))?;
        if metadata.is_dir() {
            return Err(FileError::IsADirectory);
        }
        if !metadata.is_file() {
            return Err(FileError::Other("Operation not supported".into()));
        }
        fs::read(real).map(Content::from_vec).map_err(|error| file_error(&error))
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let Some(real) = self.locate(path)? else {
            let next =
                self.at.strip_prefix(path.trim_end_matches('/')).and_then(|rest| rest.split('/').nth(1));
            return Ok(next.map(str::to_owned).into_iter().collect());
        };
        let mut names = Vec::new();
        for entry in fs::read_dir(real).map_err(|error| file_error(&error))? {
            let entry = entry.map_err(|error| file_error(&error))?;
            names.extend(entry.file_name().into_string());
        }
        names.sort();
        Ok(names)
    }

    /// The owner is whoever runs this process.
    fn create(&self, path: &str, mode: u32, _owner: &str) -> Result<(), FileError> {
        let (directory, name) = split(path)?;
        let directory = self.locate(directory)?.ok_or(FileError::ReadOnly)?;
        let file = fs::File::create_new(directory.join(name)).map_err(|error| file_error(&error))?;
        set_mode(&file, mode).map_err(|error| file_error(&error))
    }

    fn rewrite(&self, path: &str) -> Result<Box<dyn FileWriter>, FileError> {
        let real = self.locate(path)?.ok_or(FileError::IsADirectory)?;
        let opened = fs::OpenOptions::new().write(true).truncate(true).open(real);
        Ok(Box::new(RealFile(opened.map_err(|error| file_error(&error))?)))
    }
}

struct RealFile(fs::File);

impl FileWriter for RealFile {
    fn append(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.0.write_all(bytes).map_err(|error| file_error(&error))
    }
}

/// Numbers stand for the names of owner and group, which only the user database of the machine knows.
#[cfg(unix)]
fn ownership(metadata: &fs::Metadata) -> (u32, String, String) {
    use std::os::unix::fs::MetadataExt;
    (metadata.mode() & 0o7777, metadata.uid().to_string(), metadata.gid().to_string())
}

#[cfg(not(unix))]
fn ownership(metadata: &fs::Metadata) -> (u32, String, String) {
    (if metadata.is_dir() { 0o755 } else { 0o644 }, String::new(), String::new())
}

#[cfg(unix)]
fn set_mode(file: &fs::File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &fs::File, _: u32) -> io::Result<()> {
    Ok(())
}

fn file_error(error: &io::Error) -> FileError {
    match error.kind() {
        io::ErrorKind::NotFound => FileError::NotFound,
        io::ErrorKind::NotADirectory => FileError::NotADirectory,
        io::ErrorKind::IsADirectory => FileError::IsADirectory,
        io::ErrorKind::PermissionDenied => FileError::PermissionDenied,
        io::ErrorKind::AlreadyExists => FileError::Exists,
        io::ErrorKind::StorageFull => FileError::NoSpace,
        io::ErrorKind::ReadOnlyFilesystem => FileError::ReadOnly,
        io::ErrorKind::InvalidFilename => FileError::NameTooLong,
        _ => FileError::Other(crate::strerror::strerror(error)),
    }
}
