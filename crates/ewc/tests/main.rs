//! The controller, seen from outside. One program for all, as linking many takes longer than running them.

mod client;
mod loopback;
mod paste;
mod printed;
mod sftp;
mod sshd;
