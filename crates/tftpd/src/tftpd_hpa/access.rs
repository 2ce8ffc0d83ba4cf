//! The access of a request to files.

use bytes::Bytes;
use files::{FileError, FileSource, READ, SEARCH, User, WRITE, resolve};
use image::Content;
use tftp::{ErrorCode, Mode, NetasciiSource, ReadError, Source};

use super::config::TftpdHpaConfig;
use super::upload::Upload;
use crate::locks::{Lock, Locks};

/// An ERROR to be sent instead of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Nak {
    pub(super) code: ErrorCode,
    pub(super) message: String,
}

impl Nak {
    pub(super) fn new(code: ErrorCode, message: &str) -> Self {
        Self { code, message: message.into() }
    }

    pub(super) fn access(message: &str) -> Self {
        Self::new(ErrorCode::ACCESS_VIOLATION, message)
    }
}

/// Errors of files have a specific code only where RFC 1350 has a matching one.
impl From<FileError> for Nak {
    fn from(error: FileError) -> Self {
        match error {
            FileError::NotFound | FileError::NotADirectory => {
                Self::new(ErrorCode::FILE_NOT_FOUND, "File not found")
            }
            FileError::NoSpace => Self::new(ErrorCode::DISK_FULL, "Disk full or allocation exceeded"),
            FileError::Exists => Self::new(ErrorCode::FILE_EXISTS, "File already exists"),
            other => Self::new(ErrorCode::UNDEFINED, &other.to_string()),
        }
    }
}

/// The reason why a file is not opened.
#[derive(Debug)]
pub(super) enum Denied {
    Nak(Nak),
    /// Another process writes it, or reads the file that this one would write: most likely the same client asked twice, so
    /// in.tftpd does not answer.
    Locked,
    /// The rules that rewrite names never end, and neither would in.tftpd.
    Endless,
}

impl<T: Into<Nak>> From<T> for Denied {
    fn from(nak: T) -> Self {
        Self::Nak(nak.into())
    }
}

/// A file that may be sent.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) body: Body,
    /// The size in bytes, if it is known before the end: not in netascii mode.
    pub(super) size: Option<u64>,
    pub(super) lock: Lock,
}

/// The content of a file that may be sent.
#[derive(Debug)]
pub(super) enum Body {
    /// A file, and the number of its bytes that were read.
    Octet(Content, u64),
    Netascii(NetasciiSource),
    /// Opens like a file; reading it fails.
    Directory,
}

impl Source for Body {
    fn read(&mut self, max: usize) -> Result<Bytes, ReadError> {
        match self {
            Self::Octet(content, at) => {
                let start = *at;
                *at = content.len().min(start + max as u64);
                Ok(content.block(start..*at))
            }
            Self::Netascii(text) => text.read(max),
            Self::Directory => {
                let Nak { code, message } = FileError::IsADirectory.into();
                Err(ReadError { code, message: message.into() })
            }
        }
    }
}

/// Opens a file for reading, or returns the reason why not.
pub(super) fn open(
    config: &TftpdHpaConfig,
    files: &dyn FileSource,
    locks: &Locks,
    filename: &[u8],
    mode: Mode,
) -> Result<Opened, Denied> {
    let filename = check_name(config, filename)?;
    let user = User::named(&config.user);
    let (path, metadata) = resolve(files, config.root(), filename, &user)?;
    if !metadata.permits(&user, READ) {
        return Err(FileError::PermissionDenied.into());
    }
    let lock = locks.read(&path).ok_or(Denied::Locked)?;
    if !config.permissive && metadata.mode & READ == 0 {
        return Err(Nak::access("File must have global read permissions").into());
    }
    let converts = mode == Mode::Netascii;
    if metadata.is_directory() {
        // In netascii mode it reads by getc(3), and takes an error for the end.
        let body = if converts { Body::Octet(Content::from_vec(Vec::new()), 0) } else { Body::Directory };
        return Ok(Opened { body, size: (!converts).then_some(metadata.size), lock });
    }
    let content = files.read(&path)?;
    let size = (!converts).then_some(content.len());
    let body =
        if converts { Body::Netascii(NetasciiSource::new(content.bytes())) } else { Body::Octet(content, 0) };
    Ok(Opened { body, size, lock })
}

/// Opens a file for writing, and empties it; makes it, if clients may make files. Otherwise returns the reason.
pub(super) fn open_to_write(
    config: &TftpdHpaConfig,
    files: &dyn FileSource,
    locks: &Locks,
    filename: &[u8],
    mode: Mode,
) -> Result<Upload, Denied> {
    let filename = check_name(config, filename)?;
    let user = User::named(&config.user);
    let mut made = false;
    let resolved = match resolve(files, config.root(), filename, &user) {
        Err(FileError::NotFound) if config.create => {
            make(config, files, filename, &user)?;
            made = true;
            resolve(files, config.root(), filename, &user)
        }
        resolved => resolved,
    };
    let (path, metadata) = resolved?;
    if metadata.is_directory() {
        return Err(FileError::IsADirectory.into());
    }
    // The user who makes a file has it open, whatever its permission bits are.
    if !made && !metadata.permits(&user, WRITE) {
        return Err(FileError::PermissionDenied.into());
    }
    let lock = locks.write(&path).ok_or(Denied::Locked)?;
    if !config.permissive && metadata.mode & WRITE == 0 {
        return Err(Nak::access("File must have global write permissions").into());
    }
    let writer = files.rewrite(&path)?;
    Ok(Upload::new(writer, mode == Mode::Netascii, lock))
}

/// Makes a file as open(2) with O_CREAT.
fn make(
    config: &TftpdHpaConfig,
    files: &dyn FileSource,
    filename: &str,
    user: &User,
) -> Result<(), FileError> {
    let plain = filename.trim_end_matches('/');
    let (directory, name) = plain.rsplit_once('/').unwrap_or(("", plain));
    let (directory, metadata) = resolve(files, config.root(), &format!("/{directory}"), user)?;
    if plain != filename {
        return Err(FileError::IsADirectory);
    }
    if !metadata.is_directory() {
        return Err(FileError::NotADirectory);
    }
    if !metadata.permits(user, WRITE) || !metadata.permits(user, SEARCH) {
        return Err(FileError::PermissionDenied);
    }
    let path = format!("{}/{name}", directory.trim_end_matches('/'));
    files.create(&path, 0o666 & !config.file_umask(), user)
}

fn check_name<'a>(config: &TftpdHpaConfig, filename: &'a [u8]) -> Result<&'a str, Denied> {
    // The served file systems hold names in UTF-8 only, so any other name does not exist.
    let filename = std::str::from_utf8(filename).map_err(|_| FileError::NotFound)?;
    if !config.secure {
        check_directories(config, filename)?;
    }
    Ok(filename)
}

/// Checks a name without `--secure`: it is a path of the machine and must begin with a directory of the command line.
fn check_directories(config: &TftpdHpaConfig, filename: &str) -> Result<(), Nak> {
    if !filename.starts_with('/') {
        return Err(Nak::access("Only absolute filenames allowed"));
    }
    if filename.contains("/../") {
        return Err(Nak::access("Reverse path not allowed"));
    }
    let allowed = config.directories.is_empty()
        || config.directories.iter().any(|directory| filename.starts_with(directory.as_str()));
    if allowed { Ok(()) } else { Err(Nak::access("Forbidden directory")) }
}
