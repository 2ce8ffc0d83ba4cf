//! Tftpd64 4.73, a TFTP server for Windows with a window: one process, one thread per transfer.
//!
//! Taken from reading its source (`PJO2/tftpd64`, commit `9e9bc5a`): the answers, their order, the lines of its log, the waits
//! between repetitions, the treatment of odd requests. It was not compared with a running Tftpd64. [`Tftpd64Config::parse`] lists
//! settings that are not implemented as warnings.

mod config;
mod daemon;
mod event;
mod files;
mod gauge;
mod log;
mod names;
mod negotiate;
mod receiving;
mod render;
mod request;
mod sending;
mod server;
mod specimens;
mod summary;
mod transfer;
mod windows;

pub use config::{
    ConfigError, ConfigProblem, ConfigWarning, KeyClass, Parsed, Place, Security, Tftpd64Config, keys,
};
pub use event::{BadRequest, Call, Kind, Operation, Tftpd64Event};
pub use render::{line, message};
pub use server::{ServerError, run};
pub use specimens::specimens;
pub use windows::SystemError;
