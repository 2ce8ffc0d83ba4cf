//! SETSTAT and its like. Sizes can be set to 0; the file system refuses the rest.

use files::WRITE;
use sftp::{Attributes, Handle, StatusCode};

use super::errno::Errno;
use super::event::{Change, Kind, Name};
use super::session::{Answer, Session};

impl Session {
    /// Tries every requested change; the last failure is the answer.
    pub(super) fn setstat(&mut self, path: Name, given: &Attributes) -> Answer {
        let mut answer = StatusCode::OK;
        for change in changes(given) {
            self.emit(Kind::Set { path: path.clone(), change });
            let done = match change {
                Change::Size(size) => self.truncate(&path, size),
                Change::Mode(_) | Change::Modified(_) | Change::Owner(..) => self.refuse(&path),
            };
            if let Err(errno) = done {
                answer = errno.status();
            }
        }
        Answer::Status(answer)
    }

    pub(super) fn fsetstat(&mut self, handle: &Handle, given: &Attributes) -> Answer {
        let number = self.handles.number(handle);
        let Some(file) = self.handles.file(number) else { return Answer::Status(StatusCode::FAILURE) };
        let name = file.name.clone();
        let mut answer = StatusCode::OK;
        for change in changes(given) {
            self.emit(Kind::Set { path: name.clone(), change });
            let done = match (change, self.handles.file(number)) {
                (Change::Size(size), Some(file)) => file.truncate(&*self.view.files, size),
                _ => Err(Errno::NotPermitted),
            };
            if let Err(errno) = done {
                answer = errno.status();
            }
        }
        Answer::Status(answer)
    }

    /// Handles `lsetstat@openssh.com`.
    pub(super) fn lsetstat(&mut self, path: Name, given: &Attributes) -> Answer {
        if given.size.is_some() {
            return Answer::Status(StatusCode::BAD_MESSAGE);
        }
        let mut answer = StatusCode::OK;
        for change in changes(given) {
            self.emit(Kind::Set { path: path.clone(), change });
            if let Err(errno) = self.refuse(&path) {
                answer = errno.status();
            }
        }
        Answer::Status(answer)
    }

    /// Truncates as truncate(2).
    fn truncate(&self, name: &Name, size: u64) -> Result<(), Errno> {
        let (path, metadata) = self.view.find(name.as_bytes())?;
        if i64::try_from(size).is_err() {
            return Err(Errno::Invalid);
        }
        if metadata.is_directory() {
            return Err(Errno::IsADirectory);
        }
        if !self.permits(&metadata, WRITE) {
            return Err(Errno::PermissionDenied);
        }
        match size {
            size if size == metadata.size => Ok(()),
            0 => {
                self.view.files.rewrite(&path)?;
                Ok(())
            }
            _ => Err(Errno::NotPermitted),
        }
    }

    /// Refuses changes that the file system cannot store: EPERM, once the file is found.
    fn refuse(&self, name: &Name) -> Result<(), Errno> {
        self.view.find(name.as_bytes())?;
        Err(Errno::NotPermitted)
    }
}

/// Returns the changes in the order in which sftp-server makes them.
fn changes(given: &Attributes) -> impl Iterator<Item = Change> {
    let size = given.size.map(Change::Size);
    let mode = given.permissions.map(Change::Mode);
    let modified = given.times.map(|times| Change::Modified(times.modified));
    let owner = given.owner.map(|owner| Change::Owner(owner.uid, owner.gid));
    [size, mode, modified, owner].into_iter().flatten()
}
