//! The problems of sshd_config, in the words of sshd.

use std::net::IpAddr;

use super::Release;

/// A problem in a configuration. Where sshd stops at the first, all are reported here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// sshd has no such directive.
    #[error("Bad configuration option: {0}")]
    BadOption(String),
    /// A directive of a later release.
    #[error(
        "Bad configuration option: {keyword} (OpenSSH has it since {since}: state the `version` of the server)"
    )]
    NotYet {
        /// The text as it is written.
        keyword: String,
        /// The first release that has it.
        since: Release,
    },
    /// Files that include each other.
    #[error("Too many recursive configuration includes")]
    TooDeep,
    /// A directive stands alone.
    #[error("no argument after keyword \"{0}\"")]
    NoArgument(String),
    /// A quote is not closed.
    #[error("invalid quotes")]
    InvalidQuotes,
    /// A directive for all connections follows a `Match`.
    #[error("Directive '{0}' is not allowed within a Match block")]
    NotInMatch(String),
    /// More arguments than the directive takes.
    #[error("keyword {0} extra arguments at end of line")]
    ExtraArguments(String),
    /// An argument is empty.
    #[error("missing {0}")]
    Missing(&'static str),
    /// An argument of a certain directive is empty.
    #[error("{0} missing argument.")]
    MissingArgument(String),
    /// A word that the directive does not take.
    #[error("unsupported option \"{0}\".")]
    Unsupported(String),
    /// Not a port.
    #[error("Badly formatted port number.")]
    BadPort,
    /// More of them than sshd has space for.
    #[error("too many {0}.")]
    TooMany(&'static str),
    /// An invalid address to listen at.
    #[error("{0}")]
    BadListenAddress(&'static str),
    /// An address to listen at that `AddressFamily` excludes.
    #[error("bad addr or host: {0} (Address family for hostname not supported)")]
    OtherFamily(IpAddr),
    /// An address to listen at that would have to be looked up.
    #[error("bad addr or host: {0} (names are not looked up)")]
    HostName(String),
    /// Not a time such as `120`, `2m` or `1h30m`.
    #[error("invalid time value.")]
    BadTime,
    /// Not a number.
    #[error("{keyword} integer value {why}.")]
    BadInteger {
        /// The text as it is written.
        keyword: String,
        /// The message of strtonum(3).
        why: &'static str,
    },
    /// Not a facility of syslog.
    #[error("unsupported log facility '{0}'")]
    BadFacility(String),
    /// Not a log level.
    #[error("unsupported log level '{0}'")]
    BadLogLevel(String),
    /// Names of algorithms that OpenSSH 8.9 does not know.
    #[error("{what} '{names}'.")]
    BadAlgorithms {
        /// The list.
        what: &'static str,
        /// The names as they are written.
        names: String,
    },
    /// Not numbers such as `10:30:100`.
    #[error("Invalid {0} spec.")]
    BadSpec(String),
    /// Not a pattern of users.
    #[error("invalid {keyword} pattern: \"{pattern}\"")]
    BadPattern {
        /// The text as it is written.
        keyword: String,
        /// The text as it is written.
        pattern: String,
    },
    /// Not a size such as `512M`.
    #[error("Bad {keyword} number '{text}': Invalid argument")]
    BadSize {
        /// The text as it is written.
        keyword: String,
        /// The text as it is written.
        text: String,
    },
    /// A size that would rekey constantly.
    #[error("{0} too small")]
    TooSmall(String),
    /// A subsystem without a command.
    #[error("Missing subsystem command.")]
    NoSubsystemCommand,
    /// A subsystem that is already defined.
    #[error("Subsystem '{0}' already defined.")]
    SubsystemTwice(String),
    /// Not a list of methods of authentication.
    #[error("invalid {0} method list.")]
    BadMethods(String),
    /// `any` beside other methods.
    #[error("\"any\" must appear alone in {0}")]
    AnyNotAlone(String),
    /// All lists of `AuthenticationMethods` contain a method that is switched off.
    #[error("AuthenticationMethods cannot be satisfied by enabled authentication methods")]
    MethodsDisabled,
    /// Not a penalty such as `authfail:5s`.
    #[error("invalid {keyword} keyword {text}")]
    BadPenalty {
        /// The text as it is written.
        keyword: String,
        /// The text as it is written.
        text: String,
    },
    /// `Match` without a condition.
    #[error("One or more attributes required for Match")]
    MatchEmpty,
    /// `Match all` with more.
    #[error("'all' cannot be combined with other Match attributes")]
    MatchAll,
    /// A condition without a value.
    #[error("Missing Match criteria for {0}")]
    MatchMissing(String),
    /// A condition that sshd does not know.
    #[error("Unsupported Match attribute {0}")]
    MatchUnknown(String),
    /// A condition with an invalid address.
    #[error("Invalid Match {attribute} argument '{argument}'")]
    MatchAddress {
        /// `address` or `localaddress`.
        attribute: &'static str,
        /// The text as it is written.
        argument: String,
    },
    /// A condition with an invalid port.
    #[error("Invalid LocalPort '{0}' on Match line")]
    MatchPort(String),
}
