//! What happens to sshd and the processes it starts, logged or not.

mod ending;

use std::net::SocketAddr;

use serde::Serialize;

pub use self::ending::{Ending, Fault};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Of the process: the daemon, the one that guards a connection, the one that serves its user, or an SFTP server.
    pub pid: u32,
    /// What it calls itself in the log.
    pub program: Program,
    /// Facility and severity as syslog(3) numbers them, such as 38 for auth and info.
    #[serde(skip)]
    pub priority: u8,
    /// Whether there is a line about it in the log.
    pub logged: bool,
    /// What it was.
    #[serde(flatten)]
    pub what: What,
}

/// Programs that write into the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Program {
    /// The daemon and its copies, PAM with them.
    Sshd,
    /// `/usr/lib/openssh/sftp-server`.
    SftpServer,
    /// The same within sshd.
    InternalSftp,
}

host::events! {
/// Kinds of events, in the order in which a connection meets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What {
    /// The daemon waits for connections at an address.
    Listening {
        /// With the port that was really taken.
        address: SocketAddr,
    },
    /// An address cannot be had.
    BindFailed {
        /// As configured.
        address: SocketAddr,
        /// In the words of strerror(3).
        reason: String,
    },
    /// No address can be had at all: the daemon ends.
    NoAddress,
    /// There is no key to show to clients: the daemon ends.
    NoHostKey,
    /// A connection could not be taken.
    AcceptFailed {
        /// In the words of strerror(3).
        reason: String,
    },
    /// The first connection was dropped because too many have not logged in.
    ThrottlingBegins,
    /// Five minutes later it is still so.
    ThrottlingGoesOn {
        /// For how long.
        seconds: u64,
        /// Connections dropped by then.
        dropped: u64,
    },
    /// It is over.
    ThrottlingEnds {
        /// How long it was.
        seconds: u64,
        /// Connections dropped.
        dropped: u64,
    },
    /// A connection was dropped.
    Dropped {
        /// How many others have not logged in.
        startups: u32,
        /// Whose it was.
        peer: SocketAddr,
        /// Where it came in.
        local: SocketAddr,
        /// Whether the log has just said that there is throttling.
        announced: bool,
    },
    /// A process has taken a connection.
    Connection {
        /// Whose it is.
        peer: SocketAddr,
        /// Where it came in.
        local: SocketAddr,
    },
    /// The client did not say that it speaks SSH 2.
    NoIdentification {
        /// What was wrong.
        fault: Fault,
    },
    /// There is no such user.
    InvalidUser {
        /// As the client wrote it.
        user: String,
        /// Who asked.
        peer: SocketAddr,
    },
    /// The user may not log in at all.
    NotAllowed {
        /// Who.
        user: String,
        /// From where.
        host: String,
        /// In the words of [`NotAdmitted`](super::NotAdmitted).
        reason: String,
    },
    /// The user's account is locked; without PAM.
    Locked {
        /// Whose.
        user: String,
    },
    /// There is no password of that user; without PAM.
    NoShadow {
        /// As sshd calls one who does not exist.
        user: String,
    },
    /// PAM was asked about a user who does not exist.
    PamUserUnknown,
    /// PAM found a password wrong, for the first time.
    PamFailure {
        /// From where.
        host: String,
        /// Who, if there is such a user.
        #[serde(skip_serializing_if = "Option::is_none")]
        user: Option<String>,
    },
    /// A login was tried.
    Login {
        /// Whether it lets in.
        accepted: bool,
        /// `none`, `password` or `publickey`.
        method: &'static str,
        /// Whether the user exists and may log in.
        valid: bool,
        /// Who.
        user: String,
        /// From where.
        peer: SocketAddr,
        /// The key's type and fingerprint.
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// Whether so many have failed that it is told at INFO.
        raised: bool,
    },
    /// A login failed once too often.
    TooManyFailures {
        /// Whether the user exists and may log in.
        valid: bool,
        /// Who.
        user: String,
        /// From where.
        peer: SocketAddr,
    },
    /// The server ends the connection with a message to the client.
    Disconnecting {
        /// Whose it is.
        who: Who,
        /// From where.
        peer: SocketAddr,
        /// The message.
        reason: String,
    },
    /// The time to log in is over.
    GraceOver {
        /// From where.
        peer: SocketAddr,
    },
    /// The client said goodbye.
    ReceivedDisconnect {
        /// From where.
        peer: SocketAddr,
        /// RFC 4253 section 11.1.
        code: u32,
        /// What it said.
        text: String,
        /// Whether it had not logged in.
        preauth: bool,
    },
    /// The connection ended.
    Ended {
        /// Whose it was.
        who: Who,
        /// From where.
        peer: SocketAddr,
        /// How.
        how: Ending,
        /// Whether a process without rights says it.
        preauth: bool,
    },
    /// PAM counted more failures than it has told.
    PamMoreFailures {
        /// How many more.
        more: u32,
        /// From where.
        host: String,
        /// Who, if there is such a user.
        #[serde(skip_serializing_if = "Option::is_none")]
        user: Option<String>,
    },
    /// PAM let more logins be tried than it would have.
    PamPatient {
        /// How many failed.
        failures: u32,
        /// After how many it would have had enough.
        most: u32,
    },
    /// PAM opened a session.
    PamOpened {
        /// For whom.
        user: String,
        /// The user's number.
        uid: u32,
    },
    /// A process of the user's took over.
    UserChild {
        /// Its number.
        child: u32,
    },
    /// The directory that should become the root is not fit for it.
    BadChroot {
        /// Why.
        problem: ChrootProblem,
    },
    /// The root of everything has changed.
    Chrooted {
        /// To this.
        directory: String,
    },
    /// The home directory cannot be entered. Only the client is told.
    NoHome {
        /// The directory.
        home: String,
        /// In the words of strerror(3).
        reason: String,
    },
    /// A session begins to do something.
    Starting {
        /// What.
        session: SessionKind,
        /// Whose it is.
        user: String,
        /// From where.
        peer: SocketAddr,
        /// Which, counted from 0.
        id: u32,
    },
    /// The client asked for a subsystem that is not there.
    NoSubsystem {
        /// Its name.
        name: String,
        /// Who asked.
        user: String,
    },
    /// The client asked for something else where only SFTP is given.
    NotSftp {
        /// Who asked.
        who: Who,
        /// From where.
        peer: SocketAddr,
    },
    /// The client has too many sessions.
    NoMoreSessions,
    /// The client does not answer.
    NotResponding {
        /// Whose connection it was.
        who: Who,
        /// From where.
        peer: SocketAddr,
    },
    /// The client closed the connection without a word, after the login.
    Closed {
        /// From where.
        peer: SocketAddr,
    },
    /// The connection broke, after the login.
    ReadFailed {
        /// From where.
        peer: SocketAddr,
        /// In the words of strerror(3).
        reason: String,
    },
    /// A session is over.
    CloseSession {
        /// Whose it was.
        user: String,
        /// From where.
        peer: SocketAddr,
        /// Which.
        id: u32,
    },
    /// How much went over the connection.
    Transferred {
        /// Bytes to the client.
        sent: u64,
        /// Bytes from the client.
        received: u64,
    },
    /// The connection is closed.
    Closing {
        /// From where.
        peer: SocketAddr,
    },
    /// PAM closed its session.
    PamClosed {
        /// For whom.
        user: String,
    },
    /// Something the SFTP server did.
    #[serde(untagged)]
    Sftp(super::sftp_server::What),
}
}

/// Whose connection it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// No name was said yet.
    Nobody,
    /// Somebody who wants in under this name.
    Authenticating(String),
    /// The same, under a name that will never do.
    Invalid(String),
    /// A user who is in.
    User(String),
}

/// Why a directory cannot become the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChrootProblem {
    /// Its path does not begin at the root.
    Relative,
    /// Its path is longer than paths may be.
    TooLong,
    /// It, or one above it, is not there.
    Missing {
        /// Which.
        path: String,
        /// In the words of strerror(3).
        reason: String,
    },
    /// It belongs to somebody, or somebody may write to it, other than root.
    Ownership {
        /// Which.
        path: String,
        /// Whether it is one above.
        above: bool,
    },
    /// It is a file.
    NotADirectory {
        /// Which.
        path: String,
        /// Whether it is one above.
        above: bool,
    },
}

/// What a session does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// A subsystem, by its name.
    Subsystem(String),
    /// The command of `ForceCommand`.
    Forced(String),
}

host::field_types! {
    Word: Program;
    Structure: Who, ChrootProblem, SessionKind;
}
