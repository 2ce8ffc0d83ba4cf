//! The configuration of sshd: `/etc/ssh/sshd_config`.

mod algorithms;
mod arguments;
mod command;
mod conditions;
mod directive;
mod files;
mod given;
mod keyboard;
mod keywords;
mod line;
mod listen;
mod main_part;
mod match_block;
mod matched;
mod methods;
mod penalties;
mod problem;
mod read;
mod release;
mod server;
mod settings;
mod values;

pub use daemon::{ConfigWarning, Place};

pub(crate) use self::command::Command;
pub use self::files::{Included, IncludedFile};
pub use self::keywords::{DirectiveClass, directives};
pub(crate) use self::methods::{disabled as disabled_method, of as methods_of};
pub use self::penalties::{Offence, Penalties};
pub use self::problem::ConfigProblem;
pub use self::release::Release;
pub use self::server::{MaxStartups, SshdConfig, Subsystem, UBUNTU};
pub use self::settings::{Connection, NotAdmitted, PermitRootLogin, RekeyLimit, Settings};

/// A parsed configuration.
pub type Parsed = daemon::Parsed<SshdConfig>;

/// A problem in a configuration.
pub type ConfigError = daemon::ConfigError<ConfigProblem>;

#[cfg(test)]
#[path = "config/tests.rs"]
mod tests;
