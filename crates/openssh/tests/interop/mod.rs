//! The same probes to live programs and to ours: every packet and every log line must be the same. sshd on real sockets, sftp-server on
//! a pipe.
//!
//! sshd logs through /dev/log, which one test at a time may hold: see the test group in `.config/nextest.toml`.
#![cfg(target_os = "linux")]

mod sftp_server;
mod sshd;
