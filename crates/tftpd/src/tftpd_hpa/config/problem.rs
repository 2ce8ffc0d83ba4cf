//! The problems of `/etc/default/tftpd-hpa`.

/// A problem in a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// A line of the file is not an assignment.
    #[error("expected NAME=value")]
    NotAnAssignment,
    /// A quote is not closed.
    #[error("quote not closed")]
    QuoteNotClosed,
    /// The shell would expand this.
    #[error("shell expansions are not supported")]
    Expansion,
    /// in.tftpd has no such option.
    #[error("unknown option {0}")]
    UnknownOption(String),
    /// Several options begin like this.
    #[error("option {0} is ambiguous")]
    AmbiguousOption(String),
    /// An option lacks the value that it needs.
    #[error("option {0} needs a value")]
    MissingValue(String),
    /// An option takes no value but has one.
    #[error("option {0} takes no value")]
    UnexpectedValue(String),
    /// A value that the option does not take.
    #[error("bad value of {option}: {expected}")]
    BadValue {
        /// The option, as the manual writes it.
        option: &'static str,
        /// The kind of value that it takes.
        expected: &'static str,
    },
    /// `--secure` without a directory: in.tftpd refuses to start.
    #[error("no directory for --secure")]
    NoDirectory,
    /// `--secure` with several directories: in.tftpd refuses to start.
    #[error("more than one directory for --secure")]
    ManyDirectories,
}
