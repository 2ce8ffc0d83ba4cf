//! What a client asks, and the answers.

use russh::MethodKind;
use tokio::sync::oneshot;

use crate::channel::Channel;
use crate::end::End;
use crate::key::PublicKey;
use crate::secret::Secret;

/// What a client wants, or what became of it. Sessions are numbered as sshd does: by the lowest number that is free.
#[derive(Debug)]
#[non_exhaustive]
pub enum Request {
    /// The client tries to authenticate (RFC 4252 section 5). While it waits for the answer, nothing else of it is read.
    Authenticate {
        /// The name it gives.
        user: String,
        /// How.
        method: Method,
        /// The answer.
        reply: Reply<Decision>,
    },
    /// It opens a session (RFC 4254 section 6.1).
    OpenSession {
        /// The number it gets.
        id: u32,
        /// Refused, it hears `open failed`.
        reply: Reply<bool>,
    },
    /// It wants a subsystem (RFC 4254 section 6.5), as `sftp`.
    Subsystem {
        /// Which session.
        id: u32,
        /// The subsystem's name.
        name: String,
        /// The session's data. When the answer is no, drop it: the session stays open.
        channel: Channel,
        /// Answer before the first byte is written.
        reply: Reply<bool>,
    },
    /// It wants a command run.
    Exec {
        /// Which session.
        id: u32,
        /// The command, as bytes.
        command: Vec<u8>,
        /// As in `Subsystem`.
        channel: Channel,
        /// As in `Subsystem`.
        reply: Reply<bool>,
    },
    /// It wants a shell.
    Shell {
        /// Which session.
        id: u32,
        /// As in `Subsystem`.
        channel: Channel,
        /// As in `Subsystem`.
        reply: Reply<bool>,
    },
    /// Anything else, by its SSH name: `pty-req`, `env`, `x11-req`, `auth-agent-req@openssh.com`, `tcpip-forward`, and
    /// channels that are no sessions: `direct-tcpip`, `x11`. Those are refused whatever the answer.
    Other {
        /// Which session, if it is about one.
        id: Option<u32>,
        /// Its name.
        kind: String,
        /// The answer.
        reply: Reply<bool>,
    },
    /// The client closed a session that this side had not closed.
    ChannelClosed {
        /// Which session.
        id: u32,
    },
    /// The client answered a ping.
    Pong,
    /// The session is over.
    End(End),
}

/// How a client wants to authenticate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// `none`: clients ask it to learn the others.
    None,
    /// `password`.
    Password(Secret),
    /// `publickey`. First the key alone is offered; accepted, it comes again, signed by its owner.
    PublicKey {
        /// The key.
        key: PublicKey,
        /// The client has proved that it owns the key. Before that, accepting lets nobody in.
        is_signed: bool,
    },
    /// `keyboard-interactive`; it cannot be accepted here.
    KeyboardInteractive,
}

/// Whether a client is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is.
    Accept,
    /// It is not.
    Reject {
        /// What it may go on with.
        methods: Vec<AuthMethod>,
        /// What it did was right, but not enough.
        is_partial: bool,
    },
}

/// A way to authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuthMethod {
    /// `publickey`.
    PublicKey,
    /// `password`.
    Password,
    /// `keyboard-interactive`.
    KeyboardInteractive,
    /// `hostbased`.
    HostBased,
    /// `gssapi-with-mic`.
    GssapiWithMic,
}

impl AuthMethod {
    pub(crate) fn kind(self) -> MethodKind {
        match self {
            Self::PublicKey => MethodKind::PublicKey,
            Self::Password => MethodKind::Password,
            Self::KeyboardInteractive => MethodKind::KeyboardInteractive,
            Self::HostBased => MethodKind::HostBased,
            Self::GssapiWithMic => MethodKind::GssapiWithMic,
        }
    }
}

/// Where an answer goes. Dropped without one, the answer is no.
#[derive(Debug)]
pub struct Reply<T>(oneshot::Sender<T>);

impl<T> Reply<T> {
    pub(crate) fn new() -> (Self, oneshot::Receiver<T>) {
        let (sender, receiver) = oneshot::channel();
        (Self(sender), receiver)
    }

    /// Answers.
    pub fn send(self, answer: T) {
        // It fails when the session has ended meanwhile, which comes as `Request::End`.
        let _ = self.0.send(answer);
    }
}
