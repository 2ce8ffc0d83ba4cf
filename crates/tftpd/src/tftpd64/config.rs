//! How Tftpd64 is set up: `tftpd32.ini`.

mod ini;
mod keys;
mod problem;
mod settings;

pub use daemon::{ConfigWarning, Place};

pub use self::problem::ConfigProblem;
pub use self::settings::{Config, Security};

/// A configuration that was understood.
pub type Parsed = daemon::Parsed<Config>;

/// Something wrong in a configuration.
pub type ConfigError = daemon::ConfigError<ConfigProblem>;

#[cfg(test)]
#[path = "config/tests.rs"]
mod tests;
