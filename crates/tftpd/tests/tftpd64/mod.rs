//! Tftpd64 against clients, on real sockets and on simulated ones.

mod answers;
mod programs;
mod simulated;
mod world;
