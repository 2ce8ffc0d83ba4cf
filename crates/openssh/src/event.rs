//! The events of sshd and the processes that it starts, logged or not.

mod ending;

use std::net::SocketAddr;

use serde::Serialize;

pub use self::ending::{Ending, Fault};
use super::config::Offence;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SshdEvent {
    /// The number of the process: the daemon, the one that guards a connection, the one that serves its user, or an SFTP server.
    pub pid: u32,
    /// The program's name in the log.
    pub program: Program,
    /// The facility and severity as syslog(3) numbers them, such as 38 for auth and info.
    #[serde(skip)]
    pub priority: u8,
    /// True if the log has a line about it.
    pub logged: bool,
    /// The kind of event.
    #[serde(flatten)]
    pub kind: Kind,
}

/// Programs that write into the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Program {
    /// The daemon and its copies, including PAM.
    Sshd,
    /// `/usr/lib/openssh/sftp-server`.
    SftpServer,
    /// The same within sshd.
    InternalSftp,
}

/// Processes that check `AuthenticationMethods`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checker {
    /// The one that begins to serve a connection, with the settings of all connections.
    Start,
    /// The one that guards the connection, with the settings of the user.
    Guard,
    /// The unprivileged one, with the same settings.
    Preauth,
}

host::events! {
/// Kinds of events, in the order in which a connection meets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Kind {
    /// The daemon waits for connections at an address.
    Listening {
        /// The address, with the port that was actually bound.
        address: SocketAddr,
    },
    /// An address cannot be bound.
    BindFailed {
        /// The address as configured.
        address: SocketAddr,
        /// The reason, in the words of strerror(3).
        reason: String,
    },
    /// No address can be bound: the daemon ends.
    NoAddress,
    /// There is no host key: the daemon ends.
    NoHostKey,
    /// A connection could not be accepted.
    AcceptFailed {
        /// The reason, in the words of strerror(3).
        reason: String,
    },
    /// The first connection was dropped because too many clients have not logged in.
    ThrottlingBegins,
    /// Throttling still goes on, five minutes later.
    ThrottlingGoesOn {
        /// The duration so far.
        seconds: u64,
        /// The number of connections dropped so far.
        dropped: u64,
    },
    /// The throttling has ended.
    ThrottlingEnds {
        /// Its duration.
        seconds: u64,
        /// The number of connections dropped.
        dropped: u64,
    },
    /// A connection was dropped.
    Dropped {
        /// The number of other connections without a login.
        startups: u32,
        /// The client's address.
        peer: SocketAddr,
        /// The address of the server that it reached.
        local: SocketAddr,
        /// True if the log has just reported the throttling.
        announced: bool,
    },
    /// A connection was dropped because of a penalty.
    Penalized {
        /// The number of other connections without a login.
        startups: u32,
        /// The client's address.
        peer: SocketAddr,
        /// The address of the server that it reached.
        local: SocketAddr,
        /// The offence for which the client was last penalized.
        offence: Offence,
    },
    /// A process has accepted a connection.
    Connection {
        /// The client's address.
        peer: SocketAddr,
        /// The address of the server that it reached.
        local: SocketAddr,
    },
    /// The client did not say that it speaks SSH 2.
    NoIdentification {
        /// The fault.
        fault: Fault,
    },
    /// There is no such user.
    InvalidUser {
        /// The name as the client wrote it.
        user: String,
        /// The client's address.
        peer: SocketAddr,
    },
    /// The user may not log in at all.
    NotAllowed {
        /// The user's name.
        user: String,
        /// The client's host.
        host: String,
        /// The reason, in the words of [`NotAdmitted`](super::NotAdmitted).
        reason: String,
    },
    /// A list of `AuthenticationMethods` contains a method that is switched off.
    MethodDisabled {
        /// The method.
        method: String,
        /// The list.
        list: String,
        /// The process that says so.
        by: Checker,
    },
    /// A list of `AuthenticationMethods` is passed over because of that.
    MethodsSkipped {
        /// The list.
        list: String,
        /// True if the unprivileged process says so, too.
        preauth: bool,
    },
    /// No list of `AuthenticationMethods` is left: the client has to go.
    NoMethodsLeft {
        /// True if the unprivileged process says so, too.
        preauth: bool,
    },
    /// The user's account is locked; without PAM.
    Locked {
        /// The user's name.
        user: String,
    },
    /// The user has no password entry; without PAM.
    NoShadow {
        /// The name that sshd uses for an unknown user.
        user: String,
    },
    /// PAM was asked about a user who does not exist.
    PamUserUnknown,
    /// PAM rejected a password for the first time.
    PamFailure {
        /// The client's host.
        host: String,
        /// The user's name, if the user exists.
        #[serde(skip_serializing_if = "Option::is_none")]
        user: Option<String>,
    },
    /// A login was attempted.
    Login {
        /// True if it succeeded.
        accepted: bool,
        /// `none`, `password` or `publickey`.
        method: &'static str,
        /// True if the user exists and may log in.
        valid: bool,
        /// The user's name.
        user: String,
        /// The client's address.
        peer: SocketAddr,
        /// The type and fingerprint of the key.
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// True if so many have failed that it is logged at INFO.
        raised: bool,
        /// True if it succeeded, and another method has to succeed too.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        partial: bool,
    },
    /// A login failed too often.
    TooManyFailures {
        /// True if the user exists and may log in.
        valid: bool,
        /// The user's name.
        user: String,
        /// The client's address.
        peer: SocketAddr,
    },
    /// The server ends the connection with a message to the client.
    Disconnecting {
        /// The user, as far as known.
        who: Who,
        /// The client's address.
        peer: SocketAddr,
        /// The message.
        reason: String,
    },
    /// The time to log in has expired.
    GraceOver {
        /// The client's address.
        peer: SocketAddr,
    },
    /// The client sent SSH_MSG_DISCONNECT.
    ReceivedDisconnect {
        /// The client's address.
        peer: SocketAddr,
        /// The reason code (RFC 4253 section 11.1).
        code: u32,
        /// The description that it sent.
        text: String,
        /// True if it had not logged in.
        preauth: bool,
    },
    /// The connection ended.
    Ended {
        /// The user, as far as known.
        who: Who,
        /// The client's address.
        peer: SocketAddr,
        /// The way in which it ended.
        how: Ending,
        /// True if the unprivileged process logs it.
        preauth: bool,
    },
    /// PAM counted more failures than it has logged.
    PamMoreFailures {
        /// The number of further failures.
        more: u32,
        /// The client's host.
        host: String,
        /// The user's name, if the user exists.
        #[serde(skip_serializing_if = "Option::is_none")]
        user: Option<String>,
    },
    /// PAM allowed more attempts than its own limit.
    PamPatient {
        /// The number of failures.
        failures: u32,
        /// Its own limit.
        most: u32,
    },
    /// PAM opened a session.
    PamOpened {
        /// The user's name.
        user: String,
        /// The user's number.
        uid: u32,
    },
    /// A process that runs as the user took over.
    UserChild {
        /// The number of the process.
        child: u32,
    },
    /// The directory that should become the root is not suitable.
    BadChroot {
        /// The problem.
        problem: ChrootProblem,
    },
    /// The root directory has changed.
    Chrooted {
        /// The new root.
        directory: String,
    },
    /// The home directory cannot be entered. Only the client gets the message.
    NoHome {
        /// The directory.
        home: String,
        /// The reason, in the words of strerror(3).
        reason: String,
    },
    /// A session starts a program.
    Starting {
        /// The kind of session.
        session: SessionKind,
        /// The user's name.
        user: String,
        /// The client's address.
        peer: SocketAddr,
        /// The number of the session, counted from 0.
        id: u32,
    },
    /// The client requested an unknown subsystem.
    NoSubsystem {
        /// The name of the subsystem.
        name: String,
        /// The user's name.
        user: String,
    },
    /// The client requested something other than SFTP where only SFTP is allowed.
    NotSftp {
        /// The user, as far as known.
        who: Who,
        /// The client's address.
        peer: SocketAddr,
    },
    /// The client has too many sessions.
    NoMoreSessions,
    /// The client does not answer.
    NotResponding {
        /// The user, as far as known.
        who: Who,
        /// The client's address.
        peer: SocketAddr,
    },
    /// The client closed the connection without SSH_MSG_DISCONNECT, after the login.
    Closed {
        /// The client's address.
        peer: SocketAddr,
    },
    /// The connection broke, after the login.
    ReadFailed {
        /// The client's address.
        peer: SocketAddr,
        /// The reason, in the words of strerror(3).
        reason: String,
    },
    /// A session has ended.
    CloseSession {
        /// The user's name.
        user: String,
        /// The client's address.
        peer: SocketAddr,
        /// The number of the session.
        id: u32,
    },
    /// The amount of data that went over the connection.
    Transferred {
        /// Bytes to the client.
        sent: u64,
        /// Bytes from the client.
        received: u64,
    },
    /// The connection is closed.
    Closing {
        /// The client's address.
        peer: SocketAddr,
    },
    /// PAM closed its session.
    PamClosed {
        /// The user's name.
        user: String,
    },
    /// An event of the SFTP server.
    #[serde(untagged)]
    Sftp(super::sftp_server::Kind),
}
}

/// The owner of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// No user name was sent yet.
    Nobody,
    /// A client that logs in under this name.
    Authenticating(String),
    /// The same, under a name that is not valid.
    Invalid(String),
    /// A logged-in user.
    User(String),
}

/// The reason why a directory cannot become the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChrootProblem {
    /// Its path does not begin at the root.
    Relative,
    /// Its path is longer than paths may be.
    TooLong,
    /// It, or a directory above it, does not exist.
    Missing {
        /// The directory.
        path: String,
        /// The reason, in the words of strerror(3).
        reason: String,
    },
    /// It is owned or writable by a user other than root.
    Ownership {
        /// The directory.
        path: String,
        /// True if it is a directory above.
        above: bool,
    },
    /// It is not a directory.
    NotADirectory {
        /// The directory.
        path: String,
        /// True if it is a directory above.
        above: bool,
    },
}

/// The program of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// A subsystem, by its name.
    Subsystem(String),
    /// The command of `ForceCommand`.
    Forced(String),
}

host::field_types! {
    Word: Checker, Program, Offence;
    Structure: Who, ChrootProblem, SessionKind;
}
