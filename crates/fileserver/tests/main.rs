//! The servers: on real sockets, on simulated ones, and beside the real programs. One program for all, as linking many takes longer than running them.

mod faulty;
mod interop;
mod openssh;
mod parity;
mod sftp_server;
mod support;
mod tftpd64;
mod tftpd_hpa;
