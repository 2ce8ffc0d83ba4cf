//! The resolution of a client's paths: path_resolution(7), and sftp-server's own realpath.

use std::rc::Rc;

use files::{self, FileError, FileSource, Metadata, SEARCH, User, WRITE};

use super::errno::Errno;

/// The longest path of Linux, in bytes, with its NUL.
const PATH_MAX: usize = 4096;
/// The longest name in a directory, in bytes.
const NAME_MAX: usize = 255;

/// The files of the machine as the user's process sees them.
pub(super) struct View {
    pub(super) files: Rc<dyn FileSource>,
    pub(super) user: User,
    /// The directory that chroot(2) made the root, by its plain path.
    pub(super) root: String,
    /// The directory where paths without a leading slash begin, below the root.
    pub(super) directory: String,
}

/// A place for a name, which may be occupied.
#[derive(Debug)]
pub(super) struct Place {
    /// The plain path on the machine.
    pub(super) path: String,
    /// The file or directory there.
    pub(super) there: Option<Metadata>,
    /// True if the user may change the directory.
    pub(super) writable: bool,
    /// True if a slash follows the name: only a directory may be there.
    pub(super) slash: bool,
}

impl View {
    /// Returns the file or directory at a plain path on the machine.
    pub(super) fn find(&self, name: &[u8]) -> Result<(String, Metadata), Errno> {
        let path = self.absolute(name)?;
        Ok(files::resolve(&*self.files, &self.root, &path, &self.user)?)
    }

    /// Returns the place for a name in an existing directory. None if the last part names no place: `/`, `.` or `..`.
    pub(super) fn place(&self, name: &[u8]) -> Result<Option<Place>, Errno> {
        // A name that cannot be stored here cannot be made; a lookup does not find it.
        let path = self.absolute(name).map_err(|errno| match errno {
            Errno::NotFound if !name.is_empty() => Errno::IllegalName,
            errno => errno,
        })?;
        let plain = path.trim_end_matches('/');
        let (parent, last) = plain.rsplit_once('/').unwrap_or(("", plain));
        let (directory, metadata) =
            files::resolve(&*self.files, &self.root, &format!("{parent}/"), &self.user)?;
        if !metadata.permits(&self.user, SEARCH) {
            return Err(Errno::PermissionDenied);
        }
        if matches!(last, "" | "." | "..") {
            return Ok(None);
        }
        if last.len() > NAME_MAX {
            return Err(Errno::NameTooLong);
        }
        let path = format!("{}/{last}", directory.trim_end_matches('/'));
        let there = match self.files.stat(&path) {
            Ok(metadata) => Some(metadata),
            Err(FileError::NotFound) => None,
            Err(error) => return Err(error.into()),
        };
        let writable = metadata.permits(&self.user, WRITE);
        Ok(Some(Place { path, there, writable, slash: plain.len() < self.absolute(name)?.len() }))
    }

    /// Returns the path below the root without `.`, `..` and doubled slashes; the last part need not exist. Each `..` removes a
    /// part without checking that it was a directory.
    pub(super) fn realpath(&self, name: &[u8]) -> Result<Vec<u8>, Errno> {
        if name.len() >= PATH_MAX {
            return Err(Errno::NameTooLong);
        }
        let (mut resolved, rest) = match name.strip_prefix(b"/") {
            Some(rest) => (Vec::new(), rest),
            None => (self.directory.trim_end_matches('/').as_bytes().to_vec(), name),
        };
        let mut parts = rest.split(|byte| *byte == b'/').peekable();
        while let Some(part) = parts.next() {
            match part {
                b"" | b"." => {}
                b".." => resolved.truncate(resolved.iter().rposition(|byte| *byte == b'/').unwrap_or(0)),
                part => {
                    resolved.push(b'/');
                    resolved.extend_from_slice(part);
                    if resolved.len() >= PATH_MAX {
                        return Err(Errno::NameTooLong);
                    }
                    match self.find(&resolved) {
                        Ok(_) => {}
                        Err(Errno::NotFound) if parts.peek().is_none() => {}
                        Err(errno) => return Err(errno),
                    }
                }
            }
        }
        if resolved.is_empty() {
            resolved.push(b'/');
        }
        Ok(resolved)
    }

    /// Enters a directory, as chdir(2).
    pub(super) fn enter(&mut self, name: &str) -> Result<(), Errno> {
        let (_, metadata) = self.find(name.as_bytes())?;
        if !metadata.is_directory() {
            return Err(Errno::NotADirectory);
        }
        if !metadata.permits(&self.user, SEARCH) {
            return Err(Errno::PermissionDenied);
        }
        let entered = self.realpath(name.as_bytes())?;
        self.directory = String::from_utf8(entered).map_err(|_| Errno::NotFound)?;
        Ok(())
    }

    /// Returns the path from the root. A name that is not UTF-8 does not exist: the served files have none.
    fn absolute(&self, name: &[u8]) -> Result<String, Errno> {
        if name.is_empty() {
            return Err(Errno::NotFound);
        }
        if name.len() >= PATH_MAX {
            return Err(Errno::NameTooLong);
        }
        let name = std::str::from_utf8(name).map_err(|_| Errno::NotFound)?;
        if name.starts_with('/') {
            return Ok(name.into());
        }
        Ok(format!("{}/{name}", self.directory.trim_end_matches('/')))
    }
}
