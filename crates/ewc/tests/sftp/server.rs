//! An SSH server with one user and one file, which can be told when to misbehave.

use std::cell::RefCell;
use std::rc::Rc;

use bytes::Bytes;
use host::{Host, TcpListener};
use rand::SeedableRng;
use sftp::{
    Attributes, ClientPacket, FrameReader, NameEntry, Reply, Request, ServerPacket, Status, StatusCode,
};
use ssh::server::{AuthMethod, Decision, Method, Request as Asked, Session};
use ssh::{Algorithms, Channel, HostKey, KeyAlgorithm, Secret, server};
use tokio::io::AsyncReadExt;
use tokio::sync::Notify;

pub(super) const USER: &str = "calo";
pub(super) const PASSWORD: &str = "Sw0rdfish";
pub(super) const FILE: &str = "/home/calo/Documents/EWC/ap3g3";

/// What the server saw, a line each.
pub(super) type Log = Rc<RefCell<Vec<String>>>;

/// How the server is.
#[derive(Clone)]
pub(super) struct Script {
    pub file: Bytes,
    pub algorithms: Algorithms,
    pub host_key: HostKey,
    /// What is done when a line of the log begins with this.
    pub trouble: Option<(&'static str, Deed)>,
}

#[derive(Clone)]
pub(super) enum Deed {
    /// Another answer than the right one.
    Answer(Reply),
    /// These bytes, whatever they are.
    Bytes(Bytes),
    /// No answer.
    Silence,
    CloseChannel,
    CloseConnection,
}

impl Script {
    /// A server that does everything right, with a file of so many bytes.
    pub(super) fn with(length: usize) -> Self {
        let file: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        Self {
            file: file.into(),
            algorithms: Algorithms::openssh_8_9(),
            host_key: host_key(1),
            trouble: None,
        }
    }

    /// The same, but when `line` is logged, it does this.
    pub(super) fn but(mut self, line: &'static str, deed: Deed) -> Self {
        self.trouble = Some((line, deed));
        self
    }

    fn config(&self) -> server::Config {
        server::Config {
            identification: "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3.6".to_owned(),
            host_keys: vec![self.host_key.clone()],
            algorithms: self.algorithms.clone(),
            methods: vec![AuthMethod::Password],
            banner: None,
            sessions_max: 10,
        }
    }
}

pub(super) fn host_key(seed: u64) -> HostKey {
    HostKey::draw(KeyAlgorithm::Rsa, &mut host::Entropy::seed_from_u64(seed))
}

pub(super) fn status(code: StatusCode) -> Reply {
    Reply::Status(Status::new(code, "in words"))
}

/// Serves all who connect.
pub(super) async fn serve<H: Host>(host: H, listener: H::TcpListener, script: Script, log: Log) {
    while let Ok((stream, _)) = listener.accept().await {
        let session = server::start(&host, stream, &script.config());
        let served = Served { script: script.clone(), log: Rc::clone(&log), hang_up: Rc::default() };
        host.spawn(served.attend(host.clone(), session));
    }
}

/// One connection.
#[derive(Clone)]
struct Served {
    script: Script,
    log: Log,
    hang_up: Rc<Notify>,
}

impl Served {
    async fn attend<H: Host>(self, host: H, mut session: Session) {
        loop {
            let request = tokio::select! {
                biased;
                () = self.hang_up.notified() => return self.note("hung up"),
                request = session.next() => request,
            };
            match request {
                Asked::Authenticate { user, method, reply } => {
                    self.note(&format!("{user} by {method:?}"));
                    let is_right = user == USER && method == Method::Password(Secret::new(PASSWORD));
                    let methods = vec![AuthMethod::PublicKey, AuthMethod::Password];
                    let refusal = Decision::Reject { methods, is_partial: false };
                    reply.send(if is_right { Decision::Accept } else { refusal });
                }
                Asked::OpenSession { reply, .. } => match self.deed("session") {
                    Some(Deed::CloseConnection) => return,
                    _ => reply.send(true),
                },
                Asked::Subsystem { name, channel, reply, .. } => {
                    let is_refused = self.deed(&format!("subsystem {name}")).is_some();
                    reply.send(!is_refused);
                    if !is_refused {
                        host.spawn(self.clone().sftp(channel));
                    }
                }
                Asked::ChannelClosed { .. } => self.note("channel closed"),
                Asked::End(end) => return self.note(&format!("{end:?}")),
                other => self.note(&format!("{other:?}")),
            }
        }
    }

    async fn sftp(self, mut channel: Channel) {
        let mut frames = FrameReader::new();
        loop {
            while let Some(frame) = frames.next().expect("packets") {
                let (line, answer) = self.answer(ClientPacket::parse(frame).expect("SFTP"));
                let bytes = match (self.deed(&line), answer) {
                    (Some(Deed::Answer(reply)), ServerPacket::Reply { id, .. }) => {
                        ServerPacket::Reply { id, reply }.to_bytes()
                    }
                    (Some(Deed::Bytes(bytes)), _) => bytes,
                    (Some(Deed::Silence), _) => Bytes::new(),
                    (Some(Deed::CloseChannel), _) => return,
                    (Some(Deed::CloseConnection), _) => return self.hang_up.notify_one(),
                    (_, answer) => answer.to_bytes(),
                };
                if channel.send(bytes).await.is_err() {
                    return;
                }
            }
            match channel.read_buf(frames.buffer()).await {
                Ok(0) => return self.note("eof"),
                Ok(_) => {}
                Err(error) => return self.note(&format!("{:?}", error.kind())),
            }
        }
    }

    /// What is asked, in words, and the right answer.
    fn answer(&self, packet: ClientPacket) -> (String, ServerPacket) {
        let file = &self.script.file;
        let ClientPacket::Request { id, request } = packet else {
            return ("init".into(), ServerPacket::Version { version: 3, extensions: Vec::new() });
        };
        let (line, reply) = match request {
            Request::Realpath(path) => {
                let home = NameEntry {
                    filename: "/home/calo".into(),
                    longname: "/home/calo".into(),
                    attributes: Attributes::none(),
                };
                (format!("realpath {path}"), Reply::Name(vec![home]))
            }
            Request::Stat(path) => {
                let attributes = Attributes { size: Some(file.len() as u64), ..Attributes::none() };
                let is_there = path == FILE;
                let reply =
                    if is_there { Reply::Attrs(attributes) } else { status(StatusCode::NO_SUCH_FILE) };
                (format!("stat {path}"), reply)
            }
            Request::Open { path, .. } => (format!("open {path}"), Reply::Handle(0_u32.into())),
            Request::Read { offset, length, .. } => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(file.len());
                let data = file.slice(start..file.len().min(start + length as usize));
                let reply = if data.is_empty() { status(StatusCode::EOF) } else { Reply::Data(data) };
                (format!("read {offset} {length}"), reply)
            }
            Request::Close(_) => ("close".into(), status(StatusCode::OK)),
            other => (format!("{other:?}"), status(StatusCode::OP_UNSUPPORTED)),
        };
        (line, ServerPacket::Reply { id, reply })
    }

    /// Logs `line`, and says whether something else than usual is to be done.
    fn deed(&self, line: &str) -> Option<Deed> {
        self.note(line);
        let trouble = self.script.trouble.as_ref();
        trouble.filter(|(when, _)| line.starts_with(when)).map(|(_, deed)| deed.clone())
    }

    fn note(&self, line: &str) {
        self.log.borrow_mut().push(line.to_owned());
    }
}
