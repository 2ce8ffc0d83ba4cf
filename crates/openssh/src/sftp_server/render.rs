//! The log lines of sftp-server (sftp-server.c and log.c of `V_8_9_P1`).

use jiff::Timestamp;
use sftp::StatusCode;

use super::errno::status_words;
use super::event::{Change, Kind, Name, Refusal};
use super::options::Options;
use crate::syslog::LogLevel;
use crate::vis;

/// The most bytes of a name that are shown after a failure.
const NAME_MAX: usize = 100;

/// Returns the line of an event in the system log, if the event is logged.
pub fn message(kind: &Kind) -> String {
    let prefix = match level(kind) {
        LogLevel::Fatal => "fatal: ",
        LogLevel::Error => "error: ",
        LogLevel::Debug1 => "debug1: ",
        LogLevel::Debug2 => "debug2: ",
        LogLevel::Debug3 => "debug3: ",
        LogLevel::Quiet | LogLevel::Info | LogLevel::Verbose => "",
    };
    vis::to_syslog(&[prefix.as_bytes(), &text(kind)].concat())
}

/// Returns the line of an event on standard error, as with `-e`, if the event is logged.
pub fn stderr_message(kind: &Kind) -> String {
    let prefix = match level(kind) {
        LogLevel::Debug1 => "debug1: ",
        LogLevel::Debug2 => "debug2: ",
        LogLevel::Debug3 => "debug3: ",
        _ => "",
    };
    vis::to_stderr(&[prefix.as_bytes(), &text(kind)].concat())
}

/// Returns the number that syslog puts before a message, such as 38 for auth and info.
pub fn priority(options: &Options, kind: &Kind) -> u8 {
    options.facility.0 << 3 | level(kind).severity()
}

/// Returns true if an event is logged at the level of the options.
pub(super) fn is_logged(options: &Options, kind: &Kind) -> bool {
    match kind {
        // Success and the end of a file are logged only at debug levels.
        Kind::StatusSent { status } if StatusCode(*status) <= StatusCode::EOF => {
            options.level > LogLevel::Verbose
        }
        _ => level(kind) <= options.level,
    }
}

/// Returns the level of an event.
pub(super) fn level(kind: &Kind) -> LogLevel {
    match kind {
        Kind::Fatal { why } if !why.is_orderly() => LogLevel::Fatal,
        Kind::BadOption { fatal: true, .. } => LogLevel::Fatal,
        Kind::BadOption { fatal: false, .. }
        | Kind::Fatal { .. }
        | Kind::StartDirectoryFailed { .. }
        | Kind::TransferFailed { .. }
        | Kind::UnknownUser { .. }
        | Kind::UnknownExtended { .. }
        | Kind::UnknownMessage { .. } => LogLevel::Error,
        Kind::ClientVersion { .. }
        | Kind::Realpath { .. }
        | Kind::Expand { .. }
        | Kind::Stat { .. }
        | Kind::Lstat { .. }
        | Kind::Readlink { .. }
        | Kind::Fsync { .. }
        | Kind::Refused { .. } => LogLevel::Verbose,
        Kind::Trace { level, .. } => *level,
        _ => LogLevel::Info,
    }
}

