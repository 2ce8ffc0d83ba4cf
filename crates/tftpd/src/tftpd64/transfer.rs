//! The thread that serves one request.
//!
//! ```text
//!   take a port, bind it to the client; read the request; rewrite and check the name; open the file; agree on options; send or receive
//! ```
//!
//! Any problem on the way is answered by one ERROR, and the thread ends.

mod receive;
mod send;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use datagram::Datagram;
use files::{FileSource, FileWriter, Metadata, User};
use host::{Host, Udp};
use image::Content;
use tftp::{ErrorCode, Options, Packet, Text};

use super::config::Tftpd64Config;
use super::event::{BadRequest, Call, Kind, Operation};
use super::files::look;
use super::gauge::Gauges;
use super::log::Log;
use super::names::{check, extend, rewrite};
use super::negotiate::{Terms, negotiate};
use super::request::{MAX_PATH, Refused, Request, characters};
use super::windows::SystemError;
use crate::locks::{Lock, Locks};

/// The time that a thread sleeps if it could not bind its socket to the client.
const CONNECT_PAUSE: Duration = Duration::from_secs(1);
/// The permission bits of a file that the server makes, in a file system that has them.
const FILE_MODE: u32 = 0o644;
const FILE_OWNER: &str = "root";

/// The data that a thread has from its start.
pub(super) struct Thread<H> {
    pub(super) log: Rc<Log<H>>,
    pub(super) config: Rc<Tftpd64Config>,
    pub(super) files: Rc<dyn FileSource>,
    pub(super) locks: Locks,
    pub(super) gauges: Gauges,
    /// The number of the transfer.
    pub(super) transfer: u32,
    pub(super) peer: SocketAddr,
    /// The second in which the request was read.
    pub(super) started_s: u64,
}

/// A request that will be served.
struct Accepted {
    opened: Opened,
    /// Held until the file is closed.
    _lock: Lock,
    terms: Terms,
    /// The name as the server rewrote it.
    filename: String,
}

/// An open file.
enum Opened {
    Read(Content),
    Write(Box<dyn FileWriter>),
}

/// The result of a wait.
enum Came {
    Datagram(Datagram),
    Nothing,
    Error(SystemError),
}

impl<H: Host> Thread<H> {
    pub(super) async fn serve(self, datagram: Bytes) {
        let socket = match self.bind().await {
            Ok(socket) => socket,
            Err(error) => return self.socket_failed(Call::Bind, &error),
        };
        if let Err(error) = socket.connect(self.peer).await {
            self.socket_failed(Call::Connect, &error);
            return self.log.host.sleep(CONNECT_PAUSE).await;
        }
        let accepted = match self.decode(&datagram) {
            Ok(accepted) => accepted,
            Err(code) => return self.nak(&socket, code).await,
        };
        self.emit(Kind::LocalPort { port: socket.local_addr().port() });
        let Accepted { opened, _lock, terms, filename } = accepted;
        let size = match &opened {
            Opened::Read(content) => content.len(),
            Opened::Write(_) => terms.announced.unwrap_or(0),
        };
        let shown = self.gauges.show(self.transfer, self.peer, &filename, size);
        match opened {
            Opened::Read(content) => self.send(&socket, content, terms, filename, &shown).await,
            Opened::Write(writer) => self.receive(&socket, writer, terms, filename, &shown).await,
        }
    }

    /// Binds a port of the configured range, or any. The program ignores the address at which the request came.
    async fn bind(&self) -> io::Result<H::Udp> {
        let unspecified = match self.peer {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        };
        let Some(range) = self.config.port_range.clone() else {
            return self.log.host.bind_udp(SocketAddr::new(unspecified, 0)).await;
        };
        let mut taken = io::Error::from(io::ErrorKind::AddrInUse);
        for port in range {
            match self.log.host.bind_udp(SocketAddr::new(unspecified, port)).await {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => taken = error,
                bound => return bound,
            }
        }
        Err(taken)
    }

    /// Accepts a request or returns the code of the ERROR for it.
    fn decode(&self, datagram: &[u8]) -> Result<Accepted, ErrorCode> {
        let request = Request::parse(datagram).map_err(|refused| self.refuse(refused))?;
        let Request { operation, .. } = request;
        let filename = characters(&request.filename);
        let strings = |(name, value): &(Text, Text)| (characters(name), characters(value));
        self.emit(Kind::Request {
            operation,
            peer: self.peer,
            filename: filename.clone(),
            mode: characters(&request.mode),
            options: request.options.iter().map(strings).collect(),
        });
        let filename = rewrite(&self.config, &filename);
        let full = extend(&self.config, &filename);
        let size = || Some(look(&*self.files, &full).ok()?.metadata?.size);
        if let Err(error) = check(self.config.security, operation, &filename, size) {
            self.emit(Kind::Forbidden { filename, error });
            return Err(ErrorCode::ACCESS_VIOLATION);
        }
        if full.chars().count() >= MAX_PATH {
            return Err(self.refuse(Refused::Bad(BadRequest::NameTooLong)));
        }
        let (opened, _lock) = match self.open(operation, &full) {
            Ok(opened) => opened,
            Err(error) => {
                self.system_call_failed(&filename, Call::CreateFile, error, 0);
                return Err(match operation {
                    Operation::Rrq => ErrorCode::FILE_NOT_FOUND,
                    Operation::Wrq => ErrorCode::ACCESS_VIOLATION,
                });
            }
        };
        let size = match &opened {
            Opened::Read(content) => content.len(),
            Opened::Write(_) => 0,
        };
        let terms = negotiate(&self.config, operation, size, &request.options);
        for note in &terms.notes {
            self.emit(note.clone());
        }
        if !terms.oack.is_empty() {
            self.emit(Kind::OptionsAccepted { options: strings_of(&terms.oack) });
        }
        Ok(Accepted { opened, _lock, terms, filename })
    }

