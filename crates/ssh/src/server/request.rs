//! The requests of a client, and the answers.

use russh::MethodKind;
use tokio::sync::oneshot;

use crate::channel::Channel;
use crate::end::End;
use crate::key::PublicKey;
use crate::secret::Secret;

/// A request or an event of a client. Sessions are numbered as in sshd: by the lowest free number.
#[derive(Debug)]
#[non_exhaustive]
pub enum Request {
    /// The client tries to authenticate (RFC 4252 section 5). Until it is answered, nothing else is read from the client.
    Authenticate {
        /// The user name.
        user: String,
        /// The method.
        method: Method,
        /// The answer.
        reply: Reply<Decision>,
    },
    /// The client opens a session (RFC 4254 section 6.1).
    OpenSession {
        /// The number of the session.
        id: u32,
        /// The answer. A refusal is sent as `open failed`.
        reply: Reply<bool>,
    },
    /// The client requests a subsystem (RFC 4254 section 6.5), such as `sftp`.
    Subsystem {
        /// The session.
        id: u32,
        /// The subsystem's name.
        name: String,
        /// The session's data. If the answer is no, drop it: the session stays open.
        channel: Channel,
        /// The answer, to be sent before the first byte is written.
        reply: Reply<bool>,
    },
    /// The client requests a command.
    Exec {
        /// The session.
        id: u32,
        /// The command, as bytes.
        command: Vec<u8>,
        /// As in `Subsystem`.
        channel: Channel,
        /// As in `Subsystem`.
        reply: Reply<bool>,
    },
    /// The client requests a shell.
    Shell {
        /// The session.
        id: u32,
        /// As in `Subsystem`.
        channel: Channel,
        /// As in `Subsystem`.
        reply: Reply<bool>,
    },
    /// Any other request, by its SSH name: `pty-req`, `env`, `x11-req`, `auth-agent-req@openssh.com`, `tcpip-forward`, and
    /// channels other than sessions: `direct-tcpip`, `x11`. Those are refused whatever the answer.
    Other {
        /// The session, if the request belongs to one.
        id: Option<u32>,
        /// The request's name.
        kind: String,
        /// The answer.
        reply: Reply<bool>,
    },
    /// The client closed a session that this side had not closed.
    ChannelClosed {
        /// The session.
        id: u32,
    },
    /// The client answered a ping.
    Pong,
    /// The session is over.
    End(End),
}

/// The method by which a client authenticates.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// `none`: clients send it to learn the others.
    None,
    /// `password`.
    Password(Secret),
    /// `publickey`. First the key alone is offered; if accepted, it comes again, signed by its owner.
    PublicKey {
        /// The key.
        key: PublicKey,
        /// True if the client has proved that it owns the key. Before that, accepting does not log in the user.
        is_signed: bool,
    },
    /// `keyboard-interactive`; it cannot be accepted here.
    KeyboardInteractive,
}

/// The answer to an authentication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The client is authenticated.
    Accept,
    /// The client is rejected.
    Reject {
        /// The methods that can continue.
        methods: Vec<AuthMethod>,
        /// True if the credentials were right, but not enough.
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

/// The sender of an answer. Dropped without one, the answer is no.
#[derive(Debug)]
pub struct Reply<T>(oneshot::Sender<T>);

impl<T> Reply<T> {
    pub(crate) fn new() -> (Self, oneshot::Receiver<T>) {
        let (sender, receiver) = oneshot::channel();
        (Self(sender), receiver)
    }

    /// Sends the answer.
    pub fn send(self, answer: T) {
        // It fails when the session has ended meanwhile, which is reported as `Request::End`.
        let _ = self.0.send(answer);
    }
}
