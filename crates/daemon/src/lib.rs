//! What the software of every server shares, whatever it serves.
//!
//! - [`Reader`] collects what a configuration says into a [`Parsed`] one, or [`ConfigError`]s at their [`Place`]s.
//! - [`Daemon`] is a server that can be run, [`DaemonEvent`] what happens to it, with all renderings.
//! - [`Pids`] are the process numbers of a machine.

mod parsed;
mod pid;
mod place;
mod server;

pub use parsed::{ConfigError, ConfigWarning, Parsed, Reader};
pub use pid::Pids;
pub use place::Place;
pub use server::{Daemon, DaemonEvent, StartError};
