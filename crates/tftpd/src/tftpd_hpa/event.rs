//! The events of the server, logged or not.

use std::net::SocketAddr;

use serde::Serialize;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TftpdHpaEvent {
    /// The number of the process: the daemon, or the one that serves a request.
    pub pid: u32,
    /// True if in.tftpd logs a line about it at the configured verbosity.
    pub logged: bool,
    /// The kind of event.
    #[serde(flatten)]
    pub kind: Kind,
}

host::events! {
/// Kinds of events, in the order in which a request meets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Kind {
    /// The daemon could not start.
    StartFailed {
        /// The reason, in the words of its log.
        reason: String,
    },
    /// The daemon waits for requests.
    Listening {
        /// The address, with the port that was actually bound.
        address: SocketAddr,
    },
    /// A datagram that is not a request came to the daemon. A process reads it and exits.
    Ignored {
        /// The client's address.
        peer: SocketAddr,
        /// Its length in bytes.
        length: usize,
    },
    /// A request was dropped because as many transfers as the limit allows are being served: the oldest one whose client has not
    /// answered, or else the new one. This limit is not in.tftpd's.
    Dropped {
        /// The client's address.
        peer: SocketAddr,
    },
    /// The rules of `--map-file` took a step.
    Remap {
        /// The step.
        step: RemapStep,
        /// The rule, counted from 0.
        rule: Option<u32>,
        /// The name that the client sent.
        input: String,
        /// The name after the step.
        name: String,
    },
    /// The rules would never end, nor would in.tftpd: the client gets no answer.
    RemapEndless {
        /// The client's address.
        peer: SocketAddr,
    },
    /// A request for a file, in a mode that exists.
    Request {
        /// The kind of request.
        operation: Operation,
        /// The client's address.
        peer: SocketAddr,
        /// The name as the client wrote it.
        filename: String,
        /// The name after the rules of `--map-file`, if it differs.
        #[serde(skip_serializing_if = "Option::is_none")]
        remapped: Option<String>,
        /// The mode as the client wrote it.
        mode: String,
        /// Names and values as the client wrote them.
        options: Vec<(String, String)>,
    },
    /// The request is answered with these options.
    OptionsAccepted {
        /// The client's address.
        peer: SocketAddr,
        /// Names and values of the OACK.
        options: Vec<(String, String)>,
    },
    /// The client answered the OACK with an ERROR.
    OptionsRefused {
        /// The client's address.
        peer: SocketAddr,
        /// The code of its ERROR.
        code: u16,
        /// The message of its ERROR.
        message: String,
    },
    /// An ERROR was sent.
    Nak {
        /// The client's address.
        peer: SocketAddr,
        /// The code of the ERROR.
        code: u16,
        /// The message of the ERROR.
        message: String,
    },
    /// The last block was acknowledged.
    Completed {
        /// The client's address.
        peer: SocketAddr,
        /// The name as the client wrote it.
        filename: String,
        /// The bytes sent, each counted once.
        bytes: u64,
        /// The number of DATA packets, each counted once.
        blocks: u64,
        /// The number of packets sent again.
        repeats: u64,
    },
    /// The file that the client wrote is complete.
    Received {
        /// The client's address.
        peer: SocketAddr,
        /// The name as the client wrote it.
        filename: String,
        /// The bytes received, each counted once.
        bytes: u64,
        /// The number of DATA packets, each counted once.
        blocks: u64,
    },
    /// The received data could not be written to the file. in.tftpd does not notice, and acknowledges the rest as well.
    WriteFailed {
        /// The client's address.
        peer: SocketAddr,
        /// The reason, in the words of strerror(3).
        reason: String,
        /// The bytes received by then.
        bytes: u64,
    },
    /// The file is being written, or a write is requested while it is being read. The request is dropped silently.
    Locked {
        /// The client's address.
        peer: SocketAddr,
    },
    /// The client ended the transfer with an ERROR.
    Aborted {
        /// The client's address.
        peer: SocketAddr,
        /// The code of its ERROR.
        code: u16,
        /// The message of its ERROR.
        message: String,
        /// The bytes acknowledged before.
        bytes: u64,
    },
    /// The client stayed silent until the last timeout.
    GaveUp {
        /// The client's address.
        peer: SocketAddr,
        /// The bytes acknowledged before.
        bytes: u64,
    },
    /// The network reported an error, such as ICMP port unreachable.
    SocketFailed {
        /// The client's address.
        peer: SocketAddr,
        /// The step at which it happened.
        during: During,
        /// The reason, in the words of strerror(3).
        reason: String,
        /// The bytes acknowledged before.
        bytes: u64,
    },
}
}

/// A step of the rules of `--map-file`, in the words of in.tftpd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemapStep {
    /// They begin.
    Input,
    /// A rule has changed the name.
    Rewrite,
    /// A rule has ended them.
    Exit,
    /// A rule has sent them back to the first.
    Restart,
    /// A rule has refused the request.
    Abort,
    /// They have ended.
    Done,
    /// They took too many steps.
    Loop,
}

/// The kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// A request to read a file.
    Rrq,
    /// A request to write a file.
    Wrq,
}

/// The step of a process at which its socket failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum During {
    /// It took its own port.
    Bind,
    /// It bound its socket to the client.
    Connect,
    /// It sent the OACK.
    Oack,
    /// It waited for the acknowledgement of the OACK, or for a block.
    Read,
    /// It sent a block.
    Write,
    /// It acknowledged a block.
    WriteAck,
    /// It waited for the acknowledgement of a block.
    ReadAck,
    /// It sent an ERROR.
    Nak,
}

host::field_types! {
    Word: RemapStep, Operation, During;
}
