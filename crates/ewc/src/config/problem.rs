//! What can be wrong with a configuration, and where.

use std::fmt;

/// A line that was not understood, or that has no effect here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The line, from 1.
    pub line: usize,
    /// The line's text, without prompt and indentation.
    pub text: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: `{}` is not understood and has no effect", self.line, self.text)
    }
}

/// One error and its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct ConfigError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1: where the word begins that is wrong, or where one is missing.
    pub column: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// All errors of a configuration, in the order of their lines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ConfigError::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigErrors(pub Vec<ConfigError>);

/// What is wrong with a line. Where the device itself has a text for it, that is the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// YANG image-download-cfg.
    #[error("image download name must be default")]
    ProfileName,
    /// YANG image-download-cfg.
    #[error("sftp port must be 22")]
    SftpPort,
    /// YANG image-download-cfg.
    #[error("HTTP mode only supports automatic paths")]
    HttpPath,
    /// A command of the profile's, but no profile was begun.
    #[error("belongs below `wireless profile image-download default`")]
    OutsideProfile,
    /// A word is missing at the end.
    #[error("expected {0}")]
    Missing(&'static str),
    /// A word is not what belongs there.
    #[error("expected {expected}, found `{found}`")]
    Unexpected {
        /// What belongs there.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// A password that is written encrypted.
    #[error("an encrypted password cannot be used here: write `0` and the password in clear text")]
    EncryptedPassword,
}
