//! One run of sftp-server: packets in, packets out.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use files::{FileSource, User};
use sftp::{
    ClientPacket, FRAME_MAX, FrameReader, NameEntry, ParseError, Reply, Request, ServerPacket, Status,
    StatusCode, Text, VERSION,
};

use super::errno::{Errno, status_words};
use super::event::{Kind, Name, SftpServerEvent};
use super::fatal::{Fatal, function};
use super::handles::{Handles, Open};
use super::ids::Ids;
use super::options::Options;
use super::paths::View;
use super::permitted::{Named, Verdict};
use super::{render, trace};
use crate::syslog::LogLevel;

/// The longest DATA that is sent, in bytes: a packet's length less what OpenSSH keeps for the rest of it.
pub(super) const READ_MAX: u32 = FRAME_MAX - 1024;

/// The bytes waiting to be sent at which no request is answered. The program waits at 128 MiB, which no client needs.
const OUTPUT_MAX: usize = 1 << 20;
/// The number of waiting events at which no request is answered.
const EVENTS_MAX: usize = 4096;

const INIT: u8 = 1;
const EXTENDED: u8 = 200;

/// The user and the environment of sftp-server.
#[derive(Clone, Debug)]
pub struct Process {
    /// The user that it runs as.
    pub user: User,
    /// The user's home, for `~` and `%d`.
    pub home: String,
    /// The directory in which it starts, below the root: the home, or `/` where that cannot be entered.
    pub directory: String,
    /// The directory that chroot(2) made the root, as a plain path (see [`FileSource`]); `/` without one.
    pub root: String,
    /// The client's address, as SSH_CONNECTION has it.
    pub client: String,
    /// True if it runs within sshd, as `internal-sftp`.
    pub internal: bool,
    /// The machine's users and groups.
    pub ids: Rc<Ids>,
    /// The machine's clock at the start of the run, since 1970: for the years of listings.
    pub started: Duration,
}

/// One run of sftp-server.
///
/// After each call of [`Session::handle`] empty [`Session::poll_transmit`] and [`Session::poll_event`]. While
/// [`Session::wants_input`] is false, leave data in the channel: the client does not take its answers. When the client has closed
/// its side, or is gone, call [`Session::end`].
pub struct Session {
    pub(super) options: Options,
    pub(super) process: Process,
    pub(super) view: View,
    pub(super) handles: Handles,
    /// The size of the largest READ so far, in bytes; only the log of DEBUG3 shows it.
    pub(super) read_buffer: u32,
    now: Duration,
    frames: FrameReader,
    /// The client's version. None until INIT has come.
    version: Option<u32>,
    output: VecDeque<Bytes>,
    output_bytes: usize,
    events: VecDeque<SftpServerEvent>,
    ended: Option<u32>,
}

/// The answer to a request.
pub(super) enum Answer {
    Reply(Reply),
    Status(StatusCode),
    /// A status with its own text.
    Words(StatusCode, &'static str),
    /// Nothing is sent; the log has a line already.
    Nothing,
}

impl Session {
    /// Starts a session.
    pub fn new(options: Options, process: Process, files: Rc<dyn FileSource>) -> Self {
        let view = View {
            files,
            user: process.user.clone(),
            root: process.root.clone(),
            directory: process.directory.clone(),
        };
        let mut session = Self {
            handles: Handles::new(options.handles_max),
            options,
            process,
            view,
            read_buffer: 0,
            now: Duration::ZERO,
            frames: FrameReader::new(),
            version: None,
            output: VecDeque::new(),
            output_bytes: 0,
            events: VecDeque::new(),
            ended: None,
        };
        let (user, client) = (session.process.user.name.clone(), session.process.client.clone());
        session.emit(Kind::SessionOpened { user, client });
        session.enter_start_directory();
        session
    }

    /// Takes bytes from the client.
    ///
    /// # Errors
    /// [`Fatal`] if the process exits. Its earlier answers are still to be sent; all events have been made.
    pub fn handle(&mut self, now: Duration, bytes: &[u8]) -> Result<(), Fatal> {
        if self.ended.is_some() {
            return Ok(());
        }
        self.now = now;
        self.frames.push(bytes);
        self.advance()
    }

