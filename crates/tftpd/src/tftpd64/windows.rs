//! The system errors of Windows that the server can meet, with the numbers of GetLastError and the texts of FormatMessage.
//!
//! Numbers and texts are those of "System Error Codes" in Microsoft's documentation.

use std::io;

use serde::Serialize;

use files::FileError;

/// EMSGSIZE on Linux; the standard library has no kind for it.
const EMSGSIZE: i32 = 90;

/// A number that GetLastError returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SystemError(pub u32);

impl SystemError {
    /// ERROR_SUCCESS: the value when nothing set an error.
    pub const SUCCESS: Self = Self(0);
    /// ERROR_FILE_NOT_FOUND.
    pub const FILE_NOT_FOUND: Self = Self(2);
    /// ERROR_PATH_NOT_FOUND.
    pub const PATH_NOT_FOUND: Self = Self(3);
    /// ERROR_ACCESS_DENIED.
    pub const ACCESS_DENIED: Self = Self(5);
    /// ERROR_WRITE_PROTECT.
    pub const WRITE_PROTECT: Self = Self(19);
    /// ERROR_BAD_LENGTH.
    pub const BAD_LENGTH: Self = Self(24);
    /// ERROR_SHARING_VIOLATION.
    pub const SHARING_VIOLATION: Self = Self(32);
    /// ERROR_FILE_EXISTS.
    pub const FILE_EXISTS: Self = Self(80);
    /// ERROR_DISK_FULL.
    pub const DISK_FULL: Self = Self(112);
    /// ERROR_INVALID_NAME.
    pub const INVALID_NAME: Self = Self(123);
    /// ERROR_FILENAME_EXCED_RANGE.
    pub const NAME_TOO_LONG: Self = Self(206);
    /// ERROR_DIRECTORY.
    pub const DIRECTORY: Self = Self(267);
    /// ERROR_IO_DEVICE.
    pub const IO_DEVICE: Self = Self(1117);
    /// WSAEMSGSIZE.
    pub const MESSAGE_SIZE: Self = Self(10_040);
    /// WSAEADDRINUSE.
    pub const ADDRESS_IN_USE: Self = Self(10_048);
    /// WSAEADDRNOTAVAIL.
    pub const ADDRESS_NOT_AVAILABLE: Self = Self(10_049);
    /// WSAENETUNREACH.
    pub const NETWORK_UNREACHABLE: Self = Self(10_051);
    /// WSAECONNRESET: on UDP, the port was unreachable.
    pub const CONNECTION_RESET: Self = Self(10_054);
    /// WSAEHOSTUNREACH.
    pub const HOST_UNREACHABLE: Self = Self(10_065);

    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::SUCCESS,
        Self::FILE_NOT_FOUND,
        Self::PATH_NOT_FOUND,
        Self::ACCESS_DENIED,
        Self::WRITE_PROTECT,
        Self::BAD_LENGTH,
        Self::SHARING_VIOLATION,
        Self::FILE_EXISTS,
        Self::DISK_FULL,
        Self::INVALID_NAME,
        Self::NAME_TOO_LONG,
        Self::DIRECTORY,
        Self::IO_DEVICE,
        Self::MESSAGE_SIZE,
        Self::ADDRESS_IN_USE,
        Self::ADDRESS_NOT_AVAILABLE,
        Self::NETWORK_UNREACHABLE,
        Self::CONNECTION_RESET,
        Self::HOST_UNREACHABLE,
    ];

    /// Returns the text of FormatMessage in English.
    pub fn text(self) -> &'static str {
        match self {
            Self::SUCCESS => "The operation completed successfully.",
            Self::FILE_NOT_FOUND => "The system cannot find the file specified.",
            Self::PATH_NOT_FOUND => "The system cannot find the path specified.",
            Self::ACCESS_DENIED => "Access is denied.",
            Self::WRITE_PROTECT => "The media is write protected.",
            Self::BAD_LENGTH => "The program issued a command but the command length is incorrect.",
            Self::SHARING_VIOLATION => {
                "The process cannot access the file because it is being used by another process."
            }
            Self::FILE_EXISTS => "The file exists.",
            Self::DISK_FULL => "There is not enough space on the disk.",
            Self::INVALID_NAME => "The filename, directory name, or volume label syntax is incorrect.",
            Self::NAME_TOO_LONG => "The filename or extension is too long.",
            Self::DIRECTORY => "The directory name is invalid.",
            Self::MESSAGE_SIZE => {
                "A message sent on a datagram socket was larger than the internal message buffer or some other network limit, \
                 or the buffer used to receive a datagram into was smaller than the datagram itself."
            }
            Self::ADDRESS_IN_USE => {
                "Only one usage of each socket address (protocol/network address/port) is normally permitted."
            }
            Self::ADDRESS_NOT_AVAILABLE => "The requested address is not valid in its context.",
            Self::NETWORK_UNREACHABLE => "A socket operation was attempted to an unreachable network.",
            Self::CONNECTION_RESET => "An existing connection was forcibly closed by the remote host.",
            Self::HOST_UNREACHABLE => "A socket operation was attempted to an unreachable host.",
            _ => "The request could not be performed because of an I/O device error.",
        }
    }
}

/// Returns the error of Windows where another system refuses a file.
impl From<FileError> for SystemError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::NotFound => Self::FILE_NOT_FOUND,
            FileError::NotADirectory => Self::PATH_NOT_FOUND,
            FileError::IsADirectory | FileError::PermissionDenied => Self::ACCESS_DENIED,
            FileError::Exists => Self::FILE_EXISTS,
            FileError::NoSpace => Self::DISK_FULL,
            FileError::NameTooLong => Self::NAME_TOO_LONG,
            FileError::ReadOnly => Self::WRITE_PROTECT,
            FileError::Other(_) => Self::IO_DEVICE,
        }
    }
}

/// Returns the error of Winsock where other sockets fail.
impl From<&io::Error> for SystemError {
    fn from(error: &io::Error) -> Self {
        if error.raw_os_error() == Some(EMSGSIZE) {
            return Self::MESSAGE_SIZE;
        }
        match error.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => Self::CONNECTION_RESET,
            io::ErrorKind::AddrInUse => Self::ADDRESS_IN_USE,
            io::ErrorKind::AddrNotAvailable => Self::ADDRESS_NOT_AVAILABLE,
            io::ErrorKind::NetworkUnreachable => Self::NETWORK_UNREACHABLE,
            io::ErrorKind::HostUnreachable => Self::HOST_UNREACHABLE,
            _ => Self::IO_DEVICE,
        }
    }
}
