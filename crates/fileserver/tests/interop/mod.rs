//! The same probes to a live server and to ours: every packet and every log line must be the same. in.tftpd and ours on real
//! sockets, sftp-server and ours on a pipe.
//!
//! in.tftpd logs through /dev/log, which one test at a time may hold: see the test group in `.config/nextest.toml`.
#![cfg(target_os = "linux")]

mod compare;
mod live;
mod openssh;
mod ours;
mod probe;
mod probes;
mod sftp_server;
mod syslog;
