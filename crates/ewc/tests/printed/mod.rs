//! What the controller prints and reads, held against the field's samples.

mod config;
mod show;
mod show_device;
mod syslog;
