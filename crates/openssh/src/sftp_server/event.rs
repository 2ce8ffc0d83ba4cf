//! The events of a session, logged or not.

use std::fmt;

use bytes::Bytes;
use host::{EventField, FieldKind, FieldType};
use serde::{Serialize, Serializer};
use sftp::Text;

use super::fatal::Fatal;
use crate::syslog::LogLevel;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SftpServerEvent {
    /// True if sftp-server logs a line about it at its log level.
    pub logged: bool,
    /// The kind of event.
    #[serde(flatten)]
    pub kind: Kind,
}

/// A path or name as the client wrote it. It is written as text into records, with U+FFFD for bytes that are not UTF-8.
#[derive(Clone, PartialEq, Eq)]
pub struct Name(Bytes);

host::events! {
/// Kinds of events, in the order in which a session meets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Kind {
    /// The session began.
    SessionOpened {
        /// The user's name.
        user: String,
        /// The client's address.
        client: String,
    },
    /// The directory of `-d` cannot be entered.
    StartDirectoryFailed {
        /// The directory.
        path: String,
        /// The reason, in the words of strerror(3).
        reason: String,
    },
    /// INIT.
    ClientVersion {
        /// The version that the client speaks.
        version: u32,
    },
    /// REALPATH.
    Realpath {
        /// The path.
        path: Name,
    },
    /// `expand-path@openssh.com`.
    Expand {
        /// The path after `~`.
        path: Name,
    },
    /// STAT.
    Stat {
        /// The path.
        path: Name,
    },
    /// LSTAT.
    Lstat {
        /// The path.
        path: Name,
    },
    /// OPEN.
    Open {
        /// The path.
        path: Name,
        /// The flags that version 3 names, such as `READ` and `WRITE,CREATE,TRUNCATE`.
        flags: String,
        /// The mode that a new file would get, as the client wrote it.
        mode: u32,
    },
    /// OPENDIR.
    Opendir {
        /// The path.
        path: Name,
    },
    /// CLOSE of a file, or the end of a session that has it open.
    Close {
        /// The path that was opened.
        path: Name,
        /// The bytes that the client read.
        bytes_read: u64,
        /// The bytes that the client wrote.
        bytes_written: u64,
        /// True if the session ends with the file open.
        forced: bool,
    },
    /// CLOSE of a directory, or the end of a session that has it open.
    Closedir {
        /// The path that was opened; none if the handle is not open.
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<Name>,
        /// True if the session ends with the directory open.
        forced: bool,
    },
    /// SETSTAT, FSETSTAT or `lsetstat@openssh.com` asks for a change.
    Set {
        /// The path.
        path: Name,
        /// The change.
        #[serde(flatten)]
        change: Change,
    },
    /// REMOVE.
    Remove {
        /// The path to be removed.
        path: Name,
    },
    /// MKDIR.
    Mkdir {
        /// The path to be made.
        path: Name,
        /// The mode that it would get.
        mode: u32,
    },
    /// RMDIR.
    Rmdir {
        /// The path to be removed.
        path: Name,
    },
    /// RENAME.
    Rename {
        /// The present name.
        old: Name,
        /// The new name.
        new: Name,
    },
    /// `posix-rename@openssh.com`.
    PosixRename {
        /// The present name.
        old: Name,
        /// The new name.
        new: Name,
    },
    /// `hardlink@openssh.com`.
    Hardlink {
        /// The present name.
        old: Name,
        /// The new name.
        new: Name,
    },
    /// SYMLINK.
    Symlink {
        /// The target of the link.
        old: Name,
        /// The path to be made.
        new: Name,
    },
    /// READLINK.
    Readlink {
        /// The path.
        path: Name,
    },
    /// `statvfs@openssh.com`.
    Statvfs {
        /// The path.
        path: Name,
    },
    /// `fsync@openssh.com`.
    Fsync {
        /// The path that was opened; none if the handle is not open.
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<Name>,
    },
    /// A path begins with `~` and the name of an unknown user.
    UnknownUser {
        /// The name.
        user: Name,
    },
    /// The options forbid a request, or the announcement of an extension.
    Refused {
        /// The name of the request in options.
        request: &'static str,
        /// The option.
        by: Refusal,
    },
    /// A STATUS was sent.
    StatusSent {
        /// Its number.
        status: u32,
    },
    /// Reading or writing failed.
    TransferFailed {
        /// `process_read` or `process_write`.
        function: &'static str,
        /// `seek`, `read` or `write`.
        doing: &'static str,
        /// The path that was opened.
        path: Name,
        /// The reason, in the words of strerror(3).
        reason: String,
    },
    /// An extended request that OpenSSH 8.9 does not know.
    UnknownExtended {
        /// Its name.
        request: Name,
    },
    /// A packet of an unknown type. It is not answered.
    UnknownMessage {
        /// The type.
        kind: u8,
    },
    /// A debug line of sftp-server; it is emitted only where it is logged.
    Trace {
        /// The lowest level at which it is logged.
        #[serde(skip)]
        level: LogLevel,
        /// The text as it is logged.
        text: Name,
    },
    /// The command line has an option that it does not take.
    BadOption {
        /// The words of the log.
        message: String,
        /// True if it ends because of that.
        fatal: bool,
    },
    /// The session ended because of an error.
    Fatal {
        /// The reason.
        #[serde(serialize_with = "words")]
        why: Fatal,
    },
    /// The session ended.
    SessionClosed {
        /// The user's name.
        user: String,
        /// The client's address.
        client: String,
    },
}
}

/// A change to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The size in bytes.
    Size(u64),
    /// The mode, as the client wrote it.
    Mode(u32),
    /// The modification time, in seconds since 1970.
    Modified(u32),
    /// The numbers of its user and group.
    Owner(u32, u32),
}

impl FieldType for Change {
    const KIND: FieldKind = FieldKind::Fields(&[
        EventField::of::<Option<u64>>("size", "The new size in bytes, if that changes."),
        EventField::of::<Option<u32>>("mode", "The new mode, if that changes."),
        EventField::of::<Option<u32>>("modified", "The new time, if that changes."),
        EventField::of::<Option<(u32, u32)>>("owner", "User and group, if these change."),
    ]);
}

/// The option that forbids a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// `-R`.
    ReadOnly,
    /// `-P`.
    Denied,
    /// `-p`.
    NotAllowed,
}

impl Name {
    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<&[u8]> for Name {
    /// Copies the bytes: a name must not keep its packet in memory.
    fn from(bytes: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(bytes))
    }
}

impl From<&Text> for Name {
    fn from(text: &Text) -> Self {
        text.as_bytes().into()
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&String::from_utf8_lossy(&self.0), f)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&String::from_utf8_lossy(&self.0))
    }
}

fn words<S: Serializer>(why: &Fatal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(why)
}

host::field_types! {
    Structure: Refusal, Fatal, LogLevel;
    Text: Name;
}