fn text(kind: &Kind) -> Vec<u8> {
    match kind {
        Kind::SessionOpened { user, client } => {
            format!("session opened for local user {user} from [{client}]").into()
        }
        Kind::SessionClosed { user, client } => {
            format!("session closed for local user {user} from [{client}]").into()
        }
        Kind::StartDirectoryFailed { path, reason } => format!("chdir to \"{path}\" failed: {reason}").into(),
        Kind::ClientVersion { version } => format!("received client version {version}").into(),
        Kind::Realpath { path } => quoted("realpath ", path, ""),
        Kind::Expand { path } => quoted("expand ", path, ""),
        Kind::Stat { path } => quoted("stat name ", path, ""),
        Kind::Lstat { path } => quoted("lstat name ", path, ""),
        Kind::Open { path, flags, mode } => quoted("open ", path, &format!(" flags {flags} mode 0{mode:o}")),
        Kind::Opendir { path } => quoted("opendir ", path, ""),
        Kind::Close { path, bytes_read, bytes_written, forced } => {
            let doing = if *forced { "forced close " } else { "close " };
            quoted(doing, path, &format!(" bytes read {bytes_read} written {bytes_written}"))
        }
        Kind::Closedir { path, forced } => {
            maybe_quoted(if *forced { "forced closedir " } else { "closedir " }, path.as_ref())
        }
        Kind::Set { path, change } => quoted("set ", path, &changed(*change)),
        Kind::Remove { path } => quoted("remove name ", path, ""),
        Kind::Mkdir { path, mode } => quoted("mkdir name ", path, &format!(" mode 0{mode:o}")),
        Kind::Rmdir { path } => quoted("rmdir name ", path, ""),
        Kind::Rename { old, new } => both("rename", old, new),
        Kind::PosixRename { old, new } => both("posix-rename", old, new),
        Kind::Hardlink { old, new } => both("hardlink", old, new),
        Kind::Symlink { old, new } => both("symlink", old, new),
        Kind::Readlink { path } => quoted("readlink ", path, ""),
        Kind::Statvfs { path } => quoted("statvfs ", path, ""),
        Kind::Fsync { path } => maybe_quoted("fsync ", path.as_ref()),
        Kind::Refused { request, by } => match by {
            Refusal::ReadOnly => format!("Refusing {request} request in read-only mode"),
            Refusal::Denied => format!("Refusing denylisted {request} request"),
            Refusal::NotAllowed => format!("Refusing non-allowlisted {request} request"),
        }
        .into(),
        Kind::StatusSent { status } => format!("sent status {}", status_words(StatusCode(*status))).into(),
        Kind::TransferFailed { function, doing, path, reason } => {
            let shown = &path.as_bytes()[..path.as_bytes().len().min(NAME_MAX)];
            quoted(&format!("{function}: {doing} "), &shown.into(), &format!(": {reason}"))
        }
        Kind::UnknownExtended { request } => {
            let shown = &request.as_bytes()[..request.as_bytes().len().min(NAME_MAX)];
            quoted("Unknown extended request ", &shown.into(), "")
        }
        Kind::UnknownUser { user } => [b"tilde_expand: No such user ", user.as_bytes()].concat(),
        Kind::UnknownMessage { kind } => format!("Unknown message {kind}").into(),
        Kind::Trace { text, .. } => text.as_bytes().to_vec(),
        Kind::BadOption { message, .. } => message.as_bytes().to_vec(),
        Kind::Fatal { why } => why.to_string().into(),
    }
}

/// Joins words, a name in quotes, and words.
pub(super) fn quoted(before: &str, name: &Name, after: &str) -> Vec<u8> {
    [before.as_bytes(), b"\"", name.as_bytes(), b"\"", after.as_bytes()].concat()
}

/// Returns a string as C prints it if it may be missing.
fn maybe_quoted(before: &str, name: Option<&Name>) -> Vec<u8> {
    match name {
        Some(name) => quoted(before, name, ""),
        None => format!("{before}\"(null)\"").into(),
    }
}

fn both(doing: &str, old: &Name, new: &Name) -> Vec<u8> {
    [quoted(&format!("{doing} old "), old, ""), quoted(" new ", new, "")].concat()
}

fn changed(change: Change) -> String {
    match change {
        Change::Size(size) => format!(" size {size}"),
        Change::Mode(mode) => format!(" mode {mode:04o}"),
        Change::Modified(seconds) => {
            let at = Timestamp::from_second(seconds.into()).unwrap_or_default();
            format!(" modtime {}", at.strftime("%Y%m%d-%H:%M:%S"))
        }
        Change::Owner(uid, gid) => format!(" owner {uid} group {gid}"),
    }
}
