//! The process that serves one request.
//!
//! ```text
//!   take a port, bind it to the client; log the request; open the file; agree on options; send; exit
//! ```
//!
//! What goes wrong on the way is answered by one ERROR, and the process exits. If the client falls silent it exits without a word.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use bytes::Bytes;
use host::{Host, Sink, Udp};
use tftp::{ErrorCode, Mode, Options, Packet, ParseError, Request, Sender, SenderEvent};

use super::access::{Body, Nak, open};
use super::config::Config;
use super::event::{During, Event, Operation, What};
use super::negotiate::negotiate;
use super::render;
use crate::files::FileSource;
use crate::strerror::strerror;

/// Everything a process has from its birth.
pub(super) struct Process<H> {
    pub(super) host: H,
    pub(super) config: Rc<Config>,
    pub(super) files: Rc<dyn FileSource>,
    pub(super) sink: Sink<Event>,
    pub(super) pid: u32,
    pub(super) peer: SocketAddr,
    /// The address at which the request came, or the unspecified one.
    pub(super) local_ip: IpAddr,
}

impl<H: Host> Process<H> {
    pub(super) async fn serve(self, datagram: Bytes) {
        let length = datagram.len();
        // in.tftpd binds before it looks at the request; nothing shows the difference.
        let (operation, request) = match Packet::parse(datagram) {
            Ok(Packet::Rrq(request)) => (Operation::Rrq, Ok(request)),
            Ok(Packet::Wrq(request)) => (Operation::Wrq, Ok(request)),
            Err(ParseError::NotTerminated) => {
                (Operation::Rrq, Err(Nak::new(ErrorCode::ILLEGAL_OPERATION, "Request not null-terminated")))
            }
            Err(ParseError::MissingMode) => {
                (Operation::Rrq, Err(Nak::new(ErrorCode::ILLEGAL_OPERATION, "Missing mode")))
            }
            Err(ParseError::TooManyOptions) => {
                (Operation::Rrq, Err(Nak::new(ErrorCode::OPTION_REFUSED, "Insufficient space for options")))
            }
            Ok(_) | Err(ParseError::TooShort | ParseError::UnknownOpcode(_)) => {
                return self.emit(What::Ignored { peer: self.peer, length });
            }
        };
        let socket = match self.bind().await {
            Ok(socket) => socket,
            Err(error) => return self.socket_failed(During::Bind, &error, 0),
        };
        if let Err(error) = socket.connect(self.peer).await {
            return self.socket_failed(During::Connect, &error, 0);
        }
        let sender = match &request {
            Ok(request) => self.answer(operation, request),
            Err(nak) => Err(nak.clone()),
        };
        match (sender, request) {
            (Ok(sender), Ok(request)) => self.send(&socket, sender, &request).await,
            (Err(nak), _) | (Ok(_), Err(nak)) => self.refuse(&socket, nak).await,
        }
    }

    /// A port of the configured range, or any.
    async fn bind(&self) -> io::Result<H::Udp> {
        let Some(range) = self.config.port_range.clone() else {
            return self.host.bind_udp(SocketAddr::new(self.local_ip, 0)).await;
        };
        let mut taken = io::Error::from(io::ErrorKind::AddrInUse);
        for port in range {
            match self.host.bind_udp(SocketAddr::new(self.local_ip, port)).await {
                Ok(socket) => return Ok(socket),
                Err(error) => taken = error,
            }
        }
        Err(taken)
    }

    fn answer(&self, operation: Operation, request: &Request) -> Result<Sender<Body>, Nak> {
        if request.filename.is_empty() {
            return Err(Nak::new(ErrorCode::ILLEGAL_OPERATION, "Missing mode"));
        }
        let mode = match request.mode() {
            Some(mode @ (Mode::Octet | Mode::Netascii)) => mode,
            Some(Mode::Mail) | None => return Err(Nak::new(ErrorCode::ILLEGAL_OPERATION, "Unknown mode")),
        };
        self.emit(What::Request {
            operation,
            peer: self.peer,
            filename: request.filename.to_string(),
            mode: request.mode.to_string(),
            options: strings(&request.options),
        });
        let opened = open(&self.config, &*self.files, operation, request.filename.as_bytes(), mode)?;
        let terms = negotiate(&self.config, opened.size, &request.options)?;
        if !terms.oack.is_empty() {
            self.emit(What::OptionsAccepted { peer: self.peer, options: strings(&terms.oack) });
        }
        Ok(Sender::new(self.host.now(), self.peer, opened.body, terms))
    }