    /// Ends the session after the client has closed its side or is gone: files are closed.
    pub fn end(&mut self) {
        if self.ended.is_none() {
            self.trace(LogLevel::Debug1, "read eof");
            self.close(0);
        }
    }

    /// Returns true if bytes of the client may be handed in. If not, the client does not take its answers.
    pub fn wants_input(&self) -> bool {
        self.ended.is_none() && !self.is_full()
    }

    /// Returns the next bytes for the client. This makes room, so that waiting requests are answered.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        let bytes = self.output.pop_front()?;
        self.output_bytes -= bytes.len();
        if self.ended.is_none() {
            // If it exits now, the events and the exit status show it.
            let _ = self.advance();
        }
        Some(bytes)
    }

    /// Returns the next event. As [`Session::poll_transmit`], it makes room.
    pub fn poll_event(&mut self) -> Option<SftpServerEvent> {
        let event = self.events.pop_front()?;
        if self.ended.is_none() {
            let _ = self.advance();
        }
        Some(event)
    }

    /// Returns the exit status of the process, once it has exited.
    pub fn exit_status(&self) -> Option<u32> {
        self.ended
    }

    /// Returns the options.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Returns the time, in seconds since 1970.
    pub(super) fn clock(&self) -> i64 {
        i64::try_from((self.process.started + self.now).as_secs()).unwrap_or(i64::MAX)
    }

    pub(super) fn emit(&mut self, kind: Kind) {
        let logged = render::is_logged(&self.options, &kind);
        self.events.push_back(SftpServerEvent { logged, kind });
    }

    pub(super) fn trace(&mut self, level: LogLevel, text: impl AsRef<[u8]>) {
        if level <= self.options.level {
            self.emit(trace::at(level, text));
        }
    }

    pub(super) fn is_permitted(&mut self, named: Named) -> bool {
        match named.judge(&self.options) {
            Verdict::Permitted => true,
            Verdict::Allowed => {
                self.trace(LogLevel::Debug2, format!("Permitting allowlisted {} request", named.name));
                true
            }
            Verdict::Refused(by) => {
                self.emit(Kind::Refused { request: named.name, by });
                false
            }
        }
    }

    fn is_full(&self) -> bool {
        self.output_bytes >= OUTPUT_MAX || self.events.len() >= EVENTS_MAX
    }

    /// Answers waiting requests, as long as there is room for answers. If there is room afterwards, only the start of a packet
    /// waits: so the input is bounded too, if [`Session::wants_input`] is respected.
    fn advance(&mut self) -> Result<(), Fatal> {
        while !self.is_full() {
            let frame = match self.frames.next() {
                Ok(Some(frame)) => frame,
                Ok(None) => return Ok(()),
                Err(error) => {
                    let (client, user) = (&self.process.client, &self.process.user.name);
                    return self.fail(Fatal::frame(error, client, user));
                }
            };
            if let Err(why) = self.process(frame) {
                return self.fail(why);
            }
        }
        Ok(())
    }

    fn fail(&mut self, why: Fatal) -> Result<(), Fatal> {
        self.emit(Kind::Fatal { why: why.clone() });
        if why.is_orderly() || !self.process.internal {
            self.close(why.exit_status());
        } else {
            // The process that ends is sshd's, which does not know the open files.
            self.ended = Some(why.exit_status());
        }
        Err(why)
    }

    fn close(&mut self, status: u32) {
        let open: Vec<Open> = self.handles.drain().collect();
        for open in open {
            self.emit(closed(open, true));
        }
        let (user, client) = (self.process.user.name.clone(), self.process.client.clone());
        self.emit(Kind::SessionClosed { user, client });
        self.ended = Some(status);
    }

