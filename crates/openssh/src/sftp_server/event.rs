//! What happens in a session, logged or not.

use std::fmt;

use bytes::Bytes;
use host::{EventField, FieldKind, FieldType};
use serde::{Serialize, Serializer};
use sftp::Text;

use super::fatal::Fatal;
use crate::syslog::LogLevel;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Whether sftp-server writes a line about it at its log level.
    pub logged: bool,
    /// What it was.
    #[serde(flatten)]
    pub what: What,
}

/// A path or name as the client wrote it. It is written as text into records, with U+FFFD for what is none.
#[derive(Clone, PartialEq, Eq)]
pub struct Name(Bytes);

host::events! {
/// Kinds of events, in the order in which a session meets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What {
    /// It began.
    SessionOpened {
        /// The user's name.
        user: String,
        /// The client's address.
        client: String,
    },
    /// The directory of `-d` cannot be entered.
    StartDirectoryFailed {
        /// Which.
        path: String,
        /// In the words of strerror(3).
        reason: String,
    },
    /// INIT.
    ClientVersion {
        /// The version that the client speaks.
        version: u32,
    },
    /// REALPATH.
    Realpath {
        /// What is asked about.
        path: Name,
    },
    /// `expand-path@openssh.com`.
    Expand {
        /// What is asked about, after `~`.
        path: Name,
    },
    /// STAT.
    Stat {
        /// What is asked about.
        path: Name,
    },
    /// LSTAT.
    Lstat {
        /// What is asked about.
        path: Name,
    },
    /// OPEN.
    Open {
        /// What is to be opened.
        path: Name,
        /// The flags that version 3 names, such as `READ` and `WRITE,CREATE,TRUNCATE`.
        flags: String,
        /// The mode that a new file would get, as the client wrote it.
        mode: u32,
    },
    /// OPENDIR.
    Opendir {
        /// What is to be opened.
        path: Name,
    },
    /// CLOSE of a file, or the end of a session that has it open.
    Close {
        /// What was opened.
        path: Name,
        /// Bytes that the client read.
        bytes_read: u64,
        /// Bytes that the client wrote.
        bytes_written: u64,
        /// Whether the session ends with the file open.
        forced: bool,
    },
    /// CLOSE of a directory, or the end of a session that has it open.
    Closedir {
        /// What was opened; none if nothing was.
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<Name>,
        /// Whether the session ends with the directory open.
        forced: bool,
    },
    /// SETSTAT, FSETSTAT or `lsetstat@openssh.com` asks for a change.
    Set {
        /// Of what.
        path: Name,
        /// To what.
        #[serde(flatten)]
        change: Change,
    },
    /// REMOVE.
    Remove {
        /// What is to go.
        path: Name,
    },
    /// MKDIR.
    Mkdir {
        /// What is to be made.
        path: Name,
        /// The mode that it would get.
        mode: u32,
    },
    /// RMDIR.
    Rmdir {
        /// What is to go.
        path: Name,
    },
    /// RENAME.
    Rename {
        /// What is to have another name.
        old: Name,
        /// Which.
        new: Name,
    },
    /// `posix-rename@openssh.com`.
    PosixRename {
        /// What is to have another name.
        old: Name,
        /// Which.
        new: Name,
    },
    /// `hardlink@openssh.com`.
    Hardlink {
        /// What is to have one more name.
        old: Name,
        /// Which.
        new: Name,
    },
    /// SYMLINK.
    Symlink {
        /// Where it is to lead.
        old: Name,
        /// What is to be made.
        new: Name,
    },
    /// READLINK.
    Readlink {
        /// What is asked about.
        path: Name,
    },
    /// `statvfs@openssh.com`.
    Statvfs {
        /// What is asked about.
        path: Name,
    },
    /// `fsync@openssh.com`.
    Fsync {
        /// What was opened; none if nothing was.
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<Name>,
    },
    /// A path begins with `~` and the name of nobody here.
    UnknownUser {
        /// The name.
        user: Name,
    },
    /// The options forbid a request, or the announcement of an extension.
    Refused {
        /// As options call it.
        request: &'static str,
        /// Which option.
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
        /// What was opened.
        path: Name,
        /// In the words of strerror(3).
        reason: String,
    },
    /// An extended request that OpenSSH 8.9 does not know.
    UnknownExtended {
        /// Its name.
        request: Name,
    },
    /// A packet of a type that no request has. It is not answered.
    UnknownMessage {
        /// The type.
        kind: u8,
    },
    /// What is said only to those who look for faults in sftp-server; it is emitted only where it is logged.
    Trace {
        /// From which level on.
        #[serde(skip)]
        level: LogLevel,
        /// As it is logged.
        text: Name,
    },
    /// It ended of itself.
    Fatal {
        /// Why.
        #[serde(serialize_with = "words")]
        why: Fatal,
    },
    /// It ended.
    SessionClosed {
        /// The user's name.
        user: String,
        /// The client's address.
        client: String,
    },
}
}

/// What is to be changed of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Its size in bytes.
    Size(u64),
    /// Its mode, as the client wrote it.
    Mode(u32),
    /// When it was modified, in seconds since 1970.
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

/// Which option forbids a request.
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
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<&[u8]> for Name {
    /// Copies the bytes: a name must not keep the packet in memory that it came in.
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
