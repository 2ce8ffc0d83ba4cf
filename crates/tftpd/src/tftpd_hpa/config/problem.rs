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
    /// The script has no address for in.tftpd, which takes the next word for it, and does not start.
    #[error("TFTP_ADDRESS is missing: in.tftpd takes the next word for the address, and does not start")]
    NoAddress,
    /// `--version`: in.tftpd does not start.
    #[error("in.tftpd prints its version, and does not start")]
    Version,
    /// An address of the other family: in.tftpd does not start.
    #[error("the address does not fit {0}: in.tftpd does not start")]
    OtherFamily(&'static str),
    /// A file that the configuration names, and that is not given.
    #[error("{0} is not given: `machine_files` of the server has no such file")]
    FileNotGiven(String),
    /// `--secure` without a directory: in.tftpd refuses to start.
    #[error("no directory for --secure")]
    NoDirectory,
    /// `--secure` with several directories: in.tftpd refuses to start.
    #[error("more than one directory for --secure")]
    ManyDirectories,
}