    fn process(&mut self, frame: Bytes) -> Result<(), Fatal> {
        let kind = frame.first().copied().unwrap_or_default();
        let packet = ClientPacket::parse(frame.clone());
        if kind == INIT {
            return self.init(&frame);
        }
        if self.version.is_none() {
            return Err(if kind == EXTENDED { Fatal::ExtendedBeforeInit } else { Fatal::BeforeInit(kind) });
        }
        let (id, request) = match packet {
            Ok(ClientPacket::Request { id, request }) => (id, Ok(request)),
            Ok(ClientPacket::Init { .. }) => return Ok(()),
            Err(error @ ParseError { id: Some(id), .. }) => (id, Err(error)),
            Err(ParseError { id: None, .. }) => return Err(Fatal::without_id(kind)),
        };
        let answer = if kind == EXTENDED {
            match request {
                Ok(Request::Extended { request, data }) => self.extended(id, &request, data)?,
                Ok(_) => Answer::Nothing,
                Err(error) => return Err(Fatal::malformed(&error)),
            }
        } else {
            match Named::of_kind(kind) {
                None => {
                    self.emit(Kind::UnknownMessage { kind });
                    Answer::Nothing
                }
                // A request that is refused is not read.
                Some(named) if !self.is_permitted(named) => Answer::Status(StatusCode::PERMISSION_DENIED),
                Some(_) => self.request(id, request.map_err(|error| Fatal::malformed(&error))?)?,
            }
        };
        self.answer(id, answer);
        Ok(())
    }

    fn init(&mut self, frame: &[u8]) -> Result<(), Fatal> {
        // Data after the version is ignored.
        let Some((version, _)) = frame.get(1..).and_then(|rest| rest.split_first_chunk()) else {
            return Err(Fatal::fields(function(INIT), sftp::Malformed::Incomplete));
        };
        let version = u32::from_be_bytes(*version);
        self.version = Some(version);
        self.emit(Kind::ClientVersion { version });
        let mut extensions = Vec::new();
        for (name, version) in sftp::Extension::ALL {
            if Named::of_extension(name).is_some_and(|named| self.is_permitted(named)) {
                extensions.push((Text::from(name), Bytes::from_static(version.as_bytes())));
            } else {
                let text = format!("compose_extension: refusing to advertise disallowed extension {name}");
                self.trace(LogLevel::Debug2, text);
            }
        }
        self.send(&ServerPacket::Version { version: VERSION, extensions });
        Ok(())
    }

    fn request(&mut self, id: u32, request: Request) -> Result<Answer, Fatal> {
        let name = |text: &Text| cstring(text, request.kind());
        // Names are checked before anything is logged.
        let (first, second) = match &request {
            Request::Open { path, .. }
            | Request::Setstat { path, .. }
            | Request::Mkdir { path, .. }
            | Request::Lstat(path)
            | Request::Stat(path)
            | Request::Opendir(path)
            | Request::Remove(path)
            | Request::Rmdir(path)
            | Request::Realpath(path)
            | Request::Readlink(path) => (name(path)?, None),
            Request::Rename { old: first, new: second }
            | Request::Symlink { target: first, link: second } => (name(first)?, Some(name(second)?)),
            _ => (Name::from(&b""[..]), None),
        };
        let second = second.unwrap_or_else(|| first.clone());
        if self.options.level >= LogLevel::Debug1 {
            for kind in trace::request(id, &request, &mut self.handles) {
                if render::is_logged(&self.options, &kind) {
                    self.emit(kind);
                }
            }
        }
        Ok(match request {
            Request::Open { flags, attributes, .. } => self.open(id, first, flags, &attributes),
            Request::Close(handle) => self.close_handle(&handle),
            Request::Read { handle, offset, length } => self.read(id, &handle, offset, length),
            Request::Write { handle, offset, data } => self.write(&handle, offset, &data),
            Request::Lstat(_) => self.stat(id, first, true),
            Request::Stat(_) => self.stat(id, first, false),
            Request::Fstat(handle) => self.fstat(id, &handle),
            Request::Setstat { attributes, .. } => self.setstat(first, &attributes),
            Request::Fsetstat { handle, attributes } => self.fsetstat(&handle, &attributes),
            Request::Opendir(_) => self.opendir(id, first),
            Request::Readdir(handle) => self.readdir(id, &handle),
            Request::Remove(_) => self.remove(first),
            Request::Mkdir { attributes, .. } => self.mkdir(first, &attributes),
            Request::Rmdir(_) => self.rmdir(first),
            Request::Realpath(_) => self.realpath(id, first),
            Request::Rename { .. } => self.rename(first, second),
            Request::Readlink(_) => self.readlink(first),
            Request::Symlink { .. } => self.symlink(first, second),
            Request::Extended { .. } => Answer::Nothing,
        })
    }

