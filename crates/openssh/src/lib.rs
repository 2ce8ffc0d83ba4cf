//! sshd of OpenSSH 8.9p1 and its sftp-server, as Ubuntu 22.04 has them, and what later releases changed.
//!
//! Taken from their manuals, from reading their source (tag `V_8_9_P1` of openssh-portable), and from their behaviour with real
//! clients. [`SshdConfig::parse`] lists settings that are not implemented as warnings.

mod accounts;
mod child;
mod chroot;
mod config;
mod event;
mod guard;
mod log;
mod login;
mod patterns;
mod program;
mod render;
mod server;
pub mod sftp_server;
mod shared;
mod specimens;
mod sshd;
mod startups;
mod summary;
mod syslog;
mod vis;

pub use accounts::{Account, Accounts};
pub use config::{
    ConfigError, ConfigProblem, ConfigWarning, Connection, DirectiveClass, Included, IncludedFile,
    MaxStartups, NotAdmitted, Offence, Parsed, Penalties, PermitRootLogin, Place, RekeyLimit, Release,
    Settings, SshdConfig, Subsystem, UBUNTU, directives,
};
pub use event::{Checker, ChrootProblem, Ending, Fault, Kind, Program, SessionKind, SshdEvent, Who};
pub use render::{line, message, priority};
pub use server::{ServerError, run};
pub use specimens::specimens;
pub use sshd::Sshd;
pub use syslog::{Facility, LogLevel};
