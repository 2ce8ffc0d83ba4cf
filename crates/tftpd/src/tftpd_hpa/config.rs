//! The configuration of in.tftpd: `/etc/default/tftpd-hpa` and the options in it.

mod options;
mod place;
mod problem;
mod read;
mod settings;
mod shell;

pub use daemon::{ConfigWarning, Place};

pub use self::problem::ConfigProblem;
pub(super) use self::settings::OPTIONS;
pub use self::settings::TftpdHpaConfig;

/// A parsed configuration.
pub type Parsed = daemon::Parsed<TftpdHpaConfig>;

/// A problem in a configuration.
pub type ConfigError = daemon::ConfigError<ConfigProblem>;

#[cfg(test)]
#[path = "config/tests.rs"]
mod tests;
