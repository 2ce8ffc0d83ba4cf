//! What a server serves: the files of a machine, by absolute path.

mod directory;
mod tree;
mod walk;

pub use directory::Directory;
use image::Content;
pub use tree::{File, SPACE_DEFAULT, Tree};
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

    /// The names in a directory, sorted.
    ///
    /// # Errors
    /// As [`FileSource::stat`], and [`FileError::NotADirectory`].
    fn list(&self, path: &str) -> Result<Vec<String>, FileError>;

    /// Makes an empty file with these permission bits, owned by `owner` as far as the file system can do that.
    ///
    /// # Errors
    /// [`FileError::Exists`], [`FileError::NotFound`] or [`FileError::NotADirectory`] if there is no directory to put it into,
    /// [`FileError::ReadOnly`] if nothing can be written at all.
    fn create(&self, path: &str, mode: u32, owner: &str) -> Result<(), FileError>;

    /// Empties a file, and gives what writes it anew. Who has its old content keeps it.
    ///
    /// # Errors
    /// As [`FileSource::read`], and [`FileError::ReadOnly`].
    fn rewrite(&self, path: &str) -> Result<Box<dyn FileWriter>, FileError>;
}

/// A file that is being written.
pub trait FileWriter {
    /// Puts bytes at its end, where readers see them at once.
    ///
    /// # Errors
    /// [`FileError::NoSpace`], of which part of the bytes may have been written, and what else can befall a disk.
    fn append(&mut self, bytes: &[u8]) -> Result<(), FileError>;
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
    /// The owner's name.
    pub owner: String,
    /// The group's name.
    pub group: String,
    /// When it was modified, in the words of the listing.
    pub modified: String,
}

/// Kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
}

/// The permission bit for reading.
pub const READ: u32 = 4;
/// The permission bit for writing.
pub const WRITE: u32 = 2;
/// The permission bit for searching a directory.
pub const SEARCH: u32 = 1;

impl Metadata {
    /// Whether `user` has one of the permissions [`READ`], [`WRITE`], [`SEARCH`]. A user is taken to be in the group of the same
    /// name and no other; root may do everything.
    pub fn permits(&self, user: &str, permission: u32) -> bool {
        let shift = match user {
            "root" => return true,
            user if user == self.owner => 6,
            user if user == self.group => 3,
            _ => 0,
        };
        self.mode >> shift & permission != 0
    }

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
