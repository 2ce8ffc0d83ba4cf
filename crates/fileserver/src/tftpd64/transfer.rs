//! The thread that serves one request.
//!
//! ```text
//!   take a port, bind it to the client; read the request; rewrite and check the name; open the file; agree on options; send
//! ```
//!
//! What goes wrong on the way is answered by one ERROR, and the thread ends.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::rc::Rc;

use bytes::{BufMut, Bytes, BytesMut};
use host::{Host, Udp};
use tftp::{ErrorCode, Options, Packet, Text};

use super::config::Config;
use super::event::{BadRequest, Call, Operation, What};
use super::files::find;
use super::gauge::{Gauges, Shown};
use super::log::Log;
use super::names::{check, extend, rewrite};
use super::negotiate::{Terms, negotiate};
use super::request::{DATAGRAM_MAX, MAX_PATH, Refused, Request, characters};
use super::sending::{self, End, Note, Sending, Waits};
use super::windows::SystemError;
use crate::files::FileSource;

/// Everything a thread has from its birth.
pub(super) struct Thread<H> {
    pub(super) log: Rc<Log<H>>,
    pub(super) config: Rc<Config>,
    pub(super) files: Rc<dyn FileSource>,
    pub(super) gauges: Gauges,
    /// The number of the transfer.
    pub(super) transfer: u32,
    pub(super) peer: SocketAddr,
    /// The second in which the request was read.
    pub(super) started_s: u64,
}

/// A request that will be served.
struct Accepted {
    content: Bytes,
    terms: Terms,
    /// As the server rewrote it.
    filename: String,
}

impl<H: Host> Thread<H> {
    pub(super) async fn serve(self, datagram: Bytes) {
        let socket = match self.bind().await {
            Ok(socket) => socket,
            Err(error) => return self.socket_failed(Call::Bind, &error),
        };
        if let Err(error) = socket.connect(self.peer).await {
            self.socket_failed(Call::Connect, &error);
            return self.log.host.sleep(std::time::Duration::from_secs(1)).await;
        }
        let accepted = match self.decode(&datagram) {
            Ok(accepted) => accepted,
            Err(code) => return self.nak(&socket, code).await,
        };
        self.emit(What::LocalPort { port: socket.local_addr().port() });
        let size = accepted.content.len() as u64;
        let shown = self.gauges.show(self.transfer, self.peer, &accepted.filename, size);
        self.send(&socket, accepted, &shown).await;
    }

    /// A port of the configured range, or any. The program does not mind at which address the request came.
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

    /// Takes a request or gives the code of the ERROR for it.
    fn decode(&self, datagram: &[u8]) -> Result<Accepted, ErrorCode> {
        let request = Request::parse(datagram).map_err(|refused| self.refuse(refused))?;
        let Request { operation, .. } = request;
        let filename = characters(&request.filename);
        let strings = |(name, value): &(Text, Text)| (characters(name), characters(value));
        self.emit(What::Request {
            operation,
            peer: self.peer,
            filename: filename.clone(),
            mode: characters(&request.mode),
            options: request.options.iter().map(strings).collect(),
        });
        let filename = rewrite(&self.config, &filename);
        let full = extend(&self.config, &filename);
        let size = || find(&*self.files, &full).ok().map(|(_, metadata)| metadata.size);
        if let Err(error) = check(self.config.security, operation, &filename, size) {
            self.emit(What::Forbidden { filename, error });
            return Err(ErrorCode::ACCESS_VIOLATION);
        }
        if full.chars().count() >= MAX_PATH {
            return Err(self.refuse(Refused::Bad(BadRequest::NameTooLong)));
        }
        let content = match self.open(operation, &full) {
            Ok(content) => content,
            Err(error) => {
                self.system_call_failed(&filename, Call::CreateFile, error, 0);
                return Err(match operation {
                    Operation::Rrq => ErrorCode::FILE_NOT_FOUND,
                    Operation::Wrq => ErrorCode::ACCESS_VIOLATION,
                });
            }
        };
        let terms = negotiate(&self.config, operation, content.len() as u64, &request.options);
        for note in &terms.notes {
            self.emit(note.clone());
        }
        if !terms.oack.is_empty() {
            self.emit(What::OptionsAccepted { options: strings_of(&terms.oack) });
        }
        Ok(Accepted { content, terms, filename })
    }

    /// Says what is wrong with a datagram, and gives the code of the ERROR for it.
    fn refuse(&self, refused: Refused) -> ErrorCode {
        match refused {
            Refused::Unexpected { opcode } => {
                self.emit(What::Unexpected { opcode });
                self.emit(What::UnexpectedRefused);
            }
            Refused::Bad(problem) => self.emit(What::BadRequest { problem }),
        }
        match refused {
            Refused::Bad(BadRequest::PercentSign) => ErrorCode::ACCESS_VIOLATION,
            _ => ErrorCode::ILLEGAL_OPERATION,
        }
    }

    fn open(&self, operation: Operation, full: &str) -> Result<Bytes, SystemError> {
        if operation == Operation::Wrq {
            return Err(SystemError::WRITE_PROTECT);
        }
        let (path, metadata) = find(&*self.files, full)?;
        if metadata.is_directory() {
            return Err(SystemError::ACCESS_DENIED);
        }
        Ok(self.files.read(&path)?.bytes())
    }

