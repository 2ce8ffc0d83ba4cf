//! What the tests of several crates share. No program depends on it.

mod sample;
#[cfg(target_os = "linux")]
mod syslog;

pub use sample::{enlarged, seeds};
#[cfg(target_os = "linux")]
pub use syslog::Syslog;
