//! What is said of why there is no file over SFTP.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use fetch::sftp::{Failure, FetchError, Operation, Path};
use sftp::StatusCode;
use ssh::End;

use super::super::report::printable;
use text::durations::short;
use text::numbers::grouped;

/// How long was waited.
#[derive(Debug)]
pub(super) struct Waits {
    pub(super) connect: Duration,
    pub(super) stall: Duration,
}

const NOTHING_KEPT: &str = "see the server's log; nothing of the file is kept";

/// Why there is no file, and what to try.
pub(super) fn explain(
    server: SocketAddr,
    user: &str,
    path: &Path,
    error: &FetchError,
    waits: &Waits,
) -> (String, String) {
    let user = printable(&user);
    match error {
        FetchError::Connect(error) => connect(server, error),
        FetchError::TimedOut { bytes: 0 } => (
            format!(
                "nothing came from {server} within {} (connecting) or {} (after that)",
                short(waits.connect),
                short(waits.stall)
            ),
            "see that an SSH server runs there, and that a firewall lets its port through".into(),
        ),
        FetchError::TimedOut { bytes } => (
            format!("{server} fell silent after {} bytes, for {}", grouped(*bytes), short(waits.stall)),
            NOTHING_KEPT.into(),
        ),
        FetchError::Ended { end, bytes } => ended(server, end, *bytes),
        FetchError::ChannelClosed { bytes: 0 } => (
            format!("the SFTP of {server} ended before it answered"),
            "see the server's log: its sftp-server cannot be started, or the user's shell or chroot keeps it from running".into(),
        ),
        FetchError::ChannelClosed { bytes } => {
            (format!("the SFTP of {server} ended after {} bytes", grouped(*bytes)), NOTHING_KEPT.into())
        }
        FetchError::Denied { methods } => {
            let methods = if methods.is_empty() { "nothing".into() } else { printable(&methods.join(", ")) };
            (
                format!("{server} does not let {user} in with this password"),
                format!("see name and password, and the server's log; it would go on with {methods}"),
            )
        }
        FetchError::NoSubsystem(why) => (
            format!("{server} lets {user} in, but gives no SFTP: {}", printable(why)),
            "see that its sshd_config has a line `Subsystem sftp`".into(),
        ),
        FetchError::Failed(failure) => failed(server, &user, path, failure),
        FetchError::Refused(_) => (error.to_string(), format!("the server is {server}")),
    }
}

fn connect(server: SocketAddr, error: &std::io::Error) -> (String, String) {
    let help = match error.kind() {
        ErrorKind::ConnectionRefused => "see that an SSH server runs there, and on which port",
        ErrorKind::TimedOut => "see that an SSH server runs there, and that a firewall lets its port through",
        _ => "see the address, and the way to it",
    };
    (format!("cannot connect to {server}: {error}"), help.into())
}

fn ended(server: SocketAddr, end: &End, bytes: u64) -> (String, String) {
    let said = printable(end);
    match end {
        End::NoCommon { .. } => (
            format!("{server}: {said}"),
            "it offers none of the controller's algorithms; see `ewc.ssh` in docs/fidelity.md, and the server's configuration"
                .into(),
        ),
        End::BadIdentification(_) => {
            (format!("{server}: {said}"), "see that an SSH server runs there, and on which port".into())
        }
        _ if bytes == 0 => (
            format!("{server}: {said}, before anything of the file came"),
            "see the server's log: it may be full, or refuse this address, or not like the user's home or chroot".into(),
        ),
        _ => (format!("{server}: {said}, after {} bytes", grouped(bytes)), NOTHING_KEPT.into()),
    }
}

fn failed(server: SocketAddr, user: &str, path: &Path, failure: &Failure) -> (String, String) {
    let (file, begins) = match path {
        Path::Home(path) => {
            (printable(path), "the login directory on; behind a second slash, from the root on")
        }
        Path::Absolute(path) => {
            (printable(path), "the root on; behind a single slash, from the login directory on")
        }
    };
    match failure {
        Failure::Status { operation, status } => {
            let help = match (status.code, operation) {
                (StatusCode::NO_SUCH_FILE, _) => {
                    format!("it was asked for `{file}`, from {begins}; letter case counts on most")
                }
                (StatusCode::PERMISSION_DENIED, _) => {
                    format!(
                        "it was asked for `{file}`: see that {user} may read it, and enter the directories above it"
                    )
                }
                (_, Operation::Read) => format!("it was asked for `{file}`: see that it is no directory"),
                _ => format!("it was asked for `{file}`: see the server's log"),
            };
            (format!("{server} answered {failure}"), help)
        }
        Failure::Shorter { announced, received } => (
            format!("{server} announced {} bytes and sent {}", grouped(*announced), grouped(*received)),
            "the file changed while it was sent, or the server is faulty; nothing of it is kept".into(),
        ),
        Failure::Longer { announced } => (
            format!("{server} announced {} bytes and sends more", grouped(*announced)),
            "the file changed while it was sent, or the server is faulty; nothing of it is kept".into(),
        ),
        Failure::Broken(broken) => (
            format!("{server} breaks the protocol: {broken}"),
            "a login shell that prints something breaks SFTP so: see that `ssh HOST true` prints nothing"
                .into(),
        ),
        Failure::Refused => (failure.to_string(), NOTHING_KEPT.into()),
    }
}
