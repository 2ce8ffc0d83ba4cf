//! What can be wrong in sshd_config, in the words of sshd.

/// What can be wrong in a configuration. Where sshd stops at the first, all are told here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// sshd has no such directive.
    #[error("Bad configuration option: {0}")]
    BadOption(String),
    /// A directive stands alone.
    #[error("no argument after keyword \"{0}\"")]
    NoArgument(String),
    /// A quote is not closed.
    #[error("invalid quotes")]
    InvalidQuotes,
    /// A directive that holds for all connections stands after a `Match`.
    #[error("Directive '{0}' is not allowed within a Match block")]
    NotInMatch(String),
    /// More than the directive takes.
    #[error("keyword {0} extra arguments at end of line")]
    ExtraArguments(String),
    /// An argument is empty.
    #[error("missing {0}")]
    Missing(&'static str),
    /// An argument of a certain directive is empty.
    #[error("{0} missing argument.")]
    MissingArgument(String),
    /// A word that is none of those the directive takes.
    #[error("unsupported option \"{0}\".")]
    Unsupported(String),
    /// No port.
    #[error("Badly formatted port number.")]
    BadPort,
    /// More of them than sshd has room for.
    #[error("too many {0}.")]
    TooMany(&'static str),
    /// An address to listen at that is none.
    #[error("{0}")]
    BadListenAddress(&'static str),
    /// An address to listen at that would have to be looked up.
    #[error("bad addr or host: {0} (names are not looked up)")]
    HostName(String),
    /// No time such as `120`, `2m` or `1h30m`.
    #[error("invalid time value.")]
    BadTime,
    /// No number.
    #[error("{keyword} integer value {why}.")]
    BadInteger {
        /// As it is written.
        keyword: String,
        /// As strtonum(3) says.
        why: &'static str,
    },
    /// No facility of syslog.
    #[error("unsupported log facility '{0}'")]
    BadFacility(String),
    /// No log level.
    #[error("unsupported log level '{0}'")]
    BadLogLevel(String),
    /// Names of algorithms that OpenSSH 8.9 does not know.
    #[error("{what} '{names}'.")]
    BadAlgorithms {
        /// Which list.
        what: &'static str,
        /// As they are written.
        names: String,
    },
    /// No numbers such as `10:30:100`.
    #[error("Invalid {0} spec.")]
    BadSpec(String),
    /// No pattern of users.
    #[error("invalid {keyword} pattern: \"{pattern}\"")]
    BadPattern {
        /// As it is written.
        keyword: String,
        /// As it is written.
        pattern: String,
    },
    /// No size such as `512M`.
    #[error("Bad {keyword} number '{text}': Invalid argument")]
    BadSize {
        /// As it is written.
        keyword: String,
        /// As it is written.
        text: String,
    },
    /// A size that would rekey all the time.
    #[error("{0} too small")]
    TooSmall(String),
    /// A subsystem without a command.
    #[error("Missing subsystem command.")]
    NoSubsystemCommand,
    /// A subsystem that is there already.
    #[error("Subsystem '{0}' already defined.")]
    SubsystemTwice(String),
    /// `Match` without a condition.
    #[error("One or more attributes required for Match")]
    MatchEmpty,
    /// `Match all` with more.
    #[error("'all' cannot be combined with other Match attributes")]
    MatchAll,
    /// A condition without what it is about.
    #[error("Missing Match criteria for {0}")]
    MatchMissing(String),
    /// A condition that sshd does not know.
    #[error("Unsupported Match attribute {0}")]
    MatchUnknown(String),
    /// A condition with an address that is none.
    #[error("Invalid Match {attribute} argument '{argument}'")]
    MatchAddress {
        /// `address` or `localaddress`.
        attribute: &'static str,
        /// As it is written.
        argument: String,
    },
    /// A condition with a port that is none.
    #[error("Invalid LocalPort '{0}' on Match line")]
    MatchPort(String),
}
