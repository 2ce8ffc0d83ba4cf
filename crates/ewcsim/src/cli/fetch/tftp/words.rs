//! Descriptions of a TFTP transfer, and explanations of a failed one.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use fetch::tftp::FetchError;
use tftp::{ErrorCode, Failure, Options, Text};

use text::durations::short;
use text::numbers::grouped;
use text::printable_of_peer as printable;

/// Describes the options that the server accepted, and those that it left out.
pub(super) fn options(agreed: &Options, asked: &Options) -> String {
    let taken: Vec<String> =
        agreed.iter().map(|(name, value)| format!("{} {}", printable(name), printable(value))).collect();
    let left: Vec<String> = asked
        .iter()
        .filter(|(name, _)| !agreed.iter().any(|(taken, _)| same_name(taken, name)))
        .map(|(name, _)| printable(name))
        .collect();
    let mut text = if taken.is_empty() { "none".to_owned() } else { printable(&taken.join(", ")) };
    if !left.is_empty() {
        let _ = write!(text, "; the server left out {}", left.join(", "));
    }
    text
}

/// Returns why the fetch failed, and what to try.
pub(super) fn explain(
    file: &Text,
    server: SocketAddr,
    error: &FetchError,
    patience: Duration,
) -> (String, String) {
    let file = printable(file);
    let firewall =
        "a TFTP server answers from a new port, so a firewall must permit more than the first packet";
    match error {
        FetchError::Failed(Failure::PeerError { code, message }) => {
            let message = format!("the server at {server} answered error {code}: {}", printable(message));
            (message, refusal_help(*code, &file))
        }
        FetchError::Failed(Failure::TimedOut { bytes: 0 }) => (
            format!("nothing came from {server} within {}", short(patience)),
            format!("check that a TFTP server runs there; {firewall}"),
        ),
        FetchError::Failed(Failure::TimedOut { bytes }) => (
            format!("{server} fell silent after {} bytes, for {}", grouped(*bytes), short(patience)),
            "check the server's log; no file is written".into(),
        ),
        FetchError::Unreachable { peer, bytes: 0 } => (
            format!("nothing listens at {peer} (ICMP port unreachable)"),
            format!("check that a TFTP server runs there, and on which port; {firewall}"),
        ),
        FetchError::Unreachable { peer, bytes } => (
            format!("{peer} went away after {} bytes (ICMP port unreachable)", grouped(*bytes)),
            "check the server's log; no file is written".into(),
        ),
        FetchError::Failed(Failure::BadOption { .. } | Failure::BlockTooLong { .. }) => (
            format!("{} ({server})", printable(error)),
            "the server breaks the protocol; try without `--blksize` and `--windowsize`".into(),
        ),
        FetchError::WrongSize { announced, received } => (
            format!("{server} announced {} bytes and sent {}", grouped(*announced), grouped(*received)),
            "the file changed while it was sent, or the server is faulty; no file is written".into(),
        ),
        FetchError::Longer { announced } => (
            format!("{server} announced {} bytes and sends more", grouped(*announced)),
            "the file changed while it was sent, or the server is faulty; no file is written".into(),
        ),
        FetchError::Socket(_) | FetchError::Refused(_) | FetchError::Failed(Failure::Aborted { .. }) => {
            (error.to_string(), format!("the server is {server}"))
        }
    }
}

fn refusal_help(code: ErrorCode, file: &str) -> String {
    match code {
        ErrorCode::FILE_NOT_FOUND => format!(
            "the request was for `{file}`: names begin at the directory that the server serves, and most servers are case-sensitive"
        ),
        ErrorCode::OPTION_REFUSED => {
            "the server does not accept these options: try without `--blksize` and `--windowsize`".into()
        }
        _ => format!("the request was for `{file}`: check that the server may read it, and check its log"),
    }
}

fn same_name(a: &Text, b: &Text) -> bool {
    a.as_bytes().eq_ignore_ascii_case(b.as_bytes())
}
