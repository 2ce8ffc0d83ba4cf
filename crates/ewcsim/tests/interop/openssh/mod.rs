//! SFTP: `ewcsim fetch` from OpenSSH's sshd, OpenSSH's and other clients at `ewcsim serve`, and the logs of both servers for the
//! same sessions.

mod clients;
mod fetch;
mod hostile;
mod logs;
mod serve;
mod served;
pub(super) mod sshd;

/// The user on both servers.
const USER: &str = "calo";
const PASSWORD: &str = "Sw0rdfish";
/// A file as large as an image of the sample.
const IMAGE: (&str, u64) = ("ap3g3", 59_156_480);
