//! The command of a subsystem or of `ForceCommand`.

use crate::sftp_server::Options;

/// A command, by the program that it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// The SFTP server within sshd, with its arguments.
    Internal(Vec<String>),
    /// The SFTP server as a program, started by the user's shell: its path and its arguments.
    External(String, Vec<String>),
    /// No program, as only SFTP exists here.
    OnlySftp,
    /// A program that is not simulated.
    Other,
}

impl Command {
    /// Reads a command line.
    pub(crate) fn parse(line: &str) -> Self {
        let mut words = line.split_ascii_whitespace().map(str::to_owned);
        match words.next() {
            Some(word) if word == "internal-sftp" => Self::Internal(words.collect()),
            Some(word) if word.rsplit('/').next() == Some("sftp-server") => {
                Self::External(word, words.collect())
            }
            _ => Self::Other,
        }
    }

    /// Returns the error at which an SFTP server would end at once, if there is one.
    pub(super) fn error(&self) -> Option<String> {
        let (Self::Internal(arguments) | Self::External(_, arguments)) = self else { return None };
        let error = Options::parse(arguments.iter().map(String::as_str)).err()?;
        Some(format!("sftp-server ends at once: {error}"))
    }
}
