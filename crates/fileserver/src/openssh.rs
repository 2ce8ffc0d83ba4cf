//! sshd of OpenSSH 8.9p1 and its sftp-server, as Ubuntu 22.04 has them.
//!
//! Taken from their manuals, from reading what their source does (tag `V_8_9_P1` of openssh-portable), and from their behaviour against
//! real clients. What a configuration asks for and is not done, [`Config::parse`] lists as warnings.

mod config;
mod patterns;
pub mod sftp_server;
mod vis;

pub use config::{
    Config, ConfigError, ConfigProblem, ConfigWarning, Connection, Facility, LogLevel, MaxStartups,
    NotAdmitted, Parsed, PermitRootLogin, Place, RekeyLimit, Settings, Subsystem,
};
