//! Errors of the file system: their texts, and the status that clients get.

use sftp::StatusCode;

use files::FileError;

/// An error of a system call here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Errno {
    /// EPERM.
    NotPermitted,
    /// ENOENT.
    NotFound,
    /// EBADF.
    BadDescriptor,
    /// EACCES.
    PermissionDenied,
    /// EBUSY.
    Busy,
    /// EEXIST.
    Exists,
    /// ENOTDIR.
    NotADirectory,
    /// EISDIR.
    IsADirectory,
    /// EINVAL.
    Invalid,
    /// EMFILE.
    TooManyOpen,
    /// ENOSPC.
    NoSpace,
    /// ESPIPE.
    IllegalSeek,
    /// EROFS.
    ReadOnly,
    /// ENAMETOOLONG.
    NameTooLong,
    /// ENOSYS.
    NotImplemented,
    /// ENOTEMPTY.
    NotEmpty,
    /// EILSEQ: names here are UTF-8.
    IllegalName,
    /// EOPNOTSUPP.
    NotSupported,
    /// EIO and other errors of a disk.
    Other(String),
}

impl Errno {
    /// Returns its status (`errno_to_portable` of sftp-server).
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::NotADirectory | Self::BadDescriptor => StatusCode::NO_SUCH_FILE,
            Self::NotPermitted | Self::PermissionDenied => StatusCode::PERMISSION_DENIED,
            Self::NameTooLong | Self::Invalid => StatusCode::BAD_MESSAGE,
            Self::NotImplemented => StatusCode::OP_UNSUPPORTED,
            _ => StatusCode::FAILURE,
        }
    }

    /// Returns the text of strerror(3).
    pub(super) fn words(&self) -> &str {
        match self {
            Self::NotPermitted => "Operation not permitted",
            Self::NotFound => "No such file or directory",
            Self::BadDescriptor => "Bad file descriptor",
            Self::PermissionDenied => "Permission denied",
            Self::Busy => "Device or resource busy",
            Self::Exists => "File exists",
            Self::NotADirectory => "Not a directory",
            Self::IsADirectory => "Is a directory",
            Self::Invalid => "Invalid argument",
            Self::TooManyOpen => "Too many open files",
            Self::NoSpace => "No space left on device",
            Self::IllegalSeek => "Illegal seek",
            Self::ReadOnly => "Read-only file system",
            Self::NameTooLong => "File name too long",
            Self::NotImplemented => "Function not implemented",
            Self::NotEmpty => "Directory not empty",
            Self::IllegalName => "Invalid or incomplete multibyte or wide character",
            Self::NotSupported => "Operation not supported",
            Self::Other(words) => words,
        }
    }
}

impl From<FileError> for Errno {
    fn from(error: FileError) -> Self {
        match error {
            FileError::NotFound => Self::NotFound,
            FileError::NotADirectory => Self::NotADirectory,
            FileError::IsADirectory => Self::IsADirectory,
            FileError::PermissionDenied => Self::PermissionDenied,
            FileError::NameTooLong => Self::NameTooLong,
            FileError::Exists => Self::Exists,
            FileError::NoSpace => Self::NoSpace,
            FileError::ReadOnly => Self::ReadOnly,
            FileError::Other(words) => Self::Other(words),
        }
    }
}

/// Returns sftp-server's text for a status.
pub(super) fn status_words(status: StatusCode) -> &'static str {
    match status.0 {
        0 => "Success",
        1 => "End of file",
        2 => "No such file",
        3 => "Permission denied",
        4 => "Failure",
        5 => "Bad message",
        6 => "No connection",
        7 => "Connection lost",
        _ => "Operation unsupported",
    }
}