    fn answer(&mut self, id: u32, answer: Answer) {
        let reply = match answer {
            Answer::Nothing => return,
            Answer::Reply(reply) => reply,
            Answer::Status(code) => self.status(id, code, status_words(code)),
            Answer::Words(code, words) => self.status(id, code, words),
        };
        self.send(&ServerPacket::Reply { id, reply });
    }

    fn status(&mut self, id: u32, code: StatusCode, words: &'static str) -> Reply {
        self.trace(LogLevel::Debug3, format!("request {id}: sent status {code}"));
        self.emit(Kind::StatusSent { status: code.0 });
        // Texts came with version 3.
        let with_words = self.version.is_some_and(|version| version >= VERSION);
        Reply::Status(if with_words { Status::new(code, words) } else { Status::bare(code) })
    }

    /// Returns an answer with one name, as for REALPATH.
    pub(super) fn one_name(&mut self, id: u32, name: Vec<u8>) -> Answer {
        self.trace(LogLevel::Debug1, format!("request {id}: sent names count 1"));
        let name = Text::new(name);
        let entry =
            NameEntry { filename: name.clone(), longname: name, attributes: sftp::Attributes::none() };
        Answer::Reply(Reply::Name(vec![entry]))
    }

    fn send(&mut self, packet: &ServerPacket) {
        let bytes = packet.to_bytes();
        self.output_bytes += bytes.len();
        self.output.push_back(bytes);
    }

    fn enter_start_directory(&mut self) {
        let Some(wanted) = &self.options.start_directory else { return };
        let path = expand(wanted, &self.process);
        if let Err(errno) = self.view.enter(&path) {
            self.emit(Kind::StartDirectoryFailed { path, reason: errno.words().into() });
        }
    }
}

impl From<Result<Reply, Errno>> for Answer {
    fn from(result: Result<Reply, Errno>) -> Self {
        match result {
            Ok(reply) => Self::Reply(reply),
            Err(errno) => Self::Status(errno.status()),
        }
    }
}

impl From<Result<(), Errno>> for Answer {
    fn from(result: Result<(), Errno>) -> Self {
        Self::Status(result.map_or_else(|errno| errno.status(), |()| StatusCode::OK))
    }
}

/// Returns the event of a closed handle.
pub(super) fn closed(open: Open, forced: bool) -> Kind {
    match open {
        Open::File(file) => Kind::Close {
            path: file.name,
            bytes_read: file.bytes_read,
            bytes_written: file.bytes_written,
            forced,
        },
        Open::Directory(directory) => Kind::Closedir { path: Some(directory.name), forced },
    }
}

/// Returns a string without the NUL that may end it.
///
/// # Errors
/// If there is a NUL elsewhere.
pub(super) fn cstring(text: &Text, kind: u8) -> Result<Name, Fatal> {
    terminated(text).ok_or_else(|| Fatal::nul(function(kind)))
}

/// As [`cstring`], without a log line.
pub(super) fn terminated(text: &Text) -> Option<Name> {
    let bytes = text.as_bytes();
    let bytes = bytes.strip_suffix(b"\0").unwrap_or(bytes);
    (!bytes.contains(&0)).then(|| bytes.into())
}

/// Expands the path of `-d`: `~` at its start, then `%d`, `%u`, `%U` and `%%`.
fn expand(wanted: &str, process: &Process) -> String {
    let tilde = match wanted.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{}{rest}", process.home),
        _ => wanted.to_owned(),
    };
    let mut path = String::new();
    let mut characters = tilde.chars();
    while let Some(character) = characters.next() {
        match (character, (character == '%').then(|| characters.next()).flatten()) {
            ('%', Some('d')) => path.push_str(&process.home),
            ('%', Some('u')) => path.push_str(&process.user.name),
            ('%', Some('U')) => path.push_str(&process.ids.uid(&process.user.name).to_string()),
            ('%', Some('%')) => path.push('%'),
            ('%', Some(other)) => path.extend(['%', other]),
            (character, _) => path.push(character),
        }
    }
    path
}
