//! The lines of Tftpd64's log.

use super::event::{BadRequest, Call, Kind, Operation, Tftpd64Event};
use super::windows::SystemError;

/// The longest line, its time included, in bytes: the program makes lines in a buffer of 512.
const LINE_MAX: usize = 511;
/// The length of ` [dd/mm hh:mm:ss.mmm]`.
const TIMESTAMP: usize = 21;

/// Returns the line of an event; none, unless the event is logged.
pub fn message(event: &Tftpd64Event) -> Option<String> {
    if event.logged { text(&event.kind) } else { None }
}

/// Returns the whole line as its window and its log file show it. `timestamp` is already formatted, as in `31/01 12:32:58.042`.
pub fn line(timestamp: &str, event: &Tftpd64Event) -> Option<String> {
    message(event).map(|message| format!("{message} [{timestamp}]"))
}

/// Returns the text of an event.
pub(super) fn text(kind: &Kind) -> Option<String> {
    let text = match kind {
        Kind::Dropped { peer } => {
            format!("max number of threads reached, connection from {} dropped", peer.ip())
        }
        Kind::Oversized { .. } => failed("RecvFrom", SystemError::MESSAGE_SIZE),
        // The program looks up the sender's name in a way that fails, and prints two empty strings.
        Kind::Duplicate { .. } => "Warning : received duplicated request from :".into(),
        Kind::Connection { peer } => {
            format!("Connection received from {} on port {}", peer.ip(), peer.port())
        }
        Kind::SocketFailed { call, error } => failed(name(*call), *error),
        Kind::Unexpected { opcode } => format!("Unexpected request {opcode} from peer"),
        Kind::UnexpectedRefused => "Returning EBADOP to Peer".into(),
        Kind::BadRequest { problem } => match problem {
            BadRequest::NameTooLong => "File name too long, return EBADOP to peer".into(),
            BadRequest::PercentSign => "Error: Tftpd32 does not handle filenames with a percent sign".into(),
            BadRequest::ModeTooLong => "mode is too long, return EBADOP to peer".into(),
            BadRequest::UnknownMode => "Uncorrect message".into(),
        },
        Kind::Request { operation, filename, mode, .. } => {
            let operation = match operation {
                Operation::Rrq => "Read",
                Operation::Wrq => "Write",
            };
            format!("{operation} request for file <{filename}>. Mode {mode}")
        }
        Kind::Forbidden { filename, error } => {
            format!("Error EACCESS on file {filename}. Ext error {}", error.text())
        }
        Kind::SystemCallFailed { call: Call::SendOack, error, .. } => format!("send : Error {}", error.0),
        Kind::SystemCallFailed { filename, call, error, .. } => {
            format!("File <{filename}> : error {} in system call {} {}", error.0, name(*call), error.text())
        }
        Kind::BlockSizeReduced { option, proposed, block_size } => {
            format!("<{option}> proposed by client {proposed}, reply with {block_size}")
        }
        Kind::OptionsAccepted { options } => {
            let options = options.iter().map(|(name, value)| format!("{name}={value},"));
            format!("OACK: <{}>", options.collect::<String>())
        }
        Kind::LocalPort { port } => format!("Using local port {port}"),
        Kind::AckTwice { block } => format!("Ack block {block} ignored (received twice)"),
        Kind::AckAhead { block, awaited } => {
            format!("Ack of block #{block} received (last block sent #{awaited} !)")
        }
        Kind::TooShort => "rcvd packet too short".into(),
        Kind::UnknownOpcode { opcode } => format!("ignore unknown opcode {opcode} received"),
        Kind::NotData { opcode } => format!("Peer sent unexpected message {opcode}"),
        Kind::FirstBlockZero => {
            "WARNING: First block sent by client is #0, should be #1, fixed by Tftpd32".into()
        }
        Kind::PeerError { message, .. } => format!("Peer returns ERROR <{message}> -> aborting transfer"),
        Kind::TimedOut { operation: Operation::Rrq, block, .. } => {
            format!("TIMEOUT waiting for Ack block #{block} ")
        }
        Kind::TimedOut { operation: Operation::Wrq, filename, block, .. } => {
            format!("TIMEOUT while waiting for Data block {}, file <{filename}>", *block as u16)
        }
        Kind::MaxRetries { filename, block, .. } => {
            format!("MAX RETRIES while waiting for Ack block {block}. file <{filename}>")
        }
        Kind::LastBlockNotAcked { block, filename } => {
            format!("WARNING : Last block #{block} not acked for file <{filename}>")
        }
        Kind::Completed { operation, filename, blocks, bytes, seconds, resent, .. } => {
            let done = match operation {
                Operation::Rrq => "sent",
                Operation::Wrq => "rcvd",
            };
            format!(
                "<{filename}>: {done} {blocks} blk{}, {bytes} bytes in {seconds} s. {resent} blk{} resent",
                plural(*blocks),
                plural(*resent)
            )
        }
        Kind::StartFailed { .. } | Kind::Listening { .. } | Kind::Progress { .. } | Kind::Nak { .. } => {
            return None;
        }
    };
    Some(fit(&text))
}

