//! The same probes to a live in.tftpd and to ours on real sockets: every packet and every log line must be the same.
//!
//! in.tftpd logs through /dev/log, which one test at a time may hold: see the test group in `.config/nextest.toml`.
#![cfg(target_os = "linux")]

mod compare;
mod live;
mod ours;
mod probe;
mod probes;
mod random;
