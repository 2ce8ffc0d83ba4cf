//! The log of a process of sshd.

use std::rc::Rc;

use host::Sink;

use super::event::{Kind, Program, SshdEvent};
use super::render::{Level, line_of};
use super::sftp_server;
use super::syslog::{Facility, LogLevel};

/// The facility authpriv, where PAM writes.
const AUTHPRIV: Facility = Facility(10);

/// The log of one process.
#[derive(Clone, Debug)]
pub(super) struct Log {
    pub(super) pid: u32,
    pub(super) level: LogLevel,
    /// True if its lines are lost, as from within a chroot without `/dev/log`.
    pub(super) is_lost: bool,
    facility: Facility,
    sink: Rc<Sink<SshdEvent>>,
}

impl Log {
    pub(super) fn new(pid: u32, level: LogLevel, facility: Facility, sink: Sink<SshdEvent>) -> Self {
        Self { pid, level, is_lost: false, facility, sink: Rc::new(sink) }
    }

    /// Returns the log of another process, which this one starts.
    pub(super) fn of(&self, pid: u32) -> Self {
        Self { pid, ..self.clone() }
    }

    /// Records an event of an SFTP server.
    pub(super) fn tell_of_files(
        &self,
        program: Program,
        priority: u8,
        logged: bool,
        kind: sftp_server::Kind,
    ) {
        let logged = logged && !self.is_lost;
        self.sink.emit(SshdEvent { pid: self.pid, program, priority, logged, kind: Kind::Sftp(kind) });
    }

    /// Records an event of sshd or PAM.
    pub(super) fn tell(&self, kind: Kind) {
        let (priority, logged) = match line_of(&kind).map(|line| line.level) {
            Some(Level::Sshd(level)) => (self.facility.0 << 3 | level.severity(), level <= self.level),
            Some(Level::Early(level)) => (Facility::AUTH.0 << 3 | level.severity(), true),
            Some(Level::Pam(severity)) => (AUTHPRIV.0 << 3 | severity, true),
            None => (self.facility.0 << 3 | LogLevel::Info.severity(), false),
        };
        let logged = logged && !self.is_lost;
        self.sink.emit(SshdEvent { pid: self.pid, program: Program::Sshd, priority, logged, kind });
    }
}
