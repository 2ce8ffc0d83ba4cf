//! What the tests of several crates share. No program depends on it.

pub mod damage;
mod draw;
mod port;
mod sample;
#[cfg(target_os = "linux")]
mod syslog;

pub use draw::Draw;
pub use port::free_port;
pub use sample::{enlarged, seeds};
#[cfg(target_os = "linux")]
pub use syslog::Syslog;

/// A shell script that starts an sshd whose accounts, homes and log are those of a directory: see its comment.
pub const PRIVATE_SSHD: &str = include_str!("private_sshd.sh");
