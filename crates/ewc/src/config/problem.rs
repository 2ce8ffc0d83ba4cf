//! The errors and warnings of a configuration, with their positions.

use std::fmt;
use std::net::Ipv4Addr;

/// A line that may not mean what its author thinks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The line, from 1.
    pub line: usize,
    /// The reason, a lower-case fragment.
    pub message: String,
}

/// A line that has nothing to do with images and access points, and no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAboutImages {
    /// The line, from 1.
    pub line: usize,
    /// The line's text, without prompt and indentation, its secrets starred.
    pub text: String,
    /// The reason why it does not matter, if it is in the table of lines; a fragment.
    pub why: Option<&'static str>,
}

impl fmt::Display for NotAboutImages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why {
            Some(why) => write!(f, "`{}` has no effect: {why}", self.text),
            None => write!(f, "`{}` is not known and has no effect", self.text),
        }
    }
}

/// A line that may matter and is not modelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotModelled {
    /// The line, from 1.
    pub line: usize,
    /// Its name: its first words, written out.
    pub name: String,
    /// The reason why it may matter, a lower-case fragment.
    pub why: &'static str,
    /// The controllers for which it may matter.
    pub applies: Applies,
}

/// The controllers for which a line may matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// Any.
    Always,
    /// One with another address: the line names an interface that has this one.
    Unless(Ipv4Addr),
    /// One with this address, which an interface of the configuration has.
    OnlyAt(Ipv4Addr),
}

impl NotModelled {
    /// Returns true if the line may matter for a controller with this address.
    pub fn matters_at(&self, address: Ipv4Addr) -> bool {
        match self.applies {
            Applies::Always => true,
            Applies::Unless(own) => own != address,
            Applies::OnlyAt(own) => own == address,
        }
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
    /// An abbreviation of several words; the line has no secrets in it. The text is that of IOS.
    #[error("% Ambiguous command:  \"{0}\"")]
    Ambiguous(String),
    /// A word that is nearly one of those known at its place.
    #[error("`{found}` is not known here; did you mean `{near}`?")]
    Misspelt {
        /// The word found.
        found: String,
        /// The whole command that is nearest.
        near: &'static str,
    },
    /// A password of a type that cannot be decrypted.
    #[error(
        "a password of type {0} is encrypted and cannot be read: write it in clear text, as `0` and the password, or as a \
         parameter: `0 ${{password}}`, with `parameters:` in the scenario"
    )]
    UnreadablePassword(char),
    /// A password of type 7 that is damaged.
    #[error("not an encrypted password of type 7")]
    NotType7,
    /// A line of the configuration behind the prompt of another mode.
    #[error(
        "a device takes this in configuration mode only: `configure terminal`, and the prompt `(config)#`"
    )]
    NotInExec,
    /// The device answered that it does not take the line above.
    #[error("the device did not accept the line above: remove both, or correct it")]
    Refused,
    /// A banner without its end.
    #[error("the text that begins here does not end: its delimiter `{0}` does not occur again")]
    NoEnd(String),
    /// A line of which the terminal showed the end only.
    #[error("the start of this line is missing: the terminal scrolled it, and shows `$` in its place")]
    Scrolled,
}
