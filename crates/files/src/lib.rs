//! The files that a server serves: those of a machine, by absolute path.
//!
//! Servers use a [`FileSource`]. A [`Tree`] is made from directory listings; its contents are made when first read, and faults
//! may change it during a run. A [`Directory`] is a real one. [`resolve`] walks a path with the rights of a [`User`].

mod directory;
mod modified;
mod open;
mod strerror;
mod tree;
mod user;
mod walk;

pub use directory::Directory;
use image::Content;
pub use modified::Modified;
pub use open::{ContentReader, FileReader, FileWriter};
pub use strerror::strerror;
pub use tree::{File, SPACE_DEFAULT, Tree};
pub use user::{Group, READ, SEARCH, User, WRITE};
pub use walk::{resolve, split};

/// The files of a machine. Paths are absolute and plain: `/`, or names each preceded by `/`, none of them `.` or `..`;
/// [`resolve`] makes such paths from the requests of clients, and checks permissions on the way.
pub trait FileSource {
    /// Returns the metadata of a file or directory.
    ///
    /// # Errors
    /// [`FileError::NotFound`] and the like, as stat(2).
    fn stat(&self, path: &str) -> Result<Metadata, FileError>;

    /// Returns the content of a file as it is now. It stays valid even if the file is removed or replaced.
    ///
    /// # Errors
    /// As [`FileSource::stat`], and [`FileError::IsADirectory`].
    fn read(&self, path: &str) -> Result<Content, FileError>;

    /// Opens a file to be read piece by piece, without holding all of it.
    ///
    /// # Errors
    /// As [`FileSource::read`].
    fn open(&self, path: &str) -> Result<Box<dyn FileReader>, FileError> {
        Ok(Box::new(ContentReader::new(self.read(path)?)))
    }

    /// Returns the names in a directory, sorted.
    ///
    /// # Errors
    /// As [`FileSource::stat`], and [`FileError::NotADirectory`].
    fn list(&self, path: &str) -> Result<Vec<String>, FileError>;

    /// Returns the number of links of a file or directory, as `ls -l` counts them: a directory is also its own `.` and the `..`
    /// of each directory in it.
    ///
    /// # Errors
    /// As [`FileSource::stat`].
    fn links(&self, path: &str) -> Result<u64, FileError> {
        if !self.stat(path)?.is_directory() {
            return Ok(1);
        }
        let path = path.trim_end_matches('/');
        let names = self.list(if path.is_empty() { "/" } else { path })?;
        let directories = names.iter().filter(|name| {
            self.stat(&format!("{path}/{name}")).is_ok_and(|metadata| metadata.is_directory())
        });
        Ok(2 + directories.count() as u64)
    }

    /// Makes an empty file with these permission bits, owned by `owner` and its first group as far as the file system can do
    /// this.
    ///
    /// # Errors
    /// [`FileError::Exists`], [`FileError::NotFound`] or [`FileError::NotADirectory`] if its directory does not exist,
    /// [`FileError::ReadOnly`] if nothing can be written at all.
    fn create(&self, path: &str, mode: u32, owner: &User) -> Result<(), FileError>;

    /// Empties a file, and returns a writer for it. Readers of the old content keep that.
    ///
    /// # Errors
    /// As [`FileSource::read`], and [`FileError::ReadOnly`].
    fn rewrite(&self, path: &str) -> Result<Box<dyn FileWriter>, FileError>;
}

/// The metadata of a file that stat(2) and `ls -l` show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The kind.
    pub kind: Kind,
    /// The size in bytes.
    pub size: u64,
    /// The permission bits, such as 0o644.
    pub mode: u32,
    /// The owner's name, or number where names are not known.
    pub owner: String,
    /// The group's name, or number where names are not known.
    pub group: String,
    /// The modification time.
    pub modified: Modified,
}

/// Kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
}

impl Metadata {
    /// Returns true for a directory.
    pub fn is_directory(&self) -> bool {
        self.kind == Kind::Directory
    }
}

/// The reason why a file is not available. The messages are those of strerror(3), as servers send and log them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// ENOENT.
    #[error("No such file or directory")]
    NotFound,
    /// ENOTDIR.
    #[error("Not a directory")]
    NotADirectory,
    /// EISDIR.
    #[error("Is a directory")]
    IsADirectory,
    /// EACCES.
    #[error("Permission denied")]
    PermissionDenied,
    /// ENAMETOOLONG.
    #[error("File name too long")]
    NameTooLong,
    /// EEXIST.
    #[error("File exists")]
    Exists,
    /// ENOSPC.
    #[error("No space left on device")]
    NoSpace,
    /// EROFS.
    #[error("Read-only file system")]
    ReadOnly,
    /// EIO and other errors of a real directory.
    #[error("{0}")]
    Other(String),
}
