//! Explanations of failed fetches over SFTP.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use fetch::sftp::{Failure, FetchError, Operation, Path};
use sftp::StatusCode;
use ssh::End;

use text::durations::short;
use text::numbers::grouped;
use text::printable_of_peer as printable;

/// The timeouts of a fetch.
#[derive(Debug)]
pub(super) struct Waits {
    pub(super) connect: Duration,
    pub(super) stall: Duration,
}

const NOTHING_KEPT: &str = "check the server's log; no file is written";

/// Returns why the fetch failed, and what to try.
pub(super) fn explain(
    server: SocketAddr,
    user: &str,
    path: &Path,
    error: &FetchError,
    waits: &Waits,
) -> (String, String) {
    let user = printable(&user);
    match error {
        FetchError::Connect(error) => connect(server, error, waits),
        FetchError::TimedOut { bytes: 0 } => (
            format!("{server} accepted the connection and said nothing for {}", short(waits.stall)),
            "check that an SSH server runs there, and its log".into(),
        ),
        FetchError::TimedOut { bytes } => (
            format!("{server} fell silent after {} bytes, for {}", grouped(*bytes), short(waits.stall)),
            NOTHING_KEPT.into(),
        ),
        FetchError::Ended { end, bytes } => ended(server, end, *bytes),
        FetchError::ChannelClosed { bytes: 0 } => (
            format!("{server} closed the SFTP channel before it answered"),
            "check the server's log: its sftp-server cannot be started, or the user's shell or chroot keeps it from running".into(),
        ),
        FetchError::ChannelClosed { bytes } => {
            (format!("{server} closed the SFTP channel after {} bytes", grouped(*bytes)), NOTHING_KEPT.into())
        }
        FetchError::Denied { methods } => {
            let methods = if methods.is_empty() { "none".into() } else { printable(&methods.join(", ")) };
            (
                format!("{server} rejected the password of {user}"),
                format!("check the user, the password and the server's log; methods that can continue: {methods}"),
            )
        }
        FetchError::NoSubsystem(why) => (
            format!("{server} accepted {user}, but offers no SFTP: {}", printable(why)),
            "check that its sshd_config has a line `Subsystem sftp`".into(),
        ),
        FetchError::Failed(failure) => failed(server, &user, path, failure),
        FetchError::Refused(_) => (error.to_string(), format!("the server is {server}")),
    }
}

fn connect(server: SocketAddr, error: &std::io::Error, waits: &Waits) -> (String, String) {
    let help = match error.kind() {
        ErrorKind::ConnectionRefused => "check that an SSH server runs there, and on which port",
        ErrorKind::TimedOut => "check that an SSH server runs there, and that no firewall blocks its port",
        _ => "check the address, and the route to it",
    };
    let problem = match error.kind() {
        ErrorKind::TimedOut => format!("no answer within {}", short(waits.connect)),
        _ => error.to_string(),
    };
    (format!("cannot connect to {server}: {problem}"), help.into())
}

fn ended(server: SocketAddr, end: &End, bytes: u64) -> (String, String) {
    let said = printable(end);
    match end {
        End::NoCommon { .. } => (
            format!("{server}: {said}"),
            "it offers none of the controller's algorithms; see `ewc.ssh` in docs/fidelity.md, and check the server's configuration"
                .into(),
        ),
        End::BadIdentification(_) => {
            (format!("{server}: {said}"), "check that an SSH server runs there, and on which port".into())
        }
        _ if bytes == 0 => (
            format!("{server}: {said}, before the first byte of the file"),
            "check the server's log: it may be at its connection limit, or refuse this address, or reject the user's home or chroot".into(),
        ),
        _ => (format!("{server}: {said}, after {} bytes", grouped(bytes)), NOTHING_KEPT.into()),
    }
}

fn failed(server: SocketAddr, user: &str, path: &Path, failure: &Failure) -> (String, String) {
    let (file, begins) = match path {
        Path::Home(path) => {
            (printable(path), "the login directory; a second slash makes it relative to the root")
        }
        Path::Absolute(path) => {
            (printable(path), "the root; a single slash makes it relative to the login directory")
        }
    };
    match failure {
        Failure::Status { operation, status } => {
            let help = match (status.code, operation) {
                (StatusCode::NO_SUCH_FILE, _) => {
                    format!("the request was for `{file}`, relative to {begins}; most servers are case-sensitive")
                }
                (StatusCode::PERMISSION_DENIED, _) => {
                    format!(
                        "the request was for `{file}`: check that {user} may read it, and enter the directories above it"
                    )
                }
                (_, Operation::Read) => format!("the request was for `{file}`: check that it is not a directory"),
                _ => format!("the request was for `{file}`: check the server's log"),
            };
            (format!("{server} answered {}", printable(failure)), help)
        }
        Failure::Shorter { announced, received } => (
            format!("{server} announced {} bytes and sent {}", grouped(*announced), grouped(*received)),
            "the file changed while it was sent, or the server is faulty; no file is written".into(),
        ),
        Failure::Longer { announced } => (
            format!("{server} announced {} bytes and sends more", grouped(*announced)),
            "the file changed while it was sent, or the server is faulty; no file is written".into(),
        ),
        Failure::Broken(broken) => (
            format!("{server} breaks the protocol: {}", printable(broken)),
            "a login shell that prints something breaks SFTP in this way: check that `ssh HOST true` prints nothing"
                .into(),
        ),
        Failure::Refused => (failure.to_string(), NOTHING_KEPT.into()),
    }
}
