//! in.tftpd of tftp-hpa 5.2, as Debian and Ubuntu start it: standalone, one process per request.
//!
//! Taken from its manual, from its behaviour with real clients, and from reading its source: the answers, their order, the log
//! lines of each verbosity, the waits between repetitions, the treatment of odd requests. [`settings`] lists every setting
//! with its class: modelled, of no matter here, or not modelled.

mod access;
mod config;
mod daemon;
mod event;
mod negotiate;
mod places;
mod remap;
mod render;
mod request;
mod server;
mod specimens;
mod summary;
mod transfer;
mod upload;

pub use config::{
    ConfigError, ConfigProblem, ConfigWarning, Family, Parsed, Place, SettingClass, TftpdHpaConfig, settings,
};
pub use event::{During, Kind, Operation, RemapStep, TftpdHpaEvent};
pub use remap::{EreError, RuleError, RuleProblem, Rules};
pub use render::{line, message, priority};
pub use server::{ServerError, run};
pub use specimens::specimens;
