//! sshd and its SFTP server: on real sockets, on simulated ones, and beside the real programs. One program for all, as linking many takes
//! longer than running them.

mod interop;
mod sftp_server;
mod sshd;
