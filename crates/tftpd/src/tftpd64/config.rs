//! The configuration of Tftpd64: `tftpd32.ini`.

mod ini;
mod keys;
mod problem;
mod settings;

pub use daemon::{ConfigWarning, Place};

pub use self::keys::{KeyClass, keys};
pub use self::problem::ConfigProblem;
pub use self::settings::{Security, Tftpd64Config};

/// A parsed configuration.
pub type Parsed = daemon::Parsed<Tftpd64Config>;

/// A problem in a configuration.
pub type ConfigError = daemon::ConfigError<ConfigProblem>;

#[cfg(test)]
#[path = "config/tests.rs"]
mod tests;
