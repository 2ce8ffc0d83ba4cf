//! The events of the server, logged or not.

use std::net::SocketAddr;

use serde::Serialize;

use super::windows::SystemError;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tftpd64Event {
    /// The number of the transfer, as the program counts them; none for events of the server as a whole.
    pub transfer: Option<u32>,
    /// True if Tftpd64 logs a line about it.
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
    /// The server could not start. Tftpd64 shows a message box.
    StartFailed {
        /// The error.
        error: SystemError,
    },
    /// The server waits for requests.
    Listening {
        /// The address, with the port that was actually bound.
        address: SocketAddr,
    },
    /// A request was dropped because all threads are busy.
    Dropped {
        /// The client's address.
        peer: SocketAddr,
    },
    /// A datagram on the server's port was longer than a request can be, and is lost.
    Oversized {
        /// The client's address.
        peer: SocketAddr,
        /// Its length in bytes.
        length: usize,
    },
    /// The same request came twice in one second. Both are served.
    Duplicate {
        /// The client's address.
        peer: SocketAddr,
    },
    /// A thread takes a datagram that came to the server's port.
    Connection {
        /// The client's address.
        peer: SocketAddr,
    },
    /// A thread could not get its socket, and ends.
    SocketFailed {
        /// The call that failed: `bind` or `connect`.
        call: Call,
        /// The error.
        error: SystemError,
    },
    /// A datagram that is not a request.
    Unexpected {
        /// Its opcode.
        opcode: u16,
    },
    /// It is answered by an ERROR; this is a separate line.
    UnexpectedRefused,
    /// A request that the server does not process.
    BadRequest {
        /// The problem.
        problem: BadRequest,
    },
    /// A request for a file, in a mode that exists.
    Request {
        /// The kind of request.
        operation: Operation,
        /// The client's address.
        peer: SocketAddr,
        /// The name as the client wrote it.
        filename: String,
        /// The mode as the client wrote it.
        mode: String,
        /// Names and values as the client wrote them.
        options: Vec<(String, String)>,
    },
    /// The security level forbids the name.
    Forbidden {
        /// The name as the server rewrote it.
        filename: String,
        /// The reason that Tftpd64 has set.
        error: SystemError,
    },
    /// A system call failed for a file or its transfer.
    SystemCallFailed {
        /// The name as the server rewrote it.
        filename: String,
        /// The call.
        call: Call,
        /// The error.
        error: SystemError,
        /// The bytes transferred before.
        bytes: u64,
    },
    /// A block size was too large, and a smaller one is offered.
    BlockSizeReduced {
        /// The option's name as the client wrote it.
        option: String,
        /// The proposed block size.
        proposed: i32,
        /// The offered block size.
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
    /// The window shows the progress of a transfer.
    Progress {
        /// The client's address.
        peer: SocketAddr,
        /// The name as the server rewrote it.
        filename: String,
        /// The bytes transferred so far.
        bytes: u64,
        /// The bytes of the whole file, if known.
        size: Option<u64>,
        /// The percentage that the window shows; none for files of up to 100 bytes or of unknown size.
        percent: Option<u64>,
    },
    /// An acknowledgement came again, and is not answered.
    AckTwice {
        /// The number of the block.
        block: u16,
    },
    /// An acknowledgement of a block that is not awaited yet.
    AckAhead {
        /// The number of the block.
        block: u16,
        /// The block whose acknowledgement is awaited.
        awaited: u64,
    },
    /// A datagram without a complete header.
    TooShort,
    /// A datagram that is neither ACK nor ERROR, while sending.
    UnknownOpcode {
        /// Its opcode.
        opcode: u16,
    },
    /// A datagram that is not DATA, while receiving.
    NotData {
        /// Its opcode.
        opcode: u16,
    },
    /// The client counts its blocks from 0.
    FirstBlockZero,
    /// The client ended the transfer with an ERROR.
    PeerError {
        /// The client's address.
        peer: SocketAddr,
        /// The code of its ERROR.
        code: u16,
        /// The message of its ERROR.
        message: String,
        /// The bytes acknowledged before.
        bytes: u64,
    },
    /// The client fell silent.
    TimedOut {
        /// The direction of the transfer.
        operation: Operation,
        /// The client's address.
        peer: SocketAddr,
        /// The name as the server rewrote it.
        filename: String,
        /// The awaited block.
        block: u64,
        /// The bytes transferred before.
        bytes: u64,
    },
    /// The same block was sent too often.
    MaxRetries {
        /// The client's address.
        peer: SocketAddr,
        /// The name as the server rewrote it.
        filename: String,
        /// The awaited block.
        block: u16,
        /// The bytes transferred before.
        bytes: u64,
    },
    /// The client fell silent after the last block. Tftpd64 counts the transfer as complete.
    LastBlockNotAcked {
        /// The number of the last block.
        block: u16,
        /// The name as the server rewrote it.
        filename: String,
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
    /// The transfer has ended, successfully as far as the server knows.
    Completed {
        /// The direction of the transfer.
        operation: Operation,
        /// The client's address.
        peer: SocketAddr,
        /// The name as the server rewrote it.
        filename: String,
        /// The number of DATA packets whose acknowledgement was awaited, each counted once.
        blocks: u64,
        /// The bytes, as the server counts them: too many if an anticipation window is larger than the file.
        bytes: u64,
        /// The time between the wall clock's seconds in which it began and ended.
        seconds: u64,
        /// The number of timeouts.
        resent: u64,
    },
}
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

/// Calls of Windows that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// Binds a socket to a port.
    Bind,
    /// Connects a socket to the client.
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

/// A problem with a request.
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
