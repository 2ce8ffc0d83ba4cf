//! A directory of the real machine.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use bytes::{Bytes, BytesMut};
use image::Content;

use super::{FileError, FileReader, FileSource, FileWriter, Kind, Metadata, Modified, User, split};

/// Serves a real directory as if it were at some path of an otherwise empty machine. Links that lead out of it do not exist.
#[derive(Clone, Debug)]
pub struct Directory {
    root: PathBuf,
    at: String,
}

impl Directory {
    /// Serves `root`, a real directory, at the plain path `at` (see [`FileSource`]).
    ///
    /// # Errors
    /// The operating system's error for `root`.
    pub fn new(root: &Path, at: &str) -> io::Result<Self> {
        let root = root.canonicalize()?;
        fs::read_dir(&root)?;
        Ok(Self { root, at: at.trim_end_matches('/').to_owned() })
    }

    /// Returns the real path of `path`. None if it is above the root: a directory that only leads there.
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

    /// Returns the real path of a regular file. Nothing else is opened: a pipe would block.
    fn file(&self, path: &str) -> Result<PathBuf, FileError> {
        let real = self.locate(path)?.ok_or(FileError::IsADirectory)?;
        let metadata = fs::metadata(&real).map_err(|error| file_error(&error))?;
        if metadata.is_dir() {
            return Err(FileError::IsADirectory);
        }
        if !metadata.is_file() {
            return Err(FileError::Other("Operation not supported".into()));
        }
        Ok(real)
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
                modified: Modified::default(),
            });
        };
        let metadata = fs::metadata(real).map_err(|error| file_error(&error))?;
        let (mode, owner, group) = ownership(&metadata);
        let kind = if metadata.is_dir() { Kind::Directory } else { Kind::File };
        Ok(Metadata { kind, size: metadata.len(), mode, owner, group, modified: modified(&metadata) })
    }

    fn read(&self, path: &str) -> Result<Content, FileError> {
        let real = self.file(path)?;
        fs::read(real).map(Content::from_vec).map_err(|error| file_error(&error))
    }

    fn open(&self, path: &str) -> Result<Box<dyn FileReader>, FileError> {
        let path = self.file(path)?;
        let known = fs::metadata(&path).map(|metadata| identity(&metadata));
        // This makes unreadable files fail now.
        fs::File::open(&path).map_err(|error| file_error(&error))?;
        Ok(Box::new(RealReader { path, identity: known.map_err(|error| file_error(&error))? }))
    }

    fn links(&self, path: &str) -> Result<u64, FileError> {
        let Some(real) = self.locate(path)? else { return Ok(3) };
        fs::metadata(real).map(|metadata| links(&metadata)).map_err(|error| file_error(&error))
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

    /// The owner is the user of this process.
    fn create(&self, path: &str, mode: u32, _owner: &User) -> Result<(), FileError> {
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

/// Opens the file for each piece: a client that opens many files must not take all descriptors of this process.
struct RealReader {
    path: PathBuf,
    identity: Identity,
}

impl FileReader for RealReader {
    fn read_at(&mut self, offset: u64, length: usize) -> Result<Bytes, FileError> {
        let file = fs::File::open(&self.path).map_err(|error| file_error(&error))?;
        let metadata = file.metadata().map_err(|error| file_error(&error))?;
        if identity(&metadata) != self.identity {
            // As over NFS, when another file has taken its place.
            return Err(FileError::Other("Stale file handle".into()));
        }
        let left = usize::try_from(metadata.len().saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut bytes = BytesMut::zeroed(length.min(left));
        let read = read_at(&file, &mut bytes, offset).map_err(|error| file_error(&error))?;
        bytes.truncate(read);
        Ok(bytes.freeze())
    }
}

struct RealFile(fs::File);

impl FileWriter for RealFile {
    fn append(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.0.write_all(bytes).map_err(|error| file_error(&error))
    }

    fn sync(&mut self) -> Result<(), FileError> {
        self.0.sync_all().map_err(|error| file_error(&error))
    }
}

/// Numbers stand for the names of owner and group, which only the user database of the machine knows.
#[cfg(unix)]
fn ownership(metadata: &fs::Metadata) -> (u32, String, String) {
    use std::os::unix::fs::MetadataExt;
    (metadata.mode() & 0o7777, metadata.uid().to_string(), metadata.gid().to_string())
}

/// The identity that distinguishes a file from another of the same name.
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(metadata: &fs::Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(unix)]
fn links(metadata: &fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    metadata.nlink()
}

/// Reads until the buffer is full or the file ends; returns the number of bytes.
#[cfg(unix)]
fn read_at(file: &fs::File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    use std::os::unix::fs::FileExt;
    let mut read = 0;
    while read < buffer.len() {
        match file.read_at(&mut buffer[read..], offset + read as u64) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

#[cfg(not(unix))]
fn identity(_: &fs::Metadata) -> Identity {
    (0, 0)
}

#[cfg(not(unix))]
fn links(_: &fs::Metadata) -> u64 {
    1
}

#[cfg(not(unix))]
fn read_at(mut file: &fs::File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    use std::io::{Read, Seek};
    file.seek(io::SeekFrom::Start(offset))?;
    file.take(buffer.len() as u64).read(buffer)
}

fn modified(metadata: &fs::Metadata) -> Modified {
    let since = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    Modified::At(since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX)))
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
        _ => FileError::Other(crate::strerror(error)),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn served() -> (tempfile::TempDir, Directory) {
        let place = tempfile::tempdir().expect("a place for tests");
        fs::create_dir_all(place.path().join("served/sub")).expect("made");
        fs::write(place.path().join("outside"), b"secret").expect("written");
        fs::write(place.path().join("served/inside"), vec![7; 100]).expect("written");
        let directory = Directory::new(&place.path().join("served"), "/srv").expect("it is there");
        (place, directory)
    }

    #[test]
    fn links_do_not_lead_out() {
        let (place, directory) = served();
        let link = |target: &Path, name: &str| symlink(target, place.path().join(name)).expect("linked");
        link(Path::new("../outside"), "served/out");
        link(&place.path().join("outside"), "served/absolute");
        link(Path::new("../.."), "served/sub/up");
        link(Path::new("inside"), "served/in");
        for name in
            ["/srv/out", "/srv/absolute", "/srv/sub/up", "/srv/sub/up/outside", "/srv/sub/../../outside"]
        {
            assert_eq!(directory.stat(name).map(|_| ()), Err(FileError::NotFound), "{name}");
            assert_eq!(directory.open(name).map(|_| ()), Err(FileError::NotFound), "{name}");
            assert_eq!(directory.rewrite(name).map(|_| ()), Err(FileError::NotFound), "{name}");
        }
        assert_eq!(directory.stat("/srv/in").map(|metadata| metadata.size), Ok(100));
        assert!(directory.create("/srv/sub/up/new", 0o644, &User::root()).is_err());
        assert_eq!(fs::read(place.path().join("outside")).expect("there"), b"secret");
    }

    #[test]
    fn an_open_file_is_read_piece_by_piece_while_it_is_there() {
        let (place, directory) = served();
        let mut reader = directory.open("/srv/inside").expect("there");
        assert_eq!(reader.read_at(90, 1 << 30).expect("read").as_ref(), [7; 10]);
        assert_eq!(reader.read_at(100, 10).expect("read").len(), 0);
        fs::rename(place.path().join("outside"), place.path().join("served/inside")).expect("renamed");
        assert_eq!(reader.read_at(0, 10), Err(FileError::Other("Stale file handle".into())));
        assert_eq!(directory.links("/srv"), Ok(3));
        assert!(matches!(directory.stat("/srv/inside").expect("there").modified, Modified::At(1..)));
    }
}
