//! Which files a request may have.

use bytes::{Bytes, BytesMut};
use tftp::{ErrorCode, Mode, NetasciiSource, ReadError, Source};

use super::config::Config;
use super::event::Operation;
use crate::files::{FileError, FileSource, READ, WRITE, resolve};

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

    fn access(message: &str) -> Self {
        Self::new(ErrorCode::ACCESS_VIOLATION, message)
    }
}

/// Errors of files have a code of their own only where RFC 1350 has one that fits.
impl From<FileError> for Nak {
    fn from(error: FileError) -> Self {
        match error {
            FileError::NotFound | FileError::NotADirectory => {
                Self::new(ErrorCode::FILE_NOT_FOUND, "File not found")
            }
            other => Self::new(ErrorCode::UNDEFINED, &other.to_string()),
        }
    }
}

/// A file that may be sent.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) body: Body,
    /// In bytes, where it is known before the end: not in netascii mode.
    pub(super) size: Option<u64>,
}

/// What reading it gives.
#[derive(Debug)]
pub(super) enum Body {
    Octet(Bytes),
    Netascii(NetasciiSource),
    /// Opens like a file; reading it fails.
    Directory,
}

impl Source for Body {
    fn read(&mut self, into: &mut BytesMut, max: usize) -> Result<(), ReadError> {
        match self {
            Self::Octet(bytes) => bytes.read(into, max),
            Self::Netascii(text) => text.read(into, max),
            Self::Directory => {
                let Nak { code, message } = FileError::IsADirectory.into();
                Err(ReadError { code, message: message.into() })
            }
        }
    }
}

/// Opens a file for reading, or says why not.
pub(super) fn open(
    config: &Config,
    files: &dyn FileSource,
    operation: Operation,
    filename: &[u8],
    mode: Mode,
) -> Result<Opened, Nak> {
    // The served file systems hold names in UTF-8 only, so another name is not there.
    let filename = std::str::from_utf8(filename).map_err(|_| FileError::NotFound)?;
    if !config.secure {
        check_directories(config, filename)?;
    }
    let root = config.root();
    if operation == Operation::Wrq {
        return Err(refuse_write(config, files, root, filename));
    }
    let (path, metadata) = resolve(files, root, filename, &config.user)?;
    if !metadata.permits(&config.user, READ) {
        return Err(FileError::PermissionDenied.into());
    }
    if !config.permissive && metadata.mode & READ == 0 {
        return Err(Nak::access("File must have global read permissions"));
    }
    if metadata.is_directory() {
        let size = (mode != Mode::Netascii).then_some(metadata.size);
        return Ok(Opened { body: Body::Directory, size });
    }
    let content = files.read(&path)?;
    Ok(match mode {
        Mode::Netascii => Opened { body: Body::Netascii(NetasciiSource::new(content.bytes())), size: None },
        Mode::Octet | Mode::Mail => Opened { size: Some(content.len()), body: Body::Octet(content.bytes()) },
    })
}

/// Without `--secure`, names are paths of the machine and must begin with a directory of the command line.
fn check_directories(config: &Config, filename: &str) -> Result<(), Nak> {
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

/// What a client hears that wants to write: what is served is like a file system mounted for reading only.
fn refuse_write(config: &Config, files: &dyn FileSource, root: &str, filename: &str) -> Nak {
    match resolve(files, root, filename, &config.user) {
        Ok((_, metadata)) if metadata.is_directory() => FileError::IsADirectory.into(),
        Ok((_, metadata)) if !metadata.permits(&config.user, WRITE) => FileError::PermissionDenied.into(),
        Ok(_) => FileError::ReadOnly.into(),
        Err(FileError::NotFound) if config.create => {
            let directory = filename.rsplit_once('/').map_or("", |(directory, _)| directory);
            match resolve(files, root, &format!("/{directory}"), &config.user) {
                Ok((_, metadata)) if !metadata.permits(&config.user, WRITE) => {
                    FileError::PermissionDenied.into()
                }
                Ok(_) => FileError::ReadOnly.into(),
                Err(error) => error.into(),
            }
        }
        Err(error) => error.into(),
    }
}
