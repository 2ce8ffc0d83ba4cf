//! The syslog lines of in.tftpd.

use super::event::{During, Kind, Operation, RemapStep, TftpdHpaEvent};

/// The facility daemon, as syslog(3) numbers it.
const FACILITY_DAEMON: u8 = 3 << 3;
const ERR: u8 = 3;
const WARNING: u8 = 4;
const NOTICE: u8 = 5;
const INFO: u8 = 6;

/// Returns the log message of an event; none, unless the event is logged. Success is never logged.
pub fn message(event: &TftpdHpaEvent) -> Option<String> {
    if event.logged { text(&event.kind) } else { None }
}

/// Returns the number that syslog puts before a message, such as 29 for daemon and notice.
pub fn priority(event: &TftpdHpaEvent) -> u8 {
    let severity = match &event.kind {
        Kind::Request { .. } => NOTICE,
        Kind::Remap { step: RemapStep::Loop, .. } => WARNING,
        Kind::Nak { .. } | Kind::Remap { .. } => INFO,
        Kind::StartFailed { .. } => ERR,
        Kind::SocketFailed { during: During::Bind | During::Connect, .. } => ERR,
        _ => WARNING,
    };
    FACILITY_DAEMON | severity
}

/// Returns the whole line as rsyslog writes it by default. `timestamp` is already formatted, as in `Jan 31 12:32:58`.
pub fn line(timestamp: &str, hostname: &str, event: &TftpdHpaEvent) -> Option<String> {
    let message = message(event)?;
    Some(format!("{timestamp} {hostname} in.tftpd[{}]: {message}", event.pid))
}

/// Returns the text of an event, if it has one.
pub(super) fn text(kind: &Kind) -> Option<String> {
    let text = match kind {
        Kind::Request { operation, peer, filename, remapped, .. } => {
            let operation = match operation {
                Operation::Rrq => "RRQ",
                Operation::Wrq => "WRQ",
            };
            let remapped = remapped.as_ref().map(|name| format!(" remapped to {name}")).unwrap_or_default();
            format!("{operation} from {} filename {filename}{remapped}", peer.ip())
        }
        Kind::Nak { peer, code, message } => format!("sending NAK ({code}, {message}) to {}", peer.ip()),
        Kind::OptionsRefused { .. } => "tftp: client does not accept options".into(),
        Kind::SocketFailed { during, reason, .. } => {
            let doing = match during {
                During::Bind => "bind",
                During::Connect => "connect",
                During::Oack => "tftpd: oack",
                During::Read => "tftpd: read",
                During::Write => "tftpd: write",
                During::WriteAck => "tftpd: write(ack)",
                During::ReadAck => "tftpd: read(ack)",
                During::Nak => "nak",
            };
            format!("{doing}: {reason}")
        }
        Kind::StartFailed { reason } => reason.clone(),
        Kind::Remap { step, rule, input, name } => remap(*step, rule.unwrap_or_default(), input, name),
        Kind::Listening { .. }
        | Kind::RemapEndless { .. }
        | Kind::Ignored { .. }
        | Kind::Dropped { .. }
        | Kind::OptionsAccepted { .. }
        | Kind::Completed { .. }
        | Kind::Received { .. }
        | Kind::WriteFailed { .. }
        | Kind::Locked { .. }
        | Kind::Aborted { .. }
        | Kind::GaveUp { .. } => return None,
    };
    // The log takes one line: a file name may hold anything, and rsyslog writes control characters as octal numbers.
    Some(escape(&text))
}

fn remap(step: RemapStep, rule: u32, input: &str, name: &str) -> String {
    match step {
        RemapStep::Input => format!("remap: input: {name}"),
        RemapStep::Rewrite => format!("remap: rule {rule}: rewrite: {name}"),
        RemapStep::Exit => format!("remap: rule {rule}: exit"),
        RemapStep::Restart => format!("remap: rule {rule}: restart"),
        RemapStep::Abort => format!("remap: rule {rule}: abort: {name}"),
        RemapStep::Done => "remap: done".into(),
        RemapStep::Loop => format!("remap: Breaking loop, input = {input}, last = {name}"),
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_control() {
            escaped.push_str(&format!("#{:03o}", character as u32));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELD: &str = include_str!("../../tests/field/tftpd-hpa.syslog");

    fn request(filename: &str) -> TftpdHpaEvent {
        let kind = Kind::Request {
            operation: Operation::Rrq,
            peer: ([172, 16, 4, 26], 40_000).into(),
            filename: filename.into(),
            remapped: None,
            mode: "octet".into(),
            options: vec![("tsize".into(), "0".into())],
        };
        TftpdHpaEvent { pid: 595_346, logged: true, kind }
    }

    #[test]
    fn a_request_reads_as_in_the_field() {
        let event = request("/EWC/17_9_4a/ap1g8");
        let lines = [595_346, 595_348].map(|pid| {
            line("Jan 31 12:32:58", "CXLabs-UBUNTU22", &TftpdHpaEvent { pid, ..event.clone() })
                .expect("logged")
        });
        assert_eq!(lines.to_vec(), FIELD.lines().collect::<Vec<_>>());
        assert_eq!(priority(&event), 29);
        assert_eq!(message(&TftpdHpaEvent { logged: false, ..event }), None);
    }

    #[test]
    fn failures_read_as_the_real_server_writes_them() {
        let peer = ([127, 0, 0, 1], 40_000).into();
        let rendered = |kind| {
            let event = TftpdHpaEvent { pid: 1, logged: true, kind };
            (priority(&event), message(&event).expect("logged"))
        };
        let nak = Kind::Nak { peer, code: 1, message: "File not found".into() };
        assert_eq!(rendered(nak), (30, "sending NAK (1, File not found) to 127.0.0.1".into()));
        let reason = "Connection refused".into();
        let failed = Kind::SocketFailed { peer, during: During::ReadAck, reason, bytes: 0 };
        assert_eq!(rendered(failed), (28, "tftpd: read(ack): Connection refused".into()));
        let refused = Kind::OptionsRefused { peer, code: 0, message: "bye".into() };
        assert_eq!(rendered(refused), (28, "tftp: client does not accept options".into()));
    }

    #[test]
    fn a_file_name_cannot_forge_a_line() {
        assert_eq!(
            message(&request("a\nJan 31 12:32:58 b")).as_deref(),
            Some("RRQ from 172.16.4.26 filename a#012Jan 31 12:32:58 b")
        );
    }

    #[test]
    fn events_are_flat_records() {
        let json = serde_json::to_value(request("f")).expect("events serialize");
        let expected = serde_json::json!({
            "pid": 595_346, "logged": true, "event": "request", "operation": "rrq", "peer": "172.16.4.26:40000",
            "filename": "f", "mode": "octet", "options": [["tsize", "0"]],
        });
        assert_eq!(json, expected);
    }
}
