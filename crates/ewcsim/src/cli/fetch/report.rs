//! What `fetch` prints at the end.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use ewc::client::tftp::{FetchError, Transfer};
use tftp::{ErrorCode, Failure, Options, Text};

use super::super::{Exit, print};
use super::url::Url;
use crate::clock::short;
use crate::report::numbers::{count, grouped};

/// A file that came whole.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub(super) url: &'a str,
    pub(super) transfer: &'a Transfer,
    pub(super) asked: &'a Options,
    pub(super) time: Duration,
    pub(super) sha256: [u8; 32],
    pub(super) output: Option<&'a Path>,
}

impl Report<'_> {
    /// Prints it to standard output, or beside it if the file itself went there.
    pub(super) fn print(&self) -> Exit {
        let text = self.text();
        if self.output == Some(Path::new("-")) {
            let _ = write!(io::stderr(), "{text}");
            return Exit::Held;
        }
        print(&text)
    }

    fn text(&self) -> String {
        let Transfer { bytes, blocks, repeats, peer, .. } = *self.transfer;
        let sum: String = self.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut lines = vec![
            ("fetched", self.url.to_owned()),
            ("from", peer.to_string()),
            ("size", format!("{} bytes", grouped(bytes))),
            ("time", format!("{:.3} s, {}", self.time.as_secs_f64(), rate(bytes, self.time))),
            ("sha256", sum),
            ("options", self.options()),
            ("packets", format!("{}, {} sent again", count(blocks as usize, "block"), grouped(repeats))),
        ];
        if let Some(path) = self.output {
            lines.push(("output", path.display().to_string()));
        }
        lines.iter().fold(String::new(), |mut text, (name, value)| {
            let _ = writeln!(text, "{name:<8} {value}");
            text
        })
    }

    /// What the server agreed to, and what it left out.
    fn options(&self) -> String {
        let agreed = &self.transfer.terms.options;
        let taken: Vec<String> =
            agreed.iter().map(|(name, value)| format!("{} {}", printable(name), printable(value))).collect();
        let left: Vec<String> = self
            .asked
            .iter()
            .filter(|(name, _)| !agreed.iter().any(|(taken, _)| same_name(taken, name)))
            .map(|(name, _)| printable(name))
            .collect();
        let mut text = if taken.is_empty() { "none".to_owned() } else { taken.join(", ") };
        if !left.is_empty() {
            let _ = write!(text, "; the server left out {}", left.join(", "));
        }
        text
    }
}

/// Why there is no file, and what to try.
pub(super) fn explain(
    url: &Url,
    server: SocketAddr,
    error: &FetchError,
    patience: Duration,
) -> (String, String) {
    let file = printable(&url.file);
    let firewall =
        "a TFTP server answers from a new port, so a firewall has to permit more than the first packet";
    match error {
        FetchError::Failed(Failure::PeerError { code, message }) => {
            let message = format!("the server at {server} answered error {code}: {}", printable(message));
            (message, refusal_help(*code, &file))
        }
        FetchError::Failed(Failure::TimedOut { bytes: 0 }) => (
            format!("nothing came from {server} within {}", short(patience)),
            format!("see that a TFTP server runs there; {firewall}"),
        ),
        FetchError::Failed(Failure::TimedOut { bytes }) => (
            format!("{server} fell silent after {} bytes, for {}", grouped(*bytes), short(patience)),
            "see the server's log; nothing of the file is kept".into(),
        ),
        FetchError::Unreachable { peer, bytes: 0 } => (
            format!("nobody listens at {peer} (ICMP port unreachable)"),
            format!("see that a TFTP server runs there, and on which port; {firewall}"),
        ),
        FetchError::Unreachable { peer, bytes } => (
            format!("{peer} went away after {} bytes (ICMP port unreachable)", grouped(*bytes)),
            "see the server's log; nothing of the file is kept".into(),
        ),
        FetchError::Failed(Failure::BadOption { .. } | Failure::BlockTooLong { .. }) => (
            format!("{error} ({server})"),
            "the server breaks the protocol; without `--blksize` and `--windowsize` it may not".into(),
        ),
        FetchError::WrongSize { announced, received } => (
            format!("{server} announced {} bytes and sent {}", grouped(*announced), grouped(*received)),
            "the file changed while it was sent, or the server is faulty; nothing of it is kept".into(),
        ),
        FetchError::Socket(_) | FetchError::Refused(_) | FetchError::Failed(Failure::Aborted { .. }) => {
            (error.to_string(), format!("the server is {server}"))
        }
    }
}

fn refusal_help(code: ErrorCode, file: &str) -> String {
    match code {
        ErrorCode::FILE_NOT_FOUND => format!(
            "it was asked for `{file}`: names begin at the directory that the server serves, and letter case counts on most"
        ),
        ErrorCode::OPTION_REFUSED => {
            "it does not take these options: try without `--blksize` and `--windowsize`".into()
        }
        _ => format!("it was asked for `{file}`: see that the server may read it, and the server's log"),
    }
}

/// Bytes per second, as people read it.
pub(super) fn rate(bytes: u64, time: Duration) -> String {
    let seconds = time.as_secs_f64().max(1e-6);
    format!("{:.1} MB/s", bytes as f64 / 1e6 / seconds)
}

fn same_name(a: &Text, b: &Text) -> bool {
    a.as_bytes().eq_ignore_ascii_case(b.as_bytes())
}

/// A server's words without what would steer a terminal.
fn printable(text: &Text) -> String {
    text.to_string()
        .chars()
        .map(|character| if character.is_control() { '\u{fffd}' } else { character })
        .collect()
}
