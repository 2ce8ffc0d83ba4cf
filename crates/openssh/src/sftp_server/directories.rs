//! Directories, and names in them.

use files::{Metadata, READ, resolve};
use sftp::{Attributes, Handle, Reply, StatusCode};

use super::attributes::entry;
use super::errno::Errno;
use super::event::{Kind, Name};
use super::handles::{Open, OpenDirectory};
use super::session::{Answer, Session};
use crate::syslog::LogLevel;

/// The most names in one packet.
const NAMES_MAX: usize = 100;

impl Session {
    pub(super) fn opendir(&mut self, id: u32, name: Name) -> Answer {
        self.emit(Kind::Opendir { path: name.clone() });
        let opened = self.handles.check_room().and_then(|()| {
            let (path, metadata) = self.view.find(name.as_bytes())?;
            if !metadata.is_directory() {
                return Err(Errno::NotADirectory);
            }
            if !self.permits(&metadata, READ) {
                return Err(Errno::PermissionDenied);
            }
            Ok(OpenDirectory { name, path, last: None })
        });
        opened.map(|directory| self.give(id, Open::Directory(directory))).into()
    }

    pub(super) fn readdir(&mut self, id: u32, handle: &Handle) -> Answer {
        let number = self.handles.number(handle);
        let now = self.clock();
        let Some(directory) = self.handles.directory(number) else {
            return Answer::Status(StatusCode::FAILURE);
        };
        let names = self.view.files.list(&directory.path).unwrap_or_default();
        // Sorted, so that the order is the same on every machine; a disk has its own.
        let all = [".", ".."].into_iter().chain(names.iter().map(String::as_str));
        let rest: Vec<&str> = match &directory.last {
            None => all.collect(),
            Some(last) => all.skip(2).filter(|name| *name > last.as_str()).collect(),
        };
        let mut entries = Vec::new();
        for name in rest {
            if entries.len() == NAMES_MAX {
                break;
            }
            directory.last = Some(if matches!(name, "." | "..") { String::new() } else { name.into() });
            // It may be gone, or not be visible to this user.
            let below = format!("{}/{name}", directory.path.trim_end_matches('/'));
            let inside = below.strip_prefix(self.view.root.trim_end_matches('/')).unwrap_or(&below);
            let found = resolve(&*self.view.files, &self.view.root, inside, &self.view.user);
            if let Ok((path, metadata)) = found {
                let links = self.view.files.links(&path).unwrap_or(1);
                entries.push(entry(name, &metadata, links, &self.process.ids, now));
            }
        }
        if entries.is_empty() {
            return Answer::Status(StatusCode::EOF);
        }
        self.trace(LogLevel::Debug1, format!("request {id}: sent names count {}", entries.len()));
        Answer::Reply(Reply::Name(entries))
    }

    pub(super) fn realpath(&mut self, id: u32, path: Name) -> Answer {
        let path = if path.as_bytes().is_empty() { b".".as_slice().into() } else { path };
        self.emit(Kind::Realpath { path: path.clone() });
        match self.view.realpath(path.as_bytes()) {
            Ok(resolved) => self.one_name(id, resolved),
            Err(errno) => Answer::Status(errno.status()),
        }
    }

    pub(super) fn remove(&mut self, path: Name) -> Answer {
        self.emit(Kind::Remove { path: path.clone() });
        self.unlink(&path).into()
    }

    pub(super) fn mkdir(&mut self, path: Name, given: &Attributes) -> Answer {
        let mode = given.permissions.map_or(0o777, |mode| mode & 0o7777);
        self.emit(Kind::Mkdir { path: path.clone(), mode });
        self.make(&path, true).into()
    }

    pub(super) fn rmdir(&mut self, path: Name) -> Answer {
        self.emit(Kind::Rmdir { path: path.clone() });
        self.remove_directory(&path).into()
    }