    async fn send(&self, socket: &H::Udp, accepted: Accepted, shown: &Shown) {
        let Accepted { content, terms, filename } = accepted;
        let oack = (!terms.oack.is_empty()).then(|| Packet::Oack(terms.oack).to_bytes());
        let has_oack = oack.is_some();
        let terms = sending::Terms {
            oack,
            block_size: terms.block_size,
            window_bytes: self.config.window_bytes,
            waits: Waits { timeout_s: terms.timeout_s, retransmit: self.config.retransmit },
            ignore_last_ack: self.config.ignore_last_ack,
        };
        let mut timer = self.log.host.timer();
        let mut sending = Sending::new(self.log.host.now(), content, terms);
        let mut is_oack = has_oack;
        loop {
            while let Some(datagram) = sending.poll_transmit() {
                let during = if std::mem::take(&mut is_oack) { Call::SendOack } else { Call::Send };
                if let Err(error) = socket.send_to(datagram, self.peer).await {
                    return self.failed(socket, &filename, during, &error, sending.bytes()).await;
                }
            }
            let datagram = match socket.recv_from_until(&mut timer, Some(sending.deadline())).await {
                Ok(Some((datagram, _))) => Some(datagram),
                Ok(None) => None,
                Err(error) => {
                    return self.failed(socket, &filename, Call::Recv, &error, sending.bytes()).await;
                }
            };
            let now = self.log.host.now();
            match datagram {
                None => sending.handle_timeout(now),
                Some(datagram) => {
                    if let Some(error) = unreadable(&datagram, DATAGRAM_MAX) {
                        self.system_call_failed(&filename, Call::Recv, error, sending.bytes());
                        return self.nak(socket, ErrorCode::UNDEFINED).await;
                    }
                    sending.handle_datagram(now, datagram);
                }
            }
            while let Some(note) = sending.poll_note() {
                self.emit(match note {
                    Note::TooShort => What::TooShort,
                    Note::UnknownOpcode(opcode) => What::UnknownOpcode { opcode },
                    Note::AckTwice { block } => What::AckTwice { block },
                    Note::AckAhead { block, awaited } => What::AckAhead { block, awaited },
                });
            }
            shown.gauge.bytes.set(sending.bytes());
            if let Some(end) = sending.end().cloned() {
                return self.sent(socket, &sending, end, filename).await;
            }
        }
    }

    async fn sent(&self, socket: &H::Udp, sending: &Sending, end: End, filename: String) {
        let (peer, bytes, operation) = (self.peer, sending.bytes(), Operation::Rrq);
        match end {
            End::Sent => {}
            End::LastNotAcked { block } => {
                self.emit(What::LastBlockNotAcked { block, filename: filename.clone() });
            }
            End::TimedOut { block } => {
                self.emit(What::TimedOut { operation, peer, filename, block, bytes });
                return self.nak(socket, ErrorCode::UNDEFINED).await;
            }
            End::MaxRetries { block } => {
                self.emit(What::MaxRetries { operation, peer, filename, block, bytes });
                return self.nak(socket, ErrorCode::UNDEFINED).await;
            }
            End::PeerError { code, message } => {
                return self.emit(What::PeerError { peer, code, message: characters(&message), bytes });
            }
        }
        self.completed(operation, filename, sending.blocks(), bytes, sending.resent());
    }

    fn completed(&self, operation: Operation, filename: String, blocks: u64, bytes: u64, resent: u64) {
        let seconds = self.log.host.now().as_secs().saturating_sub(self.started_s);
        self.emit(What::Completed { operation, peer: self.peer, filename, blocks, bytes, seconds, resent });
    }

    /// The socket failed in the middle of a transfer.
    async fn failed(&self, socket: &H::Udp, filename: &str, during: Call, error: &io::Error, bytes: u64) {
        // On Windows a port unreachable is told to whoever receives, and never to a sender.
        let refused = error.kind() == io::ErrorKind::ConnectionRefused;
        let during = if refused { Call::Recv } else { during };
        self.system_call_failed(filename, during, error.into(), bytes);
        if during != Call::SendOack {
            self.nak(socket, ErrorCode::UNDEFINED).await;
        }
    }

    /// Sends an ERROR. That it cannot be sent is not noticed.
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
        self.emit(What::Nak { peer: self.peer, code: code.0, message: message.into() });
        let _ = socket.send_to(packet.freeze(), self.peer).await;
    }

    fn socket_failed(&self, call: Call, error: &io::Error) {
        self.emit(What::SocketFailed { call, error: error.into() });
    }

    fn system_call_failed(&self, filename: &str, call: Call, error: SystemError, bytes: u64) {
        self.emit(What::SystemCallFailed { filename: filename.into(), call, error, bytes });
    }

    fn emit(&self, what: What) {
        self.log.emit(Some(self.transfer), what);
    }
}

/// Why Winsock does not give a datagram that came: it is longer than the buffer of `max` bytes, or the program takes its length of 0 for an
/// error that nothing has set.
fn unreadable(datagram: &[u8], max: usize) -> Option<SystemError> {
    match datagram.len() {
        0 => Some(SystemError::SUCCESS),
        length if length > max => Some(SystemError::MESSAGE_SIZE),
        _ => None,
    }
}

fn strings_of(options: &Options) -> Vec<(String, String)> {
    options.iter().map(|(name, value)| (characters(name), characters(value))).collect()
}
