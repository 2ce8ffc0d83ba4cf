//! OPEN, CLOSE, READ, WRITE, STAT and their like.

use files::{Metadata, READ, WRITE};
use sftp::{Attributes, Handle, OpenFlags, Reply, StatusCode};

use super::attributes::attributes;
use super::errno::Errno;
use super::event::{Kind, Name, Refusal};
use super::file::{Access, OpenFile};
use super::handles::Open;
use super::session::{Answer, READ_MAX, Session, closed};
use crate::syslog::LogLevel;

impl Session {
    pub(super) fn open(&mut self, id: u32, name: Name, flags: OpenFlags, given: &Attributes) -> Answer {
        let mode = given.permissions.unwrap_or(0o666);
        self.emit(Kind::Open { path: name.clone(), flags: named(flags), mode });
        let makes = flags.contains(OpenFlags::CREAT) || flags.contains(OpenFlags::TRUNC);
        if self.options.read_only && (flags.contains(OpenFlags::WRITE) || makes) {
            self.emit(Kind::Refused { request: "open", by: Refusal::ReadOnly });
            return Answer::Status(StatusCode::PERMISSION_DENIED);
        }
        let opened = self.handles.check_room().and_then(|()| self.open_file(name, flags, mode));
        opened.map(|file| self.give(id, Open::File(file))).into()
    }

    /// Opens a file as open(2), with checks in the kernel's order.
    fn open_file(&mut self, name: Name, flags: OpenFlags, mode: u32) -> Result<OpenFile, Errno> {
        let has = |flag| flags.contains(flag);
        let access = Access {
            // Neither flag means O_RDONLY, which is 0.
            read: has(OpenFlags::READ) || !has(OpenFlags::WRITE),
            write: has(OpenFlags::WRITE),
            append: has(OpenFlags::APPEND),
        };
        let mut made = false;
        let (path, metadata) = if has(OpenFlags::CREAT) {
            let place = self.view.place(name.as_bytes())?.ok_or(Errno::IsADirectory)?;
            if place.slash {
                return Err(Errno::IsADirectory);
            }
            match place.there {
                Some(_) if has(OpenFlags::EXCL) => return Err(Errno::Exists),
                Some(metadata) if metadata.is_directory() => return Err(Errno::IsADirectory),
                Some(metadata) => (place.path, metadata),
                None if !place.writable => return Err(Errno::PermissionDenied),
                None => {
                    let mode = mode & 0o7777 & !self.options.umask;
                    self.view.files.create(&place.path, mode, &self.view.user)?;
                    made = true;
                    let metadata = self.view.files.stat(&place.path)?;
                    (place.path, metadata)
                }
            }
        } else {
            self.view.find(name.as_bytes())?
        };
        let changes = access.write || has(OpenFlags::TRUNC);
        if metadata.is_directory() && changes {
            return Err(Errno::IsADirectory);
        }
        // The user who makes a file has it open, whatever its permission bits are.
        if !made
            && (access.read && !self.permits(&metadata, READ) || changes && !self.permits(&metadata, WRITE))
        {
            return Err(Errno::PermissionDenied);
        }
        let files = &self.view.files;
        let emptied = changes && (made || has(OpenFlags::TRUNC) || metadata.size == 0);
        let writer = if emptied { Some((files.rewrite(&path)?, 0)) } else { None };
        let reads = access.read && !metadata.is_directory();
        let reader = if reads { Some(files.open(&path)?) } else { None };
        Ok(OpenFile { name, path, metadata, access, bytes_read: 0, bytes_written: 0, reader, writer })
    }

    pub(super) fn close_handle(&mut self, handle: &Handle) -> Answer {
        let open = self.handles.number(handle).and_then(|number| self.handles.remove(number));
        let answer = if open.is_some() { StatusCode::OK } else { Errno::NotFound.status() };
        self.emit(open.map_or(Kind::Closedir { path: None, forced: false }, |open| closed(open, false)));
        Answer::Status(answer)
    }

