//! The extensions of OpenSSH to the draft.

use bytes::Bytes;
use sftp::{Extension, FRAME_MAX, Limits, Reply, StatusCode, Text};

use super::errno::Errno;
use super::event::{Kind, Name};
use super::fatal::Fatal;
use super::permitted::Named;
use super::session::{Answer, READ_MAX, Session, cstring, terminated};
use super::{render, trace};
use crate::syslog::LogLevel;

const EXTENDED: u8 = 200;
/// The number of open files that sftp-server reserves for itself when it reports its limits.
const OWN_HANDLES: u64 = 5;
/// The number that it really has open.
const STANDARD_HANDLES: u64 = 3;

impl Session {
    pub(super) fn extended(&mut self, id: u32, request: &Text, data: Bytes) -> Result<Answer, Fatal> {
        let name = cstring(request, EXTENDED)?;
        let known = std::str::from_utf8(name.as_bytes()).ok();
        let Some(named) = known.and_then(Named::of_extension) else {
            self.emit(Kind::UnknownExtended { request: name });
            return Ok(Answer::Status(StatusCode::OP_UNSUPPORTED));
        };
        if !self.is_permitted(named) {
            return Ok(Answer::Status(StatusCode::PERMISSION_DENIED));
        }
        let function = function(named.name);
        let extension = match Extension::parse(&Text::new(name.as_bytes().to_vec()), data) {
            Some(parsed) => parsed.map_err(|problem| Fatal::fields(function, problem))?,
            None => return Ok(Answer::Status(StatusCode::OP_UNSUPPORTED)),
        };
        let path = |text: &Text| terminated(text).ok_or_else(|| Fatal::nul(function));
        // Names are checked before anything is logged.
        let (first, second) = match &extension {
            Extension::PosixRename { old, new } | Extension::Hardlink { old, new } => {
                (path(old)?, path(new)?)
            }
            Extension::Statvfs(name)
            | Extension::ExpandPath(name)
            | Extension::Lsetstat { path: name, .. } => (path(name)?, Name::from(&b""[..])),
            _ => (Name::from(&b""[..]), Name::from(&b""[..])),
        };
        if self.options.level >= LogLevel::Debug1 {
            for kind in trace::extension(id, &extension, &mut self.handles) {
                if render::is_logged(&self.options, &kind) {
                    self.emit(kind);
                }
            }
        }
        Ok(match extension {
            Extension::PosixRename { .. } => self.posix_rename(first, second),
            Extension::Statvfs(_) => {
                self.emit(Kind::Statvfs { path: first.clone() });
                let found = self.view.find(first.as_bytes());
                Answer::from(found.and(Err::<(), _>(Errno::NotImplemented)))
            }
            Extension::Fstatvfs(handle) => {
                let number = self.handles.number(&handle);
                let file = self.handles.file(number).is_some();
                Answer::Status(if file { Errno::NotImplemented.status() } else { StatusCode::FAILURE })
            }
            Extension::Hardlink { .. } => self.hardlink(first, second),
            Extension::Fsync(handle) => {
                let number = self.handles.number(&handle);
                let path = self.handles.find(number).map(|open| open.name().clone());
                self.emit(Kind::Fsync { path });
                match self.handles.file(number) {
                    Some(file) => file.sync().into(),
                    None => Answer::Status(StatusCode::NO_SUCH_FILE),
                }
            }
            Extension::Lsetstat { attributes, .. } => self.lsetstat(first, &attributes),
            Extension::Limits => Answer::Reply(Reply::ExtendedReply(self.limits().data())),
            Extension::ExpandPath(_) => self.expand_path(id, &first),
        })
    }

    fn limits(&self) -> Limits {
        let open_files = self.options.handles_max as u64 + STANDARD_HANDLES;
        Limits {
            packet_bytes: FRAME_MAX.into(),
            read_bytes: READ_MAX.into(),
            write_bytes: READ_MAX.into(),
            open_handles: open_files.saturating_sub(OWN_HANDLES),
        }
    }

    fn expand_path(&mut self, id: u32, path: &Name) -> Answer {
        let directory = self.view.directory.as_bytes();
        let expanded = match path.as_bytes() {
            b"" => b".".to_vec(),
            b"~" => directory.to_vec(),
            [b'~', b'/', rest @ ..] => [directory, b"/", rest].concat(),
            [b'~', user @ ..] => {
                let end = user.iter().position(|byte| *byte == b'/').unwrap_or(user.len());
                // Homes of other users are not known here: only the user's own is.
                if user[..end] != *self.process.user.name.as_bytes() {
                    self.emit(Kind::UnknownUser { user: user[..end].into() });
                    return Answer::Words(StatusCode::NO_SUCH_FILE, "no such user");
                }
                let home = self.process.home.trim_end_matches('/');
                let first = user[end..].iter().position(|byte| *byte != b'/').unwrap_or(user.len() - end);
                [home.as_bytes(), b"/", &user[end + first..]].concat()
            }
            absolute @ [b'/', ..] => absolute.to_vec(),
            relative => [directory, b"/", relative].concat(),
        };
        self.emit(Kind::Expand { path: expanded.as_slice().into() });
        match self.view.realpath(&expanded) {
            Ok(resolved) => self.one_name(id, resolved),
            Err(errno) => Answer::Status(errno.status()),
        }
    }
}

/// Returns the function of sftp-server that handles an extended request.
fn function(name: &str) -> &'static str {
    match name {
        "posix-rename" => "process_extended_posix_rename",
        "statvfs" => "process_extended_statvfs",
        "fstatvfs" => "process_extended_fstatvfs",
        "hardlink" => "process_extended_hardlink",
        "fsync" => "process_extended_fsync",
        "lsetstat" => "process_extended_lsetstat",
        "expand-path" => "process_extended_expand",
        _ => "process_extended_limits",
    }
}
