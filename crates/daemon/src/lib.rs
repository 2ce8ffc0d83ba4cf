//! The parts that the software of all servers shares.
//!
//! - [`Reader`] collects settings of a configuration into a [`Parsed`] one, or [`ConfigError`]s with their [`Place`]s.
//! - [`Daemon`] is a server that can be run, [`DaemonEvent`] an event of it with all its renderings.
//! - [`Pids`] are the process IDs of a machine.

mod parsed;
mod pid;
mod place;
mod server;

pub use parsed::{ConfigError, ConfigWarning, Parsed, Reader};
pub use pid::Pids;
pub use place::Place;
pub use server::{Daemon, DaemonEvent, StartError};