    pub(super) fn read(&mut self, id: u32, handle: &Handle, offset: u64, length: u32) -> Answer {
        let number = self.handles.number(handle);
        if self.handles.file(number).is_none() {
            return Answer::Status(StatusCode::FAILURE);
        }
        if length > READ_MAX {
            self.trace(LogLevel::Debug2, format!("read change len {length} to {READ_MAX}"));
        }
        let length = length.min(READ_MAX);
        if length > self.read_buffer {
            let text = format!("process_read: allocate {} => {length}", self.read_buffer);
            self.trace(LogLevel::Debug3, text);
            self.read_buffer = length;
        }
        let Some(file) = self.handles.file(number) else { return Answer::Status(StatusCode::FAILURE) };
        match file.read(&*self.view.files, offset, length as usize) {
            Ok(data) if data.is_empty() && length > 0 => Answer::Status(StatusCode::EOF),
            Ok(data) => {
                self.trace(LogLevel::Debug1, format!("request {id}: sent data len {}", data.len()));
                Answer::Reply(Reply::Data(data))
            }
            Err((doing, errno)) => {
                let path = file.name.clone();
                self.transfer_failed("process_read", doing, path, &errno)
            }
        }
    }

    pub(super) fn write(&mut self, handle: &Handle, offset: u64, data: &[u8]) -> Answer {
        let number = self.handles.number(handle);
        let Some(file) = self.handles.file(number) else { return Answer::Status(StatusCode::FAILURE) };
        match file.write(offset, data) {
            Ok(()) => Answer::Status(StatusCode::OK),
            Err((doing, errno)) => {
                let path = file.name.clone();
                self.transfer_failed("process_write", doing, path, &errno)
            }
        }
    }

    pub(super) fn stat(&mut self, id: u32, path: Name, link: bool) -> Answer {
        let found = self.view.find(path.as_bytes());
        self.emit(if link { Kind::Lstat { path } } else { Kind::Stat { path } });
        found.map(|(_, metadata)| self.attrs(id, &metadata)).into()
    }

    pub(super) fn fstat(&mut self, id: u32, handle: &Handle) -> Answer {
        let number = self.handles.number(handle);
        let Some(file) = self.handles.file(number) else { return Answer::Status(StatusCode::FAILURE) };
        // A removed file stays as it was for those who have it open.
        let metadata = self.view.files.stat(&file.path).unwrap_or_else(|_| file.metadata.clone());
        Answer::Reply(self.attrs(id, &metadata))
    }

    pub(super) fn permits(&self, metadata: &Metadata, permission: u32) -> bool {
        metadata.permits(&self.view.user, permission)
    }

    /// Returns a new handle.
    pub(super) fn give(&mut self, id: u32, open: Open) -> Reply {
        let number = self.handles.insert(open);
        self.trace(LogLevel::Debug1, format!("request {id}: sent handle handle {number}"));
        Reply::Handle(number.into())
    }

    fn attrs(&mut self, id: u32, metadata: &Metadata) -> Reply {
        let attributes = attributes(metadata, &self.process.ids, self.clock());
        self.trace(LogLevel::Debug1, format!("request {id}: sent attrib have 0x{:x}", attributes.flags()));
        Reply::Attrs(attributes)
    }

    fn transfer_failed(
        &mut self,
        function: &'static str,
        doing: &'static str,
        path: Name,
        errno: &Errno,
    ) -> Answer {
        self.emit(Kind::TransferFailed { function, doing, path, reason: errno.words().into() });
        Answer::Status(errno.status())
    }
}

/// Returns the flags by their names in sftp-server's log.
fn named(flags: OpenFlags) -> String {
    let names = [
        (OpenFlags::READ, "READ"),
        (OpenFlags::WRITE, "WRITE"),
        (OpenFlags::APPEND, "APPEND"),
        (OpenFlags::CREAT, "CREATE"),
        (OpenFlags::TRUNC, "TRUNCATE"),
        (OpenFlags::EXCL, "EXCL"),
    ];
    let there: Vec<&str> =
        names.into_iter().filter(|(flag, _)| flags.contains(*flag)).map(|(_, name)| name).collect();
    there.join(",")
}
