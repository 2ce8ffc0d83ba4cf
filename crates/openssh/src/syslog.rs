//! The levels and facilities of OpenSSH's log.

/// A log level, which includes all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Nothing.
    Quiet,
    /// Errors that end a process.
    Fatal,
    /// Errors.
    Error,
    /// Logins and their ends.
    Info,
    /// Connections and their requests.
    Verbose,
    /// `DEBUG` is the same.
    Debug1,
    /// More detail.
    Debug2,
    /// Everything.
    Debug3,
}

impl LogLevel {
    /// Returns the level of this name, in any letter case.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match &*name.to_ascii_uppercase() {
            "QUIET" => Self::Quiet,
            "FATAL" => Self::Fatal,
            "ERROR" => Self::Error,
            "INFO" => Self::Info,
            "VERBOSE" => Self::Verbose,
            "DEBUG" | "DEBUG1" => Self::Debug1,
            "DEBUG2" => Self::Debug2,
            "DEBUG3" => Self::Debug3,
            _ => return None,
        })
    }

    /// Returns the number of syslog(3).
    pub(crate) fn severity(self) -> u8 {
        match self {
            Self::Quiet | Self::Fatal => 2,
            Self::Error => 3,
            Self::Info | Self::Verbose => 6,
            Self::Debug1 | Self::Debug2 | Self::Debug3 => 7,
        }
    }
}

/// The facility of log lines, by the number of syslog(3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facility(pub u8);

impl Facility {
    /// Security and logins.
    pub const AUTH: Self = Self(4);

    /// Returns the facility of this name, in any letter case.
    pub fn from_name(name: &str) -> Option<Self> {
        let number = match &*name.to_ascii_uppercase() {
            "USER" => 1,
            "DAEMON" => 3,
            "AUTH" => 4,
            "AUTHPRIV" => 10,
            other => {
                let number = other.strip_prefix("LOCAL").filter(|number| number.len() == 1)?;
                16 + number.parse::<u8>().ok().filter(|number| *number <= 7)?
            }
        };
        Some(Self(number))
    }
}