    /// Handles RENAME, which links a file and unlinks it, so that nothing is replaced; directories are renamed.
    pub(super) fn rename(&mut self, old: Name, new: Name) -> Answer {
        self.emit(Kind::Rename { old: old.clone(), new: new.clone() });
        let found = match self.view.find(old.as_bytes()) {
            Ok((_, metadata)) => metadata,
            Err(errno) => return Answer::Status(errno.status()),
        };
        if found.is_directory() {
            if self.view.find(new.as_bytes()).is_ok() {
                return Answer::Status(StatusCode::FAILURE);
            }
            return self.move_to(&old, &new).into();
        }
        match self.make(&new, false) {
            // This file system has no links: it is renamed instead.
            Err(Errno::NotPermitted) => self.move_to(&old, &new).into(),
            linked => linked.into(),
        }
    }

    pub(super) fn posix_rename(&mut self, old: Name, new: Name) -> Answer {
        self.emit(Kind::PosixRename { old: old.clone(), new: new.clone() });
        self.move_to(&old, &new).into()
    }

    pub(super) fn hardlink(&mut self, old: Name, new: Name) -> Answer {
        self.emit(Kind::Hardlink { old: old.clone(), new: new.clone() });
        self.view.find(old.as_bytes()).and_then(|_| self.make(&new, false)).into()
    }

    pub(super) fn symlink(&mut self, old: Name, new: Name) -> Answer {
        self.emit(Kind::Symlink { old: old.clone(), new: new.clone() });
        if old.as_bytes().is_empty() {
            return Answer::Status(Errno::NotFound.status());
        }
        self.make(&new, false).into()
    }

    /// Handles READLINK: no file is a link here.
    pub(super) fn readlink(&mut self, path: Name) -> Answer {
        let found = self.view.find(path.as_bytes());
        self.emit(Kind::Readlink { path });
        Answer::Status(found.map_or_else(|errno| errno.status(), |_| Errno::Invalid.status()))
    }

    /// Checks as mkdir(2), symlink(2) and link(2) do before they ask the file system, which refuses.
    fn make(&self, name: &Name, directory: bool) -> Result<(), Errno> {
        let place = self.view.place(name.as_bytes())?.ok_or(Errno::Exists)?;
        if place.there.is_some() {
            return Err(Errno::Exists);
        }
        if place.slash && !directory {
            return Err(Errno::NotFound);
        }
        if !place.writable {
            return Err(Errno::PermissionDenied);
        }
        Err(Errno::NotPermitted)
    }

    /// Checks as unlink(2).
    fn unlink(&self, name: &Name) -> Result<(), Errno> {
        let place = self.view.place(name.as_bytes())?.ok_or(Errno::IsADirectory)?;
        let metadata = place.there.ok_or(Errno::NotFound)?;
        if place.slash {
            return Err(if metadata.is_directory() { Errno::IsADirectory } else { Errno::NotADirectory });
        }
        self.may_remove(place.writable)?;
        Err(if metadata.is_directory() { Errno::IsADirectory } else { Errno::NotPermitted })
    }

    /// Checks as rmdir(2).
    fn remove_directory(&self, name: &Name) -> Result<(), Errno> {
        let Some(place) = self.view.place(name.as_bytes())? else {
            let plain = name.as_bytes().trim_ascii_end();
            return Err(match plain.rsplit(|byte| *byte == b'/').find(|part| !part.is_empty()) {
                Some(b"..") => Errno::NotEmpty,
                Some(_) => Errno::Invalid,
                None => Errno::Busy,
            });
        };
        let metadata: Metadata = place.there.ok_or(Errno::NotFound)?;
        self.may_remove(place.writable)?;
        Err(if metadata.is_directory() { Errno::NotPermitted } else { Errno::NotADirectory })
    }

    /// Checks as rename(2).
    fn move_to(&self, old: &Name, new: &Name) -> Result<(), Errno> {
        let from = self.view.place(old.as_bytes())?.ok_or(Errno::Busy)?;
        let to = self.view.place(new.as_bytes())?.ok_or(Errno::Busy)?;
        let metadata = from.there.ok_or(Errno::NotFound)?;
        if (from.slash || to.slash) && !metadata.is_directory() {
            return Err(Errno::NotADirectory);
        }
        self.may_remove(from.writable)?;
        self.may_remove(to.writable)?;
        Err(Errno::NotPermitted)
    }

    fn may_remove(&self, writable: bool) -> Result<(), Errno> {
        if writable { Ok(()) } else { Err(Errno::PermissionDenied) }
    }
}
