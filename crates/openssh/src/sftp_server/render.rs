//! The log lines of sftp-server (sftp-server.c and log.c of `V_8_9_P1`).

use jiff::Timestamp;
use sftp::StatusCode;

use super::errno::status_words;
use super::event::{Change, Name, Refusal, What};
use super::options::Options;
use crate::syslog::LogLevel;
use crate::vis;

/// The most bytes of a name that are shown after a failure.
const NAME_MAX: usize = 100;

/// Returns the line of an event in the system log, if the event is logged.
pub fn message(what: &What) -> String {
    let prefix = match level(what) {
        LogLevel::Fatal => "fatal: ",
        LogLevel::Error => "error: ",
        LogLevel::Debug1 => "debug1: ",
        LogLevel::Debug2 => "debug2: ",
        LogLevel::Debug3 => "debug3: ",
        LogLevel::Quiet | LogLevel::Info | LogLevel::Verbose => "",
    };
    vis::to_syslog(&[prefix.as_bytes(), &text(what)].concat())
}

/// Returns the line of an event on standard error, as with `-e`, if the event is logged.
pub fn stderr_message(what: &What) -> String {
    let prefix = match level(what) {
        LogLevel::Debug1 => "debug1: ",
        LogLevel::Debug2 => "debug2: ",
        LogLevel::Debug3 => "debug3: ",
        _ => "",
    };
    vis::to_stderr(&[prefix.as_bytes(), &text(what)].concat())
}

/// Returns the number that syslog puts before a message, such as 38 for auth and info.
pub fn priority(options: &Options, what: &What) -> u8 {
    options.facility.0 << 3 | level(what).severity()
}

/// Returns true if an event is logged at the level of the options.
pub(super) fn is_logged(options: &Options, what: &What) -> bool {
    match what {
        // Success and the end of a file are logged only at debug levels.
        What::StatusSent { status } if StatusCode(*status) <= StatusCode::EOF => {
            options.level > LogLevel::Verbose
        }
        _ => level(what) <= options.level,
    }
}

/// Returns the level of an event.
pub(super) fn level(what: &What) -> LogLevel {
    match what {
        What::Fatal { why } if !why.is_orderly() => LogLevel::Fatal,
        What::Fatal { .. }
        | What::StartDirectoryFailed { .. }
        | What::TransferFailed { .. }
        | What::UnknownUser { .. }
        | What::UnknownExtended { .. }
        | What::UnknownMessage { .. } => LogLevel::Error,
        What::ClientVersion { .. }
        | What::Realpath { .. }
        | What::Expand { .. }
        | What::Stat { .. }
        | What::Lstat { .. }
        | What::Readlink { .. }
        | What::Fsync { .. }
        | What::Refused { .. } => LogLevel::Verbose,
        What::Trace { level, .. } => *level,
        _ => LogLevel::Info,
    }
}

fn text(what: &What) -> Vec<u8> {
    match what {
        What::SessionOpened { user, client } => {
            format!("session opened for local user {user} from [{client}]").into()
        }
        What::SessionClosed { user, client } => {
            format!("session closed for local user {user} from [{client}]").into()
        }
        What::StartDirectoryFailed { path, reason } => format!("chdir to \"{path}\" failed: {reason}").into(),
        What::ClientVersion { version } => format!("received client version {version}").into(),
        What::Realpath { path } => quoted("realpath ", path, ""),
        What::Expand { path } => quoted("expand ", path, ""),
        What::Stat { path } => quoted("stat name ", path, ""),
        What::Lstat { path } => quoted("lstat name ", path, ""),
        What::Open { path, flags, mode } => quoted("open ", path, &format!(" flags {flags} mode 0{mode:o}")),
        What::Opendir { path } => quoted("opendir ", path, ""),
        What::Close { path, bytes_read, bytes_written, forced } => {
            let doing = if *forced { "forced close " } else { "close " };
            quoted(doing, path, &format!(" bytes read {bytes_read} written {bytes_written}"))
        }
        What::Closedir { path, forced } => {
            maybe_quoted(if *forced { "forced closedir " } else { "closedir " }, path.as_ref())
        }
        What::Set { path, change } => quoted("set ", path, &changed(*change)),
        What::Remove { path } => quoted("remove name ", path, ""),
        What::Mkdir { path, mode } => quoted("mkdir name ", path, &format!(" mode 0{mode:o}")),
        What::Rmdir { path } => quoted("rmdir name ", path, ""),
        What::Rename { old, new } => both("rename", old, new),
        What::PosixRename { old, new } => both("posix-rename", old, new),
        What::Hardlink { old, new } => both("hardlink", old, new),
        What::Symlink { old, new } => both("symlink", old, new),
        What::Readlink { path } => quoted("readlink ", path, ""),
        What::Statvfs { path } => quoted("statvfs ", path, ""),
        What::Fsync { path } => maybe_quoted("fsync ", path.as_ref()),
        What::Refused { request, by } => match by {
            Refusal::ReadOnly => format!("Refusing {request} request in read-only mode"),
            Refusal::Denied => format!("Refusing denylisted {request} request"),
            Refusal::NotAllowed => format!("Refusing non-allowlisted {request} request"),
        }
        .into(),
        What::StatusSent { status } => format!("sent status {}", status_words(StatusCode(*status))).into(),
        What::TransferFailed { function, doing, path, reason } => {
            let shown = &path.as_bytes()[..path.as_bytes().len().min(NAME_MAX)];
            quoted(&format!("{function}: {doing} "), &shown.into(), &format!(": {reason}"))
        }
        What::UnknownExtended { request } => {
            let shown = &request.as_bytes()[..request.as_bytes().len().min(NAME_MAX)];
            quoted("Unknown extended request ", &shown.into(), "")
        }
        What::UnknownUser { user } => [b"tilde_expand: No such user ", user.as_bytes()].concat(),
        What::UnknownMessage { kind } => format!("Unknown message {kind}").into(),
        What::Trace { text, .. } => text.as_bytes().to_vec(),
        What::Fatal { why } => why.to_string().into(),
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
