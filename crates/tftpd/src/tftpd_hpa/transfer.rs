//! The process that serves one request.
//!
//! ```text
//!   take a port, bind it to the client; log the request; open the file; agree on options; send or receive; exit
//! ```
//!
//! Any problem on the way is answered by one ERROR, and the process exits. If the client falls silent it exits silently.

mod receive;
mod send;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use files::{FileSource, strerror};
use host::{Host, Sink, Udp};
use tftp::{AcceptConfig, ErrorCode, Mode, Options, Packet, Receiver, Sender, Text};

use super::access::{Body, Denied, Nak, open, open_to_write};
use super::config::TftpdHpaConfig;
use super::event::{During, Kind, Operation, RemapStep, TftpdHpaEvent};
use super::negotiate::negotiate;
use super::places::Place;
use super::remap::Rules;
use super::render;
use super::request::{Asked, Received};
use super::upload::Upload;
use crate::locks::{Lock, Locks};

/// The data that a process has from its start.
pub(super) struct Process<H> {
    pub(super) host: H,
    pub(super) config: Rc<TftpdHpaConfig>,
    pub(super) files: Rc<dyn FileSource>,
    pub(super) locks: Locks,
    pub(super) rules: Option<Rc<Rules>>,
    pub(super) sink: Sink<TftpdHpaEvent>,
    pub(super) pid: u32,
    pub(super) peer: SocketAddr,
    /// The address at which the request came, or the unspecified one.
    pub(super) local_ip: IpAddr,
    /// The port that is tried first, if there is a range of them.
    pub(super) port_first: Option<u16>,
    pub(super) place: Rc<Place>,
}

/// A granted request, with the name that the client gave the file.
enum Granted {
    Send { sender: Sender<Body>, filename: String, lock: Lock },
    Receive { receiver: Receiver, upload: Upload, filename: String },
}

impl<H: Host> Process<H> {
    pub(super) async fn serve(self, received: Received) {
        let Some(operation) = received.operation else {
            return self.emit(Kind::Ignored { peer: self.peer, length: received.len() });
        };
        let socket = match self.bind().await {
            Ok(socket) => socket,
            Err(error) => return self.socket_failed(During::Bind, &error, 0),
        };
        if let Err(error) = socket.connect(self.peer).await {
            return self.socket_failed(During::Connect, &error, 0);
        }
        match received.read().map_err(Denied::Nak).and_then(|asked| self.answer(operation, asked)) {
            Ok(Granted::Send { sender, filename, lock }) => self.send(&socket, sender, filename, lock).await,
            Ok(Granted::Receive { receiver, upload, filename }) => {
                self.receive(&socket, receiver, upload, filename).await;
            }
            Err(Denied::Nak(nak)) => self.refuse(&socket, nak).await,
            Err(Denied::Locked) => self.emit(Kind::Locked { peer: self.peer }),
            Err(Denied::Endless) => self.emit(Kind::RemapEndless { peer: self.peer }),
        }
    }

    /// Binds a port of the configured range, from the first on and around, or any.
    async fn bind(&self) -> io::Result<H::Udp> {
        let (Some(range), Some(first)) = (self.config.port_range.clone(), self.port_first) else {
            return self.host.bind_udp(SocketAddr::new(self.local_ip, 0)).await;
        };
        let mut taken = io::Error::from(io::ErrorKind::AddrInUse);
        for port in (first..=*range.end()).chain(*range.start()..first) {
            match self.host.bind_udp(SocketAddr::new(self.local_ip, port)).await {
                Ok(socket) => return Ok(socket),
                Err(error) => taken = error,
            }
        }
        Err(taken)
    }

    fn answer(&self, operation: Operation, asked: Asked) -> Result<Granted, Denied> {
        let Asked { request, broken } = asked;
        let mode = match request.mode() {
            Some(mode @ (Mode::Octet | Mode::Netascii)) => mode,
            Some(Mode::Mail) | None => {
                return Err(Nak::new(ErrorCode::ILLEGAL_OPERATION, "Unknown mode").into());
            }
        };
        let remapped = self.remap(operation, &request.filename)?;
        self.emit(Kind::Request {
            operation,
            peer: self.peer,
            filename: request.filename.to_string(),
            remapped: remapped.as_ref().map(ToString::to_string),
            mode: request.mode.to_string(),
            options: strings(&request.options),
        });
        let name = remapped.as_ref().unwrap_or(&request.filename).as_bytes();
        let agree = |size| {
            let terms = negotiate(&self.config, size, &request.options)?;
            if let Some(nak) = broken {
                return Err(nak);
            }
            if !terms.oack.is_empty() {
                self.emit(Kind::OptionsAccepted { peer: self.peer, options: strings(&terms.oack) });
            }
            Ok(terms)
        };
        let filename = request.filename.to_string();
        match operation {
            Operation::Rrq => {
                let opened = open(&self.config, &*self.files, &self.locks, name, mode)?;
                let terms = agree(opened.size)?;
                let sender = Sender::new(self.host.now(), self.peer, opened.body, terms);
                Ok(Granted::Send { sender, filename, lock: opened.lock })
            }
            Operation::Wrq => {
                let upload = open_to_write(&self.config, &*self.files, &self.locks, name, mode)?;
                // The size of a file that was just emptied.
                let terms = agree(Some(0))?;
                let config = AcceptConfig {
                    dally: terms.schedule.waits().first().copied().unwrap_or_default(),
                    oack: terms.oack,
                    block_size: terms.block_size,
                    window: terms.window,
                    schedule: terms.schedule,
                    rollover_to: terms.rollover_to,
                };
                let receiver = Receiver::accept(self.host.now(), self.peer, config);
                Ok(Granted::Receive { receiver, upload, filename })
            }
        }
    }

    /// Returns the name that the rules give the file, if it differs.
    fn remap(&self, operation: Operation, filename: &Text) -> Result<Option<Text>, Denied> {
        let Some(rules) = &self.rules else { return Ok(None) };
        let tell = |step, rule, name: &[u8]| {
            let name = String::from_utf8_lossy(name).into_owned();
            self.emit(Kind::Remap { step, rule, input: filename.to_string(), name });
        };
        let name = rules.rewrite(filename.as_bytes(), operation, self.peer.ip(), tell)?;
        Ok((name != filename.as_bytes()).then(|| Text::new(name).until_nul()))
    }

    async fn refuse(&self, socket: &H::Udp, nak: Nak) {
        let Nak { code, message } = nak;
        self.emit(Kind::Nak { peer: self.peer, code: code.0, message: message.clone() });
        let packet = Packet::Error { code, message: message.into() };
        if let Err(error) = socket.send_to(packet.to_bytes(), self.peer).await {
            self.socket_failed(During::Nak, &error, 0);
        }
    }

    fn socket_failed(&self, during: During, error: &io::Error, bytes: u64) {
        self.emit(Kind::SocketFailed { peer: self.peer, during, reason: strerror(error), bytes });
    }

    fn emit(&self, kind: Kind) {
        let verbosity = match kind {
            Kind::Request { .. } => 1,
            Kind::Nak { .. } => 2,
            Kind::Remap { step: RemapStep::Loop, .. } => 0,
            Kind::Remap { .. } => 3,
            _ => 0,
        };
        let logged = self.config.verbosity >= verbosity && render::text(&kind).is_some();
        self.sink.emit(TftpdHpaEvent { pid: self.pid, logged, kind });
    }
}

fn strings(options: &Options) -> Vec<(String, String)> {
    options.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}
