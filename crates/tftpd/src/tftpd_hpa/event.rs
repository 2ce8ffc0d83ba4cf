//! What happens to the server, logged or not.

use std::net::SocketAddr;

use serde::Serialize;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Of the process: the daemon, or the one that serves a request.
    pub pid: u32,
    /// Whether in.tftpd writes a line about it at the configured verbosity.
    pub logged: bool,
    /// What it was.
    #[serde(flatten)]
    pub what: What,
}

host::events! {
/// Kinds of events, in the order in which a request meets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What {
    /// The daemon could not start.
    StartFailed {
        /// In the words of its log.
        reason: String,
    },
    /// The daemon waits for requests.
    Listening {
        /// With the port that was really taken.
        address: SocketAddr,
    },
    /// A datagram that is no request came to the daemon. A process looks at it and exits.
    Ignored {
        /// Who sent it.
        peer: SocketAddr,
        /// Its length in bytes.
        length: usize,
    },
    /// A request was dropped because [`Config::transfers_max`](super::Config::transfers_max) are being served. This limit is not in.tftpd's.
    Dropped {
        /// Who sent it.
        peer: SocketAddr,
    },
    /// The rules of `--map-file` came a step further.
    Remap {
        /// Which.
        step: RemapStep,
        /// The rule, counted from 0.
        rule: Option<u32>,
        /// The name the client gave.
        input: String,
        /// The name as it is then.
        name: String,
    },
    /// The rules would go on for ever, as would in.tftpd: the client gets no answer.
    RemapEndless {
        /// Who asked.
        peer: SocketAddr,
    },
    /// A request for a file, in a mode that exists.
    Request {
        /// Which.
        operation: Operation,
        /// Who asks.
        peer: SocketAddr,
        /// As the client wrote it.
        filename: String,
        /// What the rules of `--map-file` made of that, if it is another.
        #[serde(skip_serializing_if = "Option::is_none")]
        remapped: Option<String>,
        /// As the client wrote it.
        mode: String,
        /// Names and values as the client wrote them.
        options: Vec<(String, String)>,
    },
    /// The request is answered with these options.
    OptionsAccepted {
        /// Who asked.
        peer: SocketAddr,
        /// Names and values of the OACK.
        options: Vec<(String, String)>,
    },
    /// The client answered the OACK with an ERROR.
    OptionsRefused {
        /// Who.
        peer: SocketAddr,
        /// Of its ERROR.
        code: u16,
        /// Of its ERROR.
        message: String,
    },
    /// An ERROR was sent.
    Nak {
        /// To whom.
        peer: SocketAddr,
        /// Of the ERROR.
        code: u16,
        /// Of the ERROR.
        message: String,
    },
    /// The last block was acknowledged.
    Completed {
        /// By whom.
        peer: SocketAddr,
        /// As the client wrote it.
        filename: String,
        /// Bytes sent, each counted once.
        bytes: u64,
        /// DATA packets, each counted once.
        blocks: u64,
        /// How often packets were sent again.
        repeats: u64,
    },
    /// The file that the client wrote is whole.
    Received {
        /// From whom.
        peer: SocketAddr,
        /// As the client wrote it.
        filename: String,
        /// Bytes received, each counted once.
        bytes: u64,
        /// DATA packets, each counted once.
        blocks: u64,
    },
    /// What was received could not be written to the file, which in.tftpd does not notice: it acknowledges the rest as well.
    WriteFailed {
        /// From whom.
        peer: SocketAddr,
        /// In the words of strerror(3).
        reason: String,
        /// Bytes received by then.
        bytes: u64,
    },
    /// The file is being written, or is to be written and is being read. The request is dropped without a word.
    Locked {
        /// Who asked.
        peer: SocketAddr,
    },
    /// The client ended the transfer with an ERROR.
    Aborted {
        /// Who.
        peer: SocketAddr,
        /// Of its ERROR.
        code: u16,
        /// Of its ERROR.
        message: String,
        /// Bytes acknowledged before.
        bytes: u64,
    },
    /// The client fell silent until the last wait was over.
    GaveUp {
        /// Who.
        peer: SocketAddr,
        /// Bytes acknowledged before.
        bytes: u64,
    },
    /// The network refused, such as by ICMP port unreachable.
    SocketFailed {
        /// Who was served.
        peer: SocketAddr,
        /// What the process was doing.
        during: During,
        /// In the words of strerror(3).
        reason: String,
        /// Bytes acknowledged before.
        bytes: u64,
    },
}
}

/// What the rules of `--map-file` do, as in.tftpd calls it.
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
    /// They went on for too long.
    Loop,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// To read a file.
    Rrq,
    /// To write a file.
    Wrq,
}

/// Where a process was when its socket failed.
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
