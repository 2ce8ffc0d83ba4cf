//! What can be wrong in `/etc/default/tftpd-hpa`.

/// What can be wrong in a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// A line of the file is no assignment.
    #[error("expected NAME=value")]
    NotAnAssignment,
    /// A quote has no end.
    #[error("quote not closed")]
    QuoteNotClosed,
    /// The shell would put something else here.
    #[error("shell expansions are not supported")]
    Expansion,
    /// in.tftpd has no such option.
    #[error("unknown option {0}")]
    UnknownOption(String),
    /// Several options begin like this.
    #[error("option {0} is ambiguous")]
    AmbiguousOption(String),
    /// An option stands without the value it needs.
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
        /// What it takes.
        expected: &'static str,
    },
    /// `--secure` without a directory: in.tftpd refuses to start.
    #[error("no directory for --secure")]
    NoDirectory,
    /// `--secure` with several directories: in.tftpd refuses to start.
    #[error("more than one directory for --secure")]
    ManyDirectories,
}
