//! What happens to the server, logged or not.

use std::net::SocketAddr;

use serde::Serialize;

use super::windows::SystemError;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// The number of the transfer, as the program counts them; none for what happens to the server as a whole.
    pub transfer: Option<u32>,
    /// Whether Tftpd64 writes a line about it.
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
    /// The server could not start. Tftpd64 shows a message box.
    StartFailed {
        /// What failed.
        error: SystemError,
    },
    /// The server waits for requests.
    Listening {
        /// With the port that was really taken.
        address: SocketAddr,
    },
    /// A request was dropped because all threads are busy.
    Dropped {
        /// Who sent it.
        peer: SocketAddr,
    },
    /// A datagram on the server's port was longer than a request can be, and is lost.
    Oversized {
        /// Who sent it.
        peer: SocketAddr,
        /// Its length in bytes.
        length: usize,
    },
    /// The same request came twice in one second. It is served all the same.
    Duplicate {
        /// Who sent it.
        peer: SocketAddr,
    },
    /// A thread takes a datagram that came to the server's port.
    Connection {
        /// Who sent it.
        peer: SocketAddr,
    },
    /// A thread could not have its socket, and ends.
    SocketFailed {
        /// Which call failed: `bind` or `connect`.
        call: Call,
        /// How.
        error: SystemError,
    },
    /// A datagram that is no request.
    Unexpected {
        /// Its opcode.
        opcode: u16,
    },
    /// It is answered by an ERROR; this is a line of its own.
    UnexpectedRefused,
    /// A request that the server does not look at further.
    BadRequest {
        /// What is bad about it.
        problem: BadRequest,
    },
    /// A request for a file, in a mode that exists.
    Request {
        /// Which.
        operation: Operation,
        /// Who asks.
        peer: SocketAddr,
        /// As the client wrote it.
        filename: String,
        /// As the client wrote it.
        mode: String,
        /// Names and values as the client wrote them.
        options: Vec<(String, String)>,
    },
    /// The security level forbids the name.
    Forbidden {
        /// As the server rewrote it.
        filename: String,
        /// What Tftpd64 has set as the reason.
        error: SystemError,
    },
    /// A system call failed for a file or its transfer.
    SystemCallFailed {
        /// As the server rewrote it.
        filename: String,
        /// Which call.
        call: Call,
        /// How.
        error: SystemError,
        /// Bytes transferred before.
        bytes: u64,
    },
    /// A block size was too large, and a smaller one is offered.
    BlockSizeReduced {
        /// The option's name as the client wrote it.
        option: String,
        /// What the client proposed.
        proposed: i32,
        /// What it gets.
        block_size: u16,
    },
    /// The request is answered with these options.
    OptionsAccepted {
        /// Names and values of the OACK.
        options: Vec<(String, String)>,
    },
    /// The transfer begins.
    LocalPort {
        /// The port of the transfer.
        port: u16,
    },
    /// The window shows how far a transfer is.
    Progress {
        /// With whom.
        peer: SocketAddr,
        /// As the server rewrote it.
        filename: String,
        /// Bytes transferred so far.
        bytes: u64,
        /// Bytes of the whole file, if known.
        size: Option<u64>,
        /// As the window shows it: whole percent; none for files of up to 100 bytes or of unknown size.
        percent: Option<u64>,
    },
    /// An acknowledgement came again, and nothing is sent for it.
    AckTwice {
        /// Of which block.
        block: u16,
    },
    /// An acknowledgement of a block that is not awaited yet.
    AckAhead {
        /// Of which block.
        block: u16,
        /// The block whose acknowledgement is awaited.
        awaited: u64,
    },
    /// A datagram without a whole header.
    TooShort,
    /// A datagram that is neither ACK nor ERROR, while sending.
    UnknownOpcode {
        /// Its opcode.
        opcode: u16,
    },
    /// A datagram that is no DATA, while receiving.
    NotData {
        /// Its opcode.
        opcode: u16,
    },
    /// The client counts its blocks from 0.
    FirstBlockZero,
    /// The client ended the transfer with an ERROR.
    PeerError {
        /// Who.
        peer: SocketAddr,
        /// Of its ERROR.
        code: u16,
        /// Of its ERROR.
        message: String,
        /// Bytes acknowledged before.
        bytes: u64,
    },
    /// The client fell silent.
    TimedOut {
        /// Which way the file went.
        operation: Operation,
        /// Who.
        peer: SocketAddr,
        /// As the server rewrote it.
        filename: String,
        /// Which block was waited for.
        block: u64,
        /// Bytes transferred before.
        bytes: u64,
    },
    /// The same block was sent too often.
    MaxRetries {
        /// Who was served.
        peer: SocketAddr,
        /// As the server rewrote it.
        filename: String,
        /// Which block was waited for.
        block: u16,
        /// Bytes transferred before.
        bytes: u64,
    },
    /// The client fell silent after the last block. Tftpd64 takes the transfer for complete.
    LastBlockNotAcked {
        /// Which block that is.
        block: u16,
        /// As the server rewrote it.
        filename: String,
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
    /// The transfer is over, as far as the server knows successfully.
    Completed {
        /// Which way the file went.
        operation: Operation,
        /// With whom.
        peer: SocketAddr,
        /// As the server rewrote it.
        filename: String,
        /// DATA packets whose acknowledgement was awaited, each counted once.
        blocks: u64,
        /// Bytes, as the server counts them: if an anticipation window is larger than the file, too many.
        bytes: u64,
        /// Between the wall clock's seconds in which it began and ended.
        seconds: u64,
        /// How often a wait was over.
        resent: u64,
    },
}
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

/// Calls of Windows that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// Of a socket, to a port.
    Bind,
    /// Of a socket, to the client.
    Connect,
    /// Opens or makes a file.
    CreateFile,
    /// Sends a datagram.
    Send,
    /// Sends the OACK.
    SendOack,
    /// Receives a datagram.
    Recv,
    /// Writes to a file.
    Write,
}

/// What can be wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BadRequest {
    /// The name has 260 bytes or more, alone or below the base directory.
    NameTooLong,
    /// There is a percent sign in the name.
    PercentSign,
    /// The mode has 9 bytes or more.
    ModeTooLong,
    /// There is no such mode.
    UnknownMode,
}

host::field_types! {
    Word: Operation, Call, BadRequest;
    Number: SystemError;
}
