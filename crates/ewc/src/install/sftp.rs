//! Fetching an image over SFTP: one session, as in the sample's log.

use std::io::ErrorKind;
use std::net::SocketAddr;

use fetch::sftp::{Failure, FetchError, Path, Refusal, Step, fetch};
use host::Host;
use image::Content;
use sftp::{Status, StatusCode};
use ssh::{Algorithms, End, Negotiated, Secret};

use super::{Engine, Job};
use crate::words::InstallFailure;

/// The login: user, password and options of SSH.
pub(super) struct Login<'a> {
    pub(super) username: &'a str,
    pub(super) password: &'a Secret,
    pub(super) algorithms: &'a Algorithms,
    pub(super) strict_host_key_check: bool,
}

impl<H: Host> Engine<H> {
    pub(super) async fn fetch_sftp(&self, job: &Job, login: Login<'_>) -> Result<Content, InstallFailure> {
        let settings = &self.settings.sftp;
        let server = SocketAddr::new(job.server, settings.port);
        let path = Path::Home(job.path.trim_start_matches('/').into());
        let mut request = settings.request(server, login.username, login.password.clone(), path);
        request.ssh.algorithms = login.algorithms.clone();
        let mut file = self.pool.writer();
        let take = |step: Step<'_>| match step {
            Step::HostKey(key) => {
                let is_known = self.known_hosts.knows(job.server, key);
                if is_known || !login.strict_host_key_check { Ok(()) } else { Err(Refusal::HostKey) }
            }
            Step::Found(size) => {
                if size.is_some_and(|size| size > job.bytes_max) {
                    Err(Refusal::NoSpace)
                } else {
                    Ok(())
                }
            }
            Step::Data(data) => {
                if file.len() + data.len() as u64 > job.bytes_max {
                    return Err(Refusal::NoSpace);
                }
                file.append(data);
                Ok(())
            }
        };
        fetch(&self.host, request, take).await.map_err(|error| reason(error, login.algorithms))?;
        if file.is_empty() { Err(InstallFailure::Empty) } else { Ok(file.finish()) }
    }
}

fn reason(error: FetchError, offered: &Algorithms) -> InstallFailure {
    match error {
        FetchError::Connect(error) => match error.kind() {
            ErrorKind::ConnectionRefused => InstallFailure::Unreachable,
            ErrorKind::ConnectionReset => InstallFailure::ConnectionReset,
            ErrorKind::TimedOut => InstallFailure::TimedOut,
            ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => InstallFailure::NoRoute,
            _ => InstallFailure::Protocol(error.to_string()),
        },
        FetchError::TimedOut { .. } => InstallFailure::TimedOut,
        FetchError::Ended { end, .. } => match end {
            End::Disconnected { .. } | End::Closed => InstallFailure::ConnectionClosed,
            End::Reset => InstallFailure::ConnectionReset,
            End::TimedOut => InstallFailure::TimedOut,
            End::NoCommon { what, theirs } => {
                let client = match what {
                    Negotiated::KeyExchange => &offered.kex[..],
                    Negotiated::HostKey => &offered.host_keys,
                    Negotiated::Cipher => &offered.ciphers,
                    Negotiated::Mac => &offered.macs,
                    Negotiated::Compression => &[],
                };
                InstallFailure::NoCommonAlgorithm { what, client: client.to_vec(), server: theirs }
            }
            other => InstallFailure::Protocol(other.to_string()),
        },
        FetchError::ChannelClosed { .. } => InstallFailure::ConnectionClosed,
        FetchError::Denied { .. } => InstallFailure::AuthenticationFailed,
        FetchError::NoSubsystem(_) => InstallFailure::NoSubsystem,
        FetchError::Refused(Refusal::HostKey) => InstallFailure::HostKeyChanged,
        FetchError::Refused(Refusal::NoSpace | Refusal::NotKept) => InstallFailure::NoSpace,
        FetchError::Failed(failure) => match failure {
            Failure::Status { status: Status { code: StatusCode::NO_SUCH_FILE, .. }, .. } => {
                InstallFailure::NotFound
            }
            Failure::Status { status: Status { code: StatusCode::PERMISSION_DENIED, .. }, .. } => {
                InstallFailure::Refused(failure.to_string())
            }
            Failure::Status { .. } => InstallFailure::ServerFailed(failure.to_string()),
            Failure::Shorter { announced, received } => InstallFailure::Truncated { announced, received },
            Failure::Longer { announced } => InstallFailure::Grown { announced },
            Failure::Broken(_) | Failure::Refused => InstallFailure::Protocol(failure.to_string()),
        },
    }
}

#[cfg(test)]
mod tests {
    use fetch::sftp::{Broken, Operation};

    use super::*;

    fn status(code: StatusCode) -> FetchError {
        Failure::Status { operation: Operation::Open, status: Status::new(code, "in words") }.into()
    }

    fn connect(kind: ErrorKind) -> FetchError {
        FetchError::Connect(kind.into())
    }

    fn ended(end: End) -> FetchError {
        FetchError::Ended { end, bytes: 0 }
    }

    /// Checks that the errors can be told apart in the log.
    #[test]
    fn each_error_has_its_text() {
        let no_common = End::NoCommon { what: Negotiated::KeyExchange, theirs: Vec::new() };
        for (error, text) in [
            (status(StatusCode::NO_SUCH_FILE), "No such file or directory"),
            (status(StatusCode::PERMISSION_DENIED), "Permission denied"),
            (status(StatusCode::FAILURE), "Failure"),
            (FetchError::TimedOut { bytes: 1 }, "Timed out"),
            (connect(ErrorKind::TimedOut), "Timed out"),
            (connect(ErrorKind::ConnectionRefused), "Connection refused"),
            (connect(ErrorKind::HostUnreachable), "No route to host"),
            (connect(ErrorKind::ConnectionReset), "Connection reset by peer"),
            (ended(End::Reset), "Connection reset by peer"),
            (ended(End::Closed), "Connection closed by remote host"),
            (ended(End::Disconnected { reason: 2, text: "bye".into() }), "Connection closed by remote host"),
            (FetchError::ChannelClosed { bytes: 1 }, "Connection closed by remote host"),
            (ended(End::TimedOut), "Timed out"),
            (ended(no_common), "No matching kex algorithm found"),
            (ended(End::BadIdentification("Exceeded MaxStartups".into())), "Protocol error"),
            (FetchError::Denied { methods: Vec::new() }, "Authentication failed"),
            (FetchError::NoSubsystem("refused".into()), "Subsystem request failed"),
            (FetchError::Refused(Refusal::HostKey), "Host key verification failed"),
            (FetchError::Refused(Refusal::NoSpace), "No space left on device"),
            (Failure::Shorter { announced: 2, received: 1 }.into(), "Unexpected end of file"),
            (Failure::Longer { announced: 2 }.into(), "File size changed"),
            (Failure::Broken(Broken::Answer).into(), "Protocol error"),
        ] {
            let said = format!("{error:?}");
            assert_eq!(reason(error, &Algorithms::all()).text(), text, "{said}");
        }
    }
}
