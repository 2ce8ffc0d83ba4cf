//! What a server serves: the files of a machine, by absolute path.
//!
//! [`FileSource`] is what servers ask. A [`Tree`] is made from directory listings; its contents are made when first read, and faults may
//! change it during a run. A [`Directory`] is a real one. [`resolve`] walks a path as [`User`]s may walk it.

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

/// The files of a machine. Paths are absolute and plain: `/`, or names each led by `/`, none of them `.` or `..`;
/// [`resolve`] makes such paths from what clients ask for, and checks permissions on the way.
pub trait FileSource {
    /// What is known of a file or directory.
    ///
    /// # Errors
    /// [`FileError::NotFound`] and the like, as stat(2).
    fn stat(&self, path: &str) -> Result<Metadata, FileError>;

    /// The content of a file as it is now. Whoever has it keeps it, even if the file is removed or replaced.
    ///
    /// # Errors
    /// As [`FileSource::stat`], and [`FileError::IsADirectory`].
    fn read(&self, path: &str) -> Result<Content, FileError>;

    /// A file to be read piece by piece, without holding all of it.
    ///
    /// # Errors
    /// As [`FileSource::read`].
    fn open(&self, path: &str) -> Result<Box<dyn FileReader>, FileError> {
        Ok(Box::new(ContentReader::new(self.read(path)?)))
    }

    /// The names in a directory, sorted.
    ///
    /// # Errors
    /// As [`FileSource::stat`], and [`FileError::NotADirectory`].
    fn list(&self, path: &str) -> Result<Vec<String>, FileError>;

    /// How many names a file or directory has, as `ls -l` counts them: a directory is also the `.` of itself and the `..` of each
    /// directory in it.
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

    /// Makes an empty file with these permission bits, owned by `owner` and its first group as far as the file system can do that.
    ///
    /// # Errors
    /// [`FileError::Exists`], [`FileError::NotFound`] or [`FileError::NotADirectory`] if there is no directory to put it into,
    /// [`FileError::ReadOnly`] if nothing can be written at all.
    fn create(&self, path: &str, mode: u32, owner: &User) -> Result<(), FileError>;

    /// Empties a file, and gives what writes it anew. Who has its old content keeps it.
    ///
    /// # Errors
    /// As [`FileSource::read`], and [`FileError::ReadOnly`].
    fn rewrite(&self, path: &str) -> Result<Box<dyn FileWriter>, FileError>;
}

/// What stat(2) and `ls -l` tell of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Which kind it is.
    pub kind: Kind,
    /// In bytes.
    pub size: u64,
    /// The permission bits, such as 0o644.
    pub mode: u32,
    /// The owner's name, or number where names are not known.
    pub owner: String,
    /// The group's name, or number where names are not known.
    pub group: String,
    /// When it was modified.
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
    /// Whether it is a directory.
    pub fn is_directory(&self) -> bool {
        self.kind == Kind::Directory
    }
}

/// Why a file cannot be had. The messages are those of strerror(3), as servers send and log them.
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
    /// EIO and what else can befall a real directory.
    #[error("{0}")]
    Other(String),
}
