//! The errors and warnings of a configuration, with their positions.

use std::fmt;

/// A line that is not supported, or that has no effect here.
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

/// One error and its position.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct ConfigError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1: the start of the word that is wrong, or the place where one is missing.
    pub column: usize,
    /// The problem.
    pub problem: Problem,
}

/// All errors of a configuration, in the order of their lines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ConfigError::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigErrors(pub Vec<ConfigError>);

/// The problem with a line. If the device itself has a text for it, that text is used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Name of the profile other than `default` (YANG image-download-cfg).
    #[error("image download name must be default")]
    ProfileName,
    /// SFTP port other than 22 (YANG image-download-cfg).
    #[error("sftp port must be 22")]
    SftpPort,
    /// Path in HTTP mode (YANG image-download-cfg).
    #[error("HTTP mode only supports automatic paths")]
    HttpPath,
    /// A command of the profile outside a profile.
    #[error("belongs below `wireless profile image-download default`")]
    OutsideProfile,
    /// A word is missing at the end of the line.
    #[error("expected {0}")]
    Missing(&'static str),
    /// A word is not one of those expected.
    #[error("expected {expected}, found `{found}`")]
    Unexpected {
        /// The expected words.
        expected: &'static str,
        /// The word found.
        found: String,
    },
    /// An encrypted password.
    #[error("an encrypted password cannot be used here: write `0` and the password in clear text")]
    EncryptedPassword,
}