    async fn refuse(&self, socket: &H::Udp, nak: Nak) {
        let Nak { code, message } = nak;
        self.emit(What::Nak { peer: self.peer, code: code.0, message: message.clone() });
        let packet = Packet::Error { code, message: message.into() };
        if let Err(error) = socket.send_to(packet.to_bytes(), self.peer).await {
            self.socket_failed(During::Nak, &error, 0);
        }
    }

    async fn send(&self, socket: &H::Udp, mut sender: Sender<Body>, request: &Request) {
        let mut timer = self.host.timer();
        loop {
            // The machine ends by an event, whose last packet, if any, is sent after it: in.tftpd logs before it sends.
            let end = sender.poll_event();
            let is_end = end.is_some();
            if let Some(end) = end {
                self.ended(end, &sender, request);
            }
            while let Some((datagram, to)) = sender.poll_transmit() {
                if let Err(error) = socket.send_to(datagram, to).await {
                    // A refusal answers an earlier datagram. in.tftpd waits in select(2), which tells it of that before it sends
                    // again; some sockets tell only now.
                    let was_waiting = error.kind() == io::ErrorKind::ConnectionRefused;
                    let during = match (is_end, was_waiting, sender.is_negotiating()) {
                        (true, ..) => During::Nak,
                        (false, true, true) => During::Read,
                        (false, true, false) => During::ReadAck,
                        (false, false, true) => During::Oack,
                        (false, false, false) => During::Write,
                    };
                    return self.socket_failed(during, &error, sender.acked_bytes());
                }
            }
            if is_end {
                return;
            }
            match socket.recv_from_until(&mut timer, sender.poll_timeout()).await {
                Ok(Some((datagram, from))) => sender.handle_datagram(self.host.now(), datagram, from),
                Ok(None) => sender.handle_timeout(self.host.now()),
                Err(error) => {
                    let during = if sender.is_negotiating() { During::Read } else { During::ReadAck };
                    return self.socket_failed(during, &error, sender.acked_bytes());
                }
            }
        }
    }

    fn ended(&self, end: SenderEvent, sender: &Sender<Body>, request: &Request) {
        let peer = self.peer;
        let acked = sender.acked_bytes();
        self.emit(match end {
            SenderEvent::Completed { bytes, blocks } => {
                let filename = request.filename.to_string();
                What::Completed { peer, filename, bytes, blocks, repeats: sender.repeats() }
            }
            SenderEvent::PeerError { code, message, negotiating: true } => {
                What::OptionsRefused { peer, code: code.0, message: message.to_string() }
            }
            SenderEvent::PeerError { code, message, negotiating: false } => {
                What::Aborted { peer, code: code.0, message: message.to_string(), bytes: acked }
            }
            SenderEvent::GaveUp { bytes, .. } => What::GaveUp { peer, bytes },
            // Only a client's sender meets it.
            SenderEvent::BadOption { .. } => return,
            SenderEvent::ReadFailed(error) => {
                What::Nak { peer, code: error.code.0, message: error.message.to_string() }
            }
        });
    }

    fn socket_failed(&self, during: During, error: &io::Error, bytes: u64) {
        self.emit(What::SocketFailed { peer: self.peer, during, reason: strerror(error), bytes });
    }

    fn emit(&self, what: What) {
        let verbosity = match what {
            What::Request { .. } => 1,
            What::Nak { .. } => 2,
            _ => 0,
        };
        let logged = self.config.verbosity >= verbosity && render::text(&what).is_some();
        self.sink.emit(Event { pid: self.pid, logged, what });
    }
}

fn strings(options: &Options) -> Vec<(String, String)> {
    options.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}
