//! The configuration of in.tftpd: `/etc/default/tftpd-hpa` and the options in it.

mod options;
mod place;
mod problem;
mod read;
mod settings;
mod shell;
mod variables;

pub use daemon::{ConfigWarning, Place};

pub use self::options::SettingClass;
pub use self::problem::ConfigProblem;
pub(super) use self::settings::OPTIONS;
pub use self::settings::{Family, TftpdHpaConfig};

/// A parsed configuration.
pub type Parsed = daemon::Parsed<TftpdHpaConfig>;

/// A problem in a configuration.
pub type ConfigError = daemon::ConfigError<ConfigProblem>;

/// Returns every variable of `/etc/default/tftpd-hpa`, and every option of in.tftpd, with its class.
pub fn settings() -> impl Iterator<Item = SettingClass> {
    variables::classes().chain(options::classes())
}

#[cfg(test)]
#[path = "config/tests.rs"]
mod tests;