fn failed(call: &str, error: SystemError) -> String {
    format!("Error : {call} returns {}: <{}>", error.0, error.text())
}

fn name(call: Call) -> &'static str {
    match call {
        Call::Bind => "bind",
        Call::Connect => "connect",
        Call::CreateFile => "CreateFile",
        Call::Send | Call::SendOack => "send",
        Call::Recv => "recv",
        Call::Write => "write",
    }
}

fn plural(count: u64) -> &'static str {
    if count > 1 { "s" } else { "" }
}

/// Makes one line, no longer than the program's buffer, whatever a client puts into a name or an ERROR.
fn fit(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if line.len() + character.len_utf8() > LINE_MAX - TIMESTAMP {
            break;
        }
        line.push(if character.is_control() { '?' } else { character });
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(kind: Kind) -> String {
        line("31/01 12:32:58.042", &Tftpd64Event { transfer: Some(467), logged: true, kind }).expect("a line")
    }

    #[test]
    fn a_line_ends_in_its_time() {
        let peer = ([172, 16, 4, 26], 49_152).into();
        let expected = "Connection received from 172.16.4.26 on port 49152 [31/01 12:32:58.042]";
        assert_eq!(rendered(Kind::Connection { peer }), expected);
        let event = Tftpd64Event { transfer: None, logged: false, kind: Kind::Connection { peer } };
        assert_eq!(line("31/01 12:32:58.042", &event), None);
    }

    #[test]
    fn rare_lines_read_as_the_source_has_them() {
        let peer = ([172, 16, 4, 26], 40_000).into();
        let (filename, bytes) = ("f".to_owned(), 0);
        let error = SystemError::NETWORK_UNREACHABLE;
        let unreachable = "A socket operation was attempted to an unreachable network.";
        for (kind, expected) in [
            (
                Kind::SocketFailed { call: Call::Connect, error },
                format!("Error : connect returns 10051: <{unreachable}>"),
            ),
            (
                Kind::SystemCallFailed { filename: filename.clone(), call: Call::SendOack, error, bytes },
                "send : Error 10051".into(),
            ),
            (
                Kind::SystemCallFailed { filename: filename.clone(), call: Call::Send, error, bytes },
                format!("File <f> : error 10051 in system call send {unreachable}"),
            ),
            (
                Kind::MaxRetries { peer, filename, block: 7, bytes },
                "MAX RETRIES while waiting for Ack block 7. file <f>".into(),
            ),
            (
                Kind::BadRequest { problem: BadRequest::NameTooLong },
                "File name too long, return EBADOP to peer".into(),
            ),
            (Kind::AckTwice { block: 1 }, "Ack block 1 ignored (received twice)".into()),
            (
                Kind::AckAhead { block: 7, awaited: 1 },
                "Ack of block #7 received (last block sent #1 !)".into(),
            ),
            (Kind::UnknownOpcode { opcode: 9 }, "ignore unknown opcode 9 received".into()),
        ] {
            assert_eq!(rendered(kind), expected + " [31/01 12:32:58.042]");
        }
    }

    #[test]
    fn a_client_can_neither_forge_a_line_nor_make_a_long_one() {
        let peer = ([172, 16, 4, 26], 40_000).into();
        let message = "bye\n31/01 ".to_owned() + &"x".repeat(600);
        let line = rendered(Kind::PeerError { peer, code: 0, message, bytes: 0 });
        assert!(line.starts_with("Peer returns ERROR <bye?31/01 xxx"), "{line}");
        assert!(line.len() == LINE_MAX && line.ends_with("x [31/01 12:32:58.042]"), "{}", line.len());
    }

    #[test]
    fn events_are_flat_records() {
        let kind = Kind::LocalPort { port: 53_211 };
        let json = serde_json::to_value(Tftpd64Event { transfer: Some(467), logged: true, kind });
        let expected =
            serde_json::json!({ "transfer": 467, "logged": true, "event": "local_port", "port": 53_211 });
        assert_eq!(json.expect("events serialize"), expected);
    }
}