    /// Logs the problem of a datagram, and returns the code of the ERROR for it.
    fn refuse(&self, refused: Refused) -> ErrorCode {
        match refused {
            Refused::Unexpected { opcode } => {
                self.emit(Kind::Unexpected { opcode });
                self.emit(Kind::UnexpectedRefused);
            }
            Refused::Bad(problem) => self.emit(Kind::BadRequest { problem }),
        }
        match refused {
            Refused::Bad(BadRequest::PercentSign) => ErrorCode::ACCESS_VIOLATION,
            _ => ErrorCode::ILLEGAL_OPERATION,
        }
    }

    /// Opens a file as CreateFile, which lets many read a file or one write it.
    fn open(&self, operation: Operation, full: &str) -> Result<(Opened, Lock), SystemError> {
        let found = look(&*self.files, full)?;
        if found.metadata.as_ref().is_some_and(Metadata::is_directory) {
            return Err(SystemError::ACCESS_DENIED);
        }
        let path = found.path;
        match operation {
            Operation::Rrq => {
                found.metadata.ok_or(SystemError::FILE_NOT_FOUND)?;
                let lock = self.locks.read(&path).ok_or(SystemError::SHARING_VIOLATION)?;
                Ok((Opened::Read(self.files.read(&path)?), lock))
            }
            Operation::Wrq => {
                let lock = self.locks.write(&path).ok_or(SystemError::SHARING_VIOLATION)?;
                if found.metadata.is_none() {
                    self.files.create(&path, FILE_MODE, &User::named(FILE_OWNER))?;
                }
                Ok((Opened::Write(self.files.rewrite(&path)?), lock))
            }
        }
    }

    /// Waits for a datagram of at most `max` bytes.
    async fn wait(&self, socket: &H::Udp, timer: &mut H::Timer, until: Duration, max: usize) -> Came {
        let received = loop {
            match socket.recv_from_until(timer, Some(until)).await {
                Err(error) if is_unheard(&error) => {}
                received => break received,
            }
        };
        match received {
            Ok(None) => Came::Nothing,
            // The program takes a length of 0 for an error, which nothing has set.
            Ok(Some((datagram, _))) if datagram.is_empty() => Came::Error(SystemError::SUCCESS),
            Ok(Some((datagram, _))) if datagram.len() > max => Came::Error(SystemError::MESSAGE_SIZE),
            Ok(Some((datagram, _))) => Came::Datagram(datagram),
            Err(error) => Came::Error((&error).into()),
        }
    }

    /// Sends a datagram to the client.
    async fn send_to_peer(&self, socket: &H::Udp, datagram: Datagram) -> io::Result<()> {
        match socket.send_to(datagram.clone(), self.peer).await {
            // Other systems report the ICMP error about an earlier datagram, and do not send this one.
            Err(error) if is_unheard(&error) => socket.send_to(datagram, self.peer).await,
            sent => sent,
        }
    }

    fn completed(&self, operation: Operation, filename: String, blocks: u64, bytes: u64, resent: u64) {
        let seconds = self.log.host.now().as_secs().saturating_sub(self.started_s);
        self.emit(Kind::Completed { operation, peer: self.peer, filename, blocks, bytes, seconds, resent });
    }

    /// The socket failed in the middle of a transfer.
    async fn failed(&self, socket: &H::Udp, filename: &str, during: Call, error: &io::Error, bytes: u64) {
        // On Windows a port unreachable is reported to receive calls, never to send calls.
        let refused = error.kind() == io::ErrorKind::ConnectionRefused;
        let during = if refused { Call::Recv } else { during };
        self.system_call_failed(filename, during, error.into(), bytes);
        if during != Call::SendOack {
            self.nak(socket, ErrorCode::UNDEFINED).await;
        }
    }

    /// Sends an ERROR. A failure to send it is ignored.
    async fn nak(&self, socket: &H::Udp, code: ErrorCode) {
        let message = match code {
            ErrorCode::FILE_NOT_FOUND => "File not found",
            ErrorCode::ACCESS_VIOLATION => "Access violation",
            ErrorCode::DISK_FULL => "Disk full or allocation exceeded",
            ErrorCode::ILLEGAL_OPERATION => "Illegal TFTP operation",
            _ => "Undefined error code",
        };
        let mut packet = BytesMut::new();
        Packet::Error { code, message: message.into() }.write(&mut packet);
        // The program ends its message with two NULs.
        packet.put_u8(0);
        self.emit(Kind::Nak { peer: self.peer, code: code.0, message: message.into() });
        let _ = socket.send_to(packet.freeze(), self.peer).await;
    }

    fn socket_failed(&self, call: Call, error: &io::Error) {
        self.emit(Kind::SocketFailed { call, error: error.into() });
    }

    fn system_call_failed(&self, filename: &str, call: Call, error: SystemError, bytes: u64) {
        self.emit(Kind::SystemCallFailed { filename: filename.into(), call, error, bytes });
    }

    fn emit(&self, kind: Kind) {
        self.log.emit(Some(self.transfer), kind);
    }
}

fn strings_of(options: &Options) -> Vec<(String, String)> {
    options.iter().map(|(name, value)| (characters(name), characters(value))).collect()
}

/// Returns true for an ICMP error that Winsock does not report to a UDP socket: of those it reports port unreachable as
/// WSAECONNRESET, and an expired TTL as WSAENETRESET (`recvfrom` and `SIO_UDP_NETRESET` of its documentation).
fn is_unheard(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::HostUnreachable
}
