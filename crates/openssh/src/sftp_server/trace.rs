//! The debug lines of sftp-server: DEBUG1 to DEBUG3.

use sftp::{Attributes, Extension, Request};

use super::event::{Kind, Name};
use super::handles::{Handles, Open};
use super::render::quoted;
use crate::syslog::LogLevel;

/// Logs the lines about a request before it is handled, from the lists of attributes on.
pub(super) fn request(id: u32, request: &Request, handles: &mut Handles) -> Vec<Kind> {
    let debug1 = |text: Vec<u8>| at(LogLevel::Debug1, text);
    let debug3 = |text: String| at(LogLevel::Debug3, text);
    let mut open = |handle| {
        let number = handles.number(handle);
        (name(handles.find(number)), shown(number))
    };
    let said = match request {
        Request::Open { flags, .. } => debug3(format!("request {id}: open flags {}", flags.0.cast_signed())),
        Request::Close(handle) => {
            debug3(format!("request {id}: close handle {}", open(handle).1.cast_unsigned()))
        }
        Request::Read { handle, offset, length } => {
            let (name, number) = open(handle);
            debug1(of(id, "read", &name, &format!(" (handle {number}) off {offset} len {length}")))
        }
        Request::Write { handle, offset, data } => {
            let (name, number) = open(handle);
            let length = data.len();
            debug1(of(id, "write", &name, &format!(" (handle {number}) off {offset} len {length}")))
        }
        Request::Fstat(handle) => {
            let (name, number) = open(handle);
            debug1(of(id, "fstat", &name, &format!(" (handle {})", number.cast_unsigned())))
        }
        Request::Readdir(handle) => {
            let (name, number) = open(handle);
            debug1(of(id, "readdir", &name, &format!(" (handle {number})")))
        }
        Request::Setstat { path, .. } => debug1(of(id, "setstat name", &path.into(), "")),
        Request::Fsetstat { handle, .. } => {
            debug1(format!("request {id}: fsetstat handle {}", open(handle).1).into())
        }
        Request::Lstat(_) => debug3(format!("request {id}: lstat")),
        Request::Stat(_) => debug3(format!("request {id}: stat")),
        Request::Opendir(_) => debug3(format!("request {id}: opendir")),
        Request::Remove(_) => debug3(format!("request {id}: remove")),
        Request::Mkdir { .. } => debug3(format!("request {id}: mkdir")),
        Request::Rmdir(_) => debug3(format!("request {id}: rmdir")),
        Request::Realpath(_) => debug3(format!("request {id}: realpath")),
        Request::Rename { .. } => debug3(format!("request {id}: rename")),
        Request::Readlink(_) => debug3(format!("request {id}: readlink")),
        Request::Symlink { .. } => debug3(format!("request {id}: symlink")),
        Request::Extended { .. } => return Vec::new(),
    };
    let mut all = match request {
        Request::Open { attributes, .. }
        | Request::Setstat { attributes, .. }
        | Request::Fsetstat { attributes, .. }
        | Request::Mkdir { attributes, .. } => extended_attributes(attributes),
        _ => Vec::new(),
    };
    all.push(said);
    all
}

/// As [`request`], for extended requests.
pub(super) fn extension(id: u32, extension: &Extension, handles: &mut Handles) -> Vec<Kind> {
    let debug1 = |text: Vec<u8>| at(LogLevel::Debug1, text);
    let debug3 = |text: Vec<u8>| at(LogLevel::Debug3, text);
    vec![match extension {
        Extension::PosixRename { .. } => debug3(format!("request {id}: posix-rename").into()),
        Extension::Statvfs(_) => debug3(format!("request {id}: statvfs").into()),
        Extension::Fstatvfs(handle) => {
            let number = handles.number(handle);
            let after = format!(" (handle {})", shown(number).cast_unsigned());
            debug1(of(id, "fstatvfs", &name(handles.find(number)), &after))
        }
        Extension::Hardlink { .. } => debug3(format!("request {id}: hardlink").into()),
        Extension::Fsync(handle) => {
            let number = shown(handles.number(handle)).cast_unsigned();
            debug3(format!("request {id}: fsync (handle {number})").into())
        }
        Extension::Lsetstat { path, attributes } => {
            let mut all = extended_attributes(attributes);
            all.push(debug1(of(id, "lsetstat name", &path.into(), "")));
            return all;
        }
        Extension::Limits => debug1(format!("request {id}: limits").into()),
        Extension::ExpandPath(path) => debug3(of(id, "expand, original", &path.into(), "")),
    }]
}

pub(super) fn at(level: LogLevel, text: impl AsRef<[u8]>) -> Kind {
    Kind::Trace { level, text: text.as_ref().into() }
}

fn extended_attributes(attributes: &Attributes) -> Vec<Kind> {
    let said = attributes.extended.iter().map(|(name, data)| {
        let shown = &name.as_bytes()[..name.as_bytes().len().min(100)];
        at(LogLevel::Debug3, quoted("Got file attribute ", &shown.into(), &format!(" len {}", data.len())))
    });
    said.collect()
}

fn of(id: u32, doing: &str, name: &Name, after: &str) -> Vec<u8> {
    quoted(&format!("request {id}: {doing} "), name, after)
}

/// Returns the name of an open file or directory, as C prints it if there is none.
fn name(open: Option<&mut Open>) -> Name {
    open.map_or_else(|| b"(null)".as_slice().into(), |open| open.name().clone())
}

/// Returns the number of an open file or directory, as C prints it.
fn shown(number: Option<u32>) -> i32 {
    number.map_or(-1, u32::cast_signed)
}
